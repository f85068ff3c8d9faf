"""The codebook as a table for a thesis' appendix: its heading, columns and rows, and the table in Markdown."""

from __future__ import annotations

import re
from typing import NamedTuple

from qualcode.analysis.codebook_table import codebook_table
from qualcode.core.codebook_live import live_book
from qualcode.core.overlay import shown
from qualcode.index.index import Index

COLUMNS = ("Code", "Definition", "Use when", "Do not use when", "Example", "Segments", "Documents")
NOTE = "Segments: passages coded with the code itself. Documents: those in which the code or one of its sub-codes was used."
_SIGNS = {code: 0x2400 + code for code in range(32) if code not in (0x09, 0x0A)}
_SIGNS |= {0x09: 0x20, 0x7F: 0x2421, 0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
_SIGNS |= dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000)], 0xFFFD)
_MARKUP = re.compile(r"([\\`*_\[\]<>|~^$@&#])")


class AppendixRow(NamedTuple):
    """A code: its depth (0 at the top), its texts, how many codings it has itself and in how many documents it or a
    sub-code is used."""

    level: int
    code: str
    definition: str
    use_when: str
    do_not_use_when: str
    example: str
    segments: int
    documents: int


class Appendix(NamedTuple):
    heading: str
    rows: list[AppendixRow]


def appendix(index: Index, date: str = "") -> Appendix:
    """The live codes in codebook order under a heading with the project's title and the date, fit to be written."""
    book = live_book(index.codebook)
    rows = []
    for row in codebook_table(index):
        name = row["code"] + (" (retired)" if book[row["code_id"]].retired else "")
        rows.append(
            AppendixRow(
                level=book.level(row["code_id"]),
                code=writable(name),
                definition=writable(row["definition"]),
                use_when=writable(row["use_when"]),
                do_not_use_when=writable(row["do_not_use_when"]),
                example=writable(row["example"]),
                segments=row["segments"],
                documents=row["documents"],
            )
        )
    heading = f"Codebook: {index.project.title}" + (f" ({date})" if date else "")
    return Appendix(" ".join(writable(heading).split()), rows)


def writable(text: str) -> str:
    """The text with LF line ends, and a visible sign for every character that XML refuses or a terminal obeys."""
    return shown(text).replace("\r\n", "\n").replace("\r", "\n").strip().translate(_SIGNS)


def markdown(table: Appendix) -> str:
    """The table as Markdown with pipes; markup in the texts is escaped, sub-codes are set in by wide spaces."""
    lines = [f"# {_escape(table.heading)}", "", _line(COLUMNS), _line(["---"] * 5 + ["---:"] * 2)]
    for row in table.rows:
        texts = [_escape(text) for text in row[2:6]]
        lines.append(_line(["&emsp;" * row.level + _escape(row.code), *texts, str(row.segments), str(row.documents)]))
    return "\n".join([*lines, "", NOTE]) + "\n"


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escape(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text).replace("\n", "<br>")
