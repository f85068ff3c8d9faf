"""What can stand beside one another (cases, documents, roles, months ...), and how much text each of them has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from qualcode.analysis.filters import Filters, key_of
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Row
from qualcode.core.text import fold
from qualcode.errors import BadOption, UnknownName
from qualcode.index.index import Index

SIDES = (
    "case", "document", "participant", "role", "kind", "coder", "month", "quarter", "year", "speaker", "language",
)  # fmt: skip
FEWEST, MOST = 2, 4
_FILTERS = ("case", "document", "speaker", "role", "kind", "coder")
_SPOKEN = ("participant", "role", "speaker")


class Side(NamedTuple):
    """One of the things compared. `words` and `documents` tell how much text it has, coded or not."""

    key: str
    name: str
    words: int
    documents: int


class Piece(NamedTuple):
    """Some text: all of a document, or one turn of it."""

    case: str
    document: str
    kind: str
    date: str
    language: str
    speaker: str
    role: str
    words: int


def choices(index: Index, by: str) -> list[tuple[str, str]]:
    """Key and name of everything that can be compared by this dimension, in its natural order. Raises BadOption."""
    people = index.project.participants
    if by == "case":
        return [(key, name) for key, name in index.rows("SELECT id, name FROM kase ORDER BY rank")]
    if by == "document":
        return [(key, title) for key, title in index.rows("SELECT id, title FROM document ORDER BY rank")]
    if by == "participant":
        return [(person.id, person.name) for person in people]
    if by == "coder":
        names = {coder.id: coder.name or coder.id for coder in index.project.coders}
        used = [coder for (coder,) in index.rows("SELECT DISTINCT coder FROM coding ORDER BY coder")]
        return list((names | {coder: names.get(coder, coder) for coder in used}).items())
    if by not in SIDES:
        raise BadOption(f"Nothing can be compared by {by!r}; there are: {', '.join(SIDES)}.")
    values = {value_of(by, piece) for piece in _pieces(index, by in _SPOKEN)} - {""}
    order = list(dict.fromkeys(person.role if by == "role" else person.name for person in people))
    found = sorted(values, key=lambda value: (order.index(value) if value in order else len(order), value))
    return [(value, value) for value in found]


def key_of_side(index: Index, by: str, wanted: str) -> str:
    """The key of what the user called so. Raises UnknownName with the nearest, BadOption for an unknown dimension."""
    if by in _FILTERS:
        return key_of(index, by, wanted)
    if wanted == f"(no {by})":
        return ""
    return _named(wanted, choices(index, by), by)


def _named(wanted: str, known: Sequence[tuple[str, str]], by: str) -> str:
    found = list(dict.fromkeys(key for key, name in known if fold(wanted) in (fold(key), fold(name))))
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownName(f"Several {by}s are called {wanted!r}: {', '.join(found)}. Give the id.")
    from difflib import get_close_matches

    names = list(dict.fromkeys(key for key, _ in known))
    near = get_close_matches(wanted, names, n=3, cutoff=0.5)
    there = f" Did you mean: {', '.join(near)}?" if near else f" There are: {', '.join(names[:12])}." if names else ""
    raise UnknownName(f"No {by} is called {wanted!r}.{there}")


def rows_of_sides(index: Index, by: str, keys: Sequence[str], filters: Filters) -> list[list[Row]]:
    """The coded segments of each side."""
    if by in _FILTERS:
        named: list[dict[str, Any]] = [{by: key or f"(no {by})"} for key in keys]
        return [segments(index, replace(filters, **side)).rows for side in named]
    people = {person.name: person.id for person in index.project.participants}
    languages = dict(index.rows("SELECT id, language FROM document"))
    found: dict[str, list[Row]] = {key: [] for key in keys}
    for row in segments(index, filters):
        if by == "participant":
            key = people.get(row["speaker"], "")
        else:
            key = languages.get(row["document"], "") if by == "language" else period(by, row["date"])
        if key in found:
            found[key].append(row)
    return [found[key] for key in keys]


def sides(index: Index, by: str, keys: Sequence[str], filters: Filters) -> list[Side]:
    """Each of these with its name and the size of its text.

    The text is narrowed by the filters that speak of texts (case, document, kind, speaker, role), not by those that speak of
    codings. A coder's text is that of the documents in which they coded anything.
    """
    names = dict(choices(index, by))
    people = {person.name: person.id for person in index.project.participants}
    pieces = [piece for piece in _pieces(index, _by_turns(index, by, filters)) if _wanted(index, filters, piece)]
    found = []
    for key in keys:
        own = [piece for piece in pieces if piece.document in _coded_by(index, key)] if by == "coder" else [
            piece for piece in pieces if value_of(by, piece, people) == key]  # fmt: skip
        words = sum(piece.words for piece in own)
        found.append(Side(key, names.get(key, key) or f"(no {by})", words, len({piece.document for piece in own})))
    return found


def value_of(by: str, piece: Piece, people: dict[str, str] | None = None) -> str:
    """What a piece of text counts for in this dimension; "" for none."""
    if by == "participant":
        return (people or {}).get(piece.speaker, "")
    if by in ("month", "quarter", "year"):
        return period(by, piece.date)
    return str(getattr(piece, by))


def period(by: str, date: str) -> str:
    """The month (2009-03), quarter (2009-Q1) or year of a day; "" where it has no date."""
    if not date or by == "month":
        return date[:7]
    return date[:4] if by == "year" else f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}"


def _by_turns(index: Index, by: str, filters: Filters) -> bool:
    """Whether documents must be cut into turns to know what belongs to whom."""
    mixed = "case" if by == "case" or filters.case else ""
    return bool(
        by in _SPOKEN
        or filters.speaker
        or filters.role
        or (mixed and index.value("SELECT 1 FROM document WHERE kase = '' LIMIT 1"))
    )


def _wanted(index: Index, filters: Filters, piece: Piece) -> bool:
    return all(
        getattr(piece, name) == key_of(index, name, getattr(filters, name))
        for name in ("case", "document", "kind", "speaker", "role")
        if getattr(filters, name)
    )


def _coded_by(index: Index, coder: str) -> set[str]:
    return {document for (document,) in index.rows("SELECT DISTINCT document FROM coding WHERE coder = ?", [coder])}


def _pieces(index: Index, turns: bool) -> Iterator[Piece]:
    """All text, as whole documents or turn by turn (of which the case may be the speaker's)."""
    if not turns:
        yield from (
            Piece(case, document, kind, date, language, "", "", words)
            for document, case, kind, date, language, words in index.rows(
                "SELECT id, kase, kind, date, language, words FROM document ORDER BY rank"
            )
        )
        return
    cases = {person.name: person.case for person in index.project.participants}
    for case, document, kind, date, language, speaker, role, words in index.rows(
        """SELECT d.kase, d.id, d.kind, d.date, d.language, t.speaker, t.role, sum(t.words)
        FROM document d JOIN turn t ON t.document = d.id GROUP BY d.rank, d.id, t.speaker, t.role ORDER BY d.rank"""
    ):
        yield Piece(case or cases.get(speaker, ""), document, kind, date, language, speaker, role, words)
