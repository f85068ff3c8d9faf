"""Checksums at the end of event lines: written, compared, and used to find the one byte that is not as it was.

A line `{..., "sum": "xxxxxxxx"}` ends in the CRC-32 (as in zlib) of its bytes before `, "sum"`, in 8 hexadecimal digits. A CRC
tells where a single byte differs and what it was: there is one such place, or none.
"""

from __future__ import annotations

from functools import cache
from zlib import crc32

_BEFORE, _AFTER = b', "sum": "', b'"}'
_TAIL = len(_BEFORE) + 8 + len(_AFTER)
_LONGEST_TO_MEND = 4096  # bytes: in longer lines chance alone would too often offer a byte
_REVERSED_POLYNOMIAL = 0xEDB88320


def with_sum(line: bytes) -> bytes:
    """A line (one JSON object, without LF) with its sum as last member."""
    said = line[:-1]
    return b"%b%b%08x%b" % (said, _BEFORE, crc32(said), _AFTER)


def bears_sum(line: bytes) -> bool:
    """Whether the line ends in a sum."""
    return line[-_TAIL : 10 - _TAIL] == _BEFORE and line[-2:] == _AFTER


def sum_fits(line: bytes) -> bool:
    """Whether the sum in which the line ends is that of the line."""
    return line[10 - _TAIL : -2] == b"%08x" % crc32(line[:-_TAIL])


def mended(line: bytes) -> bytes | None:
    """The line as it was written, where exactly one of its bytes is another now; None where it is not so."""
    said, tail = line[:-_TAIL], line[-_TAIL:]
    if not said or len(line) > _LONGEST_TO_MEND:
        return None
    right = b"%b%08x%b" % (_BEFORE, crc32(said), _AFTER)
    if sum(was != now for was, now in zip(right, tail, strict=True)) == 1:
        return said + right
    if not bears_sum(line):
        return None
    try:
        told = int(tail[len(_BEFORE) : -2], 16)
    except ValueError:
        return None
    places = _places(crc32(said) ^ told, len(said))
    if len(places) != 1:
        return None
    ((at, change),) = places
    return said[:at] + bytes([said[at] ^ change]) + line[at + 1 :]


def _places(difference: int, length: int) -> list[tuple[int, int]]:
    """Where (and by which bits) one byte must have changed for the sums to differ so; going back from the last byte."""
    table, by_top, single = _tables()
    found = []
    for at in range(length - 1, -1, -1):
        if difference in single:
            found.append((at, single[difference]))
        low = by_top[difference >> 24]
        difference = ((difference ^ table[low]) << 8 | low) & 0xFFFFFFFF
    return found


@cache
def _tables() -> tuple[list[int], dict[int, int], dict[int, int]]:
    """What each value of a byte makes of a CRC; the value by the top byte of that; and by all of it, 0 left out."""
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_REVERSED_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    by_top = {made >> 24: value for value, made in enumerate(table)}
    return table, by_top, {made: value for value, made in enumerate(table) if value}
