"""What stands around the text of a PDF's pages: running headers and footers, and page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from qualcode.exchange.sources.pdf_lines import Piece, row_text
from qualcode.exchange.sources.pdf_words import Page

Row = list[Piece]

_DEPTH = 3  # rows from the edge that may be a header or footer
_MARGIN = 0.17  # of the page's height, in which they stand
_NUMBER = re.compile(r"\d{1,5}")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:(?:page|pg\.?|p\.|seite|s\.|página|pág\.|pagina|стр\.|第)\s{0,3})?(\d{1,4}|[ivxlc]{1,8})\s{0,3}[页頁]?"
    r"(?:\s{0,3}(?:of|/|von|de|sur|共|\|)\s{0,3}(?:\d{1,4}\s{0,3}[页頁]?|page))?[\W_]*",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def without_furniture(pages: Sequence[Page], rows: Sequence[list[Row]]) -> tuple[list[list[Row]], list[str], list[str]]:
    """The rows of each page (from top to bottom) without what repeats around them; the texts left out; the pages' names.

    A row is left out where the same words, digits apart, stand at the same height at the edge of at least two fifths of
    the pages (what stands at just that height on the others goes with them, as left and right pages have different ones),
    or where it is a mere page number. A page is named as the PDF names it, else by the number printed on it.
    """
    kept = [list(page_rows) for page_rows in rows]
    removed: list[list[str]] = [[] for _ in pages]
    for at_top in (True, False):
        for _ in range(_DEPTH):
            chosen = _repeated(pages, kept, at_top) or _page_numbers(pages, kept, at_top)
            if not chosen:
                break
            for index in chosen:
                removed[index].append(row_text(kept[index].pop(0 if at_top else -1)))
    names = _names(pages, removed)
    return kept, [text for texts in removed for text in texts], names


def without_line_numbers(rows: Sequence[Row]) -> tuple[list[Row], int]:
    """The rows of a page without the numbers that some transcripts have before each line or each fifth, and how many.

    Numbers count where at least four of them stand below one another at the beginnings of rows and go up evenly, and they
    go by fives or tens or stand before most of the rows.
    """
    first = [row[0] for row in rows if row[0].text.isdecimal() and len(row[0].text) <= 4]
    middle = median(piece.right for piece in first) if first else 0
    first = [piece for piece in first if abs(piece.right - middle) <= 15]
    steps = Counter(int(below.text) - int(above.text) for above, below in pairwise(first))
    step, times = steps.most_common(1)[0] if steps else (0, 0)
    even = step > 0 and times * 5 >= steps.total() * 4
    if len(first) < 4 or not even or not (step in (5, 10) or (step == 1 and len(first) * 5 >= len(rows) * 3)):
        return list(rows), 0
    numbers = set(map(id, first))
    kept = [row[1:] if id(row[0]) in numbers else row for row in rows]
    return [row for row in kept if row], len(first)


def _edge(page: Page, rows: Sequence[Row], at_top: bool) -> tuple[str, float, bool] | None:
    """The outermost row of a page if it stands in the margin: its text, how far from the page's edge, whether apart from the
    rest."""
    if not rows:
        return None
    row, others = (rows[0], rows[1:2]) if at_top else (rows[-1], rows[-2:-1])
    distance = page.height - row[0].base if at_top else row[0].base
    if distance > _MARGIN * page.height:
        return None
    apart = not others or abs(others[0][0].base - row[0].base) > 1.6 * max(others[0][0].size, row[0].size)
    return row_text(row), distance, apart


def _repeated(pages: Sequence[Page], rows: Sequence[list[Row]], at_top: bool) -> list[int]:
    if len(pages) < 2:
        return []
    edges = {index: edge for index, page in enumerate(pages) if (edge := _edge(page, rows[index], at_top))}
    alike: dict[str, list[int]] = defaultdict(list)
    for index, (text, _, _) in edges.items():
        alike[" ".join(_NUMBER.sub("#", text).casefold().split())].append(index)
    chosen: set[int] = set()
    for found in alike.values():
        height = median(edges[index][1] for index in found)
        level = [index for index in found if abs(edges[index][1] - height) <= 6]
        if len(level) * 5 >= len(pages) * 2 and (len(level) > 2 or sum(edges[index][2] for index in level) == 2):
            chosen.update(level)
            chosen.update(i for i, (_, distance, apart) in edges.items() if apart and abs(distance - height) <= 2)
    return sorted(chosen)


def _page_numbers(pages: Sequence[Page], rows: Sequence[list[Row]], at_top: bool) -> list[int]:
    """Pages whose outermost row is a number that goes up with the pages; on a single page, one at the very edge."""
    found: dict[int, int] = {}
    for index, page in enumerate(pages):
        edge = _edge(page, rows[index], at_top)
        match = _PAGE_NUMBER.fullmatch(edge[0]) if edge and len(edge[0]) <= 40 else None
        if edge and match and edge[2] and (len(rows[index]) > 1 or len(pages) > 1):
            found[index] = _value(match[1]) - page.number
    if not found:
        return []
    offset, times = Counter(found.values()).most_common(1)[0]
    if times < 2 and len(pages) > 2:
        return []
    return [index for index, value in found.items() if value == offset]


def _value(text: str) -> int:
    if text.isdigit():
        return int(text)
    values = [_ROMAN[sign] for sign in text.casefold()]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _names(pages: Sequence[Page], removed: Sequence[Sequence[str]]) -> list[str]:
    plain = [str(page.number) for page in pages]
    named = [" ".join(page.label.split()).translate({ord("["): "(", ord("]"): ")"})[:20] for page in pages]
    if any(named) and named != plain:
        return [name or number for name, number in zip(named, plain, strict=True)]
    offsets: Counter[int] = Counter()
    for page, texts in zip(pages, removed, strict=True):
        offsets.update({int(number) - page.number for text in texts for number in _NUMBER.findall(text)})
    if offsets:
        offset, times = offsets.most_common(1)[0]
        if offset > 0 and times > 1 and times * 5 >= len(pages) * 3:
            return [str(page.number + offset) for page in pages]
    return plain
