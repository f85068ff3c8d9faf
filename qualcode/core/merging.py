"""Two copies of one thing made one again: what each changed since they were the same, as the logs of both tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from qualcode.core.codebook_steps import FIELDS as CODE_FIELDS
from qualcode.core.codebook_steps import Step, value_of

UNKNOWN: Any = object()
ATTRIBUTE = "attribute "
Flat = Mapping[str, Any]
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "code": (*CODE_FIELDS, "parent"),
    "case": ("name",),
    "participant": ("name", "role", "case"),
    "attribute": ("type",),
    "filter": ("expression",),
    "memo": ("title", "about", "kind", "date", "author", "text"),
    "text": ("hash",),
}
_NAMED_BY_ID = ("case", "participant")


class Past(NamedTuple):
    """What the logs tell of one thing, in order of time: changes that both copies know, and those of only one of them.

    `first` is its state before all of them: None for "not there", UNKNOWN where nothing tells. Where both copies have the
    same logs, as after a file-syncing tool, `told` is all that they tell, and which state came first follows from that.
    """

    shared: Sequence[Step] = ()
    since: Sequence[Step] = ()
    first: Any = UNKNOWN
    told: Sequence[Step] | None = None


class Verdict(NamedTuple):
    """What to do with the fields in which two copies differ: values of theirs to take, and (ours, theirs) of those that
    stay because only we changed them, and because both did."""

    take: dict[str, Any]
    stays: dict[str, tuple[Any, Any]]
    conflicts: dict[str, tuple[Any, Any]]


def flat(what: str, state: Any, key: str = "") -> dict[str, Any] | None:
    """The fields of a state that are compared, attributes of a case each on its own; None for "not there"."""
    if not isinstance(state, Mapping):
        return None
    if what == "code":
        return {name: value_of(state, name) for name in _FIELDS[what]}
    names = _FIELDS.get(what)
    found = {name: state.get(name) or "" for name in (names if names is not None else state)}
    if what in _NAMED_BY_ID:
        found["name"] = found["name"] or state.get("id") or key
    if what == "memo":
        found["about"] = found["about"] or "project"
    values = state.get("attributes") if what == "case" else None
    if isinstance(values, Mapping):
        found |= {f"{ATTRIBUTE}{name}": str(value) for name, value in values.items()}
    return found


def with_values(what: str, state: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The state with these (flat) fields changed."""
    own = {name: value for name, value in values.items() if not name.startswith(ATTRIBUTE)}
    changed = {**state, **own}
    given = {name.removeprefix(ATTRIBUTE): value for name, value in values.items() if name not in own}
    if given:
        attributes = {**(state.get("attributes") or {}), **given}
        changed["attributes"] = {name: value for name, value in attributes.items() if value}
    return changed


def was_there(past: Past) -> bool | None:
    """Whether the thing was there when the copies were last the same; None where nothing tells."""
    if past.told is not None:
        return bool(past.told) and past.told[-1].after is None
    if past.shared:
        return past.shared[-1].after is not None
    if past.first is not UNKNOWN:
        return past.first is not None
    return past.since[0].before is not None if past.since else None


def common_value(what: str, past: Past, name: str) -> Any:
    """A field's value when the copies were last the same; UNKNOWN where nothing tells."""
    value = past.first
    known = flat(what, value) if value is not UNKNOWN else None
    found = known.get(name, "") if known is not None else UNKNOWN
    for step in past.shared:
        before, after = flat(what, step.before) or {}, flat(what, step.after)
        if after is not None and (name in after or (what != "matter" and name.startswith(ATTRIBUTE))):
            changed = step.before is None or before.get(name, "") != after.get(name, "")
            found = after.get(name, "") if changed or found is UNKNOWN else found
    if found is not UNKNOWN:
        return found
    for step in past.since:
        before_then = flat(what, step.before)
        if before_then is not None and (name in before_then or what != "matter"):
            return before_then.get(name, "")
    return UNKNOWN


def compare(what: str, past: Past, ours: Flat, theirs: Flat) -> Verdict:
    """What of theirs to take. What was filled in on one side only is no conflict."""
    verdict = Verdict({}, {}, {})
    for name in dict.fromkeys([*ours, *theirs]):
        one, other = ours.get(name, ""), theirs.get(name, "")
        if one == other:
            continue
        base = base_of(what, past, name, one, other)
        if base is UNKNOWN and not (one and other):
            base = other if one else one  # the one that is empty
        if base == one:
            verdict.take[name] = other
        elif base == other:
            verdict.stays[name] = (one, other)
        else:
            verdict.conflicts[name] = (one, other)
    return verdict


def base_of(what: str, past: Past, name: str, one: Any, other: Any) -> Any:
    """The value of a field from which these two came; UNKNOWN where nothing tells."""
    return common_value(what, past, name) if past.told is None else forked_at(what, past.told, name, one, other)


def forked_at(what: str, told: Sequence[Step], name: str, one: Any, other: Any) -> Any:
    """The last value from which both came, which is one of the two where the other came from it; UNKNOWN where nothing tells."""
    came_from: dict[str, list[Any]] = {}
    newest: Any = UNKNOWN
    for step in told:
        before, after = flat(what, step.before) or {}, flat(what, step.after) or {}
        was, became = before.get(name, ""), after.get(name, "")
        if was != became:
            came_from.setdefault(repr(became), []).insert(0, was)
            newest = became
    above = [_line(came_from, value) for value in (one, other)]
    descends = other in above[0], one in above[1]
    if all(descends):  # changed and changed back: the last change tells
        return one if newest == other else other
    if any(descends):
        return other if descends[0] else one
    return next((value for value in above[0] if value in above[1]), UNKNOWN)


def _line(came_from: Mapping[str, Sequence[Any]], value: Any) -> list[Any]:
    """The values from which one came, the nearest first."""
    found: list[Any] = []
    waiting = [value]
    while waiting:
        for before in came_from.get(repr(waiting.pop(0)), ()):
            if before not in found:
                found.append(before)
                waiting.append(before)
    return found


def changed_since(what: str, past: Past, now: Flat) -> bool:
    """Whether a thing is another than when the copies were last the same, as far as can be told."""
    if past.told is not None:
        known = flat(what, past.told[-1].before) if past.told else None
        return known is not None and any(known.get(name, "") != value for name, value in now.items())
    return any(common_value(what, past, name) not in (UNKNOWN, value) for name, value in now.items())
