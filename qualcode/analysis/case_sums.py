"""Codings added up by case, period and row of codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from qualcode.analysis.choosing import chosen
from qualcode.analysis.filters import Filters
from qualcode.analysis.frame import Frame, Longs, frame
from qualcode.analysis.periods import period_of
from qualcode.index.index import Index


class Sums(NamedTuple):
    """How many codings each row has of each case: a number for each period; the cases that have any; how many of the codings
    stand in documents without a date."""

    counts: Mapping[tuple[str, str], Sequence[int]]
    rows: frozenset[str]
    cases: frozenset[str]
    undated: int


def sums(
    index: Index, filters: Filters, by: str, periods: Sequence[str], rows_of: Callable[[str], Sequence[str]]
) -> Sums:
    """Add up the codings that the filters let through; `rows_of` says in which rows a code's codings count."""
    columns = frame(index)
    picked = np.flatnonzero(chosen(index, filters))
    cases, codes = columns.names["case"].texts, columns.names["code"].texts
    period = _periods(index, columns, by, periods)[columns.document[picked]]
    place = np.where(period < 0, -1, columns.case[picked].astype(np.int64) * len(periods) + period)
    size = len(cases) * len(periods)
    added: dict[str, Longs] = {}
    for code, where in _by_code(columns, picked):
        counts = np.bincount(place[where][place[where] >= 0], minlength=size)
        for row in rows_of(codes[code]):
            added[row] = added[row] + counts if row in added else counts
    found: dict[tuple[str, str], Sequence[int]] = {}
    for row, counts in added.items():
        table = counts.reshape(len(cases), len(periods))
        for number in np.flatnonzero(table.any(axis=1)).tolist():
            found[cases[number], row] = table[number].tolist()
    rows = frozenset(row for row, counts in added.items() if counts.any())
    used = frozenset(case for case, _ in found)
    return Sums(found, rows, used, int((period == -2).sum()))


def _periods(index: Index, columns: Frame, by: str, periods: Sequence[str]) -> Longs:
    """The number of each document's period, by the document's number; -1 where it is not one of these, -2 without a date."""
    number = {period: at for at, period in enumerate(periods)}
    dates = dict(index.rows("SELECT id, date FROM document"))
    found = []
    for document in columns.names["document"].texts:
        date = dates.get(document, "")
        found.append(-2 if by and not date else number.get(period_of(date, by), -1))
    return np.array(found, np.int64)


def _by_code(columns: Frame, picked: Longs) -> list[tuple[int, Longs]]:
    """Each code's number with the places of its codings among those picked."""
    code = columns.code[picked]
    order = np.argsort(code, kind="stable")
    names, first = np.unique(code[order], return_index=True)
    return list(zip(names.tolist(), np.split(order, first[1:]), strict=True)) if len(names) else []
