"""Rows of a wrapped document: estimated until somebody looks, exact from then on.

A piece is a line of the body, or part of one that is longer than PIECE code points (a transcript pasted as a single
paragraph). Pieces are measured in blocks of 256; building or resizing costs one step a block.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from rich.cells import split_graphemes

from qualcode.core.document import Body
from qualcode.core.visible import visible
from qualcode.tui.transcript.wrapping import wrap

PIECE = 4_000
BLOCK = 256
_KEPT_BREAKS = 2_048


class Pieces:
    """The body cut into pieces: `starts[i]` is where piece i begins, in code points; `lines[i]` its line from 0."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._long = bool(body.lines) and max(map(len, body.lines)) > PIECE
        if self._long:
            cuts = list(_cut(body.lines, body.starts))
            self.starts: Sequence[int] = array("q", (start for start, _ in cuts))
            self.lines: Sequence[int] = array("q", (line for _, line in cuts))
        else:
            self.starts = body.starts[:-1]
            self.lines = range(len(body.lines))

    def __len__(self) -> int:
        return len(self.starts)

    def end(self, piece: int) -> int:
        """Where the piece's text ends; the LF after a line belongs to no piece."""
        line = self.lines[piece]
        if piece + 1 < len(self.starts) and self.lines[piece + 1] == line:
            return self.starts[piece + 1]
        return self._body.starts[line] + len(self._body.lines[line])

    def text(self, piece: int) -> str:
        """The piece's text, safe to show, of the same length as in the body."""
        line = self.lines[piece]
        if not self._long:
            return visible(self._body.lines[line])
        begin = self.starts[piece] - self._body.starts[line]
        return visible(self._body.lines[line][begin : self.end(piece) - self._body.starts[line]])

    def holding(self, offset: int) -> int:
        """The piece that holds the offset."""
        return max(0, min(bisect_right(self.starts, offset) - 1, len(self.starts) - 1))


def _cut(lines: Sequence[str], starts: Sequence[int]) -> Iterable[tuple[int, int]]:
    for number, line in enumerate(lines):
        at = 0
        yield starts[number], number
        while len(line) - at > PIECE:
            space = line.rfind(" ", at + PIECE // 2, at + PIECE)
            at = _sign_border(line, at + PIECE) if space < 0 else space + 1
            yield starts[number] + at, number


def _sign_border(line: str, at: int) -> int:
    """The place, or the start of the sign (an accented letter, a joined emoji) that a cut there would split."""
    low = at - 64
    near = line[low : at + 64]
    return low + next((start for start, end, _ in split_graphemes(near)[0] if start < 64 < end), 64)


class Layout:
    """Rows of the pieces at one width."""

    def __init__(self, body: Body, width: int) -> None:
        self.pieces = Pieces(body)
        self._length = max(1, len(body))
        self.reset(width)

    def reset(self, width: int) -> None:
        """Forget all rows and estimate them for another width."""
        self.width = max(8, width)
        count = len(self.pieces)
        starts = self.pieces.starts
        ends = [*(starts[i] for i in range(BLOCK, count, BLOCK)), self._length]
        sizes = [min(count, begin + BLOCK) - begin for begin in range(0, count, BLOCK)]
        begins = [starts[i] for i in range(0, count, BLOCK)]
        # a row holds about 1/1.12 of its width, and a line wastes about half a row
        self._rows = [
            max(1, int((end - begin) / self.width * 1.12 + size * 0.5))
            for begin, end, size in zip(begins, ends, sizes, strict=True)
        ]
        self._exact: list[array[int] | None] = [None] * len(self._rows)
        self._unmeasured = len(self._rows)
        self._next_unmeasured = 0
        self._row_starts: list[int] | None = None
        self._breaks: OrderedDict[int, tuple[int, ...]] = OrderedDict()

    @property
    def row_starts(self) -> list[int]:
        if self._row_starts is None:
            self._row_starts = list(accumulate(self._rows, initial=0))
        return self._row_starts

    @property
    def height(self) -> int:
        """Rows in all, partly estimated while `complete` is False."""
        return self.row_starts[-1]

    @property
    def complete(self) -> bool:
        return self._unmeasured == 0

    def measure_next(self) -> None:
        """Measure one block more."""
        while self._next_unmeasured < len(self._exact) and self._exact[self._next_unmeasured] is not None:
            self._next_unmeasured += 1
        if self._next_unmeasured < len(self._exact):
            self._measure(self._next_unmeasured)

    def _measure(self, block: int) -> array[int]:
        exact = self._exact[block]
        if exact is None:
            first = block * BLOCK
            text, width = self.pieces.text, self.width
            counts = (len(wrap(text(i), width)) + 1 for i in range(first, min(len(self.pieces), first + BLOCK)))
            exact = self._exact[block] = array("q", accumulate(counts, initial=0))
            self._unmeasured -= 1
            if self._rows[block] != exact[-1]:
                self._rows[block] = exact[-1]
                self._row_starts = None
        return exact

    def breaks(self, piece: int) -> tuple[int, ...]:
        """Offsets within the piece at which its second and further rows begin."""
        found = self._breaks.get(piece)
        if found is None:
            found = self._breaks[piece] = wrap(self.pieces.text(piece), self.width)
            if len(self._breaks) > _KEPT_BREAKS:
                self._breaks.popitem(last=False)
        return found

    def locate(self, row: int) -> tuple[int, int]:
        """The piece and the section (row within the piece) at a row; measures the block it falls in."""
        while True:
            block = min(max(bisect_right(self.row_starts, row) - 1, 0), len(self._rows) - 1)
            measured = self._exact[block] is not None
            exact = self._measure(block)
            if measured or self.row_starts[block] <= row < self.row_starts[block + 1]:
                break
            row = min(row, self.height - 1)
        within = min(max(row - self.row_starts[block], 0), exact[-1] - 1)
        index = bisect_right(exact, within) - 1
        return block * BLOCK + index, within - exact[index]

    def row_of(self, offset: int) -> int:
        """The row on which the code point at this offset stands."""
        piece = self.pieces.holding(offset)
        section = bisect_right(self.breaks(piece), offset - self.pieces.starts[piece])
        return self.row_of_piece(piece) + section

    def row_of_piece(self, piece: int) -> int:
        """The first row of a piece."""
        exact = self._measure(piece // BLOCK)
        return self.row_starts[piece // BLOCK] + exact[piece % BLOCK]

    def section_span(self, piece: int, section: int) -> tuple[int, int]:
        """Start and end of one row, in code points of the body."""
        breaks = self.breaks(piece)
        begin = self.pieces.starts[piece]
        start = begin + (breaks[section - 1] if section else 0)
        end = begin + breaks[section] if section < len(breaks) else self.pieces.end(piece)
        return start, end
