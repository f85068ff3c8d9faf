"""The quotes of a cell with what is said around them: as many at a time as can be read, those marked to be worked on together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.style import Style
from textual.binding import Binding
from textual.message import Message

from qualcode.analysis.cooccurrence import Cooccurrence
from qualcode.analysis.filters import Filters
from qualcode.analysis.matrix import Matrix
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Row
from qualcode.core.surroundings import after, before
from qualcode.errors import QualcodeError
from qualcode.index.index import Index
from qualcode.tui.quotes import ASIDE, Piece, Quotes, aside_lines, passage_lines

WINDOW, OVERLAP = 80, 12  # quotes laid out at a time, and how many stay when the cursor leaves them
_AROUND = 240  # terminal columns of what is said before and after a quote
_LONGEST_WORD = 24
_STAR, _MARK = "★ ", "mark"


class CellSource:
    """The quotes behind a cell of a matrix, of which some are asked for at a time."""

    def __init__(self, index: Index, matrix: Matrix, row: int | None, col: int | None) -> None:
        self._index = index
        self._whole: Sequence[Row] | None = None
        if isinstance(matrix, Cooccurrence):
            self._whole = matrix.quotes(row, col).rows
        else:
            self._numbers = matrix.rows_behind(row, col)

    def __len__(self) -> int:
        return len(self._whole if self._whole is not None else self._numbers)

    def window(self, first: int) -> Sequence[Row]:
        """WINDOW quotes from this number on."""
        if self._whole is not None:
            return self._whole[first : first + WINDOW]
        return segments(self._index, Filters(rows=self._numbers[first : first + WINDOW].tolist())).rows

    def all_rows(self) -> Sequence[Row]:
        """All of them."""
        return (
            self._whole if self._whole is not None else segments(self._index, Filters(rows=self._numbers.tolist())).rows
        )

    def number_of(self, coding: str) -> int | None:
        """The number of a coding's quote, None where it is not among them."""
        if self._whole is not None:
            return next((number for number, row in enumerate(self._whole) if row["coding_id"] == coding), None)
        row = self._index.value("SELECT row FROM coding WHERE id = ?", [coding])
        found = np.flatnonzero(self._numbers == (-1 if row is None else row))
        return int(found[0]) if len(found) else None


