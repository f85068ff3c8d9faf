"""Events that stood in a file when it was last read and stand nowhere now: somebody, or a disk, shortened the file or took it away.

Nothing in such a file itself tells that; only the index knows what was there. It tells so until they are back, or the index is
made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from qualcode.core.how_many import how_many
from qualcode.errors import Problem
from qualcode.files.folder import FoundFile
from qualcode.index.index import Index
from qualcode.index.last_good import rows_on_disk

_ARE_GONE = "when it was last read, and nowhere now"
_KEPT = "gone events"  # ids by file, as JSON
_KNOWN = "SELECT path, size, mtime_ns FROM file WHERE coder <> ''"
_IDS = "SELECT event.id FROM event JOIN file ON file.id = event.file WHERE file.path = ?"
_ADVICE = (
    "take the file back from git, a backup or the older versions of the tool that synchronises the folder; "
    "if they were taken out on purpose, delete .qualcode/index.db, which is made anew"
)

Known = dict[str, set[str]]


def known_events(index: Index, found: Mapping[str, FoundFile], changed: Iterable[str], gone: Iterable[str]) -> Known:
    """Ids of the events of files that did not just grow, as the index knows them before it reads those anew, and of those that
    were gone from files before."""
    looked_at = {*changed, *gone}
    known = {path: ids for path, ids in _missed(index.recall(_KEPT)).items() if path in looked_at}
    for path, size, mtime in index.rows(_KNOWN):
        if path in looked_at and _may_lack(size, mtime, found[path].size if path in found else 0):
            known.setdefault(path, set()).update(row[0] for row in index.rows(_IDS, [path]))
    return known


def tell_gone(index: Index, known: Known) -> None:
    """Keep a problem for each file that lacks events which are in no other file either."""
    if not known:
        return
    missed = _missed(index.recall(_KEPT)) | {path: _missing(index, ids) for path, ids in known.items()}
    listed = {path: sorted(ids) for path, ids in sorted(missed.items()) if ids}
    index.db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [_KEPT, json.dumps(listed) if listed else ""])
    for path in known:
        index.db.execute(f"DELETE FROM problem WHERE file = ? AND message LIKE '%{_ARE_GONE}'", [path])
        if path in listed:
            problem = _problem(path, len(listed[path]))
            index.db.execute("INSERT INTO problem VALUES (?, ?, ?, ?)", [path, 0, problem.message, problem.advice])


def gone_events(index: Index) -> list[Problem]:
    """What the index on disk knows of events that this one, just made from the files, did not find."""
    now = {path: (size, mtime) for path, size, mtime in index.rows(_KNOWN)}
    kept = rows_on_disk(index, "SELECT value FROM state WHERE name = ?", [_KEPT])
    known = _missed(str(kept[0][0]) if kept else "")
    for path, size, mtime in rows_on_disk(index, _KNOWN):
        if now.get(path) != (size, mtime) and _may_lack(size, mtime, now.get(path, (0, 0))[0]):
            known.setdefault(path, set()).update(row[0] for row in rows_on_disk(index, _IDS, [path]))
    return [_problem(path, len(missing)) for path, ids in known.items() if (missing := _missing(index, ids))]


def _missed(kept: str) -> Known:
    try:
        return {path: set(ids) for path, ids in json.loads(kept or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _may_lack(size: int, mtime: int, now: int) -> bool:
    """Whether a file of another size or time may have lost lines. One that we have just written, or could not read, is no sign."""
    return size >= 0 and mtime >= 0 and 0 <= now <= size


def _missing(index: Index, ids: Iterable[str]) -> set[str]:
    return {ident for ident in ids if not index.rows("SELECT 1 FROM event WHERE id = ? LIMIT 1", [ident])}


def _problem(path: str, missing: int) -> Problem:
    return Problem(path, 0, f"{how_many(missing, 'event', form=',')} stood in it {_ARE_GONE}", _ADVICE)
