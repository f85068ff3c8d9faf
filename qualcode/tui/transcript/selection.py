"""The cursor: the unit under it is the selection, and extending grows it by units, words or characters."""

from __future__ import annotations

from typing import NamedTuple

from qualcode.core.document import Body
from qualcode.core.units import UNITS, Unit, Units


class Selection(NamedTuple):
    """`[start, end)` in code points. While `extending`, keys move one boundary: the end, or the start if `at_start`."""

    start: int
    end: int
    unit: Unit = "sentence"
    extending: bool = False
    at_start: bool = False

    @property
    def caret(self) -> int:
        """The code point at the boundary that moves."""
        return self.start if self.at_start else max(self.start, self.end - 1)

    def letting_go(self) -> Selection:
        return self._replace(extending=False, at_start=False)

    def swapped(self) -> Selection:
        return self._replace(at_start=not self.at_start)


class Cursor:
    """Moves selections about in one body; every method returns the new selection."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.units = Units(body)

    def at(self, offset: int, unit: Unit) -> Selection:
        start, end = self.units.at(min(max(offset, 0), max(0, len(self.body) - 1)), unit)
        return Selection(start, end, unit)

    def step(self, selection: Selection, direction: int, unit: Unit | None = None) -> Selection:
        """The next (1) or previous (-1) unit; while extending, the boundary moves by one unit.

        `unit` may differ from the selection's own, as when going by words among sentences; that stays what it is.
        """
        unit = unit or selection.unit
        if selection.extending:
            return self._move_boundary(selection, direction, unit)
        if unit != selection.unit:  # a word within a sentence: the first or last one, unless it is a word already
            inside = self.units.at(selection.start if direction > 0 else max(selection.start, selection.end - 1), unit)
            if inside != (selection.start, selection.end):
                return Selection(*inside, selection.unit)
        found = self.units.next(selection.end, unit) if direction > 0 else self.units.previous(selection.start, unit)
        return Selection(*found, selection.unit) if found else selection

    def _move_boundary(self, selection: Selection, direction: int, unit: Unit) -> Selection:
        start, end = selection.start, selection.end
        if selection.at_start:
            found = self.units.next(start + 1, unit) if direction > 0 else self.units.previous(start, unit)
            return selection._replace(start=found[0]) if found and found[0] < end else selection
        if direction > 0:
            inside = self.units.at(max(start, end - 1), unit)
            found = inside if inside[1] > end else self.units.next(end, unit)
            return selection._replace(end=found[1]) if found else selection
        shorter = self.units.previous(max(start, end - 1), unit)
        while shorter and shorter[1] >= end:
            shorter = self.units.previous(shorter[0], unit)
        return selection._replace(end=shorter[1]) if shorter and shorter[1] > start else selection

    def nudge(self, selection: Selection, direction: int) -> Selection:
        """Move the boundary by one character, as people count them; extending begins if it had not."""
        selection = selection._replace(extending=True)
        edge = selection.start if selection.at_start else selection.end
        moved = self._grapheme(edge, direction)
        if selection.at_start:
            return selection._replace(start=moved) if moved < selection.end else selection
        return selection._replace(end=moved) if moved > selection.start else selection

    def _grapheme(self, offset: int, direction: int) -> int:
        from qualcode.tui.transcript.wrapping import grapheme_after, grapheme_before

        low = max(0, offset - 64)
        if direction > 0:
            return min(len(self.body), offset + grapheme_after(self.body.text[offset : offset + 64], 0))
        return low + grapheme_before(self.body.text[low:offset], offset - low)

    def with_next_unit(self, selection: Selection) -> Selection:
        """The selection in the next kind of unit: word, sentence, turn, paragraph, word ..."""
        unit = UNITS[(UNITS.index(selection.unit) + 1) % len(UNITS)]
        if selection.extending:
            return selection._replace(unit=unit)
        return self.at(selection.start, unit)
