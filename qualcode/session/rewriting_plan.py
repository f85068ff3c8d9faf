"""What a rewriting for good would make of every file of a project: nothing is written here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from qualcode.core.rewriting import Rebasing, Rewriting
from qualcode.errors import BadFile, Problem
from qualcode.files.event_rewriting import Line, lines_in, unreadable
from qualcode.files.front_matter import matter_fields, set_matter
from qualcode.files.project_states import entries
from qualcode.files.pseudonym_key import NAME as KEY_NAME
from qualcode.files.saving import cannot_save
from qualcode.files.text_files import FENCE, split_front_matter
from qualcode.files.yaml_masking import masked_yaml
from qualcode.files.yaml_text import load_yaml
from qualcode.index.index import Index
from qualcode.index.text_rows import carrier
from qualcode.session.rewriting_events import going_codings, original_of, rewritten_codings, rewritten_log
from qualcode.session.rewriting_masks import Rewrite

_LEFT_BEHIND = (".saving-", ".before-", ".#", ".~")
_LEFT_OVER = (".torn", ".orig", ".rej", ".bak", ".swp", ".tmp", "~")
_INDEX = ("index.db", "index.db-wal", "index.db-shm")


class FileChange(NamedTuple):
    """What becomes of one file: other bytes, or (None) it goes. `told` says what changes in it."""

    path: Path
    relative: str
    old: bytes
    new: bytes | None
    told: str


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
            yield f"{self.going} codings go with their words"
        if on_markers:
            yield f"{on_markers} passages that were coded have other words then"
        if emptied:
            yield f"{emptied} passages that had lost their place in the text lose the words they kept; their codes and notes stay"
        for document in self.texts:
            if self.rebasings.get(document) and self.rebasings[document].accepted:
                yield f"{document}: {self.rebasings[document].accepted} codings on edited words count as read from then on"
        if sources := sorted(self.rewrite.sources_gone):
            yield f"imported files that go: {', '.join(sources)}"

    def log_change(self, path: Path, relative: str, more: bytes) -> FileChange:
        """What becomes of one log, with lines of one's own behind it."""
        _, lines = self.logs.get(relative, (path, []))
        old = read_bytes(path) if path.exists() else b""
        data, changed, gone = rewritten_log(lines, self.rewrite, self.texts, [more])
        return FileChange(path, relative, old, data, _told(changed, gone))


def _told(changed: int, gone: int) -> str:
    told = [f"{changed} {'event' if changed == 1 else 'events'} rewritten"] if changed else []
    return ", ".join(told + ([f"{gone} {'event' if gone == 1 else 'events'} taken out"] if gone else []))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of the project. Raises CannotSave where it cannot be read, for then nothing must be done."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise cannot_save(path, error) from error


