"""Summaries as a grid: each cell several lines, headers and labels stay, only what is in sight is wrapped and painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.strip import Strip

from qualcode.core.visible import fit, visible
from qualcode.tui.cell_grid import CellGrid
from qualcode.tui.transcript.wrapping import cells, wrap

_HEADER = 2
_NARROWEST, _WIDEST = 22, 46
_FEWEST, _USUAL, _TALL, _MOST = 2, 5, 12, 30  # lines of a cell
_KEPT = 4_096


class SummaryCell(NamedTuple):
    """What a cell shows: a line with its sign and numbers (in this colour, "" for the usual), and its text."""

    told: str
    color: str
    text: str


class SummaryGrid(CellGrid):
    """Rows of texts with a cell cursor."""

    DEFAULT_CSS = "SummaryGrid { height: 1fr; scrollbar-size: 1 1; }"
    BINDINGS = [
        Binding("plus", "taller(1)", "More lines", show=False),
        Binding("minus", "taller(-1)", "Fewer lines", show=False),
        Binding("enter", "open", "Write", id="framework.open"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.headers: Sequence[str] = ()
        self.labels: Sequence[str] = ()
        self._chosen = 0  # lines of a cell as the user wants them; 0: as the room allows
        self._lines = _USUAL  # of a cell, without the rule below it
        self._cell_at: Callable[[int, int], SummaryCell] | None = None
        self._cells: dict[tuple[int, int], SummaryCell] = {}
        self._label_width, self._cell_width = 16, _NARROWEST
        self._wrapped: dict[tuple[str, int], Sequence[str]] = {}

    def show(
        self, headers: Sequence[str], labels: Sequence[str], cell_at: Callable[[int, int], SummaryCell]
    ) -> None:  # fmt: skip
        """Show these rows under these headers, the cells asked for as they come into sight; the cursor stays where it is as
        far as it can."""
        self.headers, self.labels, self._cell_at = headers, labels, cell_at
        self._cells.clear()
        self.stay_within()
        self.share_out()
        self.refresh()

    def share_out(self) -> None:
        width = self.scrollable_content_region.width or 80
        longest = max((cells(visible(label)) for label in self.labels), default=8)
        room = self.scrollable_content_region.height - _HEADER
        self._lines = self._chosen or min(max(_USUAL, room // max(1, len(self.labels)) - 1), _TALL)
        self._label_width = min(max(10, longest + 2), max(10, width // 4), 26)
        beside = width - self._label_width
        seen = max(1, min(len(self.headers) or 1, beside // _NARROWEST))
        self._cell_width = min(max(_NARROWEST, beside // seen), _WIDEST)
        size = Size(self._label_width + self._cell_width * len(self.headers), _HEADER + self._pitch * len(self.labels))
        if size != self.virtual_size:  # setting it lays the screen out anew
            self.virtual_size = size

    @property
    def _pitch(self) -> int:
        """Lines from one row to the next."""
        return self._lines + 1

    # ---------------------------------------------------------------- moving

    @property
    def extent(self) -> tuple[int, int]:
        """How many rows and columns there are."""
        return len(self.labels), len(self.headers)

    @property
    def rows_at_once(self) -> int:
        return max(1, (self.size.height - _HEADER) // self._pitch)

    def action_taller(self, by: int) -> None:
        self._chosen = min(max(self._lines + by, _FEWEST), _MOST)
        self.share_out()
        self.refresh()
        self.call_after_refresh(self.keep_in_sight)

    def keep_in_sight(self) -> bool:
        """Scroll so that the cell under the cursor can be seen; whether that was needed."""
        seen = self.scrollable_content_region
        height, width = max(1, seen.height - _HEADER), max(1, seen.width - self._label_width)
        x, y = round(self.scroll_x), round(self.scroll_y)
        top, left = self.row * self._pitch, self.column * self._cell_width
        y = min(max(y, top + self._pitch - height), top)
        x = min(max(x, left + self._cell_width - width), left)
        if (x, y) != (round(self.scroll_x), round(self.scroll_y)):
            self.scroll_to(max(0, x), max(0, y), animate=False, force=True)
            self.refresh()
            return True
        return False

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or at.y < _HEADER or at.x < self._label_width:
            return
        row = (at.y - _HEADER + round(self.scroll_y)) // self._pitch
        column = (at.x - self._label_width + round(self.scroll_x)) // self._cell_width
        if row < len(self.labels) and column < len(self.headers):
            self.open_or_go(row, column)

    # ---------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        width, plain = self.scrollable_content_region.width, self.rich_style
        room = max(0, width - self._label_width)
        x = round(self.scroll_x)
        first, shift = x // self._cell_width, x % self._cell_width
        seen = range(first, min(len(self.headers), first + room // self._cell_width + 2))
        row, line = divmod(y - _HEADER + round(self.scroll_y), self._pitch)
        if y < _HEADER:
            label, body = self._header(y, seen, plain)
        elif row < len(self.labels):
            label, body = self._line(row, line, seen, plain)
        else:
            return Strip.blank(width, plain)
        cropped = Strip(body, self._cell_width * len(seen)).crop_extend(shift, shift + room, plain)
        return Strip([label, *cropped], self._label_width + room)

    def _header(self, y: int, seen: range, plain: Style) -> tuple[Segment, list[Segment]]:
        if y:
            rule = plain + Style(dim=True)
            return Segment("─" * self._label_width, rule), [Segment("─" * self._cell_width, rule) for _ in seen]
        names = [Segment(" " + fit(self.headers[c], self._cell_width - 2) + " ",
                         plain + Style(bold=True, underline=c == self.column)) for c in seen]  # fmt: skip
        return Segment(" " * self._label_width, plain), names

    def _line(self, row: int, line: int, seen: range, plain: Style) -> tuple[Segment, list[Segment]]:
        here, dim = row == self.row, plain + Style(dim=True)
        if line == self._lines:
            return Segment("─" * self._label_width, dim), [Segment("─" * self._cell_width, dim) for _ in seen]
        label = self._wrap(self.labels[row], self._label_width - 1, self._lines)
        text = label[line] if line < len(label) else ""
        style = plain + Style(bold=True, underline=here and self.has_focus)
        return (
            Segment(text + " " * (self._label_width - cells(text)), style if text else plain),
            [
                segment
                for c in seen
                for segment in self._cell(self._shown(row, c), line, here and c == self.column, plain)
            ],
        )

    def _shown(self, row: int, column: int) -> SummaryCell:
        found = self._cells.get((row, column))
        if found is None and self._cell_at is not None:
            if len(self._cells) > _KEPT:
                self._cells.clear()
            found = self._cells[row, column] = self._cell_at(row, column)
        return found or SummaryCell("", "", "")

    def _cell(self, cell: SummaryCell, line: int, here: bool, plain: Style) -> tuple[Segment, Segment]:
        """One line of a cell: the bar of the cursor, then what is told of it or a line of its text."""
        room = self._cell_width - 2
        focused = here and self.has_focus
        bar = Segment("▌" if here else " ", plain + Style(color="#e5a05c" if focused else None, bold=True))
        if line == 0:
            told = plain + Style(color=cell.color or None, bold=bool(cell.color) or here, reverse=focused)
            return bar, Segment(fit(cell.told, room) + " ", told)
        lines = self._wrap(cell.text, room, self._lines - 1)
        text = lines[line - 1] if line <= len(lines) else ""
        return bar, Segment(text + " " * (room + 1 - cells(text)), plain + Style(bold=focused))

    def _wrap(self, text: str, width: int, most: int) -> Sequence[str]:
        """The first lines of a text, wrapped, with an ellipsis where there are more; kept while they are asked for."""
        key = (text, width * 100 + most)
        found = self._wrapped.get(key)
        if found is None:
            if len(self._wrapped) > _KEPT:
                self._wrapped.clear()
            found = self._wrapped[key] = _first_lines(text, width, most)
        return found


def _first_lines(text: str, width: int, most: int) -> list[str]:
    lines: list[str] = []
    for line in text.strip("\n")[: width * most * 4].split("\n"):
        shown = visible(line)
        cuts = [0, *wrap(shown, width), len(shown)]
        lines += [shown[a:b].rstrip() for a, b in pairwise(cuts)] if shown.strip() else []
        if len(lines) > most:
            break
    kept = [line if cells(line) <= width else fit(line, width) for line in lines[:most]]
    if len(lines) > most and kept:
        kept[-1] = (kept[-1] if cells(kept[-1]) < width else fit(kept[-1], width - 1).rstrip("… ")) + "…"
    return kept
