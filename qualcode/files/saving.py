"""Writing so that nothing is lost: whole files are replaced atomically, lines are appended and flushed to disk."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from qualcode.errors import CannotSave

try:
    import fcntl
except ImportError:  # Windows has no fcntl; there the append itself is the only guard
    fcntl = None  # type: ignore[assignment]


_HELD = threading.local()


def replace_file(path: Path, data: bytes | Iterable[bytes], *, make_folder: bool = False) -> None:
    """Put these bytes (or pieces, made one after the other) in the file's place, in one step: a reader sees the old file or the new.

    A folder that is missing is made only if asked for, so that a slip in a path makes none.
    Raises CannotSave; the old file is then as it was, as it is where making a piece fails.
    """
    temporary = ""
    pieces = (data,) if isinstance(data, bytes) else data
    path = Path(os.path.realpath(path))
    try:
        if path.exists() and not path.is_file():  # a pipe or a device: nothing to replace
            with open(path, "wb") as file:
                file.writelines(pieces)
            return
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".saving-")
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except BaseException as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise cannot_save(path, error) from error
        raise


@dataclass(frozen=True, slots=True)
class Appended:
    """The file's size in bytes before and after our lines; `torn` if a torn last line was set aside first."""

    size_before: int
    size_after: int
    torn: bool


def append_lines(path: Path, data: bytes) -> Appended:
    """Append whole lines in one write and flush them to disk.

    A torn line is what a power cut leaves: bytes after the last LF. They are moved to `<file>.torn`.
    Raises CannotSave; what was in the file is then still there, and no part of `data` is.
    """
    try:
        new = not path.exists()
        missing = [folder for folder in path.parents if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "a+b", buffering=0) as file, locked(file.fileno()):
            torn = _set_torn_end_aside(path, file, file.seek(0, os.SEEK_END))
            size = file.seek(0, os.SEEK_END)
            try:
                _write_all(file, data)
                os.fsync(file.fileno())
            except OSError:
                _take_back(path, size)
                raise
        for folder in (path.parent, *(folder.parent for folder in missing)) if new else ():
            _sync_folder(folder)
        return Appended(size, size + len(data), torn)
    except OSError as error:
        raise cannot_save(path, error) from error


def _write_all(file: IO[bytes], data: bytes) -> None:
    """Unbuffered: what a full disk refused must not be written again when the file is closed."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _take_back(path: Path, size: int) -> None:
    """A full disk may have taken half a line: cut the file back to what it was (a torn end is set aside later if not)."""
    try:
        os.truncate(path, size)
    except OSError:
        return


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
    with open(path.with_name(path.name + ".torn"), "ab") as aside:
        aside.write(content[keep:] + b"\n")
        aside.flush()
        os.fsync(aside.fileno())
    file.truncate(keep)
    return True


@contextmanager
def locked_folder(path: Path) -> Iterator[None]:
    """Hold a folder alone among all processes that do so too; for changes that read a file and then replace it.

    Within a block of the same thread that holds it already this does nothing.
    """
    held = _HELD.__dict__.setdefault("folders", set())
    name = os.path.realpath(path)
    if fcntl is None or name in held:
        yield
        return
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise cannot_save(path, error) from error
    try:
        with locked(handle):
            held.add(name)
            yield
    finally:
        held.discard(name)
        os.close(handle)


@contextmanager
def locked(handle: int) -> Iterator[None]:
    """Hold an open file alone among all processes for as long as the block lasts."""
    if fcntl is None:
        yield
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:  # some network folders know no locks; appends of one write stay whole all the same
        yield
        return
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def cannot_save(path: Path, error: OSError) -> CannotSave:
    """What to tell the user when the system refused."""
    reason = error.strerror or str(error)
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return CannotSave(
            f"Not saved: there is no folder {path.parent}. Nothing was changed; make it, or mend the path."
        )
    if path.is_dir():
        return CannotSave(f"Not saved: {path} is a folder. Nothing was changed; name a file in it.")
    return CannotSave(
        f"Not saved: {path} could not be written ({reason}). "
        "Nothing was changed; make room or mend the folder's permissions, then do it again."
    )


def _sync_folder(path: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # not every file system can flush a folder
        return
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
