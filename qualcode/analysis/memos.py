"""Memos: the list with its filters, and what a memo is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from qualcode.analysis.filters import case_id, code_id, document_id
from qualcode.analysis.table import Table
from qualcode.core.codebook import Codebook
from qualcode.core.memo import KINDS, PROJECT, THINGS, About, Memo, named_things
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


def memo_id(index: Index, wanted: str) -> str:
    """The id of the memo that goes by this id, file name or title. Raises UnknownName."""
    name = wanted.strip().removeprefix("memos/").removesuffix(".md")
    names = index.rows("SELECT id, title FROM memo ORDER BY id")
    for found in (
        [ident for ident, _ in names if ident == name],
        [ident for ident, title in names if fold(name) in (fold(ident), fold(title))],
    ):
        if len(found) == 1:
            return str(found[0])
        if found:
            raise UnknownName(f"Several memos are called {wanted!r}: {', '.join(found)}. Give the id.")
    raise UnknownName(f"No memo is called {wanted!r}.{_nearest(name, [ident for ident, _ in names])}")


def _nearest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" Did you mean: {', '.join(near)}?" if near else " `qualcode memos` lists all."


def memos_about(index: Index, about: About) -> list[str]:
    """Ids of the memos about just this, oldest first."""
    rows = index.rows("SELECT id, kase, document, code, coding FROM memo ORDER BY date, id")
    book = book_of(index)
    same = about._replace(code=book.resolve_merge(about.code))
    return [ident for ident, *things in rows if _resolved(About(*things), book) == same]


# ---------------------------------------------------------------- what a memo is about


def about_from(index: Index, text: str) -> About:
    """What these words name, by ids: see `memos`. Raises UnknownName, BadOption."""
    text = text.strip()
    if text.casefold() in ("", "project"):
        return PROJECT
    named = named_things(text)
    if not named:
        return _bare(index, text)
    found: dict[str, str] = {thing: _FIND[thing](index, name) for thing, name in named.items()}
    if found.get("coding"):
        found["document"] = index.value("SELECT document FROM coding_row WHERE id = ?", [found["coding"]]) or ""
    return About(**found)


def _bare(index: Index, text: str) -> About:
    fits: list[tuple[str, str]] = []
    for thing in ("case", "document", "code"):
        try:
            fits.append((thing, _FIND[thing](index, text)))
        except UnknownName:
            continue
    if len(fits) == 1:
        return About(**dict(fits))
    if fits:
        names = " or ".join(f"{thing}:{text}" for thing, _ in fits)
        raise UnknownName(f"{text!r} is the name of more than one thing: write {names}.")
    raise UnknownName(
        f"No case, document or code is called {text!r}. Write project, case:X, document:D, code:C, coding:ID, "
        "or case:X code:C for a cell."
    )


def coding_id(index: Index, wanted: str, document: str = "") -> str:
    """The id of the coding in force that ends (or begins) so; in a document 2 signs will do and the oldest is meant.

    One that stands for a twin since their codes were merged answers for it. Raises UnknownName.
    """
    wanted = wanted.strip().lower()
    rows: list[Any] = []
    if len(wanted) >= (2 if document else 4):
        rows = index.rows(
            """SELECT id, hidden_by FROM coding_row WHERE (? = '' OR document = ?) AND hidden_by <> 'deleted'
            AND (substr(id, -?) = ? OR substr(id, 1, ?) = ? AND ? = '') ORDER BY id""",
            [document, document, len(wanted), wanted, len(wanted), wanted, document],
        )
    found: list[str] = list(dict.fromkeys(hidden_by or ident for ident, hidden_by in rows))
    if wanted in found:
        return wanted
    if found and (document or len(found) == 1):
        return found[0]
    where = f" in {document}" if document else ""
    raise UnknownName(
        f"Several codings have an id like {wanted!r}: give more of it." if found else
        f"No coding in force{where} has the id {wanted!r}."
    )  # fmt: skip


_FIND: dict[str, Callable[[Index, str], str]] = {
    "case": case_id,
    "document": document_id,
    "code": code_id,
    "coding": coding_id,
}


def shown_about(index: Index, about: About) -> str:
    """What a memo is about in words that `memos --about` understands: `case:liang × code:hidden emotions/longing`."""
    book = book_of(index)
    values = about._asdict() | {"code": book.path(about.code) if about.code else ""}
    if about.coding:
        values["document"] = ""
    return " × ".join(f"{thing}:{values[thing]}" for thing in THINGS if values[thing]) or "project"


def book_of(index: Index) -> Codebook:
    """The codebook, an empty one while it never could be read."""
    return index.read_or_none("codebook") or Codebook()


def _fits(about: About, wanted: About, book: Codebook) -> bool:
    if wanted == PROJECT:
        return about == PROJECT
    about, wanted = _resolved(about, book), _resolved(wanted, book)
    return all(name in ("", other) for name, other in zip(wanted, about, strict=True))


def _resolved(about: About, book: Codebook) -> About:
    return about._replace(code=book.resolve_merge(about.code)) if about.code else about


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
