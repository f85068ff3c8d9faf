"""Ids that sort by time: 10 signs of milliseconds, 8 signs of chance, in Crockford's base 32 (lower case)."""

from __future__ import annotations

from collections.abc import Callable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CHANCE_BITS = 40
_A_YEAR = 366 * 24 * 3600 * 1000  # milliseconds


def encode(number: int, signs: int) -> str:
    """The number in so many base-32 signs, most significant first."""
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(signs)))


def decode(text: str) -> int:
    """The number that these base-32 signs stand for."""
    number = 0
    for sign in text:
        number = number << 5 | ALPHABET.index(sign)
    return number


class IdMaker:
    """Makes ids, each greater than all before it and than any id it was shown, whatever the clock does."""

    def __init__(self, milliseconds: Callable[[], int], chance: Callable[[int], int]) -> None:
        self._milliseconds = milliseconds
        self._chance = chance
        self._last = 0

    def saw(self, other: str) -> None:
        """Take note of an id from elsewhere, so that the next one sorts after it. Ids from a far future do not count."""
        try:
            number = decode(other) if len(other) == 18 else 0
        except ValueError:
            return
        if number >> _CHANCE_BITS < self._milliseconds() + _A_YEAR:
            self._last = max(self._last, number)

    def __call__(self) -> str:
        number = self._milliseconds() << _CHANCE_BITS | self._chance(_CHANCE_BITS)
        if number <= self._last:
            number = self._last + 1 + self._chance(16)
        self._last = number
        return encode(number, 18)
