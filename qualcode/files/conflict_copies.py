"""Conflict copies: second versions of a project's files that a file-syncing tool left beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from qualcode.errors import Problem
from qualcode.files.copy_names import is_unfinished, yaml_original
from qualcode.files.folder import FoundFile, ProjectFolder, copies_of_files, stamp


def conflict_copies(folder: ProjectFolder) -> list[FoundFile]:
    """All conflict copies of transcripts, memos, event files, codebook.yaml and project.yaml."""
    return [*copies_of_files(folder), *_of_yaml(folder)]


def _of_yaml(folder: ProjectFolder) -> Iterator[FoundFile]:
    for name in names_in(folder.root):
        if original := yaml_original(name):
            path = folder.root / name
            if path.is_file():
                yield FoundFile(path, name, "", "", *stamp(path), original)


def unfinished_files(folder: ProjectFolder) -> Iterator[Problem]:
    """Files that a tool was still bringing: they are not read."""
    places = ["", "transcripts", "memos", "log", "codings", *(f"codings/{name}" for name in names_in(folder.codings))]
    for place in places:
        for name in names_in(folder.root / place):
            if is_unfinished(name):
                advice = "let it finish; if it is long done, delete this file"
                yield Problem(
                    f"{place}/{name}".lstrip("/"), 0, "a file-syncing tool has not finished bringing this file", advice
                )


def names_in(path: os.PathLike[str]) -> list[str]:
    """The names of what is in a folder; [] where there is none, or it cannot be looked into."""
    try:
        return sorted(os.listdir(path))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
