"""How likely a text is in the languages that we know: the measure by which encodings are told apart.

All is in natural logarithms of probabilities, so that letters, syllables and Han signs can be compared: a text that was read in
the wrong encoding has letters that are rare in every language, or stand where no letter does.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from qualcode.exchange.sources.languages import Language

LOST = "\ufffd"  # what a decoder gives for bytes that mean nothing

_LETTER, _OTHER_ASCII, _CONTROL = -3.0, -4.5, -13.0
_ASCII = {chr(code): _LETTER if chr(code).isalpha() else _OTHER_ASCII for code in range(32, 127)}
_ASCII |= {chr(code): _CONTROL for code in (*range(32), 127)}
_ASCII |= {" ": -1.9, "\n": -3.5, "\r": -3.5, "\t": -5.0, "\x1b": -8.0}
_MARKS = dict.fromkeys("‘’“”„‚«»‹›–—…•·", -6.5) | {"\u00a0": -7.0, "\ufeff": -8.0, LOST: -20.0}
_MARKS |= dict.fromkeys("§°£€©®½¼¾²³", -8.0)
_MARKS |= dict.fromkeys("，。", -3.5) | dict.fromkeys("、：？！「」（）《》『』；～・\u3000", -5.5)
_BY_CATEGORY = {
    "Cc": -15.0, "Cn": -20.0, "Co": -20.0, "Cs": -20.0, "Cf": -12.0, "Mn": -13.0, "Mc": -13.0, "No": -11.0, "Sk": -12.0,
    "Sc": -9.0, "So": -10.0, "Sm": -10.0, "Po": -9.0, "Pd": -9.0, "Ps": -10.0, "Pe": -10.0,
}  # fmt: skip
_WITHIN_WORDS = frozenset("’‘·\u00ad\u200c\u200d\u0301\u0300\u0303\u0309\u0323" + "".join(map(chr, range(128))))
_MIXED = ((0.0, 5.0, 2.5), (5.0, 0.0, 3.0), (2.5, 3.0, 0.0))  # a letter of one family of scripts after one of another
_LATIN, _OTHER_ALPHABET, _OTHER_SIGN = -11.0, -13.0, -16.0
_FOREIGN_WORDS_ONLY = 0.001  # a share of letters beyond ASCII that says nothing: English
_FOR_ABSENCE = -3.0  # at most, for each sign that is there


def plausibility(text: str, languages: Iterable[Language], ascii_letters: float = 0) -> float:
    """Logarithm of the probability of the text in the likeliest of the languages, spelling of words included.

    `ascii_letters`: how many letters without accents there are for those with accents in this text; many speak against
    languages that have an accent in every third word.
    """
    counts = Counter(text.lower())
    plain = sum(_ASCII[char] * number for char, number in counts.items() if char in _ASCII)
    beyond = [(char, number) for char, number in counts.items() if char not in _ASCII]
    return plain + max(_fit(beyond, language, ascii_letters) for language in languages) + _spelling(text)


def _fit(beyond: list[tuple[str, int]], language: Language, ascii_letters: float) -> float:
    letters = _letters(language)
    present = 1 + sum(number for _, number in beyond)
    absence = max(_FOR_ABSENCE * present, ascii_letters * math.log(1 - min(language.share, 0.5)))
    fit = language.prior + (absence if language.share > _FOREIGN_WORDS_ONLY else 0)
    for char, number in beyond:
        cost = letters.get(char)
        fit += number * (_cost(char, language.rows) if cost is None else cost)
    return fit


@lru_cache(maxsize=64)
def _letters(language: Language) -> dict[str, float]:
    letters = "".join(dict.fromkeys(language.letters))
    weights = [language.decay**rank for rank in range(len(letters))]
    whole = sum(weights)
    return {letter: math.log(language.share * weight / whole) for letter, weight in zip(letters, weights, strict=True)}


@lru_cache(maxsize=1 << 15)
def _cost(char: str, rows: tuple[tuple[str, int, int, float], ...]) -> float:
    """The cost of a sign that is none of a language's frequent letters."""
    if char in _MARKS:
        return _MARKS[char]
    category = unicodedata.category(char)
    if category in _BY_CATEGORY:
        return _BY_CATEGORY[category]
    if char < "\u0250":
        return _LATIN
    for codec, first, last, cost in rows:
        coded = char.encode(codec, "ignore")
        if len(coded) == 2 and first <= coded[0] <= last:
            return cost
    return _OTHER_ALPHABET if char < "\u3100" else _OTHER_SIGN


def _spelling(text: str) -> float:
    """What speaks against the text in how its letters stand together: `пРИВЕТ`, `cafй`, `M¸ller`, `caf‚`."""
    cost, earlier, before = 0.0, " ", " "
    for char in text + " ":
        if char > "\x7f" or before > "\x7f":
            if char.isalpha():
                if char > "\x7f" and char.isupper():
                    cost -= 4.0 if before.islower() else 1.0
                if before.isdigit() and char < "\u0590":
                    cost -= 4.0
                elif before.isalpha():
                    cost -= _MIXED[_script(before)][_script(char)]
                elif before not in _WITHIN_WORDS and char < "\u0250" and not before.isspace() and earlier.isalpha():
                    cost -= 6.0
            elif _is_out_of_place(earlier, before, char):
                cost -= 6.0
        earlier, before = before, char
    return cost


def _is_out_of_place(earlier: str, before: str, char: str) -> bool:
    """Whether a sign that is no letter can hardly stand here: an opening quotation mark a digit or the end of a word of
    one letter (in other alphabets than Latin few are) after a letter, an Eastern vowel mark after none."""
    if "\u0590" <= char < "\u0f00" and before < "\u0590" and unicodedata.category(char) == "Mn":
        return True
    if char.isdigit() and before < "\u0590" and before.isalpha():
        return True
    alone = "\u0370" <= before < "\u1100" and not earlier.isalpha()
    return before.isalpha() and (alone or char in "„‚")


def _script(letter: str) -> int:
    """Which family of scripts a letter is of, roughly: Latin, other alphabets, East Asian signs."""
    return 0 if letter < "\u0370" else 1 if letter < "\u1e00" else 2
