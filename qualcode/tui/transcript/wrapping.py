"""Where lines break at a given width, in terminal cells."""

from __future__ import annotations

import re

from rich.cells import cell_len, split_graphemes

# Everything outside these ranges may be wide, combining or joined, and takes the slow path by graphemes.
_NOT_NARROW = re.compile("[^\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2400-\u2421]")
# Signs that must not begin a row (closing marks of Chinese and Japanese text).
_NOT_FIRST = frozenset("，。、！？；：）」』】》〉”’…—～·%‰")


def is_narrow(text: str) -> bool:
    """Whether every code point of the text takes just one cell."""
    return text.isascii() or _NOT_NARROW.search(text) is None


def wrap(text: str, width: int) -> tuple[int, ...]:
    """Offsets at which new rows begin. Rows break after a space, or between wide signs; a word too long is cut."""
    if is_narrow(text):
        return _wrap_narrow(text, width) if len(text) > width else ()
    graphemes, total = split_graphemes(text)
    return _wrap_wide(text, graphemes, width) if total > width else ()


def _wrap_narrow(text: str, width: int) -> tuple[int, ...]:
    breaks, at, length = [], 0, len(text)
    while length - at > width:
        space = text.rfind(" ", at, at + width + 1)
        at = at + width if space <= at else space + 1
        if at < length:
            breaks.append(at)
    return tuple(breaks)


def _wrap_wide(text: str, graphemes: list[tuple[int, int, int]], width: int) -> tuple[int, ...]:
    breaks: list[int] = []
    used, last, used_at_last = 0, 0, 0
    for start, end, cells in graphemes:
        if used + cells > width and text[start] != " ":
            if last > (breaks[-1] if breaks else 0):
                breaks.append(last)
                used -= used_at_last
            else:
                breaks.append(start)
                used = 0
            used_at_last = 0
        used += cells
        if (cells == 2 or text[start] == " ") and text[end : end + 1] not in _NOT_FIRST:
            last, used_at_last = end, used
    return tuple(breaks)


def cells(text: str) -> int:
    """Terminal cells that the text takes."""
    return len(text) if is_narrow(text) else cell_len(text)


def offset_at_cell(text: str, cell: int) -> int:
    """Offset of the grapheme that covers this cell; the text's length beyond its end."""
    if is_narrow(text):
        return min(max(cell, 0), len(text))
    at = 0
    for start, _end, width in split_graphemes(text)[0]:
        if at + width > cell:
            return start
        at += width
    return len(text)


def grapheme_after(text: str, offset: int) -> int:
    """End of the grapheme that begins at or covers the offset."""
    return next((end for _start, end, _ in split_graphemes(text)[0] if end > offset), len(text))


def grapheme_before(text: str, offset: int) -> int:
    """Start of the last grapheme that begins before the offset."""
    return max((start for start, _end, _ in split_graphemes(text)[0] if start < offset), default=0)
