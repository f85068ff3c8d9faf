"""Files from elsewhere, made ready to become documents: all are looked at here, and nothing is written.

A Plan holds everything that a preview shows; `Session.carry_out` writes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.core.document import Body
from qualcode.core.project import Participant
from qualcode.core.text import count_words
from qualcode.errors import BadFile, BadOption, Problem, QualcodeError
from qualcode.exchange.sources import ImportedText, read_data, read_source, source_bytes
from qualcode.files.folder import check_name, transcript_files
from qualcode.files.names_elsewhere import folded
from qualcode.files.text_files import read_body
from qualcode.files.transcripts import transcript_bytes
from qualcode.index.index import Index
from qualcode.session.import_files import Failed, find_files
from qualcode.session.import_given import Given
from qualcode.session.import_names import document_ids, numbered, source_name, title_of
from qualcode.session.import_speakers import (
    Casting,
    Speaker,
    declared_speakers,
    speakers_field,
    turns_of,
)
from qualcode.session.known_sources import KnownSources

Progress = Callable[[int, int], None]


class Cancelled(QualcodeError):
    """The user stopped an import; nothing was imported."""

    def __init__(self) -> None:
        super().__init__("Stopped: nothing was imported, and the project is as it was.")


@dataclass(frozen=True)
class Source:
    """A file as it was looked at: where it is, under which name it is kept, its size in bytes and SHA-256."""

    path: Path
    name: str
    size: int
    hash: str


@dataclass(frozen=True)
class Planned:
    """A document about to be made. `fields` is its front matter; `how` says how its text is read from the source again.

    `counted` is how many words the index counted once the document was made, -1 before.
    """

    id: str
    source: Source
    imported: ImportedText
    fields: Mapping[str, Any]
    turns: int
    speakers: tuple[Speaker, ...] = ()
    how: Mapping[str, Any] = field(default_factory=dict)
    counted: int = -1

    @cached_property
    def words(self) -> int:
        """Words that are said, labels left out."""
        if self.counted >= 0:
            return self.counted
        body = Body(self.imported.body, declared_speakers(self.fields.get("speakers")))
        return sum(count_words(body.text[turn.text_start : turn.end]) for turn in body.turns)

    @property
    def data(self) -> bytes:
        """The transcript file."""
        return transcript_bytes(self.fields, self.imported.body)

    @property
    def case(self) -> str:
        return str(self.fields.get("case") or "")


@dataclass(frozen=True)
class Already:
    """A file that is in the project already, as `document`; or that is the same as another one of this import."""

    path: Path
    document: str
    same_as: str
    what: str = "file"

    def __str__(self) -> str:
        where = f", which is the document {self.document!r}" if self.document else ", which is imported now"
        return (
            f"{self.path}: the same {self.what} as {self.same_as}{where}; it was not imported "
            "(--again imports it once more, under another id)"
        )


@dataclass(frozen=True)
class Plan:
    """What an import would do. `cases` and `participants` are those to be declared; `passed_over` counts the files in
    folders that are of no kind that can be imported, by ending; `unheard` are labels given that begin no turn; `steps` are changes of
    cases and attributes that go with the documents."""

    planned: tuple[Planned, ...] = ()
    failed: tuple[Failed, ...] = ()
    already: tuple[Already, ...] = ()
    passed_over: Mapping[str, int] = field(default_factory=dict)
    cases: tuple[str, ...] = ()
    participants: tuple[Participant, ...] = ()
    unheard: tuple[str, ...] = ()
    given: Given = field(default_factory=Given)
    steps: tuple[tuple[str, Step], ...] = ()

    @cached_property
    def unknown_speakers(self) -> tuple[tuple[str, str], ...]:
        """Labels for which no participant is known, each with its document's case, without repetition."""
        return tuple(dict.fromkeys(
            (speaker.label, item.case) for item in self.planned for speaker in item.speakers if not speaker.known
        ))  # fmt: skip


