"""A counted matrix as the grid shows it: which rows and columns, in which order, under which names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from qualcode.analysis.cooccurrence import Cooccurrence
from qualcode.analysis.matrix import Matrix
from qualcode.core.codebook import Codebook
from qualcode.tui.grid import Grid
from qualcode.tui.grid_paint import GridRow
from qualcode.tui.matrix_choice import TOTAL, MatrixChoice
from qualcode.tui.matrix_words import written

Cell = tuple[str, str]  # the keys of its row and column; TOTAL for those of the totals


class MatrixView:
    """Rows and columns of a matrix that are shown, by their numbers in it (`rows`, `cols`).

    `kept` is a cell whose row and column are shown though they be empty. `memos` has the cells, as (case, code), that memos are
    about, with how many.
    """

    def __init__(
        self, matrix: Matrix, choice: MatrixChoice, book: Codebook, kept: Cell = ("", ""),
        memos: Mapping[Cell, int] | None = None,
    ) -> None:  # fmt: skip
        self.matrix, self.choice, self.book, self.memos = matrix, choice, book, memos or {}
        away = _folded_away(choice, book)
        rows = [n for n, key in enumerate(matrix.row_keys) if choice.rows != "code" or key not in away]
        cols = [n for n, key in enumerate(matrix.col_keys) if choice.cols != "code" or key not in away]
        if choice.hide_empty:
            values = matrix.values
            rows, cols = (
                [r for r in rows if matrix.row_keys[r] == kept[0] or any(values[r][c] for c in cols)],
                [c for c in cols if matrix.col_keys[c] == kept[1] or any(values[r][c] for r in rows)],
            )
        self.rows, self.cols = self._in_order(rows), cols

    def _in_order(self, rows: list[int]) -> list[int]:
        if not self.is_sorted:
            return rows
        matrix, column = self.matrix, self.choice.sorted_by
        if column == TOTAL:
            values = matrix.row_totals
        else:
            number = matrix.col_keys.index(str(column))
            values = [row[number] for row in matrix.values]
        return sorted(rows, key=lambda row: _rank(values[row]), reverse=True)

    @property
    def is_sorted(self) -> bool:
        """Whether the rows are sorted by a column that is there."""
        return self.choice.sorted_by is not None and self.choice.sorted_by in (*self.matrix.col_keys, TOTAL)

    @property
    def sorted_label(self) -> str:
        """The name of the column by which the rows are sorted, "" where they are not."""
        return self.col_label(self.choice.sorted_by or "") if self.is_sorted else ""

    # ---------------------------------------------------------------- cells by keys and by places

    def cell_at(self, row: int, column: int) -> Cell:
        """The keys of the cell at a place of the grid."""
        return (
            self.matrix.row_keys[self.rows[row]] if row < len(self.rows) else TOTAL,
            self.matrix.col_keys[self.cols[column]] if column < len(self.cols) else TOTAL,
        )

    def place_of(self, cell: Cell, otherwise: tuple[int, int]) -> tuple[int, int]:
        """Where a cell stands in the grid; of a row or column that is not shown that of `otherwise`. A code that is folded away
        stands where the code is that holds it."""
        return self._place(cell[0], self.row_places, len(self.rows), otherwise[0]), self._place(
            cell[1], self.col_places, len(self.cols), otherwise[1]
        )

    def _place(self, key: str, places: Mapping[str, int], total: int, otherwise: int) -> int:
        if key == TOTAL:
            return total
        if key in places or key not in self.book:
            return places.get(key, otherwise)
        return next((places[above.id] for above in self.book.ancestors(key) if above.id in places), otherwise)

    @cached_property
    def row_places(self) -> dict[str, int]:
        return {self.matrix.row_keys[number]: place for place, number in enumerate(self.rows)}

    @cached_property
    def col_places(self) -> dict[str, int]:
        return {self.matrix.col_keys[number]: place for place, number in enumerate(self.cols)}

    def numbers(self, cell: Cell) -> tuple[int | None, int | None] | None:
        """The numbers of the cell's row and column in the matrix, None for totals; None where it has no such row or column."""
        found: list[int | None] = []
        for key, keys in zip(cell, (self.matrix.row_keys, self.matrix.col_keys), strict=True):
            if key != TOTAL and key not in keys:
                return None
            found.append(None if key == TOTAL else keys.index(key))
        return found[0], found[1]

    def value(self, cell: Cell) -> Any:
        """What the cell holds, None where it is not in the matrix."""
        at = self.numbers(cell)
        if at is None:
            return None
        row, col = at
        if row is None:
            return self.matrix.grand_total if col is None else self.matrix.col_totals[col]
        return self.matrix.row_totals[row] if col is None else self.matrix.values[row][col]

    def holds_any(self, cell: Cell) -> bool:
        """Whether codings stand behind the cell."""
        at = self.numbers(cell)
        if at is None:
            return False
        value = self.value(cell)
        if isinstance(self.matrix, Cooccurrence) or (value and self.choice.cell != "summaries"):
            return bool(value)
        return len(self.matrix.behind(*at)) > 0

    def about(self, cell: Cell) -> tuple[str, str]:
        """The case and the code that a cell is about, "" for what it does not name."""
        names = dict(zip((self.choice.rows, self.choice.cols), cell, strict=True)) if not self.choice.together else {
            "code": cell[0] if cell[0] != TOTAL else cell[1]}  # fmt: skip
        code = names.get("code", names.get("top-code", ""))
        return names.get("case", "").replace(TOTAL, ""), code.replace(TOTAL, "")

    @cached_property
    def _memos_by_row(self) -> dict[str, list[str]]:
        """For rows, the columns in which memos are about the cell."""
        found: dict[str, list[str]] = {}
        turned = self.choice.rows == "case"
        for case, code in self.memos:
            row, col = (case, code or TOTAL) if turned else (code, case or TOTAL)
            if self.about((row, col)) == (case, code) and (col == TOTAL or col in self.col_places):
                found.setdefault(row, []).append(col)
        return found

    # ---------------------------------------------------------------- names

    def row_label(self, key: str) -> str:
        return _label(key, self.matrix.row_keys, self.matrix.row_labels, "total")

    def col_label(self, key: str) -> str:
        return _label(key, self.matrix.col_keys, self.matrix.col_labels, self.matrix.total_name)

    # ---------------------------------------------------------------- what the grid shows

    def show_in(self, grid: Grid, colors: Mapping[str, str]) -> None:
        """Fill the grid."""
        matrix, texts = self.matrix, self.choice.texts
        grid.show(
            self.headers, [self._row(number, colors) for number in self.rows], 0 if texts else self._most(),
            footer=GridRow(TOTAL, "total", 0, "", "", [*(matrix.col_totals[c] for c in self.cols), matrix.grand_total]),
            standing=True, words=written(self.choice), texts=texts, corner=matrix.row_dimension,
        )  # fmt: skip

    def _most(self) -> float:
        """The greatest value of a cell that is shaded."""
        matrix, most = self.matrix, 0.0
        at = {key: number for number, key in enumerate(matrix.col_keys)} if self.choice.together else {}
        for key, row in zip(matrix.row_keys, matrix.values, strict=True):
            own = at.get(key, -1)
            shaded = row if own < 0 else [*row[:own], *row[own + 1 :]]
            most = max(most, max(filter(None, shaded), default=0))
        return most

    @property
    def headers(self) -> list[str]:
        """The names above the columns: of a code its own name, with its sign; an arrow at the one sorted by."""
        found = [self._header(self.matrix.col_keys[number], self.matrix.col_labels[number]) for number in self.cols]
        arrow = "↓" if self.choice.sorted_by == TOTAL and self.is_sorted else ""
        return [*found, arrow + self.matrix.total_name]

    def _header(self, key: str, label: str) -> str:
        sign = ""
        if self.choice.cols in ("code", "top-code") and key in self.book:
            label = self.book[key].name
            sign = "▸" if self.choice.cols == "code" and key in self.choice.folded else ""
        return ("↓" if key == self.choice.sorted_by else "") + sign + label

    def _row(self, number: int, colors: Mapping[str, str]) -> GridRow:
        matrix, key = self.matrix, self.matrix.row_keys[number]
        row = matrix.values[number]
        values = [*(row if len(self.cols) == len(row) else [row[c] for c in self.cols]), matrix.row_totals[number]]
        label, level, sign, aside = matrix.row_labels[number], 0, "", ""
        if self.choice.rows in ("code", "top-code") and key in self.book:
            above, _, label = self.book.path(key).rpartition("/")
            aside = above if self.is_sorted else ""
            level = 0 if self.is_sorted or self.choice.rows == "top-code" else self.book.level(key)
            if self.choice.rows == "code" and self.book.live_children.get(key):
                sign = "▸" if key in self.choice.folded else "" if self.is_sorted else "▾"
        plain = frozenset({self.col_places[key]} if self.choice.together and key in self.col_places else ())
        memos = frozenset(self.col_places.get(col, len(self.cols)) for col in self._memos_by_row.get(key, ()))
        return GridRow(key, label, level, sign, colors.get(key, ""), values, aside, plain, memos)


def _folded_away(choice: MatrixChoice, book: Codebook) -> set[str]:
    """The codes below those that are folded."""
    if not choice.folded:
        return set()
    return {code.id for code in book.live if any(above.id in choice.folded and above.id != code.id
                                                 for above in book.ancestors(code.id))}  # fmt: skip


def _rank(value: Any) -> tuple[bool, Any]:
    return (
        (value is not None, "" if value is None else value)
        if isinstance(value, str)
        else (value is not None, value or 0)
    )


def _label(key: str, keys: Sequence[str], labels: Sequence[str], total: str) -> str:
    return total if key == TOTAL else labels[keys.index(key)] if key in keys else key
