"""Small projects on disk, events whose ids can be read, and what an index answers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from qualcode.analysis import lists
from qualcode.analysis.audit import audit
from qualcode.analysis.segments import segments
from qualcode.core.events import Event
from qualcode.core.text import body_hash
from qualcode.files.event_log import event_lines, read_events
from qualcode.files.folder import ProjectFolder
from qualcode.files.transcripts import transcript_bytes
from qualcode.index.index import Index

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "qualcode"
AT = "2024-03-05T10:00:00.000Z"
COMPOSED = "é"
DECOMPOSED = "e\u0301"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # woman, joiner, woman, joiner, girl: five code points


def make_project(
    folder: Path,
    documents: Mapping[str, str] | None = None,
    codes: Iterable[str] | Mapping[str, Mapping[str, Any]] = ("emotion", "emotion/longing", "work"),
    cases: Iterable[str] | Mapping[str, Mapping[str, str]] = (),
    participants: Sequence[Mapping[str, str]] = (),
    attributes: Mapping[str, str] | None = None,
) -> ProjectFolder:
    """A project folder. Documents are file contents by id (see `transcript`); codes are paths, whose last part is
    the code's id as well, with further fields if given as a mapping; cases are ids, with attributes likewise."""
    project = ProjectFolder(folder)
    project.transcripts.mkdir(parents=True)
    for document, content in (documents or {}).items():
        project.transcript(document).write_text(content, encoding="utf-8", newline="")
    project.codebook_yaml.write_text(codebook_yaml(codes), encoding="utf-8")
    project.project_yaml.write_text(
        yaml.safe_dump(
            {
                "title": "A study",
                "attributes": dict(attributes or {}),
                "cases": [{"id": case, "attributes": dict(values)} for case, values in _with_fields(cases)],
                "participants": [dict(person) for person in participants],
            },
            allow_unicode=True,
        ),
        encoding="utf-8",
    )
    return project


def _with_fields(names: Iterable[str] | Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    return list(names.items()) if isinstance(names, Mapping) else [(name, {}) for name in names]


def codebook_yaml(codes: Iterable[str] | Mapping[str, Mapping[str, Any]]) -> str:
    """codebook.yaml for these paths; parents stand before their children."""
    entries: dict[str, dict[str, Any]] = {"": {}}
    for path, fields in _with_fields(codes):
        above, _, name = path.rpartition("/")
        entries[path] = {"id": name, "name": name, **fields}
        entries[above].setdefault("children" if above else "codes", []).append(entries[path])
    return yaml.safe_dump(entries[""] or {"codes": []}, allow_unicode=True, sort_keys=False)


def transcript(body: str, **fields: Any) -> str:
    """A transcript file's content: front matter with these fields, then the body."""
    return transcript_bytes(fields, body).decode()


def event_id(number: int) -> str:
    """An id that can be read: 18 digits."""
    return f"{number:018d}"


def apply(number: int, body: str, quote: str, code: str = "longing", note: str = "", **fields: Any) -> Event:
    """The code applied to the first place of the quote in the body."""
    start = body.index(quote)
    place = {"start": start, "end": start + len(quote), "quote": quote, "body": body_hash(body)}
    return Event(event_id(number), AT, "apply", code=code, note=note, **place, **fields)


def event(number: int, op: str, **fields: Any) -> Event:
    """An event of any op; `coding` and `target` may be given as numbers."""
    for name in ("coding", "target"):
        if isinstance(fields.get(name), int):
            fields[name] = event_id(fields[name])
    return Event(event_id(number), AT, op, **fields)


def write_events(project: ProjectFolder, coder: str, document: str, events: Sequence[Event]) -> Path:
    """Write one event file (the coder's log where the document is "")."""
    path = project.coding_file(coder, document) if document else project.log_file(coder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(event_lines(events))
    return path


def events_on_disk(project: ProjectFolder, coder: str, document: str) -> list[Event]:
    """The events that stand in the file at this moment."""
    path = project.coding_file(coder, document) if document else project.log_file(coder)
    return read_events(path, path.name).events if path.exists() else []


def edit(path: Path, text: str) -> None:
    """Save a file as an editor does, at a time that surely differs from the last one."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8", newline="")
    later = max(path.stat().st_mtime_ns, before + 1_000_000)
    os.utime(path, ns=(later, later))


def open_index(project: ProjectFolder, *, in_memory: bool = False) -> Index:
    """The project's index, up to date with its files."""
    index = Index(project, in_memory=in_memory)
    index.refresh()
    return index


def answers(index: Index) -> dict[str, list[tuple[Any, ...]]]:
    """All that an index has to tell, for comparing one with another."""
    tables = {
        "segments": segments(index),
        "documents": lists.documents(index),
        "cases": lists.cases(index),
        "codes": lists.codes(index),
        "events": audit(index),
    }
    found = {name: [tuple(row) for row in table] for name, table in tables.items()}
    found["problems"] = [(problem.path, problem.line, problem.message) for problem in index.problems()]
    found["in force"] = index.rows("SELECT id, standing FROM event ORDER BY id, coder, document")
    found["turns"] = index.rows("SELECT * FROM turn ORDER BY document, number")
    return found


def fresh_answers(project: ProjectFolder) -> dict[str, list[tuple[Any, ...]]]:
    """What an index built from the files alone tells."""
    index = open_index(project, in_memory=True)
    try:
        return answers(index)
    finally:
        index.close()


def quotes_of(index: Index) -> list[tuple[str, str]]:
    """Quote and anchor of every coding, in document order."""
    return [(row["text"], row["anchor"]) for row in segments(index)]
