"""Quotes in full with their citations, one under another; only what is in sight is painted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualcode.analysis.citations import citation
from qualcode.analysis.table import Row
from qualcode.core.visible import visible
from qualcode.tui.transcript.wrapping import wrap

Piece = tuple[
    str, str
]  # some text, and what it is: QUOTE, BESIDE (what is said before and after) or ASIDE (the citation)
QUOTE, BESIDE, ASIDE = "quote", "beside", "aside"


def quote_lines(row: Row, width: int) -> list[tuple[str, bool]]:
    """A quote wrapped to a width, then its citation; True marks the citation."""
    lines = [(piece, False) for pieces in passage_lines("", row["text"], "", width) for piece, _ in pieces]
    return lines + [(piece, True) for piece in aside_lines(row, width)]


def passage_lines(before: str, quote: str, after: str, width: int) -> list[list[Piece]]:
    """A quote in what is said before and after it, as running text wrapped to a width; blank lines are left out."""
    text, begin, end = before + quote + after, len(before), len(before) + len(quote)
    lines, at = [], 0
    for line in text.split("\n"):
        shown = visible(line)
        if shown.strip():
            cuts = [0, *wrap(shown, width), len(shown)]
            lines += [_pieces(shown, a, b, begin - at, end - at) for a, b in pairwise(cuts)]
        at += len(line) + 1
    return lines


def _pieces(line: str, first: int, last: int, begin: int, end: int) -> list[Piece]:
    """The part of a line from `first` to `last`, of which the quote goes from `begin` to `end`."""
    last = first + len(line[first:last].rstrip())
    parts = (
        (first, min(last, begin), BESIDE),
        (max(first, begin), min(last, end), QUOTE),
        (max(first, end), last, BESIDE),
    )
    return [(line[a:b], kind) for a, b, kind in parts if a < b]


def aside_lines(row: Row, width: int, more: str = "") -> list[str]:
    """The citation, `more`, what became of the quote, and its note, wrapped to a width."""
    state = "" if row["anchor"] == "exact" else f" [{row['anchor']}]"
    note = f" — {visible(row['note'])}" if row["note"] else ""
    aside = visible(f"{citation(row, coder=True)}{more}{state}") + note
    cuts = [0, *wrap(aside, width), len(aside)]
    return [aside[a:b].rstrip() for a, b in pairwise(cuts)]


class Passages(ScrollView, can_focus=True):
    """What lists of coded passages have in common: one is under the cursor, and Enter goes to it."""

    ALLOW_SELECT = False

    class Opened(Message):
        """The user wants to see this segment in its transcript."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    def show_lines(self, first: int, last: int) -> None:
        """Scroll as little as needed to show these lines, from the first one on where they are too many."""
        height, top = max(1, self.size.height), round(self.scroll_y)
        if first < top or last - first >= height:
            self.scroll_to(y=first, animate=False, force=True)
        elif last >= top + height:
            self.scroll_to(y=last - height + 1, animate=False, force=True)


class Quotes(Passages):
    """A list of coded segments."""

    DEFAULT_CSS = "Quotes { height: 1fr; scrollbar-size: 1 1; overflow-x: hidden; }"
    BINDINGS = [
        Binding("down,j,n", "move(1)", "Next quote", show=False),
        Binding("up,k,N", "move(-1)", "Previous quote", show=False),
        Binding("pagedown,space", "move(5)", "Five on", show=False),
        Binding("pageup", "move(-5)", "Five back", show=False),
        Binding("home", "move(-1000000)", "First", show=False),
        Binding("end", "move(1000000)", "Last", show=False),
        Binding("enter", "open", "Go to its place", id="quotes.open"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.segments: Sequence[Row] = ()
        self.at = 0
        self._starts: list[int] = [0]
        self._wrapped: list[list[list[Piece]]] = []

    def show(self, rows: Sequence[Row], at: int = 0) -> None:
        self.segments, self.at = rows, min(at, max(0, len(rows) - 1))
        self._lay_out()
        self.scroll_to(y=0, animate=False, force=True)
        self._keep_in_sight()

    def _lay_out(self) -> None:
        width = max(10, (self.scrollable_content_region.width or 80) - 3)
        self._wrapped = [self.lines_of(row, width) for row in self.segments]
        self._starts = list(accumulate((len(lines) + 1 for lines in self._wrapped), initial=0))
        self.virtual_size = Size(0, self._starts[-1])
        self.refresh()

    def lines_of(self, row: Row, width: int) -> list[list[Piece]]:
        """A quote as it is shown, line by line."""
        return [[(text, ASIDE if aside else QUOTE)] for text, aside in quote_lines(row, width)]

    def sign_of(self, row: Row) -> str:
        """What stands left of a quote's first line, one column wide."""
        return " "

    def on_resize(self) -> None:
        self._lay_out()
        self._keep_in_sight()

    def action_move(self, by: int) -> None:
        self.at = min(max(self.at + by, 0), max(0, len(self.segments) - 1))
        self._keep_in_sight()
        self.refresh()

    def _keep_in_sight(self) -> None:
        if not self.segments:
            return
        self.show_lines(self._starts[self.at], self._starts[self.at + 1] - 2)

    def action_open(self) -> None:
        if self.segments:
            self.post_message(self.Opened(self.segments[self.at]))

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or not self.segments:
            return
        number = min(bisect_right(self._starts, at.y + round(self.scroll_y)) - 1, len(self.segments) - 1)
        if number == self.at:
            self.action_open()
        else:
            self.at = number
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width, plain = self.scrollable_content_region.width, self.rich_style
        line = y + round(self.scroll_y)
        if line >= self._starts[-1]:
            return Strip.blank(width, plain)
        number = bisect_right(self._starts, line) - 1
        lines = self._wrapped[number]
        within = line - self._starts[number]
        if within >= len(lines):
            return Strip.blank(width, plain)
        here = number == self.at
        accent = "#e5a05c" if self.has_focus else None
        sign = self.sign_of(self.segments[number]) if within == 0 else " "
        mark = Segment(("▌" if here else " ") + sign, plain + Style(color=accent if here else None, bold=True))
        body = [Segment(text, plain + self.style_of(kind, here)) for text, kind in lines[within]]
        return Strip([mark, *body]).crop_extend(0, width, plain)

    def style_of(self, kind: str, here: bool) -> Style:
        """How a piece of text looks, and how it does under the cursor."""
        if kind == QUOTE:
            return Style(bold=here and self.has_focus)
        return Style(dim=kind == BESIDE or not here, italic=kind == ASIDE)
