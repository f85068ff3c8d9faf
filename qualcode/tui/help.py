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
        ("i", "in vivo: the selected words become a code under the theme marked in the code tree"),
        ("x", "remove a coding of yours"),
        ("m", "note on a coding of yours"),
        ("u  Ctrl+R", "undo and redo, without limit, across days"),
        ("a", "only my codings, or all coders'"),
    )),
    ("Import", (
        ("I", "import files: shows first what each is taken for, who speaks, what cannot be kept; Ctrl+S imports, Esc goes back"),
        ("f  x", "there: other files; leave this one out"),
        ("c k d l s n", "case, kind, date, language, speakers (R=researcher), encoding of all these files"),
        ("p  w", "unknown speakers become participants; comments and highlights become codings"),
    )),
    ("Correct", (
        ("e", "correct the turn under the cursor; Ctrl+S saves; every coding stays with its words"),
        ("E", "the whole text in $EDITOR, at this line"),
        ("b", "put a coding of yours on what is selected: its new bounds"),
        ("V", "codings whose words were changed or lost; there: y accept, b place by hand, x remove, n leave, Y accept all"),
    )),
    ("Codebook", (
        ("C", "the codebook; there: / filter, f F fold, Enter the quotes behind a number"),
        ("n N  r  e E", "new code beside, below; rename; edit the entry (E: in $EDITOR)"),
        ("> <  J K", "indent, outdent, down, up"),
        ("m  s  x", "merge into another; split by going through its codings; delete (says how many codings)"),
        ("c  p  z", "colour; pin to a digit; retire or bring back"),
        ("s, then 1 2 ...", "splitting: send the coding to a sub-code; j leaves it, n new sub-code, Esc stops"),
        ("R", "codings made under an older definition; there: y keep, r recode, x remove, n next, Y keep all of the code"),
    )),
    ("Matrix", (
        ("r c  d  x", "there: pick rows, columns; the next usual columns; rows and columns changed about"),
        ("t T  %", "count segments, documents, words; any measure; per cent of row, column, all"),
        ("o", "codes by codes: which occur together, and by which relation"),
        ("/", "filter by an expression; in it ↑ ↓ saved and earlier ones, Ctrl+S saves it under a name"),
        ("s  z  f F  0", "sort by this column, again: back; hide empty; fold themes; all as at first"),
        ("Home End  ^ $", "first and last row, then totals; first column and totals; Ctrl+← → by screens"),
        ("Enter, Esc", "the quotes of the cell, a quote's place in the transcript; and back. Tab: grid or quotes"),
        ("c s  x m *", "on quotes: recode; to a sub-code, one there is or a new one; remove; note; exemplary (★)"),
        ("v  Ctrl+A", "on quotes: mark this one, all; the next key is for all that are marked, in one step"),
        ("t", "on quotes: with or without the rest of the turn"),
        ("Enter", "on an empty cell of code and case: look for words that the code's quotes share, in this case"),
        ("c w n", "on such hits: code the sentence; other words; note what was looked for and not found"),
        ("K  e  u Ctrl+R", "memo about the cell (¶); export what is seen; undo and redo"),
    )),
    ("Compare", (
        ("M", "matrix: codes by cases, or anything by anything; the keys are under Matrix"),
        ("=", "two to four cases side by side; there: 1-4 choose a column, + - more and fewer, ← → the other columns, ] [ next code"),
        ("d o b / f F e", "there: documents, roles, months ...; greatest difference; what all or only one has; filter; fold; export"),
        ("B", "two transcripts beside each other (in = those of the quotes); there: Tab the other side, coding keys on either"),
        ("] [  ) (  o", "two transcripts: passages over there with the same codes (»); codings on this side; another document"),
        ("Enter, Esc", "to a quote's place in the transcript, and back"),
    )),
    ("Concordance", (
        ("X", "words in all transcripts with what stands either side; type them (child* finds children), Enter goes to the hits"),
        ("Enter, Esc", "there: to a hit's place in the transcript, and back"),
        ("space  c", "leave a hit out or take it in again; code all the others in one step, which u takes back"),
        ("w  s  t", "what is coded of each: sentence, turn, word; sort by place, words before, words after; whole words"),
    )),
    ("Framework", (
        ("S", "cases by codes with your summaries: ! has quotes but none, ~ its codings have changed since"),
        ("Enter", "there: write the cell's summary beside its quotes; Ctrl+S saves, Esc saves and goes back"),
        ("Ctrl+L, i", "in a cell: the link of the marked quote into the summary; Tab goes to the quotes, Enter to a quote's place"),
        ("n  y", "the next cell to write; an outdated summary, read again, is still right"),
        ("t  d  + -", "turn rows and columns; all codes or the top ones; more or fewer lines a cell"),
        ("u  e", "undo; export with the quotes as Word, HTML, Excel or CSV"),
    )),
    ("Displays", (
        ("D", "frequencies by case, codes over time, codes that occur together, the codeline of the document: 1 2 3 4"),
        ("Enter", "there: the quotes behind a bar or pair, then their place; in the codeline the place; Esc leads back"),
        ("t  d  p  /", "themes or codes; the period, or what together means; per 1000 words; a filter such as role:child"),
        ("e", "export what is seen as SVG, HTML or CSV; ░ is no data (no document), not zero"),
    )),
    ("Translation, recording", (
        ("T", "original and translation side by side; there: Tab the other side, codes as everywhere, Esc back"),
        ("+ -", "side by side: link the turn with the next or previous one over there, those after it by order"),
        ("P", "play the recording from the turn under the cursor; P again stops it"),
    )),
    ("Memos", (
        ("W", "memos; there: / filter, t kind, a new, e edit, E in $EDITOR, d delete, u undo"),
        ("] [  f", "in a memo: light the next and previous link; follow it (Enter too), Esc leads back"),
        ("K", "a memo about the coding or passage here, with its link in the text"),
        ("y", "copy the link of the coding here, such as [[document#b7k2]]"),
        ("Ctrl+S, Esc", "while writing: save; go back, which asks before anything typed is lost"),
    )),
    ("Log", (
        ("A", "who did what when; there: Enter goes to its place, u undoes just this act, e export"),
        ("t b / d D", "in the log: the kind of act, mine or all, words, a day back, the newest again"),
    )),
    ("qualcode", (
        ("?", "this page"),
        ("Ctrl+P", "commands and themes"),
        ("q", "leave; everything is saved already"),
    )),
    ("In the margin", (
        ("*  ~  °", "has a note; its words were changed (V); another coder's"),
        ("»", "side by side: the turn is coded on the other side"),
        ("¶", "a memo is about this coding or points to it; at a line's number: to this line"),
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

    def __init__(self, first: str = "") -> None:
        """`first` is the section of the place where help was asked for."""
        super().__init__()
        self._first = first

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title, box.border_subtitle = "Keys", "Esc goes back"
            yield Static(_page(self._first))

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _page(first: str = "") -> RichTable:
    table = RichTable.grid(padding=(0, 2))
    for title, keys in sorted(PAGES, key=lambda page: page[0] != first):
        table.add_row("", "")
        table.add_row(Text(title, style="bold underline"), "")
        for key, text in keys:
            table.add_row(Text(key, style="bold"), Text(text))
    return table
