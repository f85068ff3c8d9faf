"""Goes through all files of a project for what a rewriting for good would make of them: nothing is written here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from qualcode.core.codebook_steps import Step
from qualcode.core.how_many import how_many
from qualcode.core.rewriting import Rebasing, Rewriting
from qualcode.errors import BadFile, Problem
from qualcode.files.event_rewriting import Line, lines_in, unreadable
from qualcode.files.front_matter import matter_fields, set_matter
from qualcode.files.project_states import entries, state_in
from qualcode.files.project_text import change_project_text
from qualcode.files.pseudonym_key import NAME as KEY_NAME
from qualcode.files.text_files import FENCE, split_front_matter
from qualcode.files.yaml_masking import masked_yaml
from qualcode.files.yaml_text import load_yaml
from qualcode.index.index import Index
from qualcode.index.text_rows import carrier
from qualcode.session.rewriting_events import going_codings, original_of, rewritten_codings
from qualcode.session.rewriting_masks import Rewrite
from qualcode.session.rewriting_plan import FileChange, RewritePlan, read_bytes, told_events, walked

_LEFT_BEHIND = (".saving-", ".before-", ".#", ".~")
_LEFT_OVER = (".torn", ".orig", ".rej", ".bak", ".swp", ".tmp", "~")
_OF_IDS = ("transcripts/", "codings/", "memos/")
_INDEX = ("index.db", "index.db-wal", "index.db-shm")


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
        name = self._rewrite.ids.get(path.stem, path.stem) if relative.startswith(_OF_IDS) else path.stem
        if name != path.stem and new is not None:
            moved = path.with_name(name + path.suffix)
            told = ", ".join(filter(None, (told, f"becomes {moved.name}")))
            self._plan.changes.append(FileChange(moved, self._folder.relative(moved), old, new, told, relative))
        elif new is None or new != old:
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
                path,
                relative,
                old,
                new if changed or gone or new.strip() != old.strip() else old,
                told_events(changed, gone),
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
        masked = masked_yaml(matter, rewrite.mask, names=rewrite.names, ids=rewrite.ids) if matter.strip() else matter
        if name == document and document in self._plan.texts:
            new, places = self._plan.texts[document].new, len(self._plan.texts[document].replaced)
        else:
            new, places = (rewrite.mask(body), 1) if document in self._plan.texts else (body, 0)
        if new == body and masked == matter and not self._names_gone(data, document, relative):
            return data, data, ""
        head = text[: len(text) - len(body)]
        changed = (head.replace(f"{FENCE}{matter}", f"{FENCE}{masked}", 1) + new).encode()
        changed = self._unnamed(changed, document, relative)
        told = [how_many(places, "place") + " of the text"] if places else []
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
        masked, new = (
            masked_yaml(matter, self._rewrite.mask, names=self._rewrite.names, ids=self._rewrite.ids),
            self._rewrite.mask_memo(body),
        )
        if (masked, new) == (matter, body):
            return data, data, ""
        head = text[: len(text) - len(body)].replace(f"{FENCE}{matter}", f"{FENCE}{masked}", 1)
        return data, (head + new).encode(), "passages masked"

    def _yaml(self, path: Path, relative: str) -> tuple[bytes, bytes | None, str]:
        data = read_bytes(path)
        text = _text(data, relative)
        new = self._without_people(text) if relative == "project.yaml" else text
        ids = self._rewrite.ids if relative == "project.yaml" else {}
        new = masked_yaml(new, self._rewrite.mask, names=self._rewrite.names, ids=ids)
        return data, new.encode() if new != text else data, "words masked" if new != text else ""

    def _without_people(self, text: str) -> str:
        """project.yaml without the cases and participants that go."""
        for what, gone in (("participant", self._rewrite.people), ("case", self._rewrite.cases)):
            known = entries(load_yaml(text, "project.yaml").value, what)
            steps = [Step(key, state_in(known[key], what, key), None) for key in known if key in gone]
            if steps:
                text = change_project_text(text, what, steps)
        return text


def _text(data: bytes, relative: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile([Problem(relative, line, "not UTF-8 text", "save it as UTF-8")]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
