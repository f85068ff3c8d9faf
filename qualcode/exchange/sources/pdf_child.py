"""The process in which a PDF is taken apart: `python -m qualcode.exchange.sources.pdf_child SECONDS MEGABYTES`.

The PDF comes by standard input; out goes one JSON object, either `body`, `losses`, or `problem` and `advice`. PDFium is a
large program in C++: a file made to break it breaks this process only, which may write no file and is held to its limits.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence

from qualcode.exchange.sources.pdf_furniture import without_furniture, without_line_numbers
from qualcode.exchange.sources.pdf_hyphens import Hyphens
from qualcode.exchange.sources.pdf_lines import lines_of_pages, pieces, rows, with_colons
from qualcode.exchange.sources.pdf_paragraphs import body_of
from qualcode.exchange.sources.pdf_words import Locked, Page, TooLong, read_pages

_NEARLY_NONE = 20  # signs on a page


def main() -> None:
    seconds, megabytes = int(sys.argv[1]), int(sys.argv[2])
    data = sys.stdin.buffer.read()
    try:
        import pypdfium2.raw  # type: ignore[import-untyped,unused-ignore]  # noqa: F401  loaded before the limits hold
    except ImportError:
        answer = _problem("PDF files need the package pypdfium2", "pip install pypdfium2")
    else:
        _limit(seconds, megabytes)
        answer = _answer(data)
    sys.stdout.write(json.dumps(answer))


def _limit(seconds: int, megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the parent's clock alone
        return
    for kind, most in (("AS", megabytes * 1024**2), ("CPU", seconds), ("FSIZE", 0), ("CORE", 0)):
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (most, most))
        except (ValueError, OSError, AttributeError):
            continue


def _problem(message: str, advice: str = "") -> dict[str, object]:
    return {"problem": message, "advice": advice}


def _answer(data: bytes) -> dict[str, object]:
    try:
        return text_of(read_pages(data))
    except Locked:
        return _problem("it is protected by a password", "save a copy of it without one")
    except TooLong as error:
        return _problem(str(error), "split it")
    except MemoryError:
        return _problem("reading it needs too much memory", "print it to a new PDF, or split it")
    except Exception:  # one of the two outermost doors of this process; PDFium says no more than that it failed
        return _problem("it is damaged or cut short", "open it in a PDF viewer and print it to a new PDF")


def text_of(pages: Sequence[Page]) -> dict[str, object]:
    """Body and losses of a PDF's pages, or the problem that they have no text."""
    pieced = [pieces(page.words) for page in pages]
    bare = [sum(len(word.text) for word in page.words) < _NEARLY_NONE for page in pages]
    pictured = [
        empty and (page.scanned or bool(page.pictures and not page.words))
        for empty, page in zip(bare, pages, strict=True)
    ]
    if any(pictured) and all(bare):
        advice = "have its text recognised first, for instance by ocrmypdf"
        return _problem("this is a scanned PDF: its pages are pictures without text", advice)
    if not any(pieced):
        return _problem("there is no text in it; its letters may be drawn as pictures", "print and scan it with OCR")
    numbered = [without_line_numbers(rows(found)) for found in pieced]
    kept, around, names = without_furniture(pages, [page for page, _ in numbered])
    lines, named = with_colons(lines_of_pages([[piece for row in page for piece in row] for page in kept]))
    hyphens = Hyphens([line.text for page in lines for line in page])
    body = body_of(lines, names, hyphens)
    losses = _losses(pages, names, pictured, around, hyphens.mended)
    if numbers := sum(count for _, count in numbered):
        losses.append(f"{_counted(numbers, 'line number')} left out")
    if named:
        losses.append(f"{_counted(named, 'name')} in a column of their own got a colon")
    return {"body": body, "losses": losses}


def _losses(
    pages: Sequence[Page], names: Sequence[str], pictured: Sequence[bool], around: Sequence[str], mended: Sequence[str]
) -> list[str]:
    losses = []
    scanned = [name for name, empty in zip(names, pictured, strict=True) if empty]
    if scanned:
        losses.append(f"{_counted(len(scanned), 'page')} without text, scanned as pictures: {_few(scanned)}")
    if around:
        losses.append(f"{_counted(len(around), 'page header, footer or number', 'page headers, footers and numbers')} "
                      f"left out: {_few(dict.fromkeys(around))}")  # fmt: skip
    if mended:
        losses.append(f"{_counted(len(mended), 'word')} divided at line ends joined: {_few(dict.fromkeys(mended))}")
    pictures = sum(page.pictures for page, empty in zip(pages, pictured, strict=True) if not (empty or page.recognised))
    if pictures:
        losses.append(f"{_counted(pictures, 'picture')} left out")
    recognised = sum(page.recognised for page in pages)
    if recognised:
        losses.append(f"the text of {_counted(recognised, 'page')} was recognised from a scan by a program: check it")
    sideways = sum(page.sideways for page in pages)
    if sideways:
        losses.append(f"{_counted(sideways, 'word')} that run sideways left out")
    if sum(page.unmapped for page in pages) * 20 > sum(len(page.words) for page in pages):
        losses.append("the PDF does not say which letters some of its signs are: check the text")
    return losses


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _few(texts: Iterable[str]) -> str:
    """The first four of them, each cut to 40 signs."""
    found = [text if len(text) <= 40 else text[:39] + "…" for text in (" ".join(each.split()) for each in texts)]
    return ", ".join(found[:4]) + (", …" if len(found) > 4 else "")


if __name__ == "__main__":
    main()
