"""The framework laid out for paper: cells of summaries and quotes, whose links are numbered and listed at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qualcode.analysis.citations import citation
from qualcode.analysis.filters import Filters
from qualcode.analysis.framework import Cell, Framework
from qualcode.analysis.memo_links import Place, resolve
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Row
from qualcode.core.links import Link, links
from qualcode.core.visible import shorten
from qualcode.errors import QualcodeError
from qualcode.exchange.docx_text import lines_kept
from qualcode.index.index import Index


class Reference(NamedTuple):
    """A place that summaries point to, in the order in which it was first named: its words ("" where a whole document is
    meant) and where they stand."""

    number: int
    words: str
    source: str


class Quoted(NamedTuple):
    """A quote below a summary, with its citation."""

    words: str
    source: str


class SheetCell(NamedTuple):
    """A cell: the summary's lines, each in pieces of text and numbers of references; what is to be remarked; quotes."""

    lines: tuple[tuple[str | int, ...], ...] = ()
    remark: str = ""
    quotes: tuple[Quoted, ...] = ()

    @property
    def text(self) -> str:
        """All of it as plain text, references in square brackets."""
        lines = ["".join(f"[{piece}]" if isinstance(piece, int) else piece for piece in line) for line in self.lines]
        quotes = [f"“{quote.words}” {quote.source}" for quote in self.quotes]
        return "\n\n".join(filter(None, ["\n".join(lines), f"[{self.remark}]" if self.remark else "", *quotes]))


class Sheet(NamedTuple):
    """The whole table: the names of rows and columns, the cells row by row, and what the numbers stand for."""

    title: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[SheetCell, ...]], ...]
    references: tuple[Reference, ...]


def sheet_of(framework: Framework, title: str, *, turned: bool = False, quotes: bool = False) -> Sheet:
    """The framework for paper. Control characters are shown as signs."""
    across, down = (framework.cases, framework.codes) if turned else (framework.codes, framework.cases)
    numbering = _Numbering(framework.index, [cell.summary for cell in framework.cells.values()])
    rows = []
    for row in down:
        cells = (
            framework.cell(column.id, row.id) if turned else framework.cell(row.id, column.id) for column in across
        )
        rows.append((lines_kept(row.name), tuple(_cell(framework, cell, numbering, quotes) for cell in cells)))
    names = tuple(lines_kept(column.name) for column in across)
    return Sheet(lines_kept(title), "Code" if turned else "Case", names, tuple(rows), tuple(numbering.references))


def _cell(framework: Framework, cell: Cell, numbering: _Numbering, quotes: bool) -> SheetCell:
    found = framework.all_quotes.get((cell.case.id, cell.code.id), ()) if quotes else ()
    quoted = tuple(Quoted(lines_kept(row["text"].strip("\n")), lines_kept(citation(row))) for row in found)
    return SheetCell(tuple(numbering.lines(cell.summary)), cell.remark, quoted)


class _Numbering:
    """Numbers the places that summaries link to as they come."""

    def __init__(self, index: Index, texts: Sequence[str]) -> None:
        self._index = index
        self.references: list[Reference] = []
        self._numbers: dict[Place, int] = {}
        self._places = {link.shown: self._resolved(link) for text in texts for link in links(text)}
        self._rows = self._cited()

    def lines(self, text: str) -> Iterator[tuple[str | int, ...]]:
        """The lines of a summary, its links as names and numbers."""
        pieces: list[str | int] = []
        at = 0
        for link in links(text):
            pieces += [text[at : link.start], *self._pieces(link)]
            at = link.end
        pieces.append(text[at:].rstrip("\n"))
        line: list[str | int] = []
        for piece in pieces:
            first, *others = lines_kept(piece).split("\n") if isinstance(piece, str) else [piece]
            line.append(first)
            for other in others:
                yield tuple(part for part in line if part != "")
                line = [other]
        if whole := tuple(part for part in line if part != ""):
            yield whole

    def _pieces(self, link: Link) -> list[str | int]:
        place = self._places[link.shown]
        if place is None or place.kind not in ("coding", "line", "document"):
            return [link.label or (link.target if place is not None else link.shown)]
        if place not in self._numbers:
            self._numbers[place] = len(self.references) + 1
            self.references.append(self._reference(place, self._numbers[place]))
        return [f"{link.label} " if link.label else "", self._numbers[place]]

    def _resolved(self, link: Link) -> Place | None:
        try:
            return resolve(self._index, link)
        except QualcodeError:
            return None

    def _reference(self, place: Place, number: int) -> Reference:
        if place.kind == "coding" and (row := self._rows.get(place.coding)) is not None:
            return Reference(
                number,
                lines_kept(row["text"].strip("\n")),
                lines_kept(f"{citation(row)}, {row['title']}, line {row['line']}"),
            )
        info = self._index.document_info(place.document)
        title = info.title if info is not None else place.document
        if place.kind == "document":
            return Reference(number, "", lines_kept(title))
        body = self._index.body(place.document)
        words = shorten(body.text[place.start : place.end], 300)
        return Reference(number, lines_kept(words), lines_kept(f"{title}, line {body.line_of(place.start) + 1}"))

    def _cited(self) -> dict[str, Row]:
        """The segments that summaries cite, by id."""
        wanted = sorted(
            {place.coding for place in self._places.values() if place is not None and place.kind == "coding"}
        )
        rows = [row for ident in wanted for (row,) in self._index.rows("SELECT row FROM coding WHERE id = ?", [ident])]
        return {row["coding_id"]: row for row in segments(self._index, Filters(rows=rows))} if rows else {}
