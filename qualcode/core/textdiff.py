"""How an old text became a new one: which stretches are the same in both, found by what is rare in them.

Lines are compared first, then the words of lines that differ, then the signs of words that differ. Each time the common
beginning and end are set apart, what occurs just once on both sides is paired, and the stretches in between are compared
likewise (the idea of Bram Cohen's patience diff); where nothing occurs once, a few tokens in a row serve instead. That takes
little more than linear time, however often `Mhm.` is said. Lines that stand elsewhere now are paired as moved.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, NamedTuple

_SMALL = 40_000  # pairs of tokens up to which the thorough comparison is cheap
_SHINGLES = (2, 4, 8)  # tokens in a row that may occur just once where single ones do not
_WHOLE = r"\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # each sign by itself is a word
_TOKENS = re.compile(rf"[^\W{_WHOLE}]+|\s+|.", re.DOTALL)
_LINES = re.compile(r"[^\n]*\n|[^\n]+\Z")


class Same(NamedTuple):
    """`length` code points that stand at `old` in the old text and at `new` in the new one."""

    old: int
    new: int
    length: int


class Comparison(NamedTuple):
    """`same`: stretches in the order of both texts; `moved`: whole lines that changed their place in that order."""

    same: tuple[Same, ...]
    moved: tuple[Same, ...]


def compare(old: str, new: str) -> Comparison:
    """The stretches that two texts have in common; they overlap neither in the one nor in the other."""
    start, end = _whole_lines(old, *_common_ends(old, new))
    outside = [Same(0, 0, start), Same(len(old) - end, len(new) - end, end)]
    before, after = old[start:], new[start:]
    old_end, new_end = len(before) - end, len(after) - end
    old_lines, new_lines = _cut(before, old_end), _cut(after, new_end)
    pairs = list(_matches([text for _, text in old_lines], [text for _, text in new_lines]))
    same = [_spanning(old_lines, new_lines, *pair) for pair in pairs]
    moved = _moved_lines(old_lines, new_lines, pairs)
    same += _between(before, after, same, moved, old_end, new_end)
    shifted = [Same(a + start, b + start, length) for a, b, length in same]
    moves = tuple(sorted(Same(a + start, b + start, length) for a, b, length in moved))
    return Comparison(_joined(sorted([*shifted, *outside])), moves)


def _whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The length of a common beginning and end, of whole lines only: words that differ are found within lines."""
    start = text.rfind("\n", 0, start) + 1
    at = text.find("\n", len(text) - end) if end else -1
    return start, len(text) - at - 1 if at >= 0 else 0


def _common_ends(old: str, new: str) -> tuple[int, int]:
    """Length of the common beginning, and of the common end of what is left."""
    most = min(len(old), len(new))
    start = _common(old, new, most)
    return start, _common(old[::-1], new[::-1], most - start)


def _common(old: str, new: str, most: int) -> int:
    """Length of the common beginning, up to so many; by halving, as comparing slices is fast."""
    low = 0
    while low < most:
        half = (low + most + 1) // 2
        if old[low:half] == new[low:half]:
            low = half
        else:
            most = half - 1
    return low


def _cut(text: str, end: int) -> list[tuple[int, str]]:
    """The lines of a text up to an offset, each with where it begins and its LF."""
    return [(match.start(), match[0]) for match in _LINES.finditer(text, 0, end)]


def _spanning(old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]], a: int, b: int, count: int) -> Same:
    last, text = old[a + count - 1]
    return Same(old[a][0], new[b][0], last + len(text) - old[a][0])


def _moved_lines(
    old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]], pairs: Sequence[tuple[int, int, int]]
) -> list[Same]:
    """Lines that were taken out in one place and put in at another: those that tell, and their like neighbours."""
    left = _left_over(len(old), [(a, count) for a, _, count in pairs])
    fresh = _left_over(len(new), [(b, count) for _, b, count in pairs])
    once_old, once_new = _once([old[at][1] for at in left]), _once([new[at][1] for at in fresh])
    taken: dict[int, int] = {
        left[once_old[text]]: fresh[once_new[text]] for text in once_old if text in once_new and text.strip()
    }
    free_old, free_new = set(left) - set(taken), set(fresh) - set(taken.values())
    for seed in sorted(taken):
        for step in (1, -1):
            a, b = seed + step, taken[seed] + step
            while a in free_old and b in free_new and old[a][1] == new[b][1]:
                taken[a] = b
                free_old.discard(a)
                free_new.discard(b)
                a, b = a + step, b + step
    return [Same(old[a][0], new[b][0], len(old[a][1])) for a, b in sorted(taken.items())]


def _left_over(count: int, taken: Sequence[tuple[int, int]]) -> list[int]:
    free = [True] * count
    for start, length in taken:
        free[start : start + length] = [False] * length
    return [at for at, is_free in enumerate(free) if is_free]


