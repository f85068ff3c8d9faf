"""Paragraphs of a Word file as its reader would see them with all tracked changes accepted.

Read straight from the XML, since python-docx knows neither tracked changes nor footnotes. The file may come from
anywhere: parts are read up to a limit, and no entity or external reference is followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qualcode.core.quotations import Paragraph
from qualcode.exchange.sources.word_parts import W, WordFile, value_of

_GONE = {W + name for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "txbxContent")}
_GONE.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}


def word_paragraphs(data: bytes, shown_as: str) -> list[Paragraph]:
    """The paragraphs with text in them; `line` is the paragraph's number. Notes come after all else, each with the number
    of the paragraph that refers to it. Raises BadFile."""
    file = WordFile(data, shown_as)
    quote_styles = _quote_styles(file.related("styles"))
    found, calls = _numbered(file.document, quote_styles)
    for kind in ("footnote", "endnote"):
        part = file.related(f"{kind}s")
        if part is not None:
            found.extend(_notes(part, kind, calls, quote_styles))
    return found


def _quote_styles(styles: Any) -> frozenset[str]:
    """Ids of the paragraph styles for block quotations, by their English names, which Word keeps in every language."""
    if styles is None:
        return frozenset()
    found: set[str] = set()
    above: dict[str, str] = {}
    for style in styles.iter(W + "style"):
        ident = style.get(W + "styleId") or ""
        above[ident] = value_of(style.find(W + "basedOn"))
        name = value_of(style.find(W + "name")).casefold()
        if "quot" in name or name in ("block text", "zitat", "citation"):
            found.add(ident)
    for ident in above:
        ancestor, steps = ident, 0
        while ancestor and ancestor not in found and steps < 20:
            ancestor, steps = above.get(ancestor, ""), steps + 1
        if ancestor in found:
            found.add(ident)
    return frozenset(found)


def _numbered(root: Any, quote_styles: frozenset[str]) -> tuple[list[Paragraph], dict[tuple[str, str], int]]:
    """The paragraphs, and the paragraph that each note is called in."""
    found: list[Paragraph] = []
    calls: dict[tuple[str, str], int] = {}
    carried, carried_from = "", 0
    for number, paragraph in enumerate(root.iter(W + "p"), 1):
        if any(True for _ in paragraph.iterancestors(_FALLBACK)):
            continue  # a second version of a text box, for old programs
        for kind in ("footnote", "endnote"):
            for call in paragraph.iter(f"{W}{kind}Reference"):
                calls[kind, call.get(W + "id") or ""] = number
        text, first = carried + "".join(_text(paragraph)), carried_from or number
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:  # its end was deleted: it runs on into the next
            carried, carried_from = text, first
            continue
        carried, carried_from = "", 0
        found.extend(_paragraph(paragraph, text, first, quote_styles))
    if carried.strip():
        found.append(Paragraph(carried, carried_from, False, False))
    return found, calls


def _paragraph(element: Any, text: str, number: int, quote_styles: frozenset[str]) -> Iterator[Paragraph]:
    if text.strip():
        style = value_of(element.find(f"{W}pPr/{W}pStyle"))
        yield Paragraph(text.strip("\n"), number, style in quote_styles or style in ("Quote", "IntenseQuote"), False)


def _notes(
    root: Any, kind: str, calls: Mapping[tuple[str, str], int], quote_styles: frozenset[str]
) -> Iterator[Paragraph]:
    for note in root.iter(W + kind):
        number = calls.get((kind, note.get(W + "id") or ""), 0)
        for paragraph in note.iter(W + "p"):
            if number:
                yield from _paragraph(paragraph, "".join(_text(paragraph)), number, quote_styles)


def _text(paragraph: Any) -> Iterator[str]:
    """The text of one paragraph: what was inserted counts, what was deleted or moved away does not."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag in _GONE:
            continue
        if element.tag == W + "t":
            yield element.text or ""
        elif element.tag in _SIGNS:
            yield _SIGNS[element.tag]
        else:
            waiting.extend(reversed(element))
