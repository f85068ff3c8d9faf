"""The filter of the matrix: an expression to type, with those used before and those saved; what is wrong stands under it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qualcode.core.query import BadQuery, parse
from qualcode.core.visible import visible, visible_lines
from qualcode.errors import QualcodeError
from qualcode.tui.fields import LineField
from qualcode.tui.prompts import Prompt

_EXAMPLE = 'code:"hidden emotions" and role:child and not kind:chat and date>=2009-03'


class FilterPrompt(ModalScreen[str | None]):
    """An expression. Enter gives it ("" for no filter), Escape gives None; one that cannot be read is pointed at and stays.

    `save` keeps an expression under a name and raises QualcodeError where that is refused.
    """

    DEFAULT_CSS = """
    FilterPrompt { align: center bottom; background: $background 20%; }
    FilterPrompt > Vertical {
        width: 100%; height: auto; max-height: 18; border: round $accent; background: $surface; padding: 0 1; margin-bottom: 1;
    }
    FilterPrompt Input { background: $boost; padding: 0; }
    FilterPrompt #trouble { height: auto; color: $warning; display: none; }
    FilterPrompt.trouble #trouble { display: block; }
    FilterPrompt OptionList {
        height: auto; max-height: 9; border: none; padding: 0; background: $surface; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down,ctrl+n", "move(1)", "Next", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", "Previous", show=False, priority=True),
        Binding("ctrl+s", "save", "Save", priority=True),
    ]

    def __init__(
        self, value: str, saved: Mapping[str, str], recent: Sequence[str], save: Callable[[str, str], None], trouble: str = ""
    ) -> None:  # fmt: skip
        super().__init__()
        self._value, self._save, self._trouble = value, save, trouble
        self._offers = [(f"filter:{_in_quotes(name)}", f"{name}   {text}") for name, text in saved.items()]
        self._offers += [(text, text) for text in recent if text != value]

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Filter: which codings count"
            box.border_subtitle = (
                "Enter · empty: all · ↑ ↓ saved and earlier ones · Ctrl+S saves it under a name · Esc goes back"
            )
            yield LineField(self._value, placeholder=_EXAMPLE, select_on_focus=False, compact=True)
            yield Static(id="trouble")
            options = OptionList(*(Option(Text(visible(label))) for _, label in self._offers), compact=True)
            options.display = bool(self._offers)
            yield options

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).focus()
        if self._trouble:
            self._point(self._trouble)

    def _point(self, message: str) -> None:
        """Say what is wrong, and where."""
        self.query_one("#trouble", Static).update(Text(visible_lines(message)))
        self.add_class("trouble")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._value:
            self.remove_class("trouble")
            self._value = event.value

    def action_move(self, by: int) -> None:
        """Take another of those offered into the line."""
        options = self.query_one(OptionList)
        if self._offers:
            at = -1 if options.highlighted is None else options.highlighted
            options.highlighted = min(max(at + by, 0), len(self._offers) - 1)
            self._take(options.highlighted)

    def _take(self, number: int) -> None:
        field = self.query_one(Input)
        field.value = self._offers[number][0]
        field.cursor_position = len(field.value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(event.option_index)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._can_be_read(event.value):
            self.dismiss(event.value.strip())

    def _can_be_read(self, text: str) -> bool:
        if not text.strip():
            return True
        try:
            parse(text)
        except BadQuery as error:
            self.query_one(Input).cursor_position = error.at
            self._point(str(error))
            return False
        return True

    def action_save(self) -> None:
        text = self.query_one(Input).value.strip()
        if not text:
            self._point("There is nothing to save: type an expression first.")
        elif self._can_be_read(text):
            prompt = Prompt(
                "Save this filter in the project under the name",
                hint="Enter · Esc goes back; the filter stays as typed",
            )
            self.app.push_screen(prompt, lambda name: self._named(name, text))

    def _named(self, name: str | None, text: str) -> None:
        if name is None or not name.strip():
            return
        try:
            self._save(name, text)
        except QualcodeError as error:
            self._point(str(error))
        else:
            self.app.notify(visible(f"Saved as filter:{_in_quotes(' '.join(name.split()))}"), markup=False)


def _in_quotes(name: str) -> str:
    """A name as expressions refer to it."""
    return name if name.replace("-", "").replace("_", "").isalnum() else f'"{name}"'
