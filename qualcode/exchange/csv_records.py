"""CSV text as records with the lines that they begin on, whichever sign parts the cells."""

from __future__ import annotations

import csv
import io
import re
from typing import NamedTuple

from qualcode.core.text import normalise_newlines
from qualcode.core.visible import quoted
from qualcode.errors import BadFile, Problem

_SIGNS = (",", ";", "\t")
_MEANINGS = {
    "unexpected end of data": "a quotation mark is opened and never closed",
    "expected after": "text follows a closing quotation mark",
    "field larger": "a cell is too long",
}


class Record(NamedTuple):
    """The cells of one record, and the line (from 1) that it begins on."""

    line: int
    cells: list[str]


def read_records(text: str, shown_as: str) -> list[Record]:
    """The header and all records below it that are not blank, each with as many cells as the header.

    The sign between cells (comma, semicolon, tab) is the one that parts the header. Raises BadFile with the line.
    """
    text = normalise_newlines(text)
    separator, first = _announced(text)
    records = _records("\n" + text[first:] if first else text, separator or _separator(text), shown_as)
    if not records:
        return []
    width = len(records[0].cells)
    problems = [Problem(shown_as, record.line, _wrong_width(record, width), "each row needs as many cells as the first line")
                for record in records if len(record.cells) < width or any(record.cells[width:])]  # fmt: skip
    if problems:
        raise BadFile(problems[:20])
    return records


def _announced(text: str) -> tuple[str, int]:
    """The sign that a first line `sep=;` (Excel's) announces, and where the text goes on behind it."""
    head = re.match(r"sep=(.)\n", text, re.IGNORECASE)
    return (head[1], head.end()) if head else ("", 0)


def _separator(text: str) -> str:
    header = next((line for line in text.split("\n", 100) if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", header)
    return max(_SIGNS, key=outside.count)


def _records(text: str, separator: str, shown_as: str) -> list[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[Record] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append(Record(line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        meaning = next((words for sign, words in _MEANINGS.items() if sign in str(error)), f"not valid CSV ({error})")
        raise BadFile([Problem(shown_as, line, meaning, "mend this row, or export the file anew")]) from error
    return found


def _wrong_width(record: Record, width: int) -> str:
    return f"this row has {len(record.cells)} cells instead of {width}: {quoted(' | '.join(record.cells))}"
