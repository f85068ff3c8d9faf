"""What was refused must not count: lines that were not flushed are cut off again, files that were replaced are put back.

Where the disk does not let us do that either (it went away in the middle of a write), it is owed: until it is done nothing
else is written there by this process, the lines are left out when the file is read, and it is tried again before each look
at the files. Lines after which somebody else has written by then stay, and are shown: they are on disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class _Owed(NamedTuple):
    work: Callable[[], None]
    start: int
    data: bytes


_OWED: dict[str, _Owed] = {}


def take_back(path: Path, start: int, data: bytes, handle: int = -1) -> None:
    """Cut the lines off that were appended at this byte, or owe that. `handle`: the file, where it is open and locked."""
    behind = _OWED.pop(_key(path), None)
    if behind is not None and behind.start == start + len(data):
        data += behind.data
    try:
        if handle >= 0:
            os.ftruncate(handle, start)
            with suppress(OSError):
                os.fsync(handle)
        else:
            _cut(path, start, data)
    except OSError:
        _OWED[_key(path)] = _Owed(lambda: _cut(path, start, data), start, data)


def now_or_owed(path: Path, work: Callable[[], None]) -> None:
    """Do this now, or before anything else is written to the file; it raises OSError as long as it cannot be done."""
    try:
        work()
        _OWED.pop(_key(path), None)  # what leads further back makes up for what was owed
    except OSError:
        _OWED[_key(path)] = _Owed(work, 0, b"")


def remove(path: Path) -> None:
    """Remove a file, if there is one. Raises OSError, also where its folder is out of reach and may come back with it."""
    try:
        path.unlink()
    except FileNotFoundError:
        if os.path.lexists(path) or not os.path.isdir(path.parent):
            raise


def settle(path: Path) -> None:
    """Do what is owed on this file. Raises OSError where that still cannot be done."""
    owed = _OWED.get(_key(path))
    if owed is not None:
        owed.work()
        _OWED.pop(_key(path), None)


def settle_all() -> None:
    """Do what is owed, as far as that can be done by now."""
    for name in list(_OWED):
        with suppress(OSError):
            settle(Path(name))


def is_owed(path: Path) -> bool:
    """Whether something that was refused may still stand in this file."""
    return _key(path) in _OWED


def counted(path: Path, data: bytes) -> bytes:
    """Of a file's bytes those that count: without lines at its end that are to be cut off."""
    owed = _OWED.get(_key(path))
    if owed is None or not owed.data.startswith(data[owed.start :]):
        return data
    return data[: owed.start]


def _cut(path: Path, start: int, data: bytes) -> None:
    from qualcode.files.saving import locked

    with open(path, "r+b", buffering=0) as file, locked(file.fileno()):
        file.seek(start)
        tail = file.read(len(data) + 1)
        if tail and data.startswith(tail):
            file.truncate(start)
            os.fsync(file.fileno())


def _key(path: Path) -> str:
    return os.path.abspath(path)
