"""The framework as a workbook: wrapped cells under standing headers; a text too long for one cell goes on in the next row."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from qualcode.exchange.framework_sheet import Sheet

_LONGEST = 32_767  # UTF-16 code units that a cell of Excel holds
_ROOM = _LONGEST - 40  # less what says that the text goes on
_LINES = 250  # line ends that a cell of Excel shows
_MADE = datetime(2000, 1, 1)  # the same bytes whenever it is made
_GOES_ON = "(goes on below)"


def xlsx(sheet: Sheet) -> bytes:
    """The workbook's bytes. Everything is written as text: nothing becomes a formula, a number or a link."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": sheet.title[:255], "created": _MADE})
    _framework(book, sheet)
    _quotes(book, sheet)
    _references(book, sheet)
    book.close()
    return out.getvalue()


def _framework(book: Any, sheet: Sheet) -> None:
    page, (head, wrapped, remarked) = book.add_worksheet("Framework"), _formats(book)
    page.freeze_panes(1, 1)
    page.set_landscape()
    page.repeat_rows(0)
    page.set_column(0, 0, 22)
    page.set_column(1, max(1, len(sheet.columns)), 48)
    for column, name in enumerate((sheet.corner, *sheet.columns)):
        page.write_string(0, column, _first(name), head)
    at = 1
    for name, cells in sheet.rows:
        parts = [list(chunks(cell.text)) for cell in cells]
        for number, texts in enumerate(zip_longest(*parts, fillvalue="")):
            page.write_string(at, 0, _first(name if number == 0 else f"{name} (continued)"), head)
            for column, (text, cell) in enumerate(zip(texts, cells, strict=True), 1):
                if text:
                    page.write_string(at, column, text, remarked if cell.remark else wrapped)
            at += 1
        if not any(parts):
            page.write_string(at, 0, _first(name), head)
            at += 1


def _quotes(book: Any, sheet: Sheet) -> None:
    """One quote a row, so that they can be sorted and filtered."""
    if not any(cell.quotes for _, cells in sheet.rows for cell in cells):
        return
    rows = [(name, column, quote.words, quote.source) for name, cells in sheet.rows
            for column, cell in zip(sheet.columns, cells, strict=True) for quote in cell.quotes]  # fmt: skip
    other = "Case" if sheet.corner == "Code" else "Code"
    _list(book, "Quotes", (sheet.corner, other, "Quote", "Source"), rows, (22, 34, 90, 40))


def _references(book: Any, sheet: Sheet) -> None:
    if sheet.references:
        rows = [(f"[{found.number}]", found.words, found.source) for found in sheet.references]
        _list(book, "Cited", ("Number", "Quote", "Source"), rows, (10, 90, 60))


def _list(
    book: Any, name: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]
) -> None:
    page, (head, wrapped, _) = book.add_worksheet(name), _formats(book)
    page.freeze_panes(1, 0)
    for column, (title, width) in enumerate(zip(heads, widths, strict=True)):
        page.set_column(column, column, width)
        page.write_string(0, column, title, head)
    at = 1
    for row in rows:
        for texts in zip_longest(*(list(chunks(text)) for text in row), fillvalue=""):
            for column, text in enumerate(texts):
                if text:
                    page.write_string(at, column, text, wrapped)
            at += 1


def _formats(book: Any) -> tuple[Any, Any, Any]:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#eeeeee", "border": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    remarked = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": "#fff2cc"})
    return head, wrapped, remarked


def chunks(text: str) -> Iterator[str]:
    """The text in pieces that fit into a cell, none for an empty one; nothing is lost, and no sign is cut in two."""
    while text:
        end = _fits(text)
        if end < len(text):
            cut = max(text.rfind("\n", 0, end), text.rfind(" ", 0, end) if "\n" not in text[:end] else -1)
            end = cut + 1 if cut > end // 2 else end
        piece, text = text[:end], text[end:]
        yield f"{piece.rstrip(chr(10))}\n{_GOES_ON}" if text else piece


def _fits(text: str) -> int:
    """How many signs from the beginning fit into a cell."""
    if len(text) <= _ROOM // 2 and text.count("\n") <= _LINES:
        return len(text)
    units = lines = 0
    for at, sign in enumerate(text):
        units += 2 if sign > "\uffff" else 1
        lines += sign == "\n"
        if units > _ROOM or lines > _LINES:
            return at
    return len(text)


def _first(text: str) -> str:
    return text[:255]
