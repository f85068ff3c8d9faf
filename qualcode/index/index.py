"""Opening the index and keeping it in step with the files."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from qualcode.core.codebook import Code, Codebook
from qualcode.core.document import Body, DocumentInfo
from qualcode.core.overlay import worn
from qualcode.core.project import Case, Coder, Participant, ProjectInfo
from qualcode.core.text import body_hash
from qualcode.errors import BadFile, Problem, UnknownName
from qualcode.files.after_a_crash import settle
from qualcode.files.conflict_copies import conflict_copies
from qualcode.files.folder import FoundFile, ProjectFolder, event_files, memo_files, stamp, stamps, transcript_files
from qualcode.files.guarded import links_out
from qualcode.files.modes import derived_file, make_folder
from qualcode.files.reach import reach, reached
from qualcode.files.taking_back import settle_all
from qualcode.files.text_files import read_text, split_front_matter
from qualcode.index import turns
from qualcode.index.left_behind import Hold
from qualcode.index.ours import is_safe_place, mark, protect
from qualcode.index.schema import TABLES, VERSION, is_as_made
from qualcode.index.trouble import (
    UNREAD,
    IndexHeld,
    file_id,
    is_damaged,
    is_held,
    is_the_disks,
    is_unread,
    still_unread,
)
from qualcode.index.turns import in_turn, patiently

if TYPE_CHECKING:
    from qualcode.core.events import Event
    from qualcode.files.saving import Appended
    from qualcode.index.whole_names import WholeNames

Answer = TypeVar("Answer")

_KEPT_BODIES = 8
_NO_TIME = 0.2  # seconds to wait for what can be done without, or later
_TRY_AGAIN = 5.0  # seconds after which an index that is in memory for want of a better is tried to be opened on disk


class Index:
    """The derived database of one project. `refresh` brings it up to date with the files; reading is plain SQL.

    Where .qualcode/ cannot be written the index lives in memory. A damaged index, or one of another version,
    is thrown away and built anew. `progress` is told of how many files were read, of how many.
    """

    def __init__(
        self, folder: ProjectFolder, *, in_memory: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> None:
        self.folder = folder
        if links := links_out(folder.root):
            raise BadFile(links)
        settle(folder)  # what a killed process left half done would be read as if it were meant
        self.progress = progress
        self.taken_over = 0  # how often changed files were read: tells who shows them that there is something new
        self._in_memory = in_memory
        self._distrusted: tuple[int, int] | None = None  # a damaged file that others have open
        self.db, self._hold = _open(folder, in_memory)
        self._on_disk = file_id(folder.index_db) if _is_on_disk(self.db) else None
        self._tried_at = time.monotonic()
        self._whole_names: WholeNames | None = None
        self._cached: dict[str, tuple[str, Any]] = {}
        self._bodies: dict[str, tuple[tuple[int, int], Body]] = {}
        self._data_version = self.value("PRAGMA data_version")

    def close(self) -> None:
        with ExitStack() as turn:
            if self._hold is not None:
                with suppress(IndexHeld):  # nobody opens it between its end and our note of that
                    turn.enter_context(in_turn(self.folder.index_db.parent, _NO_TIME))
            with suppress(sqlite3.Error):  # its disk may be gone
                self.db.close()
            if self._hold is not None:
                self._hold.end()
                self._hold = None

    def __del__(self) -> None:
        with suppress(Exception):  # it may be half made, and the interpreter half gone
            self.close()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """What an SQL query finds. Raises FolderAway where neither the index nor the files can be read any more."""
        try:
            return patiently(lambda: self.db.execute(sql, values).fetchall())
        except sqlite3.DatabaseError as error:
            if self.db.in_transaction or not (is_the_disks(error) or is_held(error)):
                raise
            self._start_over(in_memory=not is_damaged(error))
            self._refresh()
            return self.db.execute(sql, values).fetchall()

    def steadily(self, question: Callable[[], Answer]) -> Answer:
        """What a function answers that asks the database itself; asked once more if that proves damaged meanwhile."""
        try:
            return question()
        except sqlite3.DatabaseError as error:
            if self.db.in_transaction or not is_damaged(error):
                raise
            self._start_over(in_memory=False)
            self._refresh()
            return question()

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first value of the first row that is found, or None."""
        found = self.rows(sql, values)
        return found[0][0] if found else None

    # ---------------------------------------------------------------- what the YAML files say

    @property
    def project(self) -> ProjectInfo:
        """project.yaml as last read without error. Raises BadFile where it never could be read."""
        data: ProjectInfo | None = self.read_or_none("project")
        if data is None:
            raise BadFile(self.problems("project.yaml"))
        return data

    @property
    def codebook(self) -> Codebook:
        """codebook.yaml as last read without error. Raises BadFile where it never could be read."""
        data: Codebook | None = self.read_or_none("codebook")
        if data is None:
            raise BadFile(self.problems("codebook.yaml"))
        return data

    def problems(self, file: str | None = None) -> list[Problem]:
        """What could not be read, in all files or in one."""
        where, values = ("WHERE file = ?", [file]) if file else ("", [])
        rows = self.rows(f"SELECT file, line, message, advice FROM problem {where} ORDER BY file, line", values)
        return [Problem(*row) for row in rows]

    def document_info(self, document: str) -> DocumentInfo | None:
        rows = self.rows(
            """SELECT title, kase, kind, date, language, translation_of, speakers, attributes, aligned, recording, duration
            FROM document WHERE id = ?""",
            [document],
        )
        if not rows:
            return None
        title, case, kind, date, language, original, speakers, attributes, aligned, recording, duration = rows[0]
        return DocumentInfo(
            document, title, case, kind, date, language, original,
            speakers=json.loads(speakers), attributes=json.loads(attributes), aligned=tuple(json.loads(aligned)),
            recording=recording, duration=duration,
        )  # fmt: skip

    def body(self, document: str) -> Body:
        """The document's text as it is on disk now; the last few read are kept.

        Raises UnknownName where it is gone, BadFile where the system does not let it be read, FolderAway.
        """
        with reached(self.folder):
            path = self.folder.transcript(document)
            now = stamp(path)
        if now == (-1, -1):
            reach(self.folder)
            raise UnknownName(f"The text of document {document!r} is not there ({self.folder.relative(path)}).")
        kept = self._bodies.get(document)
        if kept is None or kept[0] != now:
            info = self.document_info(document)
            text, problems = read_text(path, self.folder.relative(path))
            if is_unread(problems):
                reach(self.folder)
                raise BadFile(problems)
            kept = (now, Body(split_front_matter(text)[1], info.speakers if info else ()))
            self._bodies[document] = kept
            if len(self._bodies) > _KEPT_BODIES:
                self._bodies.pop(next(iter(self._bodies)))
        return kept[1]

    def forget_bodies(self) -> None:
        """Texts or their front matter changed: read them anew when they are asked for."""
        self._bodies.clear()

    # ---------------------------------------------------------------- keeping in step

    def refresh(self) -> bool:
        """Read every file that changed since the last time; True if any had.

        An index that proves damaged is built anew; one that can no longer be written goes on in memory, until it can again;
        one that is another file by now (the folder was exchanged) is left for that. Raises FolderAway where the project's
        folder cannot be reached: what was read of it stays.
        """
        changed = self._brought_up_to_date()
        if worn() is not None or self.whole_quotes:
            self.steadily(self._keep_names_whole)
        return changed

    @property
    def whole_quotes(self) -> Mapping[tuple[str, str], str]:
        """Quotes that cut a name of the worn key in two, by event or coding and their stored words, with the whole name."""
        return self._whole_names.quotes if self._whole_names is not None else {}

    def _keep_names_whole(self) -> None:
        if self._whole_names is None:
            from qualcode.index.whole_names import WholeNames

            self._whole_names = WholeNames()
        self._whole_names.look(self)

    def _brought_up_to_date(self) -> bool:
        settle_all()
        self._go_to_disk()
        try:
            return self._refresh()
        except (sqlite3.ProgrammingError, sqlite3.DataError):
            raise  # a mistake of ours, not of the file
        except sqlite3.OperationalError:
            self._start_over(in_memory=True)
        except sqlite3.DatabaseError:
            self._start_over(in_memory=False)
        return self._refresh()

    def _start_over(self, *, in_memory: bool) -> None:
        reach(self.folder)  # what is still held of a folder that went away is not thrown away
        for path in (self.folder.project_yaml, self.folder.codebook_yaml):
            with reached(self.folder), suppress(FileNotFoundError), open(path, "rb"):
                pass
        if not in_memory:
            self._distrusted = file_id(self.folder.index_db)
        self.close()  # whoever has it open cannot know whether others have
        self._exchange(*_open(self.folder, in_memory, distrusted=self._distrusted))

    def _exchange(self, db: sqlite3.Connection, hold: Hold | None) -> None:
        self.close()
        self.db, self._hold = db, hold
        self._on_disk = file_id(self.folder.index_db) if _is_on_disk(db) else None
        self._tried_at = time.monotonic()
        self._cached.clear()
        self._bodies.clear()
        self._data_version = db.execute("PRAGMA data_version").fetchone()[0]
        self.taken_over += 1

    def _go_to_disk(self) -> None:
        """Open the index that is on disk now, where what is open is another one, or one in memory for want of a better."""
        if self._in_memory or self.db.in_transaction:
            return
        if self._on_disk is not None:
            if file_id(self.folder.index_db) == self._on_disk:
                return
        elif time.monotonic() < self._tried_at + _TRY_AGAIN:
            return
        self._tried_at = time.monotonic()
        reach(self.folder)
        if self._on_disk is not None:
            self.close()
        db, hold = _open(self.folder, False, _NO_TIME, self._distrusted)
        if hold is not None or self._on_disk is not None:
            self._exchange(db, hold)
        else:
            db.close()

    def _refresh(self) -> bool:
        rows = patiently(lambda: self.db.execute("SELECT id, path, size, mtime_ns FROM file").fetchall())
        with reached(self.folder):
            now = stamps(self.folder)
        before = {path: (size, mtime) for _, path, size, mtime in rows}
        for path in [path for path, (size, _) in before.items() if size == UNREAD and path in now]:
            if still_unread(self.folder.root / path):
                now[path] = before[path]
        if now == before:
            return False
        known = {path: (ident, size, mtime) for ident, path, size, mtime in rows}
        with reached(self.folder):
            found = {file.relative: file for file in self._files()}
        if known:
            reach(self.folder)  # after all was listed: what is missing is missing, and not out of reach
        changed = {
            path for path, file in found.items()
            if path not in known or (known[path][1:] != (file.size, file.mtime_ns) and now.get(path) != before[path])
        }  # fmt: skip
        gone = {path: known[path][0] for path in known.keys() - found.keys()}
        if not changed and not gone:
            return False
        from qualcode.index.refresh import take_over

        take_over(self, found, changed, gone)
        self.taken_over += 1
        return True

    def _files(self) -> list[FoundFile]:
        folder = self.folder
        yaml = [
            FoundFile(path, path.name, "", "", *stamp(path)) for path in (folder.project_yaml, folder.codebook_yaml)
        ]
        return [
            *yaml, *transcript_files(folder), *memo_files(folder), *event_files(folder), *conflict_copies(folder),
        ]  # fmt: skip

    def absorb(
        self, path: Path, coder: str, document: str, events: Sequence[Event], appended: Appended, body: Body | None
    ) -> None:
        """Take over events that this process has just appended, without reading the file again.

        Where another process had written to the file in between, or the index had not seen all of it, everything
        that changed is read instead. `body` is the document's text, None for a log.
        """
        self.absorb_all([(path, coder, document, events, appended, body)])

    def absorb_all(self, files: Sequence[tuple[Path, str, str, Sequence[Event], Appended, Body | None]]) -> None:
        """Like `absorb`, for several files in one go."""
        from qualcode.index.refresh import absorb

        try:
            with self.transaction():
                whole = [absorb(self, *file) for file in files]
            if all(whole):
                return
        except sqlite3.DatabaseError:  # the events are on disk: the index is only behind, and refresh mends that
            self.db.rollback()
        self.refresh()

    @contextmanager
    def transaction(self, patience: float | None = None, *, anywhere: bool = True) -> Iterator[None]:
        """Write alone, all or nothing; within another transaction as a part of that.

        Where another process holds the index for longer than so many seconds it goes on in memory, or, if it must not be
        exchanged (`anywhere`), raises IndexHeld.
        """
        if self.db.in_transaction:
            yield
            return
        with ExitStack() as turn:
            try:
                self._begin(turn, patience)
            except IndexHeld:
                if not anywhere:
                    raise
                self._start_over(in_memory=True)
                self._refresh()
                self._begin(turn, patience)
            yield

    def _begin(self, turn: ExitStack, patience: float | None) -> None:
        if self._hold is not None:
            turn.enter_context(in_turn(self.folder.index_db.parent, patience))
        patiently(lambda: self.db.execute("BEGIN IMMEDIATE"), patience)
        if self._hold is not None:
            turn.callback(self._hold.note)
        turn.enter_context(self.db)

    def read_again(self, paths: Iterable[Path]) -> None:
        """Have the next `refresh` read these files, which were just written: within one tick of the clock size and time may
        be those of what was read before."""
        names = [(self.folder.relative(path),) for path in paths]
        with suppress(sqlite3.DatabaseError), self.transaction():
            self.db.executemany("UPDATE file SET mtime_ns = -1 WHERE path = ?", names)

    def absorb_codebook(self, book: Codebook) -> None:
        """Take over the codebook that this process has just written, without reading the file again."""
        from qualcode.index.refresh import absorb_codebook

        try:
            absorb_codebook(self, book)
        except sqlite3.DatabaseError:  # the file is written: the index is only behind, and refresh mends that
            self.db.rollback()

    def is_fresh(self, path: Path) -> bool:
        """Whether what the index holds of a file is what the file holds now, read without trouble."""
        return self.is_read(path) and not self.problems(self.folder.relative(path))

    def is_read(self, path: Path) -> bool:
        """Whether the index has seen a file as it is now, be it with trouble."""
        row = self.rows("SELECT size, mtime_ns FROM file WHERE path = ?", [self.folder.relative(path)])
        return bool(row) and tuple(row[0]) == stamp(path)

    # ---------------------------------------------------------------- state kept as JSON

    def read_or_none(self, name: str) -> Any:
        """The `project` or `codebook` as last read without error, or None where it never was."""
        version = self.value("SELECT value FROM state WHERE name = ?", [f"{name} version"])
        if version is None:
            return None
        cached = self._cached.get(name)
        if cached is None or cached[0] != version:
            text = self.value("SELECT value FROM state WHERE name = ?", [name]) or ""
            if body_hash(text) != version and not self.db.in_transaction:  # damage that SQLite does not see
                self._start_over(in_memory=False)
                self._refresh()
                return self.read_or_none(name)
            cached = self._cached[name] = (version, state_from(name, json.loads(text)))
        return cached[1]

    def changed_elsewhere(self) -> bool:
        """Whether another process has written to the index since this was last asked."""
        version = self.value("PRAGMA data_version")
        before, self._data_version = self._data_version, version
        return bool(version != before)

    def recall(self, name: str) -> str:
        """A small convenience kept beside the derived data, "" where it is not there (any more)."""
        return self.value("SELECT value FROM state WHERE name = ?", [name]) or ""

    def remember(self, name: str, value: str) -> None:
        """Keep a small convenience, if the index can be written."""
        with suppress(sqlite3.Error), self.transaction(_NO_TIME, anywhere=False):
            self.db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [name, value])


