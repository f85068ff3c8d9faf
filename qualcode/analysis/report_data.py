"""What a report shows: the study, its codings with their quotes, and who coded what, as one value."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from qualcode.analysis import lists
from qualcode.analysis.attributes import Attribute, attribute, attribute_names
from qualcode.analysis.choosing import text_scope
from qualcode.analysis.filters import Filters
from qualcode.analysis.frame import frame
from qualcode.analysis.matrix import Matrix, matrix
from qualcode.analysis.report_coders import coder_names, said_filters
from qualcode.analysis.report_memos import report_memos
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Row, Table
from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_live import live_book
from qualcode.core.project import ProjectInfo
from qualcode.errors import UnknownName
from qualcode.index.index import Index

CONTEXT = 160
"""Characters of the transcript that stand before and after a quote, unless told otherwise."""

_LONGEST_WORD = 40

Place = tuple[str, int, int]
"""Document, start and end of a passage."""


class Text(NamedTuple):
    """The words that a speaker says in a document."""

    document: str
    speaker: str
    role: str
    case: str
    words: int


@dataclass(frozen=True)
class ReportData:
    """One study, or a part of it, ready to be laid out.

    `part` says in words which part ("" for the whole); `codings` are rows as of `segments`, coders already renamed and notes
    emptied where the report is anonymous; `all_codings` counts the project's, whatever the filter. `contexts` holds what stands
    before and after each quote, `turns` the turns that it reaches into, the first and the last, numbered through all documents;
    `texts` is what there is to code, `hashes` tells the version of each document.
    """

    title: str
    info: ProjectInfo
    part: str
    anonymous: bool
    book: Codebook
    colors: Mapping[str, str]
    codings: Sequence[Row]
    all_codings: int
    contexts: Mapping[Place, tuple[str, str]]
    turns: Mapping[Place, tuple[int, int]]
    documents: Sequence[Row]
    hashes: Mapping[str, str]
    texts: Sequence[Text]
    attributes: Sequence[Attribute]
    cases: Table
    participants: Sequence[Row]
    coders: Table
    memos: Sequence[Row]
    overview: Matrix


def report_data(
    index: Index, filters: Filters | None = None, *, title: str = "", anonymous: bool = False, context: int = CONTEXT
) -> ReportData:
    """All that a report on these codings shows. Documents and cases are those of the text that the filters leave: filters on
    codes, coders and words do not narrow it.

    `anonymous` leaves out notes, memos and the names of coders, who become "Coder 1" and so on in the project's order.
    Raises UnknownName, BadOption.
    """
    filters = filters or Filters()
    project, book, found = index.project, index.codebook, segments(index, filters)
    names = coder_names(index, anonymous)
    rows = [row.replaced(coder=names[row["coder"]], **({"note": ""} if anonymous else {})) for row in found]
    whole = filters == Filters()
    texts = _texts(index, filters)
    used = {row["document"] for row in rows} | {text.document for text in texts}
    kept = {row["case"] for row in rows} | {text.case for text in texts}
    documents = [row for row in lists.documents(index) if whole or row["document"] in used]
    inside = None if whole else (used, kept, {row["coding_id"] for row in rows})
    by_case = "case" if project.cases else "document"
    live = _with_unknown(live_book(book), rows)
    return ReportData(
        title=title or project.title,
        info=project,
        part="" if whole else said_filters(index, filters, names if anonymous else {}),
        anonymous=anonymous,
        book=live,
        colors={code.id: book.color(code.id) for code in live.codes},
        codings=rows,
        all_codings=int(index.value("SELECT count(*) FROM coding") or 0),
        contexts=_contexts(index, rows, context),
        turns=_turns(index, rows),
        documents=[row.replaced(coders="") for row in documents],
        hashes=dict(index.rows("SELECT id, hash FROM document")),
        texts=texts,
        attributes=[attribute(index, known) for known in attribute_names(index)],
        cases=lists.cases(index) if whole else _cases(index, rows, kept),
        participants=[row for row in lists.participants(index) if whole or not row["case"] or row["case"] in kept],
        coders=_coders(index, rows, names, whole),
        memos=() if anonymous else report_memos(index, inside),
        overview=matrix(index, "code", by_case, "segments", filters),
    )


def _with_unknown(book: Codebook, rows: Sequence[Row]) -> Codebook:
    """The codebook with a code at the end for each id that codings name and it does not know."""
    unknown = sorted({row["code_id"] for row in rows} - {code.id for code in book.codes})
    return Codebook((*book.codes, *(Code(ident, ident) for ident in unknown)), book.title)


def _cases(index: Index, rows: Sequence[Row], kept: Set[str]) -> Table:
    """The cases that a part is about, with the counts of its codings."""
    table = lists.cases(index)
    numbers = Counter(row["case"] for row in rows)
    in_documents = Counter(case for case, _ in {(row["case"], row["document"]) for row in rows})
    of_codes = Counter(case for case, _ in {(row["case"], row["code_id"]) for row in rows})
    return Table(
        table.columns,
        [
            row.replaced(
                documents=in_documents[row["case"]], segments=numbers[row["case"]], codes=of_codes[row["case"]]
            )
            for row in table
            if row["case"] in kept
        ],
    )


def _texts(index: Index, filters: Filters) -> list[Text]:
    """How much is said in each document by each speaker, of what the filters leave."""
    found = frame(index)
    turns, names = found.turns, found.names
    scope = text_scope(index, filters)
    words: Counter[tuple[int, int, int, int]] = Counter()
    for document, speaker, role, case, said in zip(
        *(column[scope].tolist() for column in (turns.document, turns.speaker, turns.role, turns.case, turns.words)),
        strict=True,
    ):
        words[document, speaker, role, case] += said
    documents, speakers, roles, cases = (names[kind].texts for kind in ("document", "speaker", "role", "case"))
    return sorted(
        Text(documents[document], speakers[speaker], roles[role], cases[case], said)
        for (document, speaker, role, case), said in words.items()
    )


def _coders(index: Index, rows: Sequence[Row], names: Mapping[str, str], whole: bool) -> Table:
    """Who made how many of the codings, in how many documents, from when to when (days, UTC)."""
    known = {coder.id: coder.name for coder in index.project.coders}
    by_coder: dict[str, list[Row]] = {name: [] for name in names.values()}
    for row in rows:
        by_coder[row["coder"]].append(row)
    real = {shown: known.get(ident, "") if shown == ident else "" for ident, shown in names.items()}
    table = []
    for shown, made in by_coder.items():
        if made or whole:
            days = sorted(row["created_at"][:10] for row in made) or [""]
            table.append((shown, real[shown], len(made), len({row["document"] for row in made}), days[0], days[-1]))
    return Table(("coder", "name", "codings", "documents", "first", "last"), table)


def _turns(index: Index, rows: Sequence[Row]) -> dict[Place, tuple[int, int]]:
    """The turns that each passage reaches into; none for those whose place is not known and in documents without turns."""
    starts: dict[str, list[int]] = {}
    first_number: dict[str, int] = {}
    for number, (document, start) in enumerate(index.rows("SELECT document, start FROM turn ORDER BY document, start")):
        first_number.setdefault(document, number)
        starts.setdefault(document, []).append(start)
    found = {}
    for row in rows:
        document, start, end = row["document"], row["start"], row["end"]
        if document in starts and row["anchor"] != "lost":
            first = max(0, bisect_right(starts[document], start) - 1)
            last = max(first, bisect_right(starts[document], end - 1) - 1)
            found[document, start, end] = first_number[document] + first, first_number[document] + last
    return found


def _contexts(index: Index, rows: Sequence[Row], length: int) -> dict[Place, tuple[str, str]]:
    """What stands before and after each quote that is in its place, cut between words where there are any."""
    if length <= 0:
        return {}
    by_document: dict[str, set[tuple[int, int, str]]] = {}
    for row in rows:
        by_document.setdefault(row["document"], set()).add((row["start"], row["end"], row["text"]))
    found = {}
    for document, spans in by_document.items():
        try:
            text = index.body(document).text
        except UnknownName:
            continue
        for start, end, quote in spans:
            if text[start:end] == quote:
                found[document, start, end] = _before(text, start, length), _after(text, end, length)
    return found


def _before(text: str, start: int, length: int) -> str:
    if start <= length:
        return text[:start].lstrip()
    cut = text[start - length : start]
    if not cut[0].isspace() and not text[start - length - 1].isspace():
        cut = _without_half(cut, cut.split(None, 1)[0], cut.split(None, 1)[1:])
    return "…" + cut


def _after(text: str, end: int, length: int) -> str:
    if end + length >= len(text):
        return text[end:].rstrip()
    cut = text[end : end + length]
    if not cut[-1].isspace() and not text[end + length].isspace():
        cut = _without_half(cut, cut.rsplit(None, 1)[-1], cut.rsplit(None, 1)[:-1])
    return cut.rstrip() + "…"


def _without_half(cut: str, word: str, rest: Sequence[str]) -> str:
    """The rest, unless the half word is so long that it can be none: scripts without spaces are cut anywhere."""
    return rest[0] if rest and len(word) < _LONGEST_WORD else cut