class Around:
    """What is said before and after a quote in the same turn, in any document."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._turns: dict[str, list[tuple[int, int, int]]] = {}

    def of(self, row: Row) -> tuple[str, str]:
        """The words before and after; "" for a quote that is not in its place."""
        document, start, end = row["document"], row["start"], row["end"]
        try:
            text = self._index.body(document).text
        except QualcodeError:
            return "", ""
        if row["anchor"] == "lost" or text[start:end] != row["text"]:
            return "", ""
        if document not in self._turns:
            self._turns[document] = self._index.rows(
                'SELECT start, text_start, "end" FROM turn WHERE document = ? ORDER BY number', [document]
            )
        held = [turn for turn in self._turns[document] if turn[0] < end and turn[2] > start]
        floor, ceiling = (min(held[0][1], start), max(held[-1][2], end)) if held else (start, end)
        left, right = before(text, start, floor, _AROUND), after(text, end, ceiling, _AROUND)
        return _from_word(left, start - floor), _to_word(right, ceiling - end)


def _from_word(left: str, length: int) -> str:
    """What is said before, from the beginning of a word on where it is cut."""
    if length <= len(left) + 1:
        return left.lstrip()
    space = left.find(" ", 0, _LONGEST_WORD)
    return "… " + left[space + 1 :].lstrip()


def _to_word(right: str, length: int) -> str:
    """What is said after, to the end of a word where it is cut."""
    if length <= len(right) + 1:
        return right.rstrip()
    space = right.rfind(" ", len(right) - _LONGEST_WORD)
    return right[: space if space > 0 else len(right)].rstrip() + " …"


class CellQuotes(Quotes):
    """The quotes of one cell. The screen does what its keys ask for."""

    BINDINGS = [
        Binding("c", "screen.recode", "Recode", id="quotes.recode"),
        Binding("s", "screen.split", "Split", id="quotes.split"),
        Binding("x", "screen.remove", "Remove", id="quotes.remove"),
        Binding("m", "screen.note", "Note", id="quotes.note"),
        Binding("asterisk", "screen.exemplary", "Exemplary", key_display="*", id="quotes.exemplary"),
        Binding("v,space", "choose", "Mark", key_display="v", id="quotes.choose"),
        Binding("ctrl+a", "choose_all", "Mark all", show=False, id="quotes.choose-all"),
        Binding("t", "around", "Turn", id="quotes.around"),
    ]

    class Marked(Message):
        """Quotes were marked, or not any more."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.source: CellSource | None = None
        self.first = 0
        self.chosen: dict[str, Row] = {}
        self.code = ""  # the code that every quote has, as far as that need not be said of each
        self.with_turn = True
        self._around: Around | None = None

    @property
    def number(self) -> int:
        """The number of the quote under the cursor among all of the cell."""
        return self.first + self.at

    @property
    def current(self) -> Row | None:
        return self.segments[self.at] if self.at < len(self.segments) else None

    def show_cell(self, source: CellSource, index: Index, code: str, *, coding: str = "", otherwise: int = 0) -> None:
        """Show a cell's quotes, the cursor on that of a coding, or on the number `otherwise`."""
        self.source, self.code, self._around = source, code, Around(index)
        number = source.number_of(coding) if coding else None
        self._go_to(min(otherwise, max(0, len(source) - 1)) if number is None else number)

    def _go_to(self, number: int) -> None:
        """Lay out the quotes around this one, and put the cursor on it."""
        if self.source is None:
            return
        last = max(0, len(self.source) - WINDOW)
        self.first = min(max(0, number - OVERLAP), last)
        self.show(self.source.window(self.first), number - self.first)

    def action_move(self, by: int) -> None:
        wanted = min(max(self.number + by, 0), max(0, len(self.source or ()) - 1))
        if self.first <= wanted < self.first + len(self.segments):
            super().action_move(wanted - self.number)
        else:
            self._go_to(wanted)

    # ---------------------------------------------------------------- marking

    @property
    def targets(self) -> list[Row]:
        """The quotes that the next key is for: those marked, else the one under the cursor."""
        return list(self.chosen.values()) or ([self.current] if self.current is not None else [])

    def action_choose(self) -> None:
        row = self.current
        if row is not None and self.chosen.pop(row["coding_id"], None) is None:
            self.chosen[row["coding_id"]] = row
        self.action_move(1)
        self.refresh()
        self.post_message(self.Marked())

    def action_choose_all(self) -> None:
        """Mark all quotes of the cell; where they are, none."""
        rows = self.source.all_rows() if self.source is not None else ()
        self.chosen = {} if len(self.chosen) == len(rows) else {row["coding_id"]: row for row in rows}
        self.refresh()
        self.post_message(self.Marked())

    def action_around(self) -> None:
        self.with_turn = not self.with_turn
        self._lay_out()
        self._keep_in_sight()

    # ---------------------------------------------------------------- painting

    def sign_of(self, row: Row) -> str:
        return "✓" if row["coding_id"] in self.chosen else " "

    def style_of(self, kind: str, here: bool) -> Style:
        return Style(color="#e5c07b", bold=True) if kind == _MARK else super().style_of(kind, here)

    def lines_of(self, row: Row, width: int) -> list[list[Piece]]:
        left, right = self._around.of(row) if self.with_turn and self._around is not None else ("", "")
        lines = passage_lines(left, row["text"], right, width - len(_STAR) if row["exemplary"] else width)
        if row["exemplary"] and lines:
            lines = [[(_STAR if number == 0 else "  ", _MARK), *line] for number, line in enumerate(lines)]
        code = "" if row["code_id"] == self.code else f" · {row['code']}"
        return lines + [[(line, ASIDE)] for line in aside_lines(row, width, code)]
