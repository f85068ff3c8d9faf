"""The widget: it keeps the selection in sight, paints the rows that are, and says what the user picked."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualcode.core.document import Body
from qualcode.core.text import FoldedText
from qualcode.core.units import Unit
from qualcode.tui.transcript.layout import Layout
from qualcode.tui.transcript.marks import Mark, Marks
from qualcode.tui.transcript.paint import Colors, Columns, RowContent, paint
from qualcode.tui.transcript.selection import Cursor, Selection
from qualcode.tui.transcript.wrapping import offset_at_cell

_KEPT_STRIPS = 1_024
_KEPT_LINES = 2_048
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
        Binding("left_curly_bracket", "uncoded(-1)", "Previous uncoded turn", show=False, key_display="{", id="transcript.previous-uncoded"),
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
        self.body = Body("")
        self._cursor = Cursor(self.body)
        self.selection = Selection(0, 0)
        self._marks = self._no_marks()
        self._layout = Layout(self.body, 80)
        self._columns = Columns.share(80, 1)
        self._names: Mapping[str, str] = {}
        self._code_colors: Mapping[str, str] = {}
        self._own_coder = ""
        self._asking: frozenset[str] = frozenset()
        self._hits: list[tuple[int, int]] = []
        self._strips: OrderedDict[tuple[object, ...], Strip] = OrderedDict()
        self._line_marks: dict[int, list[Mark]] = {}
        self._labels: dict[int, dict[int, tuple[str, str]]] = {}
        self._colors: Colors | None = None
        self._dragging_from: Selection | None = None

    def _no_marks(self) -> Marks:
        return Marks([], self.body.line_of, self._line_span)

    # ---------------------------------------------------------------- what is shown

    def show(self, body: Body, marks: Iterable[Mark], at: int = 0, unit: Unit | None = None) -> None:
        """Show a document with its codings, the cursor on the unit at an offset."""
        self.body = body
        self._cursor = Cursor(body)
        self._marks = Marks(marks, body.line_of, self._line_span)
        self._hits = []
        self._forget_all()
        self._share_columns()
        self._layout = Layout(body, self._columns.text)
        self._sync_height()
        self.selection = self._cursor.at(at, unit or self.selection.unit)
        self._keep_in_sight(centre=bool(at), jump=True)
        self.refresh()
        self.post_message(self.Moved(self.selection))

    def show_marks(self, marks: Iterable[Mark]) -> None:
        """Replace all codings, as after another coder's changes; the cursor stays."""
        self._marks = Marks(marks, self.body.line_of, self._line_span)
        self._forget_all()
        self.refresh()

    def set_codes(
        self, names: Mapping[str, str], colors: Mapping[str, str], own_coder: str, asking: Iterable[str]
    ) -> None:
        """Names and colours by code id, whose codings are the user's own, and which labels are the researchers'."""
        self._names, self._code_colors, self._own_coder = names, colors, own_coder
        self._asking = frozenset(asking)
        self._forget_all()
        self.refresh()

    def add_mark(self, mark: Mark) -> None:
        self._marks.add(mark)
        self._repaint_lines(mark.start, mark.end)

    def remove_mark(self, ident: str) -> None:
        mark = self._marks.remove(ident)
        if mark is not None:
            self._repaint_lines(mark.start, mark.end)

    @property
    def marks(self) -> Marks:
        return self._marks

    def marks_at_selection(self) -> list[Mark]:
        """The codings that overlap the selection, in order of place."""
        found = self._marks.between(self.selection.start, max(self.selection.end, self.selection.start + 1))
        return sorted(found, key=lambda mark: (mark.start, mark.end, mark.id))

    def set_hits(self, text: str) -> int:
        """Light up every occurrence of the text; how many there are."""
        self._hits = list(FoldedText(self.body.text).occurrences(text)) if text else []
        self._forget_all()
        self.refresh()
        return len(self._hits)

    # ---------------------------------------------------------------- layout

    def on_mount(self) -> None:
        self.set_interval(1 / 20, self._measure_some)
        self.watch(self.app, "theme", self._theme_changed, init=False)

    def _theme_changed(self) -> None:
        self._colors = None
        self._forget_all()
        self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        top = self._layout.section_span(*self._layout.locate(round(self.scroll_y)))[0]
        before = self._columns
        self._share_columns()
        if self._columns == before:
            return
        self._forget_all()
        self._layout.reset(self._columns.text)
        self._sync_height()
        self.scroll_to(y=self._layout.row_of(top), animate=False, force=True)
        self._keep_in_sight(jump=True)

    def _share_columns(self) -> None:
        width = self.scrollable_content_region.width or 80
        self._columns = Columns.share(width, len(self.body.lines))

    def _sync_height(self) -> None:
        """`virtual_size` triggers a layout: it is set only when it changed."""
        if self.virtual_size.height != self._layout.height:
            self.virtual_size = Size(0, self._layout.height)

    def _measure_some(self) -> None:
        """In idle moments turn estimated heights into exact ones, the top row staying where it is."""
        layout = self._layout
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
            self._layout.row_of(self.selection.start),
            self._layout.row_of(max(self.selection.start, self.selection.end - 1)),
        )
        if self.selection.extending:
            first = last = self._layout.row_of(self.selection.caret)
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
        if self._hits:
            self.set_hits("")
            return True
        return False

    def swap_boundary(self) -> None:
        self.select(self.selection.swapped())

    def action_page(self, direction: int) -> None:
        height = max(1, self.scrollable_content_region.height - 2)
        row = (
            self._layout.row_of(self.selection.caret if self.selection.extending else self.selection.start)
            + direction * height
        )
        row = min(max(row, 0), self._layout.height - 1)
        offset = self._layout.section_span(*self._layout.locate(row))[0]
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
            mark = self._marks.after(selection.start, selection.end, len(self.body))
        else:
            mark = self._marks.before(selection.start, selection.end)
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
                and turn.speaker not in self._asking
                and not self._marks.between(turn.text_start, turn.end)
            ):
                self.select(
                    Selection(*self._cursor.units.at(turn.text_start, self.selection.unit), self.selection.unit),
                    centre=True,
                )
                return
            index += direction
        self.post_message(self.NothingThere("uncoded turn"))

    def action_hit(self, direction: int) -> None:
        if not self._hits:
            self.post_message(self.NothingThere("hit: search with / first"))
            return
        starts = [start for start, _ in self._hits]
        at = (
            bisect_right(starts, self.selection.start)
            if direction > 0
            else bisect_right(starts, self.selection.start - 1) - 1
        )
        self.select_span(*self._hits[at % len(self._hits)])

    # ---------------------------------------------------------------- mouse

    def _offset_under(self, event: events.MouseEvent) -> tuple[int, int, Mark | None]:
        """The offset under the pointer, the cell from the left, and the coding whose bracket is there."""
        at = event.get_content_offset_capture(self)
        row = min(max(round(self.scroll_y) + at.y, 0), max(0, self._layout.height - 1))
        piece, section = self._layout.locate(row)
        start, end = self._layout.section_span(piece, section)
        columns, mark = self._columns, None
        lane = at.x - columns.number - columns.label
        if columns.number <= at.x < columns.left:
            here = [m for m in self._marks_on(piece) if m.start < max(end, start + 1) and m.end > start]
            label = self._labels_of(piece).get(section, ("", ""))[1] if lane < 0 else ""
            mark = next((m for m in here if m.lane == lane or m.id == label), None)
        shown = self._layout.pieces.text(piece)[
            start - self._layout.pieces.starts[piece] : end - self._layout.pieces.starts[piece]
        ]
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

    def _line_span(self, line: int) -> tuple[int, int]:
        start = self.body.starts[line]
        return start, start + len(self.body.lines[line])

    def _forget_all(self) -> None:
        self._strips.clear()
        self._line_marks.clear()
        self._labels.clear()

    def _repaint_lines(self, start: int, end: int) -> None:
        """Forget what is kept of the pieces that the span touches, and repaint those in sight."""
        first, last = self._layout.pieces.holding(start), self._layout.pieces.holding(max(start, end - 1))
        for key in [key for key in self._strips if first <= key[0] <= last]:  # type: ignore[operator]
            del self._strips[key]
        for kept in (self._line_marks, self._labels):
            for piece in [piece for piece in kept if first <= piece <= last]:
                del kept[piece]  # type: ignore[attr-defined]
        self._refresh_rows(self._layout.pieces.starts[first], self._layout.pieces.end(last))

    def _refresh_rows(self, start: int, end: int) -> None:
        """Repaint the rows in sight that show any of the span."""
        top, height = round(self.scroll_y), self.scrollable_content_region.height
        if not height or not self._strips:
            self.refresh()
            return
        low, high = self._sight()
        if end < low or start > high:
            return
        first = max(self._layout.row_of(max(start, low)), top)
        last = min(self._layout.row_of(min(max(start, end - 1), high)), top + height - 1)
        if first <= last:
            self.refresh(Region(0, first - top, self.size.width, last - first + 1))

    def _sight(self) -> tuple[int, int]:
        """The first and last code point in sight."""
        top = round(self.scroll_y)
        bottom = min(top + self.scrollable_content_region.height, self._layout.height) - 1
        return (
            self._layout.section_span(*self._layout.locate(top))[0],
            self._layout.section_span(*self._layout.locate(max(top, bottom)))[1],
        )

    def on_focus(self) -> None:
        self._refresh_rows(self.selection.start, self.selection.end)

    def on_blur(self) -> None:
        self._refresh_rows(self.selection.start, self.selection.end)

    def _marks_on(self, piece: int) -> list[Mark]:
        found = self._line_marks.get(piece)
        if found is None:
            if len(self._line_marks) > _KEPT_LINES:
                self._line_marks.clear()
            start, end = self._layout.pieces.starts[piece], self._layout.pieces.end(piece)
            found = self._line_marks[piece] = self._marks.between(start, max(end, start + 1))
        return found

    def _labels_of(self, piece: int) -> dict[int, tuple[str, str]]:
        """Which coding is named on which row of a piece: each where it begins, or on the next free row that it covers."""
        labels = self._labels.get(piece)
        if labels is not None:
            return labels
        if len(self._labels) > _KEPT_LINES:
            self._labels.clear()
        labels = self._labels[piece] = {}
        begin, breaks = self._layout.pieces.starts[piece], self._layout.breaks(piece)
        unnamed: dict[int, int] = {}
        for mark in sorted(self._marks_on(piece), key=lambda m: (m.start, -m.end, m.lane)):
            if mark.start < begin:
                continue
            first = bisect_right(breaks, mark.start - begin)
            last = min(bisect_right(breaks, mark.end - 1 - begin), len(breaks))
            row = next((row for row in range(first, last + 1) if row not in labels), None)
            if row is None:
                unnamed[first] = unnamed.get(first, 0) + 1
            else:
                labels[row] = (self._label_text(mark), mark.id)
        for row, count in unnamed.items():
            text, ident = labels.get(row, ("", ""))
            room = self._columns.label - 4
            labels[row] = (f"{text[:room]} +{count}" if len(text) > room else f"{text} +{count}", ident)
        return labels

    def _label_text(self, mark: Mark) -> str:
        name = self._names.get(mark.code, mark.code)
        signs = ("*" if mark.note else "") + ("~" if mark.moved else "")
        coder = "" if mark.coder == self._own_coder else f" {mark.coder}"
        room = self._columns.label - 1 - len(signs) - len(coder)
        return (name if len(name) <= room else name[: max(1, room - 1)] + "…") + signs + coder

    def render_line(self, y: int) -> Strip:
        row = round(self.scroll_y) + y
        width = self.scrollable_content_region.width
        if row >= self._layout.height:
            return Strip.blank(width, self.rich_style)
        piece, section = self._layout.locate(row)
        start, end = self._layout.section_span(piece, section)
        selection = self.selection
        selected = caret = None
        if selection.start < max(end, start + 1) and selection.end > start:
            selected = (max(selection.start, start) - start, min(selection.end, end) - start)
            if selection.extending and start <= selection.caret < end:
                caret = selection.caret - start
        key = (piece, section, selected, caret, width, selected and self.has_focus)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._build(piece, section, start, end, selected, caret, width)
            if len(self._strips) > _KEPT_STRIPS:
                self._strips.popitem(last=False)
        return strip

    def _build(
        self,
        piece: int,
        section: int,
        start: int,
        end: int,
        selected: tuple[int, int] | None,
        caret: int | None,
        width: int,
    ) -> Strip:
        pieces, line = self._layout.pieces, self._layout.pieces.lines[piece]
        text = pieces.text(piece)[start - pieces.starts[piece] : end - pieces.starts[piece]]
        here = [m for m in self._marks_on(piece) if m.start < max(end, start + 1) and m.end > start]
        colors = self._theme_colors()
        label, ident = self._labels_of(piece).get(section, ("", ""))
        label_color = self._code_colors.get(self._marks[ident].code, "") if ident in self._marks else ""
        turn = self.body.turn_index(start)
        speaker_end, asks = 0, False
        if turn >= 0 and self.body.turns[turn].line == line and start < self.body.turns[turn].text_start:
            speaker_end = min(end, self.body.turns[turn].text_start) - start
            asks = self.body.turns[turn].speaker in self._asking
        ranges = [
            (
                m.end - m.start,
                max(m.start - start, 0),
                min(m.end - start, len(text)),
                self._code_colors.get(m.code, colors.dim),
            )
            for m in here
        ]
        content = RowContent(
            text=text, number=str(line + 1) if text.strip() and start == self.body.starts[line] else "", speaker_end=speaker_end,
            speaker_asks=asks, bracket_marks=[(m, m.start >= start, m.end <= end or self._ends_here(m, end)) for m in here],
            ranges=ranges, label=label, label_color=label_color, hits=self._hits_between(start, end), selected=selected,
            caret=caret, focused=self.has_focus,
        )  # fmt: skip
        return paint(content, self._columns, colors, self._code_colors, width)

    def _ends_here(self, mark: Mark, end: int) -> bool:
        """A coding may end with the space or line end that the wrap took away."""
        return mark.end <= end + 1 and self.body.text[end : end + 1] == "\n"

    def _hits_between(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        if not self._hits:
            return ()
        first = bisect_right(self._hits, (start, -1))
        first = max(0, first - 1)
        found = []
        for low, high in self._hits[first:]:
            if low >= end:
                break
            if high > start:
                found.append((max(low - start, 0), min(high, end) - start))
        return found

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
                selected_text="#ffffff" if dark else "#ffffff",
                hit=theme.get("warning", "#e5c07b")[:7] if theme.get("warning", "").startswith("#") else "#e5c07b",
                dark=dark,
            )
        return self._colors
