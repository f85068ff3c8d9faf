"""The appendix table as a Word document: landscape A4, the header row repeated on every page."""

from __future__ import annotations

import io
from typing import Any

from qualcode.core.text import split_lines
from qualcode.errors import BadOption
from qualcode.exchange.codebook_appendix import COLUMNS, NOTE, Appendix, AppendixRow
from qualcode.exchange.docx_text import EAST_ASIAN, begins_right_to_left, east_asian_font

_WIDTHS_CM = (4.0, 5.2, 4.2, 4.2, 4.0, 2.0, 2.3)  # 25.9 cm: A4 landscape less two margins of 1.9 cm
_TWIPS_PER_CM = 567
_INDENT = 170  # twips a level
_DEEPEST = 8  # levels that are set in; a deeper one would leave no room for its name


def docx(table: Appendix) -> bytes:
    """The document's bytes. Raises BadOption where python-docx is not installed."""
    try:
        from docx import Document
    except ImportError as error:
        raise BadOption(
            "DOCX needs the package python-docx: pip install python-docx. CSV and Markdown need nothing."
        ) from error

    document = Document()
    font = east_asian_font("".join("".join(row[1:6]) for row in table.rows) + table.heading)
    _lay_out(document, table.heading, font)
    caption = document.add_paragraph(style="Caption")
    caption.paragraph_format.keep_with_next = True
    _fill(caption._p, table.heading, font)
    _add_table(document, table.rows, font)
    document.add_paragraph(NOTE)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _lay_out(document: Any, title: str, font: str) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.9)
    document.core_properties.title = title[:255]
    document.core_properties.author = document.core_properties.comments = ""
    for name, size in (("Normal", 9), ("Caption", 11)):
        style = document.styles[name]
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(_w("eastAsia"), font)
    document.styles["Normal"].paragraph_format.space_after = Pt(0)


def _add_table(document: Any, rows: list[AppendixRow], font: str) -> None:
    """Rows are made as XML: python-docx's own way takes time in the square of their number."""
    table = document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
    table.autofit = False
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, _WIDTHS_CM, strict=True):
        column.set(_w("w"), str(round(width * _TWIPS_PER_CM)))
    header = _add_row(table._tbl, list(COLUMNS), font, bold=True)
    header.get_or_add_trPr().append(_element("tblHeader"))
    for row in rows:
        cells = [*row[1:6], str(row.segments), str(row.documents)]
        _add_row(table._tbl, cells, font, level=row.level, bold=False)


def _add_row(table: Any, cells: list[str], font: str, *, level: int = 0, bold: bool) -> Any:
    row = _element("tr")
    row.get_or_add_trPr().append(_element("cantSplit"))
    for number, text in enumerate(cells):
        cell = _element("tc")
        properties = _element("tcPr")
        properties.append(_element("tcW", w=str(round(_WIDTHS_CM[number] * _TWIPS_PER_CM)), type="dxa"))
        cell.append(properties)
        for line in split_lines(text):
            paragraph = _element("p")
            indent = min(level, _DEEPEST) * _INDENT if number == 0 else 0
            _fill(paragraph, line, font, indent=indent, right=number > 4, bold=bold or (number == 0 and level == 0))
            cell.append(paragraph)
        row.append(cell)
    table.append(row)
    return row


def _fill(paragraph: Any, text: str, font: str, *, indent: int = 0, right: bool = False, bold: bool = False) -> None:
    """Put the text into an empty paragraph; properties go in the order that the schema wants."""
    properties = paragraph.get_or_add_pPr()
    rightwards = begins_right_to_left(text)
    if rightwards:
        properties.append(_element("bidi"))
    if indent:
        properties.append(_element("ind", left=str(indent)))
    if right:
        properties.append(_element("jc", val="right"))
    run, style = _element("r"), _element("rPr")
    if EAST_ASIAN.search(text):
        style.append(_element("rFonts", eastAsia=font, hint="eastAsia"))
    if bold:
        style.extend([_element("b"), _element("bCs")])
    if rightwards:
        style.append(_element("rtl"))
    run.append(style)
    words = _element("t")
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(words)
    paragraph.append(run)


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    element: Any = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(_w(key), value)
    return element


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))
