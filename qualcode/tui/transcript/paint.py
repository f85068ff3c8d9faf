"""One row of the transcript as a strip: line number, code label, brackets, text.

The brackets stand left of the text because terminals disagree on the width of some emoji and Indic signs, and
whatever is right of such a sign shifts. Every segment has a style: without one NO_COLOR terminals fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from qualcode.core.visible import fit
from qualcode.tui.transcript.marks import Mark
from qualcode.tui.transcript.wrapping import cells


class Colors(NamedTuple):
    """The colours of a theme that painting needs."""

    background: str
    text: str
    dim: str
    speaker: str
    other_speaker: str
    selected: str
    selected_unfocused: str
    selected_text: str
    hit: str
    dark: bool


class Columns(NamedTuple):
    """How a row's width is shared out."""

    number: int
    label: int
    lanes: int
    text: int

    @property
    def left(self) -> int:
        """Cells left of the text."""
        return self.number + self.label + self.lanes + 1

    @classmethod
    def share(cls, width: int, lines: int) -> Columns:
        """Columns for a view of this width over a document of so many lines."""
        number = max(3, len(str(lines))) + 1
        label, lanes = (18, 6) if width >= 100 else (14, 4) if width >= 70 else (9, 3) if width >= 50 else (0, 2)
        return cls(number, label, lanes, max(8, width - number - label - lanes - 1))


class RowContent(NamedTuple):
    """All that a row shows. Offsets are relative to the row's first code point."""

    text: str
    number: str
    speaker_end: int
    speaker_asks: bool
    bracket_marks: Sequence[tuple[Mark, bool, bool]]  # mark, begins on this row, ends on this row
    ranges: Sequence[tuple[int, int, int, str]]  # length of the whole mark, start, end, colour
    label: str
    label_color: str
    hits: Sequence[tuple[int, int]]
    selected: tuple[int, int] | None
    caret: int | None
    focused: bool
    sign: str = ""  # stands behind the line's number
    lit: Sequence[tuple[int, int]] = ()  # what stands out
    lit_codes: frozenset[str] = frozenset()  # and the codes of which it does


def paint(row: RowContent, columns: Columns, colors: Colors, color_of: Mapping[str, str], width: int) -> Strip:
    """The strip for a row."""
    segments = [
        Segment(f"{row.number:>{columns.number - 1}}{row.sign or ' '}", _style(colors.dim, colors.background)),
        *_label(row, columns, colors),
        *_brackets(row, columns, colors, color_of),
        Segment(" ", _style(colors.text, colors.background)),
    ]
    used = columns.left
    for start, end, style in _chunks(row, colors):
        chunk = row.text[start:end]
        segments.append(Segment(chunk, style))
        used += cells(chunk)
    if (row.selected and row.selected[1] > len(row.text)) or row.selected == (0, 0):
        segments.append(Segment(" ", _selected(colors, row.focused, False)))
        used += 1
    if used < width:
        segments.append(Segment(" " * (width - used), _style(colors.text, colors.background)))
        used = width
    return Strip(segments, used)


def _label(row: RowContent, columns: Columns, colors: Colors) -> list[Segment]:
    if not columns.label:
        return []
    style = _style(row.label_color or colors.dim, colors.background)
    label = fit(row.label, columns.label - 1)
    return [Segment(" " * (len(label) - len(label.rstrip())) + label.rstrip() + " ", style)]


def _brackets(row: RowContent, columns: Columns, colors: Colors, color_of: Mapping[str, str]) -> list[Segment]:
    signs = [(" ", colors.dim)] * columns.lanes
    beyond = 0
    for mark, begins, ends in row.bracket_marks:
        single, first, last, inner = "»┏┗┃" if mark.code in row.lit_codes else "[╭╰│"
        sign = single if begins and ends else first if begins else last if ends else inner
        if mark.lane < columns.lanes:
            signs[mark.lane] = (sign, color_of.get(mark.code, colors.dim))
        else:
            beyond += 1
    if beyond:
        signs[-1] = ("+", colors.text)
    return [Segment(sign, _style(color, colors.background)) for sign, color in signs]


def _chunks(row: RowContent, colors: Colors) -> Iterable[tuple[int, int, Style]]:
    """Cut the row where any look changes, and style each part; the shortest coding's colour lies on top."""
    length = len(row.text)
    cuts = {0, length, min(row.speaker_end, length)}
    for _size, start, end, _color in row.ranges:
        cuts.update((start, end))
    for start, end in row.hits:
        cuts.update((start, end))
    if row.selected:
        cuts.update((min(row.selected[0], length), min(row.selected[1], length)))
    if row.caret is not None and row.caret < length:
        cuts.update((row.caret, min(row.caret + 1, length)))
    order = sorted(cuts)
    ranges = sorted(row.ranges)
    for start, end in pairwise(order):
        covering = [color or colors.dim for _size, low, high, color in ranges if low <= start and high >= end]
        yield start, end, _text_style(row, colors, start, covering)


def _text_style(row: RowContent, colors: Colors, start: int, covering: Sequence[str]) -> Style:
    overlap = len(covering) > 1
    if row.caret == start:
        return _caret(colors)
    if row.selected and row.selected[0] <= start < row.selected[1]:
        return _selected(colors, row.focused, bool(covering))
    if any(low <= start < high for low, high in row.hits):
        return _style("#000000", colors.hit, bold=True)
    speaking = start < row.speaker_end
    color = (colors.other_speaker if row.speaker_asks else colors.speaker) if speaking else colors.text
    background = tint(covering[0], colors.background, colors.dark) if covering else colors.background
    if any(low <= start < high for low, high in row.lit):
        return _style(color, background, bold=True, underline=True)
    return _style(color, background, bold=speaking, underline=overlap)


@lru_cache(maxsize=512)
def tint(color: str, background: str, dark: bool) -> str:
    """A code's colour as a ground that text stays readable on."""
    return Color.parse(background).blend(Color.parse(color), 0.32 if dark else 0.4).hex6


@lru_cache(maxsize=2048)
def _style(color: str, background: str, *, bold: bool = False, underline: bool = False) -> Style:
    return Style(color=color, bgcolor=background, bold=bold, underline=underline)


def _selected(colors: Colors, focused: bool, coded: bool) -> Style:
    ground = colors.selected if focused else colors.selected_unfocused
    return _style(colors.selected_text, ground, bold=focused, underline=coded)


def _caret(colors: Colors) -> Style:
    return _style(colors.background, colors.text, bold=True)
