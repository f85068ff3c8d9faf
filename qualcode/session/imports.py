"""Importing transcripts: everything of an import is written as one step, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.core.codebook import Codebook
from qualcode.core.codebook_steps import Step
from qualcode.core.events import Event
from qualcode.errors import BadFile, BadOption, Problem, QualcodeError
from qualcode.files.folder import stamp
from qualcode.files.saving import locked_folder
from qualcode.files.taking_back import counted
from qualcode.session.codebook import CodebookWork

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from qualcode.session.import_codings import Marked
    from qualcode.session.import_files import Failed
    from qualcode.session.import_given import Given
    from qualcode.session.importing import Plan, Planned, Progress


@dataclass(frozen=True)
class Imported:
    """What an import did: the documents made, what failed, the cases and participants declared, the memos of comments."""

    documents: tuple[Planned, ...] = ()
    failed: tuple[Failed, ...] = ()
    cases: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    memos: tuple[str, ...] = ()
    codings: int = 0


class ImportWork(CodebookWork):
    """The verbs that bring files in."""

    def plan(
        self, files: Sequence[str | PathLike[str]], given: Given | Mapping[str, Any] | None = None,
        progress: Progress | None = None, cancelled: Callable[[], bool] | None = None,
    ) -> Plan:  # fmt: skip
        """What importing these files and folders would do; nothing is written.

        `given` holds case, kind, date, language, title, speakers (`R=researcher,M=mother-liang`, or a mapping), encoding,
        comments_as_codes, add_participants, again. `progress` is told of how many files were read, of how many.
        Raises BadOption, and Cancelled where `cancelled` says True; a file that cannot be imported is in `Plan.failed`.
        """
        from qualcode.session.import_given import Given
        from qualcode.session.importing import plan_import

        self.index.refresh()
        wanted = given if isinstance(given, Given) else Given.of(given or {})
        return plan_import(self.index, [Path(file) for file in files], wanted, progress, cancelled)

    def carry_out(
        self, plan: Plan, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
    ) -> Imported:
        """Write what a plan holds, as one step; each file is kept byte for byte under sources/.

        A file that changed since it was planned fails, the others are imported. Stopped by `cancelled` or Ctrl-C while it
        writes, all is taken back. Raises Cancelled, KeyboardInterrupt, CannotSave, BadFile.
        """
        from qualcode.session.importing import Cancelled
        from qualcode.session.interrupts import interrupts_noted

        with locked_folder(self.folder.root), self.batch(), interrupts_noted() as interrupted:

            def stop_if_asked() -> None:
                if interrupted():
                    raise KeyboardInterrupt
                if cancelled is not None and cancelled():
                    raise Cancelled

            return self._carry_out(plan, progress, stop_if_asked)

    def _carry_out(self, plan: Plan, progress: Progress | None, stop_if_asked: Callable[[], None]) -> Imported:
        self.index.refresh()
        book = self._fresh_codebook() if plan.given.comments_as_codes else Codebook()
        log_before, _ = stamp(self.folder.log_file(self.coder))
        with ExitStack() as restore:
            restore.callback(self._forget_note)
            made, failed = self._write_all(plan, restore, progress, stop_if_asked)
            stop_if_asked()
            try:
                return replace(self._log(plan, made, book), failed=tuple(failed))
            except BaseException:
                if self._is_logged(log_before):  # what is in the log is done, whatever came after
                    restore.pop_all()
                raise

    def _is_logged(self, since: int) -> bool:
        """Whether the log holds the step under way, in what was appended since it had so many bytes."""
        try:
            path = self.folder.log_file(self.coder)
            return self._batch.encode() in counted(path, path.read_bytes())[max(0, since) :]
        except OSError:
            return False

    def _write_all(
        self, plan: Plan, restore: ExitStack, progress: Progress | None, stop_if_asked: Callable[[], None]
    ) -> tuple[list[tuple[Planned, dict[str, Any]]], list[Failed]]:
        """Write transcripts and sources; the documents with their states as the log keeps them, and what failed.

        Raises CannotSave, and what `stop_if_asked` raises.
        """
        from qualcode.files.copying import flush_folders, writing_threads
        from qualcode.session.import_files import Failed

        made: list[tuple[Planned, dict[str, Any]]] = []
        failed: list[Failed] = []
        with writing_threads() as pool:
            jobs = self._jobs(plan, restore, pool)
            for number, (item, job) in enumerate(jobs):
                stop_if_asked()
                try:
                    made.append((item, job.result()))
                except BadFile as error:
                    failed.append(Failed(item.source.path, error))
                if progress is not None:
                    progress(number + 1, len(jobs))
        flush_folders([self.folder.transcripts, self.folder.sources, self.folder.root])
        return made, failed

    def _jobs(
        self, plan: Plan, restore: ExitStack, pool: ThreadPoolExecutor
    ) -> list[tuple[Planned, Future[dict[str, Any]]]]:
        """What the threads do for each document; several of one source wait for the one that copies it."""
        from qualcode.files.copying import copy_checked, write_new
        from qualcode.session.source_keeping import SourceKeeper
        from qualcode.session.state import file_hash
        from qualcode.session.whole import gone_on_failure

        keeper = SourceKeeper(self.index, restore)
        copies: dict[str, Future[None]] = {}

        def write(item: Planned, data: bytes, path: Path, source: str) -> dict[str, Any]:
            if source in copies:
                copies[source].result()
            if path.exists():
                shown_as = str(item.source.path)
                raise BadFile([Problem(shown_as, 0, f"there is a document {item.id!r} by now", "import it again")])
            hashed = file_hash(data)
            gone_on_failure(path, self.folder, hashed, restore)
            write_new(path, [data])
            state: dict[str, Any] = {"source": source, "fields": dict(item.fields), "hash": hashed}
            return state | ({"how": dict(item.how)} if item.how else {})

        placed = [
            (item, item.data, self.folder.transcript(item.id), *keeper.place(item.source)) for item in plan.planned
        ]
        made = {path: file_hash(data) for _, data, path, _, _ in placed if not path.exists()}
        made |= {target: item.source.hash for item, _, _, _, target in placed if target is not None}
        self._note().will(makes=made)
        jobs = []
        for item, data, path, source, target in placed:
            if target is not None:
                copies[source] = pool.submit(copy_checked, item.source.path, target, item.source.hash)
            jobs.append((item, pool.submit(write, item, data, path, source)))
        return jobs

    def _log(self, plan: Plan, made: Sequence[tuple[Planned, dict[str, Any]]], book: Codebook) -> Imported:
        """Log the documents whose files were just written, with all that belongs to them."""
        from qualcode.session.import_codings import CodesForMarks, marked_passages

        if not made:
            return Imported()
        documents = [item for item, _ in made]
        declared = {step.key for what, step in plan.steps if what == "case"}
        cases = [case for case in self._needed_cases(documents) if case not in declared]
        people = self._needed_participants(plan, documents)
        memos = self._memos(plan, documents)
        codes = CodesForMarks(book, self._code_id)
        marks = {item.id: [(mark, codes.code_for(mark.theme, mark.name)) for mark in marked_passages(item.imported)]
                 for item in documents if plan.given.comments_as_codes}  # fmt: skip
        steps = [
            *(("code", step) for step in codes.steps),
            *plan.steps,
            *(("case", Step(case, None, {"id": case})) for case in cases),
            *(("participant", Step(key, None, state)) for key, state in people.items()),
            *(("document", Step(item.id, None, state)) for item, state in made),
            *(("memo", Step(key, None, state)) for key, state in memos.items()),
        ]
        with locked_folder(self.folder.root), self._whole():
            self._change_all(steps)
            codings = self._code_marks({document: found for document, found in marks.items() if found})
        words = dict(self.index.rows("SELECT id, words FROM document"))
        counted = tuple(replace(item, counted=words.get(item.id, -1)) for item in documents)
        return Imported(counted, (), tuple(cases), tuple(people), tuple(memos), codings)

    def _memos(self, plan: Plan, documents: Sequence[Planned]) -> dict[str, dict[str, Any]]:
        """States of the memos that keep comments, by id."""
        from qualcode.session.import_codings import uncodable
        from qualcode.session.import_remarks import memo_of

        memos: dict[str, dict[str, Any]] = {}
        for item in documents:
            remarks = uncodable(item.imported) if plan.given.comments_as_codes else item.imported.remarks
            if remarks:
                memo = memo_of(item, remarks, self.coder, self.folder, memos.__contains__)
                memos[memo.id] = memo.state
        return memos

    def _code_marks(self, marks: Mapping[str, Sequence[tuple[Marked, str]]]) -> int:
        """Apply codes to passages of documents that are there by now; how many codings that makes."""
        from qualcode.core.anchors import make_anchor

        events: dict[str, list[Event]] = {}
        for document, found in marks.items():
            body = self.index.body(document)
            for mark, code in found:
                anchor = make_anchor(body.text, body.hash, mark.start, mark.end)
                events.setdefault(document, []).append(self._event(
                    "apply", code=code, start=anchor.start, end=anchor.end, quote=anchor.quote, body=anchor.body,
                    prefix=anchor.prefix, suffix=anchor.suffix, note=mark.note,
                ))  # fmt: skip
        self._append_each(events)
        return sum(map(len, events.values()))

    def _needed_cases(self, documents: Sequence[Planned]) -> list[str]:
        known = {case.id for case in self.index.project.cases}
        return list(dict.fromkeys(item.case for item in documents if item.case and item.case not in known))

    def _needed_participants(self, plan: Plan, documents: Sequence[Planned]) -> dict[str, dict[str, str]]:
        known = {person.id for person in self.index.project.participants}
        speaking = {speaker.participant for item in documents for speaker in item.speakers}
        return {
            person.id: {"id": person.id, "name": person.name, "role": person.role, "case": person.case}
            for person in plan.participants
            if person.id in speaking and person.id not in known
        }

    def import_documents(self, files: Sequence[str | PathLike[str]], **given: Any) -> list[Planned]:
        """Import files and folders as documents, all or none; `given` as in `plan`. A case that is new is declared.

        Raises BadOption or BadFile where any of the files cannot be imported or is in the project already, CannotSave.
        """
        plan = self.plan(files, given)
        _refuse_incomplete(plan)
        return list(self.carry_out(plan).documents)


def _refuse_incomplete(plan: Plan) -> None:
    """Raise what stands in the way of importing all of the files."""
    errors: list[QualcodeError] = [failed.error for failed in plan.failed]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise BadFile([
            problem for error in errors
            for problem in (error.problems if isinstance(error, BadFile) else [Problem("import", 0, str(error))])
        ])  # fmt: skip
    if plan.already:
        raise BadOption("\n".join(map(str, plan.already)))
