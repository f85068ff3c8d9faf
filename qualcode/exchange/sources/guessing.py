"""Which encoding a text without a mark is most likely in."""

from __future__ import annotations

import codecs
import re
import string
from collections.abc import Iterator
from typing import NamedTuple

from qualcode.exchange.sources import languages
from qualcode.exchange.sources.languages import Language
from qualcode.exchange.sources.plausibility import plausibility

_WINDOWS, _WINDOW, _WORD = 8, 300, 80  # pieces looked at; bytes of one; bytes around a letter that is in none of them
_ANY = languages.ALL

# name: languages written in it, and a prior (logarithm). Of encodings that give the same text the first is named.
CANDIDATES: dict[str, tuple[tuple[Language, ...], float]] = {
    "utf-8": (_ANY, 2.0),
    "cp1252": (languages.WESTERN, 0.0), "cp1250": (languages.CENTRAL, 0.0), "cp1251": (languages.CYRILLIC, 0.0),
    "gb18030": ((*languages.SIMPLIFIED, *languages.TRADITIONAL), 0.0), "cp950": (languages.TRADITIONAL, 0.0),
    "big5hkscs": (languages.TRADITIONAL, -1.0), "cp932": (languages.JAPANESE, 0.0), "euc_jp": (languages.JAPANESE, -0.5),
    "cp949": (languages.KOREAN, 0.0), "cp1253": (languages.GREEK, 0.0), "cp1254": (languages.TURKISH, 0.0),
    "cp1255": (languages.HEBREW, 0.0), "cp1256": (languages.ARABIC, 0.0), "cp1257": (languages.BALTIC, -0.5),
    "cp1258": (languages.VIETNAMESE, 0.0), "cp874": (languages.THAI, 0.0), "koi8_r": (languages.CYRILLIC, -0.5),
    "koi8_u": (languages.CYRILLIC, -1.0), "iso8859_2": (languages.CENTRAL, -1.0), "iso8859_15": (languages.WESTERN, -1.0),
    "iso8859_7": (languages.GREEK, -1.0), "iso8859_5": (languages.CYRILLIC, -3.0), "iso8859_6": (languages.ARABIC, -3.0),
    "mac_roman": (languages.WESTERN, -3.0), "mac_latin2": (languages.CENTRAL, -4.0), "mac_cyrillic": (languages.CYRILLIC, -4.0),
    "cp850": (languages.WESTERN, -4.0), "cp852": (languages.CENTRAL, -4.0), "cp866": (languages.CYRILLIC, -3.0),
}  # fmt: skip
WIDE = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}  # bytes a unit

_RANDOM_SIGNS = -9.0  # a sign taken at random has less, real text -3 to -7.5

_TELLING = re.compile(rb"[\x00\x80-\xff]")
_LETTERS = string.ascii_letters.encode()
_SEVEN_BIT = ((b"\x1b$", "iso2022_jp_2"), (b"~{", "hz"), (b"\x1b$)C", "iso2022_kr"))


class Ranked(NamedTuple):
    """An encoding, how likely it is (logarithm of the probability of a byte), and the sample read in it."""

    encoding: str
    fit: float
    sample: str


def ranked(data: bytes) -> list[Ranked]:
    """Encodings, the likeliest first; of those that give the same text only one. Looks at a sample only."""
    found: dict[str, Ranked] = {}
    for one in (*_wide(data), *_narrow(data)):
        same = found.get(one.sample)
        found[one.sample] = one if same is None else same._replace(fit=max(same.fit, one.fit))
    return sorted(found.values(), key=lambda one: -one.fit)


def seven_bit(data: bytes) -> str:
    """The encoding of East Asian text that was sent as ASCII, by its shift signs; "" where there is none."""
    for sign, encoding in _SEVEN_BIT:
        if sign in data:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            if any("\u3040" <= char <= "\ud7a3" for char in text):
                return encoding
    return ""


def _narrow(data: bytes) -> Iterator[Ranked]:
    pieces = _pieces(data)
    size = sum(map(len, pieces)) or 1
    high = len(data) - len(_without_high(data))
    here = sum(len(piece) - len(_without_high(piece)) for piece in pieces)
    plain = (len(data) - len(data.translate(None, _LETTERS))) * here / high if high else 0
    for encoding, (spoken, prior) in CANDIDATES.items():
        sample = _read(pieces, encoding, len(pieces) > 1)
        yield Ranked(encoding, (plausibility(sample, spoken, plain) + prior) / size, sample)


def _wide(data: bytes) -> Iterator[Ranked]:
    for encoding, unit in WIDE.items():
        if len(data) < unit or (unit == 4 and b"\x00" not in data):
            continue
        length = len(data) - len(data) % unit
        step = max(2 * _WINDOW, length // 3 // 4 * 4)
        pieces = [data[start : start + 2 * _WINDOW] for start in range(0, length, step)]
        sample = _read(pieces, encoding, True)
        fit = plausibility(sample, _ANY) - 1.0
        if fit > _RANDOM_SIGNS * len(sample):
            yield Ranked(encoding, fit / sum(map(len, pieces)), sample)


def _read(pieces: list[bytes], encoding: str, cut: bool) -> str:
    """The pieces as text; where they were `cut` out of a file the last sign of each may be half of one, and is left out."""
    decoder = codecs.getincrementaldecoder(encoding)
    return "\n".join(decoder("replace").decode(piece, not cut) for piece in pieces)


def _pieces(data: bytes) -> list[bytes]:
    """Stretches with bytes beyond ASCII, from all over the file, each begun where a sign begins: after a space or line end.

    (None of the encodings has a byte for those within a sign.) Every byte that the file has is in one of them.
    """
    if len(data) <= _WINDOWS * _WINDOW:
        return [data]
    pieces, taken = [], 0
    for part in range(_WINDOWS):
        telling = _TELLING.search(data, max(taken, len(data) * part // _WINDOWS))
        if telling is None:
            break
        start = _word_start(data, telling.start(), taken)
        if start is not None:
            taken = start + _WINDOW
            pieces.append(data[start:taken])
    seen = set(b"".join(pieces))
    for byte in sorted(set(data) - seen):
        at = data.index(byte)
        start = _word_start(data, at, max(0, at - _WORD))
        if byte > 0x7F and start is not None:
            pieces.append(data[start : at + _WORD])
    return pieces or [data[:_WINDOW]]


def _word_start(data: bytes, at: int, lowest: int) -> int | None:
    """Where the word with the byte at `at` begins, not before `lowest`; None where that is not to be seen nearby."""
    lowest = max(lowest, at - 16 * _WINDOW)
    start = max(data.rfind(b" ", lowest, at), data.rfind(b"\n", lowest, at), data.rfind(b"\r", lowest, at)) + 1
    return start if start or lowest == 0 else None


def _without_high(data: bytes) -> bytes:
    return data.translate(None, bytes(range(0x80, 0x100)))
