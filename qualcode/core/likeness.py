"""Where a text comes nearest to a quotation that does not stand in it word for word, and what is different there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from difflib import SequenceMatcher
from math import log
from typing import NamedTuple

from qualcode.core.wording import ELLIPSIS_TURNS, Piece, Token, Wording, amount, is_word, same

_ENOUGH = 0.6  # share of a quotation's words that must stand there, in order
_RUN = 3  # and so many of them without a break
_LONG = 600  # words from which on comparing takes the short way with very common ones
_LONGEST = 20_000  # and from which on nothing is compared
_CONTEXT = 6  # words shown on either side of a difference


class Near(NamedTuple):
    """The place nearest to a quotation, in code points; the share of its words found there, and the difference:
    `the same as [-other-] {+all+} Sundays` where the text has "other" and the quotation "all"."""

    start: int
    end: int
    likeness: float
    difference: str


class _Step(NamedTuple):
    """Words `[said, said_end)` of the text against words `[quoted, quoted_end)` of the piece."""

    tag: str
    said: int
    said_end: int
    quoted: int
    quoted_end: int


def nearest(quote: str, pieces: Sequence[Piece], wording: Wording) -> Near | None:
    """The place in the text most like the quotation, or None where too little of it stands anywhere together."""
    if not pieces or not wording.keys or sum(len(piece.tokens) for piece in pieces) > _LONGEST:
        return None
    scattered = _scattered(pieces, wording)
    if scattered is not None:
        return scattered
    longest = max(range(len(pieces)), key=lambda number: len(pieces[number].tokens))
    anchor = _align(pieces[longest], wording, 0, len(wording.keys))
    if not anchor:
        return None
    steps: list[list[_Step]] = [[] for _ in pieces]
    steps[longest] = anchor
    begin, end = anchor[0].said, anchor[-1].said_end
    for number in range(longest - 1, -1, -1):
        low = bisect_left(wording.turns, wording.turns[begin] - ELLIPSIS_TURNS)
        steps[number] = _align(pieces[number], wording, low, begin)
        begin = steps[number][0].said if steps[number] else begin
    for number in range(longest + 1, len(pieces)):
        high = bisect_right(wording.turns, wording.turns[end - 1] + ELLIPSIS_TURNS)
        steps[number] = _align(pieces[number], wording, end, high)
        end = steps[number][-1].said_end if steps[number] else end
    total = sum(is_word(token.key) for piece in pieces for token in piece.tokens)
    there = sum(_words_said(piece, aligned) for piece, aligned in zip(pieces, steps, strict=True))
    if there < _ENOUGH * total or max(map(_longest_run, steps)) < min(_RUN, total):
        return None
    shown = [_difference(quote, piece, aligned, wording) for piece, aligned in zip(pieces, steps, strict=True)]
    return Near(wording.starts[begin], wording.ends[end - 1], there / max(1, total), " ".join(" ".join(shown).split()))


def _scattered(pieces: Sequence[Piece], wording: Wording) -> Near | None:
    """The place of the longest piece where each stands verbatim, though not in order and near one another."""
    first = {piece: next(iter(wording.occurrences(piece)), None) for piece in pieces}
    longest = max(pieces, key=lambda piece: len(piece.tokens))
    start = first[longest]
    if len(pieces) == 1 or start is None or None in first.values():
        return None
    said = f"its {len(pieces)} parts are there, but in another order, or with more left out than the marks for it allow"
    return Near(wording.starts[start], wording.ends[start + len(longest.tokens) - 1], 1.0, said)


def _words_said(piece: Piece, steps: Sequence[_Step]) -> int:
    return sum(
        is_word(piece.tokens[at].key)
        for step in steps
        if step.tag == "equal"
        for at in range(step.quoted, step.quoted_end)
    )


def _longest_run(steps: Sequence[_Step]) -> int:
    return max((step.quoted_end - step.quoted for step in steps if step.tag == "equal"), default=0)


def _align(piece: Piece, wording: Wording, low: int, high: int) -> list[_Step]:
    """The steps from the text to the piece where they are most alike, within these tokens; [] where nothing is."""
    window = _window(piece, wording, low, high)
    if window is None:
        return []
    begin, end = window
    said = [key.casefold() for key in wording.keys[begin:end]]
    quoted = [_whole(token, said) for token in piece.tokens]
    found = SequenceMatcher(None, said, quoted, autojunk=len(quoted) > _LONG).get_opcodes()
    steps = [_Step(tag, begin + a, begin + b, c, d) for tag, a, b, c, d in found]
    steps = _tightened(steps, wording.keys)
    return _spelled(piece, wording, steps) if any(step.tag == "equal" for step in steps) else []


def _whole(token: Token, said: Sequence[str]) -> str:
    """The word for comparison; for one that a bracket cuts through, as `[T]he`, the word of the text that it is part of."""
    return next((key for key in said if same(key, token)), token.key) if token.part else token.key.casefold()


def _window(piece: Piece, wording: Wording, low: int, high: int) -> tuple[int, int] | None:
    """The stretch of the text that holds the most of the piece's rarer words, with room on both sides."""
    length = len(piece.tokens)
    hits: list[tuple[int, str, float]] = []
    common: list[tuple[int, str, float]] = []
    for key in {token.key.casefold() for token in piece.tokens if is_word(token.key)}:
        places = wording.positions.get(key, [])
        weight = log(1 + len(wording.keys) / (1 + len(places)))
        into = hits if len(places) <= max(50, len(wording.keys) // 100) else common
        into.extend((at, key, weight) for at in places[bisect_left(places, low) : bisect_left(places, high)])
    hits = sorted(hits or common)
    if not hits:
        return None
    width = length + length // 3 + 6
    best, best_first, best_last, first, total = -1.0, 0, 0, 0, 0.0
    held: dict[str, int] = {}
    for last, (at, key, weight) in enumerate(hits):
        held[key] = held.get(key, 0) + 1
        total += weight if held[key] == 1 else 0.0
        while hits[first][0] < at - width:
            _, old, old_weight = hits[first]
            held[old] -= 1
            total -= old_weight if held[old] == 0 else 0.0
            first += 1
        if total > best + 1e-9:
            best, best_first, best_last = total, hits[first][0], hits[last][0]
    return max(low, best_first - length), min(high, best_last + length + 1)


def _tightened(steps: list[_Step], keys: Sequence[str]) -> list[_Step]:
    """Without the text's words before and after, and without stray words at the ends that match far away by chance."""
    steps = _without_strays(_without_strays(steps, forwards=True), forwards=False)
    if steps and steps[0].tag == "replace":
        first = steps[0]
        kept = max(first.said, first.said_end - (first.quoted_end - first.quoted))
        while kept < first.said_end - 1 and not is_word(keys[kept]):
            kept += 1
        steps[0] = first._replace(said=kept)
    if steps and steps[-1].tag == "replace":
        last = steps[-1]
        kept = min(last.said_end, last.said + (last.quoted_end - last.quoted))
        while kept > last.said + 1 and not is_word(keys[kept - 1]):
            kept -= 1
        steps[-1] = last._replace(said_end=kept)
    return steps


def _without_strays(steps: list[_Step], *, forwards: bool) -> list[_Step]:
    ordered = steps if forwards else steps[::-1]
    missing: list[_Step] = []
    while ordered:
        first = ordered[0]
        length, skipped = first.quoted_end - first.quoted, 0
        if first.tag == "equal" and len(ordered) > 1 and ordered[1].tag != "insert":
            skipped = ordered[1].said_end - ordered[1].said
        if first.tag == "delete":
            ordered = ordered[1:]
        elif first.tag == "equal" and skipped > 3 * length + 2 and _longest_run(ordered[1:]) > length:
            missing.append(first)
            ordered = ordered[1:]
        else:
            break
    if missing and ordered:
        begin, end = min(step.quoted for step in missing), max(step.quoted_end for step in missing)
        first, length = ordered[0], end - begin
        near = (first.said - length, first.said) if forwards else (first.said_end, first.said_end + length)
        ordered = [_Step("replace", *near, begin, end), *ordered]
    return ordered if forwards else ordered[::-1]


def _spelled(piece: Piece, wording: Wording, steps: list[_Step]) -> list[_Step]:
    """The steps with words that differ in letter case taken out of what is equal."""
    found: list[_Step] = []
    for step in steps:
        if step.tag != "equal":
            found.append(step)
            continue
        for offset in range(step.said_end - step.said):
            said, quoted = step.said + offset, step.quoted + offset
            tag = "equal" if same(wording.keys[said], piece.tokens[quoted], first=quoted == 0) else "replace"
            if found and found[-1].tag == tag == "equal" and found[-1].said_end == said:
                found[-1] = found[-1]._replace(said_end=said + 1, quoted_end=quoted + 1)
            else:
                found.append(_Step(tag, said, said + 1, quoted, quoted + 1))
    return found


def _difference(quote: str, piece: Piece, steps: Sequence[_Step], wording: Wording) -> str:
    """What stands there against what is quoted, with a few words around; "" where there is no difference."""
    if not steps:
        return "{+" + quote[piece.tokens[0].start : piece.tokens[-1].end] + "+}"
    if all(step.tag == "equal" for step in steps):
        return ""
    shown = []
    for number, step in enumerate(steps):
        if step.tag == "equal":
            shown.append(_equal(wording, step, opens=number == 0, closes=number == len(steps) - 1))
            continue
        if step.said < step.said_end:
            space = _space(wording.text, wording.starts[step.said])
            shown.append(f"{space}[-{wording.text[wording.starts[step.said] : wording.ends[step.said_end - 1]]}-]")
        if step.quoted < step.quoted_end:
            first = piece.tokens[step.quoted]
            apart = amount(first.key) == (1, 0) if step.quoted == 0 else _space(quote, first.start) != ""
            shown.append((" " if apart else "") + _quoted(quote, piece.tokens, step))
    return "".join(shown)


def _quoted(quote: str, words: Sequence[Token], step: _Step) -> str:
    return "{+" + quote[words[step.quoted].start : words[step.quoted_end - 1].end] + "+}"


def _equal(wording: Wording, step: _Step, *, opens: bool, closes: bool) -> str:
    """Words that are alike, shortened where they are many: those next to a difference are kept."""
    begin, end = step.said, step.said_end
    text, starts, ends = wording.text, wording.starts, wording.ends
    head_end, tail_start = (begin if opens else begin + _CONTEXT), (end if closes else end - _CONTEXT)
    while tail_start < end - 1 and not is_word(wording.keys[tail_start]):
        tail_start += 1
    space = _space(text, starts[begin])
    if head_end + 1 >= tail_start:
        return space + text[starts[begin] : ends[end - 1]]
    head = "" if opens else space + text[starts[begin] : ends[head_end - 1]] + " "
    tail = "" if closes else " " + text[starts[tail_start] : ends[end - 1]]
    return f"{head}…{tail}"


def _space(text: str, at: int) -> str:
    return " " if at and text[at - 1].isspace() else ""
