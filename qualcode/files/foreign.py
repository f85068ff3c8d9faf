"""Another copy of a project, from wherever it comes: looked at before anything of it is read, and never written to."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from qualcode.errors import BadFile, BadOption, Problem
from qualcode.files.folder import ProjectFolder
from qualcode.files.guarded import MB, MOST_EVENTS, MOST_TEXT

MOST_SOURCE = 2048 * MB
MOST_FILES = 200_000
_NAMED = 20
_MOST = {
    "transcripts": MOST_TEXT,
    "memos": MOST_TEXT,
    "log": MOST_EVENTS,
    "codings": MOST_EVENTS,
    "sources": MOST_SOURCE,
}


def foreign_project(given: str | os.PathLike[str], own: ProjectFolder) -> ProjectFolder:
    """The project in this folder, with nothing in it but plain folders and files of a size that can be read.

    Raises BadOption (no folder, no project, the same project), BadFile where there are links, pipes, devices, or files too large.
    """
    root = Path(os.path.abspath(Path(given).expanduser()))
    if not root.is_dir():
        raise BadOption(
            f"There is no folder {root}. Name the folder of the other copy: the one with project.yaml in it."
        )
    if not (root / "project.yaml").is_file():
        raise BadOption(f"{root} is not a qualcode project: there is no project.yaml in it.")
    if os.path.realpath(root) == os.path.realpath(own.root):
        raise BadOption(f"{root} is this very project: name the folder of the other copy.")
    problems = []
    for number, problem in enumerate(_problems(root)):
        if problem is not None:
            problems.append(problem)
        if number > MOST_FILES:
            raise BadOption(f"There are more than {MOST_FILES:,} files in {root}: that is no copy of this project.")
        if len(problems) == _NAMED:
            break
    if problems:
        raise BadFile(problems)
    return ProjectFolder(root)


def _problems(root: Path) -> Iterator[Problem | None]:
    """What must not be read; None for each entry that may."""
    for name in ("project.yaml", "codebook.yaml"):
        if os.path.lexists(root / name):
            yield _trouble(root / name, name, MOST_TEXT)
    for part, most in _MOST.items():
        yield from _folder(root / part, part, most, deeper=part == "codings")


def _folder(path: Path, shown_as: str, most: int, *, deeper: bool) -> Iterator[Problem | None]:
    if not os.path.lexists(path):
        return
    if path.is_symlink() or not path.is_dir():
        yield Problem(shown_as, 0, "is not a plain folder", _ADVICE)
        return
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                name = f"{shown_as}/{entry.name}"
                if deeper and entry.is_dir(follow_symlinks=False):
                    yield from _folder(Path(entry.path), name, most, deeper=False)
                elif not entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    yield _trouble(Path(entry.path), name, most)
    except OSError as error:
        yield Problem(shown_as, 0, f"cannot be read ({error.strerror or error})")


def _trouble(path: Path, shown_as: str, most: int) -> Problem | None:
    try:
        status = path.lstat()
    except OSError as error:
        return Problem(shown_as, 0, f"cannot be read ({error.strerror or error})")
    if not stat.S_ISREG(status.st_mode):
        return Problem(shown_as, 0, "is a link, a pipe or a device, not a file", _ADVICE)
    if status.st_size > most:
        return Problem(
            shown_as,
            0,
            f"has {status.st_size // MB:,} MB; files of this kind are read up to {most // MB:,} MB",
            _ADVICE,
        )
    return None


_ADVICE = "nothing was merged; take it out of that copy, or put the file itself there"
