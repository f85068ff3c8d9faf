"""Which codings a question is about, as SQL on the index."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qualcode.core.overlay import shown
from qualcode.core.text import FoldedText, fold
from qualcode.errors import UnknownName
from qualcode.index.index import Index


@dataclass(frozen=True)
class Filters:
    """All given conditions must hold; "" means any. `code` takes an id, a name or a path and includes its sub-codes
    unless `exact`; `text` is looked for in the coded passage, whatever its case or accents' composition; `where` is an
    expression in the filter language (`core.query`); `rows` narrows to these rows of the index, as a matrix gives them."""

    code: str = ""
    case: str = ""
    document: str = ""
    speaker: str = ""
    role: str = ""
    kind: str = ""
    coder: str = ""
    text: str = ""
    exact: bool = False
    where: str = ""
    rows: Sequence[int] | None = None


NO_CASE = "(no case)"
_SOURCES = {
    "case": "c.kase",
    "document": "c.document",
    "speaker": "c.speaker",
    "role": "c.role",
    "kind": "coalesce(d.kind, '')",
    "coder": "c.coder",
}


def where(index: Index, filters: Filters) -> tuple[str, list[Any]]:
    """The condition on `coding c LEFT JOIN document d`, and its values. Raises UnknownName for names not in use."""
    parts: list[str] = ["1"]
    values: list[Any] = []

    def condition(sql: str, *given: Any) -> None:
        parts.append(sql)
        values.extend(given)

    if filters.code:
        code = code_id(index, filters.code)
        if filters.exact:
            condition("c.code = ?", code)
        else:
            condition("(c.code = ? OR c.code IN (SELECT code FROM closure WHERE ancestor = ?))", code, code)
    for dimension, source in _SOURCES.items():
        if wanted := getattr(filters, dimension):
            condition(f"{source} = ?", key_of(index, dimension, wanted))
    if filters.text:
        with_quote_search(index)
        condition("quote_has(c.quote, ?)", filters.text)
    if filters.rows is not None:
        condition("c.row IN (SELECT value FROM json_each(?))", json.dumps(list(filters.rows)))
    if filters.where:
        from qualcode.analysis.choosing import chosen
        from qualcode.analysis.frame import frame

        mask = chosen(index, Filters(where=filters.where))
        condition("c.row IN (SELECT value FROM json_each(?))", json.dumps(frame(index).row[mask].tolist()))
    return " AND ".join(parts), values


def with_quote_search(index: Index) -> None:
    """Make the SQL function quote_has(quote, words) known to the index."""
    index.db.create_function("quote_has", 2, _quote_has, deterministic=True)


def _quote_has(quote: str, wanted: str) -> bool:
    quote, wanted = shown(quote), shown(wanted)
    if quote.isascii():
        return wanted.isascii() and wanted.lower() in quote.lower()
    return next(FoldedText(quote).occurrences(wanted), None) is not None


def code_id(index: Index, wanted: str) -> str:
    """The code's id; one that is used but not in the codebook any more can still be asked for by its id."""
    book = index.codebook
    if wanted not in book and index.value("SELECT 1 FROM coding WHERE code = ? LIMIT 1", [wanted]):
        return wanted
    return book.resolve_merge(book.find(wanted).id)


def key_of(index: Index, dimension: str, wanted: str) -> str:
    """The id or name by which the index knows what the user called so; "" for those without one, as `(no role)`."""
    if wanted == f"(no {dimension})":
        return ""
    if dimension == "case":
        return case_id(index, wanted)
    return document_id(index, wanted) if dimension == "document" else _in_use(index, dimension, wanted)


def case_id(index: Index, wanted: str) -> str:
    """The id of the case that goes by this id or name."""
    cases = index.rows("SELECT id, name FROM kase ORDER BY rank")
    cases += [(case, case) for (case,) in index.rows("SELECT DISTINCT kase FROM document WHERE kase <> ''")]
    return _pick(wanted, cases, "case")


def document_id(index: Index, wanted: str) -> str:
    """The id of the document that goes by this id, file name or title."""
    name = wanted.removeprefix("transcripts/").removesuffix(".md")
    documents = index.rows("SELECT id, title FROM document ORDER BY rank")
    if not any(row[0] == name for row in documents) and index.value(
        "SELECT 1 FROM coding WHERE document = ? LIMIT 1", [name]
    ):
        return name
    return _pick(name, documents, "document")


def _in_use(index: Index, column: str, wanted: str) -> str:
    """The speaker (also by the label in the text), role, kind or coder so called, matched whatever its case.

    Raises UnknownName with what there is.
    """
    queries = {
        "speaker": "SELECT speaker, label FROM turn UNION SELECT speaker, label FROM coding",
        "role": "SELECT role, role FROM turn UNION SELECT role, role FROM coding",
        "kind": "SELECT kind, kind FROM document",
        "coder": "SELECT coder, coder FROM file",
    }
    names = {(name, other) for name, other in index.rows(queries[column]) if name}
    if column == "coder":
        names |= {(coder.id, coder.id) for coder in index.project.coders}
    return _pick(wanted, sorted(names), column)


def _pick(wanted: str, rows: Sequence[tuple[str, str]], what: str) -> str:
    tests: tuple[Callable[[tuple[str, str]], bool], ...] = (
        lambda row: row[0] == wanted,
        lambda row: fold(row[0]) == fold(wanted) or fold(row[1]) == fold(wanted),
        lambda row: fold(wanted) in (fold(shown(row[0])), fold(shown(row[1]))),
    )
    for test in tests:
        found = list(dict.fromkeys(row[0] for row in rows if test(row)))
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownName(f"Several {what}s are called {wanted!r}: {', '.join(found)}. Give the id.")
    from difflib import get_close_matches

    ids = list(dict.fromkeys(row[0] for row in rows))
    near = get_close_matches(wanted, ids, n=3, cutoff=0.5)
    known = f" Did you mean: {', '.join(near)}?" if near else f" There are: {', '.join(ids[:12])}." if ids else ""
    raise UnknownName(f"No {what} is called {wanted!r}.{known}")
