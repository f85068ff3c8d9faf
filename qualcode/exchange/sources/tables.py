"""Tables in: the rows of a .csv, .tsv or .xlsx file, every cell as the text that people see in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from qualcode.core.text import normalise_newlines
from qualcode.core.visible import is_printable, shorten
from qualcode.errors import BadFile, BadOption, Problem

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
LARGEST_TABLE = 64 * 1024 * 1024  # bytes
MOST_COLUMNS = 1_000
MOST_ROWS = 200_000


class Row(NamedTuple):
    """The cells of a row, as many as there are columns, and its line in the file (or row of the sheet), from 1."""

    line: int
    cells: tuple[str, ...]


class SourceTable(NamedTuple):
    """A table: its columns by name, each once, and the rows below them that hold anything.

    `kind` says what the file was taken for; `encoding` is set where it was a guess, with the `runner_up`; `losses` says,
    a sentence each, what could not be kept.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    kind: str
    encoding: str = ""
    runner_up: str = ""
    losses: tuple[str, ...] = ()

    def column(self, wanted: str) -> int:
        """The place of a column by its name, letter case aside. Raises BadOption."""
        plain = wanted.strip().casefold()
        for number, name in enumerate(self.columns):
            if name == wanted or name.casefold() == plain:
                return number
        shown = ", ".join(shorten(name, 40) for name in self.columns[:30])
        raise BadOption(f"The table has no column {shorten(wanted, 60)!r}; its columns: {shown}.")


def read_table(data: bytes, name: str, shown_as: str, encoding: str = "", sheet: str = "") -> SourceTable:
    """The table that a file's bytes hold; the ending of `name` says what they are. `sheet` names one of a workbook.

    Raises BadFile with the line, BadOption for other kinds of files and sheets that are not there.
    """
    suffix = "." + name.lower().rpartition(".")[2]
    if suffix not in SUFFIXES:
        advice = (
            "Save it as .xlsx or .csv."
            if suffix in (".xls", ".ods", ".numbers")
            else "A table is a .csv, .tsv or .xlsx file."
        )
        raise BadOption(f"{shown_as}: this kind of file cannot be read as a table. {advice}")
    if len(data) > LARGEST_TABLE:
        message = f"it has {len(data) / 1024**2:,.0f} MB, and tables are read up to {LARGEST_TABLE // 1024**2} MB"
        raise BadFile([Problem(shown_as, 0, message, "cut it into several files")])
    if suffix in (".xlsx", ".xlsm"):
        from qualcode.exchange.sources.workbooks import read_sheet

        found = read_sheet(data, shown_as, sheet)
        return _table(found.rows, shown_as, f"Excel workbook, sheet {found.sheet!r}", losses=found.losses)
    if sheet:
        raise BadOption(f"{shown_as} has no sheets: leave --sheet out.")
    return _from_text(data, shown_as, encoding)


def _from_text(data: bytes, shown_as: str, encoding: str) -> SourceTable:
    import csv

    from qualcode.exchange.csv_records import read_records
    from qualcode.exchange.sources.encodings import decode

    if data.startswith((b"\xd0\xcf\x11\xe0", b"PK\x03\x04")):
        message = "this is a workbook under another name"
        raise BadFile([Problem(shown_as, 0, message, "rename it to .xlsx, or save it as CSV")])
    decoded = decode(data, shown_as, encoding)
    text = decoded.text
    if "\x00" in text:
        line = normalise_newlines(text).count("\n", 0, text.index("\x00")) + 1
        raise BadFile([Problem(shown_as, line, "this is not a text file", "save the table as CSV anew")])
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_TABLE))  # a whole interview may stand in a cell
    rows = [Row(record.line, tuple(record.cells)) for record in read_records(text, shown_as)]
    return _table(rows, shown_as, "CSV", decoded.encoding, decoded.runner_up)


def _table(
    found: Sequence[Row], shown_as: str, kind: str, encoding: str = "", runner_up: str = "", losses: Sequence[str] = ()
) -> SourceTable:
    """The table whose first row names the columns; columns without a name and without a cell are left out."""
    if len(found) < 2:
        message = "there is no row below the names of the columns" if found else "there is nothing in it"
        raise BadFile([Problem(shown_as, 0, message, "the first row names the columns, each row below is a record")])
    header, *rows = found
    width = len(header.cells)
    used = [any(row.cells[at].strip() for row in rows if at < len(row.cells)) for at in range(width)]
    kept = [at for at in range(width) if header.cells[at].strip() or used[at]]
    if len(kept) > MOST_COLUMNS or len(rows) > MOST_ROWS:
        message = f"it has {len(kept):,} columns and {len(rows):,} rows"
        raise BadFile(
            [Problem(shown_as, 0, message, f"tables are read up to {MOST_COLUMNS:,} columns and {MOST_ROWS:,} rows")]
        )
    names = _names([header.cells[at] for at in kept], kept, header.line, shown_as)
    cut = tuple(
        Row(row.line, tuple(normalise_newlines(row.cells[at]) if at < len(row.cells) else "" for at in kept))
        for row in rows
    )
    return SourceTable(names, cut, kind, encoding, runner_up, tuple(losses))


def _names(given: Sequence[str], places: Sequence[int], line: int, shown_as: str) -> tuple[str, ...]:
    """Names on one line each; those without one by their place, those that are there twice by number."""
    found: list[str] = []
    taken: set[str] = set()
    for text, place in zip(given, places, strict=True):
        name = " ".join(text.split()) or f"column {place + 1}"
        if not is_printable(name):
            message = f"the column name {shorten(name, 60)!r} holds invisible signs"
            raise BadFile([Problem(shown_as, line, message, "type the names of the columns anew")])
        plain, number = name, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain} ({number})"
        taken.add(name.casefold())
        found.append(name)
    return tuple(found)
