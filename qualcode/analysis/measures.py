"""What a cell of a matrix can show, counted over columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qualcode.analysis.axes import Axis
from qualcode.analysis.frame import Frame, Longs, unique

Values = NDArray[np.float64]
CELLS = (
    "segments", "documents", "cases", "turns", "words", "chars", "coverage", "present", "quotes", "summaries", "first-date",
)  # fmt: skip
_TABLE = 50_000_000  # up to so many yes-or-no places a table is quicker than sorting


@dataclass(frozen=True)
class Cells:
    """The cells that two axes, one or none make: a cell's number is row * columns + column.

    Codings are counted by their own keys first, and only then spread to the keys above them: there are far fewer keys than
    codings.
    """

    axes: tuple[Axis, ...]

    @property
    def count(self) -> int:
        return int(np.prod([len(of.keys) for of in self.axes], dtype=np.int64))

    def own(self, picked: Longs) -> Longs:
        """The cell of each coding by its own keys."""
        return self._mixed([of.of_coding[picked] for of in self.axes], len(picked))

    def by_text(self, coding: Longs, turn: Longs) -> Longs:
        """The cell of pieces of codings, each in one turn, which tells what the text is."""
        keys = [of.of_turn()[turn] if of.of_turn is not None else of.of_coding[coding] for of in self.axes]
        return self._mixed(keys, len(turn))

    def of_turns(self, turn: Longs) -> Longs:
        """The cell of each turn; axes that are no matter of text count as their first key."""
        keys = [of.of_turn()[turn] if of.of_turn is not None else np.zeros(len(turn), np.int64) for of in self.axes]
        return self._mixed(keys, len(turn))

    def _mixed(self, keys: Sequence[NDArray[Any]], size: int) -> Longs:
        cell = np.zeros(size, np.int64)
        for of, key in zip(self.axes, keys, strict=True):
            cell *= len(of.keys)
            cell += key
        return cell

    def spread(self, cells: Longs) -> tuple[Longs, Longs]:
        """Positions in `cells`, and the cells that each counts for."""
        which, found = np.arange(len(cells)), cells
        step = 1
        for of in reversed(self.axes):
            if of.spread is not None:
                key = found // step % len(of.keys)
                more, target = of.spread_out(key)
                which, found = which[more], found[more] + (target - key[more]) * step
            step *= len(of.keys)
        return which, found


def measured(frame: Frame, measure: str, cells: Cells, picked: Longs) -> Values:
    """The measure of every cell. `segments` counts codings, `words` and `chars` add up their quotes, `documents`, `cases` and
    `turns` are counted once each (lost codings stand in no turn), `present` is 1 where there is any."""
    if measure in ("documents", "cases"):
        thing = (frame.document if measure == "documents" else frame.case)[picked].astype(np.int64)
        known = thing > 0
        return distinct(cells, cells.own(picked[known]), thing[known])
    if measure == "turns":
        coding = frame.in_turns(picked)
        which, turn = in_each_turn(frame, coding)
        return distinct(cells, cells.own(coding)[which], turn)
    if measure in ("words", "chars"):
        amount = frame.words[picked] if measure == "words" else frame.end[picked] - frame.start[picked]
        return _added(cells, np.bincount(cells.own(picked), weights=amount, minlength=cells.count))
    counted = _added(cells, np.bincount(cells.own(picked), minlength=cells.count))
    return np.minimum(counted, 1.0) if measure == "present" else counted


def _added(cells: Cells, own: NDArray[Any]) -> Values:
    """Sums of cells by their own keys, spread to the keys above."""
    used = np.flatnonzero(own)
    which, cell = cells.spread(used)
    return _by_cell(cell, cells, own[used][which])


def _by_cell(cell: Longs, cells: Cells, amount: NDArray[Any] | None = None) -> Values:
    """How many there are in each cell, or the sum of their amounts."""
    result: Values = np.bincount(cell, weights=amount, minlength=cells.count).astype(np.float64)
    return result


def distinct(cells: Cells, cell: Longs, thing: Longs) -> Values:
    """How many different things each cell has; `cell` by own keys."""
    size = int(thing.max()) + 1 if len(thing) else 1
    own = _unique(cell * size + thing, cells.count * size)
    which, target = cells.spread(own // size)
    every = _unique(target * size + (own % size)[which], cells.count * size)
    return _by_cell(every // size, cells)


def _unique(numbers: Longs, limit: int) -> Longs:
    if limit > _TABLE:
        return unique(numbers)
    seen = np.zeros(limit, np.bool_)
    seen[numbers] = True
    found: Longs = np.flatnonzero(seen)
    return found


def in_each_turn(frame: Frame, coding: Longs) -> tuple[Longs, Longs]:
    """Codings taken apart by the turns that they run through: positions in `coding`, and turns."""
    first = frame.turn_first[coding]
    count = frame.turn_last[coding] - first + 1
    which = np.repeat(np.arange(len(coding)), count)
    turn = np.repeat(first, count) + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return which, turn


def union_lengths(cells: Cells, cell: Longs, start: Longs, end: Longs) -> Values:
    """How much of the text the spans of each cell cover, overlaps counted once; `cell` by own keys, `start` and `end` are places
    in all the text."""
    which, cell = cells.spread(cell)
    start, end = start[which], end[which]
    wide = int(end.max()) + 1 if len(end) else 1
    key = cell * wide + start
    order = np.argsort(key)
    key, reached = key[order], np.maximum.accumulate((cell * wide + end)[order])
    before = np.concatenate([[0], reached[:-1]]) if len(key) else reached
    covered = np.maximum(reached - np.maximum(before, key), 0)
    return _by_cell(cell[order], cells, covered)


def ratio(value: Values, base: Values, otherwise: float = np.nan) -> Values:
    """The quotient; `otherwise` where there is nothing to divide by."""
    result: Values = np.divide(value, base, out=np.full(np.shape(value), otherwise), where=base != 0)
    return result