def plan_import(
    index: Index, files: Sequence[Path], given: Given, progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Plan:  # fmt: skip
    """What importing these files and folders would do. `progress` is told of how many files were read, of how many.

    Files that cannot be imported are in `failed`. Raises BadOption for options that make no sense, Cancelled.
    """
    given = given.checked()
    found = find_files(files)
    if given.title and len(found.paths) > 1:
        raise BadOption("--title fits one file only.")
    known, failed, already = KnownSources(index), list(found.failed), []
    read: list[tuple[Source, ImportedText]] = []
    for number, path in enumerate(found.paths):
        if cancelled is not None and cancelled():
            raise Cancelled
        try:
            source, data = look_at(path)
            same = None if given.again else known.same_as(source.size, source.hash)
            if same is not None:
                already.append(Already(path, *same))
            else:
                read.append((source, read_text_of(data, source, given.encoding)))
                known.add(source.size, source.hash, str(path))
        except QualcodeError as error:
            failed.append(Failed(path, error))
        if progress is not None:
            progress(number + 1, len(found.paths))
    plan = Plan((), tuple(failed), tuple(already), dict(found.passed_over), given=given)
    how = {"encoding": given.encoding} if given.encoding else {}
    idents = document_ids([source.path for source, _ in read])
    return planned_documents(index, plan, [(ident, *one, how) for ident, one in zip(idents, read, strict=True)])


def look_at(path: Path) -> tuple[Source, bytes]:
    """A file's bytes, with what tells them from others. Raises BadFile."""
    data = source_bytes(path)
    return Source(path, source_name(path), len(data), hashlib.sha256(data).hexdigest()), data


def read_text_of(data: bytes, source: Source, encoding: str) -> ImportedText:
    """The text of a file's bytes. Raises BadFile, BadOption."""
    try:
        return read_data(data, source.path.name, str(source.path), encoding)
    except QualcodeError:
        raise
    except Exception as error:  # a reader that stumbles over one file must not stop the other 299
        problem = Problem(str(source.path), 0, f"it could not be read ({type(error).__name__}: {error})",
                          "save it anew in the program it comes from, as .docx or .txt")  # fmt: skip
        raise BadFile([problem]) from error


def planned_documents(
    index: Index, plan: Plan, read: Sequence[tuple[str, Source, ImportedText, Mapping[str, Any]]]
) -> Plan:
    """The plan with these texts made ready: each with the id that it shall have, its source, and how it was read from there."""
    casting = Casting(index.project, plan.given.casting, add_unknown=plan.given.add_participants)
    planned: list[Planned] = []
    failed, already = list(plan.failed), list(plan.already)
    taken: set[str] = set()

    alike = {folded(file.document): file.document for file in transcript_files(index.folder)}

    def is_taken(ident: str) -> bool:
        return ident in taken or folded(ident) in alike or index.folder.transcript(ident).exists()

    for ident, source, imported, how in read:
        try:
            if is_taken(ident) and plan.given.again:
                ident = numbered(ident, is_taken)
            if ident not in taken and _has_text(index, ident, imported.body):
                there = index.folder.relative(index.folder.transcript(ident))
                already.append(Already(source.path, ident, there, "text"))
                continue
            if is_taken(ident):
                there_already = alike.get(folded(ident), ident)
                raise BadFile([Problem(
                    str(source.path), 0, f"there is a document {there_already!r} already, with another text",
                    f"a new version of it is taken over by: qualcode update {there_already} FILE; rename the file if it is another one",
                )])  # fmt: skip
            planned.append(_planned(check_name(ident, "document"), source, imported, how, plan.given, casting))
            taken.add(ident)
        except QualcodeError as error:
            failed.append(Failed(source.path, error))
    known = {case.id for case in index.project.cases}
    cases = dict.fromkeys(item.case for item in planned if item.case and item.case not in known)
    return replace(plan, planned=tuple(planned), failed=tuple(failed), already=tuple(already), cases=tuple(cases),
                   participants=casting.new, unheard=casting.unheard)  # fmt: skip


def _has_text(index: Index, document: str, text: str) -> bool:
    """Whether the project has just this text under this id already, wherever it came from."""
    path = index.folder.transcript(document)
    return path.exists() and read_body(path) == text


def _planned(
    ident: str, source: Source, imported: ImportedText, how: Mapping[str, Any], given: Given, casting: Casting
) -> Planned:
    _refuse_half_signs(source, imported)
    facts: dict[str, Any] = {"title": title_of(source.path) or ident}
    facts |= {name: value for name, value in imported.fields.items() if value}
    facts |= given.facts
    declared = declared_speakers(facts.get("speakers"))
    turns = turns_of(imported.body, declared, given.casting)
    try:
        case = check_name(str(facts["case"]), "case") if facts.get("case") else ""
        speakers = casting.cast(turns, declared, case)
    except BadOption as error:
        raise BadOption(f"{source.path}: {error}") from error
    if speakers or declared:
        facts["speakers"] = speakers_field(speakers, declared)
    return Planned(ident, source, imported, facts, len(turns), speakers, how)


def _refuse_half_signs(source: Source, imported: ImportedText) -> None:
    """Raise BadFile where the text holds what no UTF-8 file can hold, as escapes in JSON and YAML may."""
    import json

    try:
        fields = json.dumps(imported.fields, ensure_ascii=False, default=str)
        for text in (fields, imported.body, *(f"{remark.text}{remark.author}" for remark in imported.remarks)):
            text.encode()
    except UnicodeEncodeError as error:
        problem = Problem(str(source.path), 0, "it holds half a character (a lone surrogate)",
                          "save it anew in the program it comes from")  # fmt: skip
        raise BadFile([problem]) from error


def body_from(source: Path, how: Mapping[str, Any]) -> str:
    """The text of a file under sources/, read as it was when it was imported. Raises BadFile, BadOption."""
    if how.get("table"):
        from qualcode.session.tables import body_of_row

        return body_of_row(source, how)
    return read_source(source, str(how.get("encoding") or "")).body
