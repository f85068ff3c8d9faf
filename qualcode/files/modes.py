"""Who may read and write what qualcode makes, whatever the umask says.

Within a project the mode of its folder decides: 0700 gives files 0600, 2770 (a group's) 0660, 0755 (a git clone) 0644. Elsewhere, where
exports go, a new file is its owner's alone. A file never has more permissions than in the end, not even for a moment.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PRIVATE_FOLDER = 0o700
SHARED_FOLDER = 0o2770
_SETGID = 0o2000


class Modes(NamedTuple):
    """Modes of new files and folders, and the group that they belong to (-1: whichever the system gives them)."""

    file: int
    folder: int
    group: int = -1


PRIVATE = Modes(0o600, PRIVATE_FOLDER)


def modes_at(path: Path) -> Modes:
    """The modes of what is made at this path: those of the project's folder above it, private where there is none."""
    for folder in path.absolute().parents:
        if os.path.lexists(folder / "project.yaml"):
            return modes_of(folder)
    return PRIVATE


def modes_of(root: Path) -> Modes:
    """The modes of what is made in a project whose folder is `root`."""
    try:
        status = os.stat(root)
    except OSError:
        return PRIVATE
    mode = status.st_mode & 0o777 | PRIVATE_FOLDER
    folder = mode | status.st_mode & _SETGID if mode & 0o070 else mode
    return Modes(mode & 0o666, folder, status.st_gid if mode & 0o070 else -1)


def make_folder(path: Path, modes: Modes | None = None) -> None:
    """Make a folder where there is none; the one above it must be there. Raises OSError."""
    try:
        os.mkdir(path, PRIVATE_FOLDER)
    except FileExistsError:
        if not path.is_dir():
            raise
        return
    wanted = modes or modes_at(path)
    set_mode(path, wanted.folder, wanted.group)


def make_file(path: Path, modes: Modes | None = None) -> None:
    """Make an empty file where there is none; what is there stays as it is. Raises OSError."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    try:
        wanted = modes or modes_at(path)
        set_mode(handle, wanted.file, wanted.group)
    finally:
        os.close(handle)


def like_before(path: Path, modes: Modes | None = None) -> Modes:
    """The mode and group that a file has, for the one that takes its place; where there is none these, or those of a new one."""
    try:
        status = os.stat(path)
    except OSError:
        return modes or modes_at(path)
    return Modes(status.st_mode & 0o777, PRIVATE_FOLDER, status.st_gid)


def set_mode(place: Path | int, mode: int, group: int = -1) -> None:
    """Give a path or an open file this mode and group; where the group cannot be had, the other group gets nothing.

    Raises OSError where the system refuses the mode.
    """
    if os.name != "posix":
        return
    if group >= 0 and os.stat(place).st_gid != group:
        with suppress(OSError):
            os.chown(place, -1, group)
        if os.stat(place).st_gid != group:
            mode &= ~(0o070 | _SETGID)
    if os.stat(place).st_mode & 0o7777 == mode:
        return
    try:
        os.chmod(place, mode)
    except OSError:
        if os.stat(place).st_mode & ~mode & 0o077:  # drives without modes refuse; more than wanted is never left
            raise


def derived_file(path: Path) -> None:
    """Make a file that can be made anew at any time where there is none; one of ours follows the project's folder.

    Raises OSError where it cannot be made.
    """
    make_file(path)
    with suppress(OSError):
        status, wanted = os.stat(path), modes_at(path)
        if os.name == "posix" and status.st_uid == os.geteuid() and status.st_mode & 0o777 != wanted.file:
            set_mode(path, wanted.file, wanted.group)
