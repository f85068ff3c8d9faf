"""A form for a code's entry: name, definition, use when, do not use when, example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import TextArea

from qualcode.core.codebook import Code
from qualcode.core.visible import visible

_FIELDS = (
    ("name", "Name"), ("definition", "Definition"), ("use_when", "Use when"), ("do_not_use_when", "Do not use when"),
    ("example", "Example"),
)  # fmt: skip


class CodeForm(ModalScreen[None]):
    """Ctrl+S saves and closes; Escape closes, and asks for a second one where something was typed."""

    DEFAULT_CSS = """
    CodeForm { align: center middle; }
    CodeForm VerticalScroll {
        width: 90%; max-width: 110; height: 90%; max-height: 34; border: round $accent; background: $surface; padding: 0 1;
    }
    CodeForm TextArea { height: 1fr; min-height: 3; border: round $panel-lighten-2; padding: 0 1; background: $surface; }
    CodeForm TextArea:focus { border: round $accent; }
    CodeForm #name { height: 3; }
    """
    BINDINGS = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Back", priority=True),
    ]

    def __init__(self, code: Code, path: str, save: Callable[[str, dict[str, Any]], bool]) -> None:
        super().__init__()
        self._code, self._path, self._save = code, path, save
        self._warned = False

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = Content(visible(self._path))
            box.border_subtitle = "Tab next field · Ctrl+S saves · Esc goes back"
            for name, title in _FIELDS:
                area = TextArea(getattr(self._code, name), soft_wrap=True, tab_behavior="focus", compact=True, id=name)
                area.border_title = title
                yield area

    def on_mount(self) -> None:
        area = self.query_one("#definition", TextArea)
        area.focus()
        area.move_cursor(area.document.end)

    def changes(self) -> dict[str, Any]:
        """The fields that differ from what they were."""
        texts = {name: self.query_one(f"#{name}", TextArea).text for name, _ in _FIELDS}
        return {name: text for name, text in texts.items() if text.strip() != getattr(self._code, name).strip()}

    def action_save(self) -> None:
        changes = self.changes()
        if not changes or self._save(self._code.id, changes):
            self.dismiss(None)

    def action_leave(self) -> None:
        if self.changes() and not self._warned:
            self._warned = True
            self.notify("Not saved yet: Ctrl+S saves, Esc once more throws what you typed away.", severity="warning")
            return
        self.dismiss(None)

    def on_text_area_changed(self) -> None:
        self._warned = False
