"""A body put together from what a rich document holds, with the places of its comments and highlights.

Readers hand over text, marks, line ends and tables in reading order. Offsets are counted once, at the end, so that what
is decided late (the sign between two cells, the `# ` of a heading) moves nothing that was noted before.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from qualcode.exchange.sources import Highlight
from qualcode.exchange.sources.table_rows import Cell, as_turns

ITEM = "- "  # before list items
_LIKE_A_TURN = re.compile(r"[^\s:：][^:：\n]{0,39}(?:：|:(?=\s|$))")


class _Edge(NamedTuple):
    """Where a comment begins ("start"), ends ("end") or is called ("point")."""

    name: str
    edge: str


class _Color(NamedTuple):
    """From here on the text is highlighted so; "" for not."""

    name: str


class Built(NamedTuple):
    """The body, the spans of the marks by name, and the highlights; all in code points of the body."""

    body: str
    places: dict[str, tuple[int, int]]
    highlights: tuple[Highlight, ...]


class BodyBuilder:
    """Takes text line by line; tables row by row, each cell between `begin_cell` and `end_cell`."""

    def __init__(self) -> None:
        self._pieces: list[str | _Edge | _Color] = []
        self._color = ""
        self._line = -1  # index of the open line's first piece, which is kept free for its prefix
        self._has_text = False
        self._drop_space = False
        self._last_end = -1
        self.counts: Counter[str] = Counter()  # of tables, by what became of them

    def text(self, words: str, color: str = "") -> None:
        """Add to the open line, or to a new one."""
        if self._drop_space:
            words = words.lstrip(" \t")
            self._drop_space = not words
        if not words:
            return
        self.begin_line()
        if color != self._color:
            self._pieces.append(_Color(color))
            self._color = color
        self._pieces.append(words)
        self._has_text = True

    def mark(self, name: str, edge: str) -> None:
        """Note that the comment of this name starts ("start"), ends ("end") or is called ("point") here."""
        self._pieces.append(_Edge(name, edge))

    @property
    def line_has_text(self) -> bool:
        return self._has_text

    def begin_line(self) -> None:
        """Open a line, even an empty one, unless one is open."""
        if self._line < 0:
            self._line = len(self._pieces)
            self._pieces.append("")

    def begin_note(self, number: int) -> None:
        """Write `[^1]: `; a space that the note itself begins with is left out."""
        self.text(f"[^{number}]: ")
        self._drop_space = True

    def end_line(self, prefix: str = "") -> None:
        """Close the open line; the prefix goes before it if there is text in it.

        List items that begin like a turn get no dash: Word numbers turns, and a dash would hide who speaks.
        """
        self.begin_line()
        if self._color:
            self._pieces.append(_Color(""))
            self._color = ""
        if prefix and self._has_text:
            self._pieces[self._line] = prefix if prefix != ITEM else self._item()
        self._last_end = len(self._pieces)
        self._pieces.append("\n")
        self._line, self._has_text, self._drop_space = -1, False, False

    def _item(self) -> str:
        pieces = (piece for piece in self._pieces[self._line : self._line + 20] if type(piece) is str)
        turn = _LIKE_A_TURN.match("".join(pieces).lstrip(" \t"))
        self.counts["unmarked" if turn else "item"] += 1
        return "" if turn else ITEM

    def close_line(self) -> None:
        """Close the open line, if any."""
        if self._line >= 0:
            self.end_line()

    def begin_cell(self) -> int:
        """Open a table's cell; give the number back to `end_cell`."""
        self.close_line()
        self._pieces.append("")
        return len(self._pieces) - 1

    def end_cell(self, start: int) -> Cell:
        """Close a cell: its last line end makes room for what stands between cells."""
        self.close_line()
        if self._last_end > start:
            self._pieces[self._last_end] = ""
        self._pieces.append("")
        end = len(self._pieces) - 1
        return Cell(start, end, "".join(piece for piece in self._pieces[start:end] if type(piece) is str))

    def end_row(self) -> None:
        self._last_end = len(self._pieces)
        self._pieces.append("\n")

    def end_table(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Put signs between the cells: those of turns where the table is a transcript, else tabs."""
        turns = as_turns(rows)
        for row in rows if turns is None else turns.other_rows:
            for cell in row[:-1] if any(cell.text for cell in row) else ():
                self._pieces[cell.end] = "\t"
        if turns is not None:
            self.counts["turns"] += 1
            self.counts["numbers"] += bool(turns.left_out)
            for index, sign in turns.signs.items():
                self._pieces[index] = sign
            for cell in turns.left_out:
                self._blank(cell)
        elif any(len(row) > 1 for row in rows):
            self.counts["table"] += 1

    def _blank(self, cell: Cell) -> None:
        for index in range(cell.start, cell.end):
            if type(self._pieces[index]) is str:
                self._pieces[index] = ""

    def finish(self) -> Built:
        """The whole, without empty lines at its end."""
        self.close_line()
        body = "".join(piece for piece in self._pieces if type(piece) is str).rstrip("\n") + "\n"
        edges: dict[str, dict[str, int]] = {}
        highlights: list[Highlight] = []
        at, begun, color = 0, 0, ""
        for piece in self._pieces:
            if isinstance(piece, _Edge):
                edges.setdefault(piece.name, {}).setdefault(piece.edge, at)
            elif isinstance(piece, _Color):
                if color and body[begun:at].strip():
                    highlights.append(Highlight(*_trimmed(body, begun, at), color))
                begun, color = at, piece.name
            else:
                at += len(piece)
        return Built(body, {name: _span(body, found) for name, found in edges.items()}, tuple(highlights))


def _span(body: str, edges: dict[str, int]) -> tuple[int, int]:
    point = edges.get("point", edges.get("end", edges.get("start", 0)))
    start = edges.get("start", point)
    return _trimmed(body, start, max(start, edges.get("end", start)))


def _trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    """The span without line ends at its edges."""
    end = min(end, len(body))
    start = min(start, end)
    while start < end and body[end - 1] == "\n":
        end -= 1
    while start < end and body[start] == "\n":
        start += 1
    return start, end
