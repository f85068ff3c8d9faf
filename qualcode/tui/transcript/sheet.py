"""A document laid out with its codings: what each row shows. Knows nothing of scrolling, keys or the mouse."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from qualcode.core.document import Body
from qualcode.core.text import FoldedText
from qualcode.core.visible import columns, fit
from qualcode.tui.transcript.layout import Layout
from qualcode.tui.transcript.marks import Mark, Marks
from qualcode.tui.transcript.paint import Columns, RowContent

_KEPT_PIECES = 2_048


class Sheet:
    """Rows of one document at one width."""

    def __init__(self, body: Body, marks: Iterable[Mark], width: int) -> None:
        self.body = body
        self.columns = Columns.share(width, len(body.lines))
        self.layout = Layout(body, self.columns.text)
        self.marks = Marks(marks, body.line_of, self._line_span)
        self.hits: list[tuple[int, int]] = []
        self.names: Mapping[str, str] = {}
        self.code_colors: Mapping[str, str] = {}
        self.own_coder = ""
        self.asking: frozenset[str] = frozenset()
        self.signed_lines: frozenset[int] = frozenset()  # counted from 1: lines with a sign at their number
        self.line_sign = "¶"
        self.lit: frozenset[str] = frozenset()  # codes whose passages stand out
        self._marks_of: dict[int, list[Mark]] = {}
        self._labels_of: dict[int, dict[int, tuple[str, str]]] = {}

    def _line_span(self, line: int) -> tuple[int, int]:
        start = self.body.starts[line]
        return start, start + len(self.body.lines[line])

    def update_marks(self, marks: Iterable[Mark]) -> None:
        """Make these the codings; those that were there already keep their lanes."""
        wanted = {mark.id: mark for mark in marks}
        for old in list(self.marks):
            new = wanted.pop(old.id, None)
            if new is None:
                self.marks.remove(old.id)
            elif new._replace(lane=old.lane) != old:
                self.marks.add(new)
        for mark in sorted(wanted.values(), key=lambda mark: (mark.start, -mark.end, mark.id)):
            self.marks.add(mark)
        self.forget()

    def find(self, text: str) -> int:
        """Keep every occurrence of the text as a hit; how many there are."""
        self.hits = list(FoldedText(self.body.text).occurrences(text)) if text else []
        return len(self.hits)

    def fit_to(self, width: int) -> bool:
        """Lay out for another width; False where that changes nothing."""
        columns = Columns.share(width, len(self.body.lines))
        if columns == self.columns:
            return False
        self.columns = columns
        self.layout.reset(columns.text)
        self.forget()
        return True

    def forget(self, first: int = 0, last: int | None = None) -> None:
        """Ask anew for what the pieces from first to last show."""
        for kept in (self._marks_of, self._labels_of):
            for piece in [piece for piece in kept if piece >= first and (last is None or piece <= last)]:
                kept.pop(piece)

    def marks_on(self, piece: int) -> list[Mark]:
        """The codings that touch a piece."""
        found = self._marks_of.get(piece)
        if found is None:
            if len(self._marks_of) > _KEPT_PIECES:
                self._marks_of.clear()
            start, end = self.layout.pieces.starts[piece], self.layout.pieces.end(piece)
            found = self._marks_of[piece] = self.marks.between(start, max(end, start + 1))
        return found

    def marks_in_row(self, piece: int, start: int, end: int) -> list[Mark]:
        return [mark for mark in self.marks_on(piece) if mark.start < max(end, start + 1) and mark.end > start]

    def label_at(self, piece: int, section: int) -> tuple[str, str]:
        """The text in the label column of a row, and the id of the coding that it names."""
        labels = self._labels_of.get(piece)
        if labels is None:
            if len(self._labels_of) > _KEPT_PIECES:
                self._labels_of.clear()
            labels = self._labels_of[piece] = self._place_labels(piece)
        return labels.get(section, ("", ""))

    def _place_labels(self, piece: int) -> dict[int, tuple[str, str]]:
        """Each coding is named where it begins, or on the next free row that it covers; lit ones first. The rest are counted."""
        labels: dict[int, tuple[str, str]] = {}
        begin, breaks = self.layout.pieces.starts[piece], self.layout.breaks(piece)
        unnamed: dict[int, int] = {}
        in_order = sorted(self.marks_on(piece), key=lambda mark: (mark.start, -mark.end, mark.lane))
        for mark in sorted(in_order, key=lambda mark: mark.code not in self.lit):
            if mark.start < begin:
                continue
            first = bisect_right(breaks, mark.start - begin)
            last = min(bisect_right(breaks, mark.end - 1 - begin), len(breaks))
            row = next((row for row in range(first, last + 1) if row not in labels), None)
            if row is None:
                unnamed[first] = unnamed.get(first, 0) + 1
            else:
                labels[row] = (self._label(mark), mark.id)
        for row, count in unnamed.items():
            text, ident = labels.get(row, ("", ""))
            more = f" +{count}"
            labels[row] = (text[: self.columns.label - 1 - len(more)] + more, ident)
        return labels

    def _label(self, mark: Mark) -> str:
        """The code's name, cut to the column; » where it is lit, * for a note, ~ for a moved quote, ¶ for a memo, ° or the name
        for another coder."""
        name, room = self.names.get(mark.code, mark.code), max(2, self.columns.label - 1)
        name = f"»{name}" if mark.code in self.lit else name
        tail = ("*" if mark.note else "") + ("~" if mark.moved else "") + ("¶" if mark.memo else "")
        if mark.coder != self.own_coder:
            named = f"{name}{tail} {mark.coder}"
            if columns(named) <= room:
                return named
            tail += "°"
        return fit(name, room - len(tail)).rstrip() + tail

    def row(
        self, piece: int, section: int, selected: tuple[int, int] | None, caret: int | None, focused: bool
    ) -> RowContent:
        """What one row shows; `selected` and `caret` are relative to its first code point."""
        start, end = self.layout.section_span(piece, section)
        line, begin = self.layout.pieces.lines[piece], self.layout.pieces.starts[piece]
        text = self.layout.pieces.text(piece)[start - begin : end - begin]
        here = self.marks_in_row(piece, start, end)
        label, ident = self.label_at(piece, section)
        speaker_end, asks = self._speaker(line, start, end)
        return RowContent(
            text=text,
            number=str(line + 1) if start == self.body.starts[line] and text.strip() else "",
            speaker_end=speaker_end,
            speaker_asks=asks,
            bracket_marks=[(mark, mark.start >= start, self._ends(mark, end)) for mark in here],
            ranges=[
                (mark.end - mark.start, max(mark.start - start, 0), min(mark.end - start, len(text)),
                 self.code_colors.get(mark.code, ""))
                for mark in here
            ],
            label=label,
            label_color=self.code_colors.get(self.marks[ident].code, "") if ident in self.marks else "",
            hits=self._hits_between(start, end),
            selected=selected,
            caret=caret,
            focused=focused,
            sign=self.line_sign if line + 1 in self.signed_lines and start == self.body.starts[line] else "",
            lit=[
                (max(mark.start - start, 0), min(mark.end - start, len(text))) for mark in here if mark.code in self.lit
            ],
            lit_codes=self.lit,
        )  # fmt: skip

    def _speaker(self, line: int, start: int, end: int) -> tuple[int, bool]:
        """How far into the row the speaker's label reaches, and whether that is one who asks."""
        number = self.body.turn_index(start)
        turn = self.body.turns[number] if number >= 0 else None
        if turn is None or turn.line != line or start >= turn.text_start:
            return 0, False
        return min(end, turn.text_start) - start, turn.speaker in self.asking

    def _ends(self, mark: Mark, end: int) -> bool:
        """Whether a coding ends on the row that ends here, be it with the line end that is not shown."""
        return mark.end <= end or (mark.end == end + 1 and self.body.text[end : end + 1] == "\n")

    def _hits_between(self, start: int, end: int) -> Sequence[tuple[int, int]]:
        found = []
        at = max(0, bisect_right(self.hits, (start, -1)) - 1)
        while at < len(self.hits) and self.hits[at][0] < end:
            low, high = self.hits[at]
            if high > start:
                found.append((max(low - start, 0), min(high, end) - start))
            at += 1
        return found
