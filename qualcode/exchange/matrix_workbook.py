"""A matrix as an Excel workbook: shaded counts, and on a second sheet the quotes behind them, with links there and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook

from qualcode.analysis.citations import citation
from qualcode.exchange.cell_text import is_number
from qualcode.exchange.workbook import MOST_LINKS, MOST_ROWS, Sheet, workbook_bytes

_QUOTES = ("row", "column", "citation", "text", "note", "document", "line")
_LIGHTEST, _DARKEST = "#FFFFFF", "#F4A259"
_RATIOS = ("jaccard", "c-coefficient")


def matrix_workbook(matrix: Any, note: Callable[[str], None], drafts: Path | None = None) -> Iterator[bytes]:
    """The workbook of a `Matrix` (of anything with its labels, values, totals and `all_quotes`).

    `note` is told what Excel has no room for.
    """

    def fill(workbook: Workbook) -> None:
        sheets = workbook.add_worksheet("matrix"), workbook.add_worksheet("quotes")
        cells, quotes = _quotes_behind(matrix, note)
        table = matrix.with_totals()
        counts = Sheet(workbook, sheets[0], table.columns, table.plain_rows)
        _write_counts(workbook, counts, matrix, table.plain_rows, _first_lines(cells, note))
        listed = Sheet(workbook, sheets[1], _QUOTES, quotes)
        for number, (quote, (row, col)) in enumerate(zip(quotes, cells, strict=True)):
            place = xl_rowcol_to_cell(row + 1, counts.at[col + 1])
            listed.write(quote, links={0: f"'matrix'!{place}"} if number < MOST_LINKS else {})
        listed.can_be_filtered()

    return workbook_bytes(fill, title=getattr(matrix, "heading", ""), drafts=drafts)


def _quotes_behind(matrix: Any, note: Callable[[str], None]) -> tuple[list[tuple[int, int]], list[tuple[Any, ...]]]:
    """The cell (numbers of row and column) of each quote, and the rows of the second sheet."""
    found = matrix.all_quotes()
    kept = found.rows[: MOST_ROWS - 1]
    if len(kept) < len(found):
        note(f"The sheet of quotes has the first {len(kept):,} of {len(found):,}: Excel has no room for more.")
    rows = [
        (matrix.row_labels[quote["row"]], matrix.col_labels[quote["col"]], citation(quote), quote["text"], quote["note"],
         quote["document"], quote["line"])
        for quote in kept
    ]  # fmt: skip
    return [(quote["row"], quote["col"]) for quote in kept], rows


def _first_lines(cells: Sequence[tuple[int, int]], note: Callable[[str], None]) -> dict[tuple[int, int], int]:
    """The line on the sheet of quotes at which those of a cell begin, for as many cells as Excel takes links."""
    lines: dict[tuple[int, int], int] = {}
    for line, cell in enumerate(cells, 2):
        lines.setdefault(cell, line)
    if len(lines) > MOST_LINKS:
        note(f"Only the first {MOST_LINKS:,} counts lead to their quotes: Excel takes no more links on a sheet.")
    return dict(list(lines.items())[:MOST_LINKS])


def _write_counts(
    workbook: Workbook, sheet: Sheet, matrix: Any, rows: Sequence[Sequence[Any]], lines: dict[tuple[int, int], int]
) -> None:
    height, width = len(matrix.row_labels), len(matrix.col_labels)
    cell, linked, total = (_format(workbook, matrix, **look) for look in ({}, {"underline": 1}, {"bold": True}))
    for row, values in enumerate(rows):
        first = {col: lines[row, col] for col in range(width) if (row, col) in lines}
        formats = [linked if col in first else cell for col in range(width)] if row < height else [total] * width
        sheet.write(
            values, [sheet.wrapped, *formats, total], {col + 1: f"'quotes'!A{line}" for col, line in first.items()}
        )
    if height and width and all(is_number(value) for values in matrix.values for value in values):
        sheet.sheet.conditional_format(1, sheet.at[1], height, sheet.at[width],
            {"type": "2_color_scale", "min_color": _LIGHTEST, "max_color": _DARKEST})  # fmt: skip


def _format(workbook: Workbook, matrix: Any, **look: Any) -> Format:
    unit, shows = getattr(matrix, "unit", ""), getattr(matrix, "cell", "")
    if unit.startswith("%") or shows == "coverage":
        look["num_format"] = '0.0"%"'
    elif unit or shows in _RATIOS:
        look["num_format"] = "0.000" if shows in _RATIOS else "0.00"
    return workbook.add_format({"valign": "top", "text_wrap": True, **look})
