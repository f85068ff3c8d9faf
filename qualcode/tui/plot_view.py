"""A display on the screen: labels and headers stay, the rest scrolls; a cursor goes from piece to piece."""

from __future__ import annotations

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

    def show(self, plot: Plot, key: Any = None) -> None:
        """Show a plot; the cursor goes to the piece with this key, else stays about where it was."""
        self.plot = plot
        beside = self.room - plot.width  # what is left where all of the plot is to be seen
        self._label_width = min(plot.label_width, beside if beside >= 20 else max(16, self.room // 3))
        found = next(
            ((row, at) for row, shown in enumerate(plot.rows) for at, piece in enumerate(shown.pieces)
             if key is not None and piece.key == key), None,
        )  # fmt: skip
        self.row, self.at = found or (self._nearest_row(self.row), self.at)
        self.at = min(self.at, max(0, len(self._pieces) - 1))
        size = Size(self._label_width + plot.width, len(plot.rows) + len(plot.headers))
        if size != self.virtual_size:  # setting it lays the screen out anew
            self.virtual_size = size
        self.keep_in_sight()
        self.refresh()

    @property
    def piece(self) -> Piece | None:
        """The piece under the cursor."""
        return self._pieces[self.at] if self.at < len(self._pieces) else None

    @property
    def row_shown(self) -> PlotRow | None:
        """The row under the cursor."""
        return self.plot.rows[self.row] if self.row < len(self.plot.rows) else None

    @property
    def _pieces(self) -> list[Piece]:
        return list(self.row_shown.pieces) if self.row_shown else []

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
            wanted = here.x if here else 0
            places = [abs(piece.x - wanted) for piece in self._pieces]
            at = places.index(min(places)) if places else 0
        self.at = at
        self.keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())

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
        pieces = self.plot.rows[row].pieces
        hit = [n for n, piece in enumerate(pieces) if piece.x <= x < piece.x + columns(piece.text)]
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
        room = max(0, width - self._label_width)
        x = round(self.scroll_x)
        return Strip([label, *body.crop_extend(x, x + room, plain)], self._label_width + room)

    def _head(self, y: int, plain: Style) -> Strip:
        here = self.piece
        styles = [plain + Style(bold=True)] * self.plot.width
        if here is not None and y == len(self.plot.headers) - 1:
            for column in range(here.x, min(here.x + columns(here.text), self.plot.width)):
                styles[column] = plain + Style(bold=True, underline=True)
        signs = cells(self.plot.headers[y], self.plot.width)
        return _strip(signs, [s if sign.strip() else plain for s, sign in zip(styles, signs, strict=True)])

    def _row(self, number: int, plain: Style) -> tuple[Segment, Strip]:
        row, here = self.plot.rows[number], number == self.row
        style = plain + Style(
            color=row.color or None, bold=here or (row.level == 0 and bool(row.color)), dim=not row.pieces
        )
        label = Segment(labelled(row, self._label_width), style + Style(reverse=here and self.has_focus))
        signs = cells(row.pieces, self.plot.width)
        styles = [plain] * self.plot.width
        for place, piece in enumerate(row.pieces):
            under = here and place == self.at
            for column in range(piece.x, min(piece.x + columns(piece.text), self.plot.width)):
                styles[column] = self._style(piece, row, signs[column], plain, under=under)
        if here and row.pieces:  # what lies under others must be seen when the cursor is on it
            piece = row.pieces[self.at]
            for column in range(piece.x, min(piece.x + columns(piece.text), self.plot.width)):
                styles[column] = self._style(piece, row, signs[column], plain, under=True)
        return label, _strip(signs, styles)

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


def _strip(signs: list[str], styles: list[Style]) -> Strip:
    """Signs with their styles; runs of one style become one segment."""
    segments = []
    for style, run in groupby(range(len(signs)), key=lambda at: styles[at]):
        segments.append(Segment("".join(signs[at] for at in run), style))
    return Strip(segments, len(signs))
