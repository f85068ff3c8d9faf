"""Ids that sort by time: 10 signs of milliseconds, 8 signs of chance, in Crockford's base 32 (lower case)."""

from __future__ import annotations

from collections.abc import Callable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_CHANCE_BITS = 40
_STEP_BITS = 36  # of chance while the clock stands: two who step from the same id do not meet
_SIGNS = 18
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


END = "y" + "0" * 17  # no id that anybody made is later; there is room for more ids behind it


class IdMaker:
    """Makes ids, each greater than all before it and than any id it was shown, whatever the clock does."""

    def __init__(self, milliseconds: Callable[[], int], chance: Callable[[int], int]) -> None:
        self._milliseconds = milliseconds
        self._chance = chance
        self._last = 0

    def saw(self, other: str, *, own: bool = False) -> None:
        """Take note of an id from elsewhere, so that the next one sorts after it, whatever the clock shows now.

        Ids from a far future count only where they are one's own: what is done later must stand later.
        """
        try:
            number = decode(other) if len(other) == _SIGNS else 0
        except ValueError:
            return
        if other <= (END if own else self.horizon()):
            self._last = max(self._last, number)

    def horizon(self) -> str:
        """The last id that a clock which is not wholly wrong could have made by now."""
        return encode(min((self._milliseconds() + _A_YEAR) << _CHANCE_BITS, decode(END)), _SIGNS)

    def __call__(self) -> str:
        number = self._milliseconds() << _CHANCE_BITS | self._chance(_CHANCE_BITS)
        if number <= self._last:
            number = self._last + 1 + self._chance(_STEP_BITS)
        self._last = number
        return encode(number, _SIGNS)
