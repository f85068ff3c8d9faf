"""How the cells of a grid look: the ground by the value, the texts in their columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from qualcode.core.overlay import kept_while_worn
from qualcode.core.visible import columns, fit, visible
from qualcode.tui.grid_measures import Shares, header_lines

NOTHING = "·"


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: what it is called, how deep it is indented, its sign for folding ("" where it cannot fold), its values.

    `aside` stands dimmed behind the label; `plain` are columns that are not shaded, `memos` those with a memo (¶).
    """

    key: str
    label: str
    level: int
    sign: str
    color: str
    values: Sequence[Any]
    aside: str = ""
    plain: frozenset[int] = frozenset()
    memos: frozenset[int] = frozenset()


class Sheet(NamedTuple):
    """All that a grid shows. `most` is the value that is shaded darkest; see `Grid.show`."""

    headers: Sequence[str] = ()
    rows: Sequence[GridRow] = ()
    footer: GridRow | None = None
    most: float = 1
    standing: bool = False
    words: Callable[[Any], str] = str
    texts: bool = False
    corner: str = ""

    @property
    def height(self) -> int:
        """How many rows there are, the footer included."""
        return len(self.rows) + (self.footer is not None)

    def is_total(self, row: int, column: int) -> bool:
        """Whether a cell stands in the row or column of totals."""
        return row == len(self.rows) or (self.standing and column == len(self.headers) - 1)


class Sight(NamedTuple):
    """The part of a sheet that is in sight: the scrolling columns that are `seen`, whole ones only: a number of which digits are
    cut off would be another number."""

    shares: Shares
    width: int
    seen: range
    look: Look


class Look(NamedTuple):
    """What cells are painted on: the widget's own style, its ground, whether the theme is dark and the grid has the focus."""

    plain: Style
    ground: str
    dark: bool
    focused: bool


def in_words(value: Any) -> str:
    """A value as a cell shows it; nothing is a dot."""
    return str(value) if value else NOTHING


@lru_cache(maxsize=8192)
def cell_style(look: Look, value: Any, most: float, here: bool) -> Style:
    """The style of a cell; with `most` 0 it is a total, which is not shaded, on a ground of its own."""
    if here:
        return look.plain + (Style(reverse=True, bold=True) if look.focused else Style(bold=True, underline=True))
    if most <= 0:
        return look.plain + Style(dim=not value, bold=bool(value), bgcolor=total_ground(look.ground, look.dark))
    if not value or not isinstance(value, (int, float)):
        return look.plain + Style(dim=not value)
    return look.plain + shade(value, most, look.ground, look.dark)


@lru_cache(maxsize=1024)
def shade(value: float, most: float, background: str, dark: bool) -> Style:
    """Darker or lighter ground by the square root of the share: small counts stay apart from none."""
    if not value:
        return Style(dim=True)
    share = min(1.0, value / most) ** 0.5
    ground = Color.parse(background).blend(Color.parse("#2f81f7"), 0.08 + 0.55 * share)
    return Style(bgcolor=ground.hex6, color="#ffffff" if dark or share > 0.6 else "#1f2328")


@lru_cache(maxsize=8)
def total_ground(ground: str, dark: bool) -> str:
    """The ground of totals: a little away from that of cells without shade."""
    return Color.parse(ground).blend(Color.parse("#ffffff" if dark else "#000000"), 0.07).hex6


@kept_while_worn(8192)
def right(text: str, width: int, sign: str = " ") -> str:
    """The text at the right of a cell, a blank (or a sign) behind it."""
    text = fit(text, min(columns(text), width - 1)) if text else ""
    return " " * (width - 1 - columns(text)) + text + sign


@kept_while_worn(8192)
def left(text: str, width: int, sign: str = " ") -> str:
    """The text at the left of a cell, cut, a blank (or a sign) behind it."""
    return fit(" ".join(text.split()), width - 1) + sign


def label_segments(row: GridRow, width: int, here: bool, total: bool, look: Look) -> list[Segment]:
    """The row's label with its indentation and sign; what stands aside of it takes what room is left."""
    indent = "  " * row.level + (f"{row.sign} " if row.sign else "  ")
    style = look.plain + Style(color=row.color or None, bold=here or row.level == 0, reverse=here and look.focused,
                               bgcolor=total_ground(look.ground, look.dark) if total else None)  # fmt: skip
    text = indent + visible(row.label)
    room = width - 1 - columns(text) - 2
    if not row.aside or room < 4:
        return [Segment(fit(text, width - 1) + " ", style)]
    aside = Segment("  " + fit(row.aside, room) + " ", look.plain + Style(dim=True, reverse=here and look.focused))
    return [Segment(text, style), aside]


def header_strip(sheet: Sheet, sight: Sight, line: int, cursor: int) -> Strip:
    """A line of the headers; the last one marks the column of the cursor and names the labels."""
    shares, look = sight.shares, sight.look
    last = line == shares.header - 1
    label = Segment(fit("  " + sheet.corner if last else "", shares.label), look.plain + Style(dim=True))

    def cell(column: int, width: int) -> Segment:
        lines = header_lines(sheet.headers[column], width - 1)
        number = line - shares.header + len(lines)
        text = lines[number] if 0 <= number < len(lines) else ""
        set_at = left if sheet.texts and not sheet.is_total(0, column) else right
        return Segment(set_at(text, width), look.plain + Style(bold=True, underline=last and column == cursor))

    cells = [cell(column, shares.cell) for column in sight.seen]
    return _across(sight, [label], cells, [cell(len(sheet.headers) - 1, shares.total)] if shares.total else [])


def row_strip(sheet: Sheet, sight: Sight, number: int, cursor: int | None) -> Strip:
    """A row; the cursor is in this column of it, None where it is in another row."""
    shares, look = sight.shares, sight.look
    footer = sheet.footer if number == len(sheet.rows) else None
    row = footer if footer is not None else sheet.rows[number]

    def cell(column: int, width: int) -> Segment:
        value, here = row.values[column], column == cursor
        shaded = not sheet.is_total(number, column) and column not in row.plain
        set_at = left if sheet.texts and isinstance(value, str) else right
        text = set_at(sheet.words(value), width, "¶" if column in row.memos else " ")
        return Segment(text, cell_style(look, value, sheet.most if shaded else 0, here))

    label = label_segments(row, shares.label, cursor is not None, footer is not None, look)
    cells = [cell(column, shares.cell) for column in sight.seen]
    return _across(sight, label, cells, [cell(len(sheet.headers) - 1, shares.total)] if shares.total else [])


def _across(sight: Sight, label: list[Segment], cells: list[Segment], standing: list[Segment]) -> Strip:
    length = sight.shares.label + sight.shares.cell * len(cells) + sight.shares.total
    return Strip([*label, *cells, *standing], length).adjust_cell_length(sight.width, sight.look.plain)
