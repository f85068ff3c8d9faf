"""Finds which of many forms stand where in a text: one regular expression walks over the places at which one may begin, and
what may stand there is only tried, and only then compiled, at such a place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from qualcode.core.pseudonym_forms import APOSTROPHES, HYPHENS, is_unspaced

_CLITICS = {"ARABIC": "وفبلكا", "HEBREW": "ובלהמשכ"}  # "and", "to", "in", "the": written together with the name
_HEAD, _LOOSE_HEAD = 3, 2  # signs; loosely written there may be a hyphen behind the second
# What stands before an ASCII letter, itself just read, with which a word may begin: no other one, but for that of an escaped line end.
_AFTER_NO_LETTER = r"(?:(?<![A-Za-z][\s\S])|(?<=\\[nrt][\s\S]))"


class Finder:
    """Forms of names by their first signs."""

    def __init__(self, written: Iterable[tuple[str, str]], *, any_case: bool = False) -> None:
        """`written`: how each form begins, and the regular expression of all of it."""
        self._any_case = any_case
        self._head = _LOOSE_HEAD if any_case else _HEAD
        self._forms: dict[str, list[tuple[str, str]]] = {}
        for text, expression in written:
            head = _head(_folded(text[: self._head]) if any_case else text[: self._head])
            alone = rf"(?:{expression})(?![^\W_])" if len(text) == 1 else expression
            self._forms.setdefault(head, []).append((text, alone))
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._starts = re.compile(_starts(self._forms))

    def may_be_in(self, text: str) -> bool:
        """False where no form begins anywhere in the text."""
        return self._starts.search(_folded(text) if self._any_case else text) is not None

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each form in the text that begins a word, the longest at each place, none overlapping another."""
        walked = _folded(text) if self._any_case else text
        search, at = self._starts.search, 0
        while (candidate := search(walked, at)) is not None:
            start = candidate.start()
            at = start + 1
            if not begins_word(text, start):
                continue
            ends = [
                match.end()
                for length in range(1, self._head + 1)
                if (head := walked[start : start + length]) in self._forms
                and (match := self._expression(head).match(text, start)) is not None
            ]
            if ends:
                at = max(ends)
                yield start, at

    def _expression(self, head: str) -> re.Pattern[str]:
        compiled = self._compiled.get(head)
        if compiled is None:
            forms = sorted(self._forms[head], key=lambda form: len(form[0]), reverse=True)
            flags = re.IGNORECASE if self._any_case else 0
            compiled = self._compiled[head] = re.compile("|".join(one for _, one in forms), flags)
        return compiled


def _head(start: str) -> str:
    """The signs by which a form is found: fewer where others may stand behind the first ones, however the form is written."""
    length = 1
    while length < len(start) and start[length].isalnum() and start[length] not in APOSTROPHES:
        length += 1
    return start[:1] if is_unspaced(start[0]) else start[:length]


def _folded(text: str) -> str:
    """The text in small letters, sign for sign."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(char if len(char.casefold()) > 1 else char.casefold() for char in text)


def _starts(heads: Iterable[str]) -> str:
    """The regular expression of all heads, as a tree by their signs."""
    tree: dict[str, Any] = {}
    for head in sorted(heads, key=len):
        node: Any = tree
        last = len(head) - 1
        for number, char in enumerate(head):
            if node.get(char, {}) is None:  # a shorter head is enough
                break
            node = node.setdefault(char, None if number == last else {})
    branches = [
        re.escape(char) + (_AFTER_NO_LETTER if char.isascii() and char.isalpha() else "") + _branches(below)
        for char, below in sorted(tree.items())
    ]
    return "|".join(branches) or "(?!)"


def _branches(tree: dict[str, Any] | None) -> str:
    if tree is None:
        return ""
    ends = [char for char, below in tree.items() if below is None]
    parts = [f"[{''.join(map(re.escape, sorted(ends)))}]"] if ends else []
    parts += [re.escape(char) + _branches(below) for char, below in sorted(tree.items()) if below is not None]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def begins_word(text: str, start: int) -> bool:
    """Whether a name may begin here: nothing that belongs to the same word stands before."""
    if start == 0 or is_unspaced(text[start]) or text[start] in HYPHENS:
        return True
    before = text[start - 1]
    if not (before.isalpha() or unicodedata.combining(before)) or is_unspaced(before):
        return True
    if before in "nrt" and text[start - 2 : start - 1] == "\\":  # a line end, as JSON within a text writes it
        return True
    clitics = _CLITICS.get(script(text[start]), "")
    at = start
    while at and start - at < 3 and text[at - 1] in clitics:
        at -= 1
    return at < start and (at == 0 or not text[at - 1].isalnum())


@lru_cache(maxsize=4096)
def script(char: str) -> str:
    """The script of a sign, as Unicode names it."""
    return unicodedata.name(char, "").split(" ", 1)[0]
