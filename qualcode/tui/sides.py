"""Two to four columns of quotes in step: a code begins on the same line in all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from qualcode.analysis.table import Row
from qualcode.core.visible import columns, fit, visible
from qualcode.tui.quotes import Passages
from qualcode.tui.side_blocks import HEADING, Block
from qualcode.tui.transcript.wrapping import cells

_GAP = " │ "
_HERE = "#e5a05c"


class At(NamedTuple):
    """Where the cursor is: the block, the side, the quote on that side (HEADING on the block's heading)."""

    block: int = 0
    side: int = 0
    quote: int = HEADING


class Sides(Passages):
    """The blocks of a comparison. Only what is in sight is wrapped and painted."""

    DEFAULT_CSS = "Sides { height: 1fr; scrollbar-size: 1 1; overflow-x: hidden; }"
    BINDINGS = [
        Binding("down,j", "move(1)", "Next quote", show=False),
        Binding("up,k", "move(-1)", "Previous quote", show=False),
        Binding("left,h", "side(-1)", "Column to the left", show=False),
        Binding("right,l", "side(1)", "Column to the right", show=False),
        Binding("tab", "side(0)", "Next column", show=False),
        Binding("right_square_bracket,pagedown,space", "block(1)", "Next code", show=False),
        Binding("left_square_bracket,pageup", "block(-1)", "Previous code", show=False),
        Binding("home", "block(-1000000)", "First code", show=False),
        Binding("end", "block(1000000)", "Last code", show=False),
        Binding("enter", "open", "Go to its place"),
    ]

    class Folding(Message):
        """The heading of a block was opened: fold it, or unfold it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.blocks: list[Block] = []
        self.count = 2
        self.at = At()
        self._starts = [0]

    # ---------------------------------------------------------------- what is shown

    def show(self, blocks: Sequence[Block], count: int, *, keep: bool = False) -> None:
        """Show these blocks of so many sides; the cursor stays on its quote, or on its code, if wanted."""
        code, coding, side = self._place()
        self.blocks, self.count = list(blocks), count
        found = self._found(code, coding, min(side, count - 1)) if keep and code else None
        self.at = found or self._first()
        self._estimate()
        if found is None:
            self.scroll_target_y = self.scroll_y = 0
        self._settle()
        self._keep_in_sight()

    def _place(self) -> tuple[str, str, int]:
        """The code and the coding under the cursor, and the side."""
        if self.at.block >= len(self.blocks):
            return "", "", self.at.side
        row = self.here
        return self.blocks[self.at.block].code, row["coding_id"] if row is not None else "", self.at.side

    def _found(self, code: str, coding: str, side: int) -> At | None:
        number = next((n for n, block in enumerate(self.blocks) if block.code == code), None)
        if number is None:
            return None
        block = self.blocks[number]
        for other in range(self.count) if not block.folded else ():
            for quote, row in enumerate(block.sides[other]):
                if row["coding_id"] == coding:
                    return At(number, other, quote)
        return self._beginning(number, side)

    def _beginning(self, number: int, side: int) -> At:
        """The first quote of a block, on this side if it has any there; the heading where it shows none."""
        block = self.blocks[number]
        for other in (side, *range(self.count)):
            if block.stops(other):
                return At(number, other, block.stops(other)[0])
        return At(number, side)

    def _first(self) -> At:
        return next((self._beginning(n, 0) for n, block in enumerate(self.blocks) if block.has_quotes), At())

    @property
    def here(self) -> Row | None:
        """The quote under the cursor."""
        at = self.at
        if at.block < len(self.blocks) and at.quote >= 0 and not self.blocks[at.block].folded:
            rows = self.blocks[at.block].sides[at.side]
            return rows[at.quote] if at.quote < len(rows) else None
        return None

    def nearest_on_another_side(self) -> Row | None:
        """The quote of another side that stands beside the cursor, same code: of the next side to the right that has any."""
        if self.at.block >= len(self.blocks):
            return None
        others: list[int] = [*range(self.at.side + 1, self.count), *range(self.at.side)]
        for other in others:
            rows = self.blocks[self.at.block].sides[other]
            if rows:
                return rows[min(max(self.at.quote, 0), len(rows) - 1)]
        return None

    # ---------------------------------------------------------------- layout

    @property
    def column_width(self) -> int:
        return max(8, (self._width - len(_GAP) * (self.count - 1)) // self.count)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width or 80

    def _estimate(self) -> None:
        for block in self.blocks:
            block.estimate(self._width, self.column_width)
        self._place_blocks()
        self.refresh()

    def _place_blocks(self) -> None:
        self._starts = list(accumulate((block.height for block in self.blocks), initial=0))
        if self.virtual_size.height != self._starts[-1]:
            self.virtual_size = Size(0, self._starts[-1])

    def _in_sight(self) -> range:
        """The blocks that have a line in sight."""
        top = round(self.scroll_y)
        first = max(0, bisect_right(self._starts, top) - 1)
        last = bisect_right(self._starts, top + max(1, self.size.height) - 1)
        return range(first, min(last, len(self.blocks)))

    def _settle(self) -> None:
        """Lay out what is in sight. What is laid out already stays on its line; else what is uppermost does."""
        while pending := [number for number in self._in_sight() if not self.blocks[number].laid_out]:
            fixed = next((number for number in self._in_sight() if self.blocks[number].laid_out), pending[0])
            line = self._starts[fixed] - round(self.scroll_y)
            for number in pending:
                self._lay_out(number)
            self._place_blocks()
            top = max(0, self._starts[fixed] - line)
            if top != round(self.scroll_y):
                self.scroll_target_y = self.scroll_y = top
            self.refresh()

    def _lay_out(self, number: int) -> None:
        if not self.blocks[number].laid_out:
            self.blocks[number].lay_out(self._width, self.column_width)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._settle()

    def on_resize(self) -> None:
        self._estimate()
        self._settle()
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        if self.at.block >= len(self.blocks):
            return
        self._lay_out(self.at.block)
        self._place_blocks()
        start = self._starts[self.at.block]
        first, last = self.blocks[self.at.block].span(self.at.side, self.at.quote)
        self.show_lines(start + first, start + last)
        self.call_after_refresh(self._settle)

    # ---------------------------------------------------------------- moving

    def _go(self, at: At) -> None:
        self.at = at
        self._keep_in_sight()
        self.refresh()

    def action_move(self, by: int) -> None:
        """The next or previous quote on this side, over the borders of codes."""
        number, side, quote = self.at
        while 0 <= number < len(self.blocks):
            stops = self.blocks[number].stops(side)
            if number != self.at.block and stops:
                self._go(At(number, side, stops[0] if by > 0 else stops[-1]))
                return
            if number == self.at.block and quote + by in stops:
                self._go(At(number, side, quote + by))
                return
            number += by

    def action_side(self, by: int) -> None:
        """To another column, same code, or the nearest code that it has quotes of; 0 goes round."""
        number, now, quote = self.at
        side = now + by if by else (now + 1) % self.count
        if not 0 <= side < self.count or not self.blocks:
            return
        for other in (*range(number, len(self.blocks)), *range(number - 1, -1, -1)):
            stops = self.blocks[other].stops(side)
            if stops:
                self._go(At(other, side, min(max(quote, stops[0]), stops[-1]) if other == number else stops[0]))
                return

    def action_block(self, by: int) -> None:
        number = min(max(self.at.block + by, 0), len(self.blocks) - 1)
        if number != self.at.block and self.blocks:
            self._go(self._beginning(number, self.at.side))
            self.scroll_to(y=self._starts[number], animate=False, force=True)

    def action_open(self) -> None:
        if self.here is not None:
            self.post_message(self.Opened(self.here))
        elif self.blocks:
            self.post_message(self.Folding())

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        line = (place.y if place else 0) + round(self.scroll_y)
        if place is None or line >= self._starts[-1]:
            return
        number = bisect_right(self._starts, line) - 1
        block = self.blocks[number]
        side = min(place.x // (self.column_width + len(_GAP)), self.count - 1)
        quote = block.line(side, line - self._starts[number] - 1 - len(block.said)).quote
        on_heading = line - self._starts[number] <= len(block.said)
        at = At(number, side, HEADING if on_heading else quote)
        if at == self.at:
            self.action_open()
        elif quote >= 0 or on_heading:
            self._go(at)

    # ---------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        plain, line = self.rich_style, y + round(self.scroll_y)
        if line >= self._starts[-1]:
            return Strip.blank(self._width, plain)
        number = bisect_right(self._starts, line) - 1
        block, within = self.blocks[number], line - self._starts[number]
        if not block.laid_out:
            self.call_after_refresh(self._settle)
            return Strip.blank(self._width, plain)
        if within == 0:
            return self._heading(number, plain)
        if within <= len(block.said):
            return self._said(block.said[within - 1], plain)
        parts: list[Segment] = []
        for side in range(self.count):
            parts += [Segment(_GAP, plain + Style(dim=True))] if side else []
            parts += self._side(number, side, within - 1 - len(block.said), plain)
        used = self.count * self.column_width + len(_GAP) * (self.count - 1)
        return Strip(parts, used).adjust_cell_length(self._width, plain)

    def _heading(self, number: int, plain: Style) -> Strip:
        block = self.blocks[number]
        here = number == self.at.block and self.at.quote == HEADING
        sign = "▸" if block.folded else "▾" if block.has_quotes or block.theme else " "
        told = f" {visible(block.mark)} " if block.mark else ""
        room = max(8, self._width - columns(told) - 2)
        name = fit(f"{sign} ■ {block.path}{' and its sub-codes' if block.theme else ''} ", room)
        parts = [
            Segment("▌ " if here else "  ", plain + Style(color=_HERE, bold=True)),
            Segment(name, plain + Style(color=block.color or None, bold=True, underline=True, reverse=here)),
            Segment(told, plain + Style(bold=True, reverse=True)),
        ]
        return Strip(parts, 2 + cells(name) + cells(told)).adjust_cell_length(self._width, plain)

    def _said(self, text: str, plain: Style) -> Strip:
        parts = [Segment("    ", plain), Segment(text, plain + Style(italic=True))]
        return Strip(parts, 4 + cells(text)).adjust_cell_length(self._width, plain)

    def _side(self, number: int, side: int, line: int, plain: Style) -> list[Segment]:
        text, aside, quote = self.blocks[number].line(side, line)
        here = At(number, side, quote) == self.at and bool(text)
        style = plain + Style(dim=aside and not here, italic=aside, bold=here and not aside)
        mark = Segment("▌ " if here else "  ", plain + Style(color=_HERE, bold=True))
        room = self.column_width - 2
        return [mark, Segment(text, style), Segment(" " * max(0, room - cells(text)), plain)]

    def on_focus(self) -> None:
        self.refresh()
