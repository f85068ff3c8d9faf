"""The lines, tables, notes and comments of an RTF file, as its text comes in."""

from __future__ import annotations

from dataclasses import dataclass, field

from qualcode.exchange.sources import Remark
from qualcode.exchange.sources.body_builder import ITEM, BodyBuilder, Built
from qualcode.exchange.sources.table_rows import Cell


@dataclass(slots=True)
class Paragraph:
    in_table: bool = False
    level: int = 0
    style: int = 0
    listed: bool = False


@dataclass
class _Comment:
    name: str
    author: str
    parts: list[str] = field(default_factory=list)


class RtfBody:
    """Text goes to the body, to the newest note or to the newest comment."""

    def __init__(self) -> None:
        self.builder = BodyBuilder()
        self.paragraph = Paragraph()
        self.levels: dict[int, int] = {}  # of headings, by style
        self.notes: list[list[str]] = []
        self.author = ""  # of the next comment
        self._comments: list[_Comment] = []
        self._cell = -1
        self._cells: list[Cell] = []
        self._rows: list[list[Cell]] = []

    def text(self, words: str, color: str = "") -> None:
        self._before_text()
        self.builder.text(words, color)

    def note(self, words: str) -> None:
        self.notes[-1].append(words)

    def comment(self, words: str) -> None:
        if self._comments:
            self._comments[-1].parts.append(words)

    def begin_comment(self) -> None:
        self._comments.append(_Comment(f"point {len(self._comments)}", self.author))

    def end_comment(self) -> None:
        if self._comments:
            self.mark(self._comments[-1].name, "point")

    def name_comment(self, name: str) -> None:
        """Say which of the ranges that the file names the newest comment is on."""
        if self._comments:
            self._comments[-1].name = name

    def mark(self, name: str, edge: str) -> None:
        self._before_text()
        self.builder.mark(name, edge)

    def line_end(self) -> None:
        self._before_text()
        self.end_paragraph()

    def end_paragraph(self, only_if_text: bool = False) -> None:
        paragraph = self.paragraph
        level = paragraph.level or self.levels.get(paragraph.style, 0)
        prefix = "#" * min(level, 6) + " " if 0 < level <= 9 else ITEM if paragraph.listed else ""
        if self.builder.line_has_text or not only_if_text:
            self.builder.end_line(prefix)
        paragraph.listed = False

    def end_cell(self) -> None:
        if self._cell < 0:
            self._cell = self.builder.begin_cell()
        if self.builder.line_has_text:
            self.end_paragraph()
        self._cells.append(self.builder.end_cell(self._cell))
        self._cell = -1

    def end_row(self) -> None:
        if self._cell >= 0:
            self.end_cell()
        if self._cells:
            self.builder.end_row()
            self._rows.append(self._cells)
            self._cells = []

    def _end_table(self) -> None:
        if self._rows:
            self.builder.end_table(self._rows)
            self._rows = []

    def _before_text(self) -> None:
        """Open a cell, or end the table, before text of the body."""
        if self._cell >= 0:
            return
        if self.paragraph.in_table or self._cells:
            self._cell = self.builder.begin_cell()
        elif self._rows:
            self._end_table()

    def finish(self) -> tuple[Built, list[Remark]]:
        """The body and the comments in it. What is still open is closed."""
        if self._cell >= 0 or self._cells:
            self.end_cell()
            self.end_row()
        self._end_table()
        self.end_paragraph(only_if_text=True)
        for number, parts in enumerate(self.notes, 1):
            self.builder.begin_note(number)
            self.builder.text("".join(parts).strip("\n"))
            self.builder.close_line()
        built = self.builder.finish()
        remarks = []
        for comment in self._comments:
            start, end = built.places.get(comment.name, (0, 0))
            remarks.append(Remark(start, end, "".join(comment.parts).strip(), comment.author))
        return built, remarks
