"""Writing so that nothing is lost: whole files are replaced atomically, lines are appended and flushed to disk."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from qualcode.errors import CannotSave, HeldByOthers
from qualcode.files.guarded import check_inside
from qualcode.files.modes import Modes, like_before, make_file, set_mode
from qualcode.files.modes import make_folder as make_one_folder
from qualcode.files.reach import make_folders
from qualcode.files.taking_back import is_owed, now_or_owed, remove, settle, take_back
from qualcode.files.waiting import wait_for_lock

try:
    import fcntl
except ImportError:  # Windows has no fcntl; there the append itself is the only guard
    fcntl = None  # type: ignore[assignment]


LEFTOVER = ".saving-"  # a file that is being written, and
BEFORE = ".before-"  # the second name of one that is being replaced; the maker's process id follows
_BRAND_NEW = 2.0  # seconds: between being made and being locked
_A_DAY = 24 * 3600.0
PATIENCE = 30.0  # seconds: that long others may hold what we want to write
_HELD = threading.local()
_NOT_SAVED = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.ESTALE)  # of a flush: the bytes may not be on disk


def replace_file(
    path: Path, data: bytes | Iterable[bytes], *, make_folder: bool = False, modes: Modes | None = None
) -> None:
    """Put these bytes (or pieces, made one after the other) in the file's place, in one step: a reader sees the old file or the new.

    The folder, if missing, is made only if asked for, so that a slip in a path makes none; those above it never are.
    A file that is there keeps its mode; a new one gets that of `modes`, by default its project's, and outside of projects is
    its owner's alone.
    Raises CannotSave; the old file is then as it was, as it is where making a piece fails.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    try:
        check_inside(path)
        path = Path(os.path.realpath(path))
        if path.exists() and not path.is_file():  # a pipe or a device: nothing to replace
            with open(path, "wb") as file:
                file.writelines(pieces)
            return
        new = make_folder and not path.parent.is_dir()
        if make_folder:
            make_one_folder(path.parent, modes)
        with put_in_place(path, like_before(path, modes)) as file:
            file.writelines(pieces)
        for folder in (path.parent, path.parent.parent) if new else (path.parent,):
            sync_folder(folder)
    except OSError as error:
        raise cannot_save(path, error) from error


def remove_file(path: Path) -> None:
    """Take a file away, if it is there, and have its folder tell so on disk too. Raises CannotSave."""
    try:
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)
    except OSError as error:
        raise cannot_save(path, error) from error


@contextmanager
def put_in_place(path: Path, modes: Modes) -> Iterator[IO[bytes]]:
    """A new file to write, with these permissions; when the block ends it is flushed to disk and takes the place of `path`.

    Where the block fails it is gone. What a kill leaves of it tells whose it was (see `clear_leftovers`). Raises OSError.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f"{LEFTOVER}{os.getpid()}-")
    try:
        with os.fdopen(handle, "wb") as file:
            is_held(file.fileno())  # and hold it
            yield file
            file.flush()
            flush(file.fileno())
            set_mode(file.fileno(), modes.file, modes.group)
            if fcntl is not None:
                os.replace(temporary, path)
        if fcntl is None:  # Windows moves no file that is open
            os.replace(temporary, path)
    except BaseException:
        now_or_owed(Path(temporary), lambda: remove(Path(temporary)))
        raise


def leftovers(folder: Path, beginnings: tuple[str, ...]) -> list[os.DirEntry[str]]:
    """Files in a folder whose names begin so: those that somebody is writing, or that nobody will finish."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.name.startswith(beginnings)]
    except OSError:
        return []


def clear_leftovers(folder: Path, beginnings: tuple[str, ...]) -> None:
    """Take away what processes that were killed had begun to write, or kept under a second name."""
    for beginning in beginnings:
        for entry in leftovers(folder, (beginning,)):
            with suppress(OSError):
                if _is_abandoned(entry, entry.name.removeprefix(beginning).partition("-")[0]):
                    os.unlink(entry.path)


def _is_abandoned(entry: os.DirEntry[str], maker: str) -> bool:
    """Whether nobody uses this file any more: its maker's number is free here, its lock too, and it is not brand new."""
    if fcntl is None or not entry.is_file(follow_symlinks=False):
        return False
    age = time.time() - entry.stat(follow_symlinks=False).st_mtime
    if age < _BRAND_NEW or (maker.isdigit() and _is_alive(int(maker))):
        return False
    with open(entry.path, "rb") as file:
        return age > _A_DAY if (held := is_held(file.fileno())) is None else not held


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def is_held(handle: int) -> bool | None:
    """Whether somebody else holds a file; if not, this process does from now on. None where the system knows no locks."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    return False


def flush(handle: int) -> None:
    """Have an open file's bytes on the disk itself; on macOS the drive keeps them in its own memory unless asked so."""
    full = getattr(fcntl, "F_FULLFSYNC", None)
    if full is not None:
        with suppress(OSError):  # not every file system knows it
            fcntl.fcntl(handle, full)
            return
    os.fsync(handle)


@dataclass(frozen=True, slots=True)
class Appended:
    """The file's size in bytes before and after our lines; `torn` if a torn last line was set aside first."""

    size_before: int
    size_after: int
    torn: bool


