"""Words that a typesetter divided at the end of a line, told from hyphens that belong to the word or break off speech."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from qualcode.core.text import join_words

_WORD = r"[^\W\d_]+"
_DIVIDED = re.compile(rf"({_WORD})[-\u2010]$")
_FIRST = re.compile(_WORD)
_TOKEN = re.compile(rf"{_WORD}(?:[-\u2010]{_WORD})*[-\u2010]?")
_HYPHENS = ("-", "\u2010", "\u00ad")
_AND = frozenset("and or to und oder bis et ou à y o e ni en of och eller i a oraz lub".split())


class Hyphens:
    """How the hyphens at line ends of one document are to be read, from how its words are written elsewhere in it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._broken_off: set[str] = set()
        self.mended: list[str] = []
        for before, line in pairwise(["", *lines]):
            tokens = _TOKEN.findall(line.casefold().replace("\u2010", "-"))
            if before.endswith(_HYPHENS):
                tokens = tokens[1:]
            if line.endswith(_HYPHENS):
                tokens = tokens[:-1]
            self._broken_off.update(token[:-1] for token in tokens if token.endswith("-"))
            self._words.update(tokens)

    def joined(self, left: str, right: str) -> tuple[str, str]:
        """The end of a line as it is to be written, and what comes between it and the next line ("" or a space).

        A hyphen stays where the document writes the word with one elsewhere; it stays with a space behind it where a
        part of a compound was saved (`two- and three`) or a speaker broke off. Otherwise, before a lower-case letter, the
        word was divided by the typesetter: it is mended, and listed in `mended`.
        """
        first, divided = _FIRST.match(right), _DIVIDED.search(left[-60:])
        if first and left.endswith("\u00ad"):
            return self._mend(left, first[0])
        if not first or not divided:
            return left, _between(left, right)
        beginning, end = divided[1].casefold(), first[0].casefold()
        if f"{beginning}-{end}" in self._words:
            return left, ""
        if beginning + end in self._words and not first[0][0].isupper():
            return self._mend(left, first[0])
        if end in _AND or beginning in self._broken_off or (self._broken_off and end.startswith(beginning)):
            return left, " "
        if first[0][0].isupper():
            return left, " " if self._broken_off else ""
        return self._mend(left, first[0])

    def _mend(self, left: str, end: str) -> tuple[str, str]:
        self.mended.append(f"{left[:-1].split()[-1] if left[:-1].split() else ''}-{end}")
        return left[:-1], ""


def _between(left: str, right: str) -> str:
    left, right = left[-8:], right[:8]
    return " " if len(join_words(left, right)) > len(left) + len(right) else ""
