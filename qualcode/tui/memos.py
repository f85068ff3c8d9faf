"""The memos screen: the list, the memo under the cursor in full, and where its links lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from qualcode.analysis.memo_links import Place, resolve
from qualcode.analysis.memos import memo, memos
from qualcode.analysis.table import Row
from qualcode.core.memo import KINDS, PROJECT, About, Memo
from qualcode.core.text import FoldedText
from qualcode.core.visible import shorten, visible
from qualcode.errors import QualcodeError
from qualcode.tui.memo_text import MemoReader
from qualcode.tui.memo_writing import attempt, rewrite_memo, write_memo

if TYPE_CHECKING:
    from qualcode.session import Change
    from qualcode.tui.app import QualcodeApp
    from qualcode.tui.picker import Choice


class MemoList(OptionList):
    """The memos, two lines each."""

    BINDINGS = [Binding("j", "cursor_down", show=False), Binding("k", "cursor_up", show=False)]


class MemosScreen(Screen[None]):
    """All memos, newest first; every change is on disk and can be undone."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (84, "-wide")]
    DEFAULT_CSS = """
    MemosScreen {
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
        Binding("a", "new", "New", id="memos.new"),
        Binding("e", "edit", "Edit", id="memos.edit"),
        Binding("E", "edit_outside", "In $EDITOR", key_display="E", show=False, id="memos.edit-outside"),
        Binding("d,delete", "delete", "Delete", key_display="d", id="memos.delete"),
        Binding("right_square_bracket,n", "link(1)", "Next link", key_display="]", id="memos.next-link"),
        Binding("left_square_bracket,N", "link(-1)", "Previous link", show=False, key_display="[", id="memos.previous-link"),
        Binding("f", "follow", "Follow", id="memos.follow"),
        Binding("enter", "open", "Follow or edit", show=False),
        Binding("space", "page(1)", "Read on", show=False),
        Binding("b", "page(-1)", "Read back", show=False),
        Binding("tab", "switch", "Other pane", show=False, priority=True),
        Binding("u", "undo", "Undo", show=False, id="memos.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="memos.redo"),
    ]  # fmt: skip
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._kind, self._wanted, self._shown = "", "", ""
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
        yield Footer(compact=True, show_command_palette=False)

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
        self._list.border_title = f"{len(self._rows)} memos" + (
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
            self._shown = ""
            self.say("")
            return
        reading.border_title = Content(visible(row["title"]))
        self._facts.update(
            Text(visible(" · ".join(filter(None, (row["kind"], row["about"], row["date"], row["author"])))))
        )
        shown = f"{row['memo']}\n{row['text']}"
        if shown != self._shown:
            self._shown = shown
            self._text.read(row["text"])
        number = len(self._text.links)
        reading.border_subtitle = f"{row['words']} words" + (
            f" · {number} link{'s' if number > 1 else ''}: ] lights, f follows" if number else ""
        )
        self.say(f"memos/{row['memo']}.md")

    def say(self, message: str) -> None:
        """One line at the bottom, until something else is said."""
        self._status.update(Text(visible(message), no_wrap=True), layout=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if not event.option_list.option_count or event.option_index != self._list.highlighted:
            return
        self._read()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open()

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

    # ---------------------------------------------------------------- writing

    def action_new(self) -> None:
        from qualcode.tui.choices import code_choices, document_choices
        from qualcode.tui.picker import Choice, Picker

        desk = self.app.desk
        choices = [Choice("project", "the project as a whole", "project")]
        choices += [Choice(f"case\n{case}", name, "case") for case, name in desk.cases()]
        choices += [
            Choice(f"code\n{choice.key}", choice.label, "code", color=choice.color, path=True)
            for choice in code_choices(desk)
        ]
        choices += [
            Choice(f"document\n{choice.key}", choice.label, f"document · {choice.aside}")
            for choice in document_choices(desk)
        ]
        picker = Picker("A new memo about what?", choices, placeholder="type part of a case, code or document")
        self.app.push_screen(picker, self._about_picked)

    def _about_picked(self, choice: Choice | None) -> None:
        if choice is not None:
            thing, _, name = choice.key.partition("\n")
            about = PROJECT if thing == "project" else About(**{thing: name})
            write_memo(self.app, about, self._saved)

    def _saved(self, written: Memo) -> None:
        self.point_to(written.id)
        self.say(f"Saved: memos/{written.id}.md; u takes it back")

    def _memo(self) -> Memo | None:
        """The memo under the cursor, as it is on disk now."""
        at = self._at
        return attempt(self.app, lambda: memo(self.app.desk.index, at)) if at else None

    def action_edit(self) -> None:
        found = self._memo()
        if found is not None:
            rewrite_memo(self.app, found, self._saved)

    def action_edit_outside(self) -> None:
        from qualcode.session.editor import keep_text

        found = self._memo()
        text = self._from_editor(found.text) if found is not None else None
        if found is None or text is None:
            return
        try:
            changed = self.app.desk.session.edit_memo(found.id, text=text, seen=found.text)
        except QualcodeError as error:
            self._complain(QualcodeError(f"{error} What you wrote is kept in {keep_text(text)}."))
            return
        self.app.desk.forget()
        if changed.text == found.text:
            self.say("Nothing was changed.")
        else:
            self._saved(changed)

    def _from_editor(self, text: str) -> str | None:
        """The text as the user's editor leaves it; None where that failed, and the user was told."""
        from qualcode.session.editor import run_editor

        edited, failed = None, None
        with self.app.suspend():
            try:
                edited = run_editor(text)
            except QualcodeError as error:  # caught within: the terminal is taken back only if the block ends well
                failed = error
        self.refresh()
        if failed is not None:
            self._complain(failed)
        return edited

    def _complain(self, error: QualcodeError) -> None:
        message = str(error).replace("\n", " ")
        self.app.notify(visible(message), severity="warning", timeout=12, markup=False)
        self.say(message)

    def action_delete(self) -> None:
        from qualcode.tui.prompts import Confirm

        row = self._row
        if row is not None:
            ident, question = row["memo"], f"Delete the memo {shorten(row['title'], 80)}? u brings it back."
            self.app.push_screen(Confirm(question, "Delete a memo"), lambda yes: self._delete(ident) if yes else None)

    def _delete(self, ident: str) -> None:
        gone = attempt(self.app, lambda: self.app.desk.session.delete_memo(ident))
        if gone is not None:
            self.show_changes()
            self.say(f"Deleted: {gone.title}; u brings it back")

    def action_undo(self) -> None:
        self._step(lambda: self.app.desk.undo())

    def action_redo(self) -> None:
        self._step(lambda: self.app.desk.redo())

    def _step(self, work: Callable[[], Change]) -> None:
        try:
            change = work()
        except QualcodeError as error:
            self._complain(error)
            return
        self.show_changes()
        self.say(change.text)

    # ---------------------------------------------------------------- links

    def action_link(self, step: int) -> None:
        link = self._text.light(step)
        if link is None:
            self.say("This memo has no links. [[document#b7]], [[code:NAME]], [[case:ID]] and [[memo:ID]] are some.")
            return
        try:
            self.say(f"f goes to {self._described(resolve(self.app.desk.index, link))}")
        except QualcodeError as error:
            self.say(str(error))

    def _described(self, place: Place) -> str:
        desk = self.app.desk
        if place.kind == "code":
            return f"the code {desk.codebook.path(place.code)}"
        if place.kind == "coding":
            quote = desk.index.value("SELECT quote FROM coding WHERE id = ?", [place.coding]) or ""
            return f"{desk.codebook.path(place.code)} on “{shorten(quote, 60)}” in {place.document}"
        if place.kind == "line":
            return f"line {desk.body(place.document).line_of(place.start) + 1} of {place.document}"
        return f"the {place.kind} {place.document or place.case or place.memo}"

    def action_open(self) -> None:
        if self._text.link is not None:
            self.action_follow()
        else:
            self.action_edit()

    def action_follow(self) -> None:
        """Go where the lit link leads; the first one is lit where none is."""
        link = self._text.link or self._text.light(1)
        if link is None:
            self.say("This memo has no links.")
            return
        try:
            place = resolve(self.app.desk.index, link)
        except QualcodeError as error:
            self._complain(error)
            return
        self._go(place)

    def _go(self, place: Place) -> None:
        from qualcode.tui.codebook import CodebookScreen
        from qualcode.tui.compare import CompareScreen

        if place.kind == "memo":
            self._way.append(self._at)
            self.point_to(place.memo)
        elif place.kind == "code":
            screen = self.app.lay_over("codebook", CodebookScreen)
            if isinstance(screen, CodebookScreen):
                self.app.call_after_refresh(screen.point_to, place.code)
        elif place.kind == "case":
            screen = self.app.lay_over("compare", CompareScreen)
            if isinstance(screen, CompareScreen):
                self.app.call_after_refresh(screen.show_case, place.case)
        elif place.kind == "coding" and self._is_lost(place.coding):
            self.say("The text was changed and this quote is not in its place any more, so it cannot be shown there.")
        else:
            self.app.show_passage(place.document, place.start, place.end, "memos")

    def _is_lost(self, coding: str) -> bool:
        return bool(self.app.desk.index.value("SELECT anchor = 'lost' FROM coding WHERE id = ?", [coding]))


def _entry(row: Row) -> Text:
    """Two lines: the title; kind, date and what it is about, dimmed."""
    text = Text(visible(row["title"]), no_wrap=True, overflow="ellipsis")
    aside = " · ".join(filter(None, (row["kind"], row["date"], row["about"] if row["about"] != "project" else "")))
    return text.append(f"\n  {visible(aside)}", style="dim")