class Planner:
    """Goes through all files of a project."""

    def __init__(self, index: Index, rewrite: Rewrite) -> None:
        self._index, self._folder, self._rewrite = index, index.folder, rewrite
        self._documents = {row[0]: None for row in index.rows("SELECT id FROM document")}
        self._plan = RewritePlan(rewrite)
        self._problems: list[Problem] = []

    def plan(self) -> RewritePlan:
        """Raises BadFile where lines cannot be read that may hold what is to be taken out; CannotSave."""
        for document, replaced in self._rewrite.texts.items():
            self._plan.texts[document] = Rewriting(self._index.body(document).text, replaced)
        self._event_files()
        for path in sorted(self._all_files()):
            relative = self._folder.relative(path)
            handle = self._handler(relative)
            if handle is not None:
                self._add(path, relative, *handle(path, relative))
        if self._problems:
            raise BadFile(self._problems)
        order = {
            "transcripts": 0,
            "codings": 1,
            "log": 3,
        }  # texts first: what is made on them from then on is made on the new
        self._plan.changes.sort(key=lambda change: (order.get(change.relative.split("/")[0], 2), change.relative))
        return self._plan

    def _add(self, path: Path, relative: str, old: bytes, new: bytes | None, told: str) -> None:
        if new is None or new != old:
            self._plan.changes.append(FileChange(path, relative, old, new, told))

    def _all_files(self) -> Iterator[Path]:
        for path in walked(self._folder.root):
            if path.parent != self._folder.index_db.parent or path.name not in _INDEX:
                yield path

    def _handler(self, relative: str) -> Callable[[Path, str], tuple[bytes, bytes | None, str]] | None:
        top, _, rest = relative.partition("/")
        name = relative.rpartition("/")[2]
        if top == "sources" and rest:
            return self._goes if relative in self._rewrite.sources_gone else None
        if name.startswith(_LEFT_BEHIND) or name.endswith(_LEFT_OVER) or top == ".qualcode":
            return self._leftover
        if top == "transcripts" and name.endswith(".md"):
            return self._transcript
        if top == "memos" and name.endswith(".md"):
            return self._memo
        if not rest and name.endswith((".yaml", ".yml")) and name != KEY_NAME:
            return self._yaml
        return None

    # ---------------------------------------------------------------- events

    def _event_files(self) -> None:
        read: list[tuple[Path, str, str, list[Line]]] = []
        for path in sorted([*self._folder.codings.glob("*/*.jsonl"), *self._folder.log.glob("*.jsonl")]):
            if path.is_symlink() or not path.is_file():
                continue
            relative, name = self._folder.relative(path), unicodedata.normalize("NFC", path.stem)
            document = (original_of(self._documents, name) or name) if path.parent != self._folder.log else ""
            lines = lines_in(read_bytes(path))
            self._refuse_unreadable(lines, relative, document)
            read.append((path, relative, document, lines))
        going = self._see_anchors(read)
        for path, relative, document, lines in read:
            if not document:
                self._plan.logs[relative] = (path, lines)
                self._add_log(path, relative)
                continue
            old = read_bytes(path)
            if document in self._rewrite.documents:
                self._add(path, relative, old, None, "goes, with its document")
                continue
            new, changed, gone = rewritten_codings(
                lines, self._rewrite, self._plan.rebasings.get(document), going[relative]
            )
            self._add(
                path, relative, old, new if changed or gone or new.strip() != old.strip() else old, _told(changed, gone)
            )

    def _see_anchors(self, read: Iterable[tuple[Path, str, str, list[Line]]]) -> dict[str, set[str]]:
        """Have every anchor on the rewritten texts seen; by file the codings that go."""
        plan, going = self._plan, {}
        for _, relative, document, lines in read:
            going[relative] = {*self._rewrite.codings}
            if document not in plan.texts:
                continue
            if document not in plan.rebasings:
                place = carrier(self._index, document, self._index.body(document)).place
                plan.rebasings[document] = Rebasing(
                    plan.texts[document], place, self._rewrite.mask, keep_lost=self._rewrite.keep_lost
                )
            rebasing, events = plan.rebasings[document], [event for line in lines for event in line.events]
            going[relative] |= going_codings(events, rebasing, self._rewrite.going.get(document, ()))
            plan.going += sum(event.id in going[relative] for event in events)
        for rebasing in plan.rebasings.values():
            rebasing.settle()
        return going

    def _refuse_unreadable(self, lines: Sequence[Line], relative: str, document: str) -> None:
        concerned = not document or document in self._plan.texts or self._says(b"\n".join(line.raw for line in lines))
        if concerned and document not in self._rewrite.documents:
            self._problems += unreadable(lines, relative)

    def _add_log(self, path: Path, relative: str) -> None:
        change = self._plan.log_change(path, relative, b"")
        if change.told:
            self._plan.changes.append(change)

    # ---------------------------------------------------------------- other files

    def _goes(self, path: Path, relative: str) -> tuple[bytes, None, str]:
        return b"", None, "goes: a document was made of it"

    def _leftover(self, path: Path, relative: str) -> tuple[bytes, bytes | None, str]:
        data = read_bytes(path)
        return data, None if self._says(data) else data, "goes: something left behind that holds the words"

    def _says(self, data: bytes) -> bool:
        return bool(self._rewrite.find(data.decode("utf-8", "replace")))

    def _transcript(self, path: Path, relative: str) -> tuple[bytes, bytes | None, str]:
        rewrite, name = self._rewrite, unicodedata.normalize("NFC", path.name[:-3])
        document = original_of(self._documents, name)
        data = read_bytes(path)
        if document in rewrite.documents:
            return data, None, "goes"
        text = _text(data, relative)
        matter, body = split_front_matter(text)
        masked = masked_yaml(matter, rewrite.mask, names=rewrite.names) if matter.strip() else matter
        if name == document and document in self._plan.texts:
            new, places = self._plan.texts[document].new, len(self._plan.texts[document].replaced)
        else:
            new, places = (rewrite.mask(body), 1) if document in self._plan.texts else (body, 0)
        if new == body and masked == matter and not self._names_gone(data, document, relative):
            return data, data, ""
        head = text[: len(text) - len(body)]
        changed = (head.replace(f"{FENCE}{matter}", f"{FENCE}{masked}", 1) + new).encode()
        changed = self._unnamed(changed, document, relative)
        told = [f"{places} {'place' if places == 1 else 'places'} of the text"] if places else []
        return data, changed, ", ".join([*told, *(["its front matter"] if masked != matter else [])]) or "its speakers"

    def _names_gone(self, data: bytes, document: str, relative: str) -> bool:
        if not self._rewrite.people and not self._rewrite.labels.get(document):
            return False
        speakers = matter_fields(data, ["speakers"], relative)["speakers"]
        return bool(speakers) and self._rewrite.speakers(document, speakers) != speakers

    def _unnamed(self, data: bytes, document: str, relative: str) -> bytes:
        if not self._names_gone(data, document, relative):
            return data
        speakers = matter_fields(data, ["speakers"], relative)["speakers"]
        return set_matter(data, {"speakers": self._rewrite.speakers(document, speakers)}, relative)

    def _memo(self, path: Path, relative: str) -> tuple[bytes, bytes | None, str]:
        data = read_bytes(path)
        if original_of(self._rewrite.memos, unicodedata.normalize("NFC", path.name[:-3])):
            return data, None, "goes: it is about what is withdrawn"
        text = _text(data, relative)
        matter, body = split_front_matter(text)
        masked, new = masked_yaml(matter, self._rewrite.mask, names=self._rewrite.names), self._rewrite.mask_memo(body)
        if (masked, new) == (matter, body):
            return data, data, ""
        head = text[: len(text) - len(body)].replace(f"{FENCE}{matter}", f"{FENCE}{masked}", 1)
        return data, (head + new).encode(), "passages masked"

    def _yaml(self, path: Path, relative: str) -> tuple[bytes, bytes | None, str]:
        data = read_bytes(path)
        text = _text(data, relative)
        new = self._without_people(text) if relative == "project.yaml" else text
        new = masked_yaml(new, self._rewrite.mask, names=self._rewrite.names)
        return data, new.encode() if new != text else data, "words masked" if new != text else ""

    def _without_people(self, text: str) -> str:
        """project.yaml without the cases and participants that go."""
        from qualcode.core.codebook_steps import Step
        from qualcode.files.project_states import state_in
        from qualcode.files.project_text import change_project_text

        for what, gone in (("participant", self._rewrite.people), ("case", self._rewrite.cases)):
            known = entries(load_yaml(text, "project.yaml").value, what)
            steps = [Step(key, state_in(known[key], what, key), None) for key in known if key in gone]
            if steps:
                text = change_project_text(text, what, steps)
        return text


def walked(root: Path) -> Iterator[Path]:
    """All regular files of a project's folder, hidden ones too, save those of a git repository and of a rewriting under way."""
    for path in sorted(root.iterdir()):
        if path.is_symlink() or path.name in (".git", ".rewriting", ".rewriting.part"):
            continue
        if path.is_dir():
            yield from walked(path)
        elif path.is_file():
            yield path


def _text(data: bytes, relative: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile([Problem(relative, line, "not UTF-8 text", "save it as UTF-8")]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def sources_of(index: Index, documents: Iterable[str] | Mapping[str, object]) -> dict[str, set[str]]:
    """Files under sources/ that any version of these documents came from, with all the documents made of each."""
    import json

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
