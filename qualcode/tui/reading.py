"""A document on the screen, and what is said about the place where the cursor is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from qualcode.core.codebook import Code
from qualcode.core.how_many import how_many
from qualcode.core.overlay import worn
from qualcode.core.visible import visible
from qualcode.errors import QualcodeError
from qualcode.tui.steady import Steady
from qualcode.tui.transcript import Transcript
from qualcode.tui.transcript.marks import Mark
from qualcode.tui.transcript.selection import Selection

if TYPE_CHECKING:
    from qualcode.core.document import DocumentInfo
    from qualcode.tui.app import QualcodeApp
    from qualcode.tui.panels import CodeTree, DocumentTree


class ReadingScreen(Steady, Screen[None]):
    """Shows one document; the status line tells what is coded under the cursor, the border where that is."""

    app: QualcodeApp

    def __init__(self, document: str = "") -> None:
        super().__init__()
        self.document = document
        self.transcript = Transcript(id="transcript")
        self.status = Static(id="status")
        self.definition: Static | None = None  # this and the trees come a moment after the transcript
        self.document_tree: DocumentTree | None = None
        self.code_tree: CodeTree | None = None
        self._announced: Selection | None = None
        self._lost = 0

    def open_document(self, document: str, at: int = 0) -> None:
        """Show a document, the cursor at an offset."""
        desk = self.app.desk
        if not document:
            self._title("No documents yet", "")
            self.say("This project has no documents yet. I imports files, q leaves.")
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
            self._title(info.title, " · ".join(fact for fact in self._facts(info) if fact))

    def _facts(self, info: DocumentInfo) -> list[str]:
        """What stands behind the title, "" for what there is not."""
        desk = self.app.desk
        memos = desk.memos_about(info.id)
        return [
            info.kind,
            info.date,
            f"{how_many(memos, 'memo')} (W)" if memos else "",
            "translation (T)" if desk.is_translated(info) else "",
            "recording (P)" if info.recording else "",
        ]

    def _title(self, title: str, facts: str) -> None:
        self.transcript.border_title = Content.assemble((visible(title), "bold"), (f"  {visible(facts)}", "dim"))

    def _count_displaced(self) -> int:
        """Keep how many codings lost their place; the number of others that want a look comes back."""
        moved, self._lost = self.app.desk.displaced(self.document)
        return moved

    def _tell_displaced(self) -> None:
        moved = self._count_displaced()
        if moved or self._lost:
            self.announce(
                f"The text changed since it was coded: {how_many(moved, 'coding wants', 'codings want')} a look (marked ~), "
                f"{self._lost} lost their place and are not drawn. V goes through them.",
                warn=True,
            )

    def say(self, message: str, *, warn: bool = False) -> None:
        """One line at the bottom, until something else is said."""
        text = Text(visible(message), style="bold yellow" if warn else "", no_wrap=True)
        self.status.update(text, layout=False)

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
            transcript.border_subtitle += f" · {how_many(desk.trouble, 'file problem')}: qualcode check"

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
            how_many(len(transcript.marks), "coding") + (f" of {desk.coder}'s" if desk.only_mine else ""),
            f"{self._lost} lost their place" if self._lost else "",
            self._key() if worn() else "",
        ]

    def _key(self) -> str:
        return "pseudonyms: key unreadable" if self.app.key_trouble else "pseudonyms"

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
        if code_id in book and self.definition is not None:
            self.definition.update(entry(book[code_id], book.path(code_id)), layout=False)

    def _attempt(self, work: Callable[[], Any]) -> Any:
        """Do something that may be refused; None when it was, and the user was told."""
        try:
            return work()
        except QualcodeError as error:
            self.complain(error)
            return None


def entry(code: Code, path: str) -> Text:
    """A code's entry in the codebook, for reading."""
    text = Text().append(visible(path), style="bold")
    if not code.definition:
        text.append("\nNo definition yet: e in the codebook (C) writes one.", style="dim")
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
