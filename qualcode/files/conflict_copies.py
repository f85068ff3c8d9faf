"""Conflict copies: second versions of a project's files that a file-syncing tool left beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from qualcode.errors import Problem
from qualcode.files.copy_names import is_unfinished, vague_original, yaml_original
from qualcode.files.folder import FoundFile, ProjectFolder, copies_of_files, stamp
from qualcode.files.text_files import read_body


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


def likely_copies(folder: ProjectFolder) -> Iterator[Problem]:
    """Transcripts and memos that have the name of another with a number behind it, and most of its lines: both count as their
    own, as people number texts so too, but Google Drive and iCloud also call a second version so."""
    for place in (folder.transcripts, folder.memos):
        names = names_in(place)
        for name in names:
            if original := vague_original(name, names):
                one, other = (_lines(place / each) for each in (original, name))
                if 2 * len(one & other) > max(len(one), len(other)):
                    yield Problem(
                        folder.relative(place / name), 0, f"has most of its lines in common with {original}, and counts as its own",
                        f"if it is a second version of that, as Google Drive or iCloud leave: bring what is missing into {original} "
                        "and delete this one",
                    )  # fmt: skip


def _lines(path: Path) -> set[str]:
    return {line for line in read_body(path).split("\n") if line.strip()}


def names_in(path: os.PathLike[str]) -> list[str]:
    """The names of what is in a folder; [] where there is none, or it cannot be looked into."""
    try:
        return sorted(os.listdir(path))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []
