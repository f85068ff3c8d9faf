"""Thematic saturation: how much a run of interviews still brings, measured against what the first ones brought.

After Guest, Namey & Chen (2020), "A simple method to assess and report thematic saturation in qualitative research",
PLoS ONE 15(5): e0232076. The base are the first interviews, a run is so many in a row after it, and the next run begins
one interview later. New information is the run's new codes over the base's codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from qualcode.errors import BadOption


class Run(NamedTuple):
    """The run that ends with interview `last` (from 1): its new codes, and these in percent of the base's codes (None where
    the base has none)."""

    last: int
    new: int
    percent: float | None


def new_codes(interviews: Iterable[Iterable[str]]) -> list[list[str]]:
    """For each interview, in order, the codes that no earlier one had."""
    seen: set[str] = set()
    found = []
    for codes in interviews:
        new = [code for code in dict.fromkeys(codes) if code not in seen]
        seen.update(new)
        found.append(new)
    return found


def runs(new: Sequence[int], base: int = 4, run: int = 2) -> list[Run]:
    """The runs after the base, given how many new codes each interview brought; none where there are too few interviews.

    Raises BadOption for sizes below 1.

    >>> [round(run.percent) for run in runs([20, 9, 5, 3, 4, 3, 1, 0])]
    [19, 11, 3]
    """
    if base < 1 or run < 1:
        raise BadOption("The base and a run have at least one interview each.")
    of = sum(new[:base])
    found = []
    for last in range(base + run, len(new) + 1):
        brought = sum(new[last - run : last])
        found.append(Run(last, brought, 100 * brought / of if of else None))
    return found


def reached(runs: Iterable[Run], threshold: float = 5) -> Run | None:
    """The first run that brings no more than the threshold, in percent; None where none does.

    Saturation is then reported as its last interview less the run, plus the run: 6+2 where interviews 7 and 8 bring it.
    """
    return next((run for run in runs if run.percent is not None and run.percent <= threshold), None)
