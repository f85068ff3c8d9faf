"""Taking changed files over into the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unicodedata import normalize

from qualcode.core.anchors import Anchor, Placed, place
from qualcode.core.carrying import Carrier
from qualcode.core.codebook import Code, Codebook
from qualcode.core.document import Body, DocumentInfo, most_said
from qualcode.core.events import Coding, Event, fold
from qualcode.core.project import ProjectInfo
from qualcode.core.text import body_hash, count_words
from qualcode.core.text import fold as fold_case
from qualcode.errors import BadFile, Problem
from qualcode.files.conflicted import is_conflict
from qualcode.files.copy_problems import problems_of
from qualcode.files.event_log import read_events
from qualcode.files.folder import FoundFile, stamp
from qualcode.files.saving import Appended
from qualcode.files.transcripts import Transcript, read_transcript
from qualcode.index.copy_rows import events_beside, keep_list, with_originals
from qualcode.index.event_rows import as_json, events_of, insert_events
from qualcode.index.gone_events import known_events, tell_gone
from qualcode.index.index import Index
from qualcode.index.last_good import last_good
from qualcode.index.memo_rows import forget_memo, is_memo, take_memo
from qualcode.index.text_rows import carrier, compare_with_known
from qualcode.index.trouble import UNREAD, is_unread

_COLUMNS = 29
_MANY = 500  # files
_LOSE = """UPDATE coding_row SET anchor = 'lost', line = 0, label = '', speaker = '', role = '', kase = '', quote = made_quote,
    start = made_start, "end" = made_end WHERE document = ?"""


def take_over(index: Index, found: dict[str, FoundFile], changed: set[str], gone: dict[str, int]) -> None:
    """Read the changed files and forget those that are gone (with their ids), all in one transaction."""
    index.forget_bodies()
    # The pages of eleven b-trees are written in turns: with the usual 2 MB each goes to disk often.
    if len(changed) > _MANY:
        index.db.execute("PRAGMA cache_size = -65536")
    with index.transaction(anywhere=False):  # files are read within: what is kept is never older than what was kept
        changed = with_originals(found, changed, gone)
        known = known_events(index, found, changed, gone)
        writer = _Writer(index)
        writer.forget(gone)
        writer.apply(changed, found)
        tell_gone(index, known)
        keep_list(index, found)
    index.db.execute("PRAGMA cache_size = -2000")


def absorb(
    index: Index, path: Path, coder: str, document: str, events: Sequence[Event], appended: Appended, body: Body | None
) -> bool:
    """Add events that were just appended to a file; False, and nothing done, where more has changed than these."""
    relative = index.folder.relative(path)
    with index.transaction():  # before looking: no other process may write in between
        row = index.db.execute("SELECT id, size FROM file WHERE path = ?", [relative]).fetchone()
        known_size = row[1] if row else 0
        size, mtime = stamp(path)
        if (known_size, size) != (appended.size_before, appended.size_after) or (document and body is None):
            return False
        writer = _Writer(index)
        ident = row[0] if row else writer.file(FoundFile(path, relative, coder, document, size, mtime), [])
        index.db.execute("UPDATE file SET size = ?, mtime_ns = ? WHERE id = ?", [size, mtime, ident])
        about = {event.id: _subject(index, ident, event) for event in events}
        for subject in dict.fromkeys(about.values()):
            group = events_of(index, relative, subject)
            known = len(group)
            group += [event for event in events if about[event.id] == subject]
            insert_events(index, ident, coder, document, group, known)
            if document and body is not None:
                writer.store_codings(relative, group, body, subject)
    return True


def _subject(index: Index, ident: int, event: Event) -> str:
    if event.op != "revert":
        return event.subject
    return index.value("SELECT subject FROM event WHERE file = ? AND id = ?", [ident, event.target]) or ""


def absorb_codebook(index: Index, book: Codebook) -> None:
    """Keep a codebook that was just written, with what tells that its file was read."""
    path = index.folder.codebook_yaml
    with index.transaction():
        writer = _Writer(index)
        writer.file(FoundFile(path, path.name, "", "", *stamp(path)), [])
        writer.keep_codebook(book)


def _by_document(found: dict[str, FoundFile]) -> dict[str, list[FoundFile]]:
    """The files of each document: its transcript, where there is one, then the event files."""
    files: dict[str, list[FoundFile]] = {}
    for file in sorted(found.values(), key=lambda file: file.coder != ""):
        if file.document:
            files.setdefault(file.document, []).append(file)
    return files


class _Writer:
    """Writes what files say into the tables."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._left = 0
        self._copies: dict[str, list[FoundFile]] = {}
        self._carriers: dict[str, Carrier] = {}
        self._states: dict[str, Any] = {}
        self._fates: dict[str, tuple[str, str]] = {}

    def apply(self, changed: set[str], found: dict[str, FoundFile]) -> None:
        for file in found.values():
            if file.copy_of:
                self._copies.setdefault(file.copy_of, []).append(file)
        project_changed, people_changed = "project.yaml" in changed, False
        if project_changed:
            people_changed = self._read_project(found["project.yaml"])
        if "codebook.yaml" in changed:
            self._read_codebook(found["codebook.yaml"])
        self._left = len(changed)
        for file in found.values():
            if file.coder and not file.document and file.relative in changed:
                self._store_events(file)  # logs first: they say how texts were changed
        texts = [
            name for name, files in _by_document(found).items() if self._read_document(files, changed, people_changed)
        ]
        if people_changed:
            self._assign_speakers()
        if project_changed or texts or not self._index.value("SELECT count(*) FROM document WHERE rank > 0"):
            self._rank_documents()
        for path in changed:
            if found[path].copy_of:
                self.file(found[path], problems_of(self._index.folder, found[path]))
            elif is_memo(path):
                self.file(found[path], take_memo(self._index, found[path]))

    def _tell(self, of: int) -> None:
        """Count one file off, for whoever shows how far the reading has come."""
        self._left -= 1
        if self._index.progress is not None:
            self._index.progress(of - self._left, of)

    def _read_document(self, files: Sequence[FoundFile], changed: set[str], people_changed: bool) -> bool:
        """Take over what changed of a document: its text, its event files; True if its text did.

        One document after the other, so that one text at a time is in memory.
        """
        of, body, known, conflicted = len(changed), None, {}, False
        read: Transcript | None = None
        new = [file for file in files if file.relative in changed]
        for file in new:
            if file.coder:
                known[file.relative] = self._store_events(file)
            else:
                read = self._read_transcript(file)
                if read is not None:
                    body, conflicted = read.body, any(map(is_conflict, read.problems))
                self._tell(of)
        if body is not None and read is not None and not is_unread(read.problems):
            compare_with_known(self._index, files[0].document, body, in_between=conflicted)
        whole = body is not None or people_changed
        for file in files if whole else new:
            if not file.coder:
                continue
            if body is None:
                body = self._body_on_disk(file.document)
            events = known.get(file.relative)
            self.store_codings(file.relative, events_of(self._index, file.relative) if events is None else events, body)
            self._tell(of)
        return any(not file.coder for file in new)

    def _body_on_disk(self, document: str) -> Body:
        """The text, an empty one where it is not there or cannot be read now."""
        if not self._index.folder.transcript(document).exists():
            return Body("")
        try:
            return self._index.body(document)
        except BadFile:
            return Body("")

    def forget(self, gone: dict[str, int]) -> None:
        for path, ident in gone.items():
            name = normalize("NFC", path.removeprefix("transcripts/").removesuffix(".md"))
            if path.startswith("transcripts/"):
                for table, column in (("document", "id"), ("document_text", "document"), ("turn", "document")):
                    self._index.db.execute(f"DELETE FROM {table} WHERE {column} = ?", [name])
                self._index.db.execute(_LOSE, [name])
            if is_memo(path):
                forget_memo(self._index, path)
            self._index.db.execute("DELETE FROM event WHERE file = ?", [ident])
            self._index.db.execute("DELETE FROM coding_row WHERE file = ?", [ident])
            self._index.db.execute("DELETE FROM problem WHERE file = ?", [path])
            self._index.db.execute("DELETE FROM file WHERE id = ?", [ident])

    def file(self, file: FoundFile, problems: Iterable[Problem]) -> int:
        problems = list(problems)
        size = UNREAD if is_unread(problems) else file.size
        self._index.db.execute(
            "INSERT INTO file (path, coder, document, size, mtime_ns) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns",
            [file.relative, file.coder, file.document, size, file.mtime_ns],
        )
        self._index.db.execute("DELETE FROM problem WHERE file = ?", [file.relative])
        self._index.db.executemany(
            "INSERT INTO problem VALUES (?, ?, ?, ?)", [(p.path, p.line, p.message, p.advice) for p in problems]
        )
        return int(self._index.value("SELECT id FROM file WHERE path = ?", [file.relative]))

    def _read_project(self, file: FoundFile) -> bool:
        """True if the participants changed, and with them the speakers of turns and codings."""
        from qualcode.files.project_files import read_project

        before: ProjectInfo | None = self._index.read_or_none("project")
        project, problems = read_project(file.path)
        if any(map(is_conflict, problems)):
            project = last_good(self._index, "project") or project
        self.file(file, problems)
        if project is None:
            return False
        self._keep("project", project)
        self._index.db.execute("DELETE FROM kase")
        self._index.db.executemany(
            "INSERT INTO kase VALUES (?, ?, ?, ?)",
            [(case.id, rank, case.name, as_json(case.attributes)) for rank, case in enumerate(project.cases)],
        )
        return before is None or before.participants != project.participants

    def _read_codebook(self, file: FoundFile) -> None:
        from qualcode.files.project_files import read_codebook, says_nothing

        codebook, problems = read_codebook(file.path)
        before: Codebook | None = self._index.read_or_none("codebook")
        if (
            codebook is not None
            and not codebook.codes
            and before is not None
            and before.codes
            and says_nothing(file.path)
        ):
            what = "is empty" if file.path.exists() else "is not there"
            advice = "the last codebook that could be read stays; restore the file, or write `codes: []` if there shall be none"
            codebook, problems = None, [Problem(file.relative, 0, what, advice)]
        if any(map(is_conflict, problems)):
            codebook = last_good(self._index, "codebook") or codebook
        self.file(file, problems)
        if codebook is not None:
            self.keep_codebook(codebook)

    def keep_codebook(self, codebook: Codebook) -> None:
        """Make this the codebook; codings of codes that were merged or deleted, or are no longer, follow."""
        db, before = self._index.db, self._index.read_or_none("codebook")
        self._keep("codebook", codebook)
        if before is None or before.codes != codebook.codes:
            db.execute("DELETE FROM code")
            db.execute("DELETE FROM closure")
            levels: dict[str, int] = {}
            paths: dict[str, str] = {}
            above: dict[str, tuple[str, ...]] = {"": ()}
            for code in codebook.codes:
                levels[code.id] = levels.get(code.parent, -1) + 1
                paths[code.id] = f"{paths[code.parent]}/{code.name}" if code.parent in paths else code.name
                above[code.id] = (*above[code.parent], code.id)
            db.executemany(
                "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?)",
                [(code.id, rank, code.name, paths[code.id], code.parent, levels[code.id])
                 for rank, code in enumerate(codebook.codes)],
            )  # fmt: skip
            db.executemany(
                "INSERT OR IGNORE INTO closure VALUES (?, ?)",
                [(upper, code) for code, line in above.items() for upper in line],
            )
        fates, old = codebook.fates, before.fates if before is not None else {}
        changed = [name for name in {*fates, *old} if fates.get(name, name) != old.get(name, name)]
        for name in changed:
            fate = fates.get(name, name)
            db.execute(
                "UPDATE coding_row SET code = ?, hidden_by = ? WHERE made_code = ?",
                [fate or name, "" if fate else "deleted", name],
            )
        for target in {fates.get(name, name) for name in changed} | {old.get(name, name) for name in changed}:
            self._hide_twins(target)

    def _hide_twins(self, code: str, where: str = "1", *values: Any) -> None:
        """Of one coder's codings of a merged code on the same passage only the oldest counts, with the notes of all; among
        those that fit `where`."""
        if not code:
            return
        db = self._index.db
        here, given = (
            f"{'+' if values else ''}code = ? AND {where}",
            [code, *values],
        )  # + : the narrower index is `where`'s
        db.execute(
            f"""UPDATE coding_row SET hidden_by = '', note = own_note, mark = own_mark WHERE {here} AND hidden_by <> 'deleted'
            AND (hidden_by <> '' OR note <> own_note OR mark <> own_mark)""",
            given,
        )
        if code not in self._merge_targets():
            return
        groups = self._index.rows(
            f"""SELECT min(id), file, start, "end" FROM coding_row WHERE {here} AND hidden_by = '' AND anchor <> 'lost'
            GROUP BY file, start, "end" HAVING count(DISTINCT made_code) > 1""",
            given,
        )
        for first, file, start, end in groups:
            alike = """+code = ? AND file = ? AND start = ? AND "end" = ? AND anchor <> 'lost'"""
            place = [code, file, start, end]
            marks = self._index.rows(f"SELECT max(own_mark) FROM coding_row WHERE {alike}", place)
            notes = self._index.rows(
                f"SELECT own_note FROM coding_row WHERE {alike} AND own_note <> '' ORDER BY id", place
            )
            db.execute(f"UPDATE coding_row SET hidden_by = ? WHERE {alike} AND id <> ?", [first, *place, first])
            db.execute("UPDATE coding_row SET mark = ? WHERE file = ? AND id = ?", [*marks[0], file, first])
            if notes:
                joined = " · ".join(dict.fromkeys(note for (note,) in notes))
                db.execute("UPDATE coding_row SET note = ? WHERE file = ? AND id = ?", [joined, file, first])

    def _merge_targets(self) -> set[str]:
        if "merge targets" not in self._states:
            codebook: Codebook | None = self._state("codebook")
            targets = {code for code in codebook.fates.values() if code} if codebook is not None else set()
            self._states["merge targets"] = targets
        found: set[str] = self._states["merge targets"]
        return found

    def _read_transcript(self, file: FoundFile) -> Transcript | None:
        """None, and all as it was, for a text that is known and cannot be read now."""
        transcript = read_transcript(file.path, file.document, file.relative)
        if is_unread(transcript.problems) and self._is_known(file):
            self.file(file, transcript.problems)
            return None
        info, body = transcript.info, transcript.body
        words = [count_words(body.text[turn.text_start : turn.end]) for turn in body.turns]
        self.file(file, transcript.problems)
        self._index.db.execute(
            "INSERT OR REPLACE INTO document VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [info.id, info.title, info.case, info.kind, info.date, info.language, info.translation_of,
             as_json(info.speakers), as_json(info.attributes), len(body), len(body.lines),
             sum(words),
             len(body.turns), body.hash, transcript.first_line, as_json(info.aligned), info.recording, info.duration],
        )  # fmt: skip
        self._index.db.execute("INSERT OR REPLACE INTO document_text VALUES (?, ?)", [info.id, fold_case(body.text)])
        self._index.db.execute("DELETE FROM turn WHERE document = ?", [info.id])
        people = self._people(info)
        self._index.db.executemany(
            "INSERT INTO turn VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(info.id, number, turn.start, turn.text_start, turn.end, turn.line, turn.speaker,
              *people(turn.speaker), turn.seconds, words[number]) for number, turn in enumerate(body.turns)],
        )  # fmt: skip
        return transcript

    def _is_known(self, file: FoundFile) -> bool:
        return bool(self._index.value("SELECT 1 FROM file WHERE path = ?", [file.relative]))

    def _people(self, info: DocumentInfo) -> Any:
        """A function from a label to the speaker's name and role."""
        project = self._state("project") or ProjectInfo("")
        known: dict[str, tuple[str, str]] = {}

        def person(label: str) -> tuple[str, str]:
            if label not in known:
                found = project.participant_for(label, info.speakers.get(label, ""), info.case) if label else None
                known[label] = (found.name, found.role) if found else (label, "")
            return known[label]

        return person

    def _cases(self, info: DocumentInfo) -> Any:
        """A function from a label to the case of what they say: the document's, else, as in a focus group, the speaker's."""
        if info.case:
            return lambda label: info.case
        project = self._state("project") or ProjectInfo("")

        def case(label: str) -> str:
            found = project.participant_for(label, info.speakers.get(label, "")) if label else None
            return found.case if found else ""

        return case

    def _assign_speakers(self) -> None:
        """Participants changed: give every turn its speaker's name and role again."""
        for document in self._documents():
            info = self._index.document_info(document)
            if info is not None:
                person = self._people(info)
                for (label,) in self._index.rows("SELECT DISTINCT label FROM turn WHERE document = ?", [document]):
                    self._index.db.execute(
                        "UPDATE turn SET speaker = ?, role = ? WHERE document = ? AND label = ?",
                        [*person(label), document, label],
                    )

    def _documents(self) -> list[str]:
        return [row[0] for row in self._index.rows("SELECT id FROM document")]

    def _rank_documents(self) -> None:
        order = self._index.rows(
            "SELECT d.id FROM document d LEFT JOIN kase k ON k.id = d.kase "
            "ORDER BY k.rank IS NULL, k.rank, d.kase, d.date = '', d.date, d.id"
        )
        self._index.db.executemany(
            "UPDATE document SET rank = ? WHERE id = ?", [(n, row[0]) for n, row in enumerate(order, 1)]
        )

    def _store_events(self, file: FoundFile) -> Sequence[Event]:
        """Read an event file into the tables; the events that stand in it."""
        loaded = read_events(file.path, file.relative)
        current = FoundFile(file.path, file.relative, file.coder, file.document, loaded.size, file.mtime_ns)
        ident = self.file(current if loaded.size >= 0 else file, loaded.problems)
        self._index.db.execute("DELETE FROM event WHERE file = ?", [ident])
        events = [*loaded.events, *events_beside(self._copies.get(file.relative, ()), loaded.events)]
        insert_events(self._index, ident, file.coder, file.document, events)
        return events

    def store_codings(self, relative: str, events: Sequence[Event], body: Body, subject: str | None = None) -> None:
        """Fold the events (of the whole file, or those about one coding) and replace what the index holds of them."""
        db = self._index.db
        ident, coder, document = db.execute(
            "SELECT id, coder, document FROM file WHERE path = ?", [relative]
        ).fetchone()
        targets = self._merge_targets()
        places = self._places(ident, subject) if targets and subject is not None else set()
        if subject is None:
            db.execute("DELETE FROM coding_row WHERE file = ?", [ident])
        else:
            db.execute("DELETE FROM coding_row WHERE file = ? AND id = ?", [ident, subject])
        folded = fold(events, coder, document).values()
        info = self._index.document_info(document)
        person = self._people(info or DocumentInfo(document, document))
        case = self._cases(info or DocumentInfo(document, document))
        db.executemany(
            f"INSERT INTO coding_row VALUES ({', '.join('?' * _COLUMNS)})",
            [self._coding_row(ident, coding, body, person, case) for coding in folded],
        )
        if subject is None:
            for code in targets:
                self._hide_twins(code, "file = ?", ident)
        elif targets:
            for code, start, end in places | self._places(ident, subject):
                if code in targets:
                    place = 'document = ? AND start = ? AND "end" = ? AND file = ?'
                    self._hide_twins(code, place, document, start, end, ident)

    def _places(self, file: int, coding: str) -> set[tuple[str, int, int]]:
        """Code and span of a coding, as the index has it; empty where it has none."""
        return set(
            self._index.rows('SELECT code, start, "end" FROM coding_row WHERE file = ? AND id = ?', [file, coding])
        )

    def _coding_row(self, ident: int, coding: Coding, body: Body, person: Any, case: Any) -> tuple[Any, ...]:
        placed = self._place(coding.anchor, coding.document, body)
        words = body.text[placed.start : placed.end] if placed.state == "changed" else coding.text
        code, hidden = self._fate(coding.code)
        label = self._speaker(body, coding.document, placed) if placed.state != "lost" else ""
        return (
            coding.id, ident, coding.coder, coding.document, code, placed.start, placed.end,
            body.line_of(placed.start) + 1 if placed.state != "lost" else 0, words, coding.note,
            count_words(words), label, *person(label), coding.created_at, coding.modified_at, placed.state,
            coding.anchor.start, coding.anchor.end, coding.anchor.body, coding.code,
            coding.judged, coding.note, hidden, coding.text, placed.known, case(label),
            coding.mark, coding.mark,
        )  # fmt: skip

    def _fate(self, made_code: str) -> tuple[str, str]:
        """The code that counts for this one today, and "deleted" where codings under it count nowhere."""
        if made_code not in self._fates:
            book: Codebook = self._state("codebook") or Codebook()
            self._fates[made_code] = book.resolve_merge(made_code), "deleted" if book.is_gone(made_code) else ""
        return self._fates[made_code]

    def _place(self, anchor: Anchor, document: str, body: Body) -> Placed:
        """Where anchored words stand in this text, which is the document's of today."""
        if anchor.body == body.hash:
            return place(anchor, body.text, body.hash)
        if document not in self._carriers:
            self._carriers[document] = carrier(self._index, document, body)
        return self._carriers[document].place(anchor)

    def _speaker(self, body: Body, document: str, placed: Placed) -> str:
        """Label of the main speaker; asked of the index where that has the turns of this text and `body` has not yet."""
        if "turns" not in body.__dict__ and body.hash == self._index.value(
            "SELECT hash FROM document WHERE id = ?", [document]
        ):
            rows = self._index.rows(
                """SELECT label, max(0, min("end", ?) - max(text_start, ?)) FROM turn WHERE document = ? AND start < ? AND number >=
                  coalesce((SELECT max(number) FROM turn WHERE document = ? AND start <= ?), 0) ORDER BY number""",
                [placed.end, placed.start, document, placed.end, document, placed.start],
            )
            return most_said(rows)
        return body.main_speaker(placed.start, placed.end)

    def _state(self, name: str) -> Any:
        """The project or codebook as the index has it, or None; looked up once."""
        if name not in self._states:
            self._states[name] = self._index.read_or_none(name)
        return self._states[name]

    def _keep(self, name: str, value: ProjectInfo | Codebook) -> None:
        self._states.clear()
        self._fates.clear()
        if isinstance(value, Codebook):
            fields = Code.__slots__
            data = {
                "title": value.title,
                "codes": [{name: getattr(code, name) for name in fields} for code in value.codes],
            }
        else:
            data = asdict(value)
        text = as_json(data)
        self._index.db.executemany(
            "INSERT OR REPLACE INTO state VALUES (?, ?)", [(name, text), (f"{name} version", body_hash(text))]
        )
