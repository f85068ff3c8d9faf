"""Correcting the text from within a transcript: `e` here, `E` in one's own editor, `b` the bounds of a coding."""

from __future__ import annotations

import os
from collections.abc import Callable

from textual.app import SuspendNotSupported
from textual.binding import Binding

from qualcode.core.document import Body
from qualcode.core.visible import quoted, visible
from qualcode.errors import QualcodeError
from qualcode.tui.coding import CodingScreen
from qualcode.tui.memo_text import MemoEditor

_LONGEST = 20_000  # signs of a turn that is opened as a whole; of a longer one the line


class TextEditor(MemoEditor):
    """A stretch of the transcript for correcting, the cursor where it was in the transcript."""

    def __init__(self, title: str, facts: str, text: str, save: Callable[[str], bool], at: int) -> None:
        super().__init__(title, facts, text, save, at_end=False)
        self._at = at

    def on_mount(self) -> None:
        super().on_mount()
        before = self._before[: self._at]
        self._area.move_cursor((before.count("\n"), len(before) - before.rfind("\n") - 1))


class CorrectingKeys(CodingScreen):
    """Every coding stays with its words; what was changed or lost is told, and `V` goes through it."""

    BINDINGS = [
        Binding("e", "edit", "Edit", show=False, id="workspace.edit"),
        Binding("E", "edit_outside", "Edit text", key_display="E", show=False, id="workspace.edit-outside"),
        Binding("b", "bounds", "Bounds", show=False, id="workspace.bounds"),
    ]
    placing = ""  # the coding that is to be put on what will be selected

    # ---------------------------------------------------------------- here

    def action_edit(self) -> None:
        """Open the turn under the cursor."""
        if not self.document:
            return
        desk, selection = self.app.desk, self.transcript.selection
        body = self._attempt(
            lambda: desk.index.body(self.document)
        )  # as it is stored: real names are corrected, not pseudonyms
        if body is None:
            return
        at = desk.stored_span(self.document, selection.start, selection.start)[0]
        start, end = _stretch(body, at)
        first, last = body.line_of(start) + 1, body.line_of(max(start, end - 1)) + 1
        lines = f"line {first}" if first == last else f"lines {first} to {last}"

        def save(typed: str) -> bool:
            return self._correct(body.text[:start] + typed + body.text[end:], body)

        facts = "Every coding stays with its words."
        self.app.push_screen(TextEditor(f"Correct {lines}", facts, body.text[start:end], save, at - start))

    def _correct(self, text: str, seen: Body) -> bool:
        """Whether the text is on disk now."""
        done = self._attempt(lambda: self.app.desk.session.correct_text(self.document, text, seen=seen))
        if done is None:
            return False
        self.app.desk.forget()
        self.show_changes()
        more = " · V goes through them" if done.changed or done.lost else ""
        self.announce(str(done).removesuffix(".").replace(" (`qualcode review` goes through them)", "") + more)
        return True

    # ---------------------------------------------------------------- in one's own editor

    def action_edit_outside(self) -> None:
        """Open the whole text in $VISUAL or $EDITOR at the line of the cursor; here where there is none."""
        if not self.document:
            return
        if not any(os.environ.get(name, "").strip() for name in ("VISUAL", "EDITOR")):
            self.action_edit()
            return
        from qualcode.session.editor import keep_text, run_editor

        line = self.transcript.body.line_of(self.transcript.selection.start) + 1
        body = self._attempt(lambda: self.app.desk.index.body(self.document))
        if body is None:
            return
        edited, failed = None, None
        try:
            with self.app.suspend():
                try:
                    edited = run_editor(self.app.desk.folder, body.text, line=line)
                except QualcodeError as error:  # caught within: the terminal is taken back only if the block ends well
                    failed = error
        except SuspendNotSupported:
            self.action_edit()
            return
        if failed is not None:
            self.complain(failed)
        if edited is not None and not self._correct(edited, body):
            kept = keep_text(self.app.desk.folder, edited)
            self.app.notify(visible(f"What you wrote is kept in {kept}."), timeout=20, markup=False)

    # ---------------------------------------------------------------- where a coding belongs

    def action_bounds(self) -> None:
        """Put a coding of one's own on what is selected: the one that is being placed, or one under the selection."""
        if not self.document:
            return
        if self.placing:
            coding, self.placing = self.placing, ""
            self._rebind(coding)
            return
        self._with_one_coding("The bounds of which coding shall be these?", lambda mark: self._rebind(mark.id))

    def place_coding(self, ident: str, words: str) -> None:
        """Wait for a selection on which a coding shall be put."""
        self.placing = ident
        self.announce(
            f"Select where {quoted(words, 40)} belongs (v extends), then b puts the coding there; Esc goes back"
        )

    def _rebind(self, ident: str) -> None:
        selection = self.transcript.selection
        seen = self.transcript.body
        done = self._attempt(lambda: self.app.desk.rebind(self.document, seen, ident, selection.start, selection.end))
        if done is not None:
            self.transcript.select(selection.letting_go())
            self.show_changes()
            path = self.app.desk.codebook.path(done.code)
            self.announce(f"{path} is on {quoted(done.text, 60)} now; u takes it back")


def _stretch(body: Body, at: int) -> tuple[int, int]:
    """The turn that holds an offset, or its line where there is none or it is very long; whole lines without the last LF."""
    number = body.turn_index(at)
    line = body.line_of(at)
    here = body.starts[line], body.starts[line] + len(body.lines[line])
    if number < 0:
        return here
    turn = body.turns[number]
    if at > turn.end or turn.end - turn.start > _LONGEST:
        return here
    return turn.start, turn.end
