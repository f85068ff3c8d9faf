"""Lines of a PDF page in reading order: words to pieces of lines, pieces to columns, columns to lines."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from qualcode.exchange.sources.pdf_words import Word

_LEAST_LINES = 4  # a column of fewer lines is no column
_DEEPEST = 3  # columns within columns


class Piece(NamedTuple):
    """Part of a line without a wide gap in it. Places in points; `first` is the width of its first word."""

    text: str
    left: float
    right: float
    base: float
    size: float
    first: float


class Line(NamedTuple):
    """A line of one column. `column` is the same for columns that stand alike on different pages: how many there are
    side by side, and which of them this is."""

    text: str
    left: float
    right: float
    base: float
    size: float
    first: float
    column: tuple[int, ...] = ()


def pieces(words: Sequence[Word]) -> list[Piece]:
    """Words, in the order in which they were drawn, joined as far as they stand side by side."""
    found: list[Piece] = []
    run: list[Word] = []
    for word in words:
        if run and not _goes_on(run[-1], word):
            found.append(_piece(run))
            run = []
        run.append(word)
    if run:
        found.append(_piece(run))
    return found


def _goes_on(before: Word, word: Word) -> bool:
    size = max(before.size, word.size)
    if before.ends_line or abs(word.base - before.base) > 0.5 * size:
        return False
    if _right_to_left(word.text) or _right_to_left(before.text):
        return abs(word.left - before.right) <= size or abs(before.left - word.right) <= size
    return before.left - size < word.left <= before.right + size


def _right_to_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def _piece(run: Sequence[Word]) -> Piece:
    left, right = min(word.left for word in run), max(word.right for word in run)
    size = max(word.size for word in run)
    base = max(run, key=lambda word: (word.size, word.right - word.left)).base
    return Piece(" ".join(word.text for word in run), left, right, base, size, run[0].right - run[0].left)


def rows(found: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that stand on one line of the page, from top to bottom; in a row from left to right."""
    lines: list[list[Piece]] = []
    for piece in sorted(found, key=lambda piece: -piece.base):
        if lines and abs(lines[-1][0].base - piece.base) <= 0.35 * min(lines[-1][0].size, piece.size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    for line in lines:
        line.sort(key=lambda piece: piece.left)
    return lines


def row_text(row: Sequence[Piece]) -> str:
    """The row as one text; where a gap stood, a tab after a short beginning that is no label yet, else a space."""
    ordered = list(row)
    if sum(_right_to_left(piece.text) for piece in row) * 2 > len(row):
        ordered.reverse()
    text = ordered[0].text
    for position, piece in enumerate(ordered[1:]):
        gap = piece.left - ordered[position].right
        tab = position == 0 and len(text) <= 30 and gap > 2 * piece.size and not text.endswith((":", "：", "]"))
        text += ("\t" if tab else " ") + piece.text
    return text


def lines_of_pages(pages: Sequence[Sequence[Piece]]) -> list[list[Line]]:
    """The lines of each page in reading order. A page with little text has columns where most pages have them."""
    gutters = [_gutter(page) for page in pages]
    known = [place for place in gutters if place is not None]
    usual = median(known) if len(known) * 2 >= len(pages) else None
    lines = []
    for page, own in zip(pages, gutters, strict=True):
        fits = usual is not None and not any(piece.left < usual < piece.right for piece in page)
        lines.append(_lines(page, usual if own is None and fits else own, ()))
    return lines


def with_colons(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], int]:
    """The lines with a colon behind names that stand in a column of their own, and how many got one.

    Names are what stands before a tab, if nearly all of them recur."""
    heads = Counter(head for page in pages for line in page if (head := _head(line)))
    recurring = sum(times for times in heads.values() if times > 1)
    if recurring < 4 or recurring * 3 < heads.total() * 2:
        return [list(page) for page in pages], 0
    return [
        [line._replace(text=line.text.replace("\t", ": ", 1)) if _head(line) else line for line in page]
        for page in pages
    ], heads.total()


def _head(line: Line) -> str:
    head, tab, _ = line.text.partition("\t")
    return head if tab and any(sign.isalpha() for sign in head) and not any(sign in head for sign in ".,;!?:：") else ""


def _lines(found: Sequence[Piece], gutter: float | None, column: tuple[int, ...]) -> list[Line]:
    """Column after column between lines that run across them."""
    if gutter is None:
        return [_line(row, column) for row in rows(found)]
    left = [piece for piece in found if piece.right <= gutter]
    right = [piece for piece in found if piece.left >= gutter]
    across = rows([piece for piece in found if piece.left < gutter < piece.right])
    lines: list[Line] = []
    for row in [*across, None]:
        floor = row[0].base if row else float("-inf")
        for number, side in enumerate((left, right)):
            above, inner = [piece for piece in side if piece.base > floor], (*column, 2, number)
            lines.extend(_lines(above, _gutter(above) if len(inner) < 2 * _DEEPEST else None, inner))
        left = [piece for piece in left if piece.base <= floor]
        right = [piece for piece in right if piece.base <= floor]
        if row:
            lines.append(_line(row, column))
    return lines


def _line(row: Sequence[Piece], column: tuple[int, ...]) -> Line:
    return Line(
        row_text(row), row[0].left, max(piece.right for piece in row), row[0].base,
        median(piece.size for piece in row), row[0].first, column,
    )  # fmt: skip


def _gutter(found: Sequence[Piece]) -> float | None:
    """The middle of the white strip between two columns of text, or None where the text stands in one column.

    A strip lies in the middle half, few pieces run across it, and both sides are filled with text for several lines: a
    column of speakers' names beside their words is not.
    """
    if len(found) < 2 * _LEAST_LINES:
        return None
    low, high = min(piece.left for piece in found), max(piece.right for piece in found)
    size = median(piece.size for piece in found)
    first, last = low + 0.25 * (high - low), low + 0.75 * (high - low)
    best: tuple[int, float, float] | None = None
    for start, end, crossing in _strips(found, first, last):
        if end - start >= 0.7 * size and crossing * 5 <= len(found):
            rank = (crossing, start - end, (start + end) / 2)
            best = min(best, rank) if best else rank
    if best is None:
        return None
    middle = best[2]
    left = [piece for piece in found if piece.right <= middle]
    right = [piece for piece in found if piece.left >= middle]
    return middle if _is_column(left) and _is_column(right) else None


def _strips(found: Sequence[Piece], first: float, last: float) -> list[tuple[float, float, int]]:
    """Strips `(start, end, number of pieces that run across)` between `first` and `last`, cut at every piece's edge."""
    changes: dict[float, int] = {first: 0, last: 0}
    crossing = 0
    for piece in found:
        if piece.left <= first < piece.right:
            crossing += 1
        for place, step in ((piece.left, 1), (piece.right, -1)):
            if first < place < last:
                changes[place] = changes.get(place, 0) + step
    places = sorted(changes)
    strips: list[tuple[float, float, int]] = []
    for start, end in itertools.pairwise(places):
        crossing += changes[start]
        strips.append((start, end, crossing))
    return strips


def _is_column(side: Sequence[Piece]) -> bool:
    if len(rows(side)) < _LEAST_LINES:
        return False
    width = max(piece.right for piece in side) - min(piece.left for piece in side)
    return width > 0 and median(piece.right - piece.left for piece in side) > 0.5 * width
