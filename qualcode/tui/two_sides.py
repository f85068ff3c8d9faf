"""Two transcripts beside each other, each with its cursor; keys act on the side in focus."""

from __future__ import annotations

from collections.abc import Iterator

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal

from qualcode.tui.coding import CodingScreen
from qualcode.tui.key_line import KeyLine
from qualcode.tui.listening import ListeningKeys
from qualcode.tui.transcript import Transcript


class TwoSides(ListeningKeys, CodingScreen):
    """`document` and `transcript` are those of the side in focus, so that all coding keys work there."""

    AUTO_FOCUS = ""  # the side that had the cursor gets it
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]
    DEFAULT_CSS = """
    TwoSides {
        Transcript {
            border: round $panel-lighten-2; border-title-color: $text-muted; border-subtitle-color: $text-muted;
            background: $background; scrollbar-size: 1 1; scrollbar-color: $panel-lighten-3; scrollbar-background: $surface;
        }
        Transcript:focus { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.-narrow #sides { layout: vertical; }
    }
    """
    BINDINGS = [
        Binding("tab", "switch", "Other side", key_display="Tab", priority=True, id="side-by-side.tab"),
        Binding("shift+tab", "switch", show=False, priority=True),
        Binding("escape", "back", "Back", key_display="Esc", id="side-by-side.back"),
    ]

    def __init__(self, documents: tuple[str, str], names: tuple[str, str], side: int) -> None:
        """`names` are the ids of the views, `side` (0 or 1) is the one that has the cursor."""
        super().__init__(documents[side])
        self._documents = documents
        self._views = (Transcript(id=names[0]), Transcript(id=names[1]))
        self._revision = -1
        self._turning = False
        self._turn_to(side)

    def compose(self) -> ComposeResult:
        with Horizontal(id="sides"):
            yield from self._views
        yield self.status
        yield KeyLine(id="keys")

    # ---------------------------------------------------------------- the two sides

    def _turn_to(self, side: int) -> None:
        """Make one side the one that keys act on."""
        self._side = side
        self.document, self.transcript = self._documents[side], self._views[side]

    def _each_side(self) -> Iterator[None]:
        """Turn to the other side, then to this one again; nothing is said meanwhile of what is under the cursor."""
        side = self._side
        self._turning = True
        for number in (1 - side, side):
            self._turn_to(number)
            yield
        self._turning = False

    def _describe_selection(self) -> None:
        if not self._turning:
            super()._describe_selection()

    def _turn_to_focus(self) -> None:
        if isinstance(self.focused, Transcript):
            self._turn_to(self._views.index(self.focused))

    @property
    def _other(self) -> Transcript:
        return self._views[1 - self._side]

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        self._turn_to_focus()
        self._follow()
        self._describe_selection()

    def on_transcript_moved(self, event: Transcript.Moved) -> None:
        self._turn_to_focus()
        self._follow()
        super().on_transcript_moved(event)

    def _follow(self) -> None:
        """Show on the other side what belongs to the place of the cursor here."""

    def action_switch(self) -> None:
        if self.transcript.selection.extending:
            self.transcript.swap_boundary()
        else:
            self._turn_to(1 - self._side)
            self.transcript.focus()

    # ---------------------------------------------------------------- changes

    def on_screen_resume(self) -> None:
        if self._revision not in (-1, self.app.desk.revision):
            self.show_changes()

    def show_changes(self) -> None:
        """Show both sides as they are now."""
        self._revision = self.app.desk.revision
        for _ in self._each_side():
            super().show_changes()
            self._title_of(self.document)
        self._follow()
        self._describe_selection()

    def action_back(self) -> None:
        """Let go of what is held here, else leave."""
        if not self.transcript.let_go():
            self._leave()

    def _leave(self) -> None:
        self.app.desk.forget()
        self.app.pop_screen()
