"""Sheets of Excel workbooks in (.xlsx): every cell as the text that people see in it, formulas by the values they had.

The package is looked through first (package.py): sizes that it declares are not believed, no entity is expanded.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple

from qualcode.errors import BadFile, BadOption, Problem
from qualcode.exchange.sources.package import Package, PackageKind
from qualcode.exchange.sources.tables import MOST_ROWS, Row

KIND = PackageKind("Excel workbook", "Excel", ".xlsx")
_MOST_EMPTY_ROWS = 10_000  # in a row; sheets are formatted down to row 1,048,576, and nothing stands there
_MOST_CELLS = 5_000_000
_MOST_MERGES = 10_000
_DECLARATIONS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_ESCAPED_RETURN = re.compile(r"_x000[dD]_\n?")


class Sheet(NamedTuple):
    """The rows of a sheet that hold anything, its name, and what could not be kept."""

    rows: list[Row]
    sheet: str
    losses: tuple[str, ...]


def read_sheet(data: bytes, shown_as: str, wanted: str = "") -> Sheet:
    """A sheet of a workbook by name, or the first one that is shown. Raises BadFile, BadOption."""
    package = Package(data, shown_as, KIND)
    _look_through(package, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's, on styles that it does not know
            return _read(data, package, wanted)
    except (BadFile, BadOption):
        raise
    except (Exception, RecursionError, MemoryError) as error:  # openpyxl meets broken parts with errors of any kind
        message = f"this workbook is damaged ({type(error).__name__})"
        raise BadFile([Problem(shown_as, 0, message, KIND.advice)]) from error


def _look_through(package: Package, data: bytes) -> None:
    """Raise BadFile where a part is too large, declares entities, or hides another one behind its name."""
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    if len({name.replace("\\", "/").lstrip("/").lower() for name in names}) < len(names):
        package.refuse("two files in it have the same name")
    if "xl/workbook.xml" not in package.names:
        package.refuse("this is not an Excel workbook")
    for name in package.names:
        if name.endswith((".xml", ".rels", ".vml")):
            part = package.part(name) or b""
            if any(declaration in part for declaration in _DECLARATIONS):
                package.refuse(f"{name} in it declares entities, which no Excel workbook does")


def _read(data: bytes, package: Package, wanted: str) -> Sheet:
    from openpyxl import load_workbook  # type: ignore[import-untyped,unused-ignore]

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = _chosen(book, package.shown_as, wanted)
        source = data_of(sheet)
        errors: Counter[str] = Counter()
        rows, ended = _rows(sheet, package, errors)
        losses = [f"{_counted(count, 'cell')} with the error {sign} taken as empty" for sign, count in errors.items()]
        if ended:
            losses.append(f"reading ended at row {ended}: the next {_MOST_EMPTY_ROWS:,} rows are empty")
        rows, merged = _unmerged(rows, source)
        if merged:
            losses.append(f"{_counted(merged, 'merged cell')}: what stands there counts for each of the rows")
        if beside := sum(any(cell.strip() for cell in row.cells[len(rows[0].cells) :]) for row in rows):
            losses.append(
                f"{_counted(beside, 'row')} with something beside the columns that have a name, which was left out"
            )
        if re.search(rb"<(?:\w+:)?f[ >/]", source) and (missing := _without_value(data, sheet.title)):
            losses.append(f"{_counted(missing, 'formula')} without a value (Excel never saved them) taken as empty")
        others = [other.title for other in book.worksheets if other.title != sheet.title]
        if others and not wanted:
            losses.append(f"other sheets were left out ({', '.join(others[:8])}); --sheet names one")
        if any("comments" in name for name in package.names):
            losses.append("comments on cells were left out")
        return Sheet(rows, sheet.title, tuple(losses))
    finally:
        book.close()


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def data_of(sheet: Any) -> bytes:
    """The XML of a sheet."""
    with sheet._get_source() as stream:
        return bytes(stream.read())


def _chosen(book: Any, shown_as: str, wanted: str) -> Any:
    sheets = book.worksheets
    if wanted:
        found = next((sheet for sheet in sheets if sheet.title.casefold() == wanted.strip().casefold()), None)
        if found is None:
            raise BadOption(
                f"{shown_as} has no sheet {wanted!r}; its sheets: {', '.join(sheet.title for sheet in sheets[:30])}."
            )
        return found
    found = next((sheet for sheet in sheets if sheet.sheet_state == "visible"), None)
    if found is None:
        raise BadFile([Problem(shown_as, 0, "there is no sheet in it that is shown", "name one: --sheet S")])
    return found


def _rows(sheet: Any, package: Package, errors: Counter[str]) -> tuple[list[Row], int]:
    """The rows that hold anything, and the row on which reading was ended (0: at the sheet's end)."""
    sheet.reset_dimensions()
    found: list[Row] = []
    last = cells_read = 0
    for number, cells in enumerate(sheet.iter_rows(min_row=1), 1):
        texts = [_text(cell, errors) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        cells_read += len(cells)
        if texts:
            found.append(Row(number, tuple(texts)))
            last = number
        if cells_read > _MOST_CELLS or len(found) > MOST_ROWS:
            package.refuse(f"the sheet {sheet.title!r} has more than {MOST_ROWS:,} rows or {_MOST_CELLS:,} cells")
        if number - last >= _MOST_EMPTY_ROWS:
            return found, last
    return found, 0


def _text(cell: Any, errors: Counter[str]) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        errors[str(value)] += 1
        return ""
    if isinstance(value, str):
        return _ESCAPED_RETURN.sub("\n", value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value, str(cell.number_format or ""))
    return _time(value)


def _number(value: int | float, shape: str) -> str:
    """A number as it is shown; digits that the cell's format cuts off are kept."""
    if shape and set(shape) == {"0"}:
        return f"{value:.0f}".zfill(len(shape))
    if shape.rstrip().endswith("%"):
        return f"{_plain(round(value * 100, 10))}%"
    return _plain(value)


def _plain(value: int | float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.15g}"


def _time(value: Any) -> str:
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(" ", "minutes" if not value.second else "seconds")
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _unmerged(rows: Sequence[Row], source: bytes) -> tuple[list[Row], int]:
    """The rows with cells that were merged downwards filled in, and how many such there are."""
    from openpyxl.utils import column_index_from_string  # type: ignore[import-untyped,unused-ignore]

    by_line = {row.line: list(row.cells) for row in rows}
    merged = 0
    for first, top, _, bottom in _ranges(source):
        column = column_index_from_string(first) - 1
        lines = [line for line in range(top + 1, min(bottom, top + _MOST_EMPTY_ROWS) + 1) if line in by_line]
        stands = by_line.get(top, [])
        if column >= len(stands) or not lines or not stands[column]:
            continue
        merged += 1
        for line in lines:
            cells = by_line[line]
            cells += [""] * (column + 1 - len(cells))
            cells[column] = cells[column] or stands[column]
    return [Row(line, tuple(cells)) for line, cells in by_line.items()], merged


def _ranges(source: bytes) -> Iterator[tuple[str, int, str, int]]:
    for found in islice(_MERGE.finditer(source), _MOST_MERGES):
        first, top, last, bottom = (part.decode() for part in found.groups())
        yield first, int(top), last, int(bottom)


def _without_value(data: bytes, title: str) -> int:
    """How many formulas of a sheet have no value stored."""
    from openpyxl import load_workbook

    books = [
        load_workbook(io.BytesIO(data), read_only=True, data_only=stored, keep_links=False) for stored in (True, False)
    ]
    missing = 0
    try:
        sheets = [book[title] for book in books]
        for sheet in sheets:
            sheet.reset_dimensions()
        for number, (values, formulas) in enumerate(
            zip(*(sheet.iter_rows(min_row=1) for sheet in sheets), strict=False)
        ):
            missing += sum(
                made.data_type == "f" and stored.value is None for stored, made in zip(values, formulas, strict=False)
            )
            if number > MOST_ROWS:
                break
    finally:
        for book in books:
            book.close()
    return missing