def _once(tokens: Sequence[Hashable]) -> dict[Any, int]:
    """Where each token stands that occurs just once."""
    seen: dict[Any, int] = {}
    twice: set[Hashable] = set()
    for at, token in enumerate(tokens):
        if token in seen:
            twice.add(token)
        seen[token] = at
    return {token: at for token, at in seen.items() if token not in twice}


def _between(old: str, new: str, same: Sequence[Same], moved: Sequence[Same], old_end: int, new_end: int) -> list[Same]:
    """What the stretches between those that are the same have in common after all: words, and signs of words."""
    found: list[Same] = []
    gaps = [*same, Same(old_end, new_end, 0)]
    a = b = 0
    for next_a, next_b, length in gaps:
        old_parts = _without(a, next_a, [(move.old, move.length) for move in moved if a <= move.old < next_a])
        new_parts = _without(b, next_b, [(move.new, move.length) for move in moved if b <= move.new < next_b])
        found += _words(old, new, old_parts, new_parts)
        a, b = next_a + length, next_b + length
    return found


def _without(start: int, end: int, holes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans that are left of `[start, end)`."""
    parts = []
    for at, length in sorted(holes):
        if start < at:
            parts.append((start, at))
        start = at + length
    return [*parts, (start, end)] if start < end else parts


def _words(old: str, new: str, old_parts: list[tuple[int, int]], new_parts: list[tuple[int, int]]) -> list[Same]:
    old_words = [(match.start(), match[0]) for part in old_parts for match in _TOKENS.finditer(old, *part)]
    new_words = [(match.start(), match[0]) for part in new_parts for match in _TOKENS.finditer(new, *part)]
    found: list[Same] = []
    a = b = 0
    for next_a, next_b, count in [
        *_matches([word for _, word in old_words], [word for _, word in new_words]), (len(old_words), len(new_words), 0),
    ]:  # fmt: skip
        found += _signs(old_words[a:next_a], new_words[b:next_b])
        found += [
            Same(old_words[next_a + at][0], new_words[next_b + at][0], len(old_words[next_a + at][1]))
            for at in range(count)
        ]
        a, b = next_a + count, next_b + count
    return found


def _signs(old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]) -> list[Same]:
    """The common beginning and end of two words of which one stands for the other: `Zhao` and `Zhaos`."""
    if len(old) != 1 or len(new) != 1:
        return []
    (a, one), (b, other) = old[0], new[0]
    start, end = _common_ends(one, other)
    return [same for same in (Same(a, b, start), Same(a + len(one) - end, b + len(other) - end, end)) if same.length]


def _matches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int, int]]:
    """Runs of tokens that both have, in order: where in the old, where in the new, how many."""
    waiting = [(0, len(old), 0, len(new))]
    runs: list[tuple[int, int, int]] = []
    while waiting:
        a, a_end, b, b_end = waiting.pop()
        first = a
        while a < a_end and b < b_end and old[a] == new[b]:
            a, b = a + 1, b + 1
        if a > first:
            runs.append((first, b - (a - first), a - first))
        last = a_end
        while a < a_end and b < b_end and old[a_end - 1] == new[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
        if last > a_end:
            runs.append((a_end, b_end, last - a_end))
        if a == a_end or b == b_end:
            continue
        pairs = _landmarks(old[a:a_end], new[b:b_end])
        if not pairs and (a_end - a) * (b_end - b) <= _SMALL:
            blocks = SequenceMatcher(None, old[a:a_end], new[b:b_end], autojunk=False).get_matching_blocks()
            runs += [(a + block.a, b + block.b, block.size) for block in blocks if block.size]
            continue
        if pairs:
            edges = [(a, b), *((a + one, b + other) for one, other in pairs), (a_end, b_end)]
            waiting += [(low_a, high_a, low_b, high_b) for (low_a, low_b), (high_a, high_b) in pairwise(edges)]
    return iter(sorted(runs))


def _landmarks(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Tokens, or tokens in a row, that occur once on either side, as many as stand in the same order on both."""
    for length in (1, *_SHINGLES):
        one = old if length == 1 else list(zip(*(old[at:] for at in range(length)), strict=False))
        other = new if length == 1 else list(zip(*(new[at:] for at in range(length)), strict=False))
        in_old, in_new = _once(one), _once(other)
        pairs = [(at, in_new[token]) for token, at in in_old.items() if token in in_new]
        if pairs:
            return _in_order(sorted(pairs))
    return []


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, sorted by the first, that rises in the second too."""
    ends: list[int] = []
    at_end: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        before.append(at_end[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place)
            at_end.append(number)
        else:
            ends[at], at_end[at] = place, number
    run, number = [], at_end[-1] if at_end else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]


def _joined(stretches: Sequence[Same]) -> tuple[Same, ...]:
    found: list[Same] = []
    for same in stretches:
        last = found[-1] if found else None
        if not same.length:
            continue
        if last and (last.old + last.length, last.new + last.length) == (same.old, same.new):
            found[-1] = Same(last.old, last.new, last.length + same.length)
        else:
            found.append(same)
    return tuple(found)
