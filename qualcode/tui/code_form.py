"""A form for a code's entry: name, definition, use when, do not use when, example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static, TextArea

from qualcode.core.codebook import Code
from qualcode.core.visible import visible
from qualcode.tui.fields import TextField
from qualcode.tui.steady import Steady

_FIELDS = (
    ("name", "Name"), ("definition", "Definition"), ("use_when", "Use when"), ("do_not_use_when", "Do not use when"),
    ("example", "Example"),
)  # fmt: skip


class CodeForm(Steady, ModalScreen[None]):
    """Ctrl+S saves and closes; Escape closes, and asks before anything typed is thrown away.

    What somebody else changed in these fields meanwhile is not overwritten unseen: the first Ctrl+S says so.
    """

    DEFAULT_CSS = """
    CodeForm { align: center middle; }
    CodeForm VerticalScroll {
        width: 90%; max-width: 110; height: 90%; max-height: 34; border: round $accent; background: $surface; padding: 0 1;
    }
    CodeForm TextArea { height: 1fr; min-height: 3; border: round $panel-lighten-2; padding: 0 1; background: $surface; }
    CodeForm TextArea { border-title-color: $text; }
    CodeForm TextArea:focus { border: round $accent; border-title-color: $accent; }
    CodeForm #name { height: 3; min-height: 3; }
    CodeForm #asking { display: none; background: $warning; color: $text; padding: 0 1; height: 1; }
    CodeForm.asking #asking { display: block; }
    """
    BINDINGS = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Back", priority=True),
    ]

    def __init__(
        self, code: Code, path: str, save: Callable[[str, dict[str, Any]], bool], now: Callable[[], Code | None]
    ) -> None:
        super().__init__()
        self._code, self._path, self._save, self._now = code, path, save, now
        self._left_from: Widget | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = Content(visible(self._path))
            box.border_subtitle = "Tab next field · Ctrl+S saves · Esc goes back"
            yield Static("Not saved. y throws away what you typed · Ctrl+S saves it · Esc goes on writing", id="asking")
            for name, title in _FIELDS:
                area = TextField(getattr(self._code, name), soft_wrap=True, tab_behavior="focus", id=name)
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
        changes, now = self.changes(), self._now()
        changed = [
            title.lower()
            for name, title in _FIELDS
            if now and getattr(now, name) != getattr(self._code, name) and name in changes
        ]
        if now is not None and changed:
            self._code = now
            self.notify(
                f"The {', '.join(changed)} was changed elsewhere meanwhile and is not overwritten: "
                "look at it (Esc, y), or Ctrl+S once more to put yours in its place.",
                severity="warning", timeout=12,
            )  # fmt: skip
            return
        if not changes or self._save(self._code.id, changes):
            self.dismiss(None)

    def action_leave(self) -> None:
        if self.has_class("asking"):
            self._go_on()
        elif self.changes():
            self._left_from = self.focused
            self.set_focus(None)
            self.add_class("asking")
            self.query_one(VerticalScroll).scroll_home(animate=False)
        else:
            self.dismiss(None)

    def _go_on(self) -> None:
        self.remove_class("asking")
        if self._left_from is not None:
            self._left_from.focus()

    def on_key(self, event: events.Key) -> None:
        """While asking, y throws away and everything else goes on writing."""
        if self.has_class("asking"):
            event.stop()
            event.prevent_default()
            if event.key == "y":
                self.dismiss(None)
            else:
                self._go_on()
