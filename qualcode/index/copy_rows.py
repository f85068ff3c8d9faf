"""Conflict copies in the index: events of theirs count with those of the file that they are copies of."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from qualcode.core.events import Event
from qualcode.files.copy_names import original_name, vague_original
from qualcode.files.event_log import read_events
from qualcode.files.folder import FoundFile
from qualcode.index.index import Index

KEPT = "conflict copies"


def with_originals(found: Mapping[str, FoundFile], changed: set[str], gone: Iterable[str]) -> set[str]:
    """The changed files, with those of which a copy changed, came or went, and the copies of those that changed."""
    of = {file.relative: file.copy_of for file in found.values() if file.copy_of}
    more = {of[path] for path in changed if path in of} | {path for path, original in of.items() if original in changed}
    for path in gone:
        place, slash, name = path.rpartition("/")
        beside = (
            [other.rpartition("/")[2] for other in found if other.rpartition("/")[0] == place] if " " in name else []
        )
        if original := original_name(name) or vague_original(name, beside):
            more.add(f"{place}{slash}{original}")
    return changed | (more & found.keys())


def events_beside(copies: Iterable[FoundFile], known: Collection[Event]) -> list[Event]:
    """The events in copies of an event file that are not in the file itself."""
    ids = {event.id for event in known}
    found: list[Event] = []
    for copy in copies:
        new = [event for event in read_events(copy.path, copy.relative).events if event.id not in ids]
        ids |= {event.id for event in new}
        found += new
    return found


def keep_list(index: Index, found: Mapping[str, FoundFile]) -> None:
    """Remember which conflict copies there are."""
    listed = [[file.relative, file.copy_of] for file in found.values() if file.copy_of]
    text = json.dumps(listed, ensure_ascii=False) if listed else ""
    if text != index.recall(KEPT):
        index.db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [KEPT, text])


def known_copies(index: Index) -> list[tuple[str, str]]:
    """The conflict copies that the index knows: paths from the project's folder, each with that of its original."""
    text = index.recall(KEPT)
    return [(path, original) for path, original in json.loads(text)] if text else []
