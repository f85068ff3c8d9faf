"""Moments as people write them, to the UTC text that events carry, and back.

Nothing here knows the time zone: the caller hands in how a local time becomes an aware one, or an aware one local.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from qualcode.errors import BadOption

Aware = Callable[[datetime], datetime]

_ZONE = r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?"
_CLOCK = rf"(?P<clock>[0-9]{{1,2}}:[0-9]{{2}})(?P<seconds>:[0-9]{{2}}(?:\.[0-9]{{1,6}})?)?[ ]?{_ZONE}"
_MOMENT = re.compile(rf"(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:(?:T|[ ]+){_CLOCK})?")
_END_OF_TIME = "~"  # sorts after every id


class Moment(NamedTuple):
    """A point in the order of events: those before `at` lie before it, those at it up to the id (all, where none is given)."""

    at: str
    id: str = _END_OF_TIME


def is_moment(text: str) -> bool:
    """Whether the text is written like a date, with a time of day or without."""
    return _MOMENT.fullmatch(text.strip()) is not None


def moment(text: str, aware: Aware, *, end_of_day: bool = False) -> str:
    """The moment as events carry it: UTC, ISO 8601, milliseconds.

    `2026-11-20` is a whole day, of which the first or the last moment is meant; `2026-11-20 18:00` is local time unless Z
    or an offset stands behind it. `aware` gives a local time its zone. Raises BadOption.
    """
    match = _MOMENT.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        clock = match["clock"] or ("23:59" if end_of_day else "00:00")
        seconds = match["seconds"] or (":59.999" if end_of_day and not match["clock"] else "")
        time = datetime.fromisoformat(f"{match['day']}T{clock:0>5}{seconds}{_padded(match['zone'] or '')}")
        return utc_text(time if match["zone"] else aware(time))
    except (ValueError, OverflowError, OSError) as error:
        raise BadOption(
            f"{text!r} is neither a date nor a milestone: write 2026-11-20, '2026-11-20 18:00' (local time), "
            "2026-11-20T18:00:00Z, or a name that `qualcode milestones` lists."
        ) from error


def _padded(zone: str) -> str:
    return zone if zone in ("", "Z") or ":" in zone else f"{zone[:3]}:{zone[3:]}"


def utc_text(time: datetime) -> str:
    """An aware time as events carry it."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(at: str, local: Aware, *, seconds: bool = False) -> str:
    """An event's time for reading, in local time: `2026-11-20 18:00`. What is no time is shown as it is."""
    try:
        time = local(datetime.fromisoformat(at))
    except (ValueError, OverflowError, OSError):
        return at
    return time.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
