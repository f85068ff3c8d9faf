"""A code's block on the compare screen: heading, sentence and the sides' quotes, laid out when it comes into sight."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from qualcode.analysis.table import Row
from qualcode.core.visible import visible
from qualcode.tui.quotes import quote_lines
from qualcode.tui.transcript.wrapping import wrap

HEADING = -1  # where the cursor stands on the heading instead of a quote
_CITATION = 48  # about as long as citations are


class Line(NamedTuple):
    """A line of one side: `quote` counts from 0, -1 on blank lines; `aside` marks citations."""

    text: str = ""
    aside: bool = False
    quote: int = -1


class Block:
    """One code. Its height is estimated until `lay_out` has wrapped its quotes."""

    def __init__(
        self, code: str, path: str, color: str, sides: Sequence[Sequence[Row]], sentence: str, mark: str = "",
        *, theme: bool = False, folded: bool = False,
    ) -> None:  # fmt: skip
        self.code, self.path, self.color = code, path, color
        self.sides: Sequence[Sequence[Row]] = sides
        self.sentence, self.mark, self.theme, self.folded = sentence, mark, theme, folded
        self.said: list[str] = []
        self.lines: list[list[Line]] = []
        self.height = 0
        self.laid_out = False

    @property
    def has_quotes(self) -> bool:
        return any(self.sides)

    def stops(self, side: int) -> range:
        """The quotes of a side that the cursor can stand on; the heading where the block is folded."""
        if self.folded:
            return range(HEADING, HEADING + 1)
        return range(len(self.sides[side]))

    def estimate(self, width: int, column: int) -> None:
        """Take a height from the texts' lengths alone."""
        self.said, self.lines, self.laid_out = [], [], False
        self.height = 2 + -(-len(self.sentence) // max(1, width))
        if not self.folded:
            self.height += max((_about(rows, column) for rows in self.sides), default=0)

    def lay_out(self, width: int, column: int) -> None:
        """Wrap the sentence and the quotes."""
        shown = visible(self.sentence)
        cuts = [0, *wrap(shown, width - 4), len(shown)]
        self.said = [shown[a:b].rstrip() for a, b in pairwise(cuts)]
        self.lines = [] if self.folded else [_lines(rows, column - 2) for rows in self.sides]
        self.height = 1 + len(self.said) + max(1, *(len(lines) for lines in self.lines), 0)
        self.laid_out = True

    def line(self, side: int, number: int) -> Line:
        """A line of a side, counted from the first below the sentence."""
        lines = self.lines[side] if side < len(self.lines) else []
        return lines[number] if 0 <= number < len(lines) else Line()

    def span(self, side: int, quote: int) -> tuple[int, int]:
        """The first and last line of a quote within the block; the heading goes with the first quote."""
        if quote == HEADING or not self.lines:
            return 0, len(self.said)
        numbers = [number for number, line in enumerate(self.lines[side]) if line.quote == quote]
        head = 1 + len(self.said)
        return (0 if quote == 0 else head + numbers[0]), head + numbers[-1]


def _about(rows: Sequence[Row], column: int) -> int:
    width = max(8, column - 2)
    return sum(3 + len(row["text"]) // width + _CITATION // width for row in rows)


def _lines(rows: Sequence[Row], width: int) -> list[Line]:
    lines: list[Line] = []
    for number, row in enumerate(rows):
        lines += [Line(text, aside, number) for text, aside in quote_lines(row, width)]
        lines.append(Line())
    return lines