def append_lines(path: Path, data: bytes, root: Path | None = None) -> Appended:
    """Append whole lines in one write and flush them to disk.

    A torn line is what a power cut leaves: bytes after the last LF. They are moved to `<file>.torn`. Folders that are
    missing are made below `root` only (anywhere, if it is None): a project that went away is not begun anew in its place.
    Raises CannotSave; what was in the file is then still there, and no part of `data` counts (see `taking_back`).
    """
    try:
        check_inside(path)
        settle(path)
        new = not path.exists()
        made = make_folders(path.parent, root or Path(path.anchor))
        make_file(path)
        with _held_alone(path) as file:
            torn = _set_torn_end_aside(path, file, file.seek(0, os.SEEK_END))
            size = file.seek(0, os.SEEK_END)
            try:
                _write_all(file, data)
                flush(file.fileno())
                for folder in (path.parent, *(folder.parent for folder in made)) if new else ():
                    sync_folder(folder)
            except BaseException:
                take_back(path, size, data, file.fileno())
                raise
        return Appended(size, size + len(data), torn)
    except OSError as error:
        raise cannot_save(path, error) from error


@contextmanager
def _held_alone(path: Path) -> Iterator[IO[bytes]]:
    """The file to append to, held alone; not one that a rewriting has replaced while we waited for it."""
    while True:
        with open(path, "a+b", buffering=0) as file, locked(file.fileno(), held=path.name):
            same = False
            with suppress(FileNotFoundError):
                same = os.path.samestat(os.fstat(file.fileno()), os.stat(path))
            if same:
                yield file
                return


def _write_all(file: IO[bytes], data: bytes) -> None:
    """Unbuffered: what a full disk refused must not be written again when the file is closed."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _set_torn_end_aside(path: Path, file: IO[bytes], size: int) -> bool:
    from qualcode.files.event_lines import holds_events

    if not size:
        return False
    file.seek(size - 1)
    if file.read(1) == b"\n":
        return False
    file.seek(0)
    content = file.read()
    keep = content.rfind(b"\n") + 1
    if holds_events(content[keep:].strip()):  # only the line end is missing, as some editors leave it
        file.write(b"\n")
        return False
    make_file(path.with_name(path.name + ".torn"))
    with open(path.with_name(path.name + ".torn"), "ab") as aside:
        aside.write(content[keep:] + b"\n")
        aside.flush()
        flush(aside.fileno())
    file.truncate(keep)
    return True


@contextmanager
def locked_folder(path: Path, patience: float | None = None, held: str = "") -> Iterator[None]:
    """Hold a folder alone among all processes that do so too; for changes that read a file and then replace it.

    Within a block of the same thread that holds it already this does nothing. `held` names it to who has to wait for it.
    Raises HeldByOthers where somebody else has held it for longer than so many seconds (by default PATIENCE).
    """
    if fcntl is None:
        yield
        return
    ours = _HELD.__dict__.setdefault("folders", set())
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise cannot_save(path, error) from error
    try:
        status = os.fstat(handle)
        folder = status.st_dev, status.st_ino  # whatever it is called
        with ExitStack() as holding:
            if folder not in ours:
                holding.enter_context(locked(handle, patience, held or f"the folder {path.name}"))
                ours.add(folder)
                holding.callback(ours.discard, folder)
            yield
    finally:
        os.close(handle)


@contextmanager
def locked(handle: int, patience: float | None = None, held: str = "the project") -> Iterator[None]:
    """Hold an open file alone among all processes for as long as the block lasts.

    Raises HeldByOthers where somebody else has held it for longer than that, as a process does that was stopped.
    """
    if fcntl is None:
        yield
        return
    wait = PATIENCE if patience is None else patience
    try:
        wait_for_lock(handle, wait, held)
    except TimeoutError as error:
        raise HeldByOthers(
            f"Not saved: another qualcode process has held this project for {wait:.0f} seconds; perhaps it was stopped. "
            "Nothing was changed; end that process or let it go on, then do it again."
        ) from error
    except OSError:  # some network folders know no locks; appends of one write stay whole all the same
        yield
        return
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def cannot_save(path: Path, error: OSError) -> CannotSave:
    """What to tell the user when the system refused."""
    refused = _refused(path, error)
    refused.path = path
    return refused


def _refused(path: Path, error: OSError) -> CannotSave:
    reason = error.strerror or str(error)
    if is_owed(path):
        return CannotSave(
            f"Not saved: {path} could not be written ({reason}), and the disk did not let what it may have taken be "
            "removed again. That is done as soon as it lets us; look whether it is there before you do it again elsewhere."
        )
    if isinstance(error, FileNotFoundError) and not os.path.exists(path.parent):
        return CannotSave(
            f"Not saved: there is no folder {path.parent}. Nothing was changed; make it, or mend the path."
        )
    if os.path.isdir(path):
        return CannotSave(f"Not saved: {path} is a folder. Nothing was changed; name a file in it.")
    return CannotSave(
        f"Not saved: {path} could not be written ({reason}). "
        "Nothing was changed; make room or mend the folder's permissions, then do it again."
    )


def sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk too, as far as the file system can."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        flush(handle)
    except OSError as error:
        if error.errno in _NOT_SAVED:
            raise
        return  # not every file system can flush a folder
    finally:
        os.close(handle)
