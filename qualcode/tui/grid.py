"""The matrix as a grid: labels, headers and totals stay, the rest scrolls; only what is in sight is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualcode.core.visible import columns as display_columns
from qualcode.core.visible import fit
from qualcode.tui.grid_measures import column_width, header_height, header_lines
from qualcode.tui.grid_paint import GridRow, Look, cell_style, in_words, label_segments, left, right, shade

__all__ = ["Grid", "GridRow", "shade"]

_KEPT_STRIPS = 2_048
_TEXT_WIDTH = 30


class Grid(ScrollView, can_focus=True):
    """Rows of values, shaded by size, with a cell cursor.

    A `footer` stands below the rows and can be gone to like one; of the columns the last one stands at the right where
    `standing` is True. Both are totals: they are not shaded.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = "Grid { height: 1fr; scrollbar-size: 1 1; }"
    BINDINGS = [
        Binding("down,j", "move(1,0)", "Down", show=False),
        Binding("up,k", "move(-1,0)", "Up", show=False),
        Binding("right,l", "move(0,1)", "Right", show=False),
        Binding("left,h", "move(0,-1)", "Left", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("ctrl+right", "page_across(1)", "Columns on", show=False),
        Binding("ctrl+left", "page_across(-1)", "Columns back", show=False),
        Binding("home", "edge(-1)", "First row", show=False),
        Binding("end", "edge(1)", "Last row", show=False),
        Binding("dollar_sign", "side(1)", "Last column", show=False),
        Binding("circumflex_accent", "side(-1)", "First column", show=False),
        Binding("enter", "open", "Quotes", id="grid.open"),
    ]

    class Opened(Message):
        """Enter or a second click on a cell."""

        def __init__(self, row: int, column: int) -> None:
            super().__init__()
            self.row, self.column = row, column

    class Moved(Message):
        """The cell cursor moved."""

        def __init__(self, row: int, column: int) -> None:
            super().__init__()
            self.row, self.column = row, column

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.headers: Sequence[str] = ()
        self.grid_rows: Sequence[GridRow] = ()
        self.footer: GridRow | None = None
        self.row, self.column = 0, 0
        self._most: float = 1
        self._standing, self._texts, self._corner = False, False, ""
        self._words: Callable[[Any], str] = in_words
        self._label_width, self._cell_width, self._total_width, self._header = 20, 8, 0, 1
        self._measured: tuple[object, ...] = ()
        self._painted: dict[tuple[object, ...], Strip] = {}
        self._seen_look: Look | None = None

    def show(
        self, headers: Sequence[str], rows: Sequence[GridRow], most: float, *, footer: GridRow | None = None,
        standing: bool = False, words: Callable[[Any], str] = in_words, texts: bool = False, corner: str = "",
    ) -> None:  # fmt: skip
        """Show these rows under these headers; `most` is the value that is shaded darkest, `words` says how a value is
        written, `corner` stands above the labels. `texts` are set left, in wider columns."""
        self.headers, self.grid_rows, self._most = headers, rows, max(most, 0) or 1
        self.footer, self._standing, self._words, self._texts, self._corner = footer, standing, words, texts, corner
        self._painted.clear()
        self._measured = ()
        self._share()
        self.row = min(self.row, max(0, self._rows_in_all - 1))
        self.column = min(self.column, max(0, len(headers) - 1))
        self.refresh()

    @property
    def needs(self) -> int:
        """The columns of the terminal that all of it takes, as it is shared out now."""
        return self.virtual_size.width

    @property
    def _rows_in_all(self) -> int:
        return len(self.grid_rows) + (self.footer is not None)

    @property
    def _scrolled(self) -> int:
        """How many columns scroll; the others stand."""
        return len(self.headers) - (1 if self._total_width else 0)

    def _share(self) -> None:
        """Share the width out among labels, cells and what stands at the right."""
        width = self.scrollable_content_region.width or 80
        if self._measured == (width,):
            return
        self._measured = (width,)
        widest = max((row.level * 2 + display_columns(row.label) + 5 + (display_columns(row.aside) + 2 if row.aside else 0)
                      for row in self.grid_rows), default=20)  # fmt: skip
        widest = max(widest, display_columns(self._corner) + 3)
        standing = self._standing and len(self.headers) > 1
        total = self._width_of_totals() if standing else 0
        scrolled = self.headers[:-1] if standing else self.headers
        floor = min(widest, max(16, width // 3))
        cell = _TEXT_WIDTH if self._texts else column_width(
            scrolled, display_columns(self._words(self._most)), width - total - floor)  # fmt: skip
        beside = width - total - cell * len(scrolled)  # what is left where all columns are to be seen
        self._label_width = max(
            16, min(widest, beside if beside >= 24 else max(width // 3, 24) if width >= 90 else width // 2)
        )
        if width - total - self._label_width < cell:  # too narrow for anything to stand beside the labels
            total = 0
        self._cell_width, self._total_width = cell, total
        self._header = header_height(self.headers, cell)
        size = Size(self._label_width + cell * self._scrolled + total, self._rows_in_all + self._header)
        if size != self.virtual_size:  # setting it lays the screen out anew
            self.virtual_size = size

    def _width_of_totals(self) -> int:
        rows = [*self.grid_rows, *([self.footer] if self.footer else [])]
        largest = max((row.values[-1] for row in rows if isinstance(row.values[-1], (int, float))), default=0)
        return max(display_columns(self._words(largest)), min(display_columns(self.headers[-1]), 12), 5) + 3

    def on_resize(self) -> None:
        self._painted.clear()
        self._share()
        self.refresh()
        self.call_after_refresh(self.keep_in_sight)

    # ---------------------------------------------------------------- moving

    def action_move(self, rows: int, columns: int) -> None:
        self.go(self.row + rows, self.column + columns)

    def action_page(self, direction: int) -> None:
        self.go(self.row + direction * max(1, self._height - 1), self.column)

    def action_page_across(self, direction: int) -> None:
        room = max(
            1, (self.scrollable_content_region.width - self._label_width - self._total_width) // self._cell_width
        )
        self.go(self.row, self.column + direction * room)

    def action_edge(self, direction: int) -> None:
        """To the first or last row; from the last one to the totals."""
        last = len(self.grid_rows) - 1
        self.go(0 if direction < 0 else last + 1 if self.row >= last else last, self.column)

    def action_side(self, direction: int) -> None:
        self.go(self.row, 0 if direction < 0 else len(self.headers) - 1)

    def go(self, row: int, column: int) -> None:
        """Put the cursor on a cell and bring it into sight."""
        self.row = min(max(row, 0), max(0, self._rows_in_all - 1))
        self.column = min(max(column, 0), max(0, len(self.headers) - 1))
        self.keep_in_sight()
        self.refresh()
        self.post_message(self.Moved(self.row, self.column))

    @property
    def _height(self) -> int:
        """How many rows there is room for between headers and totals."""
        seen = self.scrollable_content_region.height  # a scrollbar may lie over the last row
        return max(1, seen - self._header - (self.footer is not None))

    def keep_in_sight(self) -> None:
        """Scroll so that the cell under the cursor can be seen."""
        x, y = round(self.scroll_x), round(self.scroll_y)
        if self.row < len(self.grid_rows):
            y = min(max(y, self.row - self._height + 1), self.row)
        if self.column < self._scrolled:
            width = max(1, self.scrollable_content_region.width - self._label_width - self._total_width)
            start = self.column * self._cell_width
            x = min(max(x, start + self._cell_width - width), start)
        if (x, y) != (round(self.scroll_x), round(self.scroll_y)):
            self.scroll_to(max(0, x), max(0, y), animate=False, force=True)

    def action_open(self) -> None:
        if self.grid_rows and self.headers:
            self.post_message(self.Opened(self.row, self.column))

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        row = self._row_at(at.y) if at is not None else None
        if at is None or row is None:
            return
        column = self._column_at(at.x)
        if (row, column) == (self.row, self.column):
            self.action_open()
        else:
            self.go(row, column)

    def _row_at(self, y: int) -> int | None:
        """The row painted on a line; None for the headers and below the last one."""
        if y < self._header:
            return None
        if self.footer is not None and y == min(self._header + len(self.grid_rows), self._header + self._height):
            return len(self.grid_rows)
        row = y - self._header + round(self.scroll_y)
        return row if row < len(self.grid_rows) and y < self._header + self._height else None

    def _column_at(self, x: int) -> int:
        if x < self._label_width:
            return self.column
        if self._total_width and x >= self._label_width + self._room:
            return len(self.headers) - 1
        return (x - self._label_width + round(self.scroll_x)) // self._cell_width

    # ---------------------------------------------------------------- painting

    @property
    def _room(self) -> int:
        """The columns of the terminal between labels and what stands at the right."""
        width = self.scrollable_content_region.width - self._label_width - self._total_width
        return max(0, min(width, self._cell_width * self._scrolled))

    def render_lines(self, crop: Region) -> list[Strip]:
        self._seen_look = self._look()
        return super().render_lines(crop)

    def _look(self) -> Look:
        return Look(self.rich_style, self.background_colors[1].hex6, self.app.current_theme.dark, self.has_focus)

    def render_line(self, y: int) -> Strip:
        look = self._seen_look or self._look()
        width, row = self.scrollable_content_region.width, self._row_at(y)
        if y < self._header:
            return self._header_strip(y, look).adjust_cell_length(width, look.plain)
        if row is None:
            return Strip.blank(width, look.plain)
        return self._row_strip(row, look).adjust_cell_length(width, look.plain)

    def _in_sight(self) -> tuple[range, int]:
        """The scrolling columns that can be seen, and how far the first one is cut."""
        x = round(self.scroll_x)
        first, shift = x // self._cell_width, x % self._cell_width
        return range(first, min(self._scrolled, first + self._room // self._cell_width + 2)), shift

    def _across(
        self, label: list[Segment], cells: list[Segment], shift: int, standing: list[Segment], plain: Style
    ) -> Strip:
        room = self._room
        body = Strip(cells, self._cell_width * len(cells)).crop_extend(shift, shift + room, plain)
        return Strip([*label, *body, *standing], self._label_width + room + self._total_width)

    def _header_strip(self, y: int, look: Look) -> Strip:
        seen, shift = self._in_sight()
        corner = self._corner if y == self._header - 1 else ""
        label = Segment(fit("  " + corner, self._label_width), look.plain + Style(dim=True))
        cells = [self._header_cell(column, self._cell_width, y, look) for column in seen]
        standing = []
        if self._total_width:
            standing = [self._header_cell(len(self.headers) - 1, self._total_width, y, look)]
        return self._across([label], cells, shift, standing, look.plain)

    def _header_cell(self, column: int, width: int, y: int, look: Look) -> Segment:
        lines = header_lines(self.headers[column], width - 1)
        line = y - self._header + len(lines)
        text = lines[line] if 0 <= line < len(lines) else ""
        here = column == self.column and y == self._header - 1
        set_at = left if self._texts and column < self._scrolled else right
        return Segment(set_at(text, width), look.plain + Style(bold=True, underline=here))

    def _row_strip(self, number: int, look: Look) -> Strip:
        """A row as painted; kept for as long as the grid shows the same."""
        seen, shift = self._in_sight()
        cursor = self.column if number == self.row else None
        key = (number, cursor, seen, shift, self._room, look)
        strip = self._painted.get(key)
        if strip is None:
            if len(self._painted) > _KEPT_STRIPS:
                self._painted.clear()
            strip = self._painted[key] = self._paint_row(number, seen, shift, look)
        return strip

    def _paint_row(self, number: int, seen: range, shift: int, look: Look) -> Strip:
        total = number == len(self.grid_rows)
        row = self.footer if total and self.footer is not None else self.grid_rows[number]
        here = number == self.row
        label = label_segments(row, self._label_width, here, total, look)
        cells = [self._cell(row, column, here and column == self.column, total, look) for column in seen]
        standing = []
        if self._total_width:
            last = len(self.headers) - 1
            value, at = row.values[last], here and last == self.column
            sign = "¶" if last in row.memos else " "
            standing = [Segment(right(self._words(value), self._total_width, sign), cell_style(look, value, 0, at))]
        return self._across(label, cells, shift, standing, look.plain)

    def _cell(self, row: GridRow, column: int, here: bool, total: bool, look: Look) -> Segment:
        value = row.values[column]
        most = (
            0.0 if total or column in row.plain or (self._standing and column == len(self.headers) - 1) else self._most
        )
        sign = "¶" if column in row.memos else " "
        set_at = left if self._texts and isinstance(value, str) else right
        return Segment(set_at(self._words(value), self._cell_width, sign), cell_style(look, value, most, here))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
