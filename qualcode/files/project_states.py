"""Cases, participants, types of attributes and named filters as the log keeps them: their states in project.yaml as it was read.

A case is {"id", "name", "attributes": {name: text}}, a participant {"id", "name", "role", "case"}, an attribute {"type"},
a filter {"expression"}; the latter two stand in mappings from name to that one field.
Fields that are empty may be missing; a name that is missing is the id. `matter` tells how the file was laid out where that
is not as qualcode would write it; it says nothing about the thing itself.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.errors import CannotUndo

SECTIONS: Mapping[str, str] = {
    "case": "cases", "participant": "participants", "attribute": "attributes", "filter": "filters",
}  # fmt: skip
FIELDS: Mapping[str, tuple[str, ...]] = {
    "case": ("name",),
    "participant": ("name", "role", "case"),
    "attribute": ("type",),
    "filter": ("expression",),
}
# Kinds of one field, which the mapping holds.
MAPPINGS: Mapping[str, str] = {"attribute": "type", "filter": "expression"}


def entries(project: Any, what: str) -> dict[str, Any]:
    """The things of one kind in a loaded project.yaml by id, as they stand there."""
    section = project.get(SECTIONS[what]) if isinstance(project, dict) else None
    if what in MAPPINGS:
        return section if isinstance(section, dict) else {}
    listed = section if isinstance(section, list) else []
    return {entry["id"]: entry for entry in listed if isinstance(entry, dict) and isinstance(entry.get("id"), str)}


def state_in(entry: Any, what: str, key: str) -> dict[str, Any]:
    """The state of one entry of project.yaml."""
    if what in MAPPINGS:
        return {MAPPINGS[what]: entry if isinstance(entry, str) else ""}
    found: dict[str, Any] = {"id": key}
    for name in FIELDS[what]:
        if value := str(entry.get(name) or ""):
            found[name] = value
    values = entry.get("attributes")
    if what == "case" and isinstance(values, dict) and values:
        found["attributes"] = {name: str(value) for name, value in values.items()}
    return found


def changed_fields(what: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """The fields in which two states differ, with the values they get ("" for none)."""
    return {name: value_of(after, name) for name in FIELDS[what] if value_of(before, name) != value_of(after, name)}


def changed_attributes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, str | None]:
    """The attributes in which two states of a case differ, with the values they get (None: it is to be there no more)."""
    was, becomes = attributes_of(before), attributes_of(after)
    return {name: becomes.get(name) for name in [*was, *(name for name in becomes if name not in was)]
            if was.get(name) != becomes.get(name)}  # fmt: skip


def value_of(state: Mapping[str, Any] | None, name: str) -> str:
    """A field's value; a name that is missing is the id."""
    state = state or {}
    return str(state.get(name) or (state.get("id") if name == "name" else "") or "")


def attributes_of(state: Mapping[str, Any] | None) -> dict[str, str]:
    """The attributes of a case's state; in a log that somebody else wrote they may be anything."""
    found = (state or {}).get("attributes")
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def project_after(project: Any, what: str, steps: Sequence[Step]) -> Any:
    """The loaded project.yaml with these steps taken. Raises CannotUndo where something is not as a step expects it."""
    after = copy.deepcopy(project) if isinstance(project, dict) else {}
    known = entries(after, what)
    for step in steps:
        now = known.get(step.key)
        _refuse_if_changed(what, step, None if now is None else state_in(now, what, step.key))
        if step.after is None:
            del known[step.key]
        elif now is None:
            known[step.key] = new_entry(what, step.key, step.after)
        elif what in MAPPINGS:
            known[step.key] = value_of(step.after, MAPPINGS[what])
        else:
            now |= changed_fields(what, step.before, step.after)
            if attributes := changed_attributes(step.before, step.after):
                values = {**(now.get("attributes") or {}), **attributes}
                now["attributes"] = {name: value for name, value in values.items() if value is not None}
    after[SECTIONS[what]] = known if what in MAPPINGS else list(known.values())
    return after


def new_entry(what: str, key: str, state: Mapping[str, Any]) -> Any:
    """What is written of a thing that is new."""
    if what in MAPPINGS:
        return value_of(state, MAPPINGS[what])
    entry: dict[str, Any] = {"id": key, "name": value_of(state, "name") or key}
    entry |= {name: value for name in FIELDS[what][1:] if (value := value_of(state, name))}
    return entry | ({"attributes": attributes_of(state)} if attributes_of(state) else {})


def says_the_same(one: Any, other: Any) -> bool:
    """Whether two loaded project.yaml say the same, whatever of them is written as empty or left out."""
    return bool(_without_empty(one) == _without_empty(other))


def _without_empty(project: Any) -> Any:
    if not isinstance(project, dict):
        return project
    kept = {name: value for name, value in project.items() if name not in SECTIONS.values() or value}
    for section in ("cases", "participants"):
        if isinstance(kept.get(section), list):
            kept[section] = [_no_empty_fields(entry) for entry in kept[section]]
    return kept


def _no_empty_fields(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {name: value for name, value in entry.items() if value and not (name == "name" and value == entry.get("id"))}


def _refuse_if_changed(what: str, step: Step, now: Mapping[str, Any] | None) -> None:
    shown = f"The {what} {step.key!r}"
    if step.before is None:
        if now is not None:
            raise CannotUndo(f"{shown} is in project.yaml already; nothing was changed.")
        return
    if now is None:
        raise CannotUndo(f"{shown} is not in project.yaml any more; nothing was changed.")
    whole = step.after is None
    fields = [name for name in (FIELDS[what] if whole else changed_fields(what, step.before, step.after))
              if value_of(now, name) != value_of(step.before, name)]  # fmt: skip
    was, is_now = attributes_of(step.before), attributes_of(now)
    names = {**was, **is_now} if whole else changed_attributes(step.before, step.after)
    fields += [name for name in names if (was.get(name) or "") != (is_now.get(name) or "")]
    if fields:
        raise CannotUndo(
            f"{shown} was changed since in project.yaml ({', '.join(fields)}), so it is left as it is. "
            "`qualcode log` shows by whom; a change by hand is taken back in an editor."
        )
