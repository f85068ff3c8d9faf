"""What a cell of a matrix can show, counted over columns of numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qualcode.analysis.frame import Frame, Longs

Values = NDArray[np.float64]
CELLS = (
    "segments", "documents", "cases", "turns", "words", "chars", "coverage", "present", "quotes", "summaries", "first-date",
)  # fmt: skip


class Expanded(NamedTuple):
    """Codings with the cell that they count in; one comes as often as there are cells it counts in."""

    coding: Longs
    cell: Longs
    cells: int


def measured(frame: Frame, measure: str, expanded: Expanded) -> Values:
    """The measure of every cell. `segments` counts codings, `words` and `chars` add up their quotes, `documents`, `cases` and
    `turns` are counted once each (lost codings stand in no turn), `present` is 1 where there is any."""
    coding, cell, cells = expanded
    if measure in ("segments", "quotes", "present", "summaries"):
        counted = _by_cell(cell, cells)
        return np.minimum(counted, 1.0) if measure == "present" else counted
    if measure in ("words", "chars"):
        amount = frame.words[coding] if measure == "words" else frame.end[coding] - frame.start[coding]
        return _by_cell(cell, cells, amount)
    if measure == "turns":
        return _turns(frame, expanded)
    thing = frame.document if measure == "documents" else frame.case
    numbers = thing[coding].astype(np.int64)
    if measure == "cases":
        coding, cell, numbers = coding[numbers > 0], cell[numbers > 0], numbers[numbers > 0]
    return _distinct(cell, numbers, cells)


def _by_cell(cell: Longs, cells: int, amount: Longs | None = None) -> Values:
    """How many there are in each cell, or the sum of their amounts."""
    result: Values = np.bincount(cell, weights=amount, minlength=cells).astype(np.float64)
    return result


def _distinct(cell: Longs, thing: Longs, cells: int) -> Values:
    """How many different things each cell has."""
    size = int(thing.max()) + 1 if len(thing) else 1
    if cells * size <= 50_000_000:
        seen = np.zeros(cells * size, np.bool_)
        seen[cell * size + thing] = True
        different: Values = seen.reshape(cells, size).sum(axis=1).astype(np.float64)
        return different
    return _by_cell(np.unique(cell * size + thing) // size, cells)


def _turns(frame: Frame, expanded: Expanded) -> Values:
    keep = np.zeros(len(frame), np.bool_)
    keep[frame.in_turns(np.unique(expanded.coding))] = True
    there = keep[expanded.coding]
    coding, cell = expanded.coding[there], expanded.cell[there]
    which, turn = in_each_turn(frame, coding)
    size = len(frame.turns.start) + 1
    return _by_cell(np.unique(cell[which] * size + turn) // size, expanded.cells)


def in_each_turn(frame: Frame, coding: Longs) -> tuple[Longs, Longs]:
    """Codings taken apart by the turns that they run through: positions in `coding`, and turns."""
    first = frame.turn_first[coding]
    count = frame.turn_last[coding] - first + 1
    which = np.repeat(np.arange(len(coding)), count)
    turn = np.repeat(first, count) + np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return which, turn


def union_lengths(cell: Longs, start: Longs, end: Longs, cells: int) -> Values:
    """How much of the text the spans of each cell cover, overlaps counted once; `start` and `end` are places in all the text."""
    order = np.lexsort((start, cell))
    cell, start, end = cell[order], start[order], end[order]
    if not len(cell):
        return np.zeros(cells)
    wide = int(end.max()) + 1
    reached = np.maximum.accumulate(cell * wide + end)
    before = np.concatenate([[0], reached[:-1]])
    covered = np.maximum(reached - np.maximum(before, cell * wide + start), 0)
    return _by_cell(cell, cells, covered)
