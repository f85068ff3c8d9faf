"""Cells of a matrix that show numbers: counts, amounts, shares of totals, rates by words, coverage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from qualcode.analysis.axes import Axis
from qualcode.analysis.choosing import text_scope
from qualcode.analysis.filters import Filters
from qualcode.analysis.frame import Frame, Longs
from qualcode.analysis.measures import Cells, Values, in_each_turn, measured, ratio, union_lengths
from qualcode.index.index import Index

PER = re.compile(r"(0*[1-9]\d{0,8})?(words|chars)")
Totals = tuple[Sequence[Any], Sequence[Any], Any]


def numbers_of(
    index: Index, filters: Filters, found: Frame, cell: str, axes: tuple[Axis, Axis], picked: Longs, percent: str, per: str
) -> tuple[Sequence[Sequence[Any]], Totals]:  # fmt: skip
    """The cells of all keys, and the totals of rows, of columns and of all."""
    shape = (len(axes[0].keys), len(axes[1].keys))
    # The body, the rows', the columns' and the grand total.
    four = [Cells(part) for part in (axes, axes[:1], axes[1:], ())]
    if cell == "coverage":
        body, *rest = _coverage(index, filters, found, four, picked)
        return _plain(body.reshape(shape)), (_plain(rest[0]), _plain(rest[1]), _plain(rest[2])[0])
    body, of_rows, of_cols, whole = (measured(found, cell, cells, picked) for cells in four)
    body = body.reshape(shape)
    if cell == "present":
        of_rows, of_cols = (body > 0).sum(axis=1).astype(float), (body > 0).sum(axis=0).astype(float)
        whole = np.array([(body > 0).sum()], np.float64)
    if percent or per:
        bases = (
            _shares(percent, body, of_rows, of_cols, whole) if percent else _amounts(index, filters, found, four, per)
        )
        factor = 100.0 if percent else float((PER.fullmatch(per) or [0, 1])[1] or 1)
        body, of_rows, of_cols, whole = (
            ratio(value * factor, base.reshape(value.shape))
            for value, base in zip((body, of_rows, of_cols, whole), bases, strict=True)
        )
        return _plain(body), (_plain(of_rows), _plain(of_cols), _plain(whole)[0])
    return body.astype(np.int64).tolist(), (
        of_rows.astype(np.int64).tolist(), of_cols.astype(np.int64).tolist(), int(whole[0])
    )  # fmt: skip


def _shares(
    percent: str, body: Values, rows: Values, cols: Values, whole: Values
) -> tuple[Values, Values, Values, Values]:
    """What is 100 % for cells, row totals, column totals and all."""
    if percent == "row":
        return np.broadcast_to(rows[:, None], body.shape), rows, np.broadcast_to(whole, cols.shape), whole
    if percent == "col":
        return np.broadcast_to(cols[None, :], body.shape), np.broadcast_to(whole, rows.shape), cols, whole
    return (
        np.broadcast_to(whole, body.shape),
        np.broadcast_to(whole, rows.shape),
        np.broadcast_to(whole, cols.shape),
        whole,
    )


def _amounts(index: Index, filters: Filters, found: Frame, four: Sequence[Cells], per: str) -> list[Values]:
    """How many words or characters of text there are for cells, row totals, column totals and all."""
    turns = found.turns
    amount = turns.words if per.endswith("words") else turns.end - turns.text_start
    scope = np.flatnonzero(text_scope(index, filters))
    weights = amount[scope].astype(np.float64)
    found_amounts = []
    for cells in four:
        sums: Values = np.bincount(cells.of_turns(scope), weights=weights, minlength=cells.count).astype(np.float64)
        shaped = sums.reshape([len(of.keys) for of in cells.axes])
        for number, of in enumerate(cells.axes):
            if of.of_turn is None:  # every key of it is measured against the same text
                shaped = np.broadcast_to(shaped.take([0], axis=number), shaped.shape)
        found_amounts.append(shaped.ravel())
    return found_amounts


def _coverage(index: Index, filters: Filters, found: Frame, four: Sequence[Cells], picked: Longs) -> list[Values]:
    """Per cent of the text that is coded; what one cell has coded twice counts once.

    Codings are taken apart by turns, and a turn's own speaker, role and case say which text it is.
    """
    turns = found.turns
    coding = found.in_turns(picked)
    which, turn = in_each_turn(found, coding)
    inside = text_scope(index, filters)[turn]
    coding, turn = coding[which[inside]], turn[inside]
    lengths = turns.end - turns.text_start
    before = np.cumsum(lengths) - lengths
    start = before[turn] + np.maximum(found.start[coding] - turns.text_start[turn], 0)
    end = before[turn] + np.minimum(np.maximum(found.end[coding] - turns.text_start[turn], 0), lengths[turn])
    bases = _amounts(index, filters, found, four, "chars")
    return [ratio(union_lengths(cells, cells.by_text(coding, turn), start, end) * 100, base)
            for cells, base in zip(four, bases, strict=True)]  # fmt: skip


def _plain(values: Values) -> Any:
    """Python numbers with four decimals, None where there is none."""
    return [_plain(row) for row in values] if values.ndim > 1 else [
        None if value != value else round(value, 4) for value in values.tolist()
    ]  # fmt: skip
