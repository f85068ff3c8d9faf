"""Any two transcripts beside each other: what is coded under the cursor lights up on the other side with the same codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding

from qualcode.core.visible import columns
from qualcode.tui.transcript.marks import Mark
from qualcode.tui.transcript.selection import Selection
from qualcode.tui.two_sides import TwoSides

if TYPE_CHECKING:
    from qualcode.core.document import DocumentInfo
    from qualcode.tui.picker import Choice

_NAMES = ("left", "right")


class Place(NamedTuple):
    """A document with what is selected in it; its beginning where nothing is."""

    document: str
    selection: Selection = Selection(0, 0)


class TwoTranscripts(TwoSides):
    """Each side scrolls and is coded by itself. `]` and `[` go to the passages over there that carry the same codes."""

    BINDINGS = [
        Binding("right_square_bracket", "alike(1)", "Same code there", key_display="]", priority=True, id="two.next-alike"),
        Binding("left_square_bracket", "alike(-1)", "Same code there, back", show=False, key_display="[", priority=True,
                id="two.previous-alike"),
        Binding("right_parenthesis", "coding_here(1)", "Next coding here", show=False, key_display=")", id="two.next"),
        Binding("left_parenthesis", "coding_here(-1)", "Previous coding here", show=False, key_display="(", id="two.previous"),
        Binding("o", "open", "Another document", id="two.open"),
        Binding("a", "whose", "Mine or all", show=False, id="two.whose"),
    ]  # fmt: skip

    def __init__(self, left: Place, right: Place) -> None:
        """The cursor is on the left side."""
        super().__init__((left.document, right.document), _NAMES, 0)
        self._begin = (left.selection, right.selection)

    def on_mount(self) -> None:
        self._revision = self.app.desk.revision
        for _ in self._each_side():
            selection = self._begin[self._side]
            self.open_document(self.document, selection.start)
            if selection.end > selection.start:
                self.transcript.select(selection, centre=True)
        self.transcript.focus()
        self._follow()
        self.announce(
            "Tab goes to the other side, ] [ to passages there with the same codes, o opens another document."
        )

    def _facts(self, info: DocumentInfo) -> list[str]:
        return [info.case, info.kind, info.date, "recording (P)" if info.recording else ""]

    # ---------------------------------------------------------------- the same codes over there

    @property
    def _codes_here(self) -> frozenset[str]:
        return frozenset(mark.code for mark in self.transcript.marks_at_selection())

    def _alike(self) -> list[Mark]:
        """The passages of the other side that carry a code of the passage under the cursor, in order, each place once."""
        codes = self._codes_here
        found = {(mark.start, mark.end): mark for mark in self._other.marks if mark.code in codes}
        return [found[place] for place in sorted(found)]

    def _follow(self) -> None:
        self.transcript.light(frozenset())
        self._other.light(self._codes_here)

    def action_alike(self, direction: int) -> None:
        """Show the next passage over there that carries the same code, from the first again after the last."""
        alike, other = self._alike(), self._other
        if not self._codes_here:
            self.say("Nothing is coded here: ) goes to the next coding on this side.")
            return
        if not alike:
            self.say("No passage on the other side carries the same code.")
            return
        here = (other.selection.start, other.selection.end)
        places = [(mark.start, mark.end) for mark in alike]
        if direction > 0:
            number = next((n for n, place in enumerate(places) if place > here), 0)
        else:
            number = next((n for n in reversed(range(len(places))) if places[n] < here), len(places) - 1)
        other.select(Selection(*places[number], other.selection.unit), centre=True)
        self.announce(f"There: passage {number + 1} of {len(places)} with {self._named(alike[number])}")

    def _named(self, mark: Mark) -> str:
        return self.app.desk.codebook.path(mark.code)

    def action_coding_here(self, direction: int) -> None:
        self.transcript.action_coding(direction)

    def _coded_here(self, here: list[Mark]) -> str:
        own = super()._coded_here(here)
        alike = len(self._alike()) if here and not self._turning else 0
        told = f"  there: {alike} with the same code{'' if len(self._codes_here) == 1 else 's'} (] [)" if here else ""
        return own + told if columns(own + told) <= self.size.width - 2 else f"{own[: self.size.width - 40]}…{told}"

    # ---------------------------------------------------------------- changes

    def _recount(self, code: str, change: int) -> None:
        self._mirror()
        self._follow()

    def _note(self, mark: Mark, text: str) -> bool:
        noted = super()._note(mark, text)
        self._mirror()
        return noted

    def _mirror(self) -> None:
        """Where both sides show one document, what is coded on the one is coded on the other."""
        if self._documents[0] == self._documents[1]:
            self._other.show_marks(self.app.desk.marks(self.document))

    def action_open(self) -> None:
        from qualcode.tui.choices import document_choices
        from qualcode.tui.picker import Picker

        title = f"Open on the {_NAMES[self._side]}"
        picker = Picker(title, document_choices(self.app.desk), placeholder="type part of its title")
        self.app.push_screen(picker, self._document_picked)

    def _document_picked(self, choice: Choice | None) -> None:
        if choice is not None:
            documents = list(self._documents)
            documents[self._side] = choice.key
            self._documents = (documents[0], documents[1])
            self.open_document(choice.key)
            self._follow()

    def action_whose(self) -> None:
        desk = self.app.desk
        desk.only_mine = not desk.only_mine
        desk.forget()
        self.show_changes()
        self.announce(
            f"Only the codings of {desk.coder} are shown." if desk.only_mine else "All coders' codings are shown."
        )
