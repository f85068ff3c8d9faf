"""Choose from a list by typing part of a name: codes, documents, cases, codings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qualcode.core.overlay import shown
from qualcode.core.text import fold
from qualcode.core.visible import visible, visible_lines
from qualcode.tui.steady import Steady


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: `key` comes back, `label` is typed against and shown, `aside` stands dimmed behind it.

    Of a `path` the last part is shown first and what is above it dimmed.
    """

    key: str
    label: str
    aside: str = ""
    detail: str = ""
    color: str = ""
    path: bool = False


class Picker(Steady, ModalScreen[Choice | None]):
    """A list narrowed by what is typed. Enter takes the marked line, Escape none.

    `offer` makes further choices of a text that nothing goes by; such a line is taken at the second Enter only.
    """

    DEFAULT_CSS = """
    Picker { align: center middle; }
    Picker > Vertical {
        width: 90%; max-width: 110; height: 80%; max-height: 30; border: round $accent; background: $surface; padding: 0 1;
    }
    Picker Input { margin-bottom: 1; background: $boost; }
    Picker OptionList {
        width: 3fr; height: 1fr; border: none; padding: 0; background: $surface; text-wrap: nowrap; text-overflow: ellipsis;
    }
    Picker #detail { width: 2fr; padding: 0 1; border-left: solid $panel; }
    Picker.-narrow #detail { display: none; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-wide")]
    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back"),
        Binding("down,ctrl+n", "move(1)", "Next", show=False),
        Binding("up,ctrl+p", "move(-1)", "Previous", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, placeholder: str = "type part of the name",
        offer: Callable[[str], Sequence[Choice]] | None = None, empty: str = "Nothing is called that.",
    ) -> None:  # fmt: skip
        super().__init__()
        self._title, self._choices, self._offer, self._placeholder = title, list(choices), offer, placeholder
        self._empty = empty
        self._shown: list[Choice] = []

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            box.border_subtitle = "Enter takes it · Esc goes back"
            yield Input(placeholder=self._placeholder, compact=True)
            with Horizontal():
                yield OptionList(compact=True)
                if self._offer or any(choice.detail for choice in self._choices):
                    yield Static(id="detail")

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).focus()
        self._narrow("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        found = ranked(self._choices, text)
        offered = list(self._offer(text.strip())) if self._offer and text.strip() else []
        self._shown = [*found, *offered]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(_prompt(choice)) for choice in self._shown])
        if not self._shown and not self.query("#detail"):
            options.add_option(Option(Text(visible(self._empty)), disabled=True))
        options.highlighted = 0 if found else None
        self._show_detail()

    def show_changes(self) -> None:
        """Show the choices under the key of pseudonyms that is worn now; the marked line stays."""
        options = self.query_one(OptionList)
        for at, choice in enumerate(self._shown):
            options.replace_option_prompt_at_index(at, _prompt(choice))
        self._show_detail()

    def action_move(self, by: int) -> None:
        options = self.query_one(OptionList)
        if self._shown:
            at = -1 if options.highlighted is None else options.highlighted
            options.highlighted = min(max(at + by, 0), len(self._shown) - 1)
            self._show_detail()

    def _show_detail(self) -> None:
        at = self.query_one(OptionList).highlighted
        text = self._shown[at].detail if at is not None and at < len(self._shown) else ""
        if at is None and self._shown:
            text = "Nothing is called that. Enter marks the first line below, Enter again takes it."
        elif not self._shown:
            text = self._empty
        for detail in self.query("#detail").results(Static):
            detail.update(Text(visible_lines(text)))

    def on_input_submitted(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is None:
            self.action_move(1)
        else:
            self.dismiss(self._shown[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index])


def ranked(choices: Sequence[Choice], text: str) -> list[Choice]:
    """The choices that fit the text: those that hold it, then those in which words begin with its words, in order.

    Letters scattered over a name do not fit: nobody should code by a likeness that they did not see.
    """
    wanted = fold(" ".join(text.split()))
    if not wanted:
        return list(choices)
    found = []
    for order, choice in enumerate(choices):
        label = fold(shown(choice.label))
        last = label.rsplit("/", 1)[-1]
        if wanted in label:
            found.append((not last.startswith(wanted), wanted not in last, len(label), order, choice))
        elif _words_begin(label, wanted) or any(
            wanted in fold(text) for text in (choice.label, choice.aside, shown(choice.aside))
        ):
            found.append((True, True, 10_000, order, choice))
    return [item[-1] for item in sorted(found, key=lambda item: item[:-1])]


def _words_begin(label: str, wanted: str) -> bool:
    """Whether the words of `wanted` (cut at spaces and slashes) begin words of the label, in order: `hid/lon`."""
    words = iter(re.split(r"[\s/\-]+", label))
    parts = [part for part in re.split(r"[\s/]+", wanted) if part]
    return bool(parts) and all(any(word.startswith(part) for word in words) for part in parts)


def _prompt(choice: Choice) -> Text:
    above, slash, last = visible(choice.label).rpartition("/") if choice.path else ("", "", visible(choice.label))
    text = Text(last)
    if slash:
        text.append(f"  {above}", style="dim")
    if choice.color:
        text = Text("▌", style=choice.color).append_text(text)
    if choice.aside:
        text.append(f"  {visible(choice.aside)}", style="dim")
    return text
