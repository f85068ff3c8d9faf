"""Bringing another copy of the project in: the one place where lines come into the files of other coders, all of them lines
that these coders wrote themselves, in the other copy."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import Any

from qualcode.analysis.history import MERGED, unlogged
from qualcode.core.codebook_steps import Step
from qualcode.core.events import Event
from qualcode.core.revision import revision_data
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.files.copying import copy_checked, flush_folders, write_new
from qualcode.files.folder import ProjectFolder
from qualcode.files.saving import locked_folder
from qualcode.files.taking_back import take_back
from qualcode.files.uniting import unite
from qualcode.index.copy_rows import known_copies
from qualcode.index.index import Index
from qualcode.session.cases import CaseWork
from qualcode.session.folding_in import fold_in, take_away
from qualcode.session.merging.plan import CONFLICT, LEFT_OUT, Followed, NewDocument, NewLines, NewSource, Plan
from qualcode.session.state import file_hash
from qualcode.session.texts import TextWork
from qualcode.session.whole import gone_on_failure, on_failure
from qualcode.session.writing import Logged

_ORDER = ("attribute", "case", "participant", "code", "document", "matter", "text", "memo", "filter")
_IN_PROJECT = ("attribute", "case", "participant", "filter")


class MergeWork(TextWork, CaseWork):
    """The verbs that bring in what was done in another copy."""

    def merge(
        self, other: str | os.PathLike[str], *, unrelated: bool = False, prefer_theirs: bool = False,
        agreed: Callable[[Plan], bool] = lambda plan: True,
    ) -> tuple[Plan, bool]:  # fmt: skip
        """Bring another copy of this project in; what was planned, and whether it was done.

        `agreed` is asked with the plan before anything is written; with `prefer_theirs` what both changed becomes as it is
        there. All is done or nothing; one that was killed halfway is completed by the next. Raises BadOption, BadFile, CannotSave.
        """
        from qualcode.session.merging.planning import opened_copy, plan_merge

        with opened_copy(other, self.folder) as theirs, locked_folder(self.folder.root):
            self.index.refresh()
            if any(not original.endswith(".jsonl") for _, original in known_copies(self.index)):
                raise BadOption(
                    "A file-syncing tool left conflict copies in this project (qualcode check shows them). "
                    "Join these first: qualcode merge --copies."
                )
            self._fresh_codebook()
            self.notice_text_edits()
            self._refuse_broken_project()
            plan = plan_merge(self.index, theirs, unrelated=unrelated, prefer_theirs=prefer_theirs)
            if not plan.brings or not agreed(plan):
                return plan, False
            self._carry_out_merge(plan, theirs)
        return plan, True

    def foresee_merge(
        self, other: str | os.PathLike[str], *, unrelated: bool = False, prefer_theirs: bool = False
    ) -> Plan:
        """What `merge` would do; nothing is written, not even what was changed by hand is logged. Raises BadOption, BadFile."""
        from qualcode.session.merging.planning import opened_copy, plan_merge

        with opened_copy(other, self.folder) as theirs:
            self.index.refresh()
            return plan_merge(self.index, theirs, unrelated=unrelated, prefer_theirs=prefer_theirs)

    def merge_copies(
        self, *, prefer_copies: bool = False, agreed: Callable[[Plan], bool] = lambda plan: True
    ) -> tuple[Plan, bool]:
        """Join the conflict copies that a file-syncing tool left here with the files themselves; as `merge` does.

        Copies of which everything is in the files then, or was before and stands in the logs, are removed; the others stay.
        """
        from qualcode.session.merging.copies import plan_copies

        with locked_folder(self.folder.root):
            self.index.refresh()
            self._refuse_broken_project()
            plan = plan_copies(self.index, prefer_copies=prefer_copies)
            if not plan.brings or not agreed(plan):
                return plan, False
            with self.batch(), self._whole():
                if plan.steps or plan.followed:
                    self._put(self._merge_changes(plan))
                    self._append_log(self._followed(plan.followed))
            fold_in(self.index)
            for path in plan.resolved:
                take_away(path)
            self.index.refresh()
        return plan, True

    def foresee_copies(self, *, prefer_copies: bool = False) -> Plan:
        """What `merge_copies` would do; nothing is written. Raises BadFile."""
        from qualcode.session.merging.copies import plan_copies

        self.index.refresh()
        return plan_copies(self.index, prefer_copies=prefer_copies)

    def _carry_out_merge(self, plan: Plan, theirs: Index) -> None:
        """Files first, then the state with its log, then codings, then logs: what was cut short is found missing and completed.

        The logs come last because it is by them that one tells what is still to be taken over.
        """
        self._make_id.saw(theirs.value("SELECT max(id) FROM event") or "")
        with self.batch(), self._whole() as restore:
            makes = {self.folder.sources / source.name: source.hash for source in plan.sources}
            makes |= {self.folder.transcript(new.id): new.state["hash"] for new in plan.documents}
            if makes:
                self._note().will(makes=makes)
            _keep_sources(self.folder, plan.sources, restore)
            _write_documents(self.folder, plan.documents, restore)
            self._put(self._merge_changes(plan))
            for lines in sorted(plan.lines, key=lambda lines: not lines.document):
                self._unite(lines, restore)
            self.index.refresh()
            self._append_log(self._followed(plan.followed))
            self._append_log([
                self._event("change", what="code", key=step.key, before=step.before, after=step.after, note=MERGED)
                for step in unlogged(self.index)
            ])  # fmt: skip
            self.index.refresh()

    def _merge_changes(self, plan: Plan) -> list[Logged]:
        """The changes of state in the order in which they can be made, and the event that tells of the merge."""
        steps = [*plan.steps, *(("document", Step(new.id, None, new.state)) for new in plan.documents)]
        in_order = sorted(steps, key=lambda step: _ORDER.index(step[0]))
        laid_out = chain.from_iterable(
            self._with_layout([step for step in in_order if step[0] == kind]) if kind in _IN_PROJECT
            else [step for step in in_order if step[0] == kind] for kind in _ORDER
        )  # fmt: skip
        changes: list[Logged] = []
        for what, step in laid_out:
            note = MERGED if step.before is None and (what, step.key) in plan.standing else ""
            event = self._event("change", what=what, key=step.key, before=step.before, after=step.after, note=note)
            changes.append(Logged(event, what, step))
        told = self._event("change", what="merge", key=self._batch, before=None, after=_told(plan))
        return [*changes, Logged(told, "merge", Step(told.key, None, told.after))]

    def _unite(self, lines: NewLines, restore: ExitStack) -> None:
        coder, document = lines.coder, lines.document
        path = self.folder.coding_file(coder, document) if document else self.folder.log_file(coder)
        appended = unite(path, lines.missing, self.folder.root)
        data = b"".join(line + b"\n" for line in lines.missing.lines)
        on_failure(restore, lambda: take_back(path, appended.size_before, data))

    def _followed(self, followed: Sequence[Followed]) -> list[Event]:
        """How their versions of texts became ours, so that what was coded on them finds its words."""
        return [
            self._event("change", what="text", key=one.document, before={"hash": one.old},
                        after={"hash": one.new, **revision_data(one.revision)}, note=MERGED)
            for one in followed
        ]  # fmt: skip


def _told(plan: Plan) -> dict[str, Any]:
    """What the log keeps of a merge."""
    events: Counter[str] = Counter()
    for lines in plan.lines:
        events[lines.coder] += len(lines.missing.lines)
    told: dict[str, Any] = {
        "from": plan.named,
        "events": {coder: count for coder, count in sorted(events.items()) if count},
    }
    told["documents"] = [document.id for document in plan.documents]
    undecided = [[item.kind, item.name, item.field] for item in plan.items if item.outcome in (CONFLICT, LEFT_OUT)]
    return {name: value for name, value in (told | {"not taken": undecided}).items() if value}


def _keep_sources(folder: ProjectFolder, sources: Sequence[NewSource], restore: ExitStack) -> None:
    for source in sources:
        target = folder.sources / source.name
        gone_on_failure(target, folder, source.hash, restore)
        copy_checked(source.path, target, source.hash)
    flush_folders([folder.sources] if sources else [])


def _write_documents(folder: ProjectFolder, documents: Sequence[NewDocument], restore: ExitStack) -> None:
    for document in documents:
        data = document.path.read_bytes()
        path = folder.transcript(document.id)
        if file_hash(data) != document.state["hash"]:
            raise BadFile([Problem(str(document.path), 0, "it was changed while it was being merged", "merge again")])
        if not path.exists():
            gone_on_failure(path, folder, file_hash(data), restore)
            write_new(path, [data])
    flush_folders([folder.transcripts] if documents else [])
