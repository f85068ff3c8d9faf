"""Small questions: one line of text."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input


class Prompt(ModalScreen[str | None]):
    """One line of text. Enter gives it, Escape gives None."""

    DEFAULT_CSS = """
    Prompt { align: center bottom; background: $background 20%; }
    Prompt > Vertical { width: 100%; height: 3; border: round $accent; background: $surface; padding: 0 1; margin-bottom: 1; }
    Prompt Input { background: $surface; padding: 0; }
    """
    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, title: str, value: str = "", hint: str = "Enter · Esc goes back") -> None:
        super().__init__()
        self._title, self._value, self._hint = title, value, hint

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title, box.border_subtitle = self._title, self._hint
            yield Input(self._value, select_on_focus=False, compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
