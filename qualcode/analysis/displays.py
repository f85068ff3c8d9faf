"""The displays: codeline of a document, codes over time and frequencies by case, co-occurrence as a network."""

from __future__ import annotations

from qualcode.analysis.case_counts import CaseCounts, behind, frequencies, over_time
from qualcode.analysis.choosing import chosen
from qualcode.analysis.codeline import Codeline, codeline
from qualcode.analysis.cooccurrence import Cooccurrence, cooccurrence
from qualcode.analysis.filters import Filters
from qualcode.analysis.frame import frame
from qualcode.analysis.network import Network, network
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Table
from qualcode.index.index import Index

__all__ = [
    "CaseCounts", "Codeline", "Network", "behind", "codeline", "frequencies", "network", "over_time", "together",
    "where_they_meet",
]  # fmt: skip


def together(
    index: Index, filters: Filters | None = None, relation: str = "overlap", rows: str = "code"
) -> Cooccurrence:
    """Codes by codes (see `cooccurrence`): as they were applied (`code`), or themes with their sub-codes (`top-code`); its
    `pairs_table()` is what networks are made of. Raises BadOption, UnknownName."""
    filters = filters or Filters()
    # Chosen before `exact`, which here means rows, takes the sub-codes of the filter's code away.
    mask = chosen(index, filters)
    asked = Filters(rows=frame(index).row[mask].tolist(), exact=rows == "code" or filters.exact)
    return cooccurrence(index, asked, relation, rows=rows, cols=rows)


def where_they_meet(index: Index, made: Cooccurrence, first: str, second: str) -> Table:
    """The codings of one code that meet one of the other, of both codes (by their paths), in document order."""
    place = {label: at for at, label in enumerate(made.row_labels)}
    a, b = place[first], place[second]
    rows = {*made.rows_behind(a, b).tolist(), *made.rows_behind(b, a).tolist()}
    return segments(index, Filters(rows=list(rows)))
