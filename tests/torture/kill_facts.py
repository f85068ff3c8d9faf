"""What a project holds, told from its files alone: as facts that a worker acknowledges, and as what counts in the end."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualcode.core.events import Event, fold
from qualcode.files.event_log import read_events
from qualcode.files.folder import ProjectFolder, event_files
from qualcode.files.project_files import read_codebook, read_project

Facts = dict[str, dict[str, Any]]
"""`events`: size and hash of each event file; `states`: hash of each other file that is not derived; by relative path."""


def facts(folder: ProjectFolder, kept: Path) -> Facts:
    """What the files hold now. Files that are no event files are kept in a folder under their hashes, for `as_it_was`."""
    found: Facts = {"events": {}, "states": {}}
    for path in _files(folder):
        data, name = path.read_bytes(), folder.relative(path)
        digest = hashlib.sha256(data).hexdigest()
        if path.suffix == ".jsonl":
            found["events"][name] = [len(data), digest]
            continue
        found["states"][name] = digest
        if not (kept / digest).exists():
            (kept / digest).write_bytes(data)
    return found


def _files(folder: ProjectFolder) -> list[Path]:
    return sorted(
        path for path in folder.root.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder.root).parts)
    )  # fmt: skip


def as_it_was(now: ProjectFolder, known: Facts, kept: Path, target: Path) -> ProjectFolder:
    """The project of these facts, made again: of the event files, which only grow, the part that was there."""
    for name, digest in known["states"].items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((kept / digest).read_bytes())
    for name, (size, _) in known["events"].items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((now.root / name).read_bytes()[:size])
    return ProjectFolder(target)


def lost(folder: ProjectFolder, known: Facts) -> list[str]:
    """What was acknowledged and is not there: event files must begin with the very bytes that they had."""
    found = []
    for name, (size, digest) in known["events"].items():
        place = folder.root / name
        data = place.read_bytes()[:size] if place.exists() else b""
        if len(data) < size or hashlib.sha256(data).hexdigest() != digest:
            found.append(f"{name} does not begin with the {size} bytes that were acknowledged")
    return found


def new_events(folder: ProjectFolder, known: Facts) -> list[Event]:
    """The events beyond those acknowledged, in all files."""
    found = []
    for file in event_files(folder):
        before, _ = known["events"].get(file.relative, (0, ""))
        if file.size == before:
            continue
        data = file.path.read_bytes()
        old = data[:before].count(b"\n")
        found += read_events(file.path, file.relative).events[old:]
    return found


def meaning(folder: ProjectFolder) -> Mapping[str, Any]:
    """What a project says, however its files are laid out: codings in force, codebook, cases, texts, memos."""
    book, troubles = read_codebook(folder.codebook_yaml)
    project, more = read_project(folder.project_yaml)
    codings: set[tuple[Any, ...]] = set()
    for file in event_files(folder):
        if file.document:
            events = read_events(file.path, file.relative).events
            codings |= {
                (c.coder, c.document, c.id, c.code, c.anchor, c.note, c.mark)
                for c in fold(events, file.coder, file.document).values()
            }
    return {
        "codings": codings,
        "codes": set(book.codes) if book else None,
        "project": project,
        "troubles": [*troubles, *more],
        "texts": {path.name: path.read_bytes() for path in folder.transcripts.glob("*.md")},
        "memos": {path.name: path.read_bytes() for path in folder.memos.glob("*.md")},
    }


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Where two meanings differ, shortly."""
    told = []
    for name in one:
        if one[name] != other[name]:
            a, b = one[name], other[name]
            if isinstance(a, set) and isinstance(b, set):
                told.append(
                    f"{name}: {len(a - b)} missing, {len(b - a)} more: {str(sorted(map(str, a ^ b))[:2])[:600]}"
                )
            elif isinstance(a, dict) and isinstance(b, dict):
                names = [key for key in {*a, *b} if a.get(key) != b.get(key)]
                told.append(f"{name}: {names[:4]}")
            else:
                told.append(f"{name}: {str(a)[:200]} / {str(b)[:200]}")
    return told
