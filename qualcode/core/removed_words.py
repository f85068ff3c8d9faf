"""Words that were taken out of a text for good, found again wherever they are quoted: across line ends, marks and letter case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

_WORDS = 5  # in a row that count as a quotation of a longer passage
_SIGNS = 10  # the same in scripts whose words are single signs
_TELLING = 3  # letters of a word, digits of a number, from which on it can be looked for by itself


class Found(NamedTuple):
    """A span of a text, in code points, that holds removed words."""

    start: int
    end: int


class _Token(NamedTuple):
    key: str
    start: int
    end: int


class RemovedWords:
    """The words of passages that were removed.

    A passage is found whole where it is short, else wherever a few of its words stand in a row; spaces, line ends,
    punctuation and letter case do not count. `too_short` has the passages that say too little to be looked for: `34`, `he`.
    """

    def __init__(self, passages: Iterable[str]) -> None:
        self._grams: set[tuple[str, ...]] = set()
        self._lengths: dict[str, set[int]] = {}
        self.too_short: list[str] = []
        for passage in dict.fromkeys(passages):
            self._take(passage)

    def __bool__(self) -> bool:
        return bool(self._grams)

    def _take(self, passage: str) -> None:
        keys = [token.key for token in _tokens(passage)]
        if not keys:
            return
        if not _is_telling(keys):
            self.too_short.append(passage)
            return
        for at, key in enumerate(keys):
            length = min(self._needed(key), len(keys))
            if at + length <= len(keys):
                self._grams.add(tuple(keys[at : at + length]))
                self._lengths.setdefault(key, set()).add(length)

    @staticmethod
    def _needed(key: str) -> int:
        return _SIGNS if _is_sign(key) else _WORDS

    def find(self, text: str) -> list[Found]:
        """Where the words stand in a text, in order, not overlapping."""
        found: list[Found] = []
        if not self._grams:
            return found
        tokens = _tokens(text)
        keys = [token.key for token in tokens]
        for at, key in enumerate(keys):
            for length in self._lengths.get(key, ()):
                if tuple(keys[at : at + length]) in self._grams:
                    start, end = tokens[at].start, tokens[at + length - 1].end
                    if found and start <= found[-1].end:
                        found[-1] = Found(found[-1].start, max(end, found[-1].end))
                    else:
                        found.append(Found(start, end))
        return found

    def forgive(self, text: str) -> None:
        """Do not look for what somebody else says too, in this text: common phrases, as long as nothing longer is alike."""
        tokens = _tokens(text)
        keys = [token.key for token in tokens]
        for start, end in self.find(text):
            within = [at for at, token in enumerate(tokens) if start <= token.start and token.end <= end]
            if len(within) < 2 * self._needed(keys[within[0]]):
                for at in within:
                    for length in [*self._lengths.get(keys[at], ())]:
                        self._grams.discard(tuple(keys[at : at + length]))

    def masked(self, text: str, marker: str) -> str:
        """The text with a marker in the place of each quotation."""
        parts, at = [], 0
        for start, end in self.find(text):
            parts += [text[at:start], marker]
            at = end
        return "".join([*parts, text[at:]])


def _tokens(text: str) -> list[_Token]:
    return [_Token(_key(match[0]), match.start(), match.end()) for match in _pattern().finditer(text)]


@lru_cache(maxsize=1)
def _pattern() -> Any:
    import regex

    single = r"\p{Han}\p{Hiragana}\p{Katakana}"
    return regex.compile(rf"(?V1)[{single}]\p{{M}}*|[[\p{{L}}\p{{N}}\p{{M}}]--[{single}]]+")


@lru_cache(maxsize=65_536)
def _key(word: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())


def _is_sign(key: str) -> bool:
    return len(key.rstrip("\u3099\u309a")) == 1 and key > "\u2e80"


def _is_telling(keys: list[str]) -> bool:
    signs = sum(map(_is_sign, keys))
    return signs > 1 or any(_says_much(key) for key in keys) or len(keys) >= _WORDS


def _says_much(key: str) -> bool:
    return len(key) >= (_TELLING + 1 if key.isdigit() else _TELLING)


_MARKERS: dict[str, tuple[str, str]] = {  # by script: what stands for redacted words, and for withdrawn ones
    "Latin": ("[redacted]", "[withdrawn]"),
    "Han": ("[已隐去]", "[已撤回]"),
    "Hiragana": ("[削除済み]", "[撤回済み]"),
    "Hangul": ("[삭제됨]", "[철회됨]"),
    "Cyrillic": ("[удалено]", "[отозвано]"),
    "Arabic": ("[محذوف]", "[مسحوب]"),
    "Hebrew": ("[הוסר]", "[נמשך]"),
    "Greek": ("[διαγράφηκε]", "[αποσύρθηκε]"),
}


def marker_for(text: str, *, withdrawn: bool = False) -> str:
    """What stands in a text of this script for words that were taken out."""
    counts = {script: sum(1 for _ in _letters(script, text[:20_000])) for script in _MARKERS}
    if counts["Hiragana"] * 10 > counts["Han"]:  # Japanese is written in both
        counts["Hiragana"] += counts["Han"]
    script = max(counts, key=lambda name: (counts[name], name == "Latin"))
    return _MARKERS[script][withdrawn]


def _letters(script: str, text: str) -> Iterator[Any]:
    import regex

    return iter(regex.finditer(rf"\p{{{script}}}", text))
