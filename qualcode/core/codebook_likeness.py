"""Codes whose names are so much alike that they may be one code twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from qualcode.core.text import fold

SAME_PLACE = "the same name under the same parent"
ACCENTS = "the same name but for how accents are composed"
CASE = "the same name but for upper and lower case"
PUNCTUATION = "the same name but for spaces, hyphens or punctuation"
PLURAL = "the same name in singular and plural"
_SHORTEST = 3


def near_duplicates(codes: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Pairs of code ids with the reason, from `(id, name, path)` of each code.

    A code is paired once at most, with an earlier one that is alike. The very same name under different parents is
    nobody's mistake and not reported. Takes time in proportion to the number of codes.
    """
    places: dict[str, str] = {}
    first: dict[str, tuple[str, str]] = {}
    pairs: list[tuple[str, str, str]] = []
    for code_id, name, path in codes:
        letters = _letters(name) or name
        if path in places:
            pairs.append((places[path], code_id, SAME_PLACE))
        elif alike := _alike(name, letters, first):
            pairs.append((alike[0], code_id, alike[1]))
        places.setdefault(path, code_id)
        first.setdefault(letters, (code_id, name))
    return pairs


def _alike(name: str, letters: str, first: Mapping[str, tuple[str, str]]) -> tuple[str, str] | None:
    """The id of an earlier code that is alike, and why; `first` has the first code of each row of letters."""
    if letters in first and first[letters][1] != name:
        return first[letters][0], _reason(first[letters][1], name)
    return next(((first[other][0], PLURAL) for other in _other_numbers(letters) if other in first), None)


def _reason(one: str, other: str) -> str:
    if unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        return ACCENTS
    return CASE if fold(one) == fold(other) else PUNCTUATION


def _letters(name: str) -> str:
    """The name without case, spaces and punctuation. Symbols such as + stay: `mood +` is not `mood -`."""
    text = fold(name)
    if text.isascii() and text.isalnum():
        return text
    return "".join(char for char in text if unicodedata.category(char)[0] in "LMNS")


def _other_numbers(letters: str) -> Iterator[str]:
    """What the plurals of the name would be, and the singulars if it is a plural (English; the last word counts)."""
    if len(letters) >= _SHORTEST:
        yield from _plurals(letters)
    singulars = [letters[:-1], letters[:-2], letters[:-3] + "y"] if letters.endswith("s") else []
    yield from (one for one in singulars if len(one) >= _SHORTEST and letters in _plurals(one))


def _plurals(singular: str) -> list[str]:
    found = [] if singular.endswith("s") else [singular + "s"]
    if singular.endswith(("s", "x", "z", "ch", "sh", "o")):
        found.append(singular + "es")
    if singular.endswith("y"):
        found.append(singular[:-1] + "ies")
    return found
