"""A memo's text on the screen: read with its links lit one by one, or written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea
from textual.widgets.text_area import Selection

from qualcode.core.links import Link, links
from qualcode.core.overlay import worn
from qualcode.core.visible import as_stored, visible, visible_lines
from qualcode.tui.leaving import WritingScreen

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_MOST_SHOWN = 200_000  # signs; a longer memo is read in an editor
# signs at which TextArea would begin a new line and so change the text: they stand in for themselves while it is open
_BREAKS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_HIDDEN = {ord(sign): chr(0xF8A0 + number) for number, sign in enumerate(_BREAKS)}
_SHOWN_AGAIN = {ord(hidden): chr(sign) for sign, hidden in _HIDDEN.items()}


def names_as_they_are() -> str:
    """What is said at a field in which a text is edited while it is shown under pseudonyms elsewhere; "" where it is not."""
    return "Names stand here as they are" if worn() else ""


def for_field(text: str) -> str:
    """The text as a field can hold it without changing it."""
    return text.translate(_HIDDEN)


def from_field(text: str) -> str:
    """The text that a field stands for."""
    return text.translate(_SHOWN_AGAIN)


class MemoText(TextArea):
    """Text that cannot drive the terminal, with its links and headings standing out; names as they stand in it."""

    def get_line(self, line_index: int) -> Text:
        plain = as_stored(self.document.get_line(line_index).translate(_SHOWN_AGAIN))
        text = Text(plain, end="", no_wrap=True)
        if plain.startswith("#"):
            text.stylize("bold")
        for link in links(plain):
            text.stylize("underline #5aa9e6", link.start, link.end)
        return text


class MemoReader(MemoText):
    """A memo for reading; `]` and `[` light its links."""

    BINDINGS = [Binding("j", "scroll_down", show=False), Binding("k", "scroll_up", show=False)]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", read_only=True, soft_wrap=True, compact=True, show_cursor=False, id=id)
        self.cursor_blink = False
        self.highlight_cursor_line = False
        self.links: Sequence[Link] = ()
        self.lit = -1

    def read(self, text: str) -> None:
        """Show this text from its beginning."""
        shown = visible_lines(text[:_MOST_SHOWN])
        if len(text) > _MOST_SHOWN:
            shown += f"\n\n(Here are its first {_MOST_SHOWN:,} signs: E opens all of it in your editor.)"
        self.links, self.lit = _links(text[:_MOST_SHOWN], shown), -1
        self.text = shown
        self.scroll_home(animate=False)
        self.refresh()  # a text of the same size is not painted anew by itself

    @property
    def link(self) -> Link | None:
        """The link that is lit."""
        return self.links[self.lit] if 0 <= self.lit < len(self.links) else None

    def light(self, step: int) -> Link | None:
        """Light the next link (or the one before), round and round; None where there is none."""
        if not self.links:
            return None
        self.lit = (self.lit + step) % len(self.links) if self.lit >= 0 else (0 if step > 0 else len(self.links) - 1)
        link = self.links[self.lit]
        shown = self.text
        ends = ((shown.count("\n", 0, at), at - shown.rfind("\n", 0, at) - 1) for at in (link.start, link.end))
        self.selection = Selection(*ends)
        self.scroll_cursor_visible(animate=False)
        return link

    def action_scroll_down(self) -> None:
        self.scroll_relative(y=1, animate=False)

    def action_scroll_up(self) -> None:
        self.scroll_relative(y=-1, animate=False)


def _links(stored: str, shown: str) -> list[Link]:
    """What the links of a text lead to, each with its place in the text as it is shown: names in them may be longer there."""
    there = links(shown)
    found = links(stored)
    if len(there) != len(found):
        return found
    return [link._replace(start=at.start, end=at.end) for link, at in zip(found, there, strict=True)]


class MemoEditor(WritingScreen[None]):
    """A memo for writing. Ctrl+S saves and closes; Escape asks before anything typed is thrown away.

    `save` gets the text and says whether it is on disk; while it is not, what was typed stays on the screen.
    """

    DEFAULT_CSS = """
    MemoEditor { align: center middle; }
    MemoEditor > Vertical { width: 92%; max-width: 116; height: 92%; border: round $accent; background: $surface; padding: 0 1; }
    MemoEditor #facts { height: auto; max-height: 3; color: $text-muted; margin-bottom: 1; }
    MemoEditor MemoText { height: 1fr; border: none; padding: 0; background: $surface; }
    MemoEditor MemoText:focus { border: none; }
    """
    BINDINGS = [
        Binding("ctrl+s", "save", "Save", priority=True),
        Binding("escape", "leave", "Back", priority=True),
    ]
    app: QualcodeApp

    def __init__(self, title: str, facts: str, text: str, save: Callable[[str], bool], *, at_end: bool = True) -> None:
        super().__init__()
        self._title, self._facts, self._save, self._at_end = title, facts, save, at_end
        self._before = for_field(text)
        self._area = MemoText(
            self._before, soft_wrap=True, compact=True, tab_behavior="focus", highlight_cursor_line=False
        )

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            box.border_subtitle = "Ctrl+S saves · Esc goes back"
            yield Static(Content(" · ".join(filter(None, (visible(self._facts), names_as_they_are())))), id="facts")
            yield self._area
            yield self.asking()

    def on_mount(self) -> None:
        self._area.focus()
        if self._at_end:
            self._area.move_cursor(self._area.document.end)

    @property
    def text(self) -> str:
        """What stands in the field."""
        return from_field(self._area.text)

    def action_save(self) -> None:
        self.remove_class("asking")
        if self._save(self.text):
            self.dismiss(None)
