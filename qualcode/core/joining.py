"""One text changed in two places at once: both changes made in it, where no line was changed by both."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from qualcode.core.revision import Edit, Revision


class Joined(NamedTuple):
    """The text with the changes of both sides; or, where `lines` has any, the lines (of the common text, counted from 1) that
    both changed, and no text."""

    text: str
    lines: tuple[int, ...] = ()


def join(common: str, ours: str, theirs: str) -> Joined:
    """Make the changes of both sides in the common text. A line that both changed alike is no conflict."""
    starts = [0]
    starts += [at + 1 for at, sign in enumerate(common) if sign == "\n"]
    one, other = (Revision.between(common, text).edits for text in (ours, theirs))
    both = _touched(one, starts) & _touched(other, starts)
    alike = {line for line in both if _of_line(one, line, starts) == _of_line(other, line, starts)}
    if clash := sorted(line + 1 for line in both if line not in alike):
        return Joined("", tuple(clash))
    edits = sorted({*one, *other})
    try:
        return Joined(Revision(tuple(edits)).apply(common))
    except ValueError:
        return Joined("", tuple(line + 1 for line in sorted(both)) or (1,))


def _touched(edits: Sequence[Edit], starts: Sequence[int]) -> set[int]:
    """The lines that edits touch; the one behind a line end that is taken out or put in counts too."""
    found: set[int] = set()
    for edit in edits:
        first, last = (bisect_right(starts, at) - 1 for at in (edit.at, edit.at + len(edit.removed)))
        found.update(range(first, last + 1))
    return found


def _of_line(edits: Sequence[Edit], line: int, starts: Sequence[int]) -> list[Edit]:
    return [edit for edit in edits if line in _touched([edit], starts)]
