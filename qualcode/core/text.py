"""Text as qualcode sees it: lines, words, case-folded search. Offsets are Unicode code points."""

from __future__ import annotations

import hashlib
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any


def normalise_newlines(text: str) -> str:
    """The text with LF line ends only. U+2028, form feeds and the like are left alone: they are text."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def split_lines(text: str) -> list[str]:
    """Lines without their LF; the one place where text is cut into lines (str.splitlines cuts at U+2028 too)."""
    return text.split("\n")


def line_starts(lines: Sequence[str]) -> array[int]:
    """Offset of each line's first code point, and one past the end of the text (as if it ended in LF)."""
    return array("q", accumulate((len(line) + 1 for line in lines), initial=0))


def body_hash(body: str) -> str:
    """First 16 hex digits of the SHA-256 of the body in UTF-8: tells one version of a text from another."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=1)
def word_pattern() -> Any:
    """A word: letters, digits and their combining marks, joined by ' or -; each Han or kana sign by itself."""
    import regex

    single = r"\p{Han}\p{Hiragana}\p{Katakana}"
    run = rf"[[\p{{L}}\p{{N}}\p{{M}}]--[{single}]]+"
    return regex.compile(rf"(?V1)[{single}]\p{{M}}*|{run}(?:['’\-‐‑]{run})*")


def count_words(text: str) -> int:
    """Number of words. A Han or kana sign counts as one word, as word processors count them."""
    if text.isascii():
        return _count_ascii_words(text)
    return len(word_pattern().findall(text))


@lru_cache(maxsize=1)
def _ascii_words() -> Any:
    import re

    return re.compile(r"[A-Za-z0-9]+(?:['\-][A-Za-z0-9]+)*")


def _count_ascii_words(text: str) -> int:
    return len(_ascii_words().findall(text))


@lru_cache(maxsize=1)
def _unspaced_sign() -> Any:
    """A sign of a script that is written without spaces between words, its full-width punctuation included."""
    import regex

    scripts = "".join(
        rf"\p{{{name}}}" for name in ("Han", "Hiragana", "Katakana", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar")
    )
    return regex.compile(rf"[{scripts}\u3000-\u30ff\ufe30-\ufe4f\uff00-\uff9f\U000e0100-\U000e01ef]")


_SHARED_MARKS = "“”‘’\"'…—·"  # written in Chinese and in English alike: the sign behind them tells


def join_words(left: str, right: str) -> str:
    """Both pieces as running text: with one space between them, or none where one of them has a space there already
    or where either sign at the seam belongs to a script written without spaces (Hangul writes them).
    """
    if not left or not right or left[-1].isspace() or right[0].isspace() or left[-1] == "\u200b":
        return left + right
    if left[-1] <= "\u02ff" and right[0] <= "\u02ff":
        return f"{left} {right}"
    unspaced = _unspaced_sign().match
    if unspaced(left[-1]) or unspaced(right[0]):
        return left + right
    before, after = left.rstrip(_SHARED_MARKS), right.lstrip(_SHARED_MARKS)
    if before and after and unspaced(before[-1]) and unspaced(after[0]):
        return left + right
    return f"{left} {right}"


def fold(text: str) -> str:
    """The text for comparison: case-folded and canonically decomposed, so that É, é and e + U+0301 are alike."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFD", text.casefold())


class FoldedText:
    """A text, folded once, in which every occurrence of a folded needle is found and mapped back to the original.

    Folding changes lengths (ß, İ, é): the map from folded to original offsets is built line by line, for lines with hits.
    """

    def __init__(self, text: str, folded: str | None = None) -> None:
        self._text = text
        self.folded = fold(text) if folded is None else folded
        self._lines: tuple[list[str], array[int], array[int]] | None = None
        self._maps: dict[int, array[int]] = {}

    def occurrences(self, needle: str) -> Iterator[tuple[int, int]]:
        """Spans `(start, end)` of the needle in the original text, in order, not overlapping one another.

        A hit never begins or ends within a character: `e` is not found in `é`, however that is composed.
        """
        wanted, hay, at = fold(needle), self.folded, 0
        while wanted and (at := hay.find(wanted, at)) >= 0:
            span = self.original(at, at + len(wanted))
            if span is None:
                at += 1
            else:
                yield span
                at += len(wanted)

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """The span of the original text that this span of the folded one was; None where that cuts a character."""
        hay = self.folded
        if _joins_previous(hay, start) or _joins_previous(hay, end):
            return None
        if len(hay) == len(self._text) and not unicodedata.combining(hay[start]):
            return start, end
        first, last = self._unfolded(start), self._unfolded(end)
        if first is None or last is None:
            return None
        # decomposing puts the marks on a letter into a set order, so among marks alone the map may be off
        if unicodedata.combining(hay[start]) and fold(self._text[first:last]) != hay[start:end]:
            return None
        return first, last

    def _unfolded(self, at: int) -> int | None:
        """The offset in the original text; None where a sign that folds to several is cut."""
        if self._lines is None:
            lines = split_lines(self._text)
            self._lines = lines, line_starts(lines), line_starts(split_lines(self.folded))
        lines, starts, folded_starts = self._lines
        number = min(bisect_right(folded_starts, at) - 1, len(lines) - 1)
        within = at - folded_starts[number]
        if folded_starts[number + 1] - folded_starts[number] == len(lines[number]) + 1:
            return starts[number] + within
        if number not in self._maps:
            self._maps[number] = array("q", accumulate((len(fold(char)) for char in lines[number]), initial=0))
        place = bisect_left(self._maps[number], within)
        found = place < len(self._maps[number]) and self._maps[number][place] == within
        return starts[number] + place if found else None


_JOINER = "\u200d"


def _joins_previous(text: str, at: int) -> bool:
    """Whether the sign here is one character with the sign before: an accent that has a composed form with it,
    a Hangul vowel or final, a part of a joined emoji. Vowel signs that never compose, as in Arabic, stand for themselves.
    """
    if not 0 < at < len(text):
        return False
    char = text[at]
    if char <= "\u02ff":
        return False
    if char == _JOINER or text[at - 1] == _JOINER or "\u1160" <= char <= "\u11ff":
        return True
    if unicodedata.combining(char) == 0:
        return False
    base = at - 1
    while base > 0 and unicodedata.combining(text[base]):
        base -= 1
    return len(unicodedata.normalize("NFC", text[base] + char)) == 1
