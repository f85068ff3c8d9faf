"""A display in block characters: labelled rows, and beside them pieces at columns. The terminal shows it, the command prints it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, overload

from qualcode.core.visible import columns, fit

HORIZONTAL = " ▏▎▍▌▋▊▉█"
VERTICAL = " ▁▂▃▄▅▆▇█"
NO_DATA = "░"


class Piece(NamedTuple):
    """Something at a place: from column `x`, as wide as its text. `tone` is bar, zero, none (no data), speaker or head;
    `key` says what is behind it."""

    x: int
    text: str
    tone: str = "bar"
    key: Any = None


class Pieces(Sequence[Piece]):
    """So many pieces, each made when it is looked at: a row of 300 cases by 24 months is mostly out of sight."""

    def __init__(self, number: int, make: Callable[[int], Piece]) -> None:
        self._number, self._make = number, make

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, at: int) -> Piece: ...

    @overload
    def __getitem__(self, at: slice) -> list[Piece]: ...

    def __getitem__(self, at: int | slice) -> Piece | list[Piece]:
        found = range(self._number)[at]
        return self._make(found) if isinstance(found, int) else [self._make(number) for number in found]


class PlotRow(NamedTuple):
    """A row: its label, indented by level, a number beside the label, the colour of its bars, what it stands for, its pieces
    in order of place."""

    label: str
    level: int
    aside: str
    color: str
    key: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Plot:
    """Rows under header lines, `width` columns without the labels."""

    title: str
    headers: Sequence[Sequence[Piece]]
    rows: Sequence[PlotRow]
    width: int

    @property
    def label_width(self) -> int:
        """Columns that the longest label needs, with its number and a gap."""
        return max((columns(labelled(row, 0)) for row in self.rows), default=0) + 2

    def lines(self, label_width: int) -> list[str]:
        """The plot as text."""
        blank = " " * label_width
        heads = [(blank + painted(head, self.width)).rstrip() for head in self.headers]
        rows = [labelled(row, label_width) + painted(row.pieces, self.width) for row in self.rows]
        return [*heads, *(line.rstrip() for line in rows)]


def fitted(draw: Callable[[int], Plot], width: int) -> tuple[Plot, int]:
    """A plot that takes the whole width with its labels, which get a third at most; and the width of the labels."""
    label = min(draw(40).label_width, max(16, width // 3))
    return draw(max(30, width - label)), label


def labelled(row: PlotRow, width: int) -> str:
    """The label of a row and its number, filled to a width; as wide as they are where the width is 0."""
    label = "  " * row.level + row.label
    if not width:
        return f"{label} {row.aside}" if row.aside else label
    room = width - columns(row.aside) - 2
    return fit(label, max(1, room)) + f" {row.aside} "


def painted(pieces: Iterable[Piece], width: int) -> str:
    """The pieces at their columns; a later one lies over an earlier one."""
    return "".join(cells(pieces, width))


def cells(pieces: Iterable[Piece], width: int) -> list[str]:
    """What stands in each column: a sign with its marks, or nothing behind a wide one."""
    found = [" "] * width
    for piece in pieces:
        at = piece.x
        for char in piece.text:
            size = columns(char)
            if not size:
                if max(piece.x, 0) < at <= width:
                    found[at - 1] += char
            elif at >= 0 and at + size <= width:
                found[at : at + size] = [char, *[""] * (size - 1)]
            at += size
    return found


def horizontal_bar(share: float, width: int) -> str:
    """A bar in eighths of a column, filled with spaces to the width; a share above 0 is always seen."""
    eighths = max(round(share * width * 8), 1 if share > 0 else 0)
    full, rest = divmod(eighths, 8)
    return ("█" * full + HORIZONTAL[rest] * (rest > 0)).ljust(width)[:width]


def vertical_bar(share: float) -> str:
    """One sign, as high as the share; a share above 0 is always seen."""
    return VERTICAL[max(round(share * 8), 1 if share > 0 else 0)]


def number(value: float | None) -> str:
    """A number as it is shown: whole ones without a point, "" for no data."""
    return "" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)