def _is_on_disk(db: sqlite3.Connection) -> bool:
    return bool(db.execute("PRAGMA database_list").fetchone()[2])


def _open(
    folder: ProjectFolder, in_memory: bool, patience: float | None = None, distrusted: tuple[int, int] | None = None
) -> tuple[sqlite3.Connection, Hold | None]:
    """The database, and our share in it; in memory, with none, where it cannot be on disk.

    `patience` in seconds (by default that of `turns`), where another process holds it. A `distrusted` file is never opened, but
    made anew if nobody has it open.
    """
    path = folder.index_db
    patience = turns.PATIENCE if patience is None else patience
    if not in_memory and is_safe_place(path) and folder.root.is_dir():
        with suppress(sqlite3.DatabaseError, OSError):  # cannot be written, or is held by somebody else
            make_folder(path.parent)
            with in_turn(path.parent, patience):
                hold = Hold(path, patience)
                try:
                    return _open_held(path, hold, patience, distrusted), hold
                except BaseException:
                    hold.end()
                    raise
    return _connect(":memory:"), None


def _open_held(path: Path, hold: Hold, patience: float, distrusted: tuple[int, int] | None) -> sqlite3.Connection:
    believed = hold.is_believed() and (distrusted is None or file_id(path) != distrusted)
    if not believed and not hold.alone:
        raise IndexHeld("others have it open, and it is not to be believed")
    for _attempt in range(2):
        if not believed:
            _delete(path)
        derived_file(path)  # what SQLite keeps beside it gets the same mode
        try:
            db = _connect(str(path), patience)
            break
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            if not hold.alone or not believed:
                raise
            believed = False
    hold.note()
    hold.share()
    return db


