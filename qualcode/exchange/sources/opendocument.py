"""OpenDocument texts in (LibreOffice): written down in the same way as Word files, see `word`."""

from __future__ import annotations

from typing import Any

from qualcode.errors import BadFile, Problem
from qualcode.exchange.sources import ImportedText, Remark
from qualcode.exchange.sources.body_builder import BodyBuilder, Built
from qualcode.exchange.sources.losses import loss_sentences
from qualcode.exchange.sources.opendocument_styles import OFFICE, STYLE, TEXT, Styles
from qualcode.exchange.sources.opendocument_text import OpenDocumentText
from qualcode.exchange.sources.package import Package, PackageKind, parse_xml
from qualcode.exchange.sources.transcription import as_transcription

_KIND = PackageKind("OpenDocument text", "LibreOffice", ".odt")
_HEADERS = [STYLE + name for name in ("header", "footer", "header-left", "footer-left", "header-first", "footer-first")]


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text of an .odt or .fodt file as its reader would see it. Raises BadFile."""
    try:
        if not data.startswith(b"PK") and b"<office:document" in data[:10_000]:
            return _read(parse_xml(data, shown_as, _KIND), None, shown_as)
        package = Package(data, shown_as, _KIND)
        if b"encryption-data" in (package.part("META-INF/manifest.xml") or b""):
            raise BadFile([Problem(shown_as, 0, "it is protected by a password", "save it without one")])
        return _read(package.xml("content.xml"), package.xml("styles.xml"), shown_as)
    except RecursionError as error:
        raise BadFile(
            [Problem(shown_as, 0, "tables or boxes in it stand too deep within others", _KIND.advice)]
        ) from error


def _read(content: Any, style_part: Any, shown_as: str) -> ImportedText:
    body = None if content is None else content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise BadFile([Problem(shown_as, 0, "there is no OpenDocument text in it", _KIND.advice)])
    text = OpenDocumentText(Styles(content, style_part), BodyBuilder())
    text.walk(body)
    done = 0
    while done < len(text.notes):  # in notes too there may be notes
        done += 1
        text.builder.begin_note(done)
        text.walk(text.notes[done - 1])
        text.builder.close_line()
    built = text.builder.finish()
    counts = text.counts + text.builder.counts
    root = content if style_part is None else style_part
    counts["header"] = int(any(_has_text(part) for part in root.iter(*_HEADERS)))
    return as_transcription(
        ImportedText(
            built.body,
            kind="OpenDocument text",
            losses=loss_sentences(counts),
            remarks=_remarks(text, built),
            highlights=built.highlights,
        )
    )


def _has_text(part: Any) -> bool:
    return any(paragraph.text or len(paragraph) for paragraph in part.iter(TEXT + "p"))


def _remarks(text: OpenDocumentText, built: Built) -> tuple[Remark, ...]:
    """The comments in the order of the text; a reply without a passage has that of the comment that it answers."""
    found: list[Remark] = []
    for annotation in text.annotations:
        start, end = built.places[annotation.name]
        if start == end:
            start, end = built.places.get(annotation.answers, (start, end))
        found.append(Remark(start, end, annotation.text, annotation.author, annotation.date))
    return tuple(sorted(found, key=lambda remark: (remark.start, remark.end)))
