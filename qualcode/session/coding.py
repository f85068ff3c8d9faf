"""Applying, removing, replacing and annotating codes: each coder changes only their own codings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from operator import index as index_of
from typing import Any

from qualcode.analysis.filters import document_id
from qualcode.core.anchors import find_quote, make_anchor
from qualcode.core.codebook import Codebook
from qualcode.core.document import Body
from qualcode.core.events import EXEMPLARY, Coding, Event, fold
from qualcode.core.overlay import overlay_of
from qualcode.core.visible import quoted
from qualcode.errors import BadOption, BadSpan, UnknownName
from qualcode.index.event_rows import events_of
from qualcode.session.alone import codes_alone
from qualcode.session.writing import Writing


class CodingWork(Writing):
    """The verbs on codings."""

    def coding(self, wanted: str) -> Coding:
        """The coding in force with this id, or with an id that ends or begins so (4 signs at least). Raises UnknownName."""
        wanted = wanted.strip().lower()
        rows = self.index.rows("SELECT id FROM coding WHERE id = ?", [wanted])
        pattern = wanted.replace("%", "").replace("_", "")
        if not rows and len(pattern) >= 4:
            rows = self.index.rows("SELECT id FROM coding WHERE id LIKE ? OR id LIKE ?", [f"%{pattern}", f"{pattern}%"])
        if len(rows) != 1:
            raise UnknownName(
                f"Several codings have an id like {wanted!r}: give more of it." if rows else
                f"No coding in force has the id {wanted!r}. `qualcode segments` lists them."
            )  # fmt: skip
        return self._coding(rows[0][0])

    def _coding(self, ident: str) -> Coding:
        coder, document = self.index.rows("SELECT coder, document FROM coding WHERE id = ?", [ident])[0]
        path = self.folder.relative(self.folder.coding_file(coder, document))
        coding = fold(events_of(self.index, path, ident), coder, document)[ident]
        book: Codebook | None = self.index.read_or_none("codebook")  # a broken codebook stops nobody from noting
        ((note, mark),) = self.index.rows("SELECT note, mark FROM coding WHERE id = ?", [ident])
        return replace(
            coding, note=note, mark=mark, code=book.resolve_merge(coding.code) if book is not None else coding.code
        )

    # ---------------------------------------------------------------- coding

    @codes_alone
    def code(
        self, document: str, start: int | None = None, end: int | None = None, code: str = "", *,
        quote: str = "", note: str = "",
    ) -> Coding:  # fmt: skip
        """Apply a code to a span (code points in the body) or to a quote that occurs just once.

        The coding that is already there is returned where the same code stands on just this span.
        Raises UnknownName (document, code), BadSpan (outside the text, quote missing or ambiguous), CannotSave.
        """
        document = document_id(self.index, document)
        book = self.index.codebook
        chosen = book[book.resolve_merge(book.find(code).id)]
        body = self.body(document)
        if quote:
            start, end = self._span_of(body, quote)
        elif start is None or end is None:
            raise BadOption("Say where: a start and an end, or a quote.")
        anchor = make_anchor(body.text, body.hash, _position(start), _position(end))
        twin = self._twin(document, chosen.id, start, end)
        if twin is not None:
            return self.note(twin.id, note) if note and note != twin.note else twin
        self._before_judging()
        event = self._event("apply", code=chosen.id, start=anchor.start, end=anchor.end, quote=anchor.quote,
                            body=anchor.body, prefix=anchor.prefix, suffix=anchor.suffix, note=note)  # fmt: skip
        self._append(document, [event])
        return fold([event], self.coder, document)[event.id]

    def _twin(self, document: str, code: str, start: int, end: int) -> Coding | None:
        rows = self.index.rows(
            'SELECT id FROM coding WHERE document = ? AND start = ? AND "end" = ? AND code = ? AND coder = ? '
            "AND anchor <> 'lost'",
            [document, start, end, code, self.coder],
        )
        return self._coding(rows[0][0]) if rows else None

    def _span_of(self, body: Body, quote: str) -> tuple[int, int]:
        found = {(at, at + len(quote)) for at in find_quote(body.text, quote)}
        if laid := overlay_of(body.text):  # it may be quoted as it is shown, with pseudonyms
            found |= {laid.stored_span(at, at + len(quote)) for at in find_quote(laid.text, quote)}
        places = sorted(found)
        if len(places) == 1:
            return places[0]
        if not places:
            raise BadSpan(f"The text does not have {quoted(quote)} (letter for letter; copy it from `qualcode show`).")
        shown = ", ".join(f"{start}:{end} (line {body.line_of(start) + 1})" for start, end in places[:8])
        more = f" and {len(places) - 8} more" if len(places) > 8 else ""
        raise BadSpan(
            f"The quote occurs {len(places)} times: {shown}{more}. Give a longer quote, or the place with --span."
        )

    @codes_alone
    def uncode(self, wanted: str) -> Coding:
        """Remove a coding of one's own; returns what was removed. Raises UnknownName, BadOption, CannotSave."""
        coding = self._own(wanted)
        self._append_all(coding.document, "remove", [coding.id, *self._hidden_twins(coding.id)])
        return coding

    @codes_alone
    def note(self, wanted: str, note: str) -> Coding:
        """Set the note of a coding of one's own ("" takes it away). Raises UnknownName, BadOption, CannotSave."""
        coding = self._own(wanted)
        event = self._event("note", coding=coding.id, note=note)
        noted = self.index.rows(
            "SELECT id FROM coding_row WHERE hidden_by = ? AND hidden_by <> '' AND own_note <> ''", [coding.id]
        )
        with (
            self.batch() if noted else nullcontext()
        ):  # the notes of twins were shown with it: the new one stands for all
            event = replace(event, batch=self._batch)
            self._append(coding.document, [event, *(self._event("note", coding=ident, note="") for (ident,) in noted)])
        return replace(coding, note=note, modified_at=event.at)

    @codes_alone
    def mark(self, wanted: str, mark: str = EXEMPLARY) -> Coding:
        """Mark a coding of one's own as an exemplary quote, or take the mark away ("").

        Raises UnknownName, BadOption, CannotSave.
        """
        if mark not in (EXEMPLARY, ""):
            raise BadOption(f"A coding is marked as {EXEMPLARY!r}, or not (''); {quoted(mark)} is no mark.")
        coding = self._own(wanted)
        if mark == coding.mark:
            return coding
        marked = self.index.rows(
            "SELECT id FROM coding_row WHERE hidden_by = ? AND hidden_by <> '' AND own_mark <> ''", [coding.id]
        )
        self._append_all(coding.document, "mark", [coding.id, *(ident for (ident,) in marked if not mark)], mark=mark)
        return replace(coding, mark=mark)

    @codes_alone
    def recode(self, wanted: str, code: str) -> Coding:
        """Put another code in the place of a coding's. Where the passage has that code from the same coder already, the two
        become one, which comes back. Raises UnknownName, BadOption, CannotSave."""
        coding = self._own(wanted)
        book = self.index.codebook
        chosen = book.resolve_merge(book.find(code).id)
        if chosen == coding.code:
            return coding
        self._before_judging()
        twins = [self._event("remove", coding=ident) for ident in self._hidden_twins(coding.id)]
        row = self.index.rows("SELECT start, \"end\" FROM coding WHERE id = ? AND anchor <> 'lost'", [coding.id])
        there = self._twin(coding.document, chosen, *row[0]) if row else None
        with self.batch():
            if there is None:
                self._append(coding.document, [self._event("recode", coding=coding.id, code=chosen), *twins])
                return replace(coding, code=chosen)
            notes = " · ".join(dict.fromkeys(note for note in (there.note, coding.note) if note))
            events = [self._event("remove", coding=coding.id), *twins, self._event("keep", coding=there.id)]
            if notes != there.note:
                events.append(self._event("note", coding=there.id, note=notes))
            if coding.mark and not there.mark:
                events.append(self._event("mark", coding=there.id, mark=coding.mark))
            self._append(coding.document, events)
        return replace(there, note=notes, mark=there.mark or coding.mark)

    @codes_alone
    def keep(self, wanted: str) -> Coding:
        """Confirm a coding after its code's definition changed: it was read again and is right.

        Raises UnknownName, BadOption, CannotSave.
        """
        coding = self._own(wanted)
        self._before_judging()
        self._append_all(coding.document, "keep", [coding.id, *self._hidden_twins(coding.id)])
        return coding

    @codes_alone
    def keep_all(self, idents: Sequence[str]) -> list[Coding]:
        """Like `keep`, for several codings as one step. Raises UnknownName, BadOption, CannotSave."""
        codings = [self._own(ident) for ident in idents]
        self._before_judging()
        with self.batch():
            events: dict[str, list[Event]] = {}
            for coding in codings:
                group = events.setdefault(coding.document, [])
                group += [self._event("keep", coding=ident) for ident in (coding.id, *self._hidden_twins(coding.id))]
            self._append_each(events)
        return codings

    def _append_all(self, document: str, op: str, idents: Sequence[str], **fields: str) -> None:
        """The same on several codings of a document, as one step."""
        with self.batch() if len(idents) > 1 else nullcontext():
            self._append(document, [self._event(op, coding=ident, **fields) for ident in idents])

    def _hidden_twins(self, ident: str) -> list[str]:
        """Codings that this one stands for since their codes were merged."""
        return [
            row[0]
            for row in self.index.rows("SELECT id FROM coding_row WHERE hidden_by = ? AND hidden_by <> ''", [ident])
        ]

    def _own(self, wanted: str) -> Coding:
        coding = self.coding(wanted)
        if coding.coder != self.coder:
            raise BadOption(
                f"That coding is {coding.coder}'s, and you are {self.coder}: only its own coder changes a coding "
                f"(--coder {coding.coder} if that is you)."
            )
        return coding


def _position(value: Any) -> int:
    """A whole number from whatever counts as one (numpy's included). Raises BadSpan."""
    if not isinstance(value, bool):
        try:
            return index_of(value)
        except TypeError:
            pass
    raise BadSpan(f"{value!r} is not a position: a span is two whole numbers, counted in characters from 0.")
