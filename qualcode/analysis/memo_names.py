"""What memos, and the words in them, name: memos, codings, and what a memo is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from qualcode.analysis.filters import case_id, code_id, document_id
from qualcode.core.codebook import Codebook
from qualcode.core.memo import PROJECT, THINGS, About, named_things
from qualcode.core.text import fold
from qualcode.errors import UnknownName
from qualcode.index.index import Index


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
    about = merges_followed(about, book)
    values = about._asdict() | {"code": book.path(about.code) if about.code else ""}
    if about.coding:
        values["document"] = ""
    return " × ".join(f"{thing}:{values[thing]}" for thing in THINGS if values[thing]) or "project"


def book_of(index: Index) -> Codebook:
    """The codebook, an empty one while it never could be read."""
    return index.read_or_none("codebook") or Codebook()


def merges_followed(about: About, book: Codebook) -> About:
    """What a memo is about with the code that counts today."""
    return about._replace(code=book.resolve_merge(about.code)) if about.code else about
