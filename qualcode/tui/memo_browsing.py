"""Memos as they are looked through: the list, its filters, and one memo in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from qualcode.analysis.memos import memos
from qualcode.analysis.table import Row
from qualcode.core.how_many import how_many
from qualcode.core.memo import KINDS
from qualcode.core.overlay import worn
from qualcode.core.text import FoldedText
from qualcode.core.visible import visible
from qualcode.tui.key_line import KeyLine
from qualcode.tui.memo_text import MemoReader
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.core.pseudonyms import Pseudonyms
    from qualcode.tui.app import QualcodeApp


class MemoList(OptionList):
    """The memos, two lines each."""

    BINDINGS = [Binding("j", "cursor_down", show=False), Binding("k", "cursor_up", show=False)]


class MemoBrowser(Steady, Screen[None]):
    """The list, narrowed by typing and by kind, and the memo under the cursor in full."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (84, "-wide")]
    DEFAULT_CSS = """
    MemoBrowser {
        #list-side { width: 44; }
        #list, #reading { border: round $panel-lighten-2; border-title-color: $text-muted; background: $background; }
        #list:focus, #reading:focus-within { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #list { height: 1fr; padding: 0; scrollbar-size: 1 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #reading { width: 1fr; padding: 0 1; border-subtitle-color: $text-muted; }
        #facts { height: 2; color: $text-muted; }
        #text, #text:focus { height: 1fr; border: none; padding: 0; background: $background; scrollbar-size: 1 1; }
        #filter { display: none; height: 1; border: none; padding: 0 1; background: $boost; }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.filtering #filter { display: block; }
        &.-narrow #panes { layout: vertical; }
        &.-narrow #list-side { width: 100%; height: 2fr; }
        &.-narrow #reading { height: 3fr; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("slash", "filter", "Filter", key_display="/", id="memos.filter"),
        Binding("t", "kind", "Kind", id="memos.kind"),
        Binding("space", "page(1)", "Read on", show=False),
        Binding("b", "page(-1)", "Read back", show=False),
        Binding("tab", "switch", "Other pane", show=False, priority=True),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._kind, self._wanted = "", ""
        self._shown: tuple[str, str, Pseudonyms | None] | None = None
        self._announced_at = ""
        self._revision = -1
        self._way: list[str] = []  # memos from which links to memos were followed
        self._list, self._text = MemoList(id="list"), MemoReader(id="text")
        self._facts, self._status = Static(id="facts"), Static(id="status")

    def compose(self) -> ComposeResult:
        with Horizontal(id="panes"):
            with Vertical(id="list-side"):
                yield self._list
                yield Input(placeholder="part of a title, a text, or what it is about", id="filter", compact=True)
            with Vertical(id="reading"):
                yield self._facts
                yield self._text
        yield self._status
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self._list.focus()
        self.show_changes()

    def on_screen_resume(self) -> None:
        if self._revision != self.app.desk.revision:
            self.show_changes()

    # ---------------------------------------------------------------- showing

    def show_changes(self, at: str = "") -> None:
        """Show the memos as they are now, the cursor on one of them or where it was."""
        self._revision = self.app.desk.revision
        at = at or self._at
        table = memos(self.app.desk.index)
        self._rows = [row for row in table if self._fits(row)]
        number = next((n for n, row in enumerate(self._rows) if row["memo"] == at), None)
        if number is None:
            number = min(self._list.highlighted or 0, max(0, len(self._rows) - 1))
        self._list.clear_options()
        self._list.add_options([Option(_entry(row)) for row in self._rows])
        self._list.border_title = how_many(len(self._rows), "memo") + (
            f" of {len(table)}" if len(table) > len(self._rows) else ""
        )
        self._list.border_subtitle = " · ".join(
            filter(None, (self._kind, f"“{visible(self._wanted)}”" if self._wanted else ""))
        )
        self._list.highlighted = number if self._rows else None
        self._read()

    def _fits(self, row: Row) -> bool:
        if self._kind and row["kind"] != self._kind:
            return False
        texts = (row["title"], row["text"], row["about"], row["memo"])
        return not self._wanted or any(next(FoldedText(text).occurrences(self._wanted), None) for text in texts)

    @property
    def _row(self) -> Row | None:
        at = self._list.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    @property
    def _at(self) -> str:
        return self._row["memo"] if self._row is not None else ""

    def _read(self) -> None:
        """Show the memo under the cursor; one that is shown already keeps its place."""
        row, reading = self._row, self.query_one("#reading")
        if row is None:
            what = "No memo fits; Escape shows all." if self._wanted or self._kind else "No memos yet: a writes one."
            reading.border_title = reading.border_subtitle = ""
            self._facts.update(Text(what))
            self._text.read("")
            self._shown = None
            self.say("")
            return
        reading.border_title = Content(visible(row["title"]))
        facts = " · ".join(filter(None, (row["kind"], row["about"], row["date"], row["author"])))
        self._facts.update(Text(visible(facts)), layout=False)
        shown = (row["memo"], row["text"], worn())
        if shown != self._shown:
            self._shown = shown
            self._text.read(row["text"])
        number = len(self._text.links)
        reading.border_subtitle = how_many(row["words"], "word") + (
            f" · {how_many(number, 'link')}: ] lights, f follows" if number else ""
        )
        if row["memo"] != self._announced_at:
            self._announced_at = ""
            self.say(f"memos/{row['memo']}.md")

    def announce(self, message: str) -> None:
        """Say something that the list's own settling on a memo must not wipe away."""
        self._announced_at = self._at
        self.say(message)

    def say(self, message: str) -> None:
        """One line at the bottom, until something else is said."""
        self._status.update(Text(visible(message), no_wrap=True), layout=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if not event.option_list.option_count or event.option_index != self._list.highlighted:
            return
        self._read()

    def point_to(self, ident: str) -> None:
        """Put the cursor on a memo, showing all where a filter hides it."""
        if all(row["memo"] != ident for row in self._rows):
            self._kind = self._wanted = ""
            self.query_one("#filter", Input).value = ""
            self.remove_class("filtering")
        self.show_changes(ident)

    # ---------------------------------------------------------------- filter

    def action_filter(self) -> None:
        self.add_class("filtering")
        self.query_one("#filter", Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value.strip() != self._wanted:
            self._wanted = event.value.strip()
            self.show_changes()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_class(bool(self._wanted), "filtering")
        self._list.focus()

    def action_kind(self) -> None:
        used = [row["kind"] for row in memos(self.app.desk.index)]
        kinds = ["", *(kind for kind in dict.fromkeys([*KINDS, *sorted(set(used))]) if kind in used and kind)]
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)] if self._kind in kinds else ""
        self.show_changes()

    def action_back(self) -> None:
        """From the filter to the list, then all memos, then to where the last link was, then out."""
        if self.has_class("filtering") or self._wanted or self._kind:
            self.remove_class("filtering")
            self._kind = self._wanted = ""
            self.query_one("#filter", Input).value = ""
            self._list.focus()
            self.show_changes()
        elif self._way:
            self.show_changes(self._way.pop())
        else:
            self.app.pop_screen()

    def action_switch(self) -> None:
        (self._text if self._list.has_focus else self._list).focus()

    def action_page(self, by: int) -> None:
        (self._text.scroll_page_down if by > 0 else self._text.scroll_page_up)(animate=False)


def _entry(row: Row) -> Text:
    """Two lines: the title; kind, date and what it is about, dimmed."""
    text = Text(visible(row["title"]), no_wrap=True, overflow="ellipsis")
    aside = " · ".join(filter(None, (row["kind"], row["date"], row["about"] if row["about"] != "project" else "")))
    return text.append(f"\n  {visible(aside)}", style="dim")
