"""One act of the audit trail: what was done to what, with before and after, in the field's words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from qualcode.analysis.audit_texts import removed_and_inserted
from qualcode.analysis.audit_trails import Logged, Then, Trail
from qualcode.analysis.history import BY_HAND, as_text
from qualcode.core.codebook_steps import Step, value_of
from qualcode.index.index import Index

COLUMNS = ("at", "coder", "act", "object", "document", "case", "code", "before", "after", "event_id", "batch")
UNDOING = "undoing "  # begins the note of a change that takes back somebody else's


class Entry(NamedTuple):
    """One act. The first eleven fields are the columns of the audit trail; the others serve its sentences.

    `in_force` is False for what was undone. Of an undo or redo, `of` is the act that was undone or redone. `step` is the
    change of state, `quote` the passage of a coding as it was before the act.
    """

    at: str
    coder: str
    act: str
    object: str
    document: str
    case: str
    code: str
    before: str
    after: str
    event_id: str
    batch: str
    what: str = ""
    in_force: bool = True
    note: str = ""
    quote: str = ""
    step: Step | None = None
    of: Entry | None = None

    @property
    def by_hand(self) -> bool:
        return self.note == BY_HAND


_DEEPEST = 50  # levels of codes that only a log knows
_CODING_ACTS = {
    "apply": "coded",
    "remove": "removed coding",
    "note": "noted",
    "mark": "marked",
    "recode": "recoded",
    "move": "moved coding",
    "keep": "kept",
}
_STATE_ACTS = {  # kind of thing: what it is called to make it, change it, take it away
    "document": ("imported document", "changed document", "removed document"),
    "case": ("declared case", "changed case", "removed case"),
    "participant": ("declared participant", "changed participant", "removed participant"),
    "attribute": ("declared attribute", "changed attribute", "removed attribute"),
    "filter": ("saved filter", "changed filter", "deleted filter"),
    "text": ("corrected text", "corrected text", "corrected text"),
    "matter": ("changed front matter", "changed front matter", "changed front matter"),
    "memo": ("wrote memo", "edited memo", "deleted memo"),
    "milestone": ("milestone", "milestone", "removed milestone"),
    "codebook": ("noted codebook", "noted codebook", "noted codebook"),
    "merge": ("brought in a copy", "brought in a copy", "brought in a copy"),
    "rewriting": ("rewrote for good", "rewrote for good", "rewrote for good"),
}
CODE_ACTS = (
    "created code", "changed code", "moved code", "renamed code", "merged code", "deleted code", "retired code",
)  # fmt: skip
GROUPS: Mapping[str, tuple[str, ...]] = {
    "coding": tuple(act for act in _CODING_ACTS.values() if act != "noted"),
    "note": ("noted",),
    "codebook": (*CODE_ACTS, "noted codebook"),
    "memo": _STATE_ACTS["memo"],
    "document": (*_STATE_ACTS["document"], "corrected text", "changed front matter"),
    "case": _STATE_ACTS["case"],
    "participant": _STATE_ACTS["participant"],
    "attribute": _STATE_ACTS["attribute"],
    "filter": _STATE_ACTS["filter"],
    "milestone": ("milestone", "removed milestone"),
    "undo": ("undid", "redid"),
    "merge": ("brought in a copy",),
    "rewriting": ("rewrote for good",),
}
ACTS = tuple(act for acts in GROUPS.values() for act in acts)


class Naming:
    """Paths of codes as of today; for codes that are gone, the name that the log gave them last."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._book = index.read_or_none("codebook")
        self._known: dict[str, str] = {"": ""}
        self._logged: dict[str, Mapping[str, Any]] | None = None

    def __call__(self, code: str) -> str:
        if code not in self._known:
            there = self._book is not None and code in self._book
            self._known[code] = self._book.path(code) if there else self._gone(code, set())
        return self._known[code]

    @property
    def gone(self) -> Mapping[str, Mapping[str, Any]]:
        """The last known state of every code that the log speaks of."""
        if self._logged is None:
            rows = self._index.rows(
                """SELECT "key", "before", "after" FROM event WHERE what = 'code' AND op = 'change' ORDER BY id"""
            )
            states = ((key, json.loads(after or before or "{}")) for key, before, after in rows)
            self._logged = {key: state for key, state in states if isinstance(state, dict)}
        return self._logged

    def _gone(self, code: str, seen: set[str]) -> str:
        state = self.gone.get(code)
        if state is None or code in seen or len(seen) > _DEEPEST:
            return code
        parent = str(state.get("parent") or "")
        name = str(state.get("name") or code)
        if not parent:
            return name
        above = self._book.path(parent) if self._book is not None and parent in self._book else ""
        return f"{above or self._gone(parent, seen | {code})}/{name}"


def entry_of(event: Logged, trail: Trail | None, naming: Naming) -> Entry:
    """The act that an event is. `trail` has the events about the same thing; applied codes and changes need none."""
    if event.op == "revert" and trail is not None:
        root, times = trail.root(event)
        told = (
            entry_of(root, trail, naming) if times and root.op != "revert" else None
        )  # reverts may go round in a circle
        if told is not None:
            before, after = (told.after, told.before) if times % 2 else (told.before, told.after)
            return told._replace(
                at=event.at, coder=event.coder, act="undid" if times % 2 else "redid", before=before, after=after,
                event_id=event.id, batch=event.batch, in_force=bool(event.standing), note="", of=told,
            )  # fmt: skip
    if event.op == "change":
        return _change(event, naming)
    return _coding(event, trail.then(event.id) if trail is not None else Then(), naming)


