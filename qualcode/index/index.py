"""Opening the index and keeping it in step with the files."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qualcode.core.anchors import place
from qualcode.core.codebook import Code, Codebook
from qualcode.core.document import Body, DocumentInfo
from qualcode.core.events import Coding, Event, fold, standing, subjects
from qualcode.core.project import Case, Coder, Participant, ProjectInfo
from qualcode.core.text import count_words
from qualcode.core.text import fold as fold_case
from qualcode.errors import BadFile, Problem
from qualcode.files.event_log import read_events
from qualcode.files.folder import FoundFile, ProjectFolder, event_files, stamp, transcript_files
from qualcode.files.saving import Appended
from qualcode.files.transcripts import Transcript, read_body, read_transcript
from qualcode.index.schema import TABLES, VERSION

_EVENT_COLUMNS = 21
_CODING_COLUMNS = 20


class Index:
    """The derived database of one project. `refresh` brings it up to date with the files; reading is plain SQL.

    Where .qualcode/ cannot be written the index lives in memory. A damaged index, or one of another version,
    is thrown away and built anew.
    """

    def __init__(self, folder: ProjectFolder, *, in_memory: bool = False) -> None:
        self.folder = folder
        self.db = _open(folder, in_memory)
        self._cached: dict[str, tuple[str, Any]] = {}

    def close(self) -> None:
        self.db.close()

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        return self.db.execute(sql, values).fetchall()

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        row = self.db.execute(sql, values).fetchone()
        return row[0] if row else None

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
        row = self.db.execute(
            "SELECT title, kase, kind, date, language, translation_of, speakers, attributes FROM document WHERE id = ?",
            [document],
        ).fetchone()
        if row is None:
            return None
        title, case, kind, date, language, original, speakers, attributes = row
        return DocumentInfo(
            document, title, case, kind, date, language, original,
            speakers=json.loads(speakers), attributes=json.loads(attributes),
        )  # fmt: skip

    def body(self, document: str) -> Body:
        """The document's text of now, read from its file."""
        info = self.document_info(document)
        return Body(read_body(self.folder.transcript(document)), info.speakers if info else ())

    # ---------------------------------------------------------------- keeping in step

    def refresh(self) -> bool:
        """Read every file that changed since the last time; True if any had."""
        known = {path: (ident, size, mtime) for ident, path, size, mtime in self.rows(
            "SELECT id, path, size, mtime_ns FROM file")}  # fmt: skip
        transcripts, logs = transcript_files(self.folder), event_files(self.folder)
        yaml = [
            _yaml_file(self.folder.project_yaml, "project.yaml"),
            _yaml_file(self.folder.codebook_yaml, "codebook.yaml"),
        ]
        found = {file.relative: file for file in (*yaml, *transcripts, *logs)}
        changed = {
            path for path, file in found.items()
            if path not in known or known[path][1:] != (file.size, file.mtime_ns)
        }  # fmt: skip
        gone = known.keys() - found.keys()
        if not changed and not gone:
            return False
        with self.db:
            self._forget(gone, known)
            self._apply(changed, found)
        return True

    def _apply(self, changed: set[str], found: dict[str, FoundFile]) -> None:
        project_changed = "project.yaml" in changed and self._read_project(found["project.yaml"])
        codebook_changed = "codebook.yaml" in changed and self._read_codebook(found["codebook.yaml"])
        texts: dict[str, Transcript] = {}
        for file in found.values():
            if file.coder or not file.document:
                continue
            if file.relative in changed:
                texts[file.document] = self._read_transcript(file)
        if project_changed:
            self._assign_speakers()
        if project_changed or texts or not self.value("SELECT count(*) FROM document WHERE rank > 0"):
            self._rank_documents()
        replaced = set(texts) | (set(self._documents()) if project_changed else set())
        self._read_event_files(changed, found, replaced, texts, codebook_changed)

    def _read_event_files(
        self,
        changed: set[str],
        found: dict[str, FoundFile],
        replaced: set[str],
        texts: dict[str, Transcript],
        recode: bool,
    ) -> None:
        logs = [file for file in found.values() if file.coder]
        for file in logs:
            if file.relative in changed:
                self._store_events(file)
        bodies = {name: transcript.body for name, transcript in texts.items()}
        for file in logs:
            if file.document and (file.relative in changed or file.document in replaced or recode):
                if file.document not in bodies:
                    bodies = {file.document: self.body(file.document)} | {n: t.body for n, t in texts.items()}
                self._store_codings(file.relative, self.events_of(file.relative), bodies[file.document])

    def _forget(self, gone: Iterable[str], known: dict[str, Any]) -> None:
        for path in gone:
            ident = known[path][0]
            name = path.removeprefix("transcripts/").removesuffix(".md")
            if path.startswith("transcripts/"):
                for table, column in (("document", "id"), ("document_text", "document"), ("turn", "document")):
                    self.db.execute(f"DELETE FROM {table} WHERE {column} = ?", [name])
                self.db.execute("UPDATE coding SET anchor = 'lost' WHERE document = ?", [name])
            self.db.execute("DELETE FROM event WHERE file = ?", [ident])
            self.db.execute("DELETE FROM coding WHERE file = ?", [ident])
            self.db.execute("DELETE FROM problem WHERE file = ?", [path])
            self.db.execute("DELETE FROM file WHERE id = ?", [ident])

    def _file(self, file: FoundFile, problems: Iterable[Problem]) -> int:
        self.db.execute(
            "INSERT INTO file (path, coder, document, size, mtime_ns) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns",
            [file.relative, file.coder, file.document, file.size, file.mtime_ns],
        )
        self.db.execute("DELETE FROM problem WHERE file = ?", [file.relative])
        self.db.executemany(
            "INSERT INTO problem VALUES (?, ?, ?, ?)", [(p.path, p.line, p.message, p.advice) for p in problems]
        )
        return int(self.value("SELECT id FROM file WHERE path = ?", [file.relative]))

    def _read_project(self, file: FoundFile) -> bool:
        from qualcode.files.project_files import read_project

        project, problems = read_project(file.path)
        self._file(file, problems)
        if project is None:
            return False
        self._keep("project", project)
        self.db.execute("DELETE FROM kase")
        self.db.executemany(
            "INSERT INTO kase VALUES (?, ?, ?, ?)",
            [(case.id, rank, case.name, _json(case.attributes)) for rank, case in enumerate(project.cases)],
        )
        return True

    def _read_codebook(self, file: FoundFile) -> bool:
        from qualcode.files.project_files import read_codebook

        codebook, problems = read_codebook(file.path)
        self._file(file, problems)
        if codebook is None:
            return False
        self._keep("codebook", codebook)
        self.db.execute("DELETE FROM code")
        self.db.execute("DELETE FROM closure")
        for rank, code in enumerate(codebook.codes):
            path = codebook.path(code.id)
            level = codebook.level(code.id)
            self.db.execute(
                "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?)", [code.id, rank, code.name, path, code.parent, level]
            )
            pairs = [(above.id, code.id) for above in codebook.ancestors(code.id)]
            self.db.executemany("INSERT OR IGNORE INTO closure VALUES (?, ?)", pairs)
        return True

    def _read_transcript(self, file: FoundFile) -> Transcript:
        transcript = read_transcript(file.path, file.document, file.relative)
        info, body = transcript.info, transcript.body
        self._file(file, transcript.problems)
        self.db.execute(
            "INSERT OR REPLACE INTO document VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [info.id, info.title, info.case, info.kind, info.date, info.language, info.translation_of,
             _json(info.speakers), _json(info.attributes), len(body), len(body.lines),
             sum(count_words(body.text[turn.text_start : turn.end]) for turn in body.turns),
             len(body.turns), body.hash, transcript.first_line],
        )  # fmt: skip
        self.db.execute("INSERT OR REPLACE INTO document_text VALUES (?, ?)", [info.id, fold_case(body.text)])
        self.db.execute("DELETE FROM turn WHERE document = ?", [info.id])
        people = self._people(info)
        self.db.executemany(
            "INSERT INTO turn VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(info.id, number, turn.start, turn.text_start, turn.end, turn.line, turn.speaker,
              *people(turn.speaker), turn.seconds) for number, turn in enumerate(body.turns)],
        )  # fmt: skip
        return transcript

    def _people(self, info: DocumentInfo) -> Any:
        """A function from a label to the speaker's name and role."""
        project = self.read_or_none("project") or ProjectInfo("")
        known: dict[str, tuple[str, str]] = {}

        def person(label: str) -> tuple[str, str]:
            if label not in known:
                found = project.participant_for(label, info.speakers.get(label, "")) if label else None
                known[label] = (found.name, found.role) if found else (label, "")
            return known[label]

        return person

    def _assign_speakers(self) -> None:
        """Participants changed: give every turn its speaker's name and role again."""
        for document in self._documents():
            info = self.document_info(document)
            if info is not None:
                person = self._people(info)
                for (label,) in self.rows("SELECT DISTINCT label FROM turn WHERE document = ?", [document]):
                    self.db.execute(
                        "UPDATE turn SET speaker = ?, role = ? WHERE document = ? AND label = ?",
                        [*person(label), document, label],
                    )

    def _documents(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT id FROM document")]

    def _rank_documents(self) -> None:
        order = self.rows(
            "SELECT d.id FROM document d LEFT JOIN kase k ON k.id = d.kase "
            "ORDER BY k.rank IS NULL, k.rank, d.kase, d.date = '', d.date, d.id"
        )
        self.db.executemany(
            "UPDATE document SET rank = ? WHERE id = ?", [(n, row[0]) for n, row in enumerate(order, 1)]
        )

    # ---------------------------------------------------------------- events and codings

    def _store_events(self, file: FoundFile) -> None:
        loaded = read_events(file.path, file.relative)
        current = FoundFile(file.path, file.relative, file.coder, file.document, loaded.size, file.mtime_ns)
        ident = self._file(current if loaded.size >= 0 else file, loaded.problems)
        self.db.execute("DELETE FROM event WHERE file = ?", [ident])
        self._insert_events(ident, file.coder, file.document, loaded.events)

    def _insert_events(self, ident: int, coder: str, document: str, events: Sequence[Event]) -> None:
        in_force = {event.id for event in standing(events)}
        about = subjects(events)
        ops = {event.id: event.op for event in events}
        self.db.executemany(
            f"INSERT OR REPLACE INTO event VALUES ({', '.join('?' * _EVENT_COLUMNS)})",
            [(e.id, ident, coder, document, e.at, e.op, e.batch or e.id, about[e.id], e.target, e.code, e.start, e.end,
              e.quote, e.body, e.note, e.what, e.key, _json(e.before), _json(e.after), e.id in in_force,
              e.op == "revert" and ops.get(e.target) != "revert") for e in events],
        )  # fmt: skip

    def events_of(self, relative: str, subject: str | None = None) -> list[Event]:
        """The events of one file, or those about one coding."""
        where = "file = (SELECT id FROM file WHERE path = ?)" + ("" if subject is None else " AND subject = ?")
        return [_event(row) for row in self.rows(
            'SELECT id, at, op, batch, subject, target, code, start, "end", quote, body, note, what, "key", "before", '
            f'"after" FROM event WHERE {where}', [relative] if subject is None else [relative, subject])]  # fmt: skip

    def events_around(self, relative: str, event: str) -> list[Event]:
        """All events of the file about the same coding as this one (for a log: all of them)."""
        subject = self.value(
            "SELECT subject FROM event WHERE id = ? AND file = (SELECT id FROM file WHERE path = ?)", [event, relative]
        )
        return self.events_of(relative, subject)

    def _store_codings(self, relative: str, events: Sequence[Event], body: Body, subject: str | None = None) -> None:
        """Fold the events (of the whole file, or those about one coding) and replace what the index holds of them."""
        ident, coder, document = self.db.execute(
            "SELECT id, coder, document FROM file WHERE path = ?", [relative]
        ).fetchone()
        if subject is None:
            self.db.execute("DELETE FROM coding WHERE file = ?", [ident])
        else:
            self.db.execute("DELETE FROM coding WHERE file = ? AND id = ?", [ident, subject])
        info = self.document_info(document)
        person = self._people(info or DocumentInfo(document, document))
        self.db.executemany(
            f"INSERT INTO coding VALUES ({', '.join('?' * _CODING_COLUMNS)})",
            [self._coding_row(ident, coding, body, person) for coding in fold(events, coder, document).values()],
        )

    def _coding_row(self, ident: int, coding: Coding, body: Body, person: Any) -> tuple[Any, ...]:
        placed = place(coding.anchor, body.text)
        code = self.codebook.resolve_merge(coding.code) if self.read_or_none("codebook") else coding.code
        label = body.main_speaker(placed.start, placed.end) if placed.state != "lost" else ""
        return (
            coding.id, ident, coding.coder, coding.document, code, placed.start, placed.end,
            body.line_of(placed.start) + 1 if placed.state != "lost" else 0, coding.text, coding.note,
            count_words(coding.text), label, *person(label), coding.created_at, coding.modified_at, placed.state,
            coding.anchor.start, coding.anchor.end, coding.anchor.body,
        )  # fmt: skip

    def absorb(
        self, path: Path, coder: str, document: str, events: Sequence[Event], appended: Appended, body: Body | None
    ) -> None:
        """Take over events that this process has just appended, without reading the file again.

        Where another process had written to the file in between, or the index had not seen all of it, everything
        that changed is read instead.
        """
        relative = self.folder.relative(path)
        row = self.db.execute("SELECT id, size FROM file WHERE path = ?", [relative]).fetchone()
        known_size = row[1] if row else 0
        size, mtime = stamp(path)
        if (known_size, size) != (appended.size_before, appended.size_after) or (document and body is None):
            self.refresh()
            return
        with self.db:
            ident = row[0] if row else self._file(FoundFile(path, relative, coder, document, size, mtime), [])
            self.db.execute("UPDATE file SET size = ?, mtime_ns = ? WHERE id = ?", [size, mtime, ident])
            for subject in dict.fromkeys(self._subject(ident, event) for event in events):
                group = self.events_of(relative, subject)
                group += [event for event in events if self._subject(ident, event) == subject]
                self._insert_events(ident, coder, document, group)
                if document and body is not None:
                    self._store_codings(relative, group, body, subject)

    def _subject(self, ident: int, event: Event) -> str:
        if event.op != "revert":
            return event.subject
        return self.value("SELECT subject FROM event WHERE file = ? AND id = ?", [ident, event.target]) or ""

    # ---------------------------------------------------------------- state kept as JSON

    def _keep(self, name: str, value: ProjectInfo | Codebook) -> None:
        data = asdict(value)
        data.pop("_by_id", None)
        self.db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [name, _json(data)])

    def read_or_none(self, name: str) -> Any:
        """The `project` or `codebook` as last read without error, or None where it never was."""
        text = self.value("SELECT value FROM state WHERE name = ?", [name])
        if text is None:
            return None
        cached = self._cached.get(name)
        if cached is None or cached[0] != text:
            cached = self._cached[name] = (text, _FROM_JSON[name](json.loads(text)))
        return cached[1]


