"""Paragraphs of a Word file as its reader would see them with all tracked changes accepted.

Read straight from the XML, since python-docx knows neither tracked changes nor footnotes. The file may come from
anywhere: parts are read up to a limit, and no entity or external reference is followed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from qualcode.core.quotations import Paragraph
from qualcode.errors import BadFile, BadOption, Problem

_LARGEST_PART = 64 * 1024 * 1024
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_GONE = {_W + name for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "txbxContent")}
_GONE.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}


def word_paragraphs(data: bytes, shown_as: str) -> list[Paragraph]:
    """The paragraphs with text in them; `line` is the paragraph's number. Notes come after all else, each with the number
    of the paragraph that refers to it. Raises BadFile."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _broken(shown_as, "it is protected by a password or in an older format", "save it as .docx without one")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            document = _part(archive, "word/document.xml", shown_as)
            styles = _part(archive, "word/styles.xml", shown_as)
            notes = [(kind, _part(archive, f"word/{kind}s.xml", shown_as)) for kind in ("footnote", "endnote")]
    except (
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OverflowError,
        OSError,
    ) as error:
        raise _broken(
            shown_as, "this is not a Word file, or it is damaged", "open it in Word and save it anew"
        ) from error
    except Exception as error:  # a damaged stream raises what its decompressor raises (zlib.error, lzma.LZMAError)
        if type(error).__name__ not in ("error", "LZMAError"):
            raise
        raise _broken(shown_as, "it is damaged", "open it in Word and save it anew") from error
    if document is None:
        raise _broken(shown_as, "there is no Word document in it", "save it as .docx")
    quote_styles = _quote_styles(styles)
    found, calls = _numbered(document, quote_styles)
    for kind, part in notes:
        if part is not None:
            found.extend(_notes(part, kind, calls, quote_styles))
    return found


def _broken(shown_as: str, message: str, advice: str) -> BadFile:
    return BadFile([Problem(shown_as, 0, message, advice)])


def _part(archive: zipfile.ZipFile, name: str, shown_as: str) -> Any:
    """The root of one part, or None where the file has no such part."""
    try:
        from lxml import etree  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        raise BadOption("Word files need the package lxml: pip install lxml. Or save the manuscript as .md.") from error
    if name not in archive.namelist():
        return None
    with archive.open(name) as stream:
        data = stream.read(_LARGEST_PART + 1)
    if len(data) > _LARGEST_PART:
        raise _broken(shown_as, f"{name} in it is larger than 64 MB unpacked", "check the chapters one by one")
    data = data.replace(_STRICT, _W[1:-1].encode())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(shown_as, f"{name} in it is damaged ({error})", "open it in Word and save it anew") from error
    if root.getroottree().docinfo.doctype:
        raise _broken(shown_as, f"{name} in it declares entities, which no Word file does", "save it anew in Word")
    return root


def _quote_styles(styles: Any) -> frozenset[str]:
    """Ids of the paragraph styles for block quotations, by their English names, which Word keeps in every language."""
    if styles is None:
        return frozenset()
    found: set[str] = set()
    above: dict[str, str] = {}
    for style in styles.iter(_W + "style"):
        ident = style.get(_W + "styleId") or ""
        above[ident] = _value(style.find(_W + "basedOn"))
        name = _value(style.find(_W + "name")).casefold()
        if "quot" in name or name in ("block text", "zitat", "citation"):
            found.add(ident)
    for ident in above:
        ancestor, steps = ident, 0
        while ancestor and ancestor not in found and steps < 20:
            ancestor, steps = above.get(ancestor, ""), steps + 1
        if ancestor in found:
            found.add(ident)
    return frozenset(found)


def _value(element: Any) -> str:
    return "" if element is None else element.get(_W + "val") or ""


def _numbered(root: Any, quote_styles: frozenset[str]) -> tuple[list[Paragraph], dict[tuple[str, str], int]]:
    """The paragraphs, and the paragraph that each note is called in."""
    found: list[Paragraph] = []
    calls: dict[tuple[str, str], int] = {}
    carried, carried_from = "", 0
    for number, paragraph in enumerate(root.iter(_W + "p"), 1):
        if any(True for _ in paragraph.iterancestors(_FALLBACK)):
            continue  # a second version of a text box, for old programs
        for kind in ("footnote", "endnote"):
            for call in paragraph.iter(f"{_W}{kind}Reference"):
                calls[kind, call.get(_W + "id") or ""] = number
        text, first = carried + "".join(_text(paragraph)), carried_from or number
        if paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:  # its end was deleted: it runs on into the next
            carried, carried_from = text, first
            continue
        carried, carried_from = "", 0
        found.extend(_paragraph(paragraph, text, first, quote_styles))
    if carried.strip():
        found.append(Paragraph(carried, carried_from, False, False))
    return found, calls


def _paragraph(element: Any, text: str, number: int, quote_styles: frozenset[str]) -> Iterator[Paragraph]:
    if text.strip():
        style = _value(element.find(f"{_W}pPr/{_W}pStyle"))
        yield Paragraph(text.strip("\n"), number, style in quote_styles or style in ("Quote", "IntenseQuote"), False)


def _notes(
    root: Any, kind: str, calls: Mapping[tuple[str, str], int], quote_styles: frozenset[str]
) -> Iterator[Paragraph]:
    for note in root.iter(_W + kind):
        number = calls.get((kind, note.get(_W + "id") or ""), 0)
        for paragraph in note.iter(_W + "p"):
            if number:
                yield from _paragraph(paragraph, "".join(_text(paragraph)), number, quote_styles)


def _text(paragraph: Any) -> Iterator[str]:
    """The text of one paragraph: what was inserted counts, what was deleted or moved away does not."""
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag in _GONE:
            continue
        if element.tag == _W + "t":
            yield element.text or ""
        elif element.tag in _SIGNS:
            yield _SIGNS[element.tag]
        else:
            waiting.extend(reversed(element))
