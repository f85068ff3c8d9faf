"""The compare screen: two cases side by side, code by code, every quote in full."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from qualcode.analysis.filters import Filters
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Row
from qualcode.core.visible import fit, visible
from qualcode.tui.key_line import KeyLine
from qualcode.tui.picker import Choice, Picker
from qualcode.tui.quotes import Passages, quote_lines
from qualcode.tui.transcript.wrapping import cells

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_GAP = 3


@dataclass
class Block:
    """One code with both cases' quotes; `lines` are made when the block comes into sight."""

    code: str
    path: str
    color: str
    sides: tuple[Sequence[Row], Sequence[Row]]
    counts: str
    lines: list[tuple[tuple[str, bool, int], tuple[str, bool, int]]] = field(default_factory=list)


class SideBySide(Passages):
    """Two columns of quotes in step: a code begins on the same row in both."""

    DEFAULT_CSS = "SideBySide { height: 1fr; scrollbar-size: 1 1; overflow-x: hidden; }"
    BINDINGS = [
        Binding("down,j", "move(1)", "Next quote", show=False),
        Binding("up,k", "move(-1)", "Previous quote", show=False),
        Binding("left,h", "side(0)", "Left case", show=False),
        Binding("right,l", "side(1)", "Right case", show=False),
        Binding("tab", "side(-1)", "Other case", show=False),
        Binding("right_square_bracket,pagedown,space", "block(1)", "Next code", key_display="]"),
        Binding("left_square_bracket,pageup", "block(-1)", "Previous code", key_display="["),
        Binding("enter", "open", "Go to its place"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.blocks: list[Block] = []
        self.at = (0, 0, 0)  # block, side, quote within the side
        self._starts = [0]

    def show(self, blocks: list[Block], *, keep: bool = False) -> None:
        self.blocks = blocks
        self.at = self.at if keep and self._valid(self.at) else self._first()
        self._lay_out()
        self._keep_in_sight()

    def _valid(self, at: tuple[int, int, int]) -> bool:
        return at[0] < len(self.blocks) and at[2] < len(self.blocks[at[0]].sides[at[1]])

    def _first(self) -> tuple[int, int, int]:
        return next(((n, s, 0) for n, block in enumerate(self.blocks) for s in (0, 1) if block.sides[s]), (0, 0, 0))

    @property
    def column_width(self) -> int:
        return max(12, ((self.scrollable_content_region.width or 80) - _GAP) // 2)

    def _lay_out(self) -> None:
        width = self.column_width - 2
        for block in self.blocks:
            left, right = (_lines(rows, width) for rows in block.sides)
            height = max(len(left), len(right))
            blank = ("", False, -1)
            block.lines = list(
                zip(left + [blank] * (height - len(left)), right + [blank] * (height - len(right)), strict=True)
            )
        self._starts = list(accumulate((len(block.lines) + 1 for block in self.blocks), initial=0))
        self.virtual_size = Size(0, self._starts[-1])
        self.refresh()

    def on_resize(self) -> None:
        self._lay_out()
        self._keep_in_sight()

    def action_move(self, by: int) -> None:
        """The next or previous quote on this side, over the borders of codes."""
        block, side, quote = self.at
        quote += by
        while 0 <= block < len(self.blocks) and not 0 <= quote < len(self.blocks[block].sides[side]):
            block += by
            if 0 <= block < len(self.blocks):
                quote = 0 if by > 0 else len(self.blocks[block].sides[side]) - 1
        if 0 <= block < len(self.blocks):
            self._go((block, side, quote))

    def action_side(self, side: int) -> None:
        """To the other case, same code; the nearest code below that it has quotes on."""
        block, now, quote = self.at
        side = 1 - now if side < 0 else side
        if side == now:
            return
        for other in [*range(block, len(self.blocks)), *range(block - 1, -1, -1)]:
            if self.blocks[other].sides[side]:
                self._go((other, side, min(quote, len(self.blocks[other].sides[side]) - 1) if other == block else 0))
                return

    def action_block(self, by: int) -> None:
        block, side, _ = self.at
        block += by
        if 0 <= block < len(self.blocks):
            self._go((block, side if self.blocks[block].sides[side] else 1 - side, 0))
            self.scroll_to(y=self._starts[block], animate=False, force=True)

    def _go(self, at: tuple[int, int, int]) -> None:
        self.at = at
        self._keep_in_sight()
        self.refresh()

    def _keep_in_sight(self) -> None:
        if not self.blocks:
            return
        block, side, quote = self.at
        lines = [n for n, line in enumerate(self.blocks[block].lines) if line[side][2] == quote]
        if not lines:
            return
        first = self._starts[block] + 1 + lines[0] - (1 if quote == 0 else 0)
        last = self._starts[block] + 1 + lines[-1]
        self.show_lines(first, last)

    def action_open(self) -> None:
        if self._valid(self.at):
            block, side, quote = self.at
            self.post_message(self.Opened(self.blocks[block].sides[side][quote]))

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        line = (at.y if at else 0) + round(self.scroll_y)
        if at is None or line >= self._starts[-1]:
            return
        block = bisect_right(self._starts, line) - 1
        within = line - self._starts[block] - 1
        side = 0 if at.x < self.column_width + _GAP // 2 else 1
        quote = self.blocks[block].lines[within][side][2] if within >= 0 else -1
        if quote >= 0 and (block, side, quote) == self.at:
            self.action_open()
        elif quote >= 0:
            self._go((block, side, quote))

    # ---------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        width, plain = self.scrollable_content_region.width, self.rich_style
        line = y + round(self.scroll_y)
        if line >= self._starts[-1]:
            return Strip.blank(width, plain)
        number = bisect_right(self._starts, line) - 1
        block, within = self.blocks[number], line - self._starts[number] - 1
        if within < 0:
            return self._heading(block, width, plain)
        left = self._side(number, 0, block.lines[within][0], plain)
        right = self._side(number, 1, block.lines[within][1], plain)
        rule = Segment(" │ ", plain + Style(dim=True))
        return Strip([*left, rule, *right], 2 * self.column_width + _GAP).adjust_cell_length(width, plain)

    def _heading(self, block: Block, width: int, plain: Style) -> Strip:
        counts = f" {block.counts} "
        text = fit(f"■ {block.path} ", max(8, width - len(counts)))
        style = plain + Style(color=block.color or None, bold=True, underline=True)
        return Strip(
            [Segment(text, style), Segment(counts, plain + Style(bold=True))], cells(text) + len(counts)
        ).adjust_cell_length(width, plain)

    def _side(self, block: int, side: int, line: tuple[str, bool, int], plain: Style) -> list[Segment]:
        text, aside, quote = line
        here = (block, side, quote) == self.at and bool(text)
        style = plain + Style(dim=aside and not here, italic=aside, bold=here and not aside)
        mark = Segment("▌ " if here else "  ", plain + Style(color="#e5a05c", bold=True))
        room = self.column_width - 2
        return [mark, Segment(text, style), Segment(" " * max(0, room - cells(text)), plain)]

    def on_focus(self) -> None:
        self.refresh()


def _lines(rows: Sequence[Row], width: int) -> list[tuple[str, bool, int]]:
    lines: list[tuple[str, bool, int]] = []
    for number, row in enumerate(rows):
        lines += [(text, aside, number) for text, aside in quote_lines(row, width)]
        lines.append(("", False, -1))
    return lines


def one_a_passage(rows: Sequence[Row]) -> list[Row]:
    """One row for each passage: where several coders coded it alike, all of them are named."""
    merged: dict[tuple[str, int, int, str], Row] = {}
    for row in rows:
        key = (row["document"], row["start"], row["end"], row["text"])
        first = merged.get(key)
        merged[key] = row if first is None else first.replaced(coder=f"{first['coder']}, {row['coder']}")
    return list(merged.values())


class CompareScreen(Screen[None]):
    """Any two cases; Liang and Zhao, or the first two of the project, to begin with."""

    DEFAULT_CSS = """
    CompareScreen {
        #heads { height: 1; background: $panel; text-style: bold; padding: 0 1; }
        #sides { border: round $accent; border-title-color: $accent; border-title-style: bold; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("1", "choose(0)", "Left case"),
        Binding("2", "choose(1)", "Right case"),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self.cases: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static(id="heads")
        yield SideBySide(id="sides")
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self.cases = [case for case, _ in self.app.desk.cases()][:2]
        self.query_one(SideBySide).focus()
        self._show(keep=False)

    def on_screen_resume(self) -> None:
        self.show_changes()

    def show_changes(self) -> None:
        """Read the quotes anew, the cursor staying where it is."""
        self._show(keep=True)

    def _show(self, *, keep: bool) -> None:
        desk, sides = self.app.desk, self.query_one(SideBySide)
        if len(self.cases) < 2:
            self.query_one("#heads", Static).update("Two cases are needed to compare; project.yaml declares fewer.")
            return
        coder = desk.coder if desk.only_mine else ""
        by_code: list[dict[str, list[Row]]] = [{}, {}]
        below: list[dict[str, int]] = [{}, {}]
        for side, case in enumerate(self.cases):
            filters = Filters(case=case)
            for row in segments(desk.index, filters):
                if not coder or row["coder"] == coder:
                    by_code[side].setdefault(row["code_id"], []).append(row)
                    for above in desk.codebook.ancestors(row["code_id"]):
                        below[side][above.id] = below[side].get(above.id, 0) + 1
        order = [code.id for code in desk.codebook.codes]
        order += sorted({*by_code[0], *by_code[1]} - set(order))
        blocks = []
        for code in order:
            left, right = by_code[0].get(code, []), by_code[1].get(code, [])
            if left or right:
                counts = f"{len(left)} │ {len(right)}"
                if desk.codebook.children.get(code):
                    counts += f"  (with sub-codes {below[0].get(code, 0)} │ {below[1].get(code, 0)})"
                path, color = desk.codebook.path(code), desk.colors.get(code, "")
                blocks.append(Block(code, path, color, (one_a_passage(left), one_a_passage(right)), counts))
        sides.show(blocks, keep=keep)
        self._head()

    def _head(self) -> None:
        names = dict(self.app.desk.cases())
        width = self.query_one(SideBySide).column_width
        left, right = (visible(names.get(case, case)) for case in self.cases)
        self.query_one("#heads", Static).update(Text(f" {fit(left, width)} │ {right}"))
        self.query_one(SideBySide).border_title = "Compare"
        self.query_one(
            SideBySide
        ).border_subtitle = "← → other case · ] [ next and previous code · Enter goes to the place"

    def on_resize(self) -> None:
        if len(self.cases) == 2:
            self.call_after_refresh(self._head)

    def on_passages_opened(self, event: SideBySide.Opened) -> None:
        event.stop()
        row = event.row
        if row["anchor"] == "lost":
            self.app.notify("This quote is not in its place any more, so it cannot be shown there.", severity="warning")
            return
        self.app.show_passage(row["document"], row["start"], row["end"], "compare")

    def action_choose(self, side: int) -> None:
        if len(self.cases) < 2:
            return
        choices = [Choice(case, name, case) for case, name in self.app.desk.cases()]
        self.app.push_screen(Picker("Which case?", choices), lambda choice: self._chosen(side, choice))

    def _chosen(self, side: int, choice: Choice | None) -> None:
        if choice is not None:
            self.cases[side] = choice.key
            self._show(keep=False)

    def show_case(self, case: str) -> None:
        """Put a case on the left side; the other one stays, unless it is the same."""
        names = [name for name, _ in self.app.desk.cases()]
        if len(self.cases) == 2 and case in names:
            self.cases = [case, next((name for name in (self.cases[1], *names) if name != case), case)]
            self._show(keep=False)

    def action_back(self) -> None:
        self.app.pop_screen()
