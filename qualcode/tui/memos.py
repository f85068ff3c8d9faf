"""The memos screen: memos are written, changed and deleted, and their links followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported
from textual.binding import Binding
from textual.widgets import OptionList

from qualcode.analysis.memo_links import Place, resolve
from qualcode.analysis.memos import memo
from qualcode.core.memo import PROJECT, About, Memo
from qualcode.core.visible import shorten, visible
from qualcode.errors import QualcodeError
from qualcode.tui.memo_browsing import MemoBrowser
from qualcode.tui.memo_writing import attempt, rewrite_memo, write_memo

if TYPE_CHECKING:
    from qualcode.session import Change
    from qualcode.tui.picker import Choice


class MemosScreen(MemoBrowser):
    """All memos, newest first; every change is on disk and can be undone."""

    BINDINGS = [
        Binding("a", "new", "New", id="memos.new"),
        Binding("e", "edit", "Edit", id="memos.edit"),
        Binding("E", "edit_outside", "In $EDITOR", key_display="E", show=False, id="memos.edit-outside"),
        Binding("d,delete", "delete", "Delete", key_display="d", id="memos.delete"),
        Binding("right_square_bracket,n", "link(1)", "Next link", key_display="]", id="memos.next-link"),
        Binding(
            "left_square_bracket,N", "link(-1)", "Previous link", show=False, key_display="[", id="memos.previous-link"
        ),
        Binding("f", "follow", "Follow", id="memos.follow"),
        Binding("enter", "open", "Follow or edit", show=False),
        Binding("u", "undo", "Undo", show=False, id="memos.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="memos.redo"),
    ]

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
        self.announce(f"Saved: memos/{written.id}.md; u takes it back")

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
            kept = keep_text(self.app.desk.folder, text)
            self._complain(QualcodeError(f"{error} What you wrote is kept in {kept}."))
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
        try:
            with self.app.suspend():
                try:
                    edited = run_editor(self.app.desk.folder, text)
                except QualcodeError as error:  # caught within: the terminal is taken back only if the block ends well
                    failed = error
        except SuspendNotSupported:
            failed = QualcodeError("No other program can be opened from this terminal: e edits here.")
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
            self.announce(f"Deleted: {gone.title}; u brings it back")

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
        self.announce(change.text)

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
            return f"line {desk.index.body(place.document).line_of(place.start) + 1} of {place.document}"
        return f"the {place.kind} {place.document or place.case or place.memo}"

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open()

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
