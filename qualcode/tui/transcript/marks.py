"""The codings of a document, as the view draws them: found by place in constant time, each in its lane."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from itertools import chain
from typing import NamedTuple

# Bins nested by powers of eight, as genome browsers keep overlapping features: a span lies in the smallest that holds it.
_SHIFTS = (9, 12, 15, 18, 21, 24, 27, 40)


class Mark(NamedTuple):
    """A coding on the screen. `span` is in code points; `lane` counts from 0, leftmost."""

    id: str
    start: int
    end: int
    code: str
    coder: str
    note: str = ""
    moved: bool = False
    memo: bool = False  # a memo is about it or points to it
    lane: int = 0


class Marks:
    """All marks of one document. Codings of several coders may have one id, as where a coder's folder was copied: each is drawn."""

    def __init__(
        self, marks: Iterable[Mark], line_of: Callable[[int], int], line_span: Callable[[int], tuple[int, int]]
    ) -> None:
        self._line_of, self._line_span = line_of, line_span
        self._by_id: dict[str, list[Mark]] = {}
        self._bins: dict[tuple[int, int], list[Mark]] = {}
        self._in_shift = dict.fromkeys(_SHIFTS, 0)
        active: list[tuple[int, int]] = []
        free: list[int] = []
        lanes = 0
        for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.id)):
            first, last = line_of(mark.start), line_of(mark.end - 1)
            while active and active[0][0] < first:
                heappush(free, heappop(active)[1])
            if free:
                lane = heappop(free)
            else:
                lane, lanes = lanes, lanes + 1
            heappush(active, (last, lane))
            self._insert(mark, lane)

    def __len__(self) -> int:
        return sum(map(len, self._by_id.values()))

    def __contains__(self, ident: str) -> bool:
        return ident in self._by_id

    def __getitem__(self, ident: str) -> Mark:
        return self._by_id[ident][0]

    def __iter__(self) -> Iterator[Mark]:
        return chain.from_iterable(self._by_id.values())

    def _insert(self, mark: Mark, lane: int) -> None:
        placed = mark._replace(lane=lane)
        self._by_id.setdefault(mark.id, []).append(placed)
        shift, bin_ = _bin(mark.start, mark.end)
        self._bins.setdefault((shift, bin_), []).append(placed)
        self._in_shift[shift] += 1

    def add(self, mark: Mark) -> None:
        """Add a mark in the first lane that is free on all its lines; those with the same id are replaced."""
        if mark.id in self._by_id:
            self.remove(mark.id)
        first, last = self._line_of(mark.start), self._line_of(mark.end - 1)
        taken = {other.lane for other in self.between(self._line_span(first)[0], self._line_span(last)[1] + 1)}
        self._insert(mark, next(lane for lane in range(len(taken) + 1) if lane not in taken))

    def remove(self, ident: str) -> Mark | None:
        """Take away what has this id; the first of that comes back."""
        removed = self._by_id.pop(ident, [])
        for mark in removed:
            shift, bin_ = _bin(mark.start, mark.end)
            self._bins[shift, bin_].remove(mark)
            self._in_shift[shift] -= 1
        return removed[0] if removed else None

    def between(self, start: int, end: int) -> list[Mark]:
        """The marks that overlap `[start, end)`, in no order."""
        found = []
        for shift, count in self._in_shift.items():
            if count:
                for bin_ in range(start >> shift, (max(start, end - 1) >> shift) + 1):
                    for mark in self._bins.get((shift, bin_), ()):
                        if mark.start < end and mark.end > start:
                            found.append(mark)
        return found

    def after(self, start: int, end: int, length: int) -> Mark | None:
        """The first mark that comes after the span in the order of start, end and id."""
        return self._nearest(start, length, lambda mark: (mark.start, mark.end, mark.id) > (start, end, "\uffff"), min)

    def before(self, start: int, end: int) -> Mark | None:
        """The last mark that comes before the span in the same order."""
        reach, low = 2_048, start
        while low > 0 or reach == 2_048:
            low = max(0, start - reach)
            found = [m for m in self.between(low, start + 1) if low <= m.start and (m.start, m.end) < (start, end)]
            if found:
                return max(found, key=lambda mark: (mark.start, mark.end, mark.id))
            if low == 0:
                return None
            reach *= 4
        return None

    def _nearest(
        self, start: int, length: int, wanted: Callable[[Mark], bool], pick: Callable[..., Mark]
    ) -> Mark | None:
        reach = 2_048
        while True:
            high = min(length, start + reach)
            found = [mark for mark in self.between(start, high) if mark.start < high and wanted(mark)]
            if found:
                return pick(found, key=lambda mark: (mark.start, mark.end, mark.id))
            if high >= length:
                return None
            reach *= 4


def _bin(start: int, end: int) -> tuple[int, int]:
    last = max(start, end - 1)
    return next((shift, start >> shift) for shift in _SHIFTS if start >> shift == last >> shift)
