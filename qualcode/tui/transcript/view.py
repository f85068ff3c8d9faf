"""The widget: it keeps the selection in sight, paints the rows that are, and says what the user picked."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualcode.core.document import Body
from qualcode.core.units import Unit
from qualcode.tui.transcript.layout import Layout
from qualcode.tui.transcript.marks import Mark, Marks
from qualcode.tui.transcript.paint import Colors, paint
from qualcode.tui.transcript.selection import Cursor, Selection
from qualcode.tui.transcript.sheet import Sheet
from qualcode.tui.transcript.wrapping import offset_at_cell

_KEPT_STRIPS = 1_024
_IDLE_SLICE = 0.006


class Transcript(ScrollView, can_focus=True):
    """A document with its codings. `show` gives it one; it never changes data itself."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Transcript { width: 1fr; height: 1fr; overflow-x: hidden; overflow-y: scroll; }"
    BINDINGS = [
        Binding("j,down,right", "step(1)", "Next unit", show=False, id="transcript.next"),
        Binding("k,up,left", "step(-1)", "Previous unit", show=False, id="transcript.previous"),
        Binding("l", "word(1)", "Next word", show=False, id="transcript.next-word"),
        Binding("h", "word(-1)", "Previous word", show=False, id="transcript.previous-word"),
        Binding("w", "cycle_unit", "Word, sentence, turn, paragraph", show=False, id="transcript.unit"),
        Binding("v", "extend", "Extend", id="transcript.extend"),
        Binding("less_than_sign", "nudge(-1)", "Boundary back", show=False, key_display="<", id="transcript.nudge-back"),
        Binding("greater_than_sign", "nudge(1)", "Boundary on", show=False, key_display=">", id="transcript.nudge-on"),
        Binding("pagedown,space,ctrl+f", "page(1)", "Page down", show=False, id="transcript.page-down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="transcript.page-up"),
        Binding("home,ctrl+home", "edge(0)", "Start of the document", show=False, id="transcript.start"),
        Binding("end,ctrl+end", "edge(1)", "End of the document", show=False, id="transcript.end"),
        Binding("right_square_bracket", "coding(1)", "Next coding", show=False, key_display="]", id="transcript.next-coding"),
        Binding("left_square_bracket", "coding(-1)", "Previous coding", show=False, key_display="[", id="transcript.previous-coding"),
        Binding("right_curly_bracket", "uncoded(1)", "Next uncoded turn", show=False, key_display="}", id="transcript.next-uncoded"),
        Binding("left_curly_bracket", "uncoded(-1)", "Previous uncoded turn", show=False, key_display="{",
                id="transcript.previous-uncoded"),
        Binding("n", "hit(1)", "Next hit", show=False, id="transcript.next-hit"),
        Binding("N", "hit(-1)", "Previous hit", show=False, key_display="N", id="transcript.previous-hit"),
    ]  # fmt: skip

    class Moved(Message):
        """The selection changed."""

        def __init__(self, selection: Selection) -> None:
            super().__init__()
            self.selection = selection

    class MarkClicked(Message):
        """A coding's bracket or label was clicked."""

        def __init__(self, mark: Mark) -> None:
            super().__init__()
            self.mark = mark

    class NothingThere(Message):
        """A jump found nothing: no further coding, hit or uncoded turn."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sheet = Sheet(Body(""), [], 80)
        self._cursor = Cursor(self.body)
        self.selection = Selection(0, 0)
        self._strips: OrderedDict[tuple[object, ...], Strip] = OrderedDict()
        self._colors: Colors | None = None
        self._dragging_from: Selection | None = None

    @property
    def body(self) -> Body:
        return self._sheet.body

    @property
    def marks(self) -> Marks:
        return self._sheet.marks

    # ---------------------------------------------------------------- what is shown

    def show(self, body: Body, marks: Iterable[Mark], at: int = 0, unit: Unit | None = None) -> None:
        """Show a document with its codings, the cursor on the unit at an offset."""
        before = self._sheet
        self._sheet = Sheet(body, marks, self.scrollable_content_region.width or 80)
        self._set_codes(before.names, before.code_colors, before.own_coder, before.asking)
        self._cursor = Cursor(body)
        self._strips.clear()
        self._sync_height()
        self.selection = self._cursor.at(at, unit or self.selection.unit)
        self._keep_in_sight(centre=bool(at), jump=True)
        self.refresh()
        self.post_message(self.Moved(self.selection))

    def show_marks(self, marks: Iterable[Mark]) -> None:
        """Replace all codings, as after another coder's changes; the cursor stays, and lanes of those that stay too."""
        self._sheet.update_marks(marks)
        self._repaint_all()

    def set_codes(
        self, names: Mapping[str, str], colors: Mapping[str, str], own_coder: str, asking: Iterable[str]
    ) -> None:
        """Names and colours by code id, whose codings are the user's own, and which labels are the researchers'."""
        self._set_codes(names, colors, own_coder, frozenset(asking))
        self._sheet.forget()
        self._repaint_all()

    def _set_codes(
        self, names: Mapping[str, str], colors: Mapping[str, str], own_coder: str, asking: frozenset[str]
    ) -> None:
        sheet = self._sheet
        sheet.names, sheet.code_colors, sheet.own_coder, sheet.asking = names, colors, own_coder, asking

    def sign_lines(self, lines: frozenset[int], sign: str = "¶") -> None:
        """Put a sign at the number of these lines (counted from 1): ¶ where memos point to them."""
        if (lines, sign) != (self._sheet.signed_lines, self._sheet.line_sign):
            self._sheet.signed_lines, self._sheet.line_sign = lines, sign
            self._repaint_all()

    def light(self, codes: frozenset[str]) -> None:
        """Make the passages with these codes stand out: a sign at the code's name, heavy brackets, bold words."""
        if codes != self._sheet.lit:
            self._sheet.lit = codes
            self._sheet.forget()
            self._repaint_all()

    def add_mark(self, mark: Mark) -> None:
        self.marks.add(mark)
        self._repaint_lines(mark.start, mark.end)

    def remove_mark(self, ident: str) -> None:
        mark = self.marks.remove(ident)
        if mark is not None:
            self._repaint_lines(mark.start, mark.end)

    def marks_at_selection(self) -> list[Mark]:
        """The codings that overlap the selection, in order of place."""
        found = self.marks.between(self.selection.start, max(self.selection.end, self.selection.start + 1))
        return sorted(found, key=lambda mark: (mark.start, mark.end, mark.id))

    def hit_number(self) -> tuple[int, int]:
        """Which hit of how many is selected, counted from 1; 0 where it is none."""
        hits = self._sheet.hits
        at = bisect_right(hits, (self.selection.start, self.selection.end))
        here = at > 0 and hits[at - 1] == (self.selection.start, self.selection.end)
        return (at if here else 0), len(hits)

    def set_hits(self, text: str) -> int:
        """Light up every occurrence of the text; how many there are."""
        count = self._sheet.find(text)
        self._repaint_all()
        return count

    # ---------------------------------------------------------------- layout

    def on_mount(self) -> None:
        self.set_interval(1 / 20, self._measure_some)
        self.watch(self.app, "theme", self._theme_changed, init=False)

    def _theme_changed(self) -> None:
        self._colors = None
        self._repaint_all()

    def on_resize(self, _event: events.Resize) -> None:
        top = self._rows.section_span(*self._rows.locate(round(self.scroll_y)))[0]
        if not self._sheet.fit_to(self.scrollable_content_region.width or 80):
            return
        self._strips.clear()
        self._sync_height()
        self.scroll_to(y=self._rows.row_of(top), animate=False, force=True)
        self._keep_in_sight(jump=True)

    @property
    def _rows(self) -> Layout:
        return self._sheet.layout

    def _sync_height(self) -> None:
        """`virtual_size` triggers a layout: it is set only when it changed."""
        if self.virtual_size.height != self._rows.height:
            self.virtual_size = Size(0, self._rows.height)

    def _measure_some(self) -> None:
        """In idle moments turn estimated heights into exact ones, the top row staying where it is."""
        layout = self._rows
        if layout.complete or not self.is_attached:
            return
        top = layout.section_span(*layout.locate(round(self.scroll_y)))[0]
        stop = time.perf_counter() + _IDLE_SLICE
        while not layout.complete and time.perf_counter() < stop:
            layout.measure_next()
        row = layout.row_of(top)
        if layout.complete or row != round(self.scroll_y):
            self._sync_height()
        if row != round(self.scroll_y):
            self.scroll_target_y = self.scroll_y = row

    def _keep_in_sight(self, *, centre: bool = False, jump: bool = False) -> None:
        """Scroll as little as needed to show the selection: all of it, or its moving end where it is too tall."""
        first, last = (
            self._rows.row_of(self.selection.start),
            self._rows.row_of(max(self.selection.start, self.selection.end - 1)),
        )
        if self.selection.extending:
            first = last = self._rows.row_of(self.selection.caret)
        height = max(1, self.scrollable_content_region.height)
        top = round(self.scroll_y)
        new = top
        if centre and not (top <= first and last < top + height):
            new = first - max(0, (height - (last - first + 1)) // 3)
        elif first < top or last - first + 1 > height:
            new = first
        elif last >= top + height:
            new = last - height + 1
        self._sync_height()
        if new != top or jump:
            self.scroll_to(y=max(0, new), animate=False, force=True)

    def row_in_sight(self, offset: int) -> int:
        """The row of the view, counted from 0, in which the code point stands; below 0 or beyond the height out of sight."""
        return self._rows.row_of(offset) - round(self.scroll_y)

    def scroll_so(self, offset: int, row: int) -> None:
        """Scroll until the code point stands in this row of the view, as far as the document's ends allow."""
        self._sync_height()
        self.scroll_to(y=max(0, self._rows.row_of(offset) - row), animate=False, force=True)

    # ---------------------------------------------------------------- moving

    def select(self, selection: Selection, *, centre: bool = False) -> None:
        """Make this the selection, bring it into sight and say so."""
        before, self.selection = self.selection, selection
        for old in (before, selection):
            self._refresh_rows(old.start, old.end)
        self._keep_in_sight(centre=centre)
        self.post_message(self.Moved(selection))

    def select_span(self, start: int, end: int) -> None:
        """Select just these code points."""
        self.select(Selection(start, end, self.selection.unit), centre=True)

    def go_to(self, offset: int) -> None:
        """Put the cursor on the unit at an offset."""
        self.select(self._cursor.at(offset, self.selection.unit), centre=True)

    def action_step(self, direction: int) -> None:
        self.select(self._cursor.step(self.selection, direction))

    def action_word(self, direction: int) -> None:
        self.select(self._cursor.step(self.selection, direction, "word"))

    def action_cycle_unit(self) -> None:
        self.select(self._cursor.with_next_unit(self.selection))

    def action_extend(self) -> None:
        selection = self.selection
        self.select(selection.letting_go() if selection.extending else Selection(
            selection.start, selection.end, selection.unit, extending=True))  # fmt: skip

    def action_nudge(self, direction: int) -> None:
        self.select(self._cursor.nudge(self.selection, direction))

    def let_go(self) -> bool:
        """End extending, or narrow a free selection back to its unit; False where there was nothing to let go of."""
        if self.selection.extending:
            self.select(self._cursor.at(self.selection.start, self.selection.unit))
            return True
        if self._sheet.hits:
            self.set_hits("")
            return True
        return False

    def swap_boundary(self) -> None:
        self.select(self.selection.swapped())

    def action_page(self, direction: int) -> None:
        height = max(1, self.scrollable_content_region.height - 2)
        row = (
            self._rows.row_of(self.selection.caret if self.selection.extending else self.selection.start)
            + direction * height
        )
        row = min(max(row, 0), self._rows.height - 1)
        offset = self._rows.section_span(*self._rows.locate(row))[0]
        self._sync_height()
        self.scroll_to(y=max(0, round(self.scroll_y) + direction * height), animate=False, force=True)
        self._move_to(offset)

    def action_edge(self, end: int) -> None:
        self._move_to(len(self.body) if end else 0)

    def _move_to(self, offset: int) -> None:
        """Move the cursor, or the moving boundary while extending, to the unit at the offset."""
        target = self._cursor.at(offset, self.selection.unit)
        selection = self.selection
        if selection.extending and selection.at_start and target.start < selection.end:
            target = Selection(target.start, selection.end, selection.unit, True, True)
        elif selection.extending and not selection.at_start and target.end > selection.start:
            target = Selection(selection.start, target.end, selection.unit, True)
        elif selection.extending:
            return
        self.select(target)

    def action_coding(self, direction: int) -> None:
        selection = self.selection
        if direction > 0:
            mark = self.marks.after(selection.start, selection.end, len(self.body))
        else:
            mark = self.marks.before(selection.start, selection.end)
        if mark is None:
            self.post_message(self.NothingThere("coding"))
        else:
            self.select_span(mark.start, mark.end)

    def action_uncoded(self, direction: int) -> None:
        turns = self.body.turns
        index = self.body.turn_index(self.selection.start) + direction
        while 0 <= index < len(turns):
            turn = turns[index]
            if (
                turn.text_start < turn.end
                and turn.speaker not in self._sheet.asking
                and not self.marks.between(turn.text_start, turn.end)
            ):
                self.select(
                    Selection(*self._cursor.units.at(turn.text_start, self.selection.unit), self.selection.unit),
                    centre=True,
                )
                return
            index += direction
        self.post_message(self.NothingThere("uncoded turn"))

    def action_hit(self, direction: int) -> None:
        if not self._sheet.hits:
            self.post_message(self.NothingThere("hit: search with / first"))
            return
        starts = [start for start, _ in self._sheet.hits]
        at = (
            bisect_right(starts, self.selection.start)
            if direction > 0
            else bisect_right(starts, self.selection.start - 1) - 1
        )
        self.select_span(*self._sheet.hits[at % len(self._sheet.hits)])

    # ---------------------------------------------------------------- mouse

    def _offset_under(self, event: events.MouseEvent) -> tuple[int, int, Mark | None]:
        """The offset under the pointer, the cell from the left, and the coding whose bracket is there."""
        at = event.get_content_offset_capture(self)
        row = min(max(round(self.scroll_y) + at.y, 0), max(0, self._rows.height - 1))
        piece, section = self._rows.locate(row)
        start, end = self._rows.section_span(piece, section)
        columns, mark = self._sheet.columns, None
        lane = at.x - columns.number - columns.label
        if columns.number <= at.x < columns.left:
            named = self._sheet.label_at(piece, section)[1] if lane < 0 else ""
            here = self._sheet.marks_in_row(piece, start, end)
            mark = next((m for m in here if m.lane == lane or m.id == named), None)
        begin = self._rows.pieces.starts[piece]
        shown = self._rows.pieces.text(piece)[start - begin : end - begin]
        return min(start + offset_at_cell(shown, at.x - columns.left), max(start, end - 1)), at.x, mark

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        offset, _, mark = self._offset_under(event)
        if mark is not None:
            self.select_span(mark.start, mark.end)
            self.post_message(self.MarkClicked(mark))
            return
        self._dragging_from = self._cursor.at(offset, "word")
        self.capture_mouse()
        self.select(self._cursor.at(offset, self.selection.unit))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragging_from is None or not event.button:
            return
        word = self._cursor.at(self._offset_under(event)[0], "word")
        begin = self._dragging_from
        if (word.start, word.end) != (begin.start, begin.end):
            self.select(
                Selection(min(begin.start, word.start), max(begin.end, word.end), self.selection.unit, extending=True)
            )

    def on_mouse_up(self, _event: events.MouseUp) -> None:
        self._dragging_from = None
        self.release_mouse()

    # ---------------------------------------------------------------- painting

    def _repaint_all(self) -> None:
        self._strips.clear()
        self.refresh()

    def _repaint_lines(self, start: int, end: int) -> None:
        """Forget what is kept of the pieces that the span touches, and repaint those in sight."""
        pieces = self._rows.pieces
        first, last = pieces.holding(start), pieces.holding(max(start, end - 1))
        for key in [key for key in self._strips if first <= key[0] <= last]:  # type: ignore[operator]
            del self._strips[key]
        self._sheet.forget(first, last)
        self._refresh_rows(pieces.starts[first], pieces.end(last))

    def _refresh_rows(self, start: int, end: int) -> None:
        """Repaint the rows in sight that show any of the span."""
        top, height = round(self.scroll_y), self.scrollable_content_region.height
        if not height or not self._strips:
            self.refresh()
            return
        low, high = self._sight()
        if end < low or start > high:
            return
        first = max(self._rows.row_of(max(start, low)), top)
        last = min(self._rows.row_of(min(max(start, end - 1), high)), top + height - 1)
        if first <= last:
            self.refresh(Region(0, first - top, self.size.width, last - first + 1))

    def _sight(self) -> tuple[int, int]:
        """The first and last code point in sight."""
        top = round(self.scroll_y)
        bottom = min(top + self.scrollable_content_region.height, self._rows.height) - 1
        return (
            self._rows.section_span(*self._rows.locate(top))[0],
            self._rows.section_span(*self._rows.locate(max(top, bottom)))[1],
        )

    def on_focus(self) -> None:
        self._refresh_rows(self.selection.start, self.selection.end)

    def on_blur(self) -> None:
        self._refresh_rows(self.selection.start, self.selection.end)

    def render_line(self, y: int) -> Strip:
        row = round(self.scroll_y) + y
        width = self.scrollable_content_region.width
        if row >= self._rows.height:
            return Strip.blank(width, self.rich_style)
        piece, section = self._rows.locate(row)
        start, end = self._rows.section_span(piece, section)
        selection = self.selection
        selected = caret = None
        if selection.start < max(end, start + 1) and selection.end > start:
            selected = (max(selection.start, start) - start, min(selection.end, end) - start)
            if selection.extending and start <= selection.caret < end:
                caret = selection.caret - start
        key = (piece, section, selected, caret, width, selected and self.has_focus)
        strip = self._strips.get(key)
        if strip is None:
            content = self._sheet.row(piece, section, selected, caret, self.has_focus)
            strip = paint(content, self._sheet.columns, self._theme_colors(), self._sheet.code_colors, width)
            self._strips[key] = strip
            if len(self._strips) > _KEPT_STRIPS:
                self._strips.popitem(last=False)
        return strip

    def _theme_colors(self) -> Colors:
        if self._colors is None:
            theme = self.app.theme_variables
            dark = self.app.current_theme.dark
            self._colors = Colors(
                background=self.background_colors[1].hex6,
                text="#dcdfe4" if dark else "#1f2328",
                dim="#7d8590" if dark else "#7a828c",
                speaker="#7fd1b9" if dark else "#0f6b57",
                other_speaker="#8b98a9" if dark else "#57606a",
                selected="#2f5d9e" if dark else "#2f6fca",
                selected_unfocused="#414a57" if dark else "#9fb3c8",
                selected_text="#ffffff",
                hit=theme.get("warning", "#e5c07b")[:7] if theme.get("warning", "").startswith("#") else "#e5c07b",
                dark=dark,
            )
        return self._colors
