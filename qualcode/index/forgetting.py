"""Emptying an index so that nothing of what it held is left in its file, while other processes may have it open."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

from qualcode.files.folder import ProjectFolder
from qualcode.index.left_behind import is_open_here
from qualcode.index.ours import is_ours, is_safe_place, protect

_PATIENCE = 10  # seconds


def forget_index(folder: ProjectFolder) -> None:
    """Empty the index on disk: every row goes, free pages and the log beside it too. What cannot be emptied is deleted.

    Other processes find it empty and read the files anew. What was never our index is not opened: of a database elsewhere,
    to which a link leads, not even the link goes; one of another machine is deleted.
    """
    path = folder.index_db
    if not is_safe_place(path) or not path.exists():
        return
    if not is_open_here(path) and not is_ours(path):
        _delete(folder)
        return
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as db:
            protect(db)
            db.execute("PRAGMA secure_delete = ON")
            db.execute("BEGIN IMMEDIATE")
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                db.execute(f'DELETE FROM "{name}"')
            db.execute("COMMIT")
            db.execute("VACUUM")
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            _delete(folder)
    except sqlite3.Error:
        _delete(folder)


def _delete(folder: ProjectFolder) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            folder.index_db.with_name(folder.index_db.name + suffix).unlink()
