"""Undo and redo: reverts of events, which are events themselves, so that nothing is ever forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qualcode.core.codebook import Codebook
from qualcode.core.codebook_steps import Step, state_of, value_of
from qualcode.core.events import Event
from qualcode.core.visible import quoted
from qualcode.errors import CannotUndo
from qualcode.index.event_rows import events_around
from qualcode.session.writing import Logged, Writing

_OWN = "NOT (op = 'change' AND (note = 'by hand' OR what IN ('codebook', 'milestone')))"  # not done by a verb: noticed


@dataclass(frozen=True)
class Change:
    """What an undo or redo did: one sentence, and the document and codings that it touched."""

    text: str
    document: str
    codings: tuple[str, ...]

    def __str__(self) -> str:
        return self.text


class History(Writing):
    """The verbs that take back and make again."""

    def undo(self, count: int = 1) -> list[Change]:
        """Take back this coder's last `count` steps, of whatever day and document. Raises CannotUndo, CannotSave."""
        return [self._step(self._last_done(), "Undid") for _ in range(count)]

    def redo(self, count: int = 1) -> list[Change]:
        """Do again what was undone last, until something new is done. Raises CannotUndo, CannotSave."""
        return [self._step(self._last_undone(), "Redid") for _ in range(count)]

    def _last_done(self) -> list[tuple[str, str]]:
        """Ids and documents of the events of the newest step in force."""
        self.index.refresh()
        batch = self.index.value(
            "SELECT batch FROM event WHERE coder = ? AND standing = 1 AND undoes = 0 AND op <> 'revert' "
            f"AND {_OWN} ORDER BY id DESC LIMIT 1",
            [self.coder],
        )
        if batch is None:
            raise CannotUndo(f"There is nothing to undo for {self.coder}.")
        return self.index.rows(
            "SELECT id, document FROM event WHERE coder = ? AND batch = ? AND standing = 1 AND op <> 'revert' ORDER BY id",
            [self.coder, batch],
        )

    def _last_undone(self) -> list[tuple[str, str]]:
        self.index.refresh()
        row = self.index.rows(
            "SELECT id, batch FROM event WHERE coder = ? AND standing = 1 AND undoes = 1 ORDER BY id DESC LIMIT 1",
            [self.coder],
        )
        newer = row and self.index.value(
            f"SELECT 1 FROM event WHERE coder = ? AND op <> 'revert' AND standing = 1 AND id > ? AND {_OWN} LIMIT 1",
            [self.coder, row[0][0]],
        )
        if not row or newer:
            raise CannotUndo(f"There is nothing to redo for {self.coder}.")
        return self.index.rows(
            "SELECT id, document FROM event WHERE coder = ? AND batch = ? AND standing = 1 AND undoes = 1 ORDER BY id DESC",
            [self.coder, row[0][1]],
        )

    def _step(self, events: Sequence[tuple[str, str]], verb: str) -> Change:
        """Revert these events, newest first: those on codings each in its own file, changes of state in one go."""
        texts, codings, document = [], [], ""
        order = list(reversed(events)) if verb == "Undid" else list(events)
        changes = [self._logged(ident) for ident, of_document in order if not of_document]
        self._refuse_to_orphan(changes, {ident for ident, of_document in order if of_document})
        self._refuse_to_overwrite(changes)
        with self.batch():
            reverts: dict[str, list[Event]] = {}
            for ident, of_document in order:
                text, coding = self._describe(ident, of_document)
                reverts.setdefault(of_document, []).append(self._event("revert", target=ident))
                texts.append(text)
                if of_document:
                    document = of_document
                    codings.append(coding)
            own_log = reverts.pop("", [])
            if own_log:
                self._put([
                    Logged(revert, what, step) for revert, (what, step) in zip(own_log, changes, strict=True)
                ])  # fmt: skip
            for of_document, group in reverts.items():
                self._append(of_document, group)
        shown = "; ".join(texts[:3]) + (f"; and {len(texts) - 3} more" if len(texts) > 3 else "")
        return Change(f"{verb}: {shown}", document, tuple(dict.fromkeys(codings)))

    def _refuse_to_orphan(self, changes: Sequence[tuple[str, Step]], going: set[str]) -> None:
        """Raise CannotUndo, before anything is touched, where others' work stands on what would be taken away."""
        from qualcode.session.state import refuse

        taken_away = [(what, step) for what, step in changes if step.after is None]
        going |= {step.key for what, step in taken_away if what in ("document", "code")}
        for what, step in taken_away:
            refuse(self.index, what, step.key, going)

    def _refuse_to_overwrite(self, changes: Sequence[tuple[str, Step]]) -> None:
        """Raise CannotUndo where a code is not as the change left it: something later stands in the way."""
        book = self.index.codebook if any(what == "code" for what, _ in changes) else Codebook()
        for what, step in changes:
            if what != "code" or step.after is None:
                continue
            if step.before is None and step.key in book:
                raise CannotUndo(f"The code {book.path(step.key)!r} is in the codebook already; nothing was changed.")
            if step.before is not None and step.key not in book:
                raise CannotUndo(f"The code {step.key!r} is not in the codebook any more; nothing was changed.")
            now = state_of(book, step.key) if step.key in book else {}
            changed = [name for name, (was, _) in step.changes().items()
                       if name != "previous" and value_of(now, name) != was]  # fmt: skip
            if changed:
                raise CannotUndo(
                    f"The code {book.path(step.key)!r} was changed since ({', '.join(changed)}), so this is not taken back; "
                    "undo the later change first (`qualcode log` shows it)."
                )

    def _logged(self, ident: str) -> tuple[str, Step]:
        """What kind of thing a log's event changed, and the step that reverting the event makes."""
        path = self.folder.relative(self.folder.log_file(self.coder))
        events = {event.id: event for event in events_around(self.index, path, ident)}
        event, times = events[ident], 0
        while event.op == "revert":
            event, times = events[event.target], times + 1
        step = Step(event.key, event.before, event.after)
        return event.what, step if times % 2 else Step(step.key, step.after, step.before)

    def _describe(self, ident: str, document: str) -> tuple[str, str]:
        """One event in words, and the coding it is about. Reverts are followed to what they revert."""
        path = self.folder.coding_file(self.coder, document) if document else self.folder.log_file(self.coder)
        events = {event.id: event for event in events_around(self.index, self.folder.relative(path), ident)}
        event = events[ident]
        while event.op == "revert" and event.target in events:
            event = events[event.target]
        book = self.index.codebook
        if event.op == "change":
            state = event.after or event.before or {}
            name = book.path(event.key) if event.key in book else state.get("name", event.key)
            return f"the new {event.what} {name!r}", ""
        first = events.get(event.subject, event)
        what = {"apply": "coding", "remove": "removal of", "note": "note on", "move": "new bounds of",
                "recode": "recoding to"}[event.op]  # fmt: skip
        name = book.path(event.code or first.code)
        return f"{what} {name} on {quoted(event.quote or first.quote)} in {document}", event.subject
