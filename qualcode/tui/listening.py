"""Hearing what a turn sounds like: `P` plays the document's recording from there, in a player of the computer's own."""

from __future__ import annotations

from typing import Any

from textual.binding import Binding

from qualcode.core.times import clock
from qualcode.tui.reading import ReadingScreen

_LOOK_AFTER = 0.7  # seconds in which a player has noticed that it cannot play a file


class ListeningKeys(ReadingScreen):
    """`P` plays from the turn under the cursor; a second `P` stops it."""

    BINDINGS = [Binding("P", "play", "Listen", show=False, key_display="P", id="workspace.play")]

    def action_play(self) -> None:
        if self.app.desk.player.stop():
            self.announce("Stopped playing; P plays from the turn under the cursor.")
        elif self.document:
            self._attempt(self._play)

    def to_be_heard(self) -> tuple[str, int]:
        """The document whose recording is played, and the offset there from which."""
        at = self.transcript.selection.start
        return self.document, self.app.desk.stored_span(self.document, at, at)[0]

    def names_recording(self, document: str) -> str:
        """What the document's front matter says of its recording."""
        info = self.app.desk.index.document_info(document)
        return info.recording if info is not None else ""

    def _play(self) -> Any:
        from qualcode.analysis.times import stamps_of
        from qualcode.session.player import recording_file

        desk = self.app.desk
        document, offset = self.to_be_heard()
        file = recording_file(desk.folder, document, self.names_recording(document))
        seconds = stamps_of(desk.index, document).begin(offset)
        command = desk.player.play(file, seconds or 0)
        where = f"from {clock(seconds)} on" if seconds is not None else "from the beginning (no time stamp up to here)"
        self.announce(f"{command.player} plays {file.name} {where}; P stops it")
        self.set_timer(_LOOK_AFTER, self._tell_failure)

    def _tell_failure(self) -> None:
        failure = self.app.desk.player.failure()
        if failure:
            self.app.desk.player.stop()
            self.announce(failure, warn=True)
