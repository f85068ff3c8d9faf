"""The one shape in which answers come back: named columns, rows, and the ways out (text, CSV, JSON, HTML)."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from qualcode.core.visible import columns as display_columns
from qualcode.core.visible import fit, visible

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


class Row(tuple[Any, ...]):
    """A row of a table: by position, or by column name as in `row["case"]`."""

    _names: dict[str, int] = {}

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self._names[key] if isinstance(key, str) else key)

    def replaced(self, **values: Any) -> Row:
        """The row with other values in some columns."""
        return type(self)(values.get(name, self[at]) for name, at in self._names.items())


class Table:
    """Rows under named columns.

    >>> Table(["case", "segments"], [("liang", 3)]).to_dicts()
    [{'case': 'liang', 'segments': 3}]
    """

    def __init__(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.columns = tuple(columns)
        kind = type("Row", (Row,), {"_names": {name: index for index, name in enumerate(self.columns)}})
        self.rows: list[Row] = [kind(row) for row in rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict a row, keyed by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_json(self) -> str:
        """A JSON array of objects keyed by column, letters of all scripts as themselves."""
        return json.dumps(self.to_dicts(), ensure_ascii=False, indent=1) + "\n"

    def csv_text(self) -> str:
        """RFC 4180: CRLF line ends, quotes where needed; formulas made harmless (see `harmless`)."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([harmless(name) for name in self.columns])
        writer.writerows([harmless(value) for value in row] for row in self.rows)
        return out.getvalue()

    def to_csv(self, path: str | Path, *, bom: bool = True) -> None:
        """Write a UTF-8 CSV file, with a byte-order mark unless told otherwise (Excel needs it). Raises CannotSave."""
        from qualcode.files.saving import replace_file

        replace_file(Path(path), self.csv_text().encode("utf-8-sig" if bom else "utf-8", "replace"))

    def to_text(self, columns: Sequence[str] | None = None, width: int | None = None) -> str:
        """An aligned table for reading; the widest column is cut where the lines would be longer than `width`."""
        names = [name for name in (columns or self.columns) if name in self.columns]
        cells = [[_shown(row[name]) for name in names] for row in self.rows]
        widths = [max(map(display_columns, column)) for column in zip(names, *cells, strict=True)]
        if width:
            over = sum(widths) + 2 * (len(widths) - 1) - width
            while over > 0 and max(widths) > 12:
                widest = widths.index(max(widths))
                others = max([w for i, w in enumerate(widths) if i != widest], default=12)
                cut = min(over, max(1, widths[widest] - max(12, others)))
                widths[widest] -= cut
                over -= cut
        numeric = [bool(self.rows) and all(_is_number(row[name]) for row in self.rows) for name in names]
        lines = [_line(names, widths, numeric), "  ".join("─" * size for size in widths)]
        return "\n".join([*lines, *(_line(row, widths, numeric) for row in cells)]) + "\n"

    def __repr__(self) -> str:
        return self.to_text(width=160)

    def _repr_html_(self) -> str:
        """For notebooks."""
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_shown(value))}</td>" for value in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def harmless(value: Any) -> Any:
    """The value for a spreadsheet: text that would be taken for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible(" ".join(value.split())) if isinstance(value, str) else "" if value is None else str(value)


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    parts = []
    for cell, width, number in zip(cells, widths, numeric, strict=True):
        text = fit(cell, width)
        parts.append(" " * (width - len(cell)) + cell if number and len(cell) <= width else text)
    return "  ".join(parts).rstrip()
