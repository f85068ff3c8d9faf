"""Spellings in which a name may still be read, for whoever is to vouch that a text holds none: in any letter case, without
accents or with others, with signs that nobody sees between its letters, with a hyphen where a syllable ends, ü as ue.

`folded` brings texts and names to one spelling, and knows the way back.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate

from qualcode.core.pseudonym_forms import APOSTROPHES

_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


class Folded:
    """A text in plain letters; `place` leads from a place in it to the one in the text as it was."""

    def __init__(self, text: str) -> None:
        table = {char: plain for char in set(text) if char > "\x7f" and (plain := _plain(char)) != char}
        self.text = text.translate({ord(char): plain for char, plain in table.items()}) if table else text
        uneven = "".join(char for char, plain in table.items() if len(plain) != 1)
        hits = (
            [(hit.start(), len(table[hit[0]])) for hit in re.finditer(f"[{re.escape(uneven)}]", text)] if uneven else []
        )
        self._behind = [at + 1 for at, _ in hits]  # places in the text behind each sign that became none or several
        self._shifts = [0, *accumulate(length - 1 for _, length in hits)]
        self._folded_behind = [at + shift for at, shift in zip(self._behind, self._shifts[1:], strict=True)]

    def place(self, at: int) -> int:
        """The place in the text (code points), from one in the plain letters."""
        passed = bisect_right(self._folded_behind, at)
        return at - self._shifts[passed]


@lru_cache(maxsize=8192)
def _plain(char: str) -> str:
    parts = [one for one in unicodedata.normalize("NFKD", char) if not unicodedata.combining(one)]
    return unicodedata.normalize("NFC", "".join(one for one in parts if unicodedata.category(one) != "Cf"))


def folded(name: str) -> str:
    """The name in plain letters."""
    return Folded(name).text


def spellings(name: str) -> Iterator[str]:
    """The name in plain letters, also without apostrophes, and with ü as ue."""
    yield folded(name)
    if (closed := re.sub(f"[{APOSTROPHES}]", "", name)) != name:
        yield folded(closed)
    if (spelled := unicodedata.normalize("NFC", name).translate(_SPELLED_OUT)) != unicodedata.normalize("NFC", name):
        yield folded(spelled)


def loosely(name: str, *, hyphens: bool) -> str:
    """A name in plain letters as a regular expression: up to three other signs between its words, and with `hyphens` one
    within them, behind the second letter at the earliest."""
    words = [word for word in re.split(r"[\W_]+", name) if word]
    inside = "-?" if hyphens else ""
    return r"[\W_]{0,3}".join(
        re.escape(word[:2]) + "".join(inside + re.escape(sign) for sign in word[2:]) for word in words
    )
