"""What all parts of a session stand on: the coder, the index, and the ways in which events reach the disk."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby, product
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from qualcode.core.codebook_steps import Step
from qualcode.core.document import Body
from qualcode.core.events import Event
from qualcode.core.ids import END, IdMaker
from qualcode.core.moments import utc_text
from qualcode.errors import CannotSave, QualcodeError
from qualcode.files.after_a_crash import clear, settle
from qualcode.files.conflicted import refuse_conflicted
from qualcode.files.event_log import append_events, event_lines
from qualcode.files.folder import ProjectFolder, check_name, find_project
from qualcode.files.names_elsewhere import check_new_coder
from qualcode.files.reach import reach
from qualcode.files.saving import Appended, locked_folder
from qualcode.files.taking_back import is_owed, take_back
from qualcode.files.under_way import UnderWay
from qualcode.index.index import Index
from qualcode.session.folding_in import fold_in_own
from qualcode.session.whole import as_it_was_on_failure, on_failure, second_name

if TYPE_CHECKING:
    from qualcode.notebook import OpenProject


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OWN_LAST = (
    f"(SELECT max(id) FROM event WHERE coder = ?1 AND standing = {standing} AND undoes = {undoes} AND id < ?2)"
    for standing, undoes in product((0, 1), (0, 1))  # as the database's index goes
)
_LAST_IDS = f"SELECT {', '.join(_OWN_LAST)}, (SELECT max(id) FROM event WHERE id <= ?3)"
_Written = tuple[Path, str, str, Sequence[Event], Appended, Body | None]


class Logged(NamedTuple):
    """A change of state with the event that logs it (a change, or the revert of one)."""

    event: Event
    what: str
    step: Step


class Writing:
    """One coder's hands on a project: opening, closing, batches, appending events, changing state files."""

    def __init__(
        self, project: OpenProject | ProjectFolder | str | Path, coder: str, *, index: Index | None = None
    ) -> None:
        self.coder = check_name(coder, "coder")
        if isinstance(project, ProjectFolder):
            self.folder = project
        elif isinstance(project, (str, Path)):
            self.folder = find_project(project)
        else:
            self.folder, index = project.folder, index or project.index
        check_new_coder(self.folder, self.coder)
        self._owns_index = index is None
        if any((self.folder.root / name).is_dir() for name in (".rewriting", ".rewriting.part")):
            from qualcode.session.rewriting_journal import finish_rewriting

            finish_rewriting(self.folder)
        clear(self.folder)
        self.index = index or Index(self.folder)
        self.index.refresh()
        self._make_id = IdMaker(lambda: time.time_ns() // 1_000_000, secrets.randbits)
        self._batch = ""
        self._noted: UnderWay | None = None  # what is noted of an act on several files, while it is under way
        self._foretold: set[Path] = set()  # where that says what will be appended
        self._restore: ExitStack | None = None  # takes back what an act has written, while it is under way
        self._kept: set[Path] = set()  # files that it would put back
        self.refused: CannotSave | None = None  # what the disk said to the last act, None where it took it
        self._noticing = False  # while what was changed outside is being logged
        self._in_step = ""  # the version of the codebook up to which the log tells all, as far as this session knows

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index. Nothing needs saving: all is on disk already."""
        if self._owns_index:
            self.index.close()

    def body(self, document: str) -> Body:
        """The document's text as it is on disk now. Raises UnknownName."""
        return self.index.body(document)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """What is done within is undone in one go."""
        outer, self._batch = self._batch, self._batch or self._make_id()
        try:
            yield
        finally:
            self._batch = outer

    def _look_again(self) -> None:
        """Read what changed, once that is settled which a process that was killed left half done."""
        settle(self.folder)
        self.index.refresh()

    @contextmanager
    def step(self) -> Iterator[None]:
        """What is done within is undone in one go, and where any of it fails nothing of it stays."""
        with self.batch(), self._whole():
            yield

    def _before_event(self) -> None:
        """What has to be in the log before anything new is."""

    def _event(self, op: str, **fields: Any) -> Event:
        fold_in_own(self.index, self.coder)
        self._before_event()
        self._see_ids()
        at = utc_text(_EPOCH + timedelta(milliseconds=time.time_ns() // 1_000_000))
        return Event(self._make_id(), at, op, batch=self._batch, **fields)

    def _see_ids(self) -> None:
        """Have the next id sort after all that this coder did, and after what others did, as far as their clocks may be right."""
        ((*own, others),) = self.index.rows(_LAST_IDS, [self.coder, END, self._make_id.horizon()])
        for ident in own:
            self._make_id.saw(ident or "", own=True)
        self._make_id.saw(others or "")

    def _append(self, document: str, events: Sequence[Event]) -> None:
        self._append_each({document: events})

    def _append_each(self, events: Mapping[str, Sequence[Event]]) -> None:
        """Append events to the user's files on several documents, each durably; then the index follows in one go.

        Raises CannotSave; what was written to other files by then is taken back. Raises BadFile where a new place is in a
        text in which git left a conflict: nobody would know that version later.
        """
        placed = [
            document for document, group in events.items() if any(event.op in ("apply", "move") for event in group)
        ]
        refuse_conflicted(map(self.folder.transcript, placed), self.folder.root)
        with self._whole() as restore:
            if len(events) > 1 or self._noted is not None:
                self._foretell(events)
            self.index.absorb_all([self._append_one(document, group, restore) for document, group in events.items()])

    def _append_one(self, document: str, events: Sequence[Event], restore: ExitStack) -> _Written:
        path = self.folder.coding_file(self.coder, document)
        appended = self._append_to(path, events, restore)
        there = self.folder.transcript(document).exists()  # else the import of the text is taken back with its codings
        return path, self.coder, document, events, appended, self.index.body(document) if there else None

    def _append_to(self, path: Path, events: Sequence[Event], restore: ExitStack) -> Appended:
        """Append events to a file; they are cut off again where the work that `restore` guards fails."""
        appended = append_events(path, events, self.folder)

        def cut_off() -> None:
            take_back(path, appended.size_before, event_lines(events))
            self.index.read_again([path])

        on_failure(restore, cut_off)
        return appended

    def _append_log(self, events: Sequence[Event]) -> None:
        """Append to the coder's log what changed no file. Raises CannotSave."""
        path = self.folder.log_file(self.coder)
        with self._whole() as restore:
            self.index.absorb(path, self.coder, "", events, self._append_to(path, events, restore), None)

    @contextmanager
    def _whole(self) -> Iterator[ExitStack]:
        """All that is written within, or nothing: where the block fails files are put back and lines cut off."""
        if self._restore is not None:
            kept = set(self._kept)
            outer = self._restore
            try:
                with ExitStack() as self._restore:
                    yield self._restore
                    outer.push(self._restore.pop_all())
            except BaseException:
                self.index.read_again(self._kept - kept)
                self._kept = kept
                raise
            finally:
                self._restore = outer
            return
        try:
            with ExitStack() as self._restore:
                yield self._restore
            self._forget_note()
            self.refused = None
        except BaseException as error:
            if isinstance(error, CannotSave):
                self.refused = error
            self._forget_note()
            with suppress(QualcodeError, OSError):
                self.index.read_again(self._kept)
                self.index.refresh()
            raise
        finally:
            self._restore = None
            self._kept.clear()

    def _kept_as_it_is(self, path: Path, restore: ExitStack) -> Path | None:
        """The second name of a file, None where there is none; if the work that `restore` guards fails it is as it was before."""
        if path not in self._kept:
            self._kept.add(path)
            return restore.enter_context(as_it_was_on_failure(path, self.folder))
        return restore.enter_context(second_name(path, self.folder))

    def _note(self) -> UnderWay:
        """Where it is noted what the act under way is going to write, so that a crash leaves no half of it."""
        if self._noted is None:
            self._noted = UnderWay(self.folder, self._batch or self._make_id())
        return self._noted

    def _forget_note(self) -> None:
        noted, self._noted = self._noted, None
        self._foretold.clear()
        if noted is not None and any(map(is_owed, self._kept)):
            noted.fail()
        elif noted is not None:
            noted.close()

    def _foretell(self, events: Mapping[str, Sequence[Event]]) -> None:
        """Note events that will be appended to the user's files on documents within the act under way. Raises CannotSave."""
        lines = {
            self.folder.coding_file(self.coder, document): event_lines(group) for document, group in events.items()
        }
        new = {path: data for path, data in lines.items() if path not in self._foretold}
        if new:
            self._note().will(appends=new)
            self._foretold |= {*new}

    def _before_judging(self) -> None:
        """What has to be in the log before a coder decides for a code, so that it can be told what they went by."""

    def _change(self, what: str, key: str, before: Any, after: Any, note: str = "") -> None:
        """Bring one thing into a new state and log both states; neither stays without the other."""
        self._change_all([(what, Step(key, before, after))], note)

    def _change_all(self, steps: Sequence[tuple[str, Step]], note: str = "") -> list[Logged]:
        """Bring things into new states and log them in one go: all of them, or none."""
        with self.batch() if len(steps) > 1 else ExitStack():
            changes = [
                Logged(self._event("change", what=what, key=step.key, before=step.before, after=step.after, note=note),
                       what, step)
                for what, step in steps
            ]  # fmt: skip
            self._put(changes)
        return changes

    def _put(self, changes: Sequence[Logged]) -> None:
        """Make changes of state and log them: all of them, or none."""
        from qualcode.session.state import put, state_file

        in_step = self._in_step == self.index.recall("codebook version")
        reach(self.folder)
        settle(self.folder)
        with locked_folder(self.folder.root), self._whole() as restore:
            paths = [state_file(self.index, change.what, change.step.key) for change in changes]
            refuse_conflicted({path for path in paths if path is not None}, self.folder.root)
            paths_now = dict.fromkeys(path for path in paths if path is not None)
            book_known = self.folder.codebook_yaml in paths_now and self.index.is_fresh(self.folder.codebook_yaml)
            old = {path: self._kept_as_it_is(path, restore) for path in paths_now}
            log = {self.folder.log_file(self.coder): event_lines([change.event for change in changes])}
            self._note().will(replaces=old, appends=log)
            for what, group in groupby(changes, key=lambda change: change.what):
                put(self.index, what, [change.step for change in group], book_known=book_known)
                book_known = book_known and what != "code"
            self._note().put()
            self._append_log([change.event for change in changes])
            if any(change.what != "code" for change in changes):  # codes are absorbed as they are written
                self.index.read_again(path for path in paths_now if path != self.folder.codebook_yaml)
                self.index.refresh()
        if in_step:
            self._in_step = self.index.recall("codebook version")
