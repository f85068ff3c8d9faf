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

    def _play(self) -> Any:
        from qualcode.analysis.times import stamps_of
        from qualcode.session.player import recording_file

        desk = self.app.desk
        info = desk.index.document_info(self.document)
        file = recording_file(desk.folder, self.document, info.recording if info is not None else "")
        seconds = stamps_of(desk.index, self.document).begin(self.transcript.selection.start)
        command = desk.player.play(file, seconds or 0)
        where = f"from {clock(seconds)} on" if seconds is not None else "from the beginning (no time stamp up to here)"
        self.announce(f"{command.player} plays {file.name} {where}; P stops it")
        self.set_timer(_LOOK_AFTER, self._tell_failure)

    def _tell_failure(self) -> None:
        failure = self.app.desk.player.failure()
        if failure:
            self.app.desk.player.stop()
            self.announce(failure, warn=True)
