"""Cells of a matrix that show texts: quotes, summaries, first dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from qualcode.analysis.axes import Axis
from qualcode.analysis.citations import citation
from qualcode.analysis.filters import Filters
from qualcode.analysis.frame import Frame, Longs
from qualcode.analysis.segments import segments
from qualcode.analysis.summaries import summary_texts
from qualcode.errors import BadOption
from qualcode.index.index import Index

Body = list[list[Any]]
Totals = tuple[Sequence[Any], Sequence[Any], Any]


def texts(
    index: Index, found: Frame, cell: str, axes: tuple[Axis, Axis], expanded: tuple[Longs, Longs, Longs], picked: Longs
) -> tuple[Body, Totals]:
    """The cells of all keys, and the totals: how many quotes or summaries there are, or the earliest date."""
    if cell == "quotes":
        return _quotes(index, found, axes, expanded, picked)
    return _summaries(index, axes) if cell == "summaries" else _first_dates(found, axes, expanded, picked)


def _quotes(
    index: Index, found: Frame, axes: tuple[Axis, Axis], expanded: tuple[Longs, Longs, Longs], picked: Longs
) -> tuple[Body, Totals]:
    """Quotes with citation, in document order, separated by a blank line."""
    rows = segments(index, Filters(rows=found.row[picked].tolist()))
    idents = dict(index.rows("SELECT row, id FROM coding"))
    said = {row["coding_id"]: f"{row['text']} {citation(row)}" for row in rows}
    cells: dict[tuple[int, int], dict[str, None]] = defaultdict(dict)
    for position, r, c in zip(*(numbers.tolist() for numbers in expanded), strict=True):
        cells[r, c][said.get(idents.get(int(found.row[position]), ""), "")] = None
    body = [
        ["\n\n".join(filter(None, cells.get((r, c), ()))) for c in range(len(axes[1].keys))]
        for r in range(len(axes[0].keys))
    ]
    counts = [np.bincount(of.expand(picked)[1], minlength=len(of.keys)).tolist() for of in axes]
    return body, (counts[0], counts[1], len(picked))


def _summaries(index: Index, axes: tuple[Axis, Axis]) -> tuple[Body, Totals]:
    """What the summaries about a case and a code say."""
    names = tuple(of.name for of in axes)
    if set(names) not in ({"code", "case"}, {"top-code", "case"}):
        raise BadOption(
            "Summaries are written about a case and a code: choose code (or top-code) and case as rows and columns."
        )
    written = summary_texts(index)
    turned = names[0] == "case"

    def text_of(row: str, col: str) -> str:
        return written.get((row, col) if turned else (col, row), "").strip()

    body: Body = [[text_of(row, col) for col in axes[1].keys] for row in axes[0].keys]
    rows, cols = [sum(map(bool, row)) for row in body], [sum(map(bool, col)) for col in zip(*body, strict=True)]
    return body, (rows, cols or [0] * len(axes[1].keys), sum(rows))


def _first_dates(
    found: Frame, axes: tuple[Axis, Axis], expanded: tuple[Longs, Longs, Longs], picked: Longs
) -> tuple[Body, Totals]:
    days = sorted({day for day in found.facts.date if day})
    at = {day: number for number, day in enumerate(days)}
    of_document = np.array([at.get(day, len(days)) for day in found.facts.date], np.int64)
    shown = [*days, ""]

    def earliest(position: Longs, cell: Longs, cells: int) -> list[str]:
        first = np.full(cells, len(days), np.int64)
        np.minimum.at(first, cell, of_document[found.document[position]])
        return [shown[number] for number in first.tolist()]

    position, row, col = expanded
    height, width = (len(of.keys) for of in axes)
    flat = earliest(position, row * width + col, height * width)
    body: Body = [flat[r * width : (r + 1) * width] for r in range(height)]
    totals = [earliest(*of.expand(picked), len(of.keys)) for of in axes]
    return body, (totals[0], totals[1], earliest(picked, np.zeros(len(picked), np.int64), 1)[0])
