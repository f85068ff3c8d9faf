"""Rewriting a project for good: the only acts that change or remove event lines, of all coders. They cannot be undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qualcode.core.events import Event
from qualcode.core.revision import revision_data
from qualcode.errors import BadOption
from qualcode.files.event_log import event_lines
from qualcode.session.rewriting_events import REWRITTEN
from qualcode.session.rewriting_masks import Rewrite
from qualcode.session.texts import TextWork

if TYPE_CHECKING:
    from qualcode.core.pseudonyms import Pseudonyms
    from qualcode.session.rewriting_plan import FileChange, RewritePlan
    from qualcode.session.rewriting_proof import Remaining

WHAT = "rewriting"  # kind of the change that a log keeps of it


@dataclass(frozen=True)
class Rewritten:
    """What a rewriting did: the files changed and taken away; files that somebody changed by hand at that very moment, left as
    they are; places where the words still stand; what no program can take away."""

    changed: int
    gone: int
    left: tuple[str, ...]
    remaining: tuple[Remaining, ...]
    remains: tuple[str, ...]


class RewritingWork(TextWork):
    """The verbs that rewrite a project for good."""

    def redaction(
        self, document: str, spans: Sequence[tuple[int, int]], marker: str = "", *, remove_codings: bool = False,
        keep_sources: bool = False,
    ) -> Rewrite:  # fmt: skip
        """The rewriting that takes passages (code points of today's text) out of a document. Raises UnknownName, BadSpan."""
        from qualcode.session.redacting import redaction

        self._ready()
        return redaction(self.index, document, spans, marker, remove_codings=remove_codings, keep_sources=keep_sources)

    def withdrawal(self, whom: str, marker: str = "") -> Rewrite:
        """The rewriting that takes out a participant or a case (`participant:ID`, `case:ID` where an id is both).
        Raises UnknownName, BadOption."""
        from qualcode.session.withdrawing import withdrawal

        self._ready()
        return withdrawal(self.index, whom, marker)

    def pseudonymisation(self, key: Pseudonyms, *, keep_sources: bool = False) -> Rewrite:
        """The rewriting that puts pseudonyms in the place of names everywhere."""
        from qualcode.session.pseudonymising import pseudonymisation

        self._ready()
        return pseudonymisation(self.index, key, keep_sources=keep_sources)

    def _ready(self) -> None:
        """Everything that was done outside is in a log, and a rewriting that was cut off is complete."""
        self.index.refresh()
        if problems := self.index.problems("project.yaml") + self.index.problems("codebook.yaml"):
            from qualcode.errors import BadFile

            raise BadFile(problems)
        self.notice_text_edits()

    def plan_rewriting(self, rewrite: Rewrite) -> RewritePlan:
        """What a rewriting would change, file by file; nothing is written. Raises BadFile, CannotSave."""
        from qualcode.session.rewriting_planner import Planner

        return Planner(self.index, rewrite).plan()

    def carry_out_rewriting(self, plan: RewritePlan) -> Rewritten:
        """Rewrite the project as planned, then search all bytes of it for the words.

        Raises BadOption where a text is not any more what the plan was made on; CannotSave: what was decided by then is
        completed by whoever opens the project next.
        """
        from qualcode.session.rewriting_journal import all_alone, complete, stage
        from qualcode.session.rewriting_proof import remaining
        from qualcode.session.rewriting_remains import remains

        rewrite = plan.rewrite
        with all_alone(self.folder):
            self._ready()
            if any(self.body(document).text != text.old for document, text in plan.texts.items()):
                raise BadOption("The text was changed meanwhile; nothing was done. Look at it and do it again.")
            recordings = self._recordings(plan)
            plan = self.plan_rewriting(rewrite)
            changes = self._with_own_log(plan)
            stage(
                self.folder,
                changes,
                {rewrite.ids.get(document, document): text for document, text in plan.texts.items()},
            )
            left = complete(self.folder)
        self.index.refresh()
        paths = [name for change in changes for name in (change.relative, change.moved_from) if name]
        gone = sum(change.new is None for change in changes)
        return Rewritten(
            len(changes) - gone, gone, tuple(left), tuple(remaining(self.folder, rewrite)),
            tuple(remains(self.folder, paths, recordings)),
        )  # fmt: skip

    def _recordings(self, plan: RewritePlan) -> list[str]:
        documents = [*plan.texts, *plan.rewrite.documents]
        rows = self.index.rows("SELECT id, recording FROM document WHERE recording <> ''")
        return sorted({recording for document, recording in rows if document in documents})

    def _with_own_log(self, plan: RewritePlan) -> list[FileChange]:
        """The changes with one's own log among them, in which stands what was done, without the words."""
        path = self.folder.log_file(self.coder)
        relative = self.folder.relative(path)
        with self.batch():
            own = plan.log_change(path, relative, event_lines(list(self._events_of(plan))))
        return [*(change for change in plan.changes if change.relative != relative), own]

    def _events_of(self, plan: RewritePlan) -> Iterator[Event]:
        rewrite = plan.rewrite
        counts = {
            "kind": rewrite.kind, "documents": len(rewrite.documents) + len(plan.texts), "codings": plan.going,
            "places": sum(len(text.replaced) for text in plan.texts.values()), "files": len(plan.changes),
        }  # fmt: skip
        yield self._made(WHAT, rewrite.subject, None, counts)
        for document, text in plan.texts.items():
            name, rebasing = rewrite.ids.get(document, document), plan.rebasings.get(document)
            for old, revision in rebasing.revisions if rebasing is not None else ():
                after = {"hash": text.hash, **revision_data(revision), REWRITTEN: True}
                yield self._made("text", name, {"hash": old, REWRITTEN: True}, after)
            yield self._made("text", name, {REWRITTEN: True}, {"hash": text.hash, REWRITTEN: True})

    def _made(self, what: str, key: str, before: Any, after: Any) -> Event:
        return self._event("change", what=what, key=key, before=before, after=after)
