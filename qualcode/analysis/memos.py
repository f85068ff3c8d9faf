"""Memos: the list with its filters, one memo, and those about just one thing."""

from __future__ import annotations

from qualcode.analysis.memo_names import about_from, book_of, memo_id, merges_followed, shown_about
from qualcode.analysis.table import Table
from qualcode.core.codebook import Codebook
from qualcode.core.memo import KINDS, PROJECT, About, Memo
from qualcode.core.text import FoldedText, fold
from qualcode.errors import UnknownName
from qualcode.index.index import Index

COLUMNS = ("memo", "title", "about", "kind", "date", "author", "words", "text")
_SELECT = "SELECT id, title, kase, document, code, coding, kind, date, author, words, text, first_line FROM memo"


def memos(index: Index, about: str = "", kind: str = "", author: str = "", text: str = "") -> Table:
    """The memos that fit, newest first.

    `about` is `project`, `case:X`, `document:D`, `code:C`, `coding:ID`, `case:X code:C` (a cell), or a name that just one
    case, document or code goes by; a case or a code also brings the cells that it is part of. `text` is looked for in title
    and text, whatever its letter case. Raises UnknownName, BadOption.
    """
    wanted = about_from(index, about) if about else None
    kind, author = _in_use(index, "kind", kind), _in_use(index, "author", author)
    book = book_of(index)
    rows = []
    for ident, title, *things, of_kind, date, by, words, body, _ in index.rows(f"{_SELECT} ORDER BY date DESC, id"):
        memo_about = About(*things)
        if wanted is not None and not _fits(memo_about, wanted, book):
            continue
        if (kind and of_kind != kind) or (author and by != author):
            continue
        if text and not _holds(title, text) and not _holds(body, text):
            continue
        rows.append((ident, title, shown_about(index, memo_about), of_kind, date, by, words, body))
    return Table(COLUMNS, rows)


def memo(index: Index, wanted: str) -> Memo:
    """The memo with this id, file name or title. Raises UnknownName, with the nearest."""
    ident = memo_id(index, wanted)
    _, title, *things, kind, date, author, _, text, first_line = index.rows(f"{_SELECT} WHERE id = ?", [ident])[0]
    return Memo(ident, title, About(*things), kind, date, author, text, first_line)


def memos_about(index: Index, about: About) -> list[str]:
    """Ids of the memos about just this, oldest first."""
    rows = index.rows(
        """SELECT id, kase, document, code, coding FROM memo WHERE kase = ? AND document = ? AND coding = ? AND (code <> '') = ?
        ORDER BY date, id""",
        [about.case, about.document, about.coding, bool(about.code)],
    )
    book = book_of(index)
    same = about._replace(code=book.resolve_merge(about.code))
    return [ident for ident, *things in rows if merges_followed(About(*things), book) == same]


def _fits(about: About, wanted: About, book: Codebook) -> bool:
    if wanted == PROJECT:
        return about == PROJECT
    about, wanted = merges_followed(about, book), merges_followed(wanted, book)
    return all(name in ("", other) for name, other in zip(wanted, about, strict=True))


def _holds(text: str, wanted: str) -> bool:
    return next(FoldedText(text).occurrences(wanted), None) is not None


def _in_use(index: Index, column: str, wanted: str) -> str:
    """The kind or author so called, whatever the letter case. Raises UnknownName with what there is."""
    if not wanted:
        return ""
    used = [row[0] for row in index.rows(f"SELECT DISTINCT {column} FROM memo WHERE {column} <> '' ORDER BY 1")]
    known = list(dict.fromkeys([*(KINDS if column == "kind" else ()), *used]))
    found = [name for name in known if fold(name) == fold(wanted)]
    if not found:
        raise UnknownName(f"No memo has the {column} {wanted!r}. There are: {', '.join(known[:12]) or 'none'}.")
    return wanted if wanted in found else found[0]
