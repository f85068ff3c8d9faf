"""How the index was left when it was last closed: a database that somebody else wrote to since then is not believed.

SQLite keeps no sums of its pages, so that a damaged or exchanged file may answer, and wrongly. What tells is the file's size,
number and time of change, kept beside it from the last close to the next opening (none is kept while anybody has it open).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from qualcode.files.modes import derived_file


def is_as_left(path: Path) -> bool:
    """Whether nobody is known to have written to the closed index but us."""
    try:
        return _note(path).read_text("ascii") == _told(path) and not _has_changes(path)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False


def opened(path: Path) -> None:
    """From now on it changes."""
    with suppress(OSError):
        _note(path).unlink(missing_ok=True)


def closed(path: Path) -> None:
    """Keep how it was left, if nobody else has it open: the last one to close takes SQLite's log of changes away."""
    with suppress(OSError):
        if not Path(f"{path}-wal").exists():
            derived_file(_note(path))
            _note(path).write_text(_told(path), "ascii")


def _has_changes(path: Path) -> bool:
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".left")


def _told(path: Path) -> str:
    status = os.stat(path)
    return f"{status.st_size} {status.st_ino} {status.st_mtime_ns} {status.st_ctime_ns}"
