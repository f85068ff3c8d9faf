"""Who has how much of a code, said in one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.core.how_many import how_many

Numbers = tuple[int, int, int, float | None]  # passages, documents, words, passages per 1,000 words

_ALIKE = 1.1  # up to here rates count as about the same
_FEW = 5  # below so many passages together a proportion says little
_NUMBERS = {2: "both", 3: "all three", 4: "all four"}
_NONE = {2: "neither", 3: "none of the three", 4: "none of the four"}
_TIMES = (
    (1.25, "slightly more"),
    (1.42, "about a third more"),
    (1.75, "about half as much again"),
    (2.5, "about twice as much"),
)


def sentence(code: str, sides: Sequence[str], numbers: Sequence[Numbers], *, documents: bool = True) -> str:
    """Who has how much, then what that comes to; without a `code` the sentence begins with the sides.

    >>> sentence("longing", ["Liang", "Zhao"], [(7, 4, 90, 1.2), (3, 2, 40, 0.6)])
    'longing: Liang 7 passages in 4 documents, Zhao 3 in 2; per 1,000 words 1.2 against 0.6: about twice as much in Liang.'
    """
    holders = [side for side, (count, *_) in enumerate(numbers) if count]
    subject = f"{code}: " if code else ""
    if not holders:
        return f"{subject}in {_NONE[len(sides)]}."
    if len(holders) == 1:
        count, within, _, rate = numbers[holders[0]]
        often = "" if rate is None else f" ({shown_rates([rate])[0]} per 1,000 words)"
        return f"{subject}only in {sides[holders[0]]}, {_amount(count, within, documents)}{often}."
    counted = f"{subject}{', '.join(_counts(sides, numbers, documents))}"
    rates = [rate for *_, rate in numbers]
    if any(rate is None for rate in rates):
        return f"{counted}."
    shown = shown_rates([rate for rate in rates if rate is not None])
    listed = " against ".join(shown) if len(shown) == 2 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"{counted}; per 1,000 words {listed}: {verdict(sides, numbers)}."


def verdict(sides: Sequence[str], numbers: Sequence[Numbers]) -> str:
    """Where there is more, by passages per 1,000 words: "about twice as much in Liang", "only in Zhao"."""
    holders = [side for side, (count, *_) in enumerate(numbers) if count]
    if not holders:
        return f"in {_NONE[len(sides)]}"
    if len(holders) == 1:
        return f"only in {sides[holders[0]]}"
    rates = [rate for *_, rate in numbers if rate is not None]
    if len(rates) < len(sides):
        return ""
    few = ", but these are few" if sum(count for count, *_ in numbers) < _FEW else ""
    high, low = max(rates), min(rates)
    if low and high / low < _ALIKE:
        return f"about the same in {_NUMBERS[len(sides)]}{few}"
    if len(sides) == 2:
        return f"{_times(high / low)} in {sides[rates.index(high)]}{few}"
    most = [side for side, rate in zip(sides, rates, strict=True) if rate and high / rate < _ALIKE]
    least = [side for side, rate in zip(sides, rates, strict=True) if low and rate / low < _ALIKE and side not in most]
    return f"most in {_and(most)}" + (f", least in {_and(least)}" if least else "") + few


def shown_rates(rates: Sequence[float]) -> list[str]:
    """Rates with as many decimals as the smallest needs to be told from nothing; 0 as 0."""
    least = min((rate for rate in rates if rate), default=1.0)
    decimals = next((places for places in range(1, 9) if least * 10**places >= 5), 9)
    return [f"{rate:.{decimals}f}" if rate else "0" for rate in rates]


def _counts(sides: Sequence[str], numbers: Sequence[Numbers], documents: bool) -> list[str]:
    """The first side that has any says what is counted; the others are short."""
    colon = ":" if any(name[-1:].isdigit() for name in sides) else ""
    said, found = False, []
    for name, (count, within, *_) in zip(sides, numbers, strict=True):
        amount = "none"
        if count:
            amount = _amount(count, within, documents, short=said)
            said = True
        found.append(f"{name}{colon} {amount}")
    return found


def _amount(count: int, within: int, documents: bool, *, short: bool = False) -> str:
    if short:
        return f"{count:,} in {within:,}" if documents else f"{count:,}"
    amount = how_many(count, "passage", form=",")
    return f"{amount} in {how_many(within, 'document', form=',')}" if documents else amount


def _times(ratio: float) -> str:
    for below, words in _TIMES:
        if ratio < below:
            return words
    return f"about {int(ratio + 0.5)} times as much" if ratio < 10.5 else "more than ten times as much"


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
