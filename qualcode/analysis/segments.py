"""Retrieval: coded segments with their quotes and where they stand."""

from __future__ import annotations

from qualcode.analysis.filters import Filters, where
from qualcode.analysis.table import Table
from qualcode.analysis.times import with_times
from qualcode.index.index import Index

COLUMNS = (
    "coding_id", "case", "document", "title", "kind", "date", "speaker", "role", "code", "code_path", "coder",
    "start", "end", "line", "text", "note", "created_at", "modified_at", "anchor", "code_id", "words",
    "time_start", "time_end", "text_when_coded", "exemplary",
)  # fmt: skip

_SELECT = """
SELECT c.id, c.kase, c.document, coalesce(d.title, c.document), coalesce(d.kind, ''),
  coalesce(d.date, ''), c.speaker, c.role, coalesce(k.name, c.code), coalesce(k.path, c.code), c.coder,
  c.start, c."end", c.line, c.quote, c.note, c.created_at, c.modified_at, c.anchor, c.code, c.words, '', '',
  CASE WHEN c.made_quote <> c.quote THEN c.made_quote ELSE '' END,
  CASE WHEN c.mark = 'exemplary' THEN 'yes' ELSE '' END
FROM coding c LEFT JOIN document d ON d.id = c.document LEFT JOIN code k ON k.id = c.code
WHERE {where}
ORDER BY d.rank IS NULL, d.rank, c.document, c.start, c."end", coalesce(k.name, c.code), c.code, c.coder, c.id
"""


def segments(index: Index, filters: Filters | None = None, *, translation: bool = False) -> Table:
    """Coded segments in document order, then by start, end and code.

    `start` and `end` are code points in the document's body, `line` counts from 1 there; `text` is the quote;
    `anchor` is exact, moved (the text changed and the quote stands elsewhere now), changed (so did the quote: `text` is what
    stands there now, `text_when_coded` what was coded) or lost (it stands nowhere, or at several places: the quote is kept,
    its place is not known; `line` is 0). `time_start` and `time_end` say when in the recording (hh:mm:ss, by the time stamps
    of the turns around it; "" where not known). With `translation` there are two columns more: the words of the linked turns
    of the translation or original, and its id. Raises UnknownName.
    """
    condition, values = where(index, filters or Filters())
    rows = with_times(index, COLUMNS, index.rows(_SELECT.format(where=condition), values))
    table = Table(COLUMNS, rows)
    if not translation:
        return table
    from qualcode.analysis.translations import with_translations

    return with_translations(index, table)
