"""Conflict copies of event files folded into the files that they are copies of, and taken away once nothing in them is missing there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from qualcode.errors import BadFile, CannotSave
from qualcode.files.folder import ProjectFolder
from qualcode.files.saving import cannot_save, sync_folder
from qualcode.files.uniting import Missing, missing_lines, unite
from qualcode.index.copy_rows import known_copies
from qualcode.index.index import Index


class EventCopy(NamedTuple):
    """A conflict copy of an event file, with the coder and the document ("" for a log) of that; paths are relative."""

    path: str
    original: str
    coder: str
    document: str


def event_copies(index: Index, coder: str = "") -> Iterator[EventCopy]:
    """The conflict copies of event files, of all coders or of one."""
    for path, original in known_copies(index):
        parts = normalize("NFC", original.removesuffix(".jsonl")).split("/")
        if parts[0] not in ("codings", "log") or not original.endswith(".jsonl"):
            continue
        copy = EventCopy(path, original, parts[1], parts[2] if parts[0] == "codings" else "")
        if not coder or copy.coder == coder:
            yield copy


def missing_in_original(folder: ProjectFolder, copy: EventCopy) -> Missing:
    """What of a copy its original does not have. Raises BadFile."""
    return missing_lines([folder.root / copy.original], folder.root / copy.path, copy.path)


def fold_in(index: Index, coder: str = "") -> list[EventCopy]:
    """Put what conflict copies have into their originals, flushed to disk; the copies that are then in them line by line go.

    Those that hold lines which must not be taken stay. What was folded in comes back. Raises CannotSave, BadFile.
    """
    folder, done = index.folder, []
    for copy in list(event_copies(index, coder)):
        if not (folder.root / copy.path).exists():
            continue
        missing = missing_in_original(folder, copy)
        if missing.lines:
            unite(folder.root / copy.original, missing, folder.root)
        take_away_if_whole(folder, copy)
        done.append(copy)
    if done:
        index.refresh()
    return done


def take_away_if_whole(folder: ProjectFolder, copy: EventCopy) -> bool:
    """Remove a copy of which every line stands in the original, on disk. Raises CannotSave, BadFile."""
    left = missing_in_original(folder, copy)
    if left.lines or left.refused:
        return False
    take_away(folder.root / copy.path)
    return True


def take_away(path: Path) -> None:
    """Remove a copy that is not needed any more, for good. Raises CannotSave."""
    try:
        os.unlink(path)
        sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise cannot_save(path, error) from error


def fold_in_own(index: Index, coder: str) -> None:
    """Fold in the copies of a coder's own files before their next act; where that cannot be done it waits for a later one."""
    if index.recall("conflict copies"):
        try:
            fold_in(index, coder)
        except (CannotSave, BadFile):
            return
