"""Which files an import is about: those named, and those in the folders named."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qualcode.errors import BadFile, BadOption, Problem, QualcodeError
from qualcode.exchange.sources import READERS

_OF_A_PROJECT = frozenset(("project.yaml", "codebook.yaml", "transcripts", "sources", "codings", "memos", "log"))


@dataclass(frozen=True)
class Failed:
    """A file or folder that is not imported, and why."""

    path: Path
    error: QualcodeError

    @property
    def problems(self) -> list[str]:
        """A line for each thing that is wrong, saying where and what to do."""
        if isinstance(self.error, BadFile):
            return [str(problem) for problem in self.error.problems]
        return [str(self.error)]


@dataclass
class FoundFiles:
    """Files to look at, each once, in order; what cannot be looked at; and how many were passed over, by ending."""

    paths: list[Path] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def find_files(given: Sequence[Path]) -> FoundFiles:
    """The files named, and those in folders named, sub-folders included, in the order of their names.

    In folders hidden files and files of other kinds are passed over, links to what the folder has anyway too; a link that
    leads out of the folder is refused. A project's own folders are left out.
    """
    found = FoundFiles()
    seen: set[str] = set()
    for path in given:
        for file in _files_of(path, found):
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                found.paths.append(file)
    return found


def _files_of(path: Path, found: FoundFiles) -> Iterator[Path]:
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        yield path
        return
    before = len(found.failed)
    files = list(_walk(path, found))
    if not files and len(found.failed) == before:
        kinds = ", ".join(READERS)
        found.failed.append(
            Failed(path, BadOption(f"{path}: no file in this folder can be imported; these can: {kinds}."))
        )
    yield from files


def _walk(top: Path, found: FoundFiles) -> Iterator[Path]:
    real_top = os.path.realpath(top)
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        below: list[Path] = []
        for entry in _entries(folder, found):
            path = folder / entry.name
            if entry.is_symlink():
                _look_at_link(path, real_top, found)
            elif entry.is_dir(follow_symlinks=False):
                below.append(path)
            elif Path(entry.name).suffix.lower() in READERS:
                yield path
            else:
                found.passed_over[Path(entry.name).suffix.lower()] += 1
        waiting += reversed(below)


def _entries(folder: Path, found: FoundFiles) -> list[os.DirEntry[str]]:
    """What stands in a folder, hidden things and Word's lock files left out, files before folders of the same name."""
    try:
        with os.scandir(folder) as entries:
            shown = [entry for entry in entries if not entry.name.startswith((".", "~$"))]
    except OSError as error:
        problem = Problem(
            str(folder), 0, f"this folder cannot be read ({error.strerror or error})", "mend its permissions"
        )
        found.failed.append(Failed(folder, BadFile([problem])))
        return []
    if any(entry.name == "project.yaml" for entry in shown):
        shown = [entry for entry in shown if entry.name not in _OF_A_PROJECT]
    return sorted(shown, key=lambda entry: entry.name)


def _look_at_link(path: Path, real_top: str, found: FoundFiles) -> None:
    """Report a link that leads out of the folder or nowhere; what it leads to within comes under its own name."""
    if path.suffix.lower() not in READERS and not path.is_dir():
        found.passed_over[path.suffix.lower()] += 1
        return
    target = os.path.realpath(path)
    if target != real_top and not target.startswith(real_top.rstrip(os.sep) + os.sep):
        problem = Problem(str(path), 0, "this link leads out of the folder", "name the file itself to import it")
    elif not os.path.exists(target):
        problem = Problem(str(path), 0, "this link leads nowhere", "delete it, or mend what it leads to")
    else:
        return
    found.failed.append(Failed(path, BadFile([problem])))
