"""The text of a web page as a browser would lay it out: a block is a line, white space between words is one space."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from qualcode.core.text import join_words
from qualcode.exchange.sources.body_builder import ITEM, BodyBuilder
from qualcode.exchange.sources.highlight_colors import color_name
from qualcode.exchange.sources.table_rows import Cell

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td "
    "tfoot th thead tr ul xmp listing".split()
)
_LEFT_OUT = frozenset(
    "script style template head title noscript noframes rt rp select datalist textarea iframe object embed audio applet".split()
)
_PICTURES = frozenset("img svg video canvas picture".split())
_KEEPING_SPACE = frozenset({"pre", "xmp", "listing"})
_WHITE = " \t\n\r\f"
_SPACE = re.compile(rf"[{_WHITE}]+")
_NOT_SHOWN = re.compile(r"(?:^|;)\s{0,9}(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.IGNORECASE)
_BACKGROUND = re.compile(
    r"(?:^|;)\s{0,9}background(?:-color)?\s{0,9}:\s{0,9}(#[0-9a-f]{6}|[a-z]{3,20})\s{0,9}(?:;|$)", re.IGNORECASE
)


class WebText:
    """Walks through pages and hands their text to a builder; `counts` says what was not plain text."""

    def __init__(self, builder: BodyBuilder) -> None:
        self.builder = builder
        self.counts: Counter[str] = Counter()
        self._prefix = ""
        self._space = ""  # white space waiting for the next word
        self._last = ""  # the end of the words before it
        self._last_color = ""
        self._breaks = 0  # line breaks waiting for the next word
        self._pre = 0
        self._colors = [""]
        self._tables: list[_Table] = []

    def walk(self, root: Any) -> None:
        """Everything in the page, in order."""
        from lxml import etree  # type: ignore[import-untyped,unused-ignore]

        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if not isinstance(tag, str):
                if event == "end":
                    self._words(element.tail)
                else:
                    walker.skip_subtree()
                continue
            name = tag.rpartition("}")[2].lower()
            if event == "end":
                self._end(name, element)
                if element is not root:
                    self._words(element.tail)
            elif self._is_left_out(name, element):
                walker.skip_subtree()
            else:
                self._start(name, element)
                self._words(element.text)
        self._end_line()

    def _is_left_out(self, name: str, element: Any) -> bool:
        """Whether nothing of the element is shown; its end is seen all the same."""
        if name in _PICTURES:
            self.counts["picture"] += name != "picture"
            return name != "picture"
        if name in _LEFT_OUT:
            return True
        if name == "del":
            self.counts["tracked"] += 1
            return True
        if element.get("hidden") is not None or _NOT_SHOWN.search((element.get("style") or "")[:2000]):
            self.counts["hidden"] += 1
            return True
        return False

    def _start(self, name: str, element: Any) -> None:
        if name == "br":
            self._breaks += 1
            self._space = ""
        elif name == "mark":
            self._colors.append("yellow")
        elif name == "span":
            found = _BACKGROUND.search((element.get("style") or "")[:2000])
            self._colors.append(color_name(found[1]) if found else self._colors[-1])
        elif name in _BLOCKS:
            self._end_line()
            self._start_block(name)

    def _start_block(self, name: str) -> None:
        if len(name) == 2 and name[0] == "h" and name[1].isdigit():
            self._prefix = "#" * int(name[1]) + " "
        elif name == "li":
            self._prefix = ITEM
        elif name in _KEEPING_SPACE:
            self._pre += 1
        elif name == "table":
            self._tables.append(_Table())
        elif name in ("td", "th") and self._tables and self._tables[-1].cell < 0:
            self._tables[-1].cell = self.builder.begin_cell()

    def _end(self, name: str, element: Any) -> None:
        if name == "mark" or name == "span":
            left_out = name == "span" and (element.get("hidden") is not None)
            if len(self._colors) > 1 and not left_out and not _NOT_SHOWN.search((element.get("style") or "")[:2000]):
                self._colors.pop()
        elif name in _BLOCKS:
            self._end_line()
            self._end_block(name)

    def _end_block(self, name: str) -> None:
        if name in _KEEPING_SPACE:
            self._pre = max(0, self._pre - 1)
        elif name == "li" or name[0] == "h":
            self._prefix = ""
        elif name in ("td", "th", "tr", "table") and self._tables:
            table = self._tables[-1]
            if table.cell >= 0:
                table.cells.append(self.builder.end_cell(table.cell))
                table.cell = -1
            if name in ("tr", "table") and table.cells:
                self.builder.end_row()
                table.rows.append(table.cells)
                table.cells = []
            if name == "table":
                self.builder.end_table(table.rows)
                self._tables.pop()

    def _end_line(self) -> None:
        if self.builder.line_has_text:
            self.builder.end_line(self._prefix)
            self._prefix = ""
        self._space, self._last, self._breaks = "", "", 0

    def _words(self, text: str | None) -> None:
        if not text:
            return
        if self._pre:
            self._preformatted(text)
            return
        words = text.strip(_WHITE)
        if not words:
            self._space = self._space or text
            return
        if text[0] in _WHITE:
            self._space = self._space or text[: len(text) - len(text.lstrip(_WHITE))]
        self._say(_SPACE.sub(" " if words.isascii() else _one_space, words))
        self._space = text[len(text.rstrip(_WHITE)) :]

    def _say(self, words: str) -> None:
        """Words behind the white space or line breaks that wait; between Chinese signs a line end is no space."""
        color = self._colors[-1]
        if self.builder.line_has_text:
            between = "\n" * self._breaks or _between(self._last, self._space, words[:8])
            self.builder.text(between, color if color == self._last_color else "")
        self.builder.text(words, color)
        self._space, self._breaks = "", 0
        self._last, self._last_color = words[-8:], color

    def _preformatted(self, text: str) -> None:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for number, line in enumerate(lines):
            if number:
                self._breaks += 1
            if line.strip():
                self._say(line)
            elif line and self.builder.line_has_text and not self._breaks:
                self._space = " "


def _between(before: str, space: str, after: str) -> str:
    """One space for white space, none for a line end between signs of scripts that are written without spaces."""
    wrapped = "\n" in space or "\r" in space
    return "" if not space or (wrapped and join_words(before, after) == before + after) else " "


def _one_space(match: re.Match[str]) -> str:
    text = match.string
    return _between(text[max(0, match.start() - 8) : match.start()], match[0], text[match.end() : match.end() + 8])


class _Table:
    """An open table: its rows so far, the cells of the open row, the open cell (-1 for none)."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.cells: list[Cell] = []
        self.cell = -1
