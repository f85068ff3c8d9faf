"""From the XML of a Word file to lines of text, in reading order, as with all tracked changes accepted (ECMA-376, part 1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from qualcode.exchange.sources.body_builder import ITEM, BodyBuilder
from qualcode.exchange.sources.highlight_colors import color_name
from qualcode.exchange.sources.table_rows import Cell
from qualcode.exchange.sources.word_parts import W, is_on, value_of
from qualcode.exchange.sources.word_styles import Styles, heading_level, is_listed
from qualcode.exchange.sources.word_symbols import UNKNOWN, symbol

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/"
_PICTURES = (
    _DRAWING + "picture}pic", _DRAWING + "chart}chart", _DRAWING + "diagram}relIds", "{urn:schemas-microsoft-com:vml}imagedata",
)  # fmt: skip
_NOTHING = ("sectPr", "tblPr", "tblGrid", "instrText", "delInstrText", "sdtPr", "sdtEndPr", "rt", "rubyPr", "fldData", "tcPr",
            "smartTagPr", "customXmlPr", "numPr", "annotationRef", "footnoteRef", "endnoteRef", "pgNum", "trPr", "tblPrEx",
            "rPr", "proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak")  # fmt: skip
_RUN_PROPERTIES = W + "rPr"
_RUN_LOOKS = {W + name for name in ("highlight", "shd", "vanish", "rStyle")}
_WRAPPERS = {W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")}
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}


class WordText:
    """Walks through parts of a Word file and hands their text to a builder; `counts` says what was not plain text."""

    def __init__(self, styles: Styles, builder: BodyBuilder) -> None:
        self.builder = builder
        self.counts: Counter[str] = Counter()
        self.note_numbers: dict[tuple[str, str], int] = {}  # by kind and id of the notes called
        self._styles = styles
        self._silent = 0  # above 0 in what was deleted or hidden: marks count, words do not
        self._color = ""
        self._prefix, self._runs_on = "", False
        self._fields: list[bool] = []  # for each open field, whether its result has begun
        self._boxes: list[Any] = []
        self._page_break = False
        self._does: dict[Any, Callable[[Any], None]] = {
            W + "p": self._paragraph, W + "pPr": self._paragraph_properties, W + "r": self._run, _MATH + "r": self._run,
            W + "t": self._words, _MATH + "t": self._words, W + "br": self._break, W + "sym": self._symbol,
            W + "tbl": self._table, W + "del": self._deleted, W + "moveFrom": self._deleted, W + "ins": self._inserted,
            W + "fldChar": self._field, W + "sdt": self._control, W + "txbxContent": self._box, _MC + "AlternateContent": self._choice,
            W + "footnoteReference": self._note, W + "endnoteReference": self._note, _MATH + "oMath": self._equation,
            W + "commentRangeStart": self._comment, W + "commentRangeEnd": self._comment, W + "commentReference": self._comment,
            W + "altChunk": self._embedded, W + "subDoc": self._embedded,
        }  # fmt: skip
        self._does |= dict.fromkeys((W + name for name in _NOTHING), self._nothing)
        self._does |= dict.fromkeys((W + name for name in _SIGNS), self._sign)
        self._does |= dict.fromkeys(_PICTURES, self._picture)

    def walk(self, parent: Any) -> None:
        """Everything below an element, in order."""
        for child in parent:
            self._does.get(child.tag, self.walk)(child)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        self._silent += 1
        yield
        self._silent -= 1

    def _paragraph(self, paragraph: Any) -> None:
        if self._silent:
            self.walk(paragraph)
            return
        self._prefix, self._runs_on, self._page_break = "", False, False
        self.builder.begin_line()
        self.walk(paragraph)
        if not all(self._fields):
            self._fields.clear()  # an instruction ends with its paragraph, whatever the file forgets to say
        if self._runs_on:  # its end was deleted, so the next one goes on in this line
            return
        self.builder.end_line(self._prefix)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.walk(box)

    def _paragraph_properties(self, properties: Any) -> None:
        style = value_of(properties.find(W + "pStyle"))
        level = heading_level(properties)
        level = self._styles.level(style) if level < 0 else level
        listed = is_listed(properties)
        if level:
            self._prefix = "#" * min(level, 6) + " "
        elif listed or (listed is None and self._styles.listed(style)):
            self._prefix = ITEM
        mark = properties.find(W + "rPr")
        if mark is not None and (mark.find(W + "del") is not None or mark.find(W + "moveFrom") is not None):
            self._runs_on = True

    def _run(self, run: Any) -> None:
        outer, self._color, hidden = self._color, "", False
        for child in run:
            tag = child.tag
            if tag == _RUN_PROPERTIES:
                hidden = self._run_properties(child)
                self._silent += hidden
            else:
                self._does.get(tag, self.walk)(child)
        self._silent -= hidden
        self._color = outer

    def _run_properties(self, properties: Any) -> bool:
        """Take note of the highlight; True for hidden text."""
        hidden = False
        for child in properties:
            tag = child.tag
            if tag not in _RUN_LOOKS:
                continue
            if tag == W + "highlight":
                self._color = color_name(value_of(child)) or self._color
            elif tag == W + "shd":
                self._color = self._color or color_name(value_of(child, "fill"))
            elif tag == W + "vanish":
                hidden = is_on(child)
            else:
                hidden = hidden or self._styles.hidden(value_of(child))
        self.counts["hidden"] += hidden
        return hidden

    def _words(self, element: Any) -> None:
        words = element.text
        if words:
            if "\n" in words or "\r" in words:  # Word shows a line end within a text as a space
                words = words.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
            self._say(words)

    def _say(self, words: str) -> None:
        if self._silent or (self._fields and not all(self._fields)):
            return
        if self._page_break:
            self._page_break = False
            if self.builder.line_has_text:
                words = "\n" + words
        self.builder.text(words, self._color)

    def _sign(self, element: Any) -> None:
        self._say(_SIGNS[element.tag[len(W) :]])

    def _break(self, element: Any) -> None:
        if value_of(element, "type") in ("page", "column"):
            self._page_break = True
        else:
            self._say("\n")

    def _symbol(self, element: Any) -> None:
        sign = symbol(value_of(element, "font"), value_of(element, "char"))
        self.counts["symbol"] += sign == UNKNOWN
        self._say(sign)

    def _deleted(self, element: Any) -> None:
        self.counts["tracked"] += 1
        with self._quiet():
            self.walk(element)

    def _inserted(self, element: Any) -> None:
        self.counts["tracked"] += 1
        self.walk(element)

    def _field(self, element: Any) -> None:
        kind = value_of(element, "fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _control(self, element: Any) -> None:
        if element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            with self._quiet():  # "Click here to enter text" is Word's, not the researcher's
                self.walk(element)
        else:
            self.walk(element)

    def _choice(self, element: Any) -> None:
        chosen = element.find(_MC + "Choice")
        chosen = element.find(_MC + "Fallback") if chosen is None else chosen
        if chosen is not None:
            self.walk(chosen)

    def _box(self, element: Any) -> None:
        if not self._silent:
            self.counts["box"] += 1
            self._boxes.append(element)

    def _note(self, element: Any) -> None:
        if not self._silent:
            note = (element.tag[len(W) : -len("Reference")], value_of(element, "id"))
            if note not in self.note_numbers:
                self.note_numbers[note] = len(self.note_numbers) + 1
            self._say(f"[^{self.note_numbers[note]}]")

    def _comment(self, element: Any) -> None:
        edge = {"RangeStart": "start", "RangeEnd": "end", "Reference": "point"}[element.tag[len(W) + len("comment") :]]
        self.builder.mark(value_of(element, "id"), edge)

    def _equation(self, element: Any) -> None:
        self.counts["equation"] += 1
        self.walk(element)

    def _picture(self, element: Any) -> None:
        self.counts["picture"] += not self._silent

    def _embedded(self, element: Any) -> None:
        self.counts["embedded"] += 1

    def _nothing(self, element: Any) -> None:
        pass

    def _table(self, table: Any) -> None:
        if self._silent:
            self.walk(table)
            return
        rows: list[list[Cell]] = []
        self.builder.close_line()
        for child in _unwrapped(table):
            if child.tag != W + "tr":
                self._beside(child)
            elif child.find(f"{W}trPr/{W}del") is not None:
                self._deleted(child)
            elif cells := self._row(child):
                rows.append(cells)
        self.builder.end_table(rows)

    def _row(self, row: Any) -> list[Cell]:
        cells: list[Cell] = []
        for child in _unwrapped(row):
            if child.tag != W + "tc":
                self._beside(child)
            elif child.find(f"{W}tcPr/{W}cellDel") is not None:
                self._deleted(child)
            else:
                start = self.builder.begin_cell()
                self.walk(child)
                cells.append(self.builder.end_cell(start))
        if cells:
            self.builder.end_row()
        return cells

    def _beside(self, element: Any) -> None:
        """What stands between rows or cells: comments may begin or end there."""
        if element.tag in (W + "commentRangeStart", W + "commentRangeEnd"):
            self._comment(element)


def _unwrapped(parent: Any) -> Iterator[Any]:
    """Rows of a table, or cells of a row, also those within content controls and tracked insertions."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _unwrapped(child)
        else:
            yield child
