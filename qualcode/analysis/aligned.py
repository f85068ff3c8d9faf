"""A table as aligned text for reading, and which of its columns find room in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qualcode.core.visible import columns as display_columns
from qualcode.core.visible import fit, visible

_NARROWEST = 12
_GAP = 2
_SIGNS_A_COLUMN = 8  # more than letters with their marks, or emoji, take


def aligned(names: Sequence[str], columns: Sequence[Sequence[Any]], width: int | None = None) -> str:
    """Lines with the values of these columns below one another; the widest are cut where lines would be longer than `width`."""
    names = list(map(shown, names))
    numeric = [bool(column) and set(map(type, column)) <= {int, float, type(None)} for column in columns]
    cells = [list(map(shown, column)) for column in columns]
    if width:
        cells = [[_at_most(cell, width) for cell in column] for column in cells]
    widths = [_widest(name, column) for name, column in zip(names, cells, strict=True)]
    if width:
        widths = _narrowed(widths, width)
    padded = [
        _padded([name, *column], size, number)
        for name, column, size, number in zip(names, cells, widths, numeric, strict=True)
    ]
    head, *lines = map("  ".join, zip(*padded, strict=True)) if padded else [""]
    rule = "  ".join("─" * size for size in widths)
    return "\n".join([head.rstrip(), rule, *(line.rstrip() for line in lines)]) + "\n"


def with_room(names: Sequence[str], columns: Sequence[Sequence[Any]], width: int) -> int:
    """How many of the first columns find room in the width when each is cut as far as it can be; at least one."""
    used = -_GAP
    for number, (name, column) in enumerate(zip(names, columns, strict=True)):
        used += _GAP + min(_NARROWEST, _widest(shown(name), [shown(value)[:_NARROWEST] for value in column]))
        if used > width and number:
            return number
    return len(names)


def figure(value: float) -> str:
    """A number as people read it: two decimals, three below 1; files have all that there are."""
    return str(round(value, 2 if abs(value) >= 1 else 3)) if isinstance(value, float) else str(value)


def shown(value: Any) -> str:
    """A value on one line that cannot drive a terminal."""
    if isinstance(value, str):
        return visible(" ".join(value.split()))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else figure(value)


def _at_most(cell: str, width: int) -> str:
    """The cell, or of a very long one what may be seen of it: measuring a million signs takes a second."""
    return cell if len(cell) <= _SIGNS_A_COLUMN * width else cell[: _SIGNS_A_COLUMN * width]


def _widest(name: str, cells: Sequence[str]) -> int:
    return max(map(display_columns, (name, *cells)))


def _narrowed(widths: Sequence[int], width: int) -> list[int]:
    """All cut to the same size where they are wider, none below 12 columns; what is left over goes to the last ones cut."""
    room = width - _GAP * (len(widths) - 1)
    if sum(widths) <= room:
        return list(widths)
    low, high = _NARROWEST, max(_NARROWEST, *widths)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if sum(min(size, middle) for size in widths) <= room else (low, middle - 1)
    cut = [min(size, low) for size in widths]
    spare = room - sum(cut)
    for number in reversed([number for number, size in enumerate(widths) if size > low]):
        cut[number] += spare > 0
        spare -= 1
    return cut


def _padded(cells: Sequence[str], width: int, number: bool) -> list[str]:
    if number:
        return [
            " " * (width - display_columns(cell)) + cell if display_columns(cell) <= width else fit(cell, width)
            for cell in cells
        ]
    return [fit(cell, width) for cell in cells]
