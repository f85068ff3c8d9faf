"""All keys on one page."""

from __future__ import annotations

from rich.table import Table as RichTable
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

PAGES = (
    ("Move", (
        ("j k, arrows", "next and previous unit"),
        ("w", "the unit: word, sentence, turn, paragraph"),
        ("l h", "word by word"),
        ("PgDn PgUp, Home End", "by screens, to start and end"),
        ("] [", "next and previous coding"),
        ("} {", "next and previous uncoded turn"),
        ("g", "go to a line"),
        ("/  n N", "find in this document; next and previous hit"),
        ("o", "open another document by part of its title"),
        ("Tab", "documents, transcript, codes"),
    )),
    ("Select", (
        ("v", "extend from here, by the same movements"),
        ("< >", "move the boundary by a character"),
        ("Tab", "while extending: the other boundary"),
        ("Esc", "let go; leave hits; go back"),
        ("mouse", "click a unit, drag over words, click a bracket"),
    )),
    ("Code", (
        ("c", "pick a code: type part of it, Enter; a new name offers to create it"),
        (".", "the last code again"),
        ("1 to 9", "pinned codes"),
        ("Enter", "in the code tree: apply the code under the cursor"),
        ("x", "remove a coding of yours"),
        ("m", "note on a coding of yours"),
        ("u  Ctrl+R", "undo and redo, without limit, across days"),
        ("a", "only my codings, or all coders'"),
    )),
    ("Compare", (
        ("M", "matrix; there: Enter quotes, f F fold, t count, d columns, e export"),
        ("=", "two cases side by side; there: 1 2 choose, ← → the other case, ] [ next code"),
        ("Enter, Esc", "to a quote's place in the transcript, and back"),
    )),
    ("qualcode", (
        ("?", "this page"),
        ("Ctrl+P", "commands and themes"),
        ("q", "leave; everything is saved already"),
    )),
    ("In the margin", (
        ("*  ~  °", "has a note; the quote moved with a changed text; another coder's"),
        ("+n", "n more codings begin here; + in a bracket column: more than fit"),
    )),
)  # fmt: skip


class HelpScreen(ModalScreen[None]):
    """Closed by Escape, ? or q."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll {
        width: 90%; max-width: 96; height: 90%; border: round $accent; background: $surface; padding: 0 2;
    }
    """
    BINDINGS = [
        Binding("escape,question_mark,q", "dismiss(None)", "Back"),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title, box.border_subtitle = "Keys", "Esc goes back"
            yield Static(_page())

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _page() -> RichTable:
    table = RichTable.grid(padding=(0, 2))
    for title, keys in PAGES:
        table.add_row("", "")
        table.add_row(Text(title, style="bold underline"), "")
        for key, text in keys:
            table.add_row(Text(key, style="bold"), Text(text))
    return table
