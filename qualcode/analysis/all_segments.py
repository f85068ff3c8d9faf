"""Every coded segment of a project, for writing: as CSV a million of them need the memory of one document's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qualcode.analysis.csv_fields import csv_pieces, field
from qualcode.analysis.segments import COLUMNS, SELECT, segments
from qualcode.analysis.table import Table
from qualcode.core.overlay import worn
from qualcode.index.index import Index

_ORDER = """SELECT id, title, kind, date FROM document ORDER BY rank, id"""
_LEFT_OVER = """SELECT DISTINCT document, document, '', '' FROM coding WHERE document NOT IN (SELECT id FROM document)
ORDER BY document"""


class AllSegments(Table):
    """The table that `segments` gives without filters, read when it is written and not before: use it at once.

    As CSV it is written document by document, row by row, twice as fast as through a table of values.
    """

    def __init__(self, index: Index) -> None:
        self.columns = COLUMNS
        self._index = index
        self._named = False

    def __getattr__(self, name: str) -> Any:
        if name != "_given":
            raise AttributeError(name)
        self._given = list(segments(self._index).plain_rows)
        return self._given

    def __len__(self) -> int:
        return int(self._index.value("SELECT count(*) FROM coding"))

    @property
    def displaced(self) -> int:
        """How many are not in their place or words any more."""
        return int(self._index.value("SELECT count(*) FROM coding WHERE anchor IN ('changed', 'lost')"))

    def csv_pieces(self) -> Iterator[str]:
        if worn() or self._index.value("SELECT 1 FROM turn WHERE seconds IS NOT NULL LIMIT 1"):
            return super().csv_pieces()
        return self._by_document()

    def _by_document(self) -> Iterator[str]:
        yield from csv_pieces(COLUMNS, ())
        index, fields = self._index, _Fields()
        codes = {row[0]: row for row in index.rows("SELECT id, name, path FROM code")}
        names = {code: name for code, name, _ in codes.values()}
        select = SELECT.format(where="c.document = ?")
        for document, *matter in index.rows(_ORDER) + index.rows(_LEFT_OVER):
            rows = index.rows(select, [document])
            rows.sort(key=lambda row: (row[7], row[8], names.get(row[5], row[5]), row[5], row[6], row[1]))
            yield "".join(_lines(",".join(map(field, (document, *matter))), rows, codes, fields))


class _Fields(dict[str, str]):
    """Texts that often recur as fields, each made once."""

    def __missing__(self, text: str) -> str:
        made = self[text] = field(text)
        return made


def _lines(
    document: str, rows: Iterable[Sequence[Any]], codes: dict[str, Sequence[str]], fields: _Fields
) -> Iterator[str]:
    """The lines of one document, whose own fields are given ready."""
    for (_, ident, case, speaker, role, code, coder, start, end, line, quote, note, created, modified, anchor, words, made,
         exemplary) in rows:  # fmt: skip
        _, name, path = codes.get(code) or (code, code, code)
        began, before = field(created), field(made) if made else ""
        yield (
            f"{field(ident)},{fields[case]},{document},{fields[speaker]},{fields[role]},{fields[name]},{fields[path]},"
            f"{fields[coder]},{start},{end},{line},{field(quote)},{field(note) if note else ''},{began},"
            f"{began if modified == created else field(modified)},{anchor},{fields[code]},{words},,,{before},{exemplary}\r\n"
        )
