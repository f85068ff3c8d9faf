"""Memos as a Word document: each under a heading with its facts, its Markdown kept simply."""

from __future__ import annotations

import io
from typing import Any

from qualcode.analysis.table import Table
from qualcode.errors import BadOption
from qualcode.exchange.docx_text import begins_right_to_left, east_asian_font, lines_kept, one_line
from qualcode.exchange.markdown_blocks import Block, blocks, spans
from qualcode.exchange.memos import facts

_MONOSPACED = "Courier New"


def docx(memos: Table, title: str) -> bytes:
    """The document's bytes. Raises BadOption where python-docx is not installed."""
    try:
        from docx import Document
    except ImportError as error:
        raise BadOption(
            "DOCX needs the package python-docx: pip install python-docx. CSV and Markdown need nothing."
        ) from error

    document = Document()
    document.core_properties.title = one_line(title)[:255]
    document.core_properties.author = document.core_properties.comments = ""
    _set_fonts(document, "".join(row["text"] + row["title"] for row in memos) + title)
    _fill(document.add_heading(level=1), title)
    for row in memos:
        _fill(document.add_heading(level=2), row["title"])
        paragraph = document.add_paragraph()
        paragraph.add_run(one_line(facts(row))).italic = True
        paragraph.paragraph_format.keep_with_next = True
        for block in blocks(lines_kept(row["text"])):
            _add_block(document, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add_block(document: Any, block: Block) -> None:
    if block.kind == "table":
        _add_table(document, block)
        return
    if block.kind == "code":
        paragraph = document.add_paragraph()
        paragraph.add_run(block.text).font.name = _MONOSPACED
        return
    if block.kind == "heading":
        paragraph = document.add_heading(level=min(9, block.level + 2))
    else:
        style = {"bullet": "List Bullet", "number": "List Number", "quote": "Quote"}.get(block.kind, "Normal")
        paragraph = document.add_paragraph(style=style)
        if block.level:
            from docx.shared import Cm

            paragraph.paragraph_format.left_indent = Cm(0.63 * (block.level + 1))
    _fill(paragraph, block.text)


def _add_table(document: Any, block: Block) -> None:
    columns = max(len(row) for row in block.cells)
    table = document.add_table(rows=0, cols=columns, style="Table Grid")
    for number, row in enumerate(block.cells):
        for cell, text in zip(table.add_row().cells, row, strict=False):
            _fill(cell.paragraphs[0], text, bold=number == 0)
    document.add_paragraph()


def _fill(paragraph: Any, text: str, *, bold: bool = False) -> None:
    """Put a line into an empty paragraph, bold and italic kept; right to left where its first letter is."""
    rightwards = begins_right_to_left(text)
    if rightwards:
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(_element("bidi"), "w:adjustRightInd", "w:spacing", "w:ind", "w:jc", "w:rPr")
    for span in spans(one_line(text)):
        run = paragraph.add_run(span.text)
        run.bold, run.italic = (span.bold or bold) or None, span.italic or None
        if span.code:
            run.font.name = _MONOSPACED
        if rightwards:
            run.font.rtl = True


def _set_fonts(document: Any, text: str) -> None:
    """Word is told which font to take for East Asian signs."""
    from docx.oxml.ns import qn

    font = east_asian_font(text)
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
        document.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _element(name: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(f"w:{name}")
