"""From the XML of an OpenDocument text to lines of text, in reading order, tracked changes accepted (OASIS ODF 1.3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from qualcode.exchange.sources.body_builder import ITEM, BodyBuilder
from qualcode.exchange.sources.opendocument_styles import DRAW, OFFICE, TABLE, TEXT, Styles
from qualcode.exchange.sources.table_rows import Cell

_LONGEST_GAP = 500  # spaces that one element may stand for
_MOST_SPACES = 2_000_000  # that all of them may stand for
_WHITE = re.compile(r"[ \t\r\n]+")
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_NO_TEXT = (
    "tracked-changes", "page-number", "page-count", "placeholder", "script", "ruby-text", "note-citation", "index-entry-template",
    "table-of-content-source", "illustration-index-source", "table-index-source", "object-index-source", "user-index-source",
    "alphabetical-index-source", "bibliography-source", "variable-decls", "sequence-decls", "user-field-decls", "dde-connection-decls",
)  # fmt: skip
_SHAPES = ("text-box", "custom-shape", "rect", "ellipse", "circle", "caption", "polygon", "regular-polygon", "path")
_ROW_GROUPS = {TABLE + name for name in ("table-header-rows", "table-rows", "table-row-group")}


class Annotation(NamedTuple):
    """A comment: the name of its marks, of the one that it answers, and what it says."""

    name: str
    answers: str
    text: str
    author: str
    date: str


class OpenDocumentText:
    """Walks through the content and hands its text to a builder; `counts` says what was not plain text."""

    def __init__(self, styles: Styles, builder: BodyBuilder) -> None:
        self.builder = builder
        self.counts: Counter[str] = Counter()
        self.notes: list[Any] = []
        self.annotations: list[Annotation] = []
        self._styles = styles
        self._silent = 0
        self._color = ""
        self._prefix = ""  # for the next paragraph: the dash of a list item
        self._after_space = True
        self._in_paragraph = False
        self._boxes: list[Any] = []
        self._spaces_left = _MOST_SPACES
        self._does: dict[Any, Callable[[Any], None]] = {
            TEXT + "p": self._paragraph, TEXT + "h": self._paragraph, TEXT + "span": self._span, TEXT + "s": self._spaces,
            TEXT + "tab": self._tab, TEXT + "line-break": self._break, TEXT + "list-item": self._item,
            TEXT + "numbered-paragraph": self._item, TEXT + "note": self._note, TEXT + "section": self._section,
            TEXT + "hidden-text": self._hidden, TEXT + "tracked-changes": self._tracked, TABLE + "table": self._table,
            OFFICE + "annotation": self._annotation, OFFICE + "annotation-end": self._annotation_end, DRAW + "frame": self._frame,
            OFFICE + "forms": self._nothing, _SVG + "title": self._nothing, _SVG + "desc": self._nothing,
        }  # fmt: skip
        self._does |= dict.fromkeys((DRAW + name for name in _SHAPES), self._box)
        for name in _NO_TEXT:
            self._does.setdefault(TEXT + name, self._nothing)

    def walk(self, parent: Any) -> None:
        """Everything below an element, in order; text beside elements counts within paragraphs only."""
        self._words(parent.text)
        for child in parent:
            self._does.get(child.tag, self.walk)(child)
            self._words(child.tail)

    def _words(self, words: str | None) -> None:
        if not words or self._silent or not self._in_paragraph:
            return
        words = _WHITE.sub(" ", words)
        if self._after_space and words[0] == " ":
            words = words[1:]
        if words:
            self._after_space = words[-1] == " "
            self.builder.text(words, self._color)

    def _sign(self, words: str) -> None:
        if not self._silent and self._in_paragraph:
            self._after_space = False
            self.builder.text(words, self._color)

    def _paragraph(self, paragraph: Any) -> None:
        look = self._styles.look("paragraph", paragraph.get(TEXT + "style-name") or "")
        if look.hidden:
            self._hidden(paragraph)
            return
        if self._silent or self._in_paragraph:
            self.walk(paragraph)
            return
        prefix, self._prefix = self._prefix, ""
        if paragraph.tag == TEXT + "h":
            prefix = "#" * _level(paragraph) + " "
        elif look.title and not prefix:
            prefix = "# "
        self._in_paragraph, self._after_space, self._color = True, True, look.color
        self.builder.begin_line()
        self.walk(paragraph)
        self._in_paragraph, self._color = False, ""
        self.builder.end_line(prefix)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.walk(box)

    def _span(self, span: Any) -> None:
        look = self._styles.look("text", span.get(TEXT + "style-name") or "")
        if look.hidden:
            self._hidden(span)
            return
        outer, self._color = self._color, look.color or self._color
        self.walk(span)
        self._color = outer

    def _hidden(self, element: Any) -> None:
        self.counts["hidden"] += 1
        self._silently(element)

    def _silently(self, element: Any) -> None:
        self._silent += 1
        self.walk(element)
        self._silent -= 1

    def _spaces(self, element: Any) -> None:
        written = element.get(TEXT + "c") or "1"
        wanted = int(written[:9]) if re.fullmatch("[0-9]+", written) else 1
        count = min(wanted, _LONGEST_GAP, self._spaces_left)
        self._spaces_left -= count
        self._sign(" " * count)

    def _tab(self, element: Any) -> None:
        self._sign("\t")

    def _break(self, element: Any) -> None:
        self._sign("\n")

    def _item(self, item: Any) -> None:
        self._prefix = ITEM
        self.walk(item)
        self._prefix = ""

    def _section(self, section: Any) -> None:
        if section.get(TEXT + "display") == "none":
            self._hidden(section)
        else:
            self.walk(section)

    def _note(self, note: Any) -> None:
        if not self._silent:
            self.notes.append(note)
            self._sign(f"[^{len(self.notes)}]")

    def _tracked(self, element: Any) -> None:
        self.counts["tracked"] += sum(1 for _ in element.iter(TEXT + "changed-region"))

    def _annotation(self, element: Any) -> None:
        name = element.get(OFFICE + "name") or f" {len(self.annotations)}"  # no name begins with a space
        self.builder.mark(name, "start")
        words = OpenDocumentText(self._styles, BodyBuilder())
        for child in element:
            if child.tag in (TEXT + "p", TEXT + "list"):
                words._does.get(child.tag, words.walk)(child)
        self.annotations.append(
            Annotation(
                name,
                next((value for key, value in element.attrib.items() if key.endswith("}parent-name")), ""),
                words.builder.finish().body.strip("\n"),
                element.findtext(_DC + "creator") or "",
                element.findtext(_DC + "date") or "",
            )
        )

    def _annotation_end(self, element: Any) -> None:
        self.builder.mark(element.get(OFFICE + "name") or "", "end")

    def _frame(self, frame: Any) -> None:
        if frame.find(DRAW + "text-box") is not None:
            self.walk(frame)
        elif frame.find(DRAW + "object") is not None or frame.find(DRAW + "object-ole") is not None:
            self.counts["embedded"] += 1
        elif frame.find(DRAW + "image") is not None:
            self.counts["picture"] += 1

    def _box(self, box: Any) -> None:
        if self._silent or next(box.iter(TEXT + "p", TEXT + "h"), None) is None:
            return
        if self._in_paragraph:
            self.counts["box"] += 1
            self._boxes.append(box)
        else:
            self.walk(box)

    def _nothing(self, element: Any) -> None:
        pass

    def _table(self, table: Any) -> None:
        if self._silent or self._in_paragraph:
            self.walk(table)
            return
        self._prefix = ""
        self.builder.close_line()
        self.builder.end_table([cells for row in _rows(table) if (cells := self._row(row))])

    def _row(self, row: Any) -> list[Cell]:
        cells: list[Cell] = []
        for child in row:
            if child.tag in (TABLE + "table-cell", TABLE + "covered-table-cell"):
                start = self.builder.begin_cell()
                self.walk(child)
                cells.append(self.builder.end_cell(start))
        if cells:
            self.builder.end_row()
        return cells


def _rows(parent: Any) -> Iterator[Any]:
    for child in parent:
        if child.tag == TABLE + "table-row":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from _rows(child)


def _level(heading: Any) -> int:
    level = heading.get(TEXT + "outline-level") or "1"
    return min(max(int(level[:3]), 1), 6) if re.fullmatch("[0-9]+", level) else 1
