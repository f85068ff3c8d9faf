"""The quotations of a manuscript against the documents: verbatim, changed, somebody else's, or not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qualcode.analysis.quote_candidates import candidates
from qualcode.analysis.quote_names import documents_by_name, known_names, participants
from qualcode.analysis.table import Table
from qualcode.core.attributions import Attribution, attribution
from qualcode.core.document import Body
from qualcode.core.likeness import nearest
from qualcode.core.quotations import Paragraph, Quotation, quotations
from qualcode.core.wording import Piece, Wording, pieces_of
from qualcode.errors import UnknownName
from qualcode.index.index import Index

COLUMNS = (
    "line", "status", "quote", "document", "case", "speaker", "start", "end", "document_line", "coding_id",
    "attributed_to", "difference",
)  # fmt: skip
STATUSES = ("verbatim", "changed", "wrong speaker", "wrong case", "not found")
_MOST_PLACES = 2_000  # where three common words stand more often than this, the rest is not looked at


class Cited(NamedTuple):
    """The coding that a link leads to, and where it is in today's text (start -1 where its words are lost)."""

    id: str = ""
    document: str = ""
    start: int = -1
    end: int = -1
    line: int = 0
    trouble: str = ""


class Found(NamedTuple):
    """A place of a document where a quotation stands, or nearly: `difference` is "" where it stands verbatim."""

    document: str
    case: str
    date: str
    rank: int
    start: int
    end: int
    line: int
    speaker: str
    speakers: frozenset[str]
    likeness: float
    difference: str


@dataclass
class _Question:
    """One quotation with all that is asked about it, and the places found so far."""

    quotation: Quotation
    pieces: tuple[Piece, ...]
    said_by: Attribution
    cited: Cited
    found: list[Found] = field(default_factory=list)


def check_quotes(index: Index, paragraphs: Sequence[Paragraph]) -> Table:
    """One row for each quotation of the manuscript, in order: whether and where it stands in the documents.

    `start` and `end` are code points of the document's body, `document_line` counts from 1; `difference` says what was
    changed, who says it instead, or that the coding cited is not there or is another passage.
    """
    names, labels = known_names(index)
    questions = [
        _Question(
            quotation,
            pieces_of(quotation.text, labels),
            attribution(quotation, names, labels),
            _cited(index, quotation),
        )
        for quotation in quotations(paragraphs)
    ]
    wanted = candidates(
        index,
        [(question.quotation, question.pieces) for question in questions],
        [{question.cited.document} for question in questions],
        documents_by_name(index, [question.said_by for question in questions]),
    )
    cases = {person.name: person.case for person in participants(index) if person.case}
    for document, numbers in wanted.items():
        _look_in(index, document, [questions[number] for number in numbers])
    return Table(COLUMNS, [_row(question, cases) for question in questions])


# ---------------------------------------------------------------- the coding cited


def _cited(index: Index, quotation: Quotation) -> Cited:
    """The coding in force that the quotation's link names, by its id or the end or beginning of it."""
    if not quotation.coding:
        return Cited()
    wanted, document = quotation.coding.lower(), quotation.document
    query = 'SELECT id, document, start, "end", line, anchor FROM coding WHERE '
    pattern = wanted.replace("%", "").replace("_", "")
    rows = index.rows(query + "id = ? AND document = ?", [wanted, document])
    if not rows and pattern:
        either = f"%{pattern}", f"{pattern}%"
        rows = index.rows(query + "document = ? AND (id LIKE ? OR id LIKE ?)", [document, *either])
        if not rows and len(pattern) >= 4:
            rows = index.rows(query + "(id LIKE ? OR id LIKE ?)", either)
    shown = f"[[{document}#{quotation.coding}]]"
    if not rows:
        exists = index.value("SELECT 1 FROM document WHERE id = ?", [document])
        missing = "no coding in force has this id" if exists else "there is no such document"
        return Cited(document=document, trouble=f"{shown}: {missing}")
    if len(rows) > 1:
        return Cited(document=document, trouble=f"{shown}: {len(rows)} codings have an id like this; give more of it")
    ident, where, start, end, line, anchor = rows[0]
    if anchor == "lost":
        return Cited(ident, where, trouble=f"{shown}: the words of this coding are no longer in the text")
    elsewhere = "" if where == document else f"{shown}: this coding is in {where}"
    return Cited(ident, where, start, end, line, elsewhere)


