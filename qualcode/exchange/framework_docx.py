"""The framework as a Word document: landscape tables with a few columns each, what the summaries cite listed at the end."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from typing import Any

from qualcode.errors import BadOption
from qualcode.exchange.framework_sheet import Sheet, SheetCell
from qualcode.exchange.markdown_blocks import spans

_ACROSS = 5  # columns of cells that a landscape page has room for
_WIDTH_CM, _HEAD_CM = 25.9, 3.0
_TWIPS_PER_CM = 567
_EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_KANA, _HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u1100-\u11ff\uac00-\ud7ff]")


def docx(sheet: Sheet) -> bytes:
    """The document's bytes. Raises BadOption where python-docx is not installed."""
    try:
        from docx import Document
    except ImportError as error:
        raise BadOption("DOCX needs the package python-docx: pip install python-docx. HTML needs nothing.") from error

    document = Document()
    writer = _Writer(_lay_out(document, sheet))
    writer.fill(document.add_heading(level=1)._p, sheet.title)
    for first in range(0, max(1, len(sheet.columns)), _ACROSS):
        if first:
            document.add_page_break()  # type: ignore[no-untyped-call]
        _add_table(document, sheet, first, writer)
    if sheet.references:
        writer.fill(document.add_heading(level=2)._p, "Cited in the summaries")
    for found in sheet.references:
        paragraph = document.add_paragraph()._p
        writer.fill(paragraph, f"[{found.number}] " + (f"“{found.words}” " if found.words else ""))
        writer.add(paragraph, found.source, italic=True)
    out = io.BytesIO()
    document.save(out)
    return _without_time(out.getvalue())


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
    font = "Yu Mincho" if _KANA.search(text) else "Malgun Gothic" if _HANGUL.search(text) else "SimSun"
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
    header = _row(table._tbl, widths, [writer.head(name) for name in (sheet.corner, *names)])
    header.get_or_add_trPr().append(_element("tblHeader"))
    for name, cells in sheet.rows:
        _row(table._tbl, widths, [writer.head(name), *map(writer.cell, cells[first : first + _ACROSS])])


def _row(table: Any, widths: Sequence[float], cells: Sequence[Sequence[Any]]) -> Any:
    row = _element("tr")
    for width, paragraphs in zip(widths, cells, strict=True):
        cell, properties = _element("tc"), _element("tcPr")
        properties.append(_element("tcW", w=str(round(width * _TWIPS_PER_CM)), type="dxa"))
        cell.append(properties)
        cell.extend(paragraphs or [_element("p")])
        row.append(cell)
    table.append(row)
    return row


class _Writer:
    """Makes paragraphs, East Asian signs in this font."""

    def __init__(self, font: str) -> None:
        self._font = font

    def head(self, name: str) -> list[Any]:
        return [self.fill(_element("p"), name, bold=True)]

    def cell(self, cell: SheetCell) -> list[Any]:
        made = [self._line(line) for line in cell.lines if line]
        made += [self.fill(_element("p"), f"[{cell.remark}]", italic=True)] if cell.remark else []
        for quote in cell.quotes:
            for number, line in enumerate(quote.words.split("\n")):
                made.append(self.fill(_element("p"), f"“{line}" if number == 0 else line, indent=True, small=True))
            self.add(made[-1], "” ", small=True)
            self.add(made[-1], quote.source, italic=True, small=True)
        return made

    def _line(self, pieces: Sequence[str | int]) -> Any:
        paragraph = _element("p")
        self._begin(paragraph, "".join(piece for piece in pieces if isinstance(piece, str)))
        for piece in pieces:
            if isinstance(piece, int):
                self.add(paragraph, f"[{piece}]", raised=True)
            else:
                for span in spans(piece):
                    self.add(paragraph, span.text, bold=span.bold, italic=span.italic)
        return paragraph

    def fill(
        self, paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, indent: bool = False, small: bool = False
    ) -> Any:  # fmt: skip
        """Put the text into an empty paragraph, which comes back."""
        self._begin(paragraph, text, indent=indent)
        self.add(paragraph, text, bold=bold, italic=italic, small=small)
        return paragraph

    def _begin(self, paragraph: Any, text: str, *, indent: bool = False) -> None:
        properties = paragraph.get_or_add_pPr()
        if _begins_right_to_left(text):
            properties.append(_element("bidi"))
        if indent:
            properties.append(_element("ind", left="170"))

    def add(
        self, paragraph: Any, text: str, *, bold: bool = False, italic: bool = False, raised: bool = False, small: bool = False
    ) -> None:  # fmt: skip
        """Add a run; its properties go in the order that the schema wants."""
        run, style = _element("r"), _element("rPr")
        if _EAST_ASIAN.search(text):
            style.append(_element("rFonts", eastAsia=self._font, hint="eastAsia"))
        style.extend(
            [_element(name) for name, wanted in (("b", bold), ("bCs", bold), ("i", italic), ("iCs", italic)) if wanted]
        )
        if small:
            style.extend([_element("sz", val="16"), _element("szCs", val="16")])
        if raised:
            style.append(_element("vertAlign", val="superscript"))
        if _begins_right_to_left(text):
            style.append(_element("rtl"))
        run.append(style)
        words = _element("t")
        words.text = text
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
        paragraph.append(run)


def _begins_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction of its own runs from right to left."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _without_time(data: bytes) -> bytes:
    """The package with its parts dated to the beginning of zip time, so that the same tables give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as dated:
        for part in made.infolist():
            dated.writestr(zipfile.ZipInfo(part.filename), made.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    element: Any = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(_w(key), value)
    return element


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))
