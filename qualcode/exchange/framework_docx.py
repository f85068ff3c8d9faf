"""The framework as a Word document: landscape tables with a few columns each, what the summaries cite listed at the end."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from qualcode.errors import BadOption
from qualcode.exchange.docx_text import EAST_ASIAN, begins_right_to_left, east_asian_font, without_time
from qualcode.exchange.framework_sheet import Sheet, SheetCell
from qualcode.exchange.markdown_blocks import spans

_ACROSS = 5  # columns of cells that a landscape page has room for
_WIDTH_CM, _HEAD_CM = 25.9, 3.0
_TWIPS_PER_CM = 567


def docx(sheet: Sheet) -> bytes:
    """The document's bytes. Raises BadOption where python-docx is not installed."""
    try:
        from docx import Document
    except ImportError as error:
        raise BadOption("DOCX needs the package python-docx: pip install python-docx. HTML needs nothing.") from error

    document = Document()
    writer = _Writer(_lay_out(document, sheet))
    writer.fill(document.add_heading(level=1)._p, writer.run(sheet.title))
    for first in range(0, max(1, len(sheet.columns)), _ACROSS):
        if first:
            document.add_page_break()  # type: ignore[no-untyped-call]
        _add_table(document, sheet, first, writer)
    if sheet.references:
        writer.fill(document.add_heading(level=2)._p, writer.run("Cited in the summaries"))
    for found in sheet.references:
        words = f"[{found.number}] " + (f"“{found.words}” " if found.words else "")
        writer.fill(document.add_paragraph()._p, writer.run(words), writer.run(found.source, italic=True))
    out = io.BytesIO()
    document.save(out)
    return without_time(out.getvalue())


def _lay_out(document: Any, sheet: Sheet) -> str:
    """A landscape page; the font for East Asian signs comes back."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.9)
    document.core_properties.title = sheet.title[:255]
    document.core_properties.author = document.core_properties.comments = ""
    text = sheet.title + "".join(cell.text for _, cells in sheet.rows for cell in cells)
    font = east_asian_font(text)
    for name in ("Normal", "Heading 1", "Heading 2"):
        document.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(_w("eastAsia"), font)
    document.styles["Normal"].font.size = Pt(9)
    document.styles["Normal"].paragraph_format.space_after = Pt(3)
    return font


def _add_table(document: Any, sheet: Sheet, first: int, writer: _Writer) -> None:
    """The columns from `first` on. Rows are made as XML: python-docx's own way takes time in the square of their number."""
    names = sheet.columns[first : first + _ACROSS]
    widths = [_HEAD_CM, *[(_WIDTH_CM - _HEAD_CM) / max(1, len(names))] * len(names)]
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.set(_w("w"), str(round(width * _TWIPS_PER_CM)))
    table._tbl.append(
        _row(widths, [writer.head(name) for name in (sheet.corner, *names)], "<w:trPr><w:tblHeader/></w:trPr>")
    )
    for name, cells in sheet.rows:
        table._tbl.append(_row(widths, [writer.head(name), *map(writer.cell, cells[first : first + _ACROSS])]))


def _row(widths: Sequence[float], cells: Sequence[str], properties: str = "") -> Any:
    """A row of cells, each given by its paragraphs."""
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{round(width * _TWIPS_PER_CM)}" w:type="dxa"/></w:tcPr>{paragraphs or "<w:p/>"}</w:tc>'
        for width, paragraphs in zip(widths, cells, strict=True)
    )
    return _parsed(f"<w:tr>{properties}{made}</w:tr>")


class _Writer:
    """Makes paragraphs and runs as XML, East Asian signs in this font."""

    def __init__(self, font: str) -> None:
        self._font = font

    def head(self, name: str) -> str:
        return self.paragraph(self.run(name, bold=True), name)

    def cell(self, cell: SheetCell) -> str:
        made = [self._line(line) for line in cell.lines if line]
        if cell.remark:
            made.append(self.paragraph(self.run(f"[{cell.remark}]", italic=True), ""))
        for quote in cell.quotes:
            lines = f"“{quote.words}”".split("\n")
            runs = [self.run(line, small=True) for line in lines]
            runs[-1] += self.run(f" {quote.source}", italic=True, small=True)
            made += [self.paragraph(run, line, indent=True) for run, line in zip(runs, lines, strict=True)]
        return "".join(made)

    def _line(self, pieces: Sequence[str | int]) -> str:
        text = "".join(piece for piece in pieces if isinstance(piece, str))
        runs = (
            [self.run(f"[{piece}]", raised=True)] if isinstance(piece, int)
            else [self.run(span.text, bold=span.bold, italic=span.italic) for span in spans(piece)]
            for piece in pieces
        )  # fmt: skip
        return self.paragraph("".join(run for made in runs for run in made), text)

    def paragraph(self, runs: str, text: str, *, indent: bool = False) -> str:
        """A paragraph of these runs, right to left where the text is."""
        properties = "<w:bidi/>" if begins_right_to_left(text) else ""
        properties += '<w:ind w:left="170"/>' if indent else ""
        return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{runs}</w:p>"

    def fill(self, paragraph: Any, *runs: str) -> None:
        """Put runs into a paragraph that is there already."""
        made = _parsed(f"<w:p>{''.join(runs)}</w:p>")
        if begins_right_to_left("".join(made.itertext())):
            paragraph.get_or_add_pPr().append(_parsed("<w:bidi/>"))
        paragraph.extend(list(made))

    def run(
        self, text: str, *, bold: bool = False, italic: bool = False, raised: bool = False, small: bool = False
    ) -> str:
        """A run; its properties go in the order that the schema wants."""
        style = f'<w:rFonts w:eastAsia="{self._font}" w:hint="eastAsia"/>' if EAST_ASIAN.search(text) else ""
        style += "<w:b/><w:bCs/>" * bold + "<w:i/><w:iCs/>" * italic
        style += '<w:sz w:val="16"/><w:szCs w:val="16"/>' * small + '<w:vertAlign w:val="superscript"/>' * raised
        style += "<w:rtl/>" * begins_right_to_left(text)
        return f'<w:r>{f"<w:rPr>{style}</w:rPr>" if style else ""}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _parsed(xml: str) -> Any:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    name, rest = xml[: xml.index(">") + 1], xml[xml.index(">") + 1 :]
    end = "/>" if name.endswith("/>") else ">"
    return parse_xml(f"{name.removesuffix(end)} {nsdecls('w')}{end}{rest}")


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))
