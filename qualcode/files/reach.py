"""Whether a project's folder can be reached and written: it may be on a drive that goes away while people work."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qualcode.errors import FolderAway
from qualcode.files.folder import ProjectFolder
from qualcode.files.modes import make_folder

_PARTS = ("codebook.yaml", "transcripts", "codings", "log", "memos", "sources")


def reach(folder: ProjectFolder) -> None:
    """Raise FolderAway where the project's folder is not there, cannot be read, or has nothing of a project in it.

    The last is what a drive leaves that is not mounted: an empty folder, into which nothing may be written.
    """
    try:
        os.stat(folder.project_yaml)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise _away(folder, error.strerror or str(error)) from error
        if not any(os.path.exists(folder.root / part) for part in _PARTS):
            empty = os.path.isdir(folder.root)
            raise _away(folder, "nothing of a project is in it" if empty else "no such folder") from error


def _away(folder: ProjectFolder, reason: str) -> FolderAway:
    return FolderAway(
        f"Nothing was changed: the project's folder {folder.root} cannot be reached ({reason}). "
        "Connect the drive again, or put the folder back in its place; then do it again."
    )


def can_be_written(folder: ProjectFolder, coder: str) -> bool:
    """Whether the system would let this coder's files be written, as far as it tells without writing."""
    own = [folder.log / f"{coder}.jsonl", folder.log, folder.codings / coder, folder.codings, folder.root]
    return all(os.access(path, os.W_OK) for path in own if os.path.exists(path))


def takes_bytes(folder: ProjectFolder) -> bool:
    """Whether the disk takes some bytes now: they are written, flushed and removed again."""
    probe = folder.root / f".saving-probe-{os.getpid()}"
    try:
        with open(probe, "xb", buffering=0) as file:
            taken = file.write(b" " * 4096)
            os.fsync(file.fileno())
    except OSError:
        taken = 0
    with suppress(OSError):
        probe.unlink(missing_ok=True)
    return taken == 4096


def make_folders(path: Path, root: Path) -> list[Path]:
    """Make the folders that are missing from `root` (never itself made) down to `path`; those made come back. Raises OSError."""
    missing = []
    while path != root and not os.path.isdir(path):
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        make_folder(folder)
    return missing


@contextmanager
def reached(folder: ProjectFolder) -> Iterator[None]:
    """Trouble with the disk while a folder is looked at means that it cannot be reached. Raises FolderAway."""
    try:
        yield
    except OSError as error:
        raise _away(folder, error.strerror or str(error)) from error
