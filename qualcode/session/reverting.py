"""How events are taken back: by events of their own, after everything that could stand in the way was looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qualcode.analysis.history import BY_HAND, MERGED
from qualcode.core.codebook import Codebook
from qualcode.core.codebook_steps import Step, state_of, value_of
from qualcode.core.events import Event
from qualcode.core.visible import quoted
from qualcode.errors import CannotUndo
from qualcode.index.event_rows import events_around
from qualcode.session.writing import Logged, Writing

NOTICED = (BY_HAND, MERGED)
OWN = f"NOT (op = 'change' AND (note IN {NOTICED!r} OR what = 'codebook'))"  # not done by a verb: noticed
_COPY = " What others coded there stays, with the codes and documents on which it stands."


@dataclass(frozen=True)
class Change:
    """What an undo or redo did: one sentence, and the document and codings that it touched."""

    text: str
    document: str
    codings: tuple[str, ...]

    def __str__(self) -> str:
        return self.text


class Reverting(Writing):
    """Reverts of one's own events, all of a step or none."""

    def _revert(self, events: Sequence[tuple[str, str]], verb: str) -> Change:
        """Revert these events (ids and documents, in this order): those on codings each in its own file, changes of state
        in one go. Raises CannotUndo, before anything is touched, where something stands in the way."""
        changes = self._refuse_what_stands_in_the_way(events)
        texts, codings, document = [], [], ""
        with self.batch():
            reverts: dict[str, list[Event]] = {}
            for ident, of_document in events:
                text, coding = self._describe(ident, of_document)
                reverts.setdefault(of_document, []).append(self._event("revert", target=ident))
                texts.append(text)
                if of_document:
                    document = of_document
                    codings.append(coding)
            own_log = reverts.pop("", [])
            with self._whole():
                if own_log or len(reverts) > 1:
                    self._foretell(reverts)
                if own_log:
                    self._put([
                        Logged(revert, what, step) for revert, (what, step) in zip(own_log, changes, strict=True)
                    ])  # fmt: skip
                self._append_each(reverts)
        texts = list(dict.fromkeys(texts))
        shown = "; ".join(texts[:3]) + (f"; and {len(texts) - 3} more" if len(texts) > 3 else "")
        left = _COPY if verb == "Undid" and any(what == "merge" for what, _ in changes) else ""
        return Change(f"{verb}: {shown}{'.' if left else ''}{left}", document, tuple(dict.fromkeys(codings)))

    def _refuse_what_stands_in_the_way(self, events: Sequence[tuple[str, str]]) -> list[tuple[str, Step]]:
        """The steps that reverting events of the log makes. Raises CannotUndo where they, or the others, cannot be made."""
        from qualcode.session.obstacles import Reverted, refuse_where_later_acts_build_on_it

        logged = [self._logged(ident) for ident, of_document in events if not of_document]
        changes = [(change.what, step) for change, step in logged]
        by_document: dict[str, list[str]] = {}
        for ident, of_document in events:
            if of_document:
                by_document.setdefault(of_document, []).append(ident)
        refuse_where_later_acts_build_on_it(
            self.index, self.coder, by_document, [Reverted(change.id, change, step) for change, step in logged]
        )
        self._refuse_to_orphan(changes, {self._subject(*event) for event in events if event[1]})
        self._refuse_to_overwrite(changes)
        return changes

    def _subject(self, ident: str, document: str) -> str:
        path = self.folder.relative(self.folder.coding_file(self.coder, document))
        return str(self.index.value(
            "SELECT subject FROM event WHERE id = ? AND file = (SELECT id FROM file WHERE path = ?)", [ident, path]
        ))  # fmt: skip

    def _refuse_to_orphan(self, changes: Sequence[tuple[str, Step]], going: set[str]) -> None:
        """Raise CannotUndo, before anything is touched, where others' work stands on what would be taken away."""
        from qualcode.session.state import refuse

        taken_away = [(what, step) for what, step in changes if step.after is None]
        made = {(what, step.key) for what, step in changes if step.before is None}
        going |= {step.key for what, step in taken_away if what in ("document", "code")}
        going |= {f"participant {step.key}" for what, step in taken_away if what == "participant"}
        for what, step in taken_away:
            if (what, step.key) not in made:  # else it only comes back to go again within this step
                refuse(self.index, what, step.key, going)

    def _refuse_to_overwrite(self, changes: Sequence[tuple[str, Step]]) -> None:
        """Raise CannotUndo where a code is not as the change left it: something later stands in the way."""
        book = self.index.codebook if any(what == "code" for what, _ in changes) else Codebook()
        states: dict[str, dict[str, Any] | None] = {}
        for what, step in changes:
            if what != "code":
                continue
            now = states.get(step.key) if step.key in states else state_of(book, step.key) if step.key in book else None
            states[step.key] = _after(step, now)
            if step.after is None:
                continue
            if step.before is None and now is not None:
                raise CannotUndo(f"The code {book.path(step.key)!r} is in the codebook already; nothing was changed.")
            if step.before is not None and now is None:
                raise CannotUndo(f"The code {step.key!r} is not in the codebook any more; nothing was changed.")
            changed = [name for name, (was, _) in step.changes().items()
                       if name != "previous" and value_of(now or {}, name) != was]  # fmt: skip
            if changed:
                raise CannotUndo(
                    f"The code {book.path(step.key)!r} was changed since ({', '.join(changed)}), so this is not taken back; "
                    "undo the later change first (`qualcode log` shows it)."
                )

    def _logged(self, ident: str) -> tuple[Event, Step]:
        """The change that an event of one's own log is about, and the step that reverting the event makes."""
        path = self.folder.relative(self.folder.log_file(self.coder))
        events = {event.id: event for event in events_around(self.index, path, ident)}
        event, times = events[ident], 0
        while event.op == "revert":
            event, times = events[event.target], times + 1
        step = Step(event.key, event.before, event.after)
        return event, step if times % 2 else Step(step.key, step.after, step.before)

    def _describe(self, ident: str, document: str) -> tuple[str, str]:
        """One event in words, and the coding it is about. Reverts are followed to what they revert."""
        path = self.folder.coding_file(self.coder, document) if document else self.folder.log_file(self.coder)
        events = {event.id: event for event in events_around(self.index, self.folder.relative(path), ident)}
        event = events[ident]
        while event.op == "revert" and event.target in events:
            event = events[event.target]
        if event.op == "change":
            return self._tell(event.id), ""
        first = events.get(event.subject, event)
        what = {"apply": "coding", "remove": "removal of", "note": "note on", "mark": "mark on", "move": "new bounds of",
                "recode": "recoding to", "keep": "keeping"}[event.op]  # fmt: skip
        name = self.index.codebook.path(event.code or first.code)
        return f"{what} {name} on {quoted(event.quote or first.quote)} in {document}", event.subject

    def _tell(self, ident: str) -> str:
        """A change of state in words."""
        from qualcode.analysis.audit import Wanted, entries, predicate

        return next((predicate(entry) for entry in entries(self.index, Wanted(ids=(ident,)))), ident)


def _after(step: Step, now: dict[str, Any] | None) -> dict[str, Any] | None:
    """The state of a code after a step."""
    if step.after is None:
        return None
    return dict(step.after) if now is None else now | {name: to for name, (_, to) in step.changes().items()}
