"""An Excel workbook, sheet by sheet: numbers as numbers, text always as text, nothing cut, the same bytes for the same tables."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from io import FileIO
from itertools import accumulate
from pathlib import Path
from typing import Any

from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from qualcode.core.visible import columns as display_columns
from qualcode.errors import BadOption
from qualcode.exchange.cell_text import is_number, shown
from qualcode.files.saving import LEFTOVER

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
MOST_LINKS = 65_530
_MOST_UNITS = 32_767  # of UTF-16, in one cell
_LOOKED_AT = 1000  # rows, for the widths of columns
_WIDEST = 60
_EXACT = 10**15  # Excel reckons with fifteen digits
_PIECE = 1 << 20


def workbook_bytes(fill: Callable[[Workbook], None], *, title: str = "", drafts: Path | None = None) -> Iterator[bytes]:
    """The file that `fill` makes, in pieces. It has a fixed date.

    `drafts` is the folder where the file will lie: its drafts, which hold the same words, lie there too, in a folder of the
    user's alone that is taken away again. Without it they are in memory, never in a folder that all share. Raises OSError.
    """
    if drafts is None:
        made = io.BytesIO()
        _fill(made, {"in_memory": True}, fill, title)
        yield made.getvalue()
        return
    with tempfile.TemporaryDirectory(prefix=LEFTOVER, dir=drafts) as folder:
        path = Path(folder, "workbook.xlsx")
        with _Draft(path, "wb") as draft:
            try:
                _fill(draft, {"constant_memory": True, "tmpdir": folder}, fill, title)
            except FileCreateError as error:
                draft.given_up = True
                raise error.args[0] from None  # what the system said
            except BaseException:
                draft.given_up = True
                raise
        with open(path, "rb") as file:
            yield from iter(lambda: file.read(_PIECE), b"")


class _Draft(FileIO):
    """The zip that a full disk refused is written on when its object goes, which then is of no use to anybody."""

    given_up = False

    def write(self, data: Any) -> int:
        view = memoryview(data)
        while view and not self.given_up:
            view = view[super().write(view) :]
        return len(data)

    def seek(self, *place: int) -> int:
        return 0 if self.given_up else super().seek(*place)

    def tell(self) -> int:
        return 0 if self.given_up else super().tell()

    def flush(self) -> None:
        if not self.given_up:
            super().flush()


def _fill(place: Any, options: dict[str, Any], fill: Callable[[Workbook], None], title: str) -> None:
    as_it_is = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "use_zip64": True}
    with Workbook(place, options | as_it_is) as workbook:
        workbook.set_properties({"title": shown(title)[:255], "created": datetime(2000, 1, 1)})
        fill(workbook)


class Sheet:
    """One sheet of a workbook, written row by row: the header first, then the rows in their order.

    A column whose longest text does not fit into a cell goes on in further columns, named `NAME (2)`, `NAME (3)`.
    `at` has the number of the sheet's column in which each column of the table begins. Raises BadOption.
    """

    def __init__(
        self, workbook: Workbook, sheet: Worksheet, columns: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        needed = [_cells_needed(column) for column in zip(*rows, strict=True)] or [1] * len(columns)
        if len(rows) >= MOST_ROWS or sum(needed) > MOST_COLUMNS:
            raise BadOption(
                f"The table has {len(rows):,} rows and {sum(needed):,} columns, more than an Excel sheet can hold "
                f"({MOST_ROWS - 1:,} and {MOST_COLUMNS:,}). Narrow it with filters, or write it as CSV."
            )
        self.sheet = sheet
        self.at = list(accumulate(needed[:-1], initial=0))
        self._needed, self._row = needed, 0
        self._head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.plain = workbook.add_format({"valign": "top"})
        self.wrapped = workbook.add_format({"valign": "top", "text_wrap": True})
        self._link = workbook.add_format({"valign": "top", "text_wrap": True, "underline": 1, "font_color": "#0B5394"})
        self._set_widths(columns, rows)
        self.sheet.freeze_panes(1, 1)
        self.sheet.repeat_rows(0)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        names = [
            name if number == 1 else f"{name} ({number})"
            for name, cells in zip(columns, needed, strict=True)
            for number in range(1, cells + 1)
        ]
        for col, name in enumerate(names):
            put_text(self.sheet, 0, col, shown(name), self._head)

    def write(
        self, row: Sequence[Any], formats: Sequence[Format] | None = None, links: Mapping[int, str] | None = None
    ) -> None:
        """Write the next row. `links` has the places in the workbook to which cells lead, by column of the table."""
        self._row += 1
        for number, value in enumerate(row):
            form = formats[number] if formats else None
            if links and number in links:
                form = form or self._link
                self.sheet.write_url(self._row, self.at[number], f"internal:{links[number]}", form, "→")
            self._put(self.at[number], value, form)

    def can_be_filtered(self) -> None:
        """Give the header the buttons by which rows are sorted and filtered."""
        if self._row:
            self.sheet.autofilter(0, 0, self._row, self.at[-1])

    def _put(self, col: int, value: Any, form: Format | None) -> None:
        if is_number(value) and abs(value) < _EXACT:
            self.sheet.write_number(self._row, col, value, form or self.plain)
            return
        text = shown(value)
        if text:
            for number, piece in enumerate(pieces(text)):
                put_text(self.sheet, self._row, col + number, piece, form or self.wrapped)

    def _set_widths(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        looked_at = list(zip(*rows[:_LOOKED_AT], strict=True)) or [()] * len(columns)
        for name, column, first, cells in zip(columns, looked_at, self.at, self._needed, strict=True):
            widest = max((_widest_line(shown(value)) for value in column), default=0)
            size = max(6, min(_WIDEST, widest + 2), min(24, display_columns(name) + 2))
            self.sheet.set_column(first, first + cells - 1, size)


def table_workbook(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "", drafts: Path | None = None
) -> Iterator[bytes]:
    """A workbook of one sheet, whose rows can be filtered by any column."""

    def fill(workbook: Workbook) -> None:
        sheet = Sheet(workbook, workbook.add_worksheet("table"), columns, rows)
        for row in rows:
            sheet.write(row)
        sheet.can_be_filtered()

    return workbook_bytes(fill, title=title, drafts=drafts)


def put_text(sheet: Worksheet, row: int, col: int, text: str, form: Format) -> None:
    """Text as text, whatever it looks like: XlsxWriter takes `<r>...</r>` for markup of its own and would write it as it is."""
    if text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, col, text[:1], form, text[1:], form)
    else:
        sheet.write_string(row, col, text, form)


def pieces(text: str) -> list[str]:
    """The text in parts of at most 32,767 UTF-16 units, which is what a cell holds; no character is taken apart."""
    found = []
    while _units(text) > _MOST_UNITS:
        cut = _cut(text)
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text]


def _units(text: str) -> int:
    return len(text) if len(text) * 2 <= _MOST_UNITS else len(text.encode("utf-16-le", "replace")) // 2


def _cut(text: str) -> int:
    """Where a part may end: behind the last line that fits, if there is one near the end, else between two characters as read."""
    room = len(text[:_MOST_UNITS].encode("utf-16-le", "replace")[: 2 * _MOST_UNITS].decode("utf-16-le", "ignore"))
    if (line_end := text.rfind("\n", room - 2000, room)) > 0:
        return line_end + 1
    first = max(0, room - 64)
    ends = (found.end() for found in _character().finditer(text, first, room + 16))
    return max((end for end in ends if end <= room), default=room)


@lru_cache(maxsize=1)
def _character() -> Any:
    import regex

    return regex.compile(r"\X")


def _cells_needed(column: Sequence[Any]) -> int:
    longest = (value for value in column if isinstance(value, str) and len(value) * 2 > _MOST_UNITS)
    return max((len(pieces(shown(value))) for value in longest), default=1)


def _widest_line(text: str) -> int:
    return max(map(display_columns, text[:500].split("\n")))
