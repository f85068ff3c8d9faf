"""Files in which git left a conflict: what is read of them meanwhile, what to tell, and that nobody writes into them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import Path

from qualcode.core.conflicts import Conflict, conflicts, our_side
from qualcode.core.visible import shorten, visible
from qualcode.errors import BadFile, Problem
from qualcode.files.guarded import read_file

CONFLICT = "a conflict that git left"
_Stamp = tuple[int, int, int, int, int]
_SOUND: dict[Path, _Stamp] = {}  # files that held no conflict when they were last looked at: not read for every coding
_KEPT = 32
_LONGEST, _CONTEXT = 50, 20  # characters of a line that are shown; of them before the first difference


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
    pairs = zip(_line(conflict.ours, at), _line(conflict.theirs, at), strict=False)
    skipped = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)) - _CONTEXT
    return _quoted(conflict.ours, at, skipped), _quoted(conflict.theirs, at, skipped)


def _line(lines: Sequence[str], at: int) -> str:
    return visible(lines[at].strip()) if at < len(lines) else ""


def _quoted(lines: Sequence[str], at: int, skipped: int) -> str:
    """A line from a little before the place where both versions begin to differ."""
    if at >= len(lines):
        return "nothing more" if at else "nothing"
    line = _line(lines, at)
    return f"“{shorten(f'…{line[skipped:]}' if skipped > 0 else line, _LONGEST)}”"