def _open(folder: ProjectFolder, in_memory: bool) -> sqlite3.Connection:
    path = folder.index_db
    if not in_memory:
        for _attempt in range(2):
            try:
                path.parent.mkdir(exist_ok=True)
                return _connect(str(path))
            except sqlite3.OperationalError:
                break  # cannot be opened for writing, or is held by somebody else: work in memory
            except sqlite3.DatabaseError:
                for suffix in ("", "-wal", "-shm"):
                    Path(str(path) + suffix).unlink(missing_ok=True)
            except OSError:
                break
    return _connect(":memory:")


def _connect(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=10, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            with db:
                db.execute("BEGIN IMMEDIATE")
                tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for (table,) in tables:
                    db.execute(f'DROP TABLE "{table}"')
                for statement in TABLES.split(";\n"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        db.close()
        raise
    return db


def _yaml_file(path: Path, relative: str) -> FoundFile:
    return FoundFile(path, relative, "", "", *stamp(path))


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _event(row: Sequence[Any]) -> Event:
    ident, at, op, batch, subject, target, code, start, end, quote, body, note, what, key, before, after = row
    return Event(
        ident, at, op, batch if batch != ident else "", subject if op not in ("apply", "revert") else "", target, code,
        start, end, quote, body, note, what, key,
        json.loads(before) if before else None, json.loads(after) if after else None,
    )  # fmt: skip


def _project_from(data: dict[str, Any]) -> ProjectInfo:
    return ProjectInfo(
        **data
        | {
            "research_questions": tuple(data["research_questions"]),
            "cases": tuple(Case(**case) for case in data["cases"]),
            "participants": tuple(Participant(**person) for person in data["participants"]),
            "coders": tuple(Coder(**coder) for coder in data["coders"]),
        }
    )


_FROM_JSON = {
    "project": _project_from,
    "codebook": lambda data: Codebook(tuple(Code(**code) for code in data["codes"]), data["title"]),
}
