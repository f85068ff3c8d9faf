"""Which codes occur together: counts of pairs, documents and cases, Jaccard and the c-coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from qualcode.analysis.axes import Axis
from qualcode.analysis.choosing import chosen
from qualcode.analysis.dimensions import axis
from qualcode.analysis.filters import Filters, code_id
from qualcode.analysis.frame import Frame, Ints, Longs, frame, unique
from qualcode.analysis.matrix import Matrix
from qualcode.analysis.measures import Values, in_each_turn, ratio
from qualcode.analysis.relations import SYMMETRIC, Meeting, meeting, pairs, related
from qualcode.analysis.table import Table
from qualcode.errors import BadOption
from qualcode.index.index import Index

CELLS = ("segments", "documents", "cases", "present", "jaccard", "c-coefficient")
PAIRS = ("code_a", "code_b", "count", "n_a", "n_b", "jaccard", "c")
_TURNS_AT_ONCE = 20_000


class Cooccurrence(Matrix):
    """Codes by codes. The diagonal and the last column have the number of codings of a code, whatever the cells show."""

    total_name = "codings"
    relation: Meeting
    transposed_relation = False

    def behind(self, row: int | None, col: int | None) -> Longs:
        """Positions in the frame of the row's codings that meet one of the column's (on the diagonal and in the totals all of the
        code)."""
        if row is None or col is None or self.row_keys[row] == self.col_keys[col]:
            return super().behind(row, None if row is not None else col)
        own, others = (np.zeros(len(self._frame), np.bool_) for _ in range(2))
        own[super().behind(row, None)] = True
        others[super().behind(None, col)] = True
        if self.transposed_relation:
            hit = _partners(self._frame, self.relation, others, own)
        else:
            hit = related(self._frame, self.relation, own, others)
        return np.flatnonzero(hit)

    def transposed(self) -> Matrix:
        """Rows and columns changed about; of a relation with a direction the cells stay what they were."""
        made = super().transposed()
        if isinstance(made, Cooccurrence) and self.relation.name not in SYMMETRIC:
            made.transposed_relation = not self.transposed_relation
        return made

    def _cells(self) -> tuple[Longs, Longs, Longs]:
        """Positions of codings with the row and column they stand in: those of the row that meet one of the column."""
        rows, cols, size = self._row_axis, self._col_axis, len(self._frame)
        at_col = {key: number for number, key in enumerate(cols.keys)}
        same = np.array([at_col.get(key, -1) for key in rows.keys], np.int64)
        own, row = rows.expand(self._picked)
        parts = [_triples(row, same[row], own, len(cols.keys), size)[same[row] >= 0]]
        for one, other in pairs(self._frame, self.relation, self._picked):
            ways = [(other, one)] if self.transposed_relation else [(one, other)]
            for left, right in [*ways, (other, one)] if self.relation.name in SYMMETRIC else ways:
                at, row = rows.spread_out(rows.of_coding[left].astype(np.int64))
                then, col = cols.spread_out(cols.of_coding[right].astype(np.int64)[at])
                row, met = row[then], left[at][then]
                parts.append(unique(_triples(row, col, met, len(cols.keys), size)[same[row] != col]))
        cell, position = np.divmod(unique(np.concatenate(parts)), max(size, 1))
        return self._numbered_cells(position, cell // len(cols.keys), cell % len(cols.keys))

    def _made(self, row_axis: Axis, col_axis: Axis, rows: Sequence[int], cols: Sequence[int], values: Sequence[Sequence[Any]],
              totals: tuple[Sequence[Any], Sequence[Any], Any]) -> Matrix:  # fmt: skip
        made = Cooccurrence(
            self._index, self._frame, self._picked, row_axis, col_axis, rows, cols, values, totals, self.cell, self.unit
        )
        made.relation, made.transposed_relation = self.relation, self.transposed_relation
        return made

    def pairs_table(self) -> Table:
        """Pairs of different codes that occur together, most often first: count, codings of each, Jaccard, c-coefficient.

        Pairs of a code and one above it are left out. Of a relation with a direction `code_a` contains, or follows, `code_b`.
        """
        of, book = self._row_axis, self._index.codebook
        axes = (of, of)
        counts = _pairs(self._frame, axes, self._picked, self.relation)
        jaccard = _jaccard(self._frame, axes, self._picked)
        codings = np.bincount(of.expand(self._picked)[1], minlength=len(of.keys))
        coefficient = _coefficient(counts, codings, codings)
        above = [set(book.with_ancestors(key)) for key in of.keys]
        rows = []
        for a, b in zip(*(numbers.tolist() for numbers in np.nonzero(counts)), strict=True):
            nested = of.keys[a] in above[b] or of.keys[b] in above[a]
            if a != b and not nested and (a < b or self.relation.name not in SYMMETRIC):
                rows.append((of.labels[a], of.labels[b], int(counts[a, b]), int(codings[a]), int(codings[b]),
                             round(float(jaccard[a, b]), 3), _rounded(float(coefficient[a, b]))))  # fmt: skip
        return Table(PAIRS, sorted(rows, key=lambda row: -row[2]))


def cooccurrence(
    index: Index, filters: Filters | None = None, relation: str = "overlap", cell: str = "segments", *,
    rows: str = "code", cols: str = "code",
) -> Cooccurrence:  # fmt: skip
    """Codes by codes: how often codings of one stand in a relation to codings of the other (`overlap`, `same-turn`, `near:N`
    turns, `contains`, `follows`; the row contains, or follows, the column).

    `segments` (or `count`) counts pairs of two codings, whoever made them, each pair once; `documents` and `cases` those in
    which there is such a pair. `c-coefficient` (or `c`) is n12 / (n1 + n2 - n12), n12 being those pairs and n1, n2 the codings of
    each code (as in ATLAS.ti: it may pass 1 where codings of one code overlap each other, and is None where there are as many
    pairs as codings or more, of which it can say nothing). `jaccard` is the share of the turns with either code that have both,
    whatever the relation. Sub-codes count in unless `filters.exact`. The diagonal has a code's own codings. Raises BadOption,
    UnknownName.
    """
    filters = filters or Filters()
    cell = {"c": "c-coefficient", "count": "segments"}.get(cell, cell)
    if cell not in CELLS:
        raise BadOption(f"Codes by codes cannot show {cell!r}; they can show: {', '.join(CELLS)}.")
    how, found = meeting(relation), frame(index)
    only = code_id(index, filters.code) if filters.code else ""
    axes = [axis(index, found, spec, exact=filters.exact, only=only if spec == "code" else "") for spec in (rows, cols)]
    picked = np.flatnonzero(chosen(index, filters))
    codings = [np.bincount(of.expand(picked)[1], minlength=len(of.keys)).astype(np.int64) for of in axes]
    if cell == "jaccard":
        body = _jaccard(found, axes, picked)
    elif cell in ("documents", "cases"):
        body = _places(found, axes, picked, how, found.document if cell == "documents" else found.case)
    else:
        body = _pairs(found, axes, picked, how)
        if cell == "present":
            body = np.minimum(body, 1)
        if cell == "c-coefficient":
            body = _coefficient(body, codings[0], codings[1])
    numbers = [
        [*range(of.natural), *(k for k in np.flatnonzero(count).tolist() if k >= of.natural)]
        for of, count in zip(axes, codings, strict=True)
    ]
    values = _values(body, axes, numbers, codings[0], cell)
    made = Cooccurrence(
        index, found, picked, axes[0], axes[1], numbers[0], numbers[1], values,
        (codings[0][numbers[0]].tolist(), codings[1][numbers[1]].tolist(), len(picked)), cell, str(how),
    )  # fmt: skip
    made.relation = how
    return made


def _values(
    body: Values, axes: Sequence[Axis], numbers: Sequence[Sequence[int]], codings: Longs, cell: str
) -> list[list[Any]]:
    relative = cell in ("jaccard", "c-coefficient")
    cut = body[np.ix_(numbers[0], numbers[1])]
    values: list[list[Any]] = (
        [list(map(_rounded, row)) for row in cut.tolist()] if relative else cut.astype(np.int64).tolist()
    )
    at = {axes[1].keys[number]: place for place, number in enumerate(numbers[1])}
    for row, number in enumerate(numbers[0]):
        key = axes[0].keys[number]
        if key in at and not relative:
            values[row][at[key]] = int(codings[number])
        elif key in at:
            values[row][at[key]] = 1.0 if codings[number] else 0.0
    return values


def _pairs(found: Frame, axes: Sequence[Axis], picked: Longs, how: Meeting) -> Values:
    """Pairs of codings by the codes of both; one that fits a cell either way round counts once."""
    size = len(found.names["code"])
    counted = np.zeros(size * size, np.int64)
    for one, other in pairs(found, how, picked):
        counted += np.bincount(found.code[one].astype(np.int64) * size + found.code[other], minlength=size * size)
    once = counted.reshape(size, size)
    sets = [_counting(of, found.code[picked], picked, size) for of in axes]
    both = once + once.T if how.name in SYMMETRIC else once
    by_row = _summed(both, *sets[0], len(axes[0].keys))
    body = _summed(by_row.T, *sets[1], len(axes[1].keys)).T.astype(np.float64)
    if how.name in SYMMETRIC:
        body -= _twice(once, axes, sets)
    return body


def _counting(of: Axis, code: Ints, picked: Longs, size: int) -> tuple[Longs, Longs]:
    """Codes, and the keys that their codings count for."""
    key_of_code = np.full(size, -1, np.int64)
    key_of_code[code] = of.of_coding[picked]
    used = np.flatnonzero(key_of_code >= 0)
    which, key = of.spread_out(key_of_code[used])
    return used[which], key


def _summed(values: Longs, code: Longs, key: Longs, keys: int) -> Longs:
    """The rows of the codes added up for every key. Sums, not a product of matrices, whose threads cost more than they save."""
    found = np.zeros((keys, values.shape[1]), np.int64)
    np.add.at(found, key, values[code])
    return found


def _twice(once: Longs, axes: Sequence[Axis], sets: Sequence[tuple[Longs, Longs]]) -> Longs:
    """Pairs that fit a cell either way round, as both their codes count for the row and for the column. In a tree the codes that
    count for both are those of the smaller of the two, if it lies within the other."""
    size = len(once)
    within, amount = [], []
    for of, (code, key) in zip(axes, sets, strict=True):
        rolled = _summed(once, code, key, len(of.keys))
        inside = np.zeros(len(of.keys), np.int64)
        np.add.at(inside, key, rolled[key, code])
        within.append(inside)
        amount.append(np.bincount(key, minlength=len(of.keys)))
    rows_of_code: list[list[int]] = [[] for _ in range(size)]
    for code, key in zip(*(numbers.tolist() for numbers in sets[0]), strict=True):
        rows_of_code[code].append(key)
    found = np.zeros((len(axes[0].keys), len(axes[1].keys)), np.int64)
    for code, col in zip(*(numbers.tolist() for numbers in sets[1]), strict=True):
        for row in rows_of_code[code]:
            found[row, col] = within[0][row] if amount[0][row] <= amount[1][col] else within[1][col]
    return found


def _places(found: Frame, axes: Sequence[Axis], picked: Longs, how: Meeting, thing: Any) -> Values:
    """In how many documents or cases there is such a pair; one whose codings belong to two cases, as in a focus group, is in both."""
    rows, cols = axes
    height, width = len(rows.keys), len(cols.keys)
    size = int(thing.max()) + 1 if len(thing) else 1
    used: list[Longs] = []
    for one, other in pairs(found, how, picked):
        for first, second in ((one, other), (other, one)) if how.name in SYMMETRIC else ((one, other),):
            cell = (rows.of_coding[first].astype(np.int64) * width + cols.of_coding[second]) * size
            used += [unique(cell + thing[first]), unique(cell + thing[second])]
    exact = unique(np.concatenate(used)) if used else np.zeros(0, np.int64)
    cell, place = exact // size, exact % size
    at, row = rows.spread_out(cell // width)
    then, col = cols.spread_out((cell % width)[at])
    every = unique((row[then] * width + col) * size + place[at][then])
    every = every[every % size > 0]  # number 0 is no document, no case
    result: Values = np.bincount(every // size, minlength=height * width).reshape(height, width).astype(np.float64)
    return result


def _jaccard(found: Frame, axes: Sequence[Axis], picked: Longs) -> Values:
    coding = found.in_turns(picked)
    which, turn = in_each_turn(found, coding)
    both = np.zeros((len(axes[0].keys), len(axes[1].keys)))
    alone = [np.zeros(len(of.keys)) for of in axes]
    order = np.argsort(turn, kind="stable")
    turn, coding = turn[order], coding[which[order]]
    if not len(turn):
        return both
    _, turn = np.unique(turn, return_inverse=True)
    cuts = np.searchsorted(turn, np.arange(0, int(turn.max()) + 1, _TURNS_AT_ONCE))
    for first, last in zip(cuts, [*cuts[1:], len(turn)], strict=True):
        here, at = coding[first:last], turn[first:last] - turn[first]
        present = []
        for of in axes:
            spread, key = of.spread_out(of.of_coding[here].astype(np.int64))
            table = np.zeros((int(at.max()) + 1, len(of.keys)), np.float32)
            table[at[spread], key] = 1
            present.append(table)
        both += present[0].T @ present[1]
        alone = [sums + table.sum(axis=0) for sums, table in zip(alone, present, strict=True)]
    return ratio(both, alone[0][:, None] + alone[1][None, :] - both, 0.0)


def _coefficient(pairs: Values, first: Longs, second: Longs) -> Values:
    """The c-coefficient of codes that have so many codings; not a number where there are as many pairs as codings, or more."""
    base = first[:, None] + second[None, :] - pairs
    result: Values = np.divide(pairs, base, out=np.where(pairs > 0, np.nan, 0.0), where=base > 0)
    return result


def _rounded(value: float) -> float | None:
    return None if value != value else round(value, 3)


def _triples(row: Longs, col: Longs, position: Longs, width: int, size: int) -> Longs:
    """Row, column and position as one number each, so that each comes once and in order."""
    result: Longs = (row * width + col) * size + position
    return result


def _partners(found: Frame, how: Meeting, first: Any, second: Any) -> Any:
    """Those of the second that one of the first stands in the relation to."""
    hit = np.zeros(len(found), np.bool_)
    for one, other in pairs(found, how, np.flatnonzero(first | second)):
        hit[other[first[one] & second[other]]] = True
    return hit
