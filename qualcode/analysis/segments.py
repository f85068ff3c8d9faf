"""Retrieval: coded segments with their quotes and where they stand."""

from __future__ import annotations

from qualcode.analysis.filters import Filters, where
from qualcode.analysis.table import Table
from qualcode.index.index import Index

COLUMNS = (
    "coding_id", "case", "document", "title", "kind", "date", "speaker", "role", "code", "code_path", "coder",
    "start", "end", "line", "text", "note", "created_at", "modified_at", "anchor", "code_id", "words",
)  # fmt: skip

_SELECT = """
SELECT c.id, coalesce(d.kase, ''), c.document, coalesce(d.title, c.document), coalesce(d.kind, ''),
  coalesce(d.date, ''), c.speaker, c.role, coalesce(k.name, c.code), coalesce(k.path, c.code), c.coder,
  c.start, c."end", c.line, c.quote, c.note, c.created_at, c.modified_at, c.anchor, c.code, c.words
FROM coding c LEFT JOIN document d ON d.id = c.document LEFT JOIN code k ON k.id = c.code
WHERE {where}
ORDER BY d.rank IS NULL, d.rank, c.document, c.start, c."end", coalesce(k.name, c.code), c.code, c.coder, c.id
"""


def segments(index: Index, filters: Filters | None = None) -> Table:
    """Coded segments in document order, then by start, end and code.

    `start` and `end` are code points in the document's body, `line` counts from 1 there; `text` is the quote;
    `anchor` is exact, moved (the text changed and the quote stands elsewhere now) or lost (it stands nowhere,
    or at several places: the quote is kept, its place is not known; `line` is 0). Raises UnknownName.
    """
    condition, values = where(index, filters or Filters())
    return Table(COLUMNS, index.rows(_SELECT.format(where=condition), values))