# ---------------------------------------------------------------- looking in one document


def _look_in(index: Index, document: str, questions: Sequence[_Question]) -> None:
    try:
        body = index.body(document)
    except UnknownName:  # deleted a moment ago
        return
    info = index.rows("SELECT id, kase, date, rank FROM document WHERE id = ?", [document])[0]
    people = dict(index.rows("SELECT DISTINCT label, speaker FROM turn WHERE document = ?", [document]))
    wording = Wording(body)
    for question in questions:
        places = wording.places(question.pieces)[:_MOST_PLACES]
        if places:
            question.found.extend(_place(info, body, people, start, end, 1.0, "") for start, end in places)
        elif not any(found.difference == "" for found in question.found):
            near = nearest(question.quotation.text, question.pieces, wording)
            if near is not None:
                question.found.append(_place(info, body, people, *near))


def _place(
    info: tuple[str, str, str, int], body: Body, people: dict[str, str],
    start: int, end: int, likeness: float, difference: str,
) -> Found:  # fmt: skip
    labels = list(_labels(body, start, end))
    main = body.main_speaker(start, end)
    speakers = frozenset(people.get(label, label) for label in labels if label)
    line = body.line_of(start) + 1
    return Found(*info, start, end, line, people.get(main, main), speakers, likeness, difference)


def _labels(body: Body, start: int, end: int) -> Iterator[str]:
    for number in range(max(0, body.turn_index(start)), len(body.turns)):
        turn = body.turns[number]
        if turn.start >= end:
            return
        yield turn.speaker


# ---------------------------------------------------------------- the answer


def _row(question: _Question, cases: dict[str, str]) -> tuple[Any, ...]:
    quotation, said_by, cited = question.quotation, question.said_by, question.cited
    written = "; ".join(said_by.written or quotation.credits)
    quote = " ".join(quotation.text.split())
    coding = cited.id or quotation.coding
    if not question.found:
        said = cited.trouble or (_elsewhere(cited, None) if cited.id else "")
        return quotation.line, "not found", quote, "", "", "", None, None, None, coding, written, said
    best = max(question.found, key=lambda found: _fit(found, said_by, cited, cases))
    status, said = _judged(best, said_by, cases)
    notes = [best.difference, said, cited.trouble or _elsewhere(cited, best)]
    return (
        quotation.line, status, quote, best.document, best.case, best.speaker, best.start, best.end, best.line,
        coding, written, "; ".join(filter(None, notes)),
    )  # fmt: skip


def _at(cited: Cited, found: Found) -> bool:
    return found.document == cited.document and found.start < cited.end and cited.start < found.end


def _fit(found: Found, said_by: Attribution, cited: Cited, cases: dict[str, str]) -> tuple[Any, ...]:
    """The better, the greater: verbatim, at the coding cited, as attributed, of the day named, the first in the project."""
    status, _ = _judged(found._replace(difference=""), said_by, cases)
    fits = -STATUSES.index(status)
    dated = found.date in said_by.dates
    cited_document = found.document == cited.document
    place = (_at(cited, found), cited_document)
    return (not found.difference, *place, fits, dated, found.likeness, -found.rank, -found.start)


def _judged(found: Found, said_by: Attribution, cases: dict[str, str]) -> tuple[str, str]:
    """The status, and what to say about whose words these are."""
    status, said = "verbatim", ""
    meant = said_by.cases
    if not found.speakers:  # as in field notes: there is nobody to compare with, only the case
        meant = meant or frozenset(cases.get(name, "") for name in said_by.speakers)
    if found.speakers and said_by.speakers and not found.speakers & said_by.speakers:
        status, said = "wrong speaker", f"said by {found.speaker or ', '.join(sorted(found.speakers))}"
    elif found.case and meant and found.case not in meant and "" not in meant:
        status, said = "wrong case", f"from case {found.case}"
    return ("changed" if found.difference else status), said


def _elsewhere(cited: Cited, found: Found | None) -> str:
    """What to say where the words stand somewhere else than the coding cited."""
    if not cited.id or cited.start < 0 or (found is not None and _at(cited, found)):
        return ""
    place = f"the coding cited is at {cited.document}, line {cited.line}"
    return f"{place}, and has other words" if found is None else f"{place}, not here"
