"""Who has the index on disk open, and how it was left: a database that somebody else wrote to since then is not believed.

SQLite keeps no sums of its pages, so that a damaged or exchanged file may answer, and wrongly. What tells is a note beside it, of the
size, number and time of change of the file and of SQLite's log of changes, written anew after each write: also after a kill it
says how both were left. Whoever has the index open shares a lock on the note; only who has it alone may take the index away,
as those who have a deleted file open would go on with one that nobody else sees.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from qualcode.files.modes import derived_file
from qualcode.index.ours import is_ours, mark
from qualcode.index.trouble import IndexHeld

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

_ALONE, _SHARED = (fcntl.LOCK_EX, fcntl.LOCK_SH) if fcntl else (0, 0)
_PAUSE = 0.02  # seconds between two tries
_LENGTH = 400  # bytes that a note has at most
_OPEN_HERE: Counter[str] = Counter()  # closing a file frees all locks that this process has on it, those of SQLite too
_OPENED: set[str] = set()  # by this process at any time
_DISTRUSTED: set[str] = set()
_COUNTING = threading.RLock()  # an index may be collected as garbage at any place


class Hold:
    """A share in the index at a path. `alone`: nobody else has one, and nobody gets one until `share` is called."""

    def __init__(self, path: Path, patience: float) -> None:
        """Raises OSError where the note cannot be written, IndexHeld where the index is about to be deleted by somebody."""
        self._path = path
        self._name = os.path.realpath(path)
        derived_file(_note(path))
        self._handle = os.open(_note(path), os.O_RDWR)
        try:
            self.alone = self._try(_ALONE)
            if not self.alone:
                self._wait_for_share(patience)
        except BaseException:
            os.close(self._handle)
            raise
        with _COUNTING:
            _OPEN_HERE[self._name] += 1
            _OPENED.add(self._name)

    def _wait_for_share(self, patience: float) -> None:
        until = time.monotonic() + patience
        while not self._try(_SHARED):
            if time.monotonic() >= until:
                raise IndexHeld("database is locked")
            time.sleep(_PAUSE)

    def _try(self, kind: int) -> bool:
        """Whether we have such a lock now; where there are no locks everybody is alone."""
        if fcntl is None:
            return True
        try:
            fcntl.flock(self._handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def is_believed(self) -> bool:
        """Whether the file is the one that was left, as it was left; if others have it open, whether it is theirs."""
        ours, told = self._read(), _told(self._path)
        if not self.alone:
            return told[:2] == ours[:2]
        if self._name in _DISTRUSTED:
            _DISTRUSTED.discard(self._name)
            return False
        return told == ours and (_OPEN_HERE[self._name] > 1 or is_ours(self._path))

    def _read(self) -> list[str]:
        return os.pread(self._handle, _LENGTH, 0).decode("ascii", "replace").split()

    def note(self) -> None:
        """Keep how the files are now, after a write."""
        with suppress(OSError):
            told = b"" if self._name in _DISTRUSTED else " ".join(_told(self._path)).encode()
            os.pwrite(self._handle, told, 0)
            os.ftruncate(self._handle, len(told))

    def share(self) -> None:
        """Let others open the index too."""
        self.alone = False
        if fcntl is not None:
            with suppress(OSError):
                fcntl.flock(self._handle, fcntl.LOCK_SH)

    def end(self) -> None:
        """The database is closed: the last one keeps how SQLite left it."""
        if self._handle < 0:
            return
        with _COUNTING:
            _OPEN_HERE[self._name] -= 1
        if fcntl is not None:
            with suppress(OSError):
                fcntl.flock(self._handle, fcntl.LOCK_UN)
        if self._try(_ALONE):
            self.note()
        os.close(self._handle)
        self._handle = -1


def distrust() -> bool:
    """Have whoever comes next make the indexes anew that this process had open, as one may be the cause of what went wrong; whether
    there are any. One that others have open is left to them."""
    _DISTRUSTED.update(_OPENED)
    for name in _OPENED:
        with suppress(OSError, IndexHeld):
            Hold(Path(name), 0).end()
    return bool(_OPENED)


def is_open_here(path: Path) -> bool:
    """Whether this process has the index open, so that its file must not be opened and closed beside SQLite."""
    return _OPEN_HERE[os.path.realpath(path)] > 0


def closed(path: Path) -> None:
    """Keep how a database is that nobody has open."""
    Hold(path, 0).end()


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".left")


def _told(path: Path) -> list[str]:
    """This machine's mark and the file's number, then what else tells whether it or the log of changes was written to."""
    told = [str(mark()), "-"]
    for place in (path, Path(f"{path}-wal")):
        try:
            status = os.stat(place)
        except FileNotFoundError:
            continue
        if place == path:
            told[1] = str(status.st_ino)
        if status.st_size:
            told += [
                place.suffix,
                str(status.st_size),
                str(status.st_ino),
                str(status.st_mtime_ns),
                str(status.st_ctime_ns),
            ]
    return told
