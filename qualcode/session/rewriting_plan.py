"""What a rewriting for good would make of every file of a project, as a value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from qualcode.core.how_many import how_many
from qualcode.core.rewriting import Rebasing, Rewriting
from qualcode.files.event_rewriting import Line
from qualcode.files.saving import cannot_save
from qualcode.index.index import Index
from qualcode.session.rewriting_events import rewritten_log
from qualcode.session.rewriting_masks import Rewrite


class FileChange(NamedTuple):
    """What becomes of one file: other bytes, or (None) it goes. `told` says what changes in it; `moved_from` is the path that
    it had, from the project's folder, where it gets another."""

    path: Path
    relative: str
    old: bytes
    new: bytes | None
    told: str
    moved_from: str = ""


@dataclass
class RewritePlan:
    """All that a rewriting would change. `going`: how many codings go with their words."""

    rewrite: Rewrite
    changes: list[FileChange] = field(default_factory=list)
    texts: dict[str, Rewriting] = field(default_factory=dict)
    rebasings: dict[str, Rebasing] = field(default_factory=dict)
    logs: dict[str, tuple[Path, list[Line]]] = field(default_factory=dict)
    going: int = 0

    def told(self) -> Iterator[str]:
        """What is to be known besides, in sentences."""
        wanted = [each for rebasing in self.rebasings.values() for each in rebasing.wanted()]
        on_markers = sum(each == "replaced" for each in wanted)
        emptied = sum(each == "emptied" for each in wanted)
        if self.going:
            yield how_many(self.going, "coding goes with its", "codings go with their") + " words"
        if on_markers:
            yield (
                how_many(on_markers, "passage that was coded has", "passages that were coded have")
                + " other words then"
            )
        if emptied:
            yield how_many(
                emptied,
                "passage that had lost its place in the text loses the words it kept; its codes and notes stay",
                "passages that had lost their place in the text lose the words they kept; their codes and notes stay",
            )
        for document in self.texts:
            if self.rebasings.get(document) and self.rebasings[document].accepted:
                codings = how_many(
                    self.rebasings[document].accepted, "coding on edited words counts", "codings on edited words count"
                )
                yield f"{document}: {codings} as read from then on"

    def log_change(self, path: Path, relative: str, more: bytes) -> FileChange:
        """What becomes of one log, with lines of one's own behind it."""
        _, lines = self.logs.get(relative, (path, []))
        old = read_bytes(path) if path.exists() else b""
        data, changed, gone = rewritten_log(lines, self.rewrite, self.texts, [more])
        return FileChange(path, relative, old, data, told_events(changed, gone))


def told_events(changed: int, gone: int) -> str:
    told = [how_many(changed, "event") + " rewritten"] if changed else []
    return ", ".join(told + ([how_many(gone, "event") + " taken out"] if gone else []))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of the project. Raises CannotSave where it cannot be read, for then nothing must be done."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise cannot_save(path, error) from error


def walked(root: Path) -> Iterator[Path]:
    """All regular files of a project's folder, hidden ones too, save those of a git repository and of a rewriting under way."""
    for path in sorted(root.iterdir()):
        if path.is_symlink() or path.name in (".git", ".rewriting", ".rewriting.part"):
            continue
        if path.is_dir():
            yield from walked(path)
        elif path.is_file():
            yield path


def sources_of(index: Index, documents: Iterable[str]) -> dict[str, set[str]]:
    """Files under sources/ that any version of these documents came from, with all the documents made of each."""
    made: dict[str, set[str]] = {}
    for key, before, after in index.rows(
        """SELECT "key", "before", "after" FROM event WHERE op = 'change' AND what IN ('document', 'text')"""
    ):
        for text in (before, after):
            state = json.loads(text) if text else None
            if isinstance(state, dict) and isinstance(state.get("source"), str):
                made.setdefault(state["source"], set()).add(key)
    wanted = set(documents)
    there = {index.folder.relative(path) for path in index.folder.sources.glob("*") if path.is_file()}
    return {source: keys for source, keys in made.items() if keys & wanted and source in there}
