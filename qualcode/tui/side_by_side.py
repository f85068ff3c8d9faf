"""An original and its translation side by side, turn by turn; codes are applied on whichever side the cursor is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from qualcode.analysis.translations import Names, Pair
from qualcode.core.how_many import how_many
from qualcode.core.visible import columns
from qualcode.tui.transcript import Transcript
from qualcode.tui.transcript.selection import Selection
from qualcode.tui.two_sides import TwoSides

if TYPE_CHECKING:
    from qualcode.core.document import DocumentInfo
    from qualcode.tui.transcript.marks import Mark

_SIDES = ("original", "translation")
_CODED_THERE = "»"  # at a line's number: the turn is coded on the other side


class SideBySide(TwoSides):
    """The original on the left. What the cursor is on lights its linked turns on the other side, and keeps them at the same
    height."""

    BINDINGS = [
        Binding("plus", "shift(1)", "Link on", key_display="+", id="side-by-side.link-on"),
        Binding("minus", "shift(-1)", "back", key_display="-", id="side-by-side.link-back"),
    ]

    def __init__(self, names: Names, document: str, selection: Selection) -> None:
        """`document` is the one of both that has the cursor, with the selection there."""
        documents = (names.original, names.translation)
        super().__init__(documents, _SIDES, documents.index(document))
        self._names = names
        self._pair: Pair | None = None
        self._begin = selection

    def on_mount(self) -> None:
        self._revision = self.app.desk.revision
        self._load_pair()
        side = self._side
        for _ in self._each_side():
            self.open_document(self.document, self._begin.start if self._side == side else 0)
        self.transcript.focus()
        self.transcript.select(self._begin, centre=True)
        self._sign_coded()
        self.announce("Tab goes to the other side, + and - shift the link of a turn, Esc goes back.")

    def _facts(self, info: DocumentInfo) -> list[str]:
        return [info.language, info.date, "recording (P)" if info.recording else ""]

    def _title(self, title: str, facts: str) -> None:
        super()._title(f"{_SIDES[self._side].capitalize()}: {title}", facts)

    def _load_pair(self) -> None:
        pair = self._attempt(lambda: Pair(self.app.desk.index, *self._documents))
        self._pair = pair or self._pair

    def action_switch(self) -> None:
        """The unit goes along, and is the selection over there."""
        side, unit = self._side, self.transcript.selection.unit
        super().action_switch()
        if self._side != side:
            self.transcript.select(self.transcript.selection._replace(unit=unit))
            self.transcript.go_to(self.transcript.selection.start)

    # ---------------------------------------------------------------- linked turns

    def _linked(self) -> list[int]:
        """The turns of the other side that answer to the selection."""
        selection = self.transcript.selection
        place = self.app.desk.stored_span(self.document, selection.start, selection.end)
        found = self._pair.counterparts(self._side, *place) if self._pair else []
        return [number for number in found if number < len(self._other.body.turns)]

    def _follow(self) -> None:
        """Light the linked turns on the other side, and bring them to the height of the turn under the cursor."""
        other, linked = self._other, self._linked()
        other.border_subtitle = ""
        turns = [other.body.turns[number] for number in linked]
        start = turns[0].text_start if turns else other.selection.start
        end = turns[-1].end if turns else start
        if (start, end, False) != (*other.selection[:2], other.selection.extending):
            other.select(Selection(start, end, self.transcript.selection.unit))
        if turns:
            self.call_after_refresh(self._level, other, turns[0].start)

    def _level(self, other: Transcript, start: int) -> None:
        body, selection = self.transcript.body, self.transcript.selection
        number = body.turn_index(selection.start)
        if other is self._other and number >= 0:
            row = self.transcript.row_in_sight(body.turns[number].start)
            other.scroll_so(start, min(max(row, 0), max(0, other.scrollable_content_region.height - 1)))

    def action_shift(self, by: int) -> None:
        """Link the turn under the cursor with the next or the previous one over there."""
        number = self.transcript.body.turn_index(self.transcript.selection.start)
        desk = self.app.desk
        pin = self._attempt(lambda: desk.session.shift_turn(self._names, self._side, number, by))
        if pin is not None:
            desk.forget()
            self.show_changes()
            self.announce(
                f"Linked: turn {pin.original + 1} of the original with turn {pin.translation + 1} of the translation; "
                "u takes it back"
            )

    def to_be_heard(self) -> tuple[str, int]:
        """This side's recording, or where only the other side names one, that from the linked turn on."""
        linked, there = self._linked(), self._documents[1 - self._side]
        if linked and self.names_recording(there) and not self.names_recording(self.document):
            return there, self._other.body.turns[linked[0]].start
        return super().to_be_heard()

    # ---------------------------------------------------------------- codings of the other side

    def _sign_coded(self) -> None:
        """A sign at the turns that are coded on the other side."""
        if self._pair is None:
            return
        for side, view in enumerate(self._views):
            turns = view.body.turns
            coded = {
                number for mark in self._views[1 - side].marks
                for number in self._pair.counterparts(
                    1 - side, *self.app.desk.stored_span(self._documents[1 - side], mark.start, mark.end)
                )
            }  # fmt: skip
            view.sign_lines(frozenset(turns[n].line + 1 for n in coded if n < len(turns)), _CODED_THERE)

    def _coded_here(self, here: list[Mark]) -> str:
        """What is coded here, and on the linked turns over there."""
        body, marks = self._other.body, self._other.marks
        there = {
            mark.id: mark for number in self._linked()
            for mark in marks.between(body.turns[number].start, body.turns[number].end)
        }  # fmt: skip
        own = super()._coded_here(here)
        if not there:
            return own
        ordered = sorted(there.values(), key=lambda mark: (mark.start, mark.end, mark.id))
        over_there = f"coded on the {_SIDES[1 - self._side]}: {super()._coded_here(ordered)}"
        if own and columns(own + over_there) > self.size.width - 4:
            own = " · ".join(
                f"{self.app.desk.codebook.path(mark.code).rpartition('/')[2]} ({mark.coder})" for mark in here[:2]
            )
        return f"{own}  {over_there}" if own else over_there

    def _whereabouts(self) -> list[str]:
        transcript = self.transcript
        number = transcript.body.turn_index(transcript.selection.start)
        turns = ",".join(str(turn + 1) for turn in self._linked())
        link = f"turn {number + 1} ↔ {turns}" if turns else f"turn {number + 1}, not linked"
        return [
            link if number >= 0 else "",
            f"w: {transcript.selection.unit}",
            how_many(len(transcript.marks), "coding"),
        ]

    def _recount(self, code: str, change: int) -> None:
        self._sign_coded()

    # ---------------------------------------------------------------- changes, and the way back

    def show_changes(self) -> None:
        """Show both sides as they are now."""
        self._load_pair()
        super().show_changes()
        self._sign_coded()

    def _leave(self) -> None:
        """Back to the workspace, at the place reached in the document that is open there."""
        super()._leave()
        workspace = self.app.workspace
        if workspace.document in self._documents:
            workspace.transcript.go_to(self._views[self._documents.index(workspace.document)].selection.start)
