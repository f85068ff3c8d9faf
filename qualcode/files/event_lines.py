"""One line of an event file to the events in it, as far as a damaged line still tells them; and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from qualcode.core.events import Event, event_data, event_from
from qualcode.core.how_many import how_many
from qualcode.files.line_sums import bears_sum, mended, sum_fits, with_sum

_MEMBERS = frozenset((*Event.__slots__, "v"))
_BEGINNING = re.compile(rb'\{"v": ?[0-9]')
_RESTORE = 'restore the line from a backup or from git; if the edit was meant, take its "sum" out'
_AS_IT_STANDS = "this line is not as it was written: damaged, or edited by hand; it is read as it stands"
_REST_IS_LOADED = "the other lines are loaded; restore this one from a backup or from git, or delete it"
_APART = "put each event on a line of its own; what is none restore from a backup or from git, or delete it"
_ZEROS_ADVICE = "put the lines that a backup or git has of this file back into it (in any order)"


class Found(NamedTuple):
    """What a line holds; where it is not as it was written, what is wrong with it and what to do."""

    events: tuple[Event, ...]
    message: str = ""
    advice: str = ""


def lines_in(data: bytes) -> list[bytes]:
    """The lines of an event file, as careless tools may have left them: a byte-order mark in front, CRLF or CR at their ends."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.split(b"\n")


def line_of(event: Event) -> bytes:
    """The event as it is written, without LF. Raises UnicodeEncodeError for halves of characters."""
    return with_sum(json.dumps(event_data(event), ensure_ascii=False, separators=(", ", ": ")).encode())


def whole_event(line: bytes) -> Event | None:
    """The event of a line that is as it was written, or None: see then `events_in`."""
    data = _decoded(line)
    if type(data) is dict and _is_as_written(line, data):
        event = event_from(data)
        return event if type(event) is Event else None
    return None


def _is_as_written(line: bytes, data: dict[str, Any]) -> bool:
    """As far as can be known: lines without sum stem from older versions, and end in a member that these knew."""
    if bears_sum(line):
        return sum_fits(line)
    return "sum" not in data and next(reversed(data), "v") in _MEMBERS


def events_in(line: bytes) -> Found:
    """The events of a line: one, unless it is damaged. What was written is read where the sum tells what it was."""
    data = _decoded(line)
    event = event_from(data) if not isinstance(data, str) else data
    if not isinstance(data, dict) or not _is_as_written(line, data):
        return _damaged(line, event)
    return Found((event,)) if isinstance(event, Event) else Found((), event, _advice(event))


def holds_events(line: bytes) -> bool:
    """Whether a line holds anything that must be kept: an event, also of a newer qualcode, be it among damage."""
    return bool(events_in(line).events) or not isinstance(_decoded(line), str)


def _damaged(line: bytes, event: Event | str) -> Found:
    """What can be read of a line that is not as it was written."""
    before = mended(line)
    read = event_from(_decoded(before)) if before is not None else ""
    if isinstance(read, Event):
        return Found((read,), "one byte of this line is not as it was written; it is read as it was written", _RESTORE)
    if isinstance(event, Event):
        return Found((event,), _AS_IT_STANDS, _RESTORE if b'"sum"' in line else _REST_IS_LOADED)
    if not line.strip(b"\0"):
        return Found(
            (),
            f"{how_many(len(line), 'zero byte')}, as a power cut leaves them: what stood here is gone",
            _ZEROS_ADVICE,
        )
    within = tuple(_within(line))
    if within:
        return Found(
            within,
            f"{how_many(len(within), 'event')} together with something else, on one line; all whole events are read",
            _APART,
        )
    return Found((), event, _REST_IS_LOADED)


def _within(line: bytes) -> Iterator[Event]:
    """The whole events in a line that is none: two lines without a line end between them, or the half of one before another."""
    starts = [match.start() for match in _BEGINNING.finditer(line)]
    for start, end in pairwise([*starts, len(line)]):
        part = line[start : line.rfind(b"}", start, end) + 1]
        if bears_sum(part) and not sum_fits(part):
            part = mended(part) or b""
        event = event_from(_decoded(part))
        if isinstance(event, Event):
            yield event


def _decoded(line: bytes) -> Any:
    """What a line of JSON says, or (a text) why it is none."""
    try:
        data = json.loads(line.decode("utf-8"))
        if b"\\u" in line:
            json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "holds half a character (a lone surrogate)"
    except UnicodeDecodeError:
        return "not UTF-8 text"
    except (ValueError, RecursionError):
        return "not a line of JSON"
    return data if not isinstance(data, str) else [data]


def _advice(message: str) -> str:
    if "newer qualcode" in message:
        return "update qualcode; until then this line has no effect"
    return _REST_IS_LOADED
