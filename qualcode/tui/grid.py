"""The matrix as a grid: labels, headers and totals stay, the rest scrolls; only what is in sight is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.strip import Strip

from qualcode.core.visible import columns as display_columns
from qualcode.tui.cell_grid import CellGrid
from qualcode.tui.grid_measures import Shares, shared_out
from qualcode.tui.grid_paint import GridRow, Look, Sheet, Sight, header_strip, in_words, row_strip

__all__ = ["Grid", "GridRow"]

_KEPT_STRIPS = 2_048


class Grid(CellGrid):
    """Rows of values, shaded by size, with a cell cursor.

    A `footer` stands below the rows and can be gone to like one; of the columns the last one stands at the right where
    `standing` is True. Both are totals: they are not shaded.
    """

    DEFAULT_CSS = "Grid { height: 1fr; scrollbar-size: 1 1; }"
    BINDINGS = [
        Binding("ctrl+right", "page_across(1)", "Columns on", show=False),
        Binding("ctrl+left", "page_across(-1)", "Columns back", show=False),
        Binding("dollar_sign", "side(1)", "Last column", show=False),
        Binding("circumflex_accent", "side(-1)", "First column", show=False),
        Binding("enter", "open", "Quotes", id="grid.open"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sheet, self._shares = Sheet(words=in_words), Shares()
        self._shared_for = -1
        self._painted: dict[tuple[object, ...], Strip] = {}
        self._sight: Sight | None = None

    def show(
        self, headers: Sequence[str], rows: Sequence[GridRow], most: float, *, footer: GridRow | None = None,
        standing: bool = False, words: Callable[[Any], str] = in_words, texts: bool = False, corner: str = "",
    ) -> None:  # fmt: skip
        """Show these rows under these headers; `most` is the value that is shaded darkest, `words` says how a value is
        written, `corner` stands above the labels. `texts` are set left, in wider columns."""
        standing = standing and len(headers) > 1
        self.sheet = Sheet(headers, rows, footer, max(most, 0) or 1, standing, words, texts, corner)
        self._shared_for = -1
        self.share_out()
        self.stay_within()
        self.refresh()

    @property
    def headers(self) -> Sequence[str]:
        return self.sheet.headers

    @property
    def grid_rows(self) -> Sequence[GridRow]:
        return self.sheet.rows

    @property
    def needs(self) -> int:
        """The columns of the terminal that all of it takes, as it is shared out now."""
        return self.virtual_size.width

    @property
    def _scrolled(self) -> int:
        """How many columns scroll; the others stand."""
        return len(self.headers) - (1 if self._shares.total else 0)

    def share_out(self) -> None:
        """Share the width out among labels, cells and what stands at the right."""
        width = self.scrollable_content_region.width or 80
        self._sight = None
        if width == self._shared_for:
            return
        sheet, self._shared_for = self.sheet, width
        self._painted.clear()
        label = max(display_columns(sheet.corner) + 3, max(map(_label_width, sheet.rows), default=20))
        value = 0 if sheet.texts else display_columns(sheet.words(sheet.most))
        total = self._width_of_totals() if sheet.standing else 0
        self._shares = shares = shared_out(width, sheet.headers, label, value, total, texts=sheet.texts)
        beside = (width - shares.label - shares.total) % shares.cell  # so that the last column can be scrolled to
        size = Size(shares.label + shares.cell * self._scrolled + shares.total, sheet.height + shares.header)
        if size.width > width:
            size = Size(size.width + beside, size.height)
        if size != self.virtual_size:  # setting it lays the screen out anew
            self.virtual_size = size

    def _width_of_totals(self) -> int:
        rows = [*self.sheet.rows, *([self.sheet.footer] if self.sheet.footer else [])]
        largest = max((row.values[-1] for row in rows if isinstance(row.values[-1], (int, float))), default=0)
        texts = max((len(row.values[-1]) for row in rows if isinstance(row.values[-1], str)), default=0)
        header = min(display_columns(self.headers[-1]), 12)
        return max(display_columns(self.sheet.words(largest)), min(texts, 12), header, 5) + 3

    # ---------------------------------------------------------------- moving

    @property
    def extent(self) -> tuple[int, int]:
        """How many rows and columns the cursor can stand on; the totals below the rows count."""
        return self.sheet.height if self.grid_rows else 0, len(self.headers)

    @property
    def rows_at_once(self) -> int:
        return max(1, self._height - 1)

    def action_page_across(self, direction: int) -> None:
        self.go(self.row, self.column + direction * self._columns_at_once)

    def action_edge(self, direction: int) -> None:
        """To the first or last row; from the last one to the totals."""
        last = len(self.grid_rows) - 1
        self.go(0 if direction < 0 else last + 1 if self.row >= last else last, self.column)

    def action_side(self, direction: int) -> None:
        self.go(self.row, 0 if direction < 0 else len(self.headers) - 1)

    def repaint_rows(self, *rows: int) -> None:
        """Paint these rows anew, and the headers; the others have not changed."""
        width, top = self.size.width, round(self.scroll_y)
        lines = [
            self._footer_line if row == len(self.grid_rows) else self._shares.header + row - top for row in set(rows)
        ]
        self.refresh(
            Region(0, 0, width, self._shares.header),
            *(Region(0, line, width, 1) for line in lines if line >= self._shares.header),
        )

    @property
    def _footer_line(self) -> int:
        return self._shares.header + min(len(self.grid_rows), self._height)

    @property
    def _height(self) -> int:
        """How many rows there is room for between headers and totals."""
        seen = self.scrollable_content_region.height  # a scrollbar may lie over the last row
        return max(1, seen - self._shares.header - (self.sheet.footer is not None))

    def keep_in_sight(self) -> bool:
        """Scroll so that the cell under the cursor can be seen; whether that was needed."""
        x, y = round(self.scroll_x), round(self.scroll_y)
        if self.row < len(self.grid_rows):
            y = min(max(y, self.row - self._height + 1), self.row)
        if self.column < self._scrolled:
            first, seen = x // self._shares.cell, self._columns_at_once
            x = min(max(first, self.column - seen + 1), self.column) * self._shares.cell
        if (x, y) != (round(self.scroll_x), round(self.scroll_y)):
            self.scroll_to(max(0, x), max(0, y), animate=False, force=True)
            self._sight = None
            self.refresh()
            return True
        return False

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        row = self._row_at(at.y) if at is not None else None
        if at is None or row is None:
            return
        self.open_or_go(row, self._column_at(at.x))

    def _row_at(self, y: int) -> int | None:
        """The row painted on a line; None for the headers and below the last one."""
        if y < self._shares.header:
            return None
        if self.sheet.footer is not None and y == self._footer_line:
            return len(self.grid_rows)
        row = y - self._shares.header + round(self.scroll_y)
        return row if row < len(self.grid_rows) and y < self._shares.header + self._height else None

    def _column_at(self, x: int) -> int:
        shares, seen = self._shares, self._look_around().seen
        if x < shares.label or not seen:
            return self.column
        column = seen.start + (x - shares.label) // shares.cell
        return column if column < seen.stop or not shares.total else len(self.headers) - 1

    # ---------------------------------------------------------------- painting

    @property
    def _columns_at_once(self) -> int:
        """How many scrolling columns there is room for."""
        width = self.scrollable_content_region.width - self._shares.label - self._shares.total
        return max(1, width // self._shares.cell)

    def _look_around(self) -> Sight:
        """What is in sight now."""
        first = round(self.scroll_x / self._shares.cell)
        seen = range(first, min(self._scrolled, first + self._columns_at_once))
        look = Look(self.rich_style, self.background_colors[1].hex6, self.app.current_theme.dark, self.has_focus)
        return Sight(self._shares, self.scrollable_content_region.width, seen, look)

    def render_lines(self, crop: Region) -> list[Strip]:
        self._sight = self._look_around()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        sight = self._sight = self._sight or self._look_around()
        row = self._row_at(y)
        if y < self._shares.header:
            return header_strip(self.sheet, sight, y, self.column)
        return Strip.blank(sight.width, sight.look.plain) if row is None else self._row_strip(row, sight)

    def _row_strip(self, number: int, sight: Sight) -> Strip:
        """A row as painted; kept for as long as the grid shows the same."""
        cursor = self.column if number == self.row else None
        strip = self._painted.get((number, cursor, sight))
        if strip is None:
            if len(self._painted) > _KEPT_STRIPS:
                self._painted.clear()
            strip = self._painted[number, cursor, sight] = row_strip(self.sheet, sight, number, cursor)
        return strip


def _label_width(row: GridRow) -> int:
    """The columns that a row's label takes, with its indentation and what stands aside of it."""
    return row.level * 2 + display_columns(row.label) + 5 + (display_columns(row.aside) + 2 if row.aside else 0)
