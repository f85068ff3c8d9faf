"""From a transcript to its translation: `T` opens both side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from qualcode.tui.reading import ReadingScreen

if TYPE_CHECKING:
    from qualcode.analysis.translations import Names
    from qualcode.tui.picker import Choice


class TranslationKey(ReadingScreen):
    """`T` asks which translation where there are several."""

    BINDINGS = [Binding("T", "side_by_side", "Translation", show=False, key_display="T", id="workspace.translation")]

    def action_side_by_side(self) -> None:
        from qualcode.analysis.translations import pair_names
        from qualcode.tui.picker import Choice, Picker

        found = pair_names(self.app.desk.index, self.document) if self.document else []
        if not found:
            self.say(
                "This document has no translation here: qualcode translations link ORIGINAL TRANSLATION names one."
            )
        elif len(found) == 1:
            self._open_pair(found[0])
        else:
            by_key = {names.translation: names for names in found}
            choices = [Choice(key, self._title_in_list(key), names.original) for key, names in by_key.items()]

            def picked(choice: Choice | None) -> None:
                if choice is not None:
                    self._open_pair(by_key[choice.key])

            self.app.push_screen(Picker("Side by side with which translation?", choices), picked)

    def _title_in_list(self, document: str) -> str:
        info = self.app.desk.index.document_info(document)
        return " · ".join(filter(None, (info.title, info.language))) if info is not None else document

    def _open_pair(self, names: Names) -> None:
        from qualcode.tui.side_by_side import SideBySide

        self.app.push_screen(SideBySide(names, self.document, self.transcript.selection))
