"""Times within a recording: written as hh:mm:ss, reckoned in seconds."""

from __future__ import annotations

import re

_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,]\d+)?|(\d{1,6})(?:[.,]\d+)?")


def seconds_in(text: str) -> int | None:
    """The whole seconds that `hh:mm:ss`, `mm:ss` or a number of seconds says, rounded down; None where it is no time."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, plain = match.groups()
    if plain is not None:
        return int(plain)
    if int(seconds) > 59 or (hours and int(minutes) > 59):
        return None
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)


def clock(seconds: float) -> str:
    """The time as hh:mm:ss, rounded down to whole seconds.

    >>> clock(3725.9)
    '01:02:05'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
