"""Words, sentences, turns and paragraphs of a body: what the cursor moves by and what a key press codes."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from qualcode.core.document import Body
from qualcode.core.text import word_pattern

Unit = Literal["word", "sentence", "turn", "paragraph"]
UNITS: tuple[Unit, ...] = ("word", "sentence", "turn", "paragraph")
Span = tuple[int, int]

# Sentence ends: Latin marks before a space, and those of other scripts, which need none. Closing quotes belong to it.
_CLOSERS = "\"'”’»)\\]）」』】》"
_END = re.compile(rf"(?:[.!?…]+[{_CLOSERS}]*(?=\s|$)|[。！？｡؟۔।॥።։។။༎]+[{_CLOSERS}]*)\s*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“'‘])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vs|etc|e\.g|i\.e|cf|ca|approx|a\.m|p\.m|z\.B|d\.h|bzw|u\.a)\.$"
)


def sentence_spans(text: str) -> list[Span]:
    """Spans of the sentences in one line of text, without the space between them."""
    spans, begin = [], 0
    for match in _END.finditer(text):
        if _goes_on(text, match):
            continue
        spans.append((begin, match.end()))
        begin = match.end()
    if begin < len(text):
        spans.append((begin, len(text)))
    stripped = (_strip(text, start, end) for start, end in spans)
    return [(start, end) for start, end in stripped if start < end]


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """An abbreviation's point, or marks such as `… ` after which the sentence goes on in lower case."""
    following = text[match.end() : match.end() + 1]
    if following.islower():
        return True
    before = text[max(0, match.start() - 9) : match.start() + 1]  # longer than any abbreviation with what precedes it
    return match[0].startswith(".") and bool(following) and bool(_ABBREVIATION.search(before))


def _strip(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))


def word_spans(text: str) -> list[Span]:
    """Spans of the words in one line of text; a Han or kana sign is a word by itself."""
    return [match.span() for match in word_pattern().finditer(text)]


class Units:
    """The units of one body. Spans are code points in it; speaker labels belong to no unit."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._in_line = lru_cache(maxsize=64)(self._find_in_line)

    def at(self, offset: int, unit: Unit) -> Span:
        """The unit that holds the offset, else the nearest one after it in its line, else before it, else any nearer."""
        line = self._body.line_of(offset)
        spans = self._spans(offset, line, unit)
        if spans:
            index = bisect_right(spans, (offset, len(self._body) + 1)) - 1
            if index >= 0 and offset < spans[index][1]:
                return spans[index]
            return spans[min(index + 1, len(spans) - 1)]
        return self.next(offset, unit) or self.previous(offset, unit) or (offset, min(offset + 1, len(self._body)))

    def next(self, offset: int, unit: Unit) -> Span | None:
        """The first unit that begins at the offset or after it."""
        if unit == "turn":
            return next((span for span in self._turns_from(offset) if span[0] >= offset), None)
        for line in range(self._body.line_of(offset), len(self._body.lines)):
            spans = self._in_line(line, unit)
            if spans and spans[-1][0] >= offset:
                return spans[bisect_left(spans, (offset, -1))]
        return None

    def previous(self, offset: int, unit: Unit) -> Span | None:
        """The last unit that begins before the offset."""
        if unit == "turn":
            turns = self._body.turns
            index = self._body.turn_index(offset)
            while index >= 0 and (turns[index].text_start >= offset or turns[index].text_start >= turns[index].end):
                index -= 1
            return (turns[index].text_start, turns[index].end) if index >= 0 else None
        for line in range(self._body.line_of(offset), -1, -1):
            spans = self._in_line(line, unit)
            if spans and spans[0][0] < offset:
                return spans[bisect_left(spans, (offset, -1)) - 1]
        return None

    def _spans(self, offset: int, line: int, unit: Unit) -> list[Span]:
        if unit != "turn":
            return self._in_line(line, unit)
        index = self._body.turn_index(offset)
        here = self._body.turns[max(index, 0) : index + 1]
        return [(turn.text_start, turn.end) for turn in here if turn.text_start < turn.end]

    def _turns_from(self, offset: int) -> Iterator[Span]:
        turns = self._body.turns
        for number in range(max(0, self._body.turn_index(offset)), len(turns)):
            turn = turns[number]
            if turn.text_start < turn.end:
                yield turn.text_start, turn.end

    def _find_in_line(self, line: int, unit: Unit) -> list[Span]:
        body = self._body
        begin = body.starts[line]
        text = body.lines[line]
        index = body.turn_index(begin)
        skip = 0
        if index >= 0 and body.turns[index].line == line:
            skip = body.turns[index].text_start - begin
        said = text[skip:]
        if unit == "word":
            spans = word_spans(said)
        elif unit == "sentence":
            spans = sentence_spans(said)
        else:
            stripped = _strip(said, 0, len(said))
            spans = [stripped] if said.strip() else []
        return [(begin + skip + start, begin + skip + end) for start, end in spans]
