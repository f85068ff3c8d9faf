"""An act is there whole or not at all: what was written of it when it fails is taken back, or owed where the disk is gone."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from qualcode.files.folder import ProjectFolder
from qualcode.files.reach import reach
from qualcode.files.saving import BEFORE, cannot_save, replace_file
from qualcode.files.taking_back import is_owed, now_or_owed, remove, settle


def on_failure(restore: ExitStack, work: Callable[[], None]) -> None:
    """Have this done where the work that `restore` guards fails."""

    def leave(kind: type[BaseException] | None, *_error: object) -> None:
        if kind is not None:
            work()

    restore.push(leave)


def gone_on_failure(path: Path, folder: ProjectFolder, hashed: str, restore: ExitStack) -> None:
    """Have a file that is about to be made taken away again where the work that `restore` guards fails.

    `hashed`: the SHA-256 of its bytes in hex. One of other bytes is not ours, and stays.
    """

    def remove_ours() -> None:
        if not path.parent.is_dir():
            os.stat(folder.project_yaml)  # else it may come back with the project's folder
        elif not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() == hashed:
            remove(path)

    on_failure(restore, lambda: now_or_owed(path, remove_ours))


@contextmanager
def as_it_was_on_failure(path: Path, folder: ProjectFolder) -> Iterator[Path | None]:
    """Put the file back as it was if the block fails; needs no room on the disk, which may be full.

    The old file is kept under a second name meanwhile, which this gives (None: there is no such file). Raises CannotSave,
    FolderAway.
    """
    backup = path.with_name(f"{BEFORE}{os.getpid()}-{path.name}")
    try:
        settle(path)
        backup.unlink(missing_ok=True)
        existed = _is_there(path, folder)
        if existed:
            _keep_under(path, backup)
    except OSError as error:
        raise cannot_save(path, error) from error
    try:
        yield backup if existed else None
    except BaseException:
        now_or_owed(path, _putting_back(path, backup if existed else None))
        raise
    finally:
        if not is_owed(path):
            with suppress(OSError):
                backup.unlink(missing_ok=True)


@contextmanager
def second_name(path: Path, folder: ProjectFolder) -> Iterator[Path | None]:
    """Keep a file as it is now under a second name within, which this gives (None: there is no such file). Raises CannotSave,
    FolderAway."""
    kept = path.with_name(f"{BEFORE}{os.getpid()}-{time.monotonic_ns()}-{path.name}")
    try:
        there = _is_there(path, folder)
        if there:
            _keep_under(path, kept)
    except OSError as error:
        raise cannot_save(path, error) from error
    try:
        yield kept if there else None
    finally:
        with suppress(OSError):
            kept.unlink(missing_ok=True)


def _is_there(path: Path, folder: ProjectFolder) -> bool:
    """Whether there is such a file; what is missing because the whole folder is does not count as not there. Raises FolderAway."""
    found = path.exists()
    if not found:
        reach(folder)
    return found


def _keep_under(path: Path, backup: Path) -> None:
    """Sticks and some network drives know no second names for a file: there it is copied."""
    try:
        os.link(path, backup)
    except OSError:
        replace_file(backup, path.read_bytes())


def _putting_back(path: Path, backup: Path | None) -> Callable[[], None]:
    failed_at = time.time()

    def put_back() -> None:
        with suppress(FileNotFoundError):
            if is_owed(path) and path.stat().st_mtime > failed_at + 2:
                return  # somebody has written it since
        if backup is None:
            remove(path)
        else:
            os.replace(backup, path)
            backup.unlink(missing_ok=True)  # two names of one file stay two names

    return put_back
