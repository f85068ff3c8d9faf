"""Co-occurring codes as a network: codes that meet, and how often each two of them do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qualcode.analysis.code_rows import CodeRow, code_rows
from qualcode.analysis.table import Table
from qualcode.core.codebook import Codebook

_READABLE = 60  # ties that a picture can show without becoming a ball of wool


class Tie(NamedTuple):
    """Two codes, by their place among the nodes, and how often they meet."""

    a: int
    b: int
    times: int
    jaccard: float


@dataclass(frozen=True)
class Network:
    """The codes that meet, in codebook order, with how many codings each has; and their ties, strongest first.

    Ties of fewer than `least` are left out: `left_out` of them.
    """

    nodes: Sequence[tuple[CodeRow, int]]
    ties: Sequence[Tie]
    least: int
    left_out: int
    relation: str


def network(book: Codebook, pairs: Table, relation: str = "overlap", least: int = 0) -> Network:
    """The network of a table of pairs (code_a, code_b: paths; count, n_a, n_b, jaccard).

    Without `least` so many of the strongest ties are shown as a reader can follow.
    """
    rows = sorted(pairs, key=lambda row: -row["count"])
    least = least or _readable_least([row["count"] for row in rows])
    shown = [row for row in rows if row["count"] >= least]
    ids = book_paths(book)
    sizes: dict[str, int] = {}
    for row in shown:
        for side in "ab":
            sizes[ids.get(row[f"code_{side}"], row[f"code_{side}"])] = row[f"n_{side}"]
    nodes = [(code, sizes[code.id]) for code in code_rows(book, sizes)]
    place = {code.path: at for at, (code, _) in enumerate(nodes)}
    ties = [Tie(place[row["code_a"]], place[row["code_b"]], row["count"], row["jaccard"]) for row in shown]
    return Network(nodes, ties, least, len(rows) - len(shown), relation)


def book_paths(book: Codebook) -> dict[str, str]:
    """The ids of codes by their paths; a live code comes before one that was merged away or deleted under the same path."""
    return {book.path(code.id): code.id for code in (*book.codes, *book.live)}


def _readable_least(counts: Sequence[int]) -> int:
    """The smallest number from which on no more pairs are left than can be read, given their counts, greatest first."""
    if len(counts) <= _READABLE:
        return min(counts, default=1)
    return min(counts[_READABLE] + 1, counts[0])
