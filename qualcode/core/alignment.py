"""Which turn of a translation answers to which turn of the original: by order, adjusted by pins, checked by who speaks.

Turns are numbered from 0 here, as in `Body.turns`; people, front matter and messages count them from 1.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from qualcode.core.document import Body

_PIN = re.compile(r"(\d{1,7})\s*=\s*(\d{1,7})")
_FARTHEST = 5  # how many turns off a link is looked for
_AHEAD = 60  # links looked at to judge a shift: no transcript takes longer than it is


class Pin(NamedTuple):
    """A link that a person set: this turn of the original is that turn of the translation. Turns before go by order, and
    those after it by order from there."""

    original: int
    translation: int

    def __str__(self) -> str:
        return f"{self.original + 1}={self.translation + 1}"

    def fits(self, other: Pin) -> bool:
        """Whether both can hold: of the one with the earlier original the translation is earlier too."""
        return (self.original < other.original and self.translation < other.translation) or (
            self.original > other.original and self.translation > other.translation
        )


class Doubt(NamedTuple):
    """A link of turns that different people speak; `better` is a pin that would mend it and what follows."""

    original: int
    translation: int
    better: Pin | None = None


class Alignment(NamedTuple):
    """The links of two documents. `of_original` gives for a turn of the original the turns of the translation, in order;
    `of_translation` the other way round. `surplus` counts turns that hang on another one's link for want of a partner;
    `unlinked` those without any; `pairs` are the links one to one, in order."""

    pairs: tuple[Pin, ...]
    of_original: Mapping[int, tuple[int, ...]]
    of_translation: Mapping[int, tuple[int, ...]]
    surplus: int
    unlinked: int


def parse_pin(text: str) -> Pin | None:
    """The pin written as `12=13`, or None where it is none."""
    match = _PIN.fullmatch(text.strip())
    numbers = [int(number) - 1 for number in match.groups()] if match else [-1]
    return Pin(*numbers) if min(numbers) >= 0 else None


def with_pin(pins: Iterable[Pin], pin: Pin) -> list[Pin]:
    """The pins with a new one, in order; those that cannot hold beside it go."""
    return sorted([*(other for other in pins if other.fits(pin)), pin])


def turns_with_words(body: Body) -> list[int]:
    """The numbers of the turns in which something is said."""
    return [number for number, turn in enumerate(body.turns) if body.text[turn.text_start : turn.end].strip()]


def usable_pins(pins: Iterable[Pin], original: Sequence[int], translation: Sequence[int]) -> list[Pin]:
    """The pins whose turns have words (`original` and `translation` list those that do), and which hold together; of two
    that do not, the first as written."""
    kept: list[Pin] = []
    there, here = set(original), set(translation)
    for pin in pins:
        at = bisect_left(kept, pin)
        neighbours = kept[max(0, at - 1) : at + 1]
        if pin.original in there and pin.translation in here and all(map(pin.fits, neighbours)):
            kept.insert(at, pin)
    return kept


def align(original: Sequence[int], translation: Sequence[int], pins: Iterable[Pin] = ()) -> Alignment:
    """Link the turns with words of an original and its translation.

    From each pin to the next turns go by order; where one side has more, its surplus turns hang on the last link before them.
    Turns before the first link that have no partner stay unlinked.
    """
    pairs: list[Pin] = []
    links: list[Pin] = []
    unlinked = 0
    for left, right in _stretches(original, translation, usable_pins(pins, original, translation)):
        pairs += map(Pin, left, right)
        links += map(Pin, left, right)
        paired = min(len(left), len(right))
        over = [*left[paired:], *right[paired:]]
        if not pairs:
            unlinked += len(over)
            continue
        last = pairs[-1]
        links += [Pin(number, last.translation) for number in left[paired:]]
        links += [Pin(last.original, number) for number in right[paired:]]
    surplus = len(original) + len(translation) - 2 * len(pairs) - unlinked
    return Alignment(tuple(pairs), _grouped(links), _grouped([Pin(b, a) for a, b in links]), surplus, unlinked)


def _stretches(
    original: Sequence[int], translation: Sequence[int], pins: Sequence[Pin]
) -> Iterable[tuple[Sequence[int], Sequence[int]]]:
    """The turns of both sides cut where a pin begins."""
    cuts = [
        (0, 0),
        *((bisect_left(original, pin.original), bisect_left(translation, pin.translation)) for pin in pins),
        (len(original), len(translation)),
    ]
    for (left, right), (next_left, next_right) in pairwise(cuts):
        yield original[left:next_left], translation[right:next_right]


def _grouped(links: Iterable[Pin]) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for one, other in links:
        found.setdefault(one, []).append(other)
    return {one: tuple(sorted(others)) for one, others in found.items()}


def doubts(alignment: Alignment, original: Sequence[str], translation: Sequence[str]) -> list[Doubt]:
    """The links whose turns are spoken by different people.

    `original` and `translation` say who speaks each turn, by names that are the same on both sides for the same person ("" for
    nobody). Only people who speak on both sides tell anything. The first link of a row of doubtful ones comes with a pin
    that would mend most of what follows next, if there is one.
    """
    common = (set(original) & set(translation)) - {""}
    found: list[Doubt] = []
    doubtful_before = False
    for at, (one, other) in enumerate(alignment.pairs):
        doubtful = original[one] != translation[other] and bool({original[one], translation[other]} & common)
        if doubtful:
            better = None if doubtful_before else _better(alignment.pairs, at, original, translation)
            found.append(Doubt(one, other, better))
        doubtful_before = doubtful
    return found


def _better(pairs: Sequence[Pin], at: int, original: Sequence[str], translation: Sequence[str]) -> Pin | None:
    """The nearest shift of the links from here on under which most people answer to themselves, if it betters anything."""

    def agreement(shift: int) -> int:
        begin, other = at + max(0, -shift), at + max(0, shift)
        left, right = pairs[begin : begin + _AHEAD], pairs[other : other + _AHEAD]
        linked = zip(left, right, strict=False)
        return sum(1 if original[one.original] == translation[other.translation] else -1 for one, other in linked)

    more = len(translation) - pairs[at].translation - (len(original) - pairs[at].original)  # turns left over there
    shifts = sorted(range(-_FARTHEST, _FARTHEST + 1), key=lambda shift: (abs(shift), abs(more - shift), -shift))
    best = max((shift for shift in shifts if at + abs(shift) < len(pairs)), key=agreement)
    if not best:
        return None
    return Pin(pairs[at + max(0, -best)].original, pairs[at + max(0, best)].translation)
