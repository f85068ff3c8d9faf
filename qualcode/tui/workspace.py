"""The place to work: documents, transcript, codes."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from qualcode.core.how_many import how_many
from qualcode.core.overlay import shown
from qualcode.tui.correcting import CorrectingKeys
from qualcode.tui.listening import ListeningKeys
from qualcode.tui.memo_keys import MemoKeys
from qualcode.tui.transcript.selection import Selection
from qualcode.tui.translation_key import TranslationKey
from qualcode.tui.two_transcripts_key import TwoTranscriptsKey

if TYPE_CHECKING:
    from qualcode.tui.panels import DocumentTree
    from qualcode.tui.picker import Choice

_PANELS = ("documents", "transcript", "codes")
_CHANGING = ("code", "again", "pinned", "remove", "note", "undo", "redo", "memo", "edit", "edit_outside", "bounds")


class Workspace(ListeningKeys, TranslationKey, TwoTranscriptsKey, CorrectingKeys, MemoKeys):
    """Documents by case on the left, the transcript, and the code tree with the definition of the code in focus."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (90, "-medium"), (120, "-wide"), (150, "-vast")]
    DEFAULT_CSS = """
    Workspace {
        #document-panel, #code-panel, #transcript { border: round $panel-lighten-2; border-title-color: $text-muted; }
        #document-panel:focus-within, #transcript:focus, #code-panel:focus-within {
            border: round $accent; border-title-color: $accent; border-title-style: bold;
        }
        #document-panel { width: 34; background: $surface; }
        #code-panel { width: 38; background: $surface; }
        #documents { height: 1fr; background: $surface; scrollbar-size: 1 1; overflow-x: hidden; }
        #codes { height: 2fr; background: $surface; scrollbar-size: 1 1; overflow-x: hidden; }
        #definition { height: 1fr; min-height: 6; border-top: solid $panel-lighten-2; padding: 0 1; overflow-y: auto; }
        #transcript { background: $background; scrollbar-size: 1 1; border-subtitle-color: $text-muted; }
        #documents, #codes, #transcript, #definition { scrollbar-color: $panel-lighten-3; scrollbar-background: $surface; }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.-medium #code-panel { width: 34; }
        &.-wide #document-panel { width: 28; }
        &.-wide #code-panel { width: 30; }
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
        Binding("slash", "search", "Find", key_display="/", id="workspace.search"),
        Binding("g", "go_to_line", "Go to line", show=False, id="workspace.line"),
        Binding("o", "open", "Open a document", show=False, id="workspace.open"),
        Binding("a", "whose", "Mine or all", show=False, id="workspace.whose"),
        Binding("tab", "switch(1)", "Panel or boundary", show=False, priority=True, id="workspace.tab"),
        Binding("shift+tab", "switch(-1)", "Panel or boundary back", show=False, priority=True),
        Binding("escape", "let_go", "Let go, back", show=False, id="workspace.escape"),
    ]

    def __init__(self, document: str = "") -> None:
        super().__init__(document)
        self._way_back: Callable[[], None] | None = None
        self._own_place = ("", Selection(0, 0))  # in the stored text
        self._revision = 0

    def compose(self) -> ComposeResult:
        with Horizontal(id="panels"):
            yield Vertical(id="document-panel")
            yield self.transcript
            yield Vertical(id="code-panel")
        yield Static("This terminal is too small: 40 columns by 8 rows at least.", id="too-small")
        yield self.status

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
        from qualcode.tui.key_line import KeyLine
        from qualcode.tui.panels import CodeTree, DocumentTree

        documents, codes, definition = DocumentTree(id="documents"), CodeTree(id="codes"), Static(id="definition")
        await self.query_one("#document-panel").mount(documents)
        await self.query_one("#code-panel").mount(codes, definition)
        await self.mount(KeyLine(id="keys"))
        self.document_tree, self.code_tree, self.definition = documents, codes, definition
        self.refresh_bindings()
        self._fill_panels()
        self._describe_selection()
        gc.freeze()
        gc.enable()

    def on_screen_resume(self) -> None:
        """Other places may have changed the codebook or codings."""
        if self.code_tree is not None and self._revision != self.app.desk.revision:
            self.show_changes()

    def show_changes(self) -> None:
        """Show the project as it is now, panels included."""
        self._revision = self.app.desk.revision
        super().show_changes()
        self._fill_panels()

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

    def remember_place(self) -> None:
        """So that the next sitting begins where this one ended."""
        if self.document:
            self.app.desk.remember_place(self.document, self.transcript.selection.start)

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
        text = shown(text)
        count = self.transcript.set_hits(text)
        if count:
            self.transcript.select(self.transcript.selection.letting_go())
            self.transcript.action_hit(1)
            self.announce(f"“{text}” occurs {how_many(count, 'time')}: n next, N previous, Esc puts the marks out")
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
        """Show a passage of the stored text on behalf of another screen, to which Escape leads back; the own place is kept meanwhile."""
        if self._way_back is None:
            self._own_place = (self.document, self._stored(self.transcript.selection))
        start, end = self.app.desk.shown_span(document, start, end)
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
            self.placing = ""
            document, selection = self._own_place
            start, end = self.app.desk.shown_span(document, selection.start, selection.end)
            selection = selection._replace(start=start, end=end)
            if document != self.document:
                self.open_document(document, selection.start)
            self.transcript.select(selection, centre=True)
            back()

    def _stored(self, selection: Selection) -> Selection:
        """The selection as places in the stored text, which a change of the key does not move."""
        if not self.document:
            return selection
        start, end = self.app.desk.stored_span(self.document, selection.start, selection.end)
        return selection._replace(start=start, end=end)

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
