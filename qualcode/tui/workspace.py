"""The place to work: documents, transcript, codes."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from qualcode.core.anchors import make_anchor, place
from qualcode.core.codebook import Code
from qualcode.core.document import Body
from qualcode.core.visible import quoted, visible
from qualcode.errors import QualcodeError
from qualcode.tui.transcript import Transcript
from qualcode.tui.transcript.marks import Mark
from qualcode.tui.transcript.selection import Selection

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp
    from qualcode.tui.panels import CodeTree, DocumentTree
    from qualcode.tui.picker import Choice

_PANELS = ("documents", "transcript", "codes")
_CHANGING = ("code", "again", "pinned", "remove", "note", "undo", "redo")


class Chosen(NamedTuple):
    """A passage as the user saw it when choosing it."""

    document: str
    body: Body
    selection: Selection


class Workspace(Screen[None]):
    """Documents by case on the left, the transcript, and the code tree with the definition of the code in focus."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (140, "-wide")]
    DEFAULT_CSS = """
    Workspace {
        #document-panel, #code-panel, #transcript { border: round $panel-lighten-2; border-title-color: $text-muted; }
        #document-panel:focus-within, #transcript:focus, #code-panel:focus-within {
            border: round $accent; border-title-color: $accent; border-title-style: bold;
        }
        #document-panel { width: 38; background: $surface; }
        #code-panel { width: 42; background: $surface; }
        #documents { height: 1fr; background: $surface; scrollbar-size: 1 1; overflow-x: hidden; }
        #codes { height: 2fr; background: $surface; scrollbar-size: 1 1; overflow-x: hidden; }
        #definition { height: 1fr; min-height: 6; border-top: solid $panel-lighten-2; padding: 0 1; overflow-y: auto; }
        #transcript { background: $background; scrollbar-size: 1 1; border-subtitle-color: $text-muted; }
        #documents, #codes, #transcript, #definition { scrollbar-color: $panel-lighten-3; scrollbar-background: $surface; }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.-medium #code-panel { width: 34; }
        #too-small { display: none; width: 100%; height: 1fr; content-align: center middle; }
        &.-medium #document-panel, &.-narrow #document-panel, &.-narrow #code-panel { display: none; }
        &.-medium.show-documents #document-panel, &.-narrow.show-documents #document-panel { display: block; }
        &.-narrow.show-codes #code-panel { display: block; }
        &.-narrow.show-documents #transcript, &.-narrow.show-codes #transcript { display: none; }
        &.-narrow #document-panel, &.-narrow #code-panel { width: 1fr; }
        &.too-small #too-small { display: block; }
        &.too-small #panels { display: none; }
    }
    """
    BINDINGS = [
        Binding("c", "code", "Code", id="workspace.code"),
        Binding("full_stop", "again", "Again", key_display=".", id="workspace.again"),
        *(Binding(str(digit), f"pinned({digit})", f"Pinned code {digit}", show=False) for digit in range(1, 10)),
        Binding("x", "remove", "Remove", id="workspace.remove"),
        Binding("m", "note", "Note", id="workspace.note"),
        Binding("u", "undo", "Undo", id="workspace.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="workspace.redo"),
        Binding("slash", "search", "Find", key_display="/", id="workspace.search"),
        Binding("g", "go_to_line", "Go to line", show=False, id="workspace.line"),
        Binding("o", "open", "Open a document", show=False, id="workspace.open"),
        Binding("a", "whose", "Mine or all", show=False, id="workspace.whose"),
        Binding("tab", "switch(1)", "Panel or boundary", show=False, priority=True, id="workspace.tab"),
        Binding("shift+tab", "switch(-1)", "Panel or boundary back", show=False, priority=True),
        Binding("escape", "let_go", "Let go, back", show=False, id="workspace.escape"),
    ]
    app: QualcodeApp

    def __init__(self, document: str = "") -> None:
        super().__init__()
        self.document = document
        self._way_back: Callable[[], None] | None = None
        self._last_code = ""
        self._announced: Selection | None = None
        self._own_place = ("", Selection(0, 0))
        self._lost = 0

    # ---------------------------------------------------------------- what is on it

    def compose(self) -> ComposeResult:
        with Horizontal(id="panels"):
            yield Vertical(id="document-panel")
            yield Transcript(id="transcript")
            yield Vertical(id="code-panel")
        yield Static("This terminal is too small: 40 columns by 8 rows at least.", id="too-small")
        yield Static(id="status")

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    def on_mount(self) -> None:
        self.query_one("#document-panel").border_title = "Documents (o)"
        self.query_one("#code-panel").border_title = "Codes"
        self.query_one("#code-panel").border_subtitle = "Enter applies"
        self.transcript.focus()
        document, at = (self.document, 0) if self.document else self.app.desk.last_place()
        self.open_document(document, at)
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        """What can wait until the transcript is on the screen: the panels and the footer."""
        from textual.widgets import Footer

        from qualcode.tui.panels import CodeTree, DocumentTree

        await self.query_one("#document-panel").mount(DocumentTree(id="documents"))
        await self.query_one("#code-panel").mount(CodeTree(id="codes"), Static(id="definition"))
        await self.mount(Footer(compact=True, show_command_palette=False))
        self.refresh_bindings()
        self._fill_panels()
        self._describe_selection()
        gc.freeze()
        gc.enable()

    @property
    def document_tree(self) -> DocumentTree | None:
        """The documents panel, once it is there."""
        found = self.query("#documents")
        return found.first() if found else None  # type: ignore[return-value]

    @property
    def code_tree(self) -> CodeTree | None:
        """The code tree, once it is there."""
        found = self.query("#codes")
        return found.first() if found else None  # type: ignore[return-value]

    def _fill_panels(self) -> None:
        desk = self.app.desk
        if self.document_tree is not None:
            self.document_tree.fill(desk.documents(), dict(desk.cases()), self.document)
            self.call_after_refresh(self.document_tree.point_to, self.document)
        self._fill_codes()

    def _fill_codes(self) -> None:
        desk = self.app.desk
        if self.code_tree is not None:
            self.code_tree.fill(desk.codebook, desk.counts, desk.colors)

    def on_resize(self) -> None:
        self.set_class(self.size.width < 40 or self.size.height < 8, "too-small")
        self.call_after_refresh(self._mend_focus)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is changed unseen while the terminal is too small."""
        return not (self.has_class("too-small") and action in _CHANGING)

    def _mend_focus(self) -> None:
        """Keys must never go to a panel that has folded away."""
        if self.is_current and (self.focused is None or not self.focused.region) and not self.has_class("too-small"):
            self._focus_panel("transcript")

    def open_document(self, document: str, at: int = 0) -> None:
        """Show a document, the cursor at an offset."""
        desk = self.app.desk
        if not document:
            self._title("No documents yet", "")
            self.say("This project has no documents yet. In another terminal: qualcode import FILE... (or q to leave)")
            return
        try:
            body = desk.body(document)
        except QualcodeError as error:
            self.complain(error)
            return
        self.document = document
        self.transcript.set_codes(desk.names, desk.colors, desk.coder, desk.asking(document))
        self.transcript.show(body, desk.marks(document), at)
        self._title_of(document)
        self._describe_selection()
        if self.document_tree is not None:
            self.document_tree.point_to(document)
        self._tell_displaced()

    def _title_of(self, document: str) -> None:
        info = self.app.desk.index.document_info(document)
        if info is not None:
            facts = " · ".join(fact for fact in (info.kind, info.date) if fact)
            self._title(info.title, facts)

    def _title(self, title: str, facts: str) -> None:
        self.transcript.border_title = Content.assemble((visible(title), "bold"), (f"  {visible(facts)}", "dim"))

    def _count_displaced(self) -> int:
        """Keep how many codings lost their place; the number of those that moved with their quotes comes back."""
        moved, self._lost = self.app.desk.displaced(self.document)
        return moved

    def _tell_displaced(self) -> None:
        moved = self._count_displaced()
        if moved or self._lost:
            self.announce(
                f"The text changed since it was coded: {moved} codings moved with their quotes (marked ~), "
                f"{self._lost} lost their place and are not drawn. `qualcode check` lists them.",
                warn=True,
            )

    def remember_place(self) -> None:
        """So that the next sitting begins where this one ended."""
        if self.document:
            self.app.desk.remember_place(self.document, self.transcript.selection.start)

    # ---------------------------------------------------------------- talking

    def say(self, message: str, *, warn: bool = False) -> None:
        """One line at the bottom, until something else is said."""
        self.query_one("#status", Static).update(
            Text(visible(message), style="bold yellow" if warn else "", no_wrap=True)
        )

    def complain(self, error: QualcodeError) -> None:
        """Say what did not work, in the status line and as a notification that stays a while."""
        message = str(error).replace("\n", " ")
        self.app.notify(visible(message), severity="warning", timeout=12, markup=False)
        self.announce(message, warn=True)

    def announce(self, message: str, *, warn: bool = False) -> None:
        """Say something that the cursor's own move to the place spoken of must not wipe away."""
        self._announced = self.transcript.selection
        self._describe_selection()
        self.say(message, warn=warn)

    def _describe_selection(self) -> None:
        """What is coded here, and in the border where here is."""
        if not self.document:
            return
        transcript, desk = self.transcript, self.app.desk
        selection = transcript.selection
        here = transcript.marks_at_selection()
        if selection != self._announced:
            self._announced = None
            mode = ""
            if selection.extending:
                mode = f"EXTENDING at the {'start' if selection.at_start else 'end'}: Tab the other, Esc lets go  "
            self.say(mode + self._coded_here(here))
            if here:
                self._define(here[0].code)
        transcript.border_subtitle = " · ".join(filter(None, self._whereabouts()))
        if desk.trouble:
            transcript.border_subtitle += f" · {desk.trouble} problems: qualcode check"

    def _coded_here(self, here: list[Mark]) -> str:
        if not here:
            return ""
        book = self.app.desk.codebook
        if len(here) > 2:
            names = " · ".join(f"{book.path(mark.code).rsplit('/', 1)[-1]} ({mark.coder})" for mark in here[:8])
            return f"{len(here)} codings: {names}" + (" …" if len(here) > 8 else "")
        return " · ".join(f"{book.path(m.code)} ({m.coder})" + (f" “{m.note}”" if m.note else "") for m in here)

    def _whereabouts(self) -> list[str]:
        transcript, desk = self.transcript, self.app.desk
        if not self.document:
            return []
        hit, hits = transcript.hit_number()
        return [
            f"hit {hit or '–'} of {hits}" if hits else "",
            f"w: {transcript.selection.unit}",
            f"line {transcript.body.line_of(transcript.selection.start) + 1} of {len(transcript.body.lines)}",
            f"{len(transcript.marks)} codings" + (f" of {desk.coder}'s" if desk.only_mine else ""),
            f"{self._lost} lost their place" if self._lost else "",
        ]

    def on_transcript_moved(self, event: Transcript.Moved) -> None:
        event.stop()
        self._describe_selection()

    def on_transcript_nothing_there(self, event: Transcript.NothingThere) -> None:
        event.stop()
        self.say(f"There is no further {event.what}.")

    def on_transcript_mark_clicked(self, event: Transcript.MarkClicked) -> None:
        event.stop()
        if self.code_tree is not None:
            self.code_tree.point_to(event.mark.code)
        self.announce(self._coded_here([event.mark]))

    def on_code_tree_focused(self, event: CodeTree.Focused) -> None:
        event.stop()
        self._define(event.code)

    def _define(self, code_id: str) -> None:
        book = self.app.desk.codebook
        found = self.query("#definition").results(Static)
        if code_id in book and (panel := next(iter(found), None)) is not None:
            panel.update(definition(book[code_id], book.path(code_id)))

    # ---------------------------------------------------------------- coding

    def _attempt(self, work: Callable[[], Any]) -> Any:
        """Do something that may be refused; None when it was, and the user was told."""
        try:
            return work()
        except QualcodeError as error:
            self.complain(error)
            return None

    def apply(self, code_id: str, chosen: Chosen | None = None) -> None:
        """Code the selection, or what was chosen when a picker opened. Text that changed since is not coded."""
        transcript, desk = self.transcript, self.app.desk
        document, body, selection = chosen or self._chosen()
        try:
            done = desk.code(document, body, selection.start, selection.end, code_id)
        except QualcodeError as error:
            self.show_changes()
            self.complain(error)
            return
        mark, new = done
        self._last_code = mark.code
        if selection.extending:
            transcript.select(selection.letting_go())
        if not new:
            self.announce(f"This passage has {desk.codebook.path(mark.code)} from you already.")
            return
        transcript.add_mark(mark)
        self._recount(mark.code, 1)
        text = transcript.body.text[mark.start : mark.end]
        self.announce(f"Saved: {desk.codebook.path(mark.code)} on {quoted(text, 60)}")
        self._define(mark.code)

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
        with self.app.desk.session.batch():
            code = self._attempt(lambda: self.app.desk.create_code(name, parent))
            if code is not None:
                desk = self.app.desk
                self.transcript.set_codes(desk.names, desk.colors, desk.coder, desk.asking(self.document))
                self.apply(code.id, chosen)
                self._fill_codes()

    def on_code_tree_chosen(self, event: CodeTree.Chosen) -> None:
        event.stop()
        self.apply(event.code)

    def action_again(self) -> None:
        if self._last_code:
            self.apply(self._last_code)
        else:
            self.say("No code was applied yet in this sitting: c picks one.")

    def action_pinned(self, digit: int) -> None:
        code = next((code for code in self.app.desk.codebook.codes if code.key == digit), None)
        if code is None:
            self.say(f"No code is pinned to {digit}: write `key: {digit}` below a code in codebook.yaml.")
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
        self.app.push_screen(NotePrompt(title, mark.note), lambda text: self._note(mark, text))

    def _note(self, mark: Mark, text: str | None) -> None:
        if text is None or text.strip() == mark.note:
            return
        noted = self._attempt(lambda: self.app.desk.note(mark.id, text.strip()))
        if noted is not None:
            self.transcript.add_mark(noted)
            self.announce(
                f"Note saved on {self.app.desk.codebook.path(mark.code)}" if noted.note else "Note taken away"
            )

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
        self._fill_panels()

    def _show_changed_text(self, body: Body) -> None:
        """The document changed on disk: show it, the cursor on the words on which it was."""
        old, selection = self.transcript.body, self.transcript.selection
        words, placed = selection._replace(extending=False, at_start=False), None
        if selection.start < selection.end <= len(old):
            placed = place(make_anchor(old.text, old.hash, selection.start, selection.end), body.text)
        self.transcript.show(body, self.app.desk.marks(self.document), placed.start if placed else selection.start)
        if placed and placed.state != "lost":
            self.transcript.select(words._replace(start=placed.start, end=placed.end))
        self._tell_displaced()

    # ---------------------------------------------------------------- finding one's way

    def on_document_tree_chosen(self, event: DocumentTree.Chosen) -> None:
        event.stop()
        self.open_document(event.document)
        self._focus_panel("transcript")

    def action_open(self) -> None:
        from qualcode.tui.choices import document_choices
        from qualcode.tui.picker import Picker

        choices = document_choices(self.app.desk)
        self.app.push_screen(
            Picker("Open a document", choices, placeholder="type part of its title"), self._document_picked
        )

    def _document_picked(self, choice: Choice | None) -> None:
        if choice is not None:
            self.open_document(choice.key)
            self._focus_panel("transcript")

    def action_search(self) -> None:
        from qualcode.tui.prompts import Prompt

        self.app.push_screen(Prompt("Search in this document", hint="Enter · then n and N"), self._search)

    def _search(self, text: str | None) -> None:
        if text is None:
            return
        count = self.transcript.set_hits(text)
        if count:
            self.transcript.select(self.transcript.selection.letting_go())
            self.transcript.action_hit(1)
            self.announce(f"“{text}” occurs {count} times: n next, N previous, Esc puts the marks out")
        elif text:
            self.announce(f"“{text}” does not occur in this document (qualcode search looks in all).")

    def action_go_to_line(self) -> None:
        from qualcode.tui.prompts import Prompt

        self.app.push_screen(Prompt(f"Go to line (1 to {len(self.transcript.body.lines)})"), self._go_to_line)

    def _go_to_line(self, text: str | None) -> None:
        lines = self.transcript.body.lines
        if text is None:
            return
        if text.strip().isdecimal() and 1 <= int(text) <= len(lines):
            self.transcript.go_to(self.transcript.body.starts[int(text) - 1])
        else:
            self.say(f"{text!r} is not a line of this document: 1 to {len(lines)}.")

    def go_to(self, document: str, start: int, end: int, way_back: Callable[[], None]) -> None:
        """Show a passage on behalf of another screen, to which Escape leads back; the own place is kept meanwhile."""
        if self._way_back is None:
            self._own_place = (self.document, self.transcript.selection)
        if document != self.document:
            self.open_document(document, start)
        self.transcript.select_span(start, end)
        self._way_back = way_back
        self._focus_panel("transcript")
        self.announce("Escape leads back to where you came from")

    def action_let_go(self) -> None:
        if self.focused is not self.transcript:
            self._focus_panel("transcript")
        elif not self.transcript.let_go() and self._way_back is not None:
            back, self._way_back = self._way_back, None
            document, selection = self._own_place
            if document != self.document:
                self.open_document(document, selection.start)
            self.transcript.select(selection, centre=True)
            back()

    def action_whose(self) -> None:
        desk = self.app.desk
        desk.only_mine = not desk.only_mine
        desk.forget()
        self.show_changes()
        shown = f"Only the codings of {desk.coder} are shown." if desk.only_mine else "All coders' codings are shown."
        self.announce(shown)

    def action_switch(self, direction: int) -> None:
        if self.focused is self.transcript and self.transcript.selection.extending:
            self.transcript.swap_boundary()
            return
        at = 1 if self.focused is None or self.focused.id not in _PANELS else _PANELS.index(self.focused.id)
        self._focus_panel(_PANELS[(at + direction) % 3])

    def _focus_panel(self, panel: str) -> None:
        """Move to a panel, unfolding it where the terminal is too narrow to show all."""
        self.set_class(panel == "documents", "show-documents")
        self.set_class(panel == "codes", "show-codes")
        for widget in self.query(f"#{panel}"):
            widget.focus()


def definition(code: Code, path: str) -> Text:
    """A code's entry in the codebook, for reading."""
    text = Text().append(visible(path), style="bold")
    if not code.definition:
        text.append("\nNo definition yet: write it in codebook.yaml.", style="dim")
    for title, words in (
        ("", code.definition),
        ("Use when: ", code.use_when),
        ("Do not use when: ", code.do_not_use_when),
        ("Example: ", code.example),
    ):
        if words:
            text.append("\n" if not title else "\n\n")
            text.append(title, style="bold dim").append(visible(words))
    return text
