"""Memos from within a transcript: the link of a coding, a memo about it, and the signs in the margin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.binding import Binding

from qualcode.core.visible import quoted
from qualcode.tui.coding import CodingScreen

if TYPE_CHECKING:
    from qualcode.core.memo import Memo
    from qualcode.tui.transcript.marks import Mark


class MemoKeys(CodingScreen):
    """`y` copies the link of the coding here, `K` writes a memo about it."""

    BINDINGS = [
        Binding("y", "copy_link", "Copy link", show=False, id="workspace.link"),
        Binding("K", "memo", "Memo here", show=False, key_display="K", id="workspace.memo"),
    ]

    def open_document(self, document: str, at: int = 0) -> None:
        super().open_document(document, at)
        self._mark_lines()

    def show_changes(self) -> None:
        super().show_changes()
        self._mark_lines()
        if self.document:
            self._title_of(self.document)

    def _mark_lines(self) -> None:
        self.transcript.sign_lines(self.app.desk.memo_lines(self.document))

    def action_copy_link(self) -> None:
        if self.document:
            self._with_coding_here("Copy the link of which coding?", self._copy_link)

    def _copy_link(self, mark: Mark | None) -> None:
        link = self._link(mark)
        self.app.copy_to_clipboard(link)
        self.announce(f"Copied: {link}")

    def _link(self, mark: Mark | None) -> str:
        """The link to a coding, or to the line where the cursor is."""
        from qualcode.analysis.memo_links import link_to_coding

        if mark is not None:
            return link_to_coding(self.app.desk.index, self.document, mark.id)
        line = self.transcript.body.line_of(self.transcript.selection.start) + 1
        return f"[[{self.document}#L{line}]]"

    def _with_coding_here(self, title: str, then: Callable[[Mark | None], None]) -> None:
        """Go on with the coding under the cursor, anybody's; ask which where there are several; None where there is none."""
        here = self.transcript.marks_at_selection()
        if len(here) < 2:
            then(here[0] if here else None)
            return
        from qualcode.tui.choices import mark_choices
        from qualcode.tui.picker import Picker

        chosen = {mark.id: mark for mark in here}
        choices = mark_choices(here, self.transcript.body, self.app.desk)
        self.app.push_screen(Picker(title, choices), lambda choice: then(chosen[choice.key]) if choice else None)

    def action_memo(self) -> None:
        if self.document:
            self._with_coding_here("A memo about which coding?", self._write_memo)

    def _write_memo(self, mark: Mark | None) -> None:
        from qualcode.core.memo import About
        from qualcode.tui.memo_writing import write_memo

        body, selection = self.transcript.body, self.transcript.selection
        start, end = (mark.start, mark.end) if mark else (selection.start, selection.end)
        about = About(document=self.document, coding=mark.id if mark else "")
        words = " ".join(body.text[start:end].split())
        text = f"{self._link(mark)} {quoted(words, 300)}\n\n" if words else f"{self._link(mark)}\n\n"
        title = self.app.desk.codebook.path(mark.code).rpartition("/")[2] if mark else ""
        write_memo(self.app, about, self._written, text=text, title=title)

    def _written(self, memo: Memo) -> None:
        self.show_changes()
        self.announce(f"Memo saved: {memo.title} (memos/{memo.id}.md)")