def _coding(event: Logged, then: Then, naming: Naming) -> Entry:
    before, after = _coding_sides(event, then, naming)
    return Entry(
        event.at, event.coder, _CODING_ACTS.get(event.op, "undid"), event.subject or event.target, event.document, event.case,
        naming(event.code or then.code), before, after, event.id, event.batch, "coding", bool(event.standing),
        event.note if event.op == "apply" else "", then.quote or event.quote,
    )  # fmt: skip


def _coding_sides(event: Logged, then: Then, naming: Naming) -> tuple[str, str]:
    """What an act on a coding changed: before and after."""
    if event.op == "apply":
        return "", event.quote
    if event.op == "note":
        return then.note, event.note
    if event.op == "recode":
        return naming(then.code), naming(event.code)
    if event.op == "mark":
        return then.mark, event.mark
    if event.op in ("move", "remove"):
        return then.quote, event.quote
    return "", ""


def _change(event: Logged, naming: Naming) -> Entry:
    step = Step(event.key, logged_state(event.before), logged_state(event.after))
    document, case, code = _places(event, step, naming)
    before, after = _told(event.what, step, naming)
    return Entry(
        event.at, event.coder, act_of(event.what, step), event.key, document, case, code, before, after, event.id, event.batch,
        event.what, bool(event.standing), event.note, step=step,
    )  # fmt: skip


def logged_state(text: str) -> dict[str, Any] | None:
    """A logged state; what is no object (in a log that somebody else wrote) counts as one without fields."""
    try:
        value = json.loads(text) if text else None
    except RecursionError:
        value = {}
    return value if isinstance(value, dict) or value is None else {}


def act_of(what: str, step: Step) -> str:
    if what == "code":
        return code_act(step)
    made, changed, gone = _STATE_ACTS.get(what, (f"made {what}", f"changed {what}", f"removed {what}"))
    return gone if step.after is None else made if step.before is None else changed


def code_act(step: Step) -> str:
    """What was done to a code, in one of the words of CODE_ACTS."""
    if step.before is None or step.after is None:
        return "created code" if step.after is not None else "deleted code"
    changes = step.changes()
    for field, act in (("deleted", "deleted code"), ("merged_into", "merged code"), ("retired", "retired code")):
        if changes.get(field, ("", ""))[1]:
            return act
    if set(changes) == {"name"}:
        return "renamed code"
    return "moved code" if changes and set(changes) <= {"parent", "previous"} else "changed code"


def _places(event: Logged, step: Step, naming: Naming) -> tuple[str, str, str]:
    """Document, case and code that a change concerns."""
    state = step.after or step.before or {}
    if event.what == "code":
        return "", "", naming(event.key)
    if event.what == "case":
        return "", event.key, ""
    if event.what in ("matter", "text"):
        return event.key, "", ""
    if event.what == "participant":
        return "", str(state.get("case") or ""), ""
    if event.what == "document":
        fields = state.get("fields")
        return event.key, str(fields.get("case") or "") if isinstance(fields, dict) else "", ""
    about = state.get("about") if event.what == "memo" else None
    if isinstance(about, dict):
        return str(about.get("document") or ""), str(about.get("case") or ""), naming(str(about.get("code") or ""))
    return "", "", ""


def _told(what: str, step: Step, naming: Naming) -> tuple[str, str]:
    """Before and after as text: of a change only the fields that differ, as compact JSON."""
    if what == "text":
        return removed_and_inserted(step)
    if what == "milestone":
        return (step.key if step.before is not None else ""), (step.key if step.after is not None else "")
    if what == "codebook":
        codes = (step.after or {}).get("codes")
        return "", f"{len(codes) if isinstance(codes, (dict, list)) else 0} codes"
    before, after = _in_one(step.before), _in_one(step.after)
    if before is not None and after is not None:
        names = list(step.changes()) if what == "code" else [
            name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]  # fmt: skip
        if len(names) > 1 and "previous" in names:
            names.remove("previous")
        before, after = ({name: _value(state, name, what) for name in names} for state in (before, after))
    return _json(before, what, naming), _json(after, what, naming)


def _in_one(state: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A state without what it says of its file's layout, the attributes of a case among its fields."""
    values = (state or {}).get("attributes")
    named = values if isinstance(values, dict) else {}
    return None if state is None else {
        name: value for name, value in state.items() if name not in ("matter", "attributes") or not isinstance(value, dict)
    } | named  # fmt: skip


def _value(state: Mapping[str, Any], name: str, what: str) -> Any:
    return value_of(state, name) if what == "code" else state.get(name)


def _json(state: Mapping[str, Any] | None, what: str, naming: Naming) -> str:
    if state is None:
        return ""
    shown = {name: value for name, value in state.items() if name != "id" and (name != "previous" or len(state) == 1)}
    if what == "code":
        shown |= {name: naming(str(shown[name])) for name in ("parent", "previous", "merged_into") if shown.get(name)}
    return as_text(shown)
