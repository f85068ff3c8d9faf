"""Which codings meet: overlap, stand in the same turn or near one another, contain or follow one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from qualcode.analysis.frame import Frame, Longs, Mask
from qualcode.errors import BadOption

NAMES = ("overlap", "same-turn", "near", "contains", "follows")
SYMMETRIC = ("overlap", "same-turn", "near")
_AT_ONCE = 4_000_000  # pairs held in memory at a time
_WIDE = 1 << 31


class Meeting(NamedTuple):
    """A relation between two codings; `turns` is how many turns may lie between them (`near`, `follows`)."""

    name: str
    turns: int = 0

    def __str__(self) -> str:
        return f"{self.name}:{self.turns}" if self.name in ("near", "follows") else self.name


def meeting(text: str) -> Meeting:
    """The relation as it is written: overlap, same-turn, near:N, contains, follows or follows:N. Raises BadOption."""
    found = re.fullmatch(r"(near|follows):(\d{1,6})", text.strip())
    if found:
        return Meeting(found[1], int(found[2]))
    if text.strip() in NAMES:
        return Meeting(text.strip(), 1 if text.strip() in ("near", "follows") else 0)
    raise BadOption(f"There is no relation {text!r}; there are: overlap, same-turn, near:N (turns), contains, follows.")


def pairs(frame: Frame, relation: Meeting, chosen: Longs) -> Iterator[tuple[Longs, Longs]]:
    """Pairs of two different codings among the chosen (ascending positions in the frame), in pieces.

    A pair comes once where the relation holds both ways; else the first contains, or follows, the second. Turns are counted
    within a document; codings that lost their place meet nobody.
    """
    by_turns = relation.name in ("same-turn", "near", "follows")
    chosen = frame.in_turns(chosen) if by_turns else chosen[~frame.lost[chosen]]
    if not len(chosen):
        return
    document = frame.document[chosen]
    place = np.concatenate([[0], np.cumsum(document[1:] != document[:-1])]).astype(np.int64) * _WIDE
    if by_turns:
        first = frame.turns.first[document]
        start = place + frame.turn_first[chosen] - first
        end = place + frame.turn_last[chosen] - first + relation.turns + 1
    else:
        start, end = place + frame.start[chosen], place + frame.end[chosen]
    for left, right in _sweep(start, end):
        one, other = chosen[left], chosen[right]
        if relation.name in ("contains", "follows"):
            yield from _directed(frame, relation, one, other)
        else:
            yield one, other


def _sweep(start: Longs, end: Longs) -> Iterator[tuple[Longs, Longs]]:
    """Pairs of intervals that meet; `start` ascends, so the second begins within the first."""
    here = np.arange(len(start))
    count = np.maximum(np.searchsorted(start, end, "left") - here - 1, 0)
    before = np.concatenate([[0], np.cumsum(count)])
    at = 0
    while at < len(start):
        until = max(at + 1, int(np.searchsorted(before, before[at] + _AT_ONCE, "right")) - 1)
        some = count[at:until]
        left = np.repeat(here[at:until], some)
        within = np.arange(len(left)) - np.repeat(before[at:until] - before[at], some)
        if len(left):
            yield left, left + 1 + within
        at = until


def _directed(frame: Frame, relation: Meeting, one: Longs, other: Longs) -> Iterator[tuple[Longs, Longs]]:
    start, end = frame.start, frame.end
    if relation.name == "contains":
        holds = end[one] >= end[other]  # the first begins no later
        back = (start[one] == start[other]) & (end[other] >= end[one])
    else:
        back = start[other] >= end[one]
        holds = start[one] >= end[other]
    yield one[holds], other[holds]
    yield other[back], one[back]


def related(frame: Frame, relation: Meeting, first: Mask, second: Mask) -> Mask:
    """Those of the first codings that stand in the relation to at least one of the second."""
    result: Mask = np.zeros(len(frame), np.bool_)
    for one, other in pairs(frame, relation, np.flatnonzero(first | second)):
        fits = first[one] & second[other]
        result[one[fits]] = True
        if relation.name in SYMMETRIC:
            fits = first[other] & second[one]
            result[other[fits]] = True
    return result


def within(frame: Frame, first: Mask, second: Mask) -> Mask:
    """Those of the first codings that lie within at least one of the second."""
    result: Mask = np.zeros(len(frame), np.bool_)
    for outer, inner in pairs(frame, Meeting("contains"), np.flatnonzero(first | second)):
        result[inner[first[inner] & second[outer]]] = True
    return result
