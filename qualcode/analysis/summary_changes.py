"""What has changed in a cell of the framework since its summary was written.

The cell's codings at that moment are compared with those of now, so that what was done and undone is no change:

- *added*: codings that count in the cell now and did not then: applied since, recoded, or come with a code that was merged
  or moved into the cell's;
- *removed*: the other way round; a code that was deleted takes its codings along;
- *reworded*: codings that counted then too, whose words are others by now: their bounds were moved, or the text corrected.

A passage that lost a coding and got the like again is unchanged. Notes and marks do not count, nor does who else reads.
Cases are those of today: a document that was given to another case shows as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from qualcode.analysis.history import acts, code_acts, codebook_at
from qualcode.analysis.memo_names import book_of
from qualcode.analysis.people import People
from qualcode.analysis.summaries import Summary
from qualcode.core.anchors import Anchor, Placed, place
from qualcode.core.codebook import Codebook
from qualcode.core.document import Body
from qualcode.core.events import Coding, Event, fold
from qualcode.core.moments import Moment
from qualcode.index.event_rows import events_about
from qualcode.index.index import Index
from qualcode.index.text_rows import carrier, versions

_MOVING = ("recode", "remove", "move", "revert")
_STRUCTURE = ("parent", "merged_into", "deleted")
Subject = tuple[int, str]


class CellChange(NamedTuple):
    """How many codings of a cell are new, gone, or have other words since its summary was written."""

    added: int = 0
    removed: int = 0
    reworded: int = 0

    def __bool__(self) -> bool:
        return any(self)

    def __str__(self) -> str:
        return ", ".join(f"{number} {word}" for number, word in zip(self, self._fields, strict=True) if number)


def changes_since(index: Index, written: Iterable[Summary]) -> dict[tuple[str, str], CellChange]:
    """What has changed in each summary's cell since it was written; cells that are as they were are left out."""
    found = list(written)
    if not found:
        return {}
    return _Comparison(index, found).changes()


class _Now(NamedTuple):
    """A coding as the index has it: today's case and words, and the code that its events say."""

    id: str
    document: str
    code: str
    case: str
    created: Moment
    words: str | None
    place: tuple[str, str, int, int]


class _Cell:
    """One summary, the codes that counted for its cell then and now, and the places of codings that came, went or changed."""

    def __init__(self, summary: Summary, then: frozenset[str], now: frozenset[str]) -> None:
        self.summary, self.then, self.now = summary, then, now
        self.added: set[Any] = set()
        self.removed: set[Any] = set()
        self.reworded: set[Any] = set()

    def change(self) -> CellChange:
        return CellChange(
            len(self.added - self.removed),
            len(self.removed - self.added),
            len(self.reworded - self.added - self.removed),
        )


class _Comparison:
    """The cells of all summaries, each then and now."""

    def __init__(self, index: Index, written: Sequence[Summary]) -> None:
        self._index = index
        self._earliest = min(summary.at for summary in written)
        self._texts = _Texts(index, self._earliest)
        reach = _Reach(index, {summary.code for summary in written}, self._earliest)
        self._by_case: dict[str, list[_Cell]] = {}
        for summary in written:
            cell = _Cell(summary, reach.then(summary), reach.now(summary.code))
            self._by_case.setdefault(summary.case, []).append(cell)

    def changes(self) -> dict[tuple[str, str], CellChange]:
        touched = self._touched()
        for subject, events in events_about(self._index, touched):
            self._compare(subject, events)
        self._count_untouched(touched)
        changes = ((cell.summary.cell, cell.change()) for cells in self._by_case.values() for cell in cells)
        return {cell: change for cell, change in changes if change}

    # ---------------------------------------------------------------- codings that something was done to

    def _touched(self) -> set[Subject]:
        """Codings to which more was done than applying them, or whose text was corrected, since the first summary."""
        marks = ", ".join("?" * len(_MOVING))
        found: set[Subject] = set(self._index.rows(
            f"SELECT DISTINCT file, subject FROM event WHERE document <> '' AND op IN ({marks}) AND at >= ?",
            [*_MOVING, self._earliest.at],
        ))  # fmt: skip
        for document in self._texts.corrected:
            found.update(self._index.rows("SELECT file, id FROM coding_row WHERE document = ?", [document]))
        return found

    def _compare(self, subject: Subject, events: Sequence[Event]) -> None:
        coder, document = self._files[subject[0]]
        now = self._now(subject)
        case = now.case if now is not None and now.case else self._case_of(document, events)
        codes = {event.code for event in events if event.code}
        for cell in self._by_case.get(case, ()):
            if codes.isdisjoint(cell.then) and codes.isdisjoint(cell.now):
                continue
            moment = cell.summary.at
            then = fold([event for event in events if (event.at, event.id) <= moment], coder, document).get(subject[1])
            was = then is not None and then.code in cell.then
            if now is not None and now.case == case and now.code in cell.now:
                if not was:
                    cell.added.add(now.place)
                elif then is not None and self._texts.words_then(then, moment) != now.words:
                    cell.reworded.add(now.place)
            elif was and then is not None:
                cell.removed.add((coder, document, then.start, then.end))

    @cached_property
    def _files(self) -> Mapping[int, tuple[str, str]]:
        return {
            ident: (coder, document)
            for ident, coder, document in self._index.rows("SELECT id, coder, document FROM file")
        }

    def _now(self, subject: Subject) -> _Now | None:
        return next(self._rows("file = ? AND id = ? AND hidden_by <> 'deleted'", *subject), None)

    def _rows(self, where: str, *values: Any) -> Iterator[_Now]:
        for ident, coder, document, code, case, at, lost, quote, start, end in self._index.db.execute(
            f"""SELECT id, coder, document, made_code, kase, created_at, anchor = 'lost', quote, made_start, made_end
            FROM coding_row WHERE {where}""",
            values,
        ):
            place = (coder, document, start, end)
            yield _Now(ident, document, code, case, Moment(at, ident), None if lost else quote, place)

    def _case_of(self, document: str, events: Sequence[Event]) -> str:
        """The case of a coding that is gone: its document's, else that of whoever speaks there."""
        info = self._index.document_info(document)
        if info is not None and info.case:
            return info.case
        if info is None:
            return self._logged_case(document)
        applied = next((event for event in events if event.op in ("apply", "move")), None)
        label = self._index.value(
            """SELECT label FROM turn WHERE document = ? AND start <= ? ORDER BY number DESC LIMIT 1""",
            [document, applied.start if applied is not None else 0],
        )
        return People(self._index).case(document, label or "")

    def _logged_case(self, document: str) -> str:
        """The case of a document that is there no more, as it was imported."""
        for act in reversed(acts(self._index, "document", document)):
            state = act.step.before or act.step.after or {}
            fields = state.get("fields") if isinstance(state, dict) else None
            if isinstance(fields, dict):
                return str(fields.get("case") or "")
        return ""

    # ---------------------------------------------------------------- all others

    def _count_untouched(self, touched: set[Subject]) -> None:
        """Codings that were only ever applied: those that came since, and those whose code came to the cell or left it."""
        gone = {ident for _, ident in touched}
        for row in self._rows("hidden_by <> 'deleted' AND created_at >= ?", self._earliest.at):
            if row.id not in gone:
                for cell in self._by_case.get(row.case, ()):
                    if row.created > cell.summary.at and row.code in cell.now:
                        cell.added.add(row.place)
        for code in sorted(
            {code for cells in self._by_case.values() for cell in cells for code in cell.then ^ cell.now}
        ):
            for row in self._rows("made_code = ?", code):
                for cell in self._by_case.get(row.case, ()):
                    if row.id not in gone and row.created <= cell.summary.at and code in cell.then ^ cell.now:
                        (cell.added if code in cell.now else cell.removed).add(row.place)


