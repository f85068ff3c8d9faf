"""A display on the screen: labels and headers stay, the rest scrolls; a cursor goes from piece to piece."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualcode.analysis.plot import HORIZONTAL, VERTICAL, Piece, Plot, PlotRow, cells, labelled
from qualcode.core.visible import columns

_BARS = frozenset(HORIZONTAL + VERTICAL + "▬") - {" "}
_EMPTY = Plot("", [], [], 0)
_LONGEST = 200  # columns: no piece of a display that is wider than the screen is longer
_Look = Callable[[Piece, str], Style]


def _x(piece: Piece) -> int:
    return piece.x


class PlotView(ScrollView, can_focus=True):
    """Rows of bars with a cursor on one of them."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "PlotView { height: 1fr; scrollbar-size: 1 1; }"
    BINDINGS = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("right,l", "along(1)", "Right", show=False),
        Binding("left,h", "along(-1)", "Left", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "edge(0)", "First row", show=False),
        Binding("end", "edge(-1)", "Last row", show=False),
        Binding("enter", "open", "Quotes", id="displays.open"),
    ]

    class Opened(Message):
        """Enter or a second click on a piece."""

        def __init__(self, key: Any) -> None:
            super().__init__()
            self.key = key

    class Moved(Message):
        """The cursor moved to another piece."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.plot = _EMPTY
        self.row, self.at = 0, 0
        self._label_width = 20

    # ---------------------------------------------------------------- what is shown

    class Resized(Message):
        """There is more or less room than before."""

    @property
    def room(self) -> int:
        """The columns that there are, labels included; one is left for a scrollbar."""
        return max(40, (self.content_size.width or 80) - 1)

    def show(self, plot: Plot) -> None:
        """Show a plot; the cursor stays on the piece that it is on, if that is there, else about where it was."""
        row, piece = self.row_shown, self.piece
        self.plot = plot
        beside = self.room - plot.width  # what is left where all of the plot is to be seen
        self._label_width = min(plot.label_width, beside if beside >= 20 else max(16, self.room // 3))
        self._stay(row.key if row else "", piece.key if piece else None)
        size = Size(self._label_width + plot.width, len(plot.rows) + len(plot.headers))
        if size != self.virtual_size:  # setting it lays the screen out anew
            self.virtual_size = size
        self.keep_in_sight()
        self.refresh()

    def _stay(self, row: str, piece: Any) -> None:
        found = next((at for at, shown in enumerate(self.plot.rows) if row and shown.key == row), self.row)
        self.row = self._nearest_row(found)
        here = (
            next((at for at, one in enumerate(self._pieces) if one.key == piece), self.at) if found == self.row else 0
        )
        self.at = min(here, max(0, len(self._pieces) - 1))

    @property
    def piece(self) -> Piece | None:
        """The piece under the cursor."""
        return self._pieces[self.at] if self.at < len(self._pieces) else None

    @property
    def row_shown(self) -> PlotRow | None:
        """The row under the cursor."""
        return self.plot.rows[self.row] if self.row < len(self.plot.rows) else None

    @property
    def _pieces(self) -> Sequence[Piece]:
        return self.row_shown.pieces if self.row_shown else ()

    def _nearest_row(self, wanted: int, step: int = 1) -> int:
        """The row, or the first with pieces behind it, else before it."""
        rows = self.plot.rows
        wanted = min(max(wanted, 0), max(0, len(rows) - 1))
        ways = (range(wanted, len(rows)), range(min(wanted, len(rows) - 1), -1, -1))
        for way in ways if step > 0 else reversed(ways):
            for number in way:
                if rows[number].pieces:
                    return number
        return wanted

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    # ---------------------------------------------------------------- moving

    def action_move(self, by: int) -> None:
        self.go(self._nearest_row(self.row + by, by))

    def action_along(self, by: int) -> None:
        self.go(self.row, min(max(self.at + by, 0), max(0, len(self._pieces) - 1)))

    def action_page(self, direction: int) -> None:
        self.action_move(direction * max(1, self.size.height - len(self.plot.headers) - 1))

    def action_edge(self, row: int) -> None:
        self.go(self._nearest_row(row if row >= 0 else len(self.plot.rows) - 1, 1 if row >= 0 else -1))

    def go(self, row: int, at: int | None = None) -> None:
        """Put the cursor on a row: on one of its pieces, or on the one nearest to where it is."""
        here = self.piece
        self.row = row
        if at is None:
            at = self._nearest_piece(here.x if here else 0)
        self.at = at
        self.keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())

    def _nearest_piece(self, x: int) -> int:
        """The piece of this row that begins nearest to a column."""
        after = bisect_left(self._pieces, x, key=_x)
        near = [at for at in (after - 1, after) if 0 <= at < len(self._pieces)]
        return min(near, key=lambda at: abs(self._pieces[at].x - x), default=0)

    def keep_in_sight(self) -> None:
        """Scroll so that the piece under the cursor can be seen."""
        seen, piece = self.scrollable_content_region, self.piece
        height, width = max(1, seen.height - len(self.plot.headers)), max(1, seen.width - self._label_width)
        x, y = round(self.scroll_x), round(self.scroll_y)
        y = min(max(y, self.row - height + 1), self.row)
        if piece is not None:
            x = min(max(x, piece.x + columns(piece.text) + 1 - width), piece.x)
        if (x, y) != (round(self.scroll_x), round(self.scroll_y)):
            self.scroll_to(max(0, x), max(0, y), animate=False, force=True)

    def action_open(self) -> None:
        if self.piece is not None:
            self.post_message(self.Opened(self.piece.key))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or place.y < len(self.plot.headers):
            return
        row = place.y - len(self.plot.headers) + round(self.scroll_y)
        if row >= len(self.plot.rows) or not self.plot.rows[row].pieces:
            return
        x = place.x - self._label_width + round(self.scroll_x)
        seen = self._seen(self.plot.rows[row].pieces)
        hit = [at for at, piece in seen if piece.x <= x < piece.x + columns(piece.text)]
        if hit and (row, hit[-1]) == (self.row, self.at):
            self.action_open()
        else:
            self.go(row, hit[-1] if hit else None)

    # ---------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        width, plain = self.scrollable_content_region.width, self.rich_style
        number = y - len(self.plot.headers) + round(self.scroll_y)
        if y < len(self.plot.headers):
            label, body = Segment(" " * self._label_width, plain), self._head(y, plain)
        elif number < len(self.plot.rows):
            label, body = self._row(number, plain)
        else:
            return Strip.blank(width, plain)
        return Strip([label, *body], self._label_width + self._shown_columns)

    @property
    def _shown_columns(self) -> int:
        return max(0, self.scrollable_content_region.width - self._label_width)

    def _seen(self, pieces: Sequence[Piece]) -> list[tuple[int, Piece]]:
        """The pieces in sight, with their numbers."""
        left = round(self.scroll_x)
        first = bisect_left(pieces, left - _LONGEST, key=_x) if self.plot.width > _LONGEST else 0
        last = bisect_left(pieces, left + self._shown_columns, key=_x)
        return [(at, pieces[at]) for at in range(first, last)]

    def _head(self, y: int, plain: Style) -> list[Segment]:
        here, bold = self.piece, plain + Style(bold=True)
        pieces = [piece for _, piece in self._seen(self.plot.headers[y])]
        marked = [here] if here is not None and y == len(self.plot.headers) - 1 else []
        return self._painted(pieces, marked, lambda piece, sign: bold if sign.strip() else plain, lambda piece, sign: bold + (
            Style(underline=bool(sign.strip()))), plain)  # fmt: skip

    def _row(self, number: int, plain: Style) -> tuple[Segment, list[Segment]]:
        row, here = self.plot.rows[number], number == self.row
        style = plain + Style(
            color=row.color or None, bold=here or (row.level == 0 and bool(row.color)), dim=not row.pieces
        )
        label = Segment(labelled(row, self._label_width), style + Style(reverse=here and self.has_focus))
        pieces = [piece for _, piece in self._seen(row.pieces)]
        marked = [self.piece] if here and self.piece is not None else []

        def look(piece: Piece, sign: str) -> Style:
            return self._style(piece, row, sign, plain, under=False)

        def look_under(piece: Piece, sign: str) -> Style:
            return self._style(piece, row, sign, plain, under=True)

        return label, self._painted(pieces, marked, look, look_under, plain)

    def _painted(
        self, pieces: Sequence[Piece], marked: Sequence[Piece], look: _Look, look_under: _Look, plain: Style
    ) -> list[Segment]:
        """Pieces as far as they are in sight; those marked are painted last, over what lies over them."""
        left, room = round(self.scroll_x), self._shown_columns
        signs = cells([piece._replace(x=piece.x - left) for piece in pieces], room)
        styles = [plain] * room
        for piece, style in (*((piece, look) for piece in pieces), *((piece, look_under) for piece in marked)):
            for column in range(max(0, piece.x - left), min(piece.x - left + columns(piece.text), room)):
                styles[column] = style(piece, signs[column])
        runs = groupby(range(room), key=lambda at: styles[at])
        return [Segment("".join(signs[at] for at in run), style) for style, run in runs]

    def _style(self, piece: Piece, row: PlotRow, sign: str, plain: Style, *, under: bool) -> Style:
        bar = piece.tone in ("bar", "speaker") and sign in _BARS
        if not under:
            color = row.color if piece.tone == "bar" and bar else ""
            return plain + Style(color=color or None, dim=piece.tone in ("none", "zero", "speaker"))
        # a full block turned round would look like a hole: under the cursor bars lose their colour, the rest is turned round
        return plain + Style(bold=True, underline=bar or not self.has_focus, reverse=self.has_focus and not bar)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
