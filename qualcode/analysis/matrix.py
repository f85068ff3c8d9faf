"""Comparison matrices: codes by cases, or any two of code, case, document, speaker, role, kind and coder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from qualcode.analysis.filters import NO_CASE, Filters, code_id, key_of, where
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Table
from qualcode.errors import BadOption
from qualcode.index.index import Index

DIMENSIONS = ("code", "case", "document", "speaker", "role", "kind", "coder")
CELLS = {
    "segments": "count(*)",
    "documents": "count(DISTINCT c.document)",
    "words": "sum(c.words)",
}
_KEYS = {
    "case": "c.kase",
    "document": "c.document",
    "speaker": "c.speaker",
    "role": "c.role",
    "kind": "coalesce(d.kind, '')",
    "coder": "c.coder",
}


class Matrix(Table):
    """A table whose every cell knows the codings behind it.

    `row_keys` and `col_keys` hold the ids behind the rows and columns; `cell` is what is counted.
    """

    def __init__(
        self, index: Index, rows: str, cols: str, cell: str, filters: Filters,
        row_keys: Sequence[str], col_keys: Sequence[str], values: dict[tuple[str, str], int], totals: dict[str, int],
        names: Sequence[str],
    ) -> None:  # fmt: skip
        self._index, self._filters = index, filters
        self.row_dimension, self.col_dimension, self.cell = rows, cols, cell
        self.row_keys, self.col_keys = list(row_keys), list(col_keys)
        headers = [_unnamed(cols, key) for key in col_keys]
        headers = [f"{cols} {name}" if name in (rows, "total") else name for name in headers]
        super().__init__(
            [rows, *headers, "total"],
            [
                (name, *(values.get((key, col), 0) for col in col_keys), totals.get(key, 0))
                for key, name in zip(row_keys, names, strict=True)
            ],
        )

    def quotes(self, row: int, col: int | None) -> Table:
        """The segments behind a cell, by row and column number from 0; column None is the total's."""
        filters = _narrowed(self._filters, self.row_dimension, self.row_keys[row])
        if col is not None:
            filters = _narrowed(filters, self.col_dimension, self.col_keys[col])
        return segments(self._index, filters)


def matrix(
    index: Index, rows: str = "code", cols: str = "case", cell: str = "segments", filters: Filters | None = None
) -> Matrix:
    """How much is coded, by two dimensions.

    cell `segments` counts codings, `documents` the documents they stand in, `words` adds up the words of their
    quotes (each coding counts, also where two overlap). A code's row holds its sub-codes' codings too, unless
    `filters.exact`. Every row and column of the project is there, zeros written; `total` is over the whole row,
    each coding or document counted once. Raises BadOption, UnknownName.
    """
    filters = filters or Filters()
    for name in (rows, cols):
        if name not in DIMENSIONS:
            raise BadOption(f"A matrix has no dimension {name!r}; there are: {', '.join(DIMENSIONS)}.")
    if rows == cols:
        raise BadOption(f"Rows and columns are both {rows!r}; choose two different ones.")
    if cell not in CELLS:
        raise BadOption(f"A matrix cell cannot show {cell!r}; it can show: {', '.join(CELLS)}.")
    condition, values = where(index, filters)
    source = "FROM coding c LEFT JOIN document d ON d.id = c.document"
    if "code" in (rows, cols) and not filters.exact:
        source += " LEFT JOIN closure x ON x.code = c.code"
    row_key, col_key = (_key(name, filters.exact) for name in (rows, cols))
    measure = CELLS[cell]
    cells = index.rows(f"SELECT {row_key}, {col_key}, {measure} {source} WHERE {condition} GROUP BY 1, 2", values)
    total = _total_source(rows, cols, source)
    sums = index.rows(f"SELECT {row_key}, {measure} {total} WHERE {condition} GROUP BY 1", values)
    row_keys = _keys(index, rows, filters, [row for row, _, _ in cells])
    col_keys = _keys(index, cols, filters, [col for _, col, _ in cells])
    names = [index.codebook.path(key) if rows == "code" else _unnamed(rows, key) for key in row_keys]
    found = {(row, col): value for row, col, value in cells}
    made = Matrix(index, rows, cols, cell, filters, row_keys, col_keys, found, dict(sums), names)
    if cols == "code":
        made = _with_code_paths(made, index)
    return made


def _with_code_paths(made: Matrix, index: Index) -> Matrix:
    Table.__init__(made, [made.row_dimension, *map(index.codebook.path, made.col_keys), "total"], made.rows)
    return made


def _key(dimension: str, exact: bool) -> str:
    if dimension == "code":
        return "c.code" if exact else "coalesce(x.ancestor, c.code)"
    return _KEYS[dimension]


def _total_source(rows: str, cols: str, source: str) -> str:
    """Without the closure where it stands for the columns: there a coding would count once for every code above it."""
    return (
        source.replace(" LEFT JOIN closure x ON x.code = c.code", "") if cols == "code" and rows != "code" else source
    )


def _keys(index: Index, dimension: str, filters: Filters, used: Sequence[str]) -> list[str]:
    """Every key of the dimension in its natural order, narrowed by the filter on it; then those only found in use."""
    narrowed = getattr(filters, dimension)
    if dimension == "code":
        codebook = index.codebook
        live = [code.id for code in codebook.live]
        if narrowed and (top := code_id(index, narrowed)) in codebook:
            below = set(codebook.with_descendants(top))
            live = [code for code in live if code in below]
        keys = live
        used = [key for key in used if not narrowed or key in keys or key not in codebook]
    elif narrowed:
        keys = [key_of(index, dimension, narrowed)]
    else:
        keys = [row[0] for row in index.rows(_ORDERS[dimension])]
        keys = _in_project_order(index, dimension, keys)
    return [*keys, *sorted(set(used) - set(keys))]


_ORDERS = {
    "case": "SELECT id FROM kase ORDER BY rank",
    "document": "SELECT id FROM document ORDER BY rank",
    "speaker": "SELECT DISTINCT speaker FROM turn WHERE speaker <> '' ORDER BY speaker",
    "role": "SELECT DISTINCT role FROM turn WHERE role <> '' ORDER BY role",
    "kind": "SELECT DISTINCT kind FROM document WHERE kind <> '' ORDER BY kind",
    "coder": "SELECT DISTINCT coder FROM coding ORDER BY coder",
}


def _in_project_order(index: Index, dimension: str, keys: list[str]) -> list[str]:
    project = index.project
    natural: dict[str, list[str]] = {
        "speaker": [person.name for person in project.participants],
        "role": [person.role for person in project.participants],
        "coder": [coder.id for coder in project.coders],
    }
    order = list(dict.fromkeys(natural.get(dimension, [])))
    return sorted(keys, key=lambda key: order.index(key) if key in order else len(order))


def _unnamed(dimension: str, key: str) -> str:
    """What to call the key that stands for "none"."""
    return key or (NO_CASE if dimension == "case" else f"(no {dimension})")


def _narrowed(filters: Filters, dimension: str, key: str) -> Filters:
    change: dict[str, Any] = {dimension: key or _unnamed(dimension, key)}
    return replace(filters, **change)
