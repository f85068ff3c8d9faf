"""The codeline of a document: which code runs where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qualcode.analysis.code_rows import CodeRow, code_rows
from qualcode.analysis.filters import Filters, document_id, where
from qualcode.analysis.table import Table
from qualcode.index.index import Index

COLUMNS = ("code", "start", "end", "line", "speaker", "coder", "coding_id", "code_id")
_SPANS = """
SELECT c.code, c.start, c."end", c.line, c.speaker, c.coder, c.id FROM coding c LEFT JOIN document d ON d.id = c.document
WHERE c.document = ? AND c.anchor {anchor} 'lost' AND {where} ORDER BY c.start, c."end", c.coder, c.id
"""


class Span(NamedTuple):
    """A coding's place: code points `[start, end)` of the text, its line counted from 1, who says it, who coded it."""

    start: int
    end: int
    line: int
    speaker: str
    coder: str
    coding: str


class TurnSpan(NamedTuple):
    """A turn: code points `[start, end)`, its line counted from 1, who speaks ("" where nobody is named)."""

    start: int
    end: int
    line: int
    speaker: str


@dataclass(frozen=True)
class Codeline:
    """Where codes run in a document of `length` code points: the codes used, in codebook order, each with its spans in order
    of place. `lost` codings are without a place and left out."""

    document: str
    title: str
    length: int
    rows: Sequence[tuple[CodeRow, Sequence[Span]]]
    turns: Sequence[TurnSpan]
    lost: int

    @property
    def speakers(self) -> list[str]:
        """Who speaks, in the order of first speaking."""
        return list(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker))

    def table(self) -> Table:
        """A row for each span, code by code."""
        spans = ((row, span) for row, spans in self.rows for span in spans)
        return Table(COLUMNS, [(row.path, *span, row.id) for row, span in spans])


def codeline(index: Index, document: str, filters: Filters | None = None) -> Codeline:
    """The codeline of a document by id or title, of the codings asked for. Raises UnknownName."""
    document = document_id(index, document)
    condition, values = where(index, filters or Filters())
    found = index.rows(_SPANS.format(anchor="<>", where=condition), [document, *values])
    lost = index.rows(_SPANS.format(anchor="=", where=condition), [document, *values])
    spans: dict[str, list[Span]] = {}
    for code, *place in found:
        spans.setdefault(code, []).append(Span(*place))
    facts = index.rows("SELECT title, characters FROM document WHERE id = ?", [document])
    title, length = facts[0] if facts else (document, 0)
    turns = index.rows(
        'SELECT start, "end", line + 1, speaker FROM turn WHERE document = ? ORDER BY number', [document]
    )
    rows = [(row, spans[row.id]) for row in code_rows(index.codebook, spans)]
    return Codeline(document, title or document, length, rows, [TurnSpan(*turn) for turn in turns], len(lost))
