"""Comparison matrices: codes by cases, or any two dimensions, with what a cell shows chosen freely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from qualcode.analysis.attributes import parts_of
from qualcode.analysis.axes import Axis
from qualcode.analysis.choosing import chosen
from qualcode.analysis.dimensions import DIMENSIONS, axis
from qualcode.analysis.filters import Filters, code_id, key_of
from qualcode.analysis.frame import Frame, Longs, frame
from qualcode.analysis.matrix_numbers import PER, numbers_of
from qualcode.analysis.measures import CELLS
from qualcode.analysis.segments import COLUMNS, segments
from qualcode.analysis.table import Table
from qualcode.errors import BadOption
from qualcode.index.index import Index

__all__ = ["CELLS", "DIMENSIONS", "PERCENTS", "Matrix", "matrix"]

PERCENTS = ("row", "col", "total")
_CODES = ("code", "top-code")
_TEXTS = ("quotes", "summaries", "first-date")


class Matrix(Table):
    """A table whose every cell knows the codings behind it.

    `row_keys` and `col_keys` hold the ids behind rows and columns, `row_labels` and `col_labels` their names; `values` the cells;
    `row_totals`, `col_totals` and `grand_total` are over the whole row, column and matrix, each coding, document ... counted once.
    `rows` has the label, the cells and the total of every row; `with_totals` and all that is printed or written have the row of
    totals too.
    `cell` is what is counted, `unit` how (such as "% of row", "per 1000 words", "" for the plain measure).
    """

    total_name = "total"

    def __init__(
        self, index: Index, found: Frame, picked: Longs, row_axis: Axis, col_axis: Axis, rows: Sequence[int],
        cols: Sequence[int], values: Sequence[Sequence[Any]], totals: tuple[Sequence[Any], Sequence[Any], Any], cell: str,
        unit: str = "",
    ) -> None:  # fmt: skip
        self._index, self._frame, self._picked = index, found, picked
        self._row_axis, self._col_axis = row_axis, col_axis
        self._row_numbers, self._col_numbers = list(rows), list(cols)
        self.row_dimension, self.col_dimension = row_axis.name, col_axis.name
        self.row_keys, self.col_keys = [row_axis.keys[n] for n in rows], [col_axis.keys[n] for n in cols]
        self.row_labels, self.col_labels = [row_axis.labels[n] for n in rows], [col_axis.labels[n] for n in cols]
        self.values = [list(row) for row in values]
        self.row_totals, self.col_totals, self.grand_total = list(totals[0]), list(totals[1]), totals[2]
        self.cell, self.unit = cell, unit
        reserved = (self.row_dimension, self.total_name)
        headers = [f"{self.col_dimension} {name}" if name in reserved else name for name in self.col_labels]
        super().__init__(
            [self.row_dimension, *headers, self.total_name],
            [
                (label, *row, total)
                for label, row, total in zip(self.row_labels, self.values, self.row_totals, strict=True)
            ],
        )

    @property
    def heading(self) -> str:
        """What the matrix shows, in words."""
        return f"{self.row_dimension} by {self.col_dimension} · {self.cell}" + (f", {self.unit}" if self.unit else "")

    def with_totals(self) -> Table:
        """The matrix with the row of totals below."""
        return Table(self.columns, [*self.rows, ("total", *self.col_totals, self.grand_total)])

    def csv_pieces(self) -> Iterator[str]:
        """The text of `csv_text`, with the row of totals."""
        return self.with_totals().csv_pieces()

    def json_pieces(self) -> Iterator[str]:
        """The text of `to_json`, with the row of totals."""
        return self.with_totals().json_pieces()

    def to_text(self, columns: Sequence[str] | None = None, width: int | None = None) -> str:
        """An aligned table for reading, with the row of totals (see `Table.to_text`)."""
        return self.with_totals().to_text(columns, width)

    def _repr_html_(self) -> str:
        """For notebooks, with the row of totals."""
        return self.with_totals()._repr_html_()

    def behind(self, row: int | None, col: int | None) -> Longs:
        """Positions in the frame of the codings behind a cell, by row and column number from 0; None: that of the totals."""
        picked = self._picked
        for at, of, numbers in ((row, self._row_axis, self._row_numbers), (col, self._col_axis, self._col_numbers)):
            if at is not None:
                picked = picked[np.isin(of.of_coding[picked], of.counting_for(numbers[at]))]
        return picked

    def rows_behind(self, row: int | None, col: int | None) -> Longs:
        """The rows in the index of the codings behind a cell, in document order: what `Filters(rows=...)` takes."""
        return self._frame.row[self.behind(row, col)]

    def quotes(self, row: int | None, col: int | None) -> Table:
        """The segments behind a cell, by row and column number from 0; None: those of the column or row of totals."""
        return segments(self._index, Filters(rows=self.rows_behind(row, col).tolist()))

    def all_quotes(self) -> Table:
        """All segments, with the numbers of their row and column before them, in that order; one that counts in several cells
        comes for each."""
        position, row, col = self._cells()
        idents = dict(self._index.rows("SELECT row, id FROM coding"))
        quotes = self.quotes(None, None).plain_rows
        known = {quote[0]: number for number, quote in enumerate(quotes)}
        number = np.array([known.get(idents.get(at, ""), -1) for at in self._frame.row[position].tolist()], np.int64)
        # By number, since of codings of the same passage the frame's order is that of their reading.
        order = np.lexsort((number, col, row))
        order = order[number[order] >= 0]
        found = zip(row[order].tolist(), col[order].tolist(), number[order].tolist(), strict=True)
        return Table(("row", "col", *COLUMNS), [(r, c, *quotes[n]) for r, c, n in found])

    def _cells(self) -> tuple[Longs, Longs, Longs]:
        """Positions of codings with the row and column they stand in, by row, column and place."""
        return self._numbered_cells(*_expanded(self._row_axis, self._col_axis, self._picked))

    def _numbered_cells(self, position: Longs, row: Longs, col: Longs) -> tuple[Longs, Longs, Longs]:
        """From keys to the numbers of rows and columns, those that are not shown left out."""
        rows, cols = (
            _numbered(self._row_axis, self._row_numbers)[row],
            _numbered(self._col_axis, self._col_numbers)[col],
        )
        seen = (rows >= 0) & (cols >= 0)
        position, rows, cols = position[seen], rows[seen], cols[seen]
        order = np.lexsort((position, cols, rows))
        return position[order], rows[order], cols[order]

    def long(self) -> Table:
        """One row a quote, with the names of its row and column before it."""
        names = [self.row_dimension, self.col_dimension]
        names = [f"matrix_{name}" if name in COLUMNS else name for name in names]
        return Table(
            (*names, *COLUMNS),
            [(self.row_labels[row[0]], self.col_labels[row[1]], *row[2:]) for row in self.all_quotes()],
        )

    # ---------------------------------------------------------------- other views of the same matrix

    def arranged(self, rows: Sequence[int], cols: Sequence[int]) -> Matrix:
        """These rows and columns (numbers from 0), in this order; totals stay those of the whole matrix."""
        return self._made(
            self._row_axis, self._col_axis, [self._row_numbers[r] for r in rows], [self._col_numbers[c] for c in cols],
            [[self.values[r][c] for c in cols] for r in rows],
            ([self.row_totals[r] for r in rows], [self.col_totals[c] for c in cols], self.grand_total),
        )  # fmt: skip

    def transposed(self) -> Matrix:
        """Rows and columns changed about."""
        values = [list(column) for column in zip(*self.values, strict=True)] or [[] for _ in self.col_keys]
        return self._made(self._col_axis, self._row_axis, self._col_numbers, self._row_numbers, values,
                          (self.col_totals, self.row_totals, self.grand_total))  # fmt: skip

    def without_empty(self) -> Matrix:
        """Without the rows and columns in which there is nothing."""
        rows = [r for r, row in enumerate(self.values) if any(row)]
        return self.arranged(rows, [c for c in range(len(self.col_keys)) if any(self.values[r][c] for r in rows)])

    def sorted_by(self, col: int | None, *, descending: bool = True) -> Matrix:
        """Rows by the values of a column (number from 0; None: the totals), equals in their order."""
        values = self.row_totals if col is None else [row[col] for row in self.values]
        rows = sorted(range(len(values)), key=lambda r: _rank(values[r]), reverse=descending)
        return self.arranged(rows, range(len(self.col_keys)))

    def _made(self, row_axis: Axis, col_axis: Axis, rows: Sequence[int], cols: Sequence[int], values: Sequence[Sequence[Any]],
              totals: tuple[Sequence[Any], Sequence[Any], Any]) -> Matrix:  # fmt: skip
        return Matrix(
            self._index, self._frame, self._picked, row_axis, col_axis, rows, cols, values, totals, self.cell, self.unit
        )


def matrix(
    index: Index, rows: str = "code", cols: str = "case", cell: str = "segments", filters: Filters | None = None, *,
    percent: str = "", per: str = "", relation: str = "",
) -> Matrix:  # fmt: skip
    """How much is coded, by two dimensions (see `dimensions.DIMENSIONS`; several joined with +).

    `cell` is one of CELLS: `segments` counts codings, `documents`, `cases` and `turns` are counted once, `words` and `chars`
    add up those of the quotes (each coding counts, also where two overlap), `coverage` is the per cent of the text that is coded,
    `present` 1 where there is anything, `quotes` and `summaries` show texts, `first-date` the earliest date. A code's row holds its
    sub-codes' codings too, unless `filters.exact`. `percent` (row, col, total) shows shares of the totals; `per` (1000words) how much
    there is per so many words of the text of the cell's case, speaker, date ... Every row and column of the project is there, zeros
    written. Codes by codes is co-occurrence (`relation`, see `cooccurrence`). Raises BadOption, UnknownName.
    """
    filters = filters or Filters()
    if rows in _CODES and cols in _CODES and (rows == cols or relation):
        from qualcode.analysis.cooccurrence import cooccurrence

        if percent or per:
            raise BadOption("Co-occurrence has no percentages; --cell jaccard and --cell c-coefficient are relative.")
        return cooccurrence(index, filters, relation or "overlap", cell, rows=rows, cols=cols)
    if relation:
        raise BadOption("A relation is between codes: choose --rows code --cols code with it.")
    _check(index, rows, cols, cell, percent, per)
    found = frame(index)
    picked = np.flatnonzero(chosen(index, filters))
    axes = [axis(index, found, spec, exact=filters.exact, only=_only(index, spec, filters)) for spec in (rows, cols)]
    row_axis, col_axis = axes
    shown_rows, shown_cols = _shown(row_axis, picked), _shown(col_axis, picked)
    values: Sequence[Sequence[Any]]
    if cell in _TEXTS:
        from qualcode.analysis.matrix_texts import texts

        values, totals = texts(index, found, cell, (row_axis, col_axis), _expanded(row_axis, col_axis, picked), picked)
    else:
        values, totals = numbers_of(index, filters, found, cell, (row_axis, col_axis), picked, percent, per)
    return Matrix(
        index, found, picked, row_axis, col_axis, shown_rows, shown_cols,
        [[values[r][c] for c in shown_cols] for r in shown_rows],
        ([totals[0][r] for r in shown_rows], [totals[1][c] for c in shown_cols], totals[2]), cell, _unit(percent, per),
    )  # fmt: skip


def _check(index: Index, rows: str, cols: str, cell: str, percent: str, per: str) -> None:
    if rows == cols:
        raise BadOption(f"Rows and columns are both {rows!r}; choose two different ones.")
    if all(set(parts_of(index, spec)) & set(_CODES) for spec in (rows, cols)) and not (
        rows in _CODES and cols in _CODES
    ):
        raise BadOption("A coding has one code, so codes cannot stand in rows and columns joined with something else; "
                        "--rows code --cols code shows which codes occur together.")  # fmt: skip
    if cell not in CELLS:
        more = " (jaccard and c-coefficient are for codes by codes)" if cell in ("jaccard", "c-coefficient") else ""
        raise BadOption(f"A matrix cell cannot show {cell!r}; it can show: {', '.join(CELLS)}{more}.")
    if percent and percent not in PERCENTS:
        raise BadOption(f"There are no percentages of {percent!r}; there are: {', '.join(PERCENTS)}.")
    if per and not PER.fullmatch(per):
        raise BadOption(f"{per!r} is no amount of text; write for example 1000words.")
    if (percent or per) and (cell in (*_TEXTS, "coverage", "present") or (percent and per)):
        raise BadOption(
            f"{cell} with {'percent' if percent else ''}{' and ' if percent and per else ''}{'per' if per else ''} makes no number."
        )


def _unit(percent: str, per: str) -> str:
    if percent:
        return f"% of {'column' if percent == 'col' else percent}"
    found = PER.fullmatch(per)
    return f"per {found[1] or 1} {found[2]}" if found else ""


def _only(index: Index, spec: str, filters: Filters) -> str:
    """The key to which a filter on the same dimension narrows an axis, "" where none does or where "none" is asked for."""
    if spec in ("code", "top-code"):
        return code_id(index, filters.code) if filters.code and spec == "code" else ""
    wanted = getattr(filters, spec, "") if spec in ("case", "document", "speaker", "role", "kind", "coder") else ""
    return key_of(index, spec, wanted) if wanted else ""


def _expanded(row_axis: Axis, col_axis: Axis, picked: Longs) -> tuple[Longs, Longs, Longs]:
    """Codings with every row and column that they count in."""
    position, row = row_axis.expand(picked)
    which, col = col_axis.spread_out(col_axis.of_coding[position].astype(np.int64))
    return position[which], row[which], col


def _shown(of: Axis, picked: Longs) -> list[int]:
    """The keys to show: the natural ones, and others that occur."""
    if of.natural == len(of.keys):
        return list(range(of.natural))
    own = np.flatnonzero(np.bincount(of.of_coding[picked], minlength=len(of.keys)))
    used = set(of.spread_out(own)[1].tolist())
    return [key for key in range(len(of.keys)) if key < of.natural or key in used]


def _numbered(of: Axis, numbers: Sequence[int]) -> Longs:
    """For each key the number of the row or column that shows it, -1 where none does."""
    found = np.full(len(of.keys), -1, np.int64)
    found[list(numbers)] = np.arange(len(numbers))
    return found


def _rank(value: Any) -> tuple[int, float, str]:
    if value is None:
        return (0, 0.0, "")
    return (1, float(value), "") if isinstance(value, (int, float)) else (1, 0.0, str(value))