def _delete(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(str(path) + suffix).unlink(missing_ok=True)


def _connect(name: str, patience: float = _NO_TIME) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=min(patience, _NO_TIME), check_same_thread=False)
    try:
        patiently(lambda: _prepare(db), patience)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    """Make the tables where they are not there, or are those of another version."""
    protect(db)
    if not db.execute("PRAGMA application_id").fetchone()[0]:
        db.execute(f"PRAGMA application_id = {mark()}")  # before the log begins, so that the file itself has it
    db.execute("PRAGMA temp_store = MEMORY")  # sorting must leave no words in the system's folder for temporary files
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA wal_autocheckpoint = 4000")  # pages: a merge of a thousand codings must not wait for one
    if _version(db) == VERSION:
        if not is_as_made(db):
            raise sqlite3.DatabaseError("its tables are not those that qualcode makes")
        return
    with db:
        db.execute("BEGIN IMMEDIATE")
        if _version(db) == VERSION:
            return
        tables = db.execute("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
        for kind, name in sorted(tables, reverse=True):  # views go before what they look at
            db.execute(f'DROP {kind} "{name}"')
        for statement in TABLES.split(";\n"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _project_from(data: Any) -> ProjectInfo:
    return ProjectInfo(
        **data
        | {
            "research_questions": tuple(data["research_questions"]),
            "cases": tuple(Case(**case) for case in data["cases"]),
            "participants": tuple(Participant(**person) for person in data["participants"]),
            "coders": tuple(Coder(**coder) for coder in data["coders"]),
        }
    )


def _codebook_from(data: Any) -> Codebook:
    return Codebook(tuple(Code(**code) for code in data["codes"]), data["title"])


def state_from(name: str, data: Any) -> ProjectInfo | Codebook:
    """The `project` or `codebook` from its JSON in the table `state`."""
    return _project_from(data) if name == "project" else _codebook_from(data)
