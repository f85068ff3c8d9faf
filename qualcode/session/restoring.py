"""Making a project from a backup: all of it is looked at before any of it is in its place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from qualcode.errors import BadFile, BadOption, CannotSave, Problem
from qualcode.exchange.backup.archive import Progress, read_archive
from qualcode.exchange.backup.encrypting import opened
from qualcode.exchange.backup.listing import Contents, Entry
from qualcode.exchange.backup.tar_stream import BadArchive
from qualcode.files.copying import writing_threads
from qualcode.files.folder import ProjectFolder
from qualcode.files.modes import PRIVATE, make_folder, modes_of
from qualcode.files.saving import cannot_save, flush, sync_folder
from qualcode.session.starting import make_project_folders


@contextmanager
def not_kept(_entry: Entry) -> Iterator[Callable[[bytes], Any]]:
    """For reading a backup through without keeping any of it."""
    yield len


def verify(path: Path, *, identity: str = "", progress: Progress | None = None) -> Contents:
    """Read a backup to its end and compare all hashes; what it holds comes back. Raises BadFile, QualcodeError."""
    return _read(path, identity, lambda stream: read_archive(stream, not_kept, _is_a_project, progress))


def restore(
    path: Path, target: Path, *, shared: bool = False, identity: str = "", progress: Progress | None = None
) -> Contents:
    """Make the project of a backup in a folder that is not there yet, or empty; its owner's alone, or its group's.

    It is put there when every hash was right, and flushed to disk. Raises BadOption, BadFile, CannotSave, QualcodeError.
    """
    target = target.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadOption(
            f"{target} is there already and not empty: name a new folder. Nothing is ever restored over another project."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.restoring-"))
    except OSError as error:
        raise cannot_save(target, error) from error
    try:
        contents = _read(path, identity, lambda stream: _unpack(stream, staging / "project", shared, progress))
        _put_there(staging / "project", target)
        return contents
    except OSError as error:
        raise cannot_save(target, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _read(path: Path, identity: str, read: Callable[[Any], Contents]) -> Contents:
    try:
        with opened(path, identity) as stream:
            return read(stream)
    except BadArchive as error:
        raise BadFile([Problem(str(path), 0, str(error), "nothing was put anywhere; take another backup")]) from error
    except FileNotFoundError as error:
        if error.filename == str(path):
            raise BadOption(f"There is no file {path}.") from error
        raise
    except IsADirectoryError as error:
        raise BadOption(f"{path} is a folder, not a backup.") from error


def _is_a_project(contents: Contents) -> None:
    if not any(entry.path == "project.yaml" for entry in contents.entries):
        raise BadArchive("there is no project.yaml in it")


def _unpack(stream: Any, root: Path, shared: bool, progress: Progress | None) -> Contents:
    def before(contents: Contents) -> None:
        _is_a_project(contents)
        free = shutil.disk_usage(root.parent).free
        if contents.size > free:
            raise CannotSave(
                f"Not restored: it holds {contents.size / 1e6:,.0f} MB, and there are {free / 1e6:,.0f} MB of room here."
            )

    @contextmanager
    def put(entry: Entry) -> Iterator[Callable[[bytes], Any]]:
        path = root / entry.path
        _make_folders(path.parent, root)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE.file)
        except FileExistsError as error:
            raise BadArchive("two files in it have the same name on this system") from error
        with os.fdopen(handle, "wb") as file:
            yield file.write
        with suppress(OSError, OverflowError):  # what was written when is told by its file
            os.utime(path, ns=(entry.mtime_ns, entry.mtime_ns))

    make_folder(root, PRIVATE)
    contents = read_archive(stream, put, before, progress)
    make_project_folders(ProjectFolder(root), shared=shared)
    _give_modes(root)
    _flush_all(root)
    return contents


def _make_folders(folder: Path, root: Path) -> None:
    if folder != root and not folder.is_dir():
        _make_folders(folder.parent, root)
        make_folder(folder, PRIVATE)


def _give_modes(root: Path) -> None:
    modes = modes_of(root)
    for top, folders, files in os.walk(root):
        for name in folders:
            os.chmod(os.path.join(top, name), modes.folder)
        for name in files:
            os.chmod(os.path.join(top, name), modes.file)


def _flush_all(root: Path) -> None:
    files = [Path(top, name) for top, _, names in os.walk(root) for name in names]
    with writing_threads() as pool:
        for job in [pool.submit(_flush_one, path) for path in files]:
            job.result()
    for top, _, _ in os.walk(root):
        sync_folder(Path(top))


def _flush_one(path: Path) -> None:
    with open(path, "rb") as file:
        flush(file.fileno())


def _put_there(made: Path, target: Path) -> None:
    if target.exists():
        target.rmdir()
    made.rename(target)
    sync_folder(target.parent)
