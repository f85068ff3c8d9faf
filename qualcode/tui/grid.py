"""The matrix as a grid: labels and header stay, the rest scrolls; only what is in sight is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.color import Color
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualcode.core.visible import columns as display_columns
from qualcode.core.visible import fit

_HEADER = 1
_KEPT_STRIPS = 1_024


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row: what it is called, how deep it is indented, its sign for folding ("" where it cannot fold), its values."""

    key: str
    label: str
    level: int
    sign: str
    color: str
    values: Sequence[int]


class Grid(ScrollView, can_focus=True):
    """Rows of numbers, shaded by value, with a cell cursor."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Grid { height: 1fr; scrollbar-size: 1 1; }"
    BINDINGS = [
        Binding("down,j", "move(1,0)", "Down", show=False),
        Binding("up,k", "move(-1,0)", "Up", show=False),
        Binding("right,l", "move(0,1)", "Right", show=False),
        Binding("left,h", "move(0,-1)", "Left", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "edge(-1)", "First row", show=False),
        Binding("end", "edge(1)", "Last row", show=False),
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
        self.row, self.column = 0, 0
        self._label_width, self._cell_width, self._most = 20, 8, 1
        self._painted: dict[tuple[object, ...], Strip] = {}

    def show(self, headers: Sequence[str], rows: Sequence[GridRow], most: int) -> None:
        """Show these rows under these headers; `most` is the value that is shaded darkest."""
        self.headers, self.grid_rows, self._most = headers, rows, max(1, most)
        self._share()
        self.row = min(self.row, max(0, len(rows) - 1))
        self.column = min(self.column, max(0, len(headers) - 1))
        size = Size(self._label_width + self._cell_width * len(headers), len(rows) + _HEADER)
        if size != self.virtual_size:  # setting it lays the screen out anew
            self.virtual_size = size
        self.refresh()

    def _share(self) -> None:
        width = self.scrollable_content_region.width or 80
        widest = max((row.level * 2 + display_columns(row.label) + 5 for row in self.grid_rows), default=20)
        longest = max((display_columns(header) for header in self.headers), default=6)
        self._cell_width = max(7, min(longest + 2, 20))
        if width < 90 and longest <= 5:
            self._cell_width = 6
        beside = width - self._cell_width * len(self.headers)  # what is left where all columns are to be seen
        self._label_width = max(16, min(widest, beside if beside >= 24 else width // 2))

    def on_resize(self) -> None:
        self.show(self.headers, self.grid_rows, self._most)
        self.call_after_refresh(self.keep_in_sight)

    # ---------------------------------------------------------------- moving

    def action_move(self, rows: int, columns: int) -> None:
        self.go(self.row + rows, self.column + columns)

    def action_page(self, direction: int) -> None:
        self.go(self.row + direction * max(1, self.size.height - 2), self.column)

    def action_edge(self, direction: int) -> None:
        self.go(0 if direction < 0 else len(self.grid_rows) - 1, self.column)

    def go(self, row: int, column: int) -> None:
        """Put the cursor on a cell and bring it into sight."""
        self.row = min(max(row, 0), max(0, len(self.grid_rows) - 1))
        self.column = min(max(column, 0), max(0, len(self.headers) - 1))
        self.keep_in_sight()
        self.refresh()
        self.post_message(self.Moved(self.row, self.column))

    def keep_in_sight(self) -> None:
        """Scroll so that the cell under the cursor can be seen."""
        seen = self.scrollable_content_region  # a scrollbar may lie over the last row
        height, width = max(1, seen.height - _HEADER), max(1, seen.width - self._label_width)
        x, y = round(self.scroll_x), round(self.scroll_y)
        y = min(max(y, self.row - height + 1), self.row)
        left = self.column * self._cell_width
        x = min(max(x, left + self._cell_width - width), left)
        if (x, y) != (round(self.scroll_x), round(self.scroll_y)):
            self.scroll_to(max(0, x), max(0, y), animate=False, force=True)

    def action_open(self) -> None:
        if self.grid_rows and self.headers:
            self.post_message(self.Opened(self.row, self.column))

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or at.y < _HEADER:
            return
        row = at.y - _HEADER + round(self.scroll_y)
        column = (
            (at.x - self._label_width + round(self.scroll_x)) // self._cell_width
            if at.x >= self._label_width
            else self.column
        )
        if (row, column) == (self.row, self.column):
            self.action_open()
        else:
            self.go(row, column)

    # ---------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        x = round(self.scroll_x)
        room = max(0, width - self._label_width)
        first, shift = x // self._cell_width, x % self._cell_width
        seen = range(first, min(len(self.headers), first + room // self._cell_width + 2))
        row = y - _HEADER + round(self.scroll_y)
        plain = self.rich_style
        if y < _HEADER:
            label = Segment(" " * self._label_width, plain)
            cells = [
                Segment(self._right(self.headers[c]), plain + Style(bold=True, underline=c == self.column))
                for c in seen
            ]
        elif row < len(self.grid_rows):
            return self._row_strip(row, seen, shift, room, plain)
        else:
            return Strip.blank(width, plain)
        body = Strip(cells, self._cell_width * len(seen)).crop_extend(shift, shift + room, plain)
        return Strip([label, *body], self._label_width + room)

    def _row_strip(self, number: int, seen: range, shift: int, room: int, plain: Style) -> Strip:
        """A row as painted; kept for as long as it shows the same."""
        shown = self.grid_rows[number]
        cursor = (self.column, self.has_focus) if number == self.row else None
        key = (
            shown.label, shown.level, shown.sign, shown.color, tuple(shown.values), cursor, seen, shift, room,
            self._label_width, self._cell_width, self._most, plain, self.background_colors[1].hex6,
        )  # fmt: skip
        strip = self._painted.get(key)
        if strip is None:
            if len(self._painted) > _KEPT_STRIPS:
                self._painted.clear()
            label, cells = self._row_segments(number, seen, plain)
            body = Strip(cells, self._cell_width * len(seen)).crop_extend(shift, shift + room, plain)
            strip = self._painted[key] = Strip([label, *body], self._label_width + room)
        return strip

    def _row_segments(self, number: int, seen: range, plain: Style) -> tuple[Segment, list[Segment]]:
        row = self.grid_rows[number]
        here = number == self.row
        indent = "  " * row.level + (f"{row.sign} " if row.sign else "  ")
        label = fit(indent + row.label, self._label_width - 1) + " "
        style = plain + Style(color=row.color or None, bold=here or row.level == 0, reverse=here and self.has_focus)
        background = self.background_colors[1].hex6
        cells = []
        for column in seen:
            value = row.values[column]
            cell = plain + shade(value, self._most, background, self.app.current_theme.dark)
            if here and column == self.column:
                cell = plain + (Style(reverse=True, bold=True) if self.has_focus else Style(bold=True, underline=True))
            cells.append(Segment(self._right(str(value) if value else "·"), cell))
        return Segment(label, style), cells

    def _right(self, text: str) -> str:
        text = fit(text, min(display_columns(text), self._cell_width - 1)) if text else ""
        return " " * (self._cell_width - 1 - display_columns(text)) + text + " "

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()


@lru_cache(maxsize=1024)
def shade(value: int, most: int, background: str, dark: bool) -> Style:
    """Darker or lighter ground by the square root of the share: small counts stay apart from none."""
    if not value:
        return Style(dim=True)
    share = (value / most) ** 0.5
    ground = Color.parse(background).blend(Color.parse("#2f81f7"), 0.08 + 0.55 * share)
    return Style(bgcolor=ground.hex6, color="#ffffff" if dark or share > 0.6 else "#1f2328")
