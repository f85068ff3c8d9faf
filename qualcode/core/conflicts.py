"""Conflicts that git leaves in a file: both versions of some lines between markers, to be chosen from by hand.

<<<<<<< HEAD
our lines
||||||| 1a2b3c      (only where git shows the common ancestor too)
the lines before
=======
their lines
>>>>>>> branch
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_OURS, _BEFORE, _THEIRS, _END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"


class Conflict(NamedTuple):
    """The numbers of its first and last line (from 1, the markers), and the lines of both versions."""

    first: int
    last: int
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    markers: tuple[int, ...]


def conflicts(text: str) -> list[Conflict]:
    """All conflicts of a text with LF lines. A row of signs alone, as authors draw them, is none: all markers must be there."""
    if _OURS not in text:
        return []
    return list(_conflicts(text.split("\n")))


def our_side(text: str, found: Sequence[Conflict]) -> str:
    """The text with our version of every conflict."""
    return _side(text, found, ours=True)


def their_side(text: str, found: Sequence[Conflict]) -> str:
    """The text with their version of every conflict."""
    return _side(text, found, ours=False)


def _side(text: str, found: Sequence[Conflict], *, ours: bool) -> str:
    lines, kept, at = text.split("\n"), [], 0
    for conflict in found:
        kept += [*lines[at : conflict.first - 1], *(conflict.ours if ours else conflict.theirs)]
        at = conflict.last
    return "\n".join([*kept, *lines[at:]])


def _conflicts(lines: Sequence[str]) -> Iterator[Conflict]:
    opened, before, parted = 0, 0, 0
    for number, line in enumerate(lines, 1):
        marker = _marker(line)
        if marker == _OURS:
            opened, before, parted = number, 0, 0
        elif marker == _BEFORE and opened and not before and not parted:
            before = number
        elif marker == _THEIRS and opened and not parted:
            parted = number
        elif marker == _END and parted:
            ours = tuple(lines[opened : (before or parted) - 1])
            markers = tuple(at for at in (opened, before, parted, number) if at)
            yield Conflict(opened, number, ours, tuple(lines[parted : number - 1]), markers)
            opened = before = parted = 0


def _marker(line: str) -> str:
    """The marker that the line is, "" for none; what stands behind it is a name of git's for the version."""
    sign = line[:7]
    if sign not in (_OURS, _BEFORE, _THEIRS, _END) or line[7:8] not in ("", " ", "\r"):
        return ""
    return "" if sign == _THEIRS and line[7:].strip() else sign
