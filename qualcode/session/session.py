"""One coder at work: the only writer. Whatever a method did is on disk when it returns."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import index as index_of
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from qualcode.analysis.filters import document_id
from qualcode.core.anchors import find_quote, make_anchor
from qualcode.core.codebook import PALETTE, Code, slug
from qualcode.core.document import Body
from qualcode.core.events import Coding, Event, fold
from qualcode.core.ids import IdMaker, encode
from qualcode.core.visible import quoted
from qualcode.errors import BadOption, BadSpan, CannotUndo, UnknownName
from qualcode.files.event_log import append_events
from qualcode.files.folder import ProjectFolder, check_name, find_project
from qualcode.files.project_files import code_data
from qualcode.files.saving import locked_folder, replace_file
from qualcode.index.event_rows import events_around, events_of
from qualcode.index.index import Index

if TYPE_CHECKING:
    from qualcode.notebook import OpenProject
    from qualcode.session.importing import Planned


@dataclass(frozen=True)
class Change:
    """What an undo or redo did: one sentence, and the document and codings that it touched."""

    text: str
    document: str
    codings: tuple[str, ...]

    def __str__(self) -> str:
        return self.text


class Session:
    """A coder at work on a project.

    >>> with Session("left-behind-children", coder="c1") as session:            # doctest: +SKIP
    ...     coding = session.code("zhao-2009-06-08-long", start=120, end=188, code="hidden emotions/longing")
    ...     session.undo()
    """

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
        self._owns_index = index is None
        self.index = index or Index(self.folder)
        self.index.refresh()
        self._make_id = IdMaker(lambda: time.time_ns() // 1_000_000, secrets.randbits)
        self._batch = ""

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index. Nothing needs saving: all is on disk already."""
        if self._owns_index:
            self.index.close()

    # ---------------------------------------------------------------- reading

    def body(self, document: str) -> Body:
        """The document's text as it is on disk now. Raises UnknownName."""
        return self.index.body(document)

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
        return fold(events_of(self.index, path, ident), coder, document)[ident]

    # ---------------------------------------------------------------- coding

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
        event = self._event("apply", code=chosen.id, start=anchor.start, end=anchor.end, quote=anchor.quote,
                            body=anchor.body, prefix=anchor.prefix, suffix=anchor.suffix, note=note)  # fmt: skip
        self._append(document, [event])
        return fold([event], self.coder, document)[event.id]

    def _twin(self, document: str, code: str, start: int, end: int) -> Coding | None:
        rows = self.index.rows(
            'SELECT id FROM coding WHERE document = ? AND start = ? AND "end" = ? AND code = ? AND coder = ?',
            [document, start, end, code, self.coder],
        )
        return self._coding(rows[0][0]) if rows else None

    def _span_of(self, body: Body, quote: str) -> tuple[int, int]:
        places = list(find_quote(body.text, quote))
        if len(places) == 1:
            return places[0], places[0] + len(quote)
        if not places:
            raise BadSpan(f"The text does not have {quoted(quote)} (letter for letter; copy it from `qualcode show`).")
        shown = ", ".join(f"{at}:{at + len(quote)} (line {body.line_of(at) + 1})" for at in places[:8])
        more = f" and {len(places) - 8} more" if len(places) > 8 else ""
        raise BadSpan(
            f"The quote occurs {len(places)} times: {shown}{more}. Give a longer quote, or the place with --span."
        )

    def uncode(self, wanted: str) -> Coding:
        """Remove a coding of one's own; returns what was removed. Raises UnknownName, BadOption, CannotSave."""
        coding = self._own(wanted)
        self._append(coding.document, [self._event("remove", coding=coding.id)])
        return coding

    def note(self, wanted: str, note: str) -> Coding:
        """Set the note of a coding of one's own ("" takes it away). Raises UnknownName, BadOption, CannotSave."""
        coding = self._own(wanted)
        event = self._event("note", coding=coding.id, note=note)
        self._append(coding.document, [event])
        return replace(coding, note=note, modified_at=event.at)

    def _own(self, wanted: str) -> Coding:
        coding = self.coding(wanted)
        if coding.coder != self.coder:
            raise BadOption(
                f"That coding is {coding.coder}'s, and you are {self.coder}: only its own coder changes a coding "
                f"(--coder {coding.coder} if that is you)."
            )
        return coding

    # ---------------------------------------------------------------- codebook

    def add_code(self, name: str, parent: str = "") -> Code:
        """Add a code to codebook.yaml, last under its parent (an id, path or name; "" for the top).

        `name` may be a path whose upper part exists: `hidden emotions/pride`. Raises BadOption, UnknownName,
        CannotSave, BadFile.
        """
        above, _, last = name.strip().rpartition("/")
        parent_id = self.index.codebook.find(above or parent).id if above or parent else ""
        last = " ".join(last.split())
        if not last or not last.isprintable():
            raise BadOption("A code needs a name of visible signs.")
        book = self.index.codebook
        for sibling in book.children.get(parent_id, ()):
            if sibling.name.casefold() == last.casefold():
                raise BadOption(f"There is a code {book.path(sibling.id)!r} already.")
        color = "" if parent_id else PALETTE[len(book.children.get("", ())) % len(PALETTE)]
        code = Code(self._code_id(last), last, parent_id, color)
        self._change("code", code.id, None, {**code_data(code), "parent": parent_id})
        return code

    def _code_id(self, name: str) -> str:
        """Readable, and never one that was in use before: a deleted code's codings must not come back under it."""
        readable = slug(name)[:40].strip("-") or "code"
        return f"{readable}-{encode(secrets.randbits(20), 4)}"

    def _change(self, what: str, key: str, before: Any, after: Any) -> None:
        """Bring a code, case or document into a new state and log both states; neither stays without the other."""
        self._put([(self._event("change", what=what, key=key, before=before, after=after), what, key, after)])

    def _put(self, steps: Sequence[tuple[Event, str, str, Any]]) -> None:
        """Make changes of state (event, what, key, value) and log them: all of them, or none."""
        from qualcode.session.state import as_it_was_on_failure, put, state_file

        with locked_folder(self.folder.root), ExitStack() as restore:
            for path in dict.fromkeys(state_file(self.index, what, key) for _, what, key, _ in steps):
                restore.enter_context(as_it_was_on_failure(path))
            for _, what, key, value in steps:
                put(self.index, what, key, value)
            append_events(self.folder.log_file(self.coder), [event for event, *_ in steps])
        self.index.refresh()

    # ---------------------------------------------------------------- documents

    def import_documents(self, files: Sequence[Path], **given: str) -> list[Planned]:
        """Import files as documents; `given` may hold case, kind, date and title. A case that is new is declared.

        Each file is kept byte for byte under sources/. All files are looked at before one is written.
        Raises BadOption, BadFile, CannotSave.
        """
        from qualcode.session.importing import free_source_path, plan_import
        from qualcode.session.state import as_it_was_on_failure, file_hash

        planned = plan_import(self.folder, files, given)
        known = {case.id for case in self.index.project.cases}
        steps: list[tuple[str, str, Any]] = []
        with self.batch(), ExitStack() as restore:
            for case in dict.fromkeys(str(item.fields.get("case") or "") for item in planned):
                if case and case not in known:
                    steps.append(("case", case, {"id": case}))
            for item in planned:
                source = free_source_path(self.folder, item.source_name, item.source)
                if not source.exists():
                    restore.enter_context(as_it_was_on_failure(source))
                    replace_file(source, item.source, make_folder=True)
                fields = dict(item.fields)
                after = {"source": self.folder.relative(source), "fields": fields, "hash": file_hash(item.data)}
                steps.append(("document", item.id, after))
            self._put(
                [(self._event("change", what=what, key=key, before=None, after=after), what, key, after)
                 for what, key, after in steps]
            )  # fmt: skip
        return planned

    # ---------------------------------------------------------------- undo and redo

    @contextmanager
    def batch(self) -> Iterator[None]:
        """What is done within is undone in one go."""
        outer, self._batch = self._batch, self._batch or self._make_id()
        try:
            yield
        finally:
            self._batch = outer

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
            "ORDER BY id DESC LIMIT 1",
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
            "SELECT 1 FROM event WHERE coder = ? AND op <> 'revert' AND standing = 1 AND id > ? LIMIT 1",
            [self.coder, row[0][0]],
        )
        if not row or newer:
            raise CannotUndo(f"There is nothing to redo for {self.coder}.")
        return self.index.rows(
            "SELECT id, document FROM event WHERE coder = ? AND batch = ? AND standing = 1 AND undoes = 1 ORDER BY id DESC",
            [self.coder, row[0][1]],
        )

    def _step(self, events: Sequence[tuple[str, str]], verb: str) -> Change:
        """Revert these events, newest first, each in its own file."""
        texts, codings, document = [], [], ""
        order = list(reversed(events)) if verb == "Undid" else list(events)
        self._refuse_to_orphan(order)
        with self.batch():
            for ident, of_document in order:
                text, coding = self._describe(ident, of_document)
                revert = self._event("revert", target=ident)
                if of_document:
                    self._append(of_document, [revert])
                    document = of_document
                    codings.append(coding)
                else:
                    self._revert_change(ident, revert)
                texts.append(text)
        shown = "; ".join(texts[:3]) + (f"; and {len(texts) - 3} more" if len(texts) > 3 else "")
        return Change(f"{verb}: {shown}", document, tuple(dict.fromkeys(codings)))

    def _refuse_to_orphan(self, events: Sequence[tuple[str, str]]) -> None:
        """Raise CannotUndo, before anything is touched, where others' work stands on what would be taken away."""
        from qualcode.session.state import refuse

        going = {ident for ident, document in events if document}
        changes = [self._logged(ident) for ident, document in events if not document]
        taken_away = [event for event, wanted in changes if wanted is None]
        going |= {event.key for event in taken_away if event.what == "document"}
        for event in taken_away:
            refuse(self.index, event.what, event.key, going)

    def _logged(self, ident: str) -> tuple[Event, Any]:
        """The change that a log's event made or reverts, and the state that reverting the event leads to."""
        path = self.folder.relative(self.folder.log_file(self.coder))
        events = {event.id: event for event in events_of(self.index, path)}
        event, times = events[ident], 0
        while event.op == "revert":
            event, times = events[event.target], times + 1
        return event, event.after if times % 2 else event.before

    def _revert_change(self, ident: str, revert: Event) -> None:
        """Take a change of a state file back, or make it again."""
        event, wanted = self._logged(ident)
        self._put([(revert, event.what, event.key, wanted)])

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

    # ---------------------------------------------------------------- writing

    def _event(self, op: str, **fields: Any) -> Event:
        newest = self.index.value("SELECT max(id) FROM event")
        if newest:
            self._make_id.saw(newest)
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Event(self._make_id(), at, op, batch=self._batch, **fields)

    def _append(self, document: str, events: Sequence[Event]) -> None:
        path = self.folder.coding_file(self.coder, document)
        appended = append_events(path, events)
        body = self.index.body(document)
        self.index.absorb(path, self.coder, document, events, appended, body)


def _position(value: Any) -> int:
    """A whole number from whatever counts as one (numpy's included). Raises BadSpan."""
    if not isinstance(value, bool):
        try:
            return index_of(value)
        except TypeError:
            pass
    raise BadSpan(f"{value!r} is not a position: a span is two whole numbers, counted in characters from 0.")
