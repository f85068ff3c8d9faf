"""The project as the screens see it: one session, and what is asked of the index again and again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from qualcode.core.codebook import Code, Codebook
from qualcode.core.document import Body
from qualcode.core.overlay import shown
from qualcode.core.project import ASKING
from qualcode.errors import BadSpan, UnknownName
from qualcode.files.folder import ProjectFolder, event_files, memo_files, stamp, transcript_files
from qualcode.index.index import Index
from qualcode.tui.laid_over import ShownBodies
from qualcode.tui.transcript.marks import Mark

if TYPE_CHECKING:
    from qualcode.analysis.memo_links import Pointed
    from qualcode.core.document import DocumentInfo
    from qualcode.core.events import Coding
    from qualcode.errors import CannotSave
    from qualcode.session import Change, Session
    from qualcode.session.player import Player

Fingerprint = frozenset[tuple[str, int, int]]
_ANY_POINTER = "SELECT 1 FROM memo WHERE coding <> '' UNION ALL SELECT 1 FROM memo_link WHERE kind IN ('document', 'coding') LIMIT 1"


class DocumentLine(NamedTuple):
    """A document as the panel lists it."""

    id: str
    title: str
    case: str
    kind: str
    date: str
    segments: int


class Desk:
    """What the open project holds, and one coder's hands on it."""

    def __init__(self, folder: ProjectFolder, coder: str, progress: Callable[[int, int], None] | None = None) -> None:
        self.folder, self.coder = folder, coder
        self.index = Index(folder, progress=progress)
        self.index.refresh()
        self.index.progress = None
        self._shown = ShownBodies(self.index)
        self.recent: list[str] = []
        self.only_mine = False
        self._taken_over = self.index.taken_over
        self.revision = 0  # goes up whenever what screens show may have changed
        self._trouble: int | None = None
        self._memos_at: tuple[tuple[str, int], Sequence[Pointed]] = (("", -1), ())
        self._counts: Counter[str] | None = None

    def close(self) -> None:
        if "player" in self.__dict__:
            self.player.stop()
        self.index.close()

    @cached_property
    def player(self) -> Player:
        """What plays recordings; it ends when the project is closed."""
        from qualcode.session.player import Player

        return Player()

    @cached_property
    def session(self) -> Session:
        """The only writer; made when it is first needed, which is after the first screen."""
        from qualcode.session import Session
        from qualcode.tui.old_acts import OldActs

        self._old_acts = OldActs(self.index)
        return Session(self.folder, self.coder, index=self.index)

    @property
    def refused(self) -> CannotSave | None:
        """What the disk said to the last change, None where it took it."""
        return self.session.refused if "session" in self.__dict__ else None

    def forgive(self, refused: CannotSave) -> None:
        """The disk takes changes again."""
        if self.refused is refused:
            self.session.refused = None

    # ---------------------------------------------------------------- reading

    @property
    def codebook(self) -> Codebook:
        """The codebook as last read; an empty one while codebook.yaml never could be read."""
        book: Codebook | None = self.index.read_or_none("codebook")
        return book if book is not None else Codebook()

    @cached_property
    def colors(self) -> Mapping[str, str]:
        """The colour of every code, by id."""
        return {code.id: self.codebook.color(code.id) for code in self.codebook.codes}

    @property
    def names(self) -> Mapping[str, str]:
        return {code.id: code.name for code in self.codebook.codes}

    def documents(self) -> list[DocumentLine]:
        """All documents in document order, with how many codings are counted (`only_mine` or all)."""
        rows = self.index.rows(
            f"""SELECT d.id, d.title, d.kase, d.kind, d.date, count(c.id) FROM document d
            LEFT JOIN coding c ON c.document = d.id AND {self._whose} GROUP BY d.id ORDER BY d.rank"""
        )
        return [DocumentLine(*row) for row in rows]

    def last_place(self) -> tuple[str, int]:
        """The document and offset where this coder left off, else the first document; ("", 0) where there is none."""
        kept = self.index.recall(f"place:{self.coder}") or ":0"
        document, _, at = kept.rpartition(":")
        if self.index.value("SELECT 1 FROM document WHERE id = ?", [document]):
            return document, self.shown_span(document, int(at), int(at))[0]
        return self.index.value("SELECT id FROM document ORDER BY rank LIMIT 1") or "", 0

    def remember_place(self, document: str, at: int) -> None:
        """Kept in the index, which may be deleted: a convenience, not data."""
        self.index.remember(f"place:{self.coder}", f"{document}:{self.stored_span(document, at, at)[0]}")

    def cases(self) -> list[tuple[str, str]]:
        """Ids and names of the cases, in project order."""
        return [(case, name) for case, name in self.index.rows("SELECT id, name FROM kase ORDER BY rank")]

    def body(self, document: str) -> Body:
        """The text as it is shown; all places on screens are places in it."""
        return self._shown.body(document)

    def shown_span(self, document: str, start: int, end: int) -> tuple[int, int]:
        """Where a span of the stored text stands in the one that is shown; as it is where the text is gone."""
        try:
            return self._shown.shown_span(document, start, end)
        except UnknownName:
            return start, end

    def stored_span(self, document: str, start: int, end: int) -> tuple[int, int]:
        """What of the stored text a span stands for that the user sees."""
        return self._shown.stored_span(document, start, end)

    def carried(self, document: str, seen: Body, start: int, end: int) -> tuple[int, int] | None:
        """Where a span of a text is shown now that was seen before the key of pseudonyms changed; None where the text did."""
        return self._shown.carried(document, seen, start, end)

    def asking(self, document: str) -> list[str]:
        """Labels of the researchers in a document: their turns count as asked, not as material left uncoded."""
        marks = ", ".join("?" * len(ASKING))
        rows = self.index.rows(
            f"SELECT DISTINCT label FROM turn WHERE document = ? AND (lower(role) IN ({marks}) OR lower(label) IN ({marks}))",
            [document, *ASKING, *ASKING],
        )
        return [shown(row[0]) for row in rows]

    def marks(self, document: str) -> list[Mark]:
        """The codings to draw: those whose quote is in its place. Lost ones are in `lost`."""
        rows = self.index.rows(
            f"""SELECT c.id, c.start, c."end", c.code, c.coder, c.note,
            c.anchor = 'changed' OR (c.anchor = 'moved' AND NOT c.known) FROM coding c
            WHERE c.document = ? AND c.anchor <> 'lost' AND {self._whose}""",
            [document],
        )
        pointed = {place.coding for place in self._pointed(document)}
        return [
            Mark(ident, *self.shown_span(document, start, end), code, coder, note, bool(moved), ident in pointed)
            for ident, start, end, code, coder, note, moved in rows
        ]

    def memo_lines(self, document: str) -> frozenset[int]:
        """The lines of the document, counted from 1, that memos point to."""
        return frozenset(place.line for place in self._pointed(document) if place.line)

    def memos_about(self, document: str) -> int:
        """How many memos are about the document, or about codings in it."""
        return int(self.index.value("SELECT count(*) FROM memo WHERE document = ?", [document]))

    def is_translated(self, info: DocumentInfo) -> bool:
        """Whether the document has a translation in the project, or is one."""
        return bool(
            self.index.value(
                "SELECT 1 FROM document WHERE (id = ? OR translation_of = ?) AND id <> ? LIMIT 1",
                [info.translation_of, info.id, info.id],
            )
        )

    def _pointed(self, document: str) -> Sequence[Pointed]:
        """The places of the document that memos are about or point to; asked once for a document and state."""
        if self._memos_at[0] != (document, self.revision):
            found: Sequence[Pointed] = ()
            if document and self.index.value(_ANY_POINTER):
                from qualcode.analysis.memo_links import memos_at

                found = memos_at(self.index, document)
            self._memos_at = ((document, self.revision), found)
        return self._memos_at[1]

    def displaced(self, document: str) -> tuple[int, int]:
        """How many codings of the document want a look (their words were changed, or only looking for them found them
        again), and how many are lost."""
        row = self.index.rows(
            """SELECT sum(anchor = 'changed' OR (anchor = 'moved' AND NOT known)), sum(anchor = 'lost') FROM coding
            WHERE document = ?""",
            [document],
        )[0]
        return row[0] or 0, row[1] or 0

    @property
    def _whose(self) -> str:
        return "c.coder = " + "'" + self.coder.replace("'", "''") + "'" if self.only_mine else "1"

    # ---------------------------------------------------------------- counts, kept in step without asking again

    @property
    def counts(self) -> Counter[str]:
        """How many codings each code has, with those of its sub-codes; asked for when first needed."""
        if self._counts is None:
            self._counts = Counter()
            for code, count in self.index.rows(
                f"SELECT c.code, count(*) FROM coding c WHERE {self._whose} GROUP BY c.code"
            ):
                self._count(code, count)
        return self._counts

    def _count(self, code: str, change: int) -> None:
        if self._counts is not None:
            for above in self.codebook.ancestors(code):
                self._counts[above.id] += change

    def reload(self) -> bool:
        """Take over what changed on disk; True if anything did, be it that another process has indexed it already."""
        elsewhere = self.index.changed_elsewhere()
        self.index.refresh()  # or somebody else in this process did: a verb looks at the files before it writes
        changed = elsewhere or self.index.taken_over != self._taken_over
        self._taken_over = self.index.taken_over
        if changed:
            self.index.forget_bodies()
            self.forget()
        return changed

    def stale(self) -> int:
        """How many of the user's codings were made under an older definition."""
        from qualcode.analysis.filters import Filters
        from qualcode.analysis.stale import stale

        if not self.index.value("SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [self.coder]):
            return 0
        return len(stale(self.index, Filters(coder=self.coder)))

    def homeless(self) -> int:
        """How many codings have a code that the codebook does not have."""
        return int(self.index.value("SELECT count(*) FROM coding WHERE code NOT IN (SELECT id FROM code)"))

    @property
    def trouble(self) -> int:
        """How many problems there are with reading files."""
        if self._trouble is None:
            self._trouble = len(self.index.problems())
        return self._trouble

    def forget(self) -> None:
        """Ask anew for whatever is kept."""
        self.revision += 1
        self.__dict__.pop("colors", None)
        self._trouble = None
        self._counts = None

    # ---------------------------------------------------------------- changing

    def code(self, document: str, seen: Body, start: int, end: int, code: str) -> tuple[Mark, bool]:
        """Apply a code to a span of the text that the user sees; the mark, and whether it is new.

        Raises BadSpan where the text on disk is not the one on the screen any more: nothing is coded then.
        """
        now = self.body(document)
        if now is not seen and now.text != seen.text:
            place = self.carried(document, seen, start, end)
            if place is None:
                raise BadSpan(
                    "The text was changed on disk just now, so nothing was coded. It is shown anew: look again."
                )
            start, end = place
        newest = self.index.value("SELECT max(id) FROM event") or ""
        coding = self.session.code(document, *self.stored_span(document, start, end), code)
        new = coding.id > newest
        if new:
            self._count(coding.code, 1)
        self.recent = [coding.code, *(other for other in self.recent if other != coding.code)][:9]
        return self._mark(coding), new

    def rebind(self, document: str, seen: Body, ident: str, start: int, end: int) -> Coding:
        """Put a coding on a span of the text that the user sees. Raises BadSpan where that is not the text on disk."""
        if self.body(document).text != seen.text:
            raise BadSpan("The text was changed on disk just now, so nothing was done. It is shown anew: look again.")
        coding = self.session.rebind(ident, *self.stored_span(document, start, end))
        self.forget()
        return coding

    def uncode(self, ident: str) -> Coding:
        coding = self.session.uncode(ident)
        self._count(coding.code, -1)
        return coding

    def note(self, ident: str, note: str) -> Mark:
        coding = self.session.note(ident, note)
        return self._mark(coding)._replace(memo=any(place.coding == ident for place in self._pointed(coding.document)))

    def create_code(self, path: str, parent: str) -> Code:
        code = self.session.add_code(path, parent)
        self.forget()
        return code

    def undo(self) -> Change:
        """Take back the last act; of an old one it is said first how old it is, and the second time it is done.

        Raises CannotUndo, CannotSave."""
        session = self.session
        self._old_acts.ask(session)
        change = session.undo()[0]
        self.forget()
        return change

    def redo(self) -> Change:
        change = self.session.redo()[0]
        self.forget()
        return change

    # ---------------------------------------------------------------- watching

    def fingerprint(self) -> Fingerprint:
        """What tells whether anything in the folder changed. Only looks at the file system: safe in a thread."""
        files = [*transcript_files(self.folder), *memo_files(self.folder), *event_files(self.folder)]
        states = [(path.name, *stamp(path)) for path in (self.folder.project_yaml, self.folder.codebook_yaml)]
        return frozenset([*((file.relative, file.size, file.mtime_ns) for file in files), *states])

    def _mark(self, coding: Coding) -> Mark:
        place = self.shown_span(coding.document, coding.start, coding.end)
        return Mark(coding.id, *place, coding.code, coding.coder, coding.note)
