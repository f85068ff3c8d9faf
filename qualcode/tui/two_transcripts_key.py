"""From a transcript to another one beside it: `B` asks which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from qualcode.tui.reading import ReadingScreen

if TYPE_CHECKING:
    from qualcode.tui.picker import Choice


class TwoTranscriptsKey(ReadingScreen):
    """`B` opens a second transcript on the right of this one."""

    BINDINGS = [Binding("B", "two_transcripts", "Beside another", show=False, key_display="B", id="workspace.beside")]

    def action_two_transcripts(self) -> None:
        from qualcode.tui.choices import document_choices
        from qualcode.tui.picker import Picker

        if self.document:
            picker = Picker("Which transcript beside this one?", document_choices(self.app.desk),
                            placeholder="type part of its title")  # fmt: skip
            self.app.push_screen(picker, self._beside)

    def _beside(self, choice: Choice | None) -> None:
        from qualcode.tui.two_transcripts import Place, TwoTranscripts

        if choice is not None:
            here = Place(self.document, self.transcript.selection.letting_go())
            self.app.push_screen(TwoTranscripts(here, Place(choice.key)))
