"""Retrieval: coded segments with their quotes and where they stand."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any

from qualcode.analysis.filters import Filters, where
from qualcode.analysis.table import Table
from qualcode.analysis.times import with_times
from qualcode.index.index import Index

COLUMNS = (
    "coding_id", "case", "document", "title", "kind", "date", "speaker", "role", "code", "code_path", "coder",
    "start", "end", "line", "text", "note", "created_at", "modified_at", "anchor", "code_id", "words",
    "time_start", "time_end", "text_when_coded", "exemplary",
)  # fmt: skip

_PLACE = itemgetter(*map(COLUMNS.index, ("start", "end", "code", "code_id", "coder", "coding_id")))

SELECT = """
SELECT c.document, c.id, c.kase, c.speaker, c.role, c.code, c.coder, c.start, c."end", c.line, c.quote, c.note,
  c.created_at, c.modified_at, c.anchor, c.words,
  CASE WHEN c.made_quote <> c.quote THEN c.made_quote ELSE '' END,
  CASE WHEN c.mark = 'exemplary' THEN 'yes' ELSE '' END
FROM coding c LEFT JOIN document d ON d.id = c.document
WHERE {where}
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
    with _no_garbage_looked_for():
        table = Table(COLUMNS, with_times(index, COLUMNS, _in_order(index, condition, values)))
    if not translation:
        return table
    from qualcode.analysis.translations import with_translations

    return with_translations(index, table)


def _in_order(index: Index, condition: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows by document, place and code.

    What a document or a code is called is put in here and shared by all its rows, and the documents are sorted one by one: three
    times as quick for a million rows as joins and an ORDER BY, in a third of the memory. The codings of a document mostly stand
    together in the index.
    """
    matters = {row[0]: row[1:] for row in index.rows("SELECT id, title, kind, date FROM document ORDER BY rank, id")}
    codes = {row[0]: row for row in index.rows("SELECT id, name, path FROM code")}
    shared: dict[str, str] = {}
    found: dict[str, list[tuple[Any, ...]]] = {}
    cursor = index.db.execute(SELECT.format(where=condition), values)
    for document, rows in groupby(cursor, itemgetter(0)):
        matter = matters.get(document, (document, "", ""))
        found.setdefault(document, []).extend(_segments_of(document, matter, rows, codes, shared))
    for block in found.values():
        block.sort(key=_PLACE)
    return [row for document in (*matters, *sorted(found.keys() - matters)) for row in found.pop(document, ())]


def _segments_of(
    document: str, matter: Sequence[str], rows: Iterable[Sequence[Any]], codes: dict[str, Sequence[str]],
    shared: dict[str, str],
) -> list[tuple[Any, ...]]:  # fmt: skip
    share = shared.setdefault
    found = []
    for (_, ident, case, speaker, role, code, coder, start, end, line, quote, note, created, modified, anchor, words, made,
         exemplary) in rows:  # fmt: skip
        code, name, path = codes.get(code) or (code, code, code)
        found.append((
            ident, share(case, case), document, *matter, share(speaker, speaker), share(role, role), name, path,
            share(coder, coder), start, end, line, quote, note, created, created if modified == created else modified,
            share(anchor, anchor), code, words, "", "", made, exemplary,
        ))  # fmt: skip
    return found


@contextmanager
def _no_garbage_looked_for() -> Iterator[None]:
    """A million new rows, none of which is garbage: looking through them time and again would take as long as making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
