"""Codings whose words were changed or are gone since the text was corrected: what was coded, what stands there now."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from qualcode.analysis.filters import Filters, where
from qualcode.analysis.table import Table
from qualcode.core.document import Body
from qualcode.core.likeness import nearest
from qualcode.core.wording import Wording, pieces_of
from qualcode.errors import UnknownName
from qualcode.index.index import Index

COLUMNS = (
    "coding_id", "state", "document", "case", "line", "code_path", "coder", "text_when_coded", "text_now", "start", "end", "note",
)  # fmt: skip
_LONGEST = 300_000  # code points of a text in which a lost quote is looked for


class Guess(NamedTuple):
    """The passage of today's text that a lost quote may have become."""

    start: int
    end: int
    text: str


def review(index: Index, filters: Filters | None = None, *, guesses: bool = True) -> Table:
    """Codings to look at, in document order: `state` is changed, lost, or found (by its words alone, as the edits since are not
    known).

    `text_now` is what stands in the text now, at `start` to `end` (code points); for a lost one that is a guess, and "" with
    line 0 where there is none. Raises UnknownName.
    """
    condition, values = where(index, filters or Filters())
    rows = index.rows(
        f"""SELECT c.id, CASE c.anchor WHEN 'moved' THEN 'found' ELSE c.anchor END, c.document, c.kase, c.line,
        coalesce(k.path, c.code), c.coder, c.made_quote, c.quote, c.start, c."end", c.note
        FROM coding c LEFT JOIN document d ON d.id = c.document LEFT JOIN code k ON k.id = c.code
        WHERE (c.anchor IN ('changed', 'lost') OR (c.anchor = 'moved' AND NOT c.known)) AND {condition}
        ORDER BY d.rank IS NULL, d.rank, c.document, c.start, c."end", c.id""",
        values,
    )
    return Table(COLUMNS, [row if row[1] != "lost" else _lost(index, row, guesses) for row in rows])


def _lost(index: Index, row: tuple[object, ...], guesses: bool) -> tuple[object, ...]:
    document, quote = str(row[2]), str(row[7])
    found = guess(index, document, quote) if guesses else None
    if found is None:
        return (*row[:4], 0, *row[5:8], "", "", "", row[11])
    line = index.body(document).line_of(found.start) + 1
    return (*row[:4], line, *row[5:8], found.text, found.start, found.end, row[11])


def guess(index: Index, document: str, quote: str) -> Guess | None:
    """The passage most like a quote that is not in the text any more; None where nothing there is like it."""
    try:
        body = index.body(document)
    except UnknownName:
        return None
    if len(body) > _LONGEST:
        return None
    return _guess(body, quote)


@lru_cache(maxsize=512)
def _guess(body: Body, quote: str) -> Guess | None:
    near = nearest(quote, pieces_of(quote), _wording(body))
    return Guess(near.start, near.end, body.text[near.start : near.end]) if near is not None else None


@lru_cache(maxsize=2)
def _wording(body: Body) -> Wording:
    return Wording(body)
