"""What stands beside a place in a text, as much as fits into so many terminal columns."""

from __future__ import annotations

import re

from qualcode.core.visible import columns

_SPACE = re.compile(r"\s+")
_MOST_PER_COLUMN = 4  # code points looked at for a column: marks and joiners take none


def before(text: str, start: int, floor: int, width: int) -> str:
    """The end of `text[floor:start]`, at most so many columns of it; any run of space is one space."""
    near = _SPACE.sub(" ", text[max(floor, start - width * _MOST_PER_COLUMN) : start])
    if near.isascii():
        return near[-width:]
    used, at = 0, len(near)
    while at > 0 and (used := used + columns(near[at - 1])) <= width:
        at -= 1
    while at < len(near) and columns(near[at]) == 0:  # a mark without its letter
        at += 1
    return near[at:]


def after(text: str, end: int, ceiling: int, width: int) -> str:
    """The beginning of `text[end:ceiling]`, likewise."""
    near = _SPACE.sub(" ", text[end : min(ceiling, end + width * _MOST_PER_COLUMN)])
    if near.isascii():
        return near[:width]
    used, at = 0, 0
    while at < len(near) and (used := used + columns(near[at])) <= width:
        at += 1
    return near[:at]
