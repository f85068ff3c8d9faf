"""A field for writing that is not left before one was asked about what was typed."""

from __future__ import annotations

from typing import Generic, TypeVar

from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from qualcode.tui.steady import Steady

Result = TypeVar("Result")


class WritingScreen(Steady, ModalScreen[Result | None], Generic[Result]):
    """Escape (`leave`) gives None at once where nothing was typed, else it asks: y throws away, all else goes on writing."""

    DEFAULT_CSS = """
    WritingScreen #asking { height: auto; display: none; background: $warning 30%; padding: 0 1; }
    WritingScreen.asking #asking { display: block; }
    """
    _before = ""  # what stood in the field at first

    @property
    def area(self) -> TextArea:
        return self.query_one(TextArea)

    def asking(self) -> Static:
        """The question, for the bottom of the box."""
        return Static("Not saved. y throws away what you typed · Ctrl+S saves it · Esc goes on writing", id="asking")

    def action_leave(self) -> None:
        if self.area.text == self._before:
            self.dismiss(None)
            return
        self.toggle_class("asking")
        self.area.read_only = self.has_class("asking")

    def on_key(self, event: object) -> None:
        key = getattr(event, "key", "")
        if self.has_class("asking") and key not in ("escape", "ctrl+s"):
            if key == "y":
                self.dismiss(None)
            self.remove_class("asking")
            self.area.read_only = False
