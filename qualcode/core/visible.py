"""Making text fit to show: pseudonyms stand for names where a key is worn (`overlay`), and control and direction characters become
visible signs, one for one. Where offsets into a text must hold, give it as the overlay shows it: then its length stays."""

from __future__ import annotations

import unicodedata
from itertools import takewhile

from qualcode.core.overlay import shown

_SIGNS = {code: 0x2400 + code for code in range(32)}
_SIGNS |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_SIGNS |= dict.fromkeys((0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)
_SIGNS |= {0x7F: 0x2421, 0x09: 0x20, 0x2028: 0x2424, 0x2029: 0x2424, 0xFEFF: 0xFFFD}
_SIGNS |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_SIGNS_KEEPING_LF = {code: sign for code, sign in _SIGNS.items() if code != 0x0A}

_BEFORE = 20  # signs that two quotes have in common and that are shown all the same


def is_printable(text: str) -> bool:
    """Whether all of it can be seen or joins what can: the joiners of Persian, Indic scripts and emoji count as letters do."""
    return text.replace("\u200c", "").replace("\u200d", "").isprintable()


def visible(text: str) -> str:
    """One line of text that cannot drive a terminal: ESC is shown as ␛, a line end as ␊, a tab as a space."""
    return as_stored(shown(text))


def as_stored(text: str) -> str:
    """Like `visible`, but names stand as they are: for fields in which a text is edited."""
    return text if text.isascii() and text.isprintable() else text.translate(_SIGNS)


def visible_lines(text: str) -> str:
    """Like `visible`, but line ends stay line ends."""
    return shown(text).translate(_SIGNS_KEEPING_LF)


def shorten(text: str, length: int) -> str:
    """The text on one visible line, cut to so many characters with an ellipsis."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= length else line[: max(0, length - 1)].rstrip() + "…"


def quoted(text: str, length: int = 48) -> str:
    """A short form of a quote, in quotation marks, for messages."""
    return f"“{shorten(text, length)}”"


def quoted_apart(one: str, other: str, length: int = 48) -> tuple[str, str]:
    """Short forms of two quotes to compare: where they are longer, both from a little before they begin to differ."""
    lines = [visible(" ".join(text.split())) for text in (one, other)]
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*lines, strict=False))) - _BEFORE
    if start > 0 and lines[0] != lines[1] and max(map(len, lines)) > length:
        lines = [f"…{line[start:]}" for line in lines]
    return quoted(lines[0], length), quoted(lines[1], length)


def columns(text: str) -> int:
    """How many terminal columns the text takes: wide signs two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def fit(text: str, width: int) -> str:
    """The text on one visible line, cut (with an ellipsis) or filled with spaces to just so many columns."""
    line = visible(text)
    if columns(line) > width:
        kept, used = [], 0
        for char in line:
            used += _columns_of(char)
            if used > width - 1:
                break
            kept.append(char)
        line = "".join(kept) + "…"
    return line + " " * (width - columns(line))
