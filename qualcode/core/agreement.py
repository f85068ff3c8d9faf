"""How far two codings of the same units agree, beyond what chance would bring about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Span = tuple[int, int]


class Agreement(NamedTuple):
    """A two by two table over units: coded by both, by one only, by neither."""

    both: int
    only_a: int
    only_b: int
    neither: int

    @property
    def share(self) -> float | None:
        """The observed agreement, p_o: the share of units on which the two agree; None where there are no units."""
        return (self.both + self.neither) / sum(self) if sum(self) else None

    @property
    def kappa(self) -> float | None:
        return cohen_kappa(*self)


def cohen_kappa(both: int, only_a: int, only_b: int, neither: int) -> float | None:
    """Cohen's kappa, (p_o - p_e) / (1 - p_e); None where it is undefined (p_e = 1, or no units).

    p_o is the share of units on which the two agree, p_e the share expected if each coded at random at their own rate:
    Cohen, J. (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20(1), 37-46.

    >>> cohen_kappa(20, 5, 10, 15)
    0.4
    """
    units = both + only_a + only_b + neither
    a, b = both + only_a, both + only_b
    expected = a * b + (units - a) * (units - b)  # p_e times units², whole numbers as long as can be
    room = units * units - expected
    return ((both + neither) * units - expected) / room if room else None


def compare_spans(a: Iterable[Span], b: Iterable[Span], length: int) -> Agreement:
    """How two sets of spans cover a text of so many code points; spans of one set may overlap, and count once.

    The unit is one code point. The cost follows the number of spans, not the length of the text.
    """
    merged_a, merged_b = _union(a), _union(b)
    both = _overlap(merged_a, merged_b)
    only_a, only_b = (sum(end - start for start, end in spans) - both for spans in (merged_a, merged_b))
    return Agreement(both, only_a, only_b, max(0, length - both - only_a - only_b))


def _union(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _overlap(a: Sequence[Span], b: Sequence[Span]) -> int:
    """Code points in both; each list in order and without overlaps."""
    total, i, j = 0, 0, 0
    while i < len(a) and j < len(b):
        total += max(0, min(a[i][1], b[j][1]) - max(a[i][0], b[j][0]))
        if a[i][1] <= b[j][1]:
            i += 1
        else:
            j += 1
    return total