class _Reach:
    """Which codes count for a code, itself included: those below it, and those merged into any of them."""

    def __init__(self, index: Index, codes: set[str], earliest: Moment) -> None:
        self._index, self._codes = index, codes
        self._moves = [
            Moment(act.at, act.id) for act in code_acts(index) if act.at >= earliest.at and _is_move(act.step)
        ]
        self._known: dict[int, Mapping[str, frozenset[str]]] = {}

    def now(self, code: str) -> frozenset[str]:
        return self._at(len(self._moves), None)[code]

    def then(self, summary: Summary) -> frozenset[str]:
        number = sum(move <= summary.at for move in self._moves)
        return self._at(number, summary.at)[summary.code]

    def _at(self, number: int, moment: Moment | None) -> Mapping[str, frozenset[str]]:
        """By code, after so many moves of codes; between two moves it is always the same."""
        if number not in self._known:
            last = number == len(self._moves) or moment is None
            self._known[number] = self._of(
                book_of(self._index) if last or moment is None else codebook_at(self._index, moment)
            )
        return self._known[number]

    def _of(self, book: Codebook) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {code: set() for code in self._codes}
        for code in book.codes:
            for above in book.ancestors(book.fates.get(code.id, code.id)):
                if above.id in found:
                    found[above.id].add(code.id)
        return {code: frozenset(below) for code, below in found.items()}


def _is_move(step: Any) -> bool:
    return step.after is None or any(name in _STRUCTURE for name in step.changes())


class _Texts:
    """Texts of documents as they were at a moment, made from today's by the edits in between."""

    def __init__(self, index: Index, earliest: Moment) -> None:
        self._index = index
        self._edits: dict[str, list[tuple[Moment, str]]] = {}
        for act in acts(index, "text"):
            before = act.step.before.get("hash") if isinstance(act.step.before, dict) else None
            if act.at >= earliest.at and isinstance(before, str):
                self._edits.setdefault(act.step.key, []).append((Moment(act.at, act.id), before))
        for document, old in index.rows(
            "SELECT document, old FROM unlogged_text"
        ):  # edited outside: since the last act
            self._edits.setdefault(document, []).append((Moment("~"), old))
        self._bodies: dict[tuple[str, str], Body | None] = {}

    @property
    def corrected(self) -> list[str]:
        return [document for document in self._edits if self._index.document_info(document) is not None]

    def words_then(self, coding: Coding, moment: Moment) -> str | None:
        """The words that a coding, as it was then, stood on then; None where it had lost its place."""
        body = self._body(coding.document, moment)
        if body is None:
            return coding.text
        placed = self._place(coding.document, coding.anchor, body)
        if placed.state == "lost":
            return None
        return body.text[placed.start : placed.end] if placed.state == "changed" else coding.text

    def _place(self, document: str, anchor: Anchor, body: Body) -> Placed:
        if anchor.body == body.hash:
            return place(anchor, body.text, body.hash)
        return carrier(self._index, document, body).place(anchor)

    def _body(self, document: str, moment: Moment) -> Body | None:
        """The text as it was; None where that cannot be known."""
        if self._index.document_info(document) is None:
            return None
        today = self._index.body(document)
        old = next((before for at, before in self._edits.get(document, ()) if at > moment), today.hash)
        if (document, old) not in self._bodies:
            self._bodies[document, old] = today if old == today.hash else self._made(document, today, old)
        return self._bodies[document, old]

    def _made(self, document: str, today: Body, old: str) -> Body | None:
        path = versions(self._index, document).path(today.hash, old)
        if path is None:
            return None
        text = today.text
        try:
            for revision in path:
                text = revision.apply(text)
        except ValueError:
            return None
        return Body(text)
