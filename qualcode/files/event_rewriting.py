"""Event files of which lines are changed or left out for good; what need not change stays byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from qualcode.core.events import Event
from qualcode.errors import Problem
from qualcode.files.event_lines import events_in
from qualcode.files.event_log import event_lines

_ADVICE = "mend or delete the line first: what it holds could not be taken out (qualcode check tells more)"


class Line(NamedTuple):
    """One line of an event file as it stands there, LF aside, and its events; `whole` is False for a torn end."""

    number: int
    raw: bytes
    events: tuple[Event, ...]
    message: str
    whole: bool


def lines_in(data: bytes) -> list[Line]:
    """The lines of an event file that hold anything."""
    mark = b"\xef\xbb\xbf"
    pieces = data.removeprefix(mark).split(b"\n")
    found = []
    for number, raw in enumerate(pieces, 1):
        if line := raw.strip():
            events, message, _ = events_in(line)
            found.append(Line(number, raw, events, message, number < len(pieces)))
    return found


def unreadable(lines: Sequence[Line], shown_as: str) -> Iterator[Problem]:
    """Whole lines that hold no event that can be read: nobody can say what is in them."""
    for line in lines:
        if not line.events and line.whole:
            yield Problem(shown_as, line.number, line.message, _ADVICE)


def rewritten_lines(lines: Sequence[Line], rewrite: Callable[[Event], Event | None], keep_torn: bool) -> bytes:
    """The file with each event as `rewrite` gives it, without those that it gives None for.

    A torn end, which counts as no event, is left out unless `keep_torn`.
    """
    parts: list[bytes] = []
    for line in lines:
        if not line.events:
            if line.whole or keep_torn:
                parts.append(line.raw + (b"\n" if line.whole else b""))
            continue
        after = [rewrite(event) for event in line.events]
        if list(line.events) == after:
            parts.append(line.raw + b"\n")
        else:
            parts.append(event_lines([event for event in after if event is not None]))
    return b"".join(parts)
