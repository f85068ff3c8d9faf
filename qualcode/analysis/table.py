"""The one shape in which answers come back: named columns, rows, and the ways out (text, CSV, JSON, HTML)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from qualcode.analysis.aligned import aligned, shown, with_room
from qualcode.analysis.csv_fields import csv_pieces, harmless
from qualcode.core.overlay import shown_value, worn

__all__ = ["Row", "Table", "harmless"]


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
        self._given: list[Any] = list(rows)
        self._named = False

    @property
    def rows(self) -> list[Row]:
        """The rows; what names they go by is added when they are first asked for, which an export never does."""
        if not self._named:
            names = {name: index for index, name in enumerate(self.columns)}
            self._given, self._named = list(map(type("Row", (Row,), {"_names": names}), self._given)), True
        return self._given

    @rows.setter
    def rows(self, rows: Iterable[Sequence[Any]]) -> None:
        self._given, self._named = list(rows), False

    def __len__(self) -> int:
        return len(self._given)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]

    @property
    def plain_rows(self) -> Sequence[Sequence[Any]]:
        """The rows for reading by position only: the quick way through a large table."""
        return self._given

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict a row, keyed by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self._given]

    def to_json(self) -> str:
        """A JSON array of objects keyed by column, one a line, letters of all scripts as themselves; null for what is no number."""
        return "".join(self.json_pieces())

    def json_pieces(self) -> Iterator[str]:
        """The text of `to_json`, row by row."""
        encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
        given = map(shown_value, self._given) if worn() else self._given
        columns = [shown_value(name) for name in self.columns]
        before = "[\n "
        for row in given:
            try:
                yield before + encode(dict(zip(columns, row, strict=True)))
            except ValueError:  # a float that JSON has no word for
                yield before + encode(dict(zip(columns, map(_finite, row), strict=True)))
            before = ",\n "
        yield "\n]\n" if self._given else "[]\n"

    def csv_text(self) -> str:
        """RFC 4180: CRLF line ends, quotes where needed; formulas made harmless (see `harmless`)."""
        return "".join(self.csv_pieces())

    def csv_pieces(self) -> Iterator[str]:
        """The text of `csv_text`, some thousand lines at a time."""
        if not worn():
            return csv_pieces(self.columns, self._given)
        return csv_pieces(
            shown_value(self.columns), map(shown_value, self._given)
        )  # before quotes and commas are put in

    def to_csv(self, path: str | Path, *, bom: bool = True) -> None:
        """Write a UTF-8 CSV file, with a byte-order mark unless told otherwise (Excel needs it). Raises CannotSave, NamesLeft."""
        from qualcode.analysis.names_left import fit_to_leave
        from qualcode.files.saving import replace_file

        replace_file(Path(path), fit_to_leave(encoded(self.csv_pieces(), bom=bom), "csv", str(path)))

    def to_text(self, columns: Sequence[str] | None = None, width: int | None = None) -> str:
        """An aligned table for reading; the widest column is cut where the lines would be longer than `width`."""
        names, values = self._columns(columns)
        return aligned(names, values, width)

    def with_room(self, columns: Sequence[str] | None, width: int) -> list[str]:
        """The columns that a terminal of this width has room for, from the first on."""
        names, values = self._columns(columns)
        return names[: with_room(names, values, width)]

    def _columns(self, wanted: Sequence[str] | None) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the wanted columns that there are, and their values."""
        values: list[tuple[Any, ...]] = list(zip(*self._given, strict=True)) or [()] * len(self.columns)
        if wanted is None:
            return list(self.columns), values
        names = [name for name in wanted if name in self.columns]
        return names, [values[self.columns.index(name)] for name in names]

    def __repr__(self) -> str:
        return self.to_text(width=160)

    def _repr_html_(self) -> str:
        """For notebooks."""
        from html import escape

        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(shown(value))}</td>" for value in row) + "</tr>" for row in self._given
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def encoded(pieces: Iterable[str], *, bom: bool = False) -> Iterator[bytes]:
    """Pieces of text as UTF-8, halves of characters replaced; with a byte-order mark first if wanted."""
    if bom:
        yield b"\xef\xbb\xbf"
    for piece in pieces:
        yield piece.encode("utf-8", "replace")


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and value - value != 0 else value
