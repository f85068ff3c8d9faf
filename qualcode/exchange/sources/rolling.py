"""Captions that roll up: automatic ones repeat the words still on the screen in each new cue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qualcode.exchange.sources.spoken import Cue

_SIGN = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # scripts without spaces
_TOKEN = re.compile(rf"[{_SIGN}]|[^\s{_SIGN}]+")
_GAP = 0.3  # seconds between two cues of which one still shows the other's words
_SHARE = 0.4  # of all cues that follow closely: where so many repeat, repeating is the file's way
_FEWEST = 3


def without_repeats(cues: Sequence[Cue]) -> tuple[list[Cue], int]:
    """The cues without the words that they repeat from the one before, and how many repeated.

    Only where repeating is the file's way: what people say twice elsewhere stays. Nothing is done where speakers are named.
    """
    pairs = list(pairwise(cues))
    close = sum(1 for before, cue in pairs if _follows_closely(before, cue))
    if close < _FEWEST or any(cue.speaker for cue in cues):
        return list(cues), 0
    ends = [0, *(_repeated(before.text, cue.text) if _follows_closely(before, cue) else 0 for before, cue in pairs)]
    if sum(1 for end in ends if end) < max(_FEWEST, _SHARE * close):
        return list(cues), 0
    rest = [cue._replace(text=cue.text[end:]) for cue, end in zip(cues, ends, strict=True)]
    return rest, sum(1 for end in ends if end)


def _follows_closely(before: Cue, cue: Cue) -> bool:
    return before.end is not None and cue.start is not None and cue.start - before.end <= _GAP


def _repeated(before: str, text: str) -> int:
    """Length of the text's beginning that is the last line, or all, of the text before; 0 if it begins otherwise."""
    old, new = _TOKEN.findall(before), list(_TOKEN.finditer(text))
    count = _overlap(old, [token[0] for token in new])
    if not count:
        return 0
    last_line = before.rstrip().rpartition("\n")[2]
    return new[count - 1].end() if count >= len(_TOKEN.findall(last_line)) else 0


def _overlap(old: list[str], new: list[str]) -> int:
    """How many of the last of `old` are the first of `new`, the most that fit (by the prefix function: linear time)."""
    sequence: list[str | None] = [*new, None, *old[-len(new) :]]
    borders = [0] * len(sequence)
    for at in range(1, len(sequence)):
        length = borders[at - 1]
        while length and sequence[at] != sequence[length]:
            length = borders[length - 1]
        borders[at] = length + (sequence[at] == sequence[length])
    return borders[-1] if new and old else 0
