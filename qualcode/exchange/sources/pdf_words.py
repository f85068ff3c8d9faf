"""Words of a PDF with their places, by pypdfium2; runs only in the child process of `pdf_child`.

PDFium was taken over pypdf and pdfminer.six: it reads what browsers read (Chinese fonts without embedded tables, damaged
tables of contents), gives the place of every sign, and takes a thirtieth of pdfminer's time.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MOST_PAGES = 5000
MOST_SIGNS = 20_000_000
_HYPHEN = 2  # what PDFium reports for a hyphen at the end of a line


class Word(NamedTuple):
    """Signs between spaces. Places are points (1/72 inch) from the page's lower left, as the text runs; `ends_line`
    where PDFium sees a line end behind it."""

    text: str
    left: float
    right: float
    base: float
    size: float
    ends_line: bool


@dataclass
class Page:
    """One page: its words in the order in which they were drawn, `label` as the PDF names the page ("" where it does not),
    `height` in points, `pictures` and whether they cover the page (`scanned`)."""

    number: int
    label: str
    height: float
    words: list[Word] = field(default_factory=list)
    pictures: int = 0
    scanned: bool = False
    recognised: bool = False
    sideways: int = 0
    unmapped: int = 0


class TooLong(Exception):
    """More pages or signs than a transcript can have; the text says how many."""


class Locked(Exception):
    """The PDF opens only with a password."""


def read_pages(data: bytes) -> list[Page]:
    """All pages of a PDF. Raises Locked, TooLong, or whatever pypdfium2 raises for broken files."""
    import pypdfium2  # type: ignore[import-untyped,unused-ignore]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Locked from error
        raise
    count = len(document)
    if count > MOST_PAGES:
        raise TooLong(f"it has {count:,} pages, and PDFs are read up to {MOST_PAGES:,}")
    pages, signs = [], 0
    for index in range(count):
        page = _page(document, index)
        signs += sum(len(word.text) for word in page.words)
        if signs > MOST_SIGNS:
            raise TooLong(f"it has more than {MOST_SIGNS:,} letters")
        pages.append(page)
    return pages


def _page(document: Any, index: int) -> Page:
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped,unused-ignore]

    opened = document[index]
    width, height = opened.get_size()
    page = Page(index + 1, document.get_page_label(index), height)
    text = opened.get_textpage()
    turned = [(word, quarter) for word, quarter in _words(text, pdfium, page)]
    main = Counter(quarter for _, quarter in turned).most_common(1)[0][0] if turned else 0
    words = [word for word, quarter in turned if quarter == main]
    page.sideways = len(turned) - len(words)
    if (opened.get_rotation() // 90 + main) % 2:  # the height of the page as its text stands
        page.height = width
    page.words = [word._replace(base=word.base + page.height) for word in words] if main in (1, 2) else words
    _count_pictures(opened, page, width * height, pdfium)
    text.close()
    opened.close()
    return page


def _words(text: Any, pdfium: Any, page: Page) -> list[tuple[Word, int]]:
    """Each word with the quarter turns (counter-clockwise) that its line has on the page. Where it is turned once or
    twice, its base is still counted from the top."""
    found: list[tuple[Word, int]] = []
    raw = text.raw
    count = max(0, pdfium.FPDFText_CountChars(raw))
    if count > MOST_SIGNS:
        raise TooLong(f"it has more than {MOST_SIGNS:,} letters")
    sign_at, generated = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_IsGenerated
    start = -1
    signs: list[int] = []
    for index in range(count + 1):
        sign = sign_at(raw, index) if index < count else 10
        if sign > 32 and sign != 0xFFFE:
            if start < 0:
                start = index
            signs.append(sign)
            continue
        hyphen = sign in (_HYPHEN, 0xFFFE) and index < count and generated(raw, index) != 1
        if hyphen:
            start = index if start < 0 else start
            signs.append(0x2D)
        if start >= 0:
            last = index if hyphen else index - 1
            ends = hyphen or sign in (10, 13)
            word = _placed(raw, pdfium, start, last, "".join(map(chr, signs)), ends, page)
            if word is not None:
                found.append(word)
            start, signs = -1, []
        elif sign in (10, 13) and found and not found[-1][0].ends_line:
            found[-1] = (found[-1][0]._replace(ends_line=True), found[-1][1])
    return found


def _placed(raw: Any, pdfium: Any, first: int, last: int, text: str, ends: bool, page: Page) -> tuple[Word, int] | None:
    box, other = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(raw, first, box)
    pdfium.FPDFText_GetLooseCharBox(raw, last, other)
    across, along = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(raw, first, across, along)
    edges = (
        min(box.left, other.left), max(box.right, other.right), min(box.bottom, other.bottom), max(box.top, other.top),
    )  # fmt: skip
    if not all(map(math.isfinite, (*edges, across.value, along.value))):
        return None
    angle = pdfium.FPDFText_GetCharAngle(raw, first)
    quarter = -round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) else 0
    if pdfium.FPDFText_HasUnicodeMapError(raw, first) == 1:
        page.unmapped += 1
    if any(0xD800 <= ord(sign) < 0xE000 for sign in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    left, right, low, high = edges
    start, end, base = {
        0: (left, right, along.value),
        1: (low, high, -across.value),
        2: (-right, -left, -along.value),
        3: (-high, -low, across.value),
    }[quarter]
    return Word(text, start, end, base, _size(raw, pdfium, first), ends), quarter


def _size(raw: Any, pdfium: Any, index: int) -> float:
    """The size of the letters in points as they stand on the page."""
    matrix = pdfium.FS_MATRIX()
    size = pdfium.FPDFText_GetFontSize(raw, index)
    if pdfium.FPDFText_GetMatrix(raw, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return max(1.0, size) if math.isfinite(size) else 1.0


def _count_pictures(opened: Any, page: Page, area: float, pdfium: Any) -> None:
    """Pictures of some size on the page; the text on a scan that is drawn invisibly was recognised by a program."""
    covered = 0.0
    for thing in opened.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = thing.get_bounds()
        share = abs((right - left) * (top - bottom)) / area if area else 0
        page.pictures += share > 0.005
        covered += share
    page.scanned = covered > 0.5
    if page.scanned and page.words:
        texts = opened.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), max_depth=3)
        page.recognised = any(
            pdfium.FPDFTextObj_GetTextRenderMode(thing.raw) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
            for thing, _ in zip(texts, range(50), strict=False)
        )
