"""Whether others on this machine can read a project that is not meant for them, or a group cannot write one that is."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from qualcode.files.folder import ProjectFolder

_PRIVATE_TO_US = ".qualcode"


def access_remarks(folder: ProjectFolder) -> list[str]:
    """Sentences on who can read the project but should not, or should write it but cannot; none where all is well."""
    if os.name != "posix":
        return []
    root = folder.root.absolute()
    return [*_open_to_all(root), *_closed_to_the_group(root)]


def _open_to_all(root: Path) -> Iterator[str]:
    if all(_others_may_pass(place) for place in (root, *root.parents)):
        whom = "o" if os.stat(root).st_mode & stat.S_IWGRP else "go"
        yield f"Everybody on this machine can read this project. To close it: chmod -R {whom}-rwx {shlex.quote(str(root))}"


def _others_may_pass(place: Path) -> bool:
    try:
        return bool(os.stat(place).st_mode & stat.S_IXOTH)
    except OSError:
        return False


def _closed_to_the_group(root: Path) -> Iterator[str]:
    try:
        status = os.stat(root)
    except OSError:
        return
    if not status.st_mode & stat.S_IWGRP:
        return
    closed = [path for path, found in _everything(root) if found.st_gid != status.st_gid or not _group_may(found)]
    if closed:
        example = os.path.relpath(closed[0], root)
        number = f"{len(closed):,} files and folders" if len(closed) > 1 else "one file or folder"
        place = shlex.quote(str(root))
        yield (
            f"This project is its group's ({group_name(root)}), but the group cannot write {number} of it, such as {example}. "
            f"To mend that: chgrp -R {group_name(root)} {place}; chmod -R g+rwX {place}"
        )


def _group_may(found: os.stat_result) -> bool:
    return bool(found.st_mode & stat.S_IWGRP and found.st_mode & stat.S_IRGRP)


def _everything(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """All files and folders of the project but git's and those in which somebody is just writing."""
    for top, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in (".git", _PRIVATE_TO_US)]
        for name in (*folders, *files):
            path = os.path.join(top, name)
            with suppress(OSError):
                found = os.lstat(path)
                if not stat.S_ISLNK(found.st_mode) and not name.startswith(".saving-"):
                    yield path, found


def group_name(root: Path) -> str:
    """The name of the group that a folder belongs to, or its number."""
    number = os.stat(root).st_gid
    try:
        import grp

        return grp.getgrgid(number).gr_name
    except (ImportError, KeyError):
        return str(number)
