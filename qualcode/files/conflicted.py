"""Files in which git left a conflict: what is read of them meanwhile, what to tell, and that nobody writes into them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from qualcode.core.conflicts import Conflict, conflicts, our_side
from qualcode.core.visible import quoted_apart
from qualcode.errors import BadFile, Problem
from qualcode.files.guarded import read_file

CONFLICT = "a conflict that git left"
_Stamp = tuple[int, int, int, int, int]
_SOUND: dict[Path, _Stamp] = {}  # files that held no conflict when they were last looked at: not read for every coding
_KEPT = 32
_LONGEST = 50  # characters of a line that are shown


def without_conflicts(text: str, shown_as: str) -> tuple[str, list[Problem]]:
    """The text with our version wherever git left a conflict, and a problem for each."""
    found = conflicts(text)
    if not found:
        return text, []
    return our_side(text, found), [conflict_problem(conflict, shown_as) for conflict in found]


def conflict_problem(conflict: Conflict, shown_as: str) -> Problem:
    """Where the conflict is, how both versions begin to differ, and what to do."""
    ours, theirs = _first_difference(conflict)
    return Problem(
        shown_as, conflict.first,
        f"{CONFLICT} on lines {conflict.first} to {conflict.last}: ours {ours}, theirs {theirs}; meanwhile {_meanwhile(shown_as)}",
        "choose between both versions, delete the lines of markers (<<<<<<<, =======, >>>>>>>) and save; "
        f"or take one whole file: git checkout --ours {shown_as}, or --theirs",
    )  # fmt: skip


def _meanwhile(shown_as: str) -> str:
    if shown_as in ("codebook.yaml", "project.yaml"):
        return "the last version without conflict is used, or ours where none was read before"
    return "ours is read"


def event_conflict_problem(conflict: Conflict, shown_as: str) -> Problem:
    """Of an event file, whose lines count on both sides."""
    return Problem(
        shown_as, conflict.first,
        f"{CONFLICT} on lines {conflict.first} to {conflict.last}: the events of both sides are loaded",
        "delete the lines of markers (<<<<<<<, =======, >>>>>>>), keep all others, and save; "
        "with the lines of `qualcode new` in .gitattributes git leaves none",
    )  # fmt: skip


def is_conflict(problem: Problem) -> bool:
    """Whether a problem tells of a conflict that git left."""
    return problem.message.startswith(CONFLICT)


def refuse_conflicted(paths: Iterable[Path], root: Path) -> None:
    """Raise BadFile where one of these files holds a conflict: what is written into it could be neither version."""
    problems: list[Problem] = []
    for path in paths:
        try:
            known, now = _SOUND.get(path), _stamp(path)
            data = read_file(path) if known != now else b""
        except OSError:
            continue
        if b"<<<<<<<" not in data:
            _SOUND.pop(path, None)
            _SOUND[path] = now
            if len(_SOUND) > _KEPT:
                del _SOUND[next(iter(_SOUND))]
        else:
            text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
            problems += without_conflicts(text, path.relative_to(root).as_posix())[1]
    if problems:
        raise BadFile(problems)


def _stamp(path: Path) -> _Stamp:
    status = os.stat(path)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _first_difference(conflict: Conflict) -> tuple[str, str]:
    at = 0
    while at < min(len(conflict.ours), len(conflict.theirs)) and conflict.ours[at] == conflict.theirs[at]:
        at += 1
    nothing = "nothing more" if at else "nothing"
    ours, theirs = quoted_apart(_line(conflict.ours, at), _line(conflict.theirs, at), _LONGEST)
    return ours if at < len(conflict.ours) else nothing, theirs if at < len(conflict.theirs) else nothing


def _line(lines: Sequence[str], at: int) -> str:
    return lines[at] if at < len(lines) else ""
