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

from qualcode.analysis.table import Row
from qualcode.core.visible import fit, visible
from qualcode.tui.transcript.wrapping import cells, wrap


def citation(row: Row) -> str:
    """Who said it, in what kind of document, when: as the study cites its sources."""
    parts = [row["speaker"] or row["title"], row["kind"] or "no kind", row["date"] or "undated"]
    return f"({', '.join(parts)})" + (f" · {row['coder']}" if row["coder"] else "")


def quote_lines(row: Row, width: int) -> list[tuple[str, bool]]:
    """A quote wrapped to a width, then its citation; True marks the citation."""
    lines: list[tuple[str, bool]] = []
    for line in row["text"].split("\n"):
        shown = visible(line)
        if not shown.strip():
            continue
        cuts = [0, *wrap(shown, width), len(shown)]
        lines += [(shown[a:b].rstrip(), False) for a, b in pairwise(cuts)]
    state = "" if row["anchor"] == "exact" else f" [{row['anchor']}]"
    note = f" — {visible(row['note'])}" if row["note"] else ""
    aside = visible(f"{citation(row)}{state}") + note
    cuts = [0, *wrap(aside, width), len(aside)]
    return lines + [(aside[a:b].rstrip(), True) for a, b in pairwise(cuts)]


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
        self._wrapped: dict[int, list[tuple[str, bool]]] = {}

    def show(self, rows: Sequence[Row], at: int = 0) -> None:
        self.segments, self.at = rows, min(at, max(0, len(rows) - 1))
        self._lay_out()
        self.scroll_to(y=0, animate=False, force=True)
        self._keep_in_sight()

    def _lay_out(self) -> None:
        width = max(10, (self.scrollable_content_region.width or 80) - 3)
        self._wrapped = {number: quote_lines(row, width) for number, row in enumerate(self.segments)}
        self._starts = list(accumulate((len(lines) + 1 for lines in self._wrapped.values()), initial=0))
        self.virtual_size = Size(0, self._starts[-1])
        self.refresh()

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
        text, aside = lines[within] if within < len(lines) else ("", False)
        here = number == self.at and within < len(lines)
        mark = Segment("▌ " if here else "  ", plain + Style(color="#e5a05c" if self.has_focus else None, bold=True))
        style = plain + Style(dim=aside and not here, italic=aside, bold=here and not aside and self.has_focus)
        shown = fit(text, width - 2) if cells(text) > width - 2 else text
        return Strip([mark, Segment(shown, style)], 2 + cells(shown)).adjust_cell_length(width, plain)
