"""Coding the passage under the cursor: every key that changes data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.binding import Binding

from qualcode.core.anchors import make_anchor, place
from qualcode.core.codebook import name_key
from qualcode.core.document import Body
from qualcode.core.visible import quoted
from qualcode.errors import CannotSave, QualcodeError
from qualcode.tui.reading import ReadingScreen
from qualcode.tui.transcript.marks import Mark
from qualcode.tui.transcript.selection import Selection

if TYPE_CHECKING:
    from qualcode.tui.panels import CodeTree
    from qualcode.tui.picker import Choice

_LONGEST_NAME = 60


class Chosen(NamedTuple):
    """A passage as the user saw it when choosing it."""

    document: str
    body: Body
    selection: Selection


class CodingScreen(ReadingScreen):
    """Applies, removes and annotates codings; each is on disk before it is drawn."""

    BINDINGS = [
        Binding("c", "code", "Code", id="workspace.code"),
        Binding("full_stop", "again", "Again", key_display=".", id="workspace.again"),
        *(Binding(str(digit), f"pinned({digit})", f"Pinned code {digit}", show=False) for digit in range(1, 10)),
        Binding("i", "in_vivo", "In vivo", show=False, id="workspace.in-vivo"),
        Binding("x", "remove", "Remove", id="workspace.remove"),
        Binding("m", "note", "Note", id="workspace.note"),
        Binding("u", "undo", "Undo", id="workspace.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="workspace.redo"),
    ]

    def __init__(self, document: str = "") -> None:
        super().__init__(document)
        self._last_code = ""

    def apply(self, code_id: str, chosen: Chosen | None = None) -> bool:
        """Code the selection, or what was chosen when a picker opened; whether that is on disk.

        Text that changed since is not coded.
        """
        transcript, desk = self.transcript, self.app.desk
        document, body, selection = chosen or self._chosen()
        try:
            done = desk.code(document, body, selection.start, selection.end, code_id)
        except QualcodeError as error:
            if not isinstance(error, CannotSave):
                self.show_changes()
            self.complain(error)
            return False
        mark, new = done
        self._last_code = mark.code
        if selection.extending:
            transcript.select(selection.letting_go())
        if not new:
            self.announce(f"This passage has {desk.codebook.path(mark.code)} from you already.")
            return True
        transcript.add_mark(mark)
        self._recount(mark.code, 1)
        text = transcript.body.text[mark.start : mark.end]
        self.announce(f"Saved: {desk.codebook.path(mark.code)} on {quoted(text, 60)}")
        self._define(mark.code)
        return True

    def _chosen(self) -> Chosen:
        return Chosen(self.document, self.transcript.body, self.transcript.selection)

    def _recount(self, code: str, change: int) -> None:
        """Counts follow a moment after the transcript."""
        self.call_after_refresh(self._recount_now, code, change, self.document)

    def _recount_now(self, code: str, change: int, document: str) -> None:
        desk = self.app.desk
        if self.code_tree is not None and self.document_tree is not None:
            above = [code.id for code in desk.codebook.ancestors(code)]
            self.code_tree.recount(above, desk.counts, desk.colors)
            self.document_tree.count(document, change, self.document)

    def action_code(self) -> None:
        from qualcode.tui.choices import code_choices, create_choices
        from qualcode.tui.picker import Picker

        if self.document:
            picker = Picker(
                "Apply a code", code_choices(self.app.desk), placeholder="type part of a code's name or path",
                offer=lambda text: create_choices(self.app.desk, text, self._last_code),
            )  # fmt: skip
            chosen = self._chosen()
            self.app.push_screen(picker, lambda choice: self._code_picked(choice, chosen))

    def _code_picked(self, choice: Choice | None, chosen: Chosen) -> None:
        if choice is None:
            return
        if not choice.key.startswith("+"):
            self.apply(choice.key, chosen)
            return
        parent, _, name = choice.key[1:].partition("\n")
        self._create_and_apply(name, parent, chosen)

    def action_in_vivo(self) -> None:
        """The selected words become a code's name, under the theme of the code tree's cursor, and the passage gets it."""
        chosen = self._chosen()
        words = " ".join(chosen.body.text[chosen.selection.start : chosen.selection.end].replace("/", " ").split())
        name = words.strip(" .,;:!?…。，；：！？、“”\"'‘’「」()（）")
        if not self.document or not name:
            self.say("Select the words that shall be the code's name: w and v choose them, then i.")
        elif len(name) > _LONGEST_NAME:
            self.say(f"That is long for a code's name ({len(name)} signs): w makes words the unit, v extends; then i.")
        else:
            existing = self._child_called(self._current_parent(), name)
            if existing:
                self.apply(existing, chosen)
            else:
                self._create_and_apply(name, self._current_parent(), chosen)

    def _current_parent(self) -> str:
        """The theme under the code tree's cursor, or above it; where the tree has none, that of the code applied last."""
        book = self.app.desk.codebook
        code = self.code_tree.current if self.code_tree is not None else ""
        code = code or self._last_code
        if code not in book:
            return ""
        return code if book.live_children.get(code) or not book[code].parent else book[code].parent

    def _child_called(self, parent: str, name: str) -> str:
        children = self.app.desk.codebook.live_children.get(parent, ())
        return next((code.id for code in children if name_key(code.name) == name_key(name)), "")

    def _create_and_apply(self, name: str, parent: str, chosen: Chosen) -> None:
        """One undo step: the new code and its first coding."""
        with self.app.desk.session.batch():
            code = self._attempt(lambda: self.app.desk.create_code(name, parent))
            if code is not None:
                desk = self.app.desk
                self.transcript.set_codes(desk.names, desk.colors, desk.coder, desk.asking(self.document))
                if not self.apply(code.id, chosen):
                    return
                self.show_changes()
                where = f"under {desk.codebook.path(code.parent)}" if code.parent else "at the top of the codebook"
                text = chosen.body.text[chosen.selection.start : chosen.selection.end]
                self.announce(f"New code “{code.name}” {where}, saved on {quoted(text, 40)}; u takes both back")

    def on_code_tree_chosen(self, event: CodeTree.Chosen) -> None:
        event.stop()
        self.apply(event.code)

    def action_again(self) -> None:
        if self._last_code:
            self.apply(self._last_code)
        else:
            self.say("No code was applied yet in this sitting: c picks one.")

    def action_pinned(self, digit: int) -> None:
        code = next((code for code in self.app.desk.codebook.live if code.key == digit), None)
        if code is None:
            self.say(f"No code is pinned to {digit}: C opens the codebook, p pins a code there.")
        else:
            self.apply(code.id)

    def _with_one_coding(self, title: str, then: Callable[[Mark], None]) -> None:
        """Go on with the user's coding here; ask which where there are several."""
        from qualcode.tui.choices import mark_choices
        from qualcode.tui.picker import Picker

        here = self.transcript.marks_at_selection()
        mine = [mark for mark in here if mark.coder == self.app.desk.coder]
        if not mine:
            others = ", ".join(sorted({mark.coder for mark in here}))
            self.say(
                f"Here are only codings of {others}; each coder changes their own."
                if here
                else "There is no coding here."
            )
        elif len(mine) == 1:
            then(mine[0])
        else:
            chosen = {mark.id: mark for mark in mine}
            choices = mark_choices(mine, self.transcript.body, self.app.desk)
            self.app.push_screen(Picker(title, choices), lambda choice: then(chosen[choice.key]) if choice else None)

    def action_remove(self) -> None:
        self._with_one_coding("Remove which coding?", self._remove)

    def _remove(self, mark: Mark) -> None:
        coding = self._attempt(lambda: self.app.desk.uncode(mark.id))
        if coding is not None:
            self.transcript.remove_mark(mark.id)
            self._recount(mark.code, -1)
            path = self.app.desk.codebook.path(mark.code)
            self.announce(f"Removed: {path} on {quoted(coding.text, 60)}; u brings it back")

    def action_note(self) -> None:
        self._with_one_coding("A note on which coding?", self._ask_note)

    def _ask_note(self, mark: Mark) -> None:
        from qualcode.tui.prompts import NotePrompt

        title = f"Note on {self.app.desk.codebook.path(mark.code)}"
        self.app.push_screen(NotePrompt(title, mark.note, lambda text: self._note(mark, text)))

    def _note(self, mark: Mark, text: str) -> bool:
        """Whether the note is on disk."""
        if text.strip() == mark.note:
            return True
        noted = self._attempt(lambda: self.app.desk.note(mark.id, text.strip()))
        if noted is not None:
            self.transcript.add_mark(noted)
            self.announce(
                f"Note saved on {self.app.desk.codebook.path(mark.code)}" if noted.note else "Note taken away"
            )
        return noted is not None

    def action_undo(self) -> None:
        self._step(self.app.desk.undo)

    def action_redo(self) -> None:
        self._step(self.app.desk.redo)

    def _step(self, work: Callable[[], Any]) -> None:
        change = self._attempt(work)
        if change is None:
            return
        self.show_changes()
        if change.document == self.document:
            marks = self.transcript.marks
            mark = next((marks[ident] for ident in change.codings if ident in marks), None)
            if mark is not None:
                self.transcript.select_span(mark.start, mark.end)
        self.announce(change.text)

    def show_changes(self) -> None:
        """Show the project as it is now: after an undo, or when others changed it."""
        desk = self.app.desk
        if not self.document:
            self.open_document(desk.last_place()[0])
        else:
            self.transcript.set_codes(desk.names, desk.colors, desk.coder, desk.asking(self.document))
            body = self._attempt(lambda: desk.body(self.document))
            if body is not None and body.text != self.transcript.body.text:
                self._show_changed_text(body)
            elif body is not None:
                self.transcript.show_marks(desk.marks(self.document))
                self._count_displaced()
                self._describe_selection()

    def _show_changed_text(self, body: Body) -> None:
        """The document changed on disk, or the key under which it is shown: show it, the cursor on the words on which it was."""
        old, selection = self.transcript.body, self.transcript.selection
        if (carried := self.app.desk.carried(self.document, old, selection.start, selection.end)) is not None:
            self.transcript.show(body, self.app.desk.marks(self.document), carried[0])
            self.transcript.select(selection._replace(start=carried[0], end=carried[1]))
            return
        words, placed = selection._replace(extending=False, at_start=False), None
        if selection.start < selection.end <= len(old):
            placed = place(make_anchor(old.text, old.hash, selection.start, selection.end), body.text, body.hash)
        self.transcript.show(body, self.app.desk.marks(self.document), placed.start if placed else selection.start)
        if placed and placed.state != "lost":
            self.transcript.select(words._replace(start=placed.start, end=placed.end))
        self._tell_displaced()
