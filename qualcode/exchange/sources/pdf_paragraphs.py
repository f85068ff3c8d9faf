"""Lines of a PDF to paragraphs: where one ends, since a PDF knows lines only, and where a page begins.

A paragraph begins at a speaker's label, behind a wider gap, at an indent, where the letters change their size, and where the
first word of a line would have had room on the line before. A new page is marked `[p. 3]`: on a line of its own where a
paragraph begins with it, else between the words where the page begins. The first page has a mark only if it is not page 1.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from qualcode.core.document import Body
from qualcode.core.text import join_words
from qualcode.exchange.sources.pdf_hyphens import Hyphens
from qualcode.exchange.sources.pdf_lines import Line

_BULLET = re.compile(r"[•▪◦‣∙●○■□➢✓]")
_ITEM = re.compile(rf"{_BULLET.pattern}|\(?(?:\d{{1,3}}|[a-z])[.)]\s")
_STAMP = re.compile(r"[\[(]\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}:\d{2}:\d{2}\b")
_FULL_STOPS = tuple('.!?…:;。！？：；।؟"”’»)）」』】]')
_INDENT = 0.8  # of the size of the letters


class Shape(NamedTuple):
    """How text stands in a column: the usual beginning of a line, where full lines end, and the usual distance of lines."""

    left: float
    right: float
    pitch: float


class Placed(NamedTuple):
    page: int
    line: Line


def body_of(pages: Sequence[Sequence[Line]], names: Sequence[str], hyphens: Hyphens) -> str:
    """The text of all pages, a paragraph a line, with marks for the pages."""
    placed = [Placed(number, line) for number, lines in enumerate(pages) for line in lines]
    shapes = _shapes(placed)
    labelled = _labelled([one.line.text for one in placed])
    marked = len(pages) > 1
    paragraphs: list[str] = []
    parts: list[str] = []
    before: Placed | None = None
    for index, one in enumerate(placed):
        text = one.line.text.strip("\u3000 ")
        mark = f"[p. {names[one.page]}]" if marked and (before is None or before.page != one.page) else ""
        if before is None or _begins(before, one, shapes, index in labelled, index - 1 in labelled):
            paragraphs.append("".join(parts))
            if mark and (before is not None or mark != "[p. 1]"):
                paragraphs.append(mark)
            parts = [text]
        else:
            parts[-1], between = hyphens.joined(parts[-1], text)
            parts.append(between)
            if mark:
                parts.extend(_marked(text, mark, whole=bool(between)))
            else:
                parts.append(text)
        before = one
    paragraphs.append("".join(parts))
    return "\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _marked(text: str, mark: str, whole: bool) -> list[str]:
    """A page's first line with the page's mark before its first whole word."""
    if whole or not text[:1].isalpha() or join_words("a", text) != f"a {text}":
        return [mark, " " if join_words(mark, text) != mark + text else "", text]
    rest = text.split(None, 1)
    return [f"{rest[0]} {mark}", *(f" {other}" for other in rest[1:])]


def _shapes(placed: Sequence[Placed]) -> Mapping[tuple[int, ...], Shape]:
    columns: dict[tuple[int, ...], list[Placed]] = defaultdict(list)
    for one in placed:
        columns[one.line.column].append(one)
    return {column: _shape(lines) for column, lines in columns.items()}


def _shape(lines: Sequence[Placed]) -> Shape:
    lefts = Counter(round(one.line.left) for one in lines)
    rights = sorted(one.line.right for one in lines)
    gaps = Counter(
        round((before.line.base - one.line.base) * 2)
        for before, one in itertools.pairwise(lines)
        if before.page == one.page and 0 < before.line.base - one.line.base < 4 * one.line.size
    )
    usual = [gap for gap, times in gaps.items() if times * 7 >= gaps.total()]
    return Shape(lefts.most_common(1)[0][0], rights[-1 - len(rights) // 50], min(usual, default=0) / 2)


def _labelled(texts: Sequence[str]) -> set[int]:
    """Lines that begin with a speaker's label. One that occurs once does not count in the middle of a sentence."""
    turns = [turn for turn in Body("\n".join(texts)).turns if turn.speaker]
    times = Counter(turn.speaker for turn in turns)
    return {
        turn.line
        for turn in turns
        if times[turn.speaker] > 1 or not turn.line or texts[turn.line - 1].rstrip().endswith(_FULL_STOPS)
    }


def _begins(
    before: Placed, one: Placed, shapes: Mapping[tuple[int, ...], Shape], labelled: bool, after_label: bool
) -> bool:
    """Whether a paragraph begins with this line."""
    last, line = before.line, one.line
    if labelled or line.text.startswith("\u3000") or _BULLET.match(line.text) or _STAMP.match(line.text):
        return True
    shape = shapes[line.column]
    beside = before.page == one.page and last.column == line.column
    gap = last.base - line.base
    if beside and shape.pitch and gap > 1.2 * shape.pitch + 0.5 and gap > 1.2 * (last.size + line.size) / 2:
        return True
    if line.text[:1].islower() and not last.text.endswith(_FULL_STOPS):
        return False
    if abs(last.size - line.size) > 0.12 * max(last.size, line.size):
        return True
    if _room_left(last, line, shapes[last.column]):
        return True
    return beside and _indented(last, line, shape, after_label or bool(_ITEM.match(last.text)))


def _room_left(last: Line, line: Line, shape: Shape) -> bool:
    """Whether the line's first word would have had room on the line before. Chinese can break anywhere, but for marks."""
    unspaced = join_words("a", line.text[:1]) != f"a {line.text[:1]}"
    needed = 2.5 * line.size if unspaced else line.first + 0.55 * line.size
    return last.right + needed < shape.right


def _indented(last: Line, line: Line, shape: Shape, hanging: bool) -> bool:
    step = _INDENT * line.size
    if line.left < shape.left - step and last.left >= shape.left - 0.3 * line.size:
        return True
    return not hanging and line.left > shape.left + step and last.left < line.left - step
