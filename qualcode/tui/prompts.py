"""Small questions: a line of text, or a note."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from qualcode.core.visible import visible, visible_lines
from qualcode.tui.fields import LineField, TextField
from qualcode.tui.leaving import WritingScreen
from qualcode.tui.steady import Steady


class Prompt(Steady, ModalScreen[str | None]):
    """One line of text. Enter gives it, Escape gives None."""

    DEFAULT_CSS = """
    Prompt { align: center bottom; background: $background 20%; }
    Prompt > Vertical {
        width: 100%; height: 3; border: round $accent; background: $surface; padding: 0 1; margin-bottom: 1;
    }
    Prompt Input { background: $surface; padding: 0; }
    """
    BINDINGS = [Binding("escape", "dismiss(None)", "Back")]

    def __init__(self, title: str, value: str = "", hint: str = "Enter · Esc goes back") -> None:
        super().__init__()
        self._title, self._value, self._hint = title, value, hint

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title, box.border_subtitle = Content(visible(self._title)), self._hint
            yield LineField(self._value, select_on_focus=False, compact=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


class NoteArea(TextField):
    """A wrapping text field in which Enter is done; Alt+Enter or Ctrl+J begins a new line."""

    class Done(Message):
        """Enter was pressed."""

    async def _on_key(self, event: events.Key) -> None:
        if self.read_only:
            return
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Done())
        elif event.key in ("alt+enter", "ctrl+j"):
            event.stop()
            event.prevent_default()
            self.insert("\n")
        else:
            await super()._on_key(event)


class NotePrompt(WritingScreen[str]):
    """A note of any length. Enter gives it (Ctrl+S too), Escape gives None but asks first where something was typed."""

    DEFAULT_CSS = """
    NotePrompt { align: center bottom; background: $background 20%; }
    NotePrompt > Vertical {
        width: 100%; height: 8; border: round $accent; background: $surface; padding: 0 1; margin-bottom: 1;
    }
    NotePrompt NoteArea { background: $surface; border: none; padding: 0; height: 1fr; }
    NotePrompt NoteArea:focus { border: none; }
    """
    BINDINGS = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Back", priority=True),
    ]

    def __init__(self, title: str, value: str, save: Callable[[str], bool] | None = None) -> None:
        """`save` says whether the note is on disk; while it is not, what was typed stays on the screen."""
        super().__init__()
        self._title, self._save = title, save
        self._area = NoteArea(value, compact=True, soft_wrap=True, tab_behavior="focus")
        self._before = self._area.text

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            box.border_subtitle = "Enter saves · Ctrl+J new line · Esc goes back"
            yield self._area
            yield self.asking()

    def on_mount(self) -> None:
        self._area.move_cursor(self._area.document.end)
        self._area.focus()

    def action_save(self) -> None:
        self.remove_class("asking")
        self._area.read_only = False
        if self._save is None or self._save(self._area.text):
            self.dismiss(self._area.text)

    def on_note_area_done(self, event: NoteArea.Done) -> None:
        event.stop()
        self.action_save()


class Confirm(ModalScreen[bool]):
    """A yes or no. `y` gives True; n and Escape give False."""

    DEFAULT_CSS = """
    Confirm { align: center bottom; background: $background 20%; }
    Confirm > Static {
        width: 100%; height: auto; max-height: 12; border: round $warning; background: $surface; padding: 0 1; margin-bottom: 1;
    }
    """
    BINDINGS = [Binding("y", "dismiss(True)", "Yes"), Binding("n,escape", "dismiss(False)", "No")]

    def __init__(self, question: str, title: str = "Are you sure?") -> None:
        super().__init__()
        self._question, self._title = question, title

    def compose(self) -> ComposeResult:
        box = Static(Content(visible_lines(self._question)))
        box.border_title, box.border_subtitle = Content(visible(self._title)), "y yes · n no"
        yield box
