"""When in the recording a passage is said, by the time stamps of the turns around it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from qualcode.core.times import clock, seconds_in
from qualcode.index.index import Index

_STAMPS = "SELECT document, start, seconds FROM turn WHERE seconds IS NOT NULL{where} ORDER BY document, start"


class Stamps:
    """The time stamps of one document: where the turns that have one begin, and when."""

    def __init__(self, stamped: Iterable[tuple[int, float]], duration: str = "") -> None:
        pairs = sorted(stamped)
        self._starts = [start for start, _ in pairs]
        self._seconds = [seconds for _, seconds in pairs]
        self._duration = seconds_in(duration) if duration else None

    def __len__(self) -> int:
        return len(self._starts)

    def begin(self, start: int) -> float | None:
        """The time, in seconds, of the last stamped turn that begins at or before an offset; None before the first."""
        at = bisect_right(self._starts, start) - 1
        return self._seconds[at] if at >= 0 else None

    def end(self, start: int, end: int) -> float | None:
        """The time of the first stamped turn after a passage, never before the passage begins; else the duration."""
        at = bisect_left(self._starts, max(end, start + 1))
        seconds = self._seconds[at] if at < len(self._starts) else self._duration
        begin = self.begin(start)
        return seconds if seconds is None or begin is None else max(seconds, begin)

    def as_text(self, start: int, end: int) -> tuple[str, str]:
        """Beginning and end of a passage as hh:mm:ss, "" where not known."""
        begin, until = self.begin(start), self.end(start, end)
        return (clock(begin) if begin is not None else ""), (clock(until) if until is not None else "")


def stamps_of(index: Index, document: str) -> Stamps:
    """The time stamps of a document."""
    rows = index.rows(_STAMPS.format(where=" AND document = ?"), [document])
    return Stamps([row[1:] for row in rows], _durations(index).get(document, ""))


def with_times(index: Index, columns: Sequence[str], rows: Sequence[Any]) -> Sequence[Any]:
    """The rows of a table with these columns, `time_start` and the `time_end` after it filled in as hh:mm:ss.

    Rows whose `line` is 0 (a lost passage) and documents without time stamps stay as they are. Costs nothing where no
    document has any.
    """
    stamped = index.rows(_STAMPS.format(where=""))
    if not stamped:
        return rows
    durations = _durations(index)
    stamps = {
        name: Stamps([turn[1:] for turn in turns], durations.get(name, ""))
        for name, turns in groupby(stamped, key=itemgetter(0))
    }
    document, start, end, line, at = map(columns.index, ("document", "start", "end", "line", "time_start"))
    return [
        (*row[:at], *stamps[row[document]].as_text(row[start], row[end]), *row[at + 2 :])
        if row[line] and row[document] in stamps else row
        for row in rows
    ]  # fmt: skip


def _durations(index: Index) -> dict[str, str]:
    return dict(index.rows("SELECT id, duration FROM document WHERE duration <> ''"))
