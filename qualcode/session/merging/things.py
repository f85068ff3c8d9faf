"""The other copy's cases, participants, attributes, filters and memos, and what front matter says of documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.core.joining import join
from qualcode.core.merging import UNKNOWN, Verdict, base_of, changed_since, compare, flat, was_there, with_values
from qualcode.errors import BadFile, BadOption, CannotUndo, QualcodeError
from qualcode.files.folder import check_name
from qualcode.files.front_matter import matter_fields, set_matter
from qualcode.files.project_files import states_in_project
from qualcode.files.text_files import read_text, split_front_matter
from qualcode.files.yaml_text import load_yaml
from qualcode.index.index import Index
from qualcode.session.memo_states import state_on_disk
from qualcode.session.merging.pasts import OneLog, Pasts
from qualcode.session.merging.plan import CONFLICT, JOINED, LEFT_OUT, NEW, STAYS, TAKEN, Plan
from qualcode.session.state import refuse

PROJECT_KINDS = ("attribute", "case", "participant", "filter")
_OTHER_FIELDS = ("title", "description", "research_questions", "coders")
_BY_HAND = "to take theirs, change it here, or merge with --theirs"


class ThingMerging:
    """Plans what becomes of things that are states in files."""

    def __init__(self, plan: Plan, ours: Index, pasts: Pasts | OneLog, prefer: bool) -> None:
        self._plan, self._ours, self._pasts, self._prefer = plan, ours, pasts, prefer

    def of_project(self, theirs: Index) -> None:
        """What stands in project.yaml. Raises BadFile where ours cannot be read."""
        if problems := theirs.problems("project.yaml"):
            self._plan.tell(
                "project", "project.yaml", LEFT_OUT, "", "", problems[0].message, "mend it there, then merge again"
            )
            return
        self.of_project_at(theirs.folder.project_yaml)

    def of_project_at(self, path: Path) -> None:
        """What stands in this project.yaml. Raises BadFile where it, or ours, cannot be read."""
        paths = (self._ours.folder.project_yaml, path)
        for what in PROJECT_KINDS:
            self.states(what, *(states_in_project(one, what) for one in paths))
        here, there = map(_top, paths)
        for name in _OTHER_FIELDS:
            if there.get(name) and there.get(name) != here.get(name):
                self._plan.tell("project", "project.yaml", STAYS, name, here.get(name) or "", there[name],
                                "copy it by hand if it is wanted")  # fmt: skip

    def of_memos(self, theirs: Index) -> None:
        """All memos."""
        here, there = (self._memos(index) for index in (self._ours, theirs))
        for name in list(there):
            try:
                check_name(name, "memo")
            except BadOption:
                self._plan.tell(
                    "memo", name, LEFT_OUT, "", "", "", "its name cannot be a file's name everywhere; rename it there"
                )
                del there[name]
        self.states("memo", here, there)

    def _memos(self, index: Index) -> dict[str, dict[str, Any]]:
        found = {}
        for (ident,) in index.rows("SELECT id FROM memo ORDER BY id"):
            try:
                found[ident] = state_on_disk(index, ident)
            except BadFile as error:
                self._plan.tell("memo", ident, LEFT_OUT, "", "", error.problems[0].message)
        return found

    def states(self, what: str, here: Mapping[str, Any], there: Mapping[str, Any]) -> None:
        """All things of one kind, by id."""
        for key, theirs in there.items():
            if key not in here:
                self._new(what, key, theirs)
            else:
                self._both(what, key, here[key], theirs)
        for key, ours in here.items():
            if key not in there and was_there(self._pasts.of(what, key)):
                self._gone(what, key, ours)

    def _new(self, what: str, key: str, theirs: dict[str, Any]) -> None:
        past = self._pasts.of(what, key)
        if was_there(past):
            changed = changed_since(what, past, flat(what, theirs, key) or {})
            self._plan.tell(what, key, CONFLICT if changed else STAYS, "", "taken away", "there",
                            "it was changed there since; add it again if it is wanted" if changed else "")  # fmt: skip
            return
        self._plan.steps.append((what, Step(key, None, theirs)))
        self._plan.tell(what, key, NEW, "", "", theirs.get("name") or theirs.get("title") or "")

    def _gone(self, what: str, key: str, ours: dict[str, Any]) -> None:
        """What they took away: it goes here too, unless it was changed or something stands on it."""
        changed = changed_since(what, self._pasts.of(what, key), flat(what, ours, key) or {})
        try:
            if not changed:
                refuse(self._ours, what, key, set())
        except CannotUndo:
            changed = True
        if changed:
            self._plan.tell(
                what,
                key,
                CONFLICT,
                "",
                "there",
                "taken away",
                "it is in use here, or was changed; take it away by hand",
            )
            return
        self._plan.steps.append((what, Step(key, ours, None)))
        self._plan.tell(what, key, TAKEN, "", "there", "taken away")

    def _both(self, what: str, key: str, here: dict[str, Any], there: dict[str, Any]) -> None:
        past = self._pasts.of(what, key)
        verdict = compare(what, past, flat(what, here, key) or {}, flat(what, there, key) or {})
        values = self._decided(what, key, verdict)
        if "text" in verdict.conflicts and what == "memo" and not self._prefer:
            base = base_of(what, past, "text", here["text"], there["text"])
            joined = join(str(base), here["text"], there["text"]) if base is not UNKNOWN else None
            if joined is not None and not joined.lines and joined.text != here["text"]:
                values["text"] = joined.text
            self._tell_conflict(
                what, key, "text", here["text"], there["text"], joined=joined is not None and not joined.lines
            )
        if values:
            self._plan.steps.append((what, Step(key, here, with_values(what, here, values))))

    def _decided(self, what: str, key: str, verdict: Verdict) -> dict[str, Any]:
        values = dict(verdict.take)
        for name, (one, other) in verdict.conflicts.items():
            if self._prefer:
                values[name] = other
            elif (what, name) != ("memo", "text"):
                self._tell_conflict(what, key, name, one, other)
        for name, value in values.items():
            one = verdict.conflicts[name][0] if name in verdict.conflicts else ""
            self._plan.tell(what, key, TAKEN, name, one, value)
        for name, (one, other) in verdict.stays.items():
            self._plan.tell(what, key, STAYS, name, one, other)
        return values

    def _tell_conflict(self, what: str, key: str, name: str, one: Any, other: Any, joined: bool = False) -> None:
        self._plan.tell(what, key, JOINED if joined else CONFLICT, name, one, other, "" if joined else _BY_HAND)

    # ---------------------------------------------------------------- front matter

    def of_matter(self, document: str, path: Path) -> None:
        """What front matter says of a document that both have; `path` is their file."""
        paths = [self._ours.folder.transcript(document), path]
        shown_as = f"transcripts/{document}.md"
        try:
            datas = [path.read_bytes() for path in paths]
            names = list(dict.fromkeys(name for path in paths for name in _matter_names(path)))
            ours, theirs = (matter_fields(data, names, shown_as) for data in datas)
        except (BadFile, OSError):
            self._plan.tell("document", document, LEFT_OUT, "front matter", "", "", "one of the two cannot be read")
            return
        past = self._pasts.of("matter", document)
        values = self._decided("matter", document, compare("matter", past, ours, theirs))
        try:
            set_matter(datas[0], values, shown_as)
        except (QualcodeError, TypeError, ValueError):
            self._plan.tell(
                "matter", document, LEFT_OUT, ", ".join(values), "", "", "it cannot be set safely; do it by hand"
            )
            return
        if values:
            self._plan.steps.append(("matter", Step(document, {name: ours[name] for name in values}, values)))


def _matter_names(path: Path) -> list[str]:
    loaded = load_yaml(split_front_matter(read_text(path, path.name)[0])[0], path.name)
    return [name for name in loaded.value if isinstance(name, str)] if isinstance(loaded.value, dict) else []


def _top(path: Path) -> dict[str, Any]:
    loaded = load_yaml(read_text(path, path.name)[0], path.name)
    return loaded.value if isinstance(loaded.value, dict) else {}
