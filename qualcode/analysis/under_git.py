"""What `check` says of a project that is kept under git: merges that are not finished, attributes that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qualcode.errors import Problem
from qualcode.files.folder import ProjectFolder

_GROWING = ("codings", "log")  # whose lines of both sides belong together


def git_problems(folder: ProjectFolder) -> Iterator[Problem]:
    """Problems that git may make here; none where the project is not under git."""
    top = next((place for place in (folder.root, *folder.root.parents) if (place / ".git").exists()), None)
    if top is None:
        return
    if (_git_folder(top) / "MERGE_HEAD").exists():
        yield Problem(
            ".git", 0, "a merge is not finished",
            "solve what `git status` names (a file that one side deleted and the other changed: git add it, or git rm it), "
            "then git commit; or take the merge back: git merge --abort",
        )  # fmt: skip
    lines = [line for place in {top, folder.root} for line in _lines(place / ".gitattributes")]
    missing = [part for part in _GROWING if not any(part in line and "merge=union" in line for line in lines)]
    if missing:
        yield Problem(
            ".gitattributes", 0, f"does not tell git to keep the lines of both sides of {' and '.join(missing)}",
            "add: " + ", ".join(f"`{part}/** merge=union -text`" for part in missing),
        )  # fmt: skip


def _git_folder(top: Path) -> Path:
    """Where git keeps its state; in a linked working tree `.git` is a file that names it."""
    for line in _lines(top / ".git"):
        if line.startswith("gitdir: "):
            return top / line.removeprefix("gitdir: ")
    return top / ".git"


def _lines(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text("utf-8", "replace").splitlines() if not line.startswith("#")]
    except OSError:
        return []
