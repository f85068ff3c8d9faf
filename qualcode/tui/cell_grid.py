"""What grids have in common: a cell is under the cursor, keys move it, Enter opens it."""

from __future__ import annotations

from textual.binding import Binding
from textual.message import Message
from textual.scroll_view import ScrollView


class CellGrid(ScrollView, can_focus=True):
    """Rows and columns with a cell cursor; how they are painted and scrolled is for the kinds of grid to say."""

    ALLOW_SELECT = False
    BINDINGS = [
        Binding("down,j", "move(1,0)", "Down", show=False),
        Binding("up,k", "move(-1,0)", "Up", show=False),
        Binding("right,l", "move(0,1)", "Right", show=False),
        Binding("left,h", "move(0,-1)", "Left", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "edge(-1)", "First row", show=False),
        Binding("end", "edge(1)", "Last row", show=False),
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
        self.row, self.column = 0, 0

    @property
    def extent(self) -> tuple[int, int]:
        """How many rows and columns the cursor can stand on."""
        raise NotImplementedError

    @property
    def rows_at_once(self) -> int:
        """How many rows a page has."""
        raise NotImplementedError

    def keep_in_sight(self) -> bool:
        """Scroll so that the cell under the cursor can be seen; whether that was needed."""
        raise NotImplementedError

    def stay_within(self) -> None:
        """The cursor stays where it is as far as there are cells."""
        rows, columns = self.extent
        self.row, self.column = min(max(self.row, 0), max(0, rows - 1)), min(max(self.column, 0), max(0, columns - 1))

    def go(self, row: int, column: int) -> None:
        """Put the cursor on a cell and bring it into sight."""
        was, self.row, self.column = self.row, row, column
        self.stay_within()
        if not self.keep_in_sight():
            self.repaint_rows(was, self.row)
        self.post_message(self.Moved(self.row, self.column))

    def repaint_rows(self, *_rows: int) -> None:
        """Paint these rows anew, and the headers; here all of it."""
        self.refresh()

    def action_move(self, rows: int, columns: int) -> None:
        self.go(self.row + rows, self.column + columns)

    def action_page(self, direction: int) -> None:
        self.go(self.row + direction * self.rows_at_once, self.column)

    def action_edge(self, direction: int) -> None:
        self.go(0 if direction < 0 else self.extent[0] - 1, self.column)

    def action_open(self) -> None:
        if all(self.extent):
            self.post_message(self.Opened(self.row, self.column))

    def open_or_go(self, row: int, column: int) -> None:
        """A click: the first one goes to the cell, the second opens it."""
        if (row, column) == (self.row, self.column):
            self.action_open()
        else:
            self.go(row, column)

    def on_resize(self) -> None:
        self.share_out()
        self.refresh()
        self.call_after_refresh(self.keep_in_sight)

    def share_out(self) -> None:
        """Share the width out among labels and cells."""
        raise NotImplementedError

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
