"""The displays: codeline of a document, codes over time and frequencies by case, co-occurrence as a network."""

from __future__ import annotations

from qualcode.analysis.case_counts import CaseCounts, behind, frequencies, over_time
from qualcode.analysis.codeline import Codeline, codeline
from qualcode.analysis.filters import Filters
from qualcode.analysis.network import Network, network
from qualcode.analysis.table import Table
from qualcode.index.index import Index

__all__ = [
    "CaseCounts", "Codeline", "Network", "behind", "code_pairs", "codeline", "frequencies", "network", "over_time",
]  # fmt: skip


def code_pairs(index: Index, filters: Filters | None = None, relation: str = "overlap", rows: str = "code") -> Table:
    """Pairs of codes that occur together, most often first (see `cooccurrence`): of codes as they were applied (`code`), or of
    themes with their sub-codes (`top-code`). Raises BadOption, UnknownName."""
    from qualcode.analysis.choosing import chosen
    from qualcode.analysis.cooccurrence import cooccurrence
    from qualcode.analysis.frame import frame

    filters = filters or Filters()
    mask = chosen(
        index, filters
    )  # before `exact`, which here means rows, takes the sub-codes of the filter's code away
    asked = Filters(rows=frame(index).row[mask].tolist(), exact=rows == "code" or filters.exact)
    return cooccurrence(index, asked, relation, rows=rows, cols=rows).pairs_table()
