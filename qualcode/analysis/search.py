"""Search for text in all documents, in any writing system, every occurrence; document by document, as they are asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from qualcode.analysis.filters import case_id, document_id
from qualcode.analysis.table import Table
from qualcode.core.overlay import Overlay, overlay_of, shown, worn
from qualcode.core.phrase import Phrase
from qualcode.core.text import FoldedText, fold
from qualcode.errors import BadOption
from qualcode.index.index import Index

COLUMNS = ("case", "document", "title", "line", "start", "end", "speaker", "role", "before", "match", "after")


class Said(NamedTuple):
    """A turn: `[start, end)` with its label, the words from `text_start` on; speaker and role are the participant's."""

    start: int
    text_start: int
    end: int
    label: str
    speaker: str
    role: str


_TURNS = 'SELECT start, text_start, "end", label, speaker, role FROM turn WHERE document = ? ORDER BY number'
NOBODY = Said(0, 0, 0, "", "", "")


class Place(NamedTuple):
    """A document in which something is looked for."""

    document: str
    case: str
    title: str


class Hit(NamedTuple):
    """One occurrence: its span in code points of the document, its line (from 1), and the turn it stands in.

    `text` is the document as it is shown, which differs where pseudonyms stand for names; `at` is the hit's span there, `said` that of
    the words of its turn.
    """

    place: Place
    start: int
    end: int
    line: int
    turn: Said
    text: str
    at: tuple[int, int]
    said: tuple[int, int]


def search(index: Index, text: str, *, case: str = "", document: str = "", context: int = 40) -> Table:
    """Every occurrence of the text, in document order, with so many characters around it.

    Letter case and the composition of accents do not matter; matches do not overlap and never begin or end inside
    a character. One case-folded text per document is scanned: no word index, so that Chinese words of any length,
    parts of words and phrases are all found. Raises UnknownName, BadOption.
    """
    if not text.strip():
        raise BadOption("Give some text to search for.")
    within = places(index, case=case, document=document)
    return Table(COLUMNS, [_row(hit, context) for hit in hits(index, Phrase(fold(shown(text))), within)])


def _row(hit: Hit, context: int) -> tuple[object, ...]:
    text, (start, end) = hit.text, hit.at
    left, right = text.rfind("\n", 0, start) + 1, text.find("\n", start)
    right = len(text) if right < 0 else right
    return (
        hit.place.case, hit.place.document, hit.place.title, hit.line, hit.start, hit.end, hit.turn.speaker, hit.turn.role,
        text[max(left, start - context) : start], text[start:end], text[end : max(end, min(right, end + context))],
    )  # fmt: skip


def places(index: Index, *, case: str = "", document: str = "", kind: str | None = None) -> list[Place]:
    """The documents of the project, of a case, of a kind (as the index has it), or the one that is named, in document order.

    Raises UnknownName.
    """
    conditions: list[str] = ["1"]
    values: list[str] = []
    if case:
        conditions, values = [*conditions, "kase = ?"], [*values, case_id(index, case)]
    if document:
        conditions, values = [*conditions, "id = ?"], [*values, document_id(index, document)]
    if kind is not None:
        conditions, values = [*conditions, "kind = ?"], [*values, kind]
    sql = f"SELECT id, kase, title FROM document WHERE {' AND '.join(conditions)} ORDER BY rank"
    return [Place(*row) for row in index.rows(sql, values)]


def hits(index: Index, phrase: Phrase, within: list[Place]) -> Iterator[Hit]:
    """Every occurrence in these documents, in their order. A document is read when its first hit is asked for: the first
    screen of a common word costs as much in 3,000 documents as in three."""
    for place in within:
        folded = index.value("SELECT folded FROM document_text WHERE document = ?", [place.document]) or ""
        if phrase.may_be_in(folded) or _touches_pseudonyms(phrase):
            yield from _in_document(index, phrase, place, folded)


def _touches_pseudonyms(phrase: Phrase) -> bool:
    """Whether the phrase may stand in the texts as they are shown, though not in those that are stored."""
    key = worn()
    if key is None:
        return False
    return any(phrase.literal in new or new in phrase.literal for name in key.pseudonyms for new in fold(name).split())


def _in_document(index: Index, phrase: Phrase, place: Place, folded: str) -> Iterator[Hit]:
    laid = overlay_of(index.body(place.document).text) if worn() else None
    if laid:
        yield from _in_overlay(index, phrase, place, laid)
        return
    text = index.body(place.document).text
    turns = index.rows(_TURNS, [place.document])
    starts = [turn[0] for turn in turns]
    line, at, number, turn = 1, 0, -1, NOBODY
    for start, end in phrase.spans(FoldedText(text, folded)):
        line, at = line + text.count("\n", at, start), start
        here = bisect_right(starts, start) - 1
        if here != number:
            number, turn = here, Said(*turns[here])
        yield Hit(place, start, end, line, turn, text, (start, end), (turn.text_start, turn.end))


def _in_overlay(index: Index, phrase: Phrase, place: Place, laid: Overlay) -> Iterator[Hit]:
    body = index.body(place.document)
    turns = [Said(*row) for row in index.rows(_TURNS, [place.document])]
    starts = [turn.start for turn in turns]
    for at in phrase.spans(FoldedText(laid.text)):
        start, end = laid.stored_span(*at)
        here = bisect_right(starts, start) - 1
        turn = turns[here] if here >= 0 else NOBODY
        said = laid.shown_span(turn.text_start, turn.end)
        yield Hit(place, start, end, body.line_of(start) + 1, turn, laid.text, at, said)
