"""A comparison as a Word document: under each code its sentence, and a table with a column of quotes for each side."""

from __future__ import annotations

import io
from typing import Any

from qualcode.analysis.comparing import CodeRow, Comparison
from qualcode.core.text import split_lines
from qualcode.core.visible import visible
from qualcode.errors import BadOption
from qualcode.exchange.comparisons import OVERVIEW, below, heading, how_counted, overview, quote_source, quote_text
from qualcode.exchange.docx_text import begins_right_to_left, east_asian_font, one_line, without_time


def docx(comparison: Comparison, title: str) -> bytes:
    """The document's bytes; landscape from three sides on. Raises BadOption where python-docx is not installed."""
    try:
        from docx import Document
    except ImportError as error:
        raise BadOption(
            "DOCX needs the package python-docx: pip install python-docx. Markdown and HTML need nothing."
        ) from error

    document = Document()
    _lay_out(document, comparison)
    _fill(document.add_heading(level=1), heading(comparison))
    if title:
        _fill(document.add_paragraph(), visible(title), italic=True)
    for told in how_counted(comparison):
        _fill(document.add_paragraph(), told)
    _fill(document.add_heading(level=2), OVERVIEW)
    header, rows = overview(comparison)
    _add_overview(document, header, rows)
    for row in comparison.rows:
        _add_code(document, comparison, row)
    out = io.BytesIO()
    document.save(out)
    return without_time(out.getvalue())


def _lay_out(document: Any, comparison: Comparison) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if len(comparison.sides) > 2:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    document.core_properties.title = one_line(heading(comparison))[:255]
    document.core_properties.author = document.core_properties.comments = ""
    document.styles["Normal"].font.size = Pt(10)
    quotes = (quote["text"] for row in comparison.rows for share in row.shares for quote in share.quotes)
    font = east_asian_font("".join(quotes))
    for name in ("Normal", "Heading 1", "Heading 2"):
        document.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _add_overview(document: Any, header: list[str], rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows) + 1, cols=len(header), style="Table Grid")
    for element, texts in zip(table._tbl.tr_lst, [header, *rows], strict=True):
        bold = texts is header
        for cell, text in zip(element.tc_lst, texts, strict=True):
            _fill(_paragraph_of(cell), text, bold=bold)
    _repeat_header(table)


def _add_code(document: Any, comparison: Comparison, row: CodeRow) -> None:
    _fill(document.add_heading(level=2), visible(row.path))
    told = document.add_paragraph()
    told.paragraph_format.keep_with_next = row.has_quotes
    _fill(told, visible(comparison.sentence(row)))
    if not row.has_quotes:
        _fill(document.add_paragraph(), below(row), italic=True)
        return
    table = document.add_table(rows=2, cols=len(row.shares), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, comparison.headers, strict=True):
        _fill(cell.paragraphs[0], visible(name), bold=True)
    for cell, share in zip(table.rows[1].cells, row.shares, strict=True):
        for number, quote in enumerate(share.quotes):
            _fill(cell.paragraphs[0] if number == 0 else cell.add_paragraph(), quote_text(quote))
            _fill(cell.add_paragraph(), quote_source(quote), italic=True)
        if not share.quotes:
            _fill(cell.paragraphs[0], "none", italic=True)
    _repeat_header(table)


def _repeat_header(table: Any) -> None:
    from docx.oxml import OxmlElement

    table._tbl.tr_lst[0].get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _paragraph_of(cell: Any) -> Any:
    from docx.text.paragraph import Paragraph

    return Paragraph(cell.p_lst[0], None)  # type: ignore[arg-type]


def _fill(paragraph: Any, text: str, *, bold: bool = False, italic: bool = False) -> None:
    """Put a text into an empty paragraph, line ends kept; right to left where its first letter is."""
    from docx.oxml import OxmlElement

    rightwards = begins_right_to_left(text)
    if rightwards:
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(
            OxmlElement("w:bidi"), "w:adjustRightInd", "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
    for number, line in enumerate(split_lines(text)):
        run = paragraph.add_run(one_line(line))
        if number:
            run._r.insert(0, OxmlElement("w:br"))
        run.bold, run.italic = bold or None, italic or None
        if rightwards:
            run.font.rtl = True
