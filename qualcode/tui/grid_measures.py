"""The measures of a grid: how its width is shared out, and headers that run over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from qualcode.core.overlay import kept_while_worn
from qualcode.core.visible import columns, fit, visible

MOST_HEADER_LINES = 3
NARROWEST, WIDEST = 7, 20
_SHORT = 10  # headers shorter than that are not broken
_WIDEST_OF_MANY = 14  # where not all columns can be seen at once
_TEXT_WIDTH = 30
_PARTS = re.compile(r"[^\s\-‐_/·:,.]*[\-‐_/·:,.]*\s*")


@kept_while_worn(4096)
def header_lines(text: str, width: int) -> tuple[str, ...]:
    """The header on as few lines of this width as it takes, broken at spaces and hyphens; what goes beyond the last line is cut.

    >>> header_lines("interview by phone", 9)
    ('interview', 'by phone')
    """
    lines: list[str] = []
    rest = visible(text).strip()
    while rest and len(lines) < MOST_HEADER_LINES:
        if len(lines) == MOST_HEADER_LINES - 1 or columns(rest) <= width:
            lines.append(fit(rest, min(columns(rest), width)))
            break
        line = _first_line(rest, width)
        lines.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return tuple(lines)


def _first_line(text: str, width: int) -> str:
    """As many whole words as the width holds; where not even one fits, as much of it."""
    line = ""
    for part in _PARTS.findall(text):
        if columns((line + part).rstrip()) > width:
            break
        line += part
    if line:
        return line
    used = 0
    for at, char in enumerate(text):
        used += columns(char)
        if used > width and at:
            return text[:at]
    return text


def fits(text: str, width: int) -> bool:
    """Whether the header can be read in full at this width, no word of it broken."""
    if columns(text) <= width:
        return True
    broken = any(columns(part.rstrip()) > width for part in _PARTS.findall(text))
    return not broken and not "".join(header_lines(text, width)).endswith("…")


def column_width(headers: Sequence[str], value: int, room: int) -> int:
    """The width of all columns, one blank on either side included: headers on one line where the room is enough for that, else
    the narrowest at which they can be read on several. `value` is the width of the widest value."""
    longest = max((columns(header) for header in headers), default=0)
    least = max(NARROWEST, value + 2)
    wide = max(least, min(longest + 2, WIDEST))
    if wide * len(headers) <= room:
        return wide
    narrow = max(least, longest + 1) if longest < _SHORT else least
    while narrow < min(wide, _WIDEST_OF_MANY) and not all(fits(header, narrow - 1) for header in headers):
        narrow += 1
    return narrow


def header_height(headers: Iterable[str], width: int) -> int:
    """How many lines the headers take at this width of the column."""
    return max((len(header_lines(header, width - 1)) for header in headers), default=1) or 1


class Shares(NamedTuple):
    """How wide labels, cells and the column that stands at the right (0: none does) are, and how high the headers."""

    label: int = 20
    cell: int = 8
    total: int = 0
    header: int = 1


def shared_out(width: int, headers: Sequence[str], label: int, value: int, total: int, *, texts: bool) -> Shares:
    """The width of a grid shared out: `label`, `value` and `total` are what the widest of them take; with a `total` the last
    column stands. Columns of texts have a width of their own."""
    scrolled = headers[:-1] if total else headers
    floor = min(label, max(16, width // 3))
    cell = _TEXT_WIDTH if texts else column_width(scrolled, value, width - total - floor)
    beside = width - total - cell * len(scrolled)  # what is left where all columns are to be seen
    at_least = max(width // 3, 24) if width >= 90 else width // 2
    labels = max(16, min(label, beside if beside >= 24 else at_least))
    if width - total - labels < cell:  # too narrow for anything to stand
        total = 0
    return Shares(labels, cell, total, header_height(headers, cell))
