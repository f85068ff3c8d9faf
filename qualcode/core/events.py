"""Coding events and their fold: the only place that knows what each op means.

    apply    code, start, end, quote, body [, prefix, suffix, note]     the event's id is the coding's id
    note     coding, note                               "" takes the note away
    mark     coding, mark                               "exemplary": a quote to cite; "" takes the mark away
    move     coding, start, end, quote, body [, prefix, suffix]         the span changed
    recode   coding, code                               the code was replaced
    keep     coding                                     read again under a changed definition and found right
    remove   coding
    revert   target                                     cancels one event of the same file, a revert included

Every event has `v`, `id`, `at` (UTC, ISO 8601) and `op`; those done in one go share a `batch`.
In the project's log (log/<coder>.jsonl) stand `change` events instead: what, key, before, after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qualcode.core.anchors import Anchor

VERSION = 1
EXEMPLARY = "exemplary"
_REQUIRED: Mapping[str, tuple[tuple[str, type], ...]] = {
    "apply": (("code", str), ("start", int), ("end", int), ("quote", str), ("body", str)),
    "note": (("coding", str), ("note", str)),
    "mark": (("coding", str), ("mark", str)),
    "move": (("coding", str), ("start", int), ("end", int), ("quote", str), ("body", str)),
    "recode": (("coding", str), ("code", str)),
    "keep": (("coding", str),),
    "remove": (("coding", str),),
    "revert": (("target", str),),
    "change": (("what", str), ("key", str)),
}
_NUMBERS = ("start", "end")
_NO_TEXTS = (*_NUMBERS, "before", "after")
_TEXTS = ("quote", "prefix", "suffix", "note")
_MOST_LEVELS = 50  # of what a change tells as before and after
_NEVER_EMPTY = ("id", "code", "coding", "target")
_LONGEST = 1000  # signs of any other text: ids and times, of which no sound one has more than 120


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an event file. Fields that the op does not use are empty."""

    id: str
    at: str
    op: str
    batch: str = ""
    coding: str = ""
    target: str = ""
    code: str = ""
    start: int = 0
    end: int = 0
    quote: str = ""
    body: str = ""
    prefix: str = ""
    suffix: str = ""
    note: str = ""
    mark: str = ""
    what: str = ""
    key: str = ""
    before: Any = None
    after: Any = None

    @property
    def subject(self) -> str:
        """The coding that the event is about, for a change of state the event itself ("" for reverts: their target tells)."""
        return self.id if self.op in ("apply", "change") else self.coding

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.start, self.end, self.quote, self.body, self.prefix, self.suffix)


@dataclass(frozen=True, slots=True)
class Coding:
    """A code applied to a span by a coder, as it stands after all events; times are UTC, ISO 8601.

    `judged` is the id of the event by which its coder last decided for this code: apply, recode or keep.
    """

    id: str
    coder: str
    document: str
    code: str
    anchor: Anchor
    note: str
    created_at: str
    modified_at: str
    judged: str = ""
    mark: str = ""

    @property
    def start(self) -> int:
        return self.anchor.start

    @property
    def end(self) -> int:
        return self.anchor.end

    @property
    def text(self) -> str:
        return self.anchor.quote


def event_from(data: Any) -> Event | str:
    """The event that a decoded line holds, or what is wrong with it."""
    if not isinstance(data, dict):
        return "not an event (a JSON object was expected)"
    version, op = data.get("v"), data.get("op")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        return f"written by a newer qualcode (format {version}; this one reads up to {VERSION})"
    if version != VERSION or not isinstance(op, str):
        return "not an event of qualcode (no usable v and op)"
    if op not in _REQUIRED:
        return f"written by a newer qualcode (operation {op!r} is not known to this one)"
    for name, kind in (("id", str), ("at", str), *_REQUIRED[op]):
        value = data.get(name)
        if not isinstance(value, kind) or isinstance(value, bool) or (name in _NEVER_EMPTY and not value):
            return f"the event's {name!r} is missing or of the wrong type"
    if op in ("apply", "move") and not 0 <= data["start"] < data["end"]:
        return "the event's span is empty or runs backwards"
    fields = {name: data[name] for name in Event.__slots__ if name in data}
    for name, value in fields.items():
        if type(value) is str and name not in _NO_TEXTS:
            if len(value) > _LONGEST and name not in _TEXTS:
                return f"the event's {name!r} is far too long"
            continue
        if name in ("before", "after"):
            if _too_deep(value):
                return f"the event's {name!r} is nested more than {_MOST_LEVELS} levels deep"
        elif not _is_kind(value, int if name in _NUMBERS else str):
            return f"the event's {name!r} is of the wrong type"
    return Event(**fields)


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_MOST_LEVELS):
        level = [inner for outer in level if isinstance(outer, (dict, list))
                 for inner in (outer.values() if isinstance(outer, dict) else outer)]  # fmt: skip
        if not level:
            return False
    return True


def _is_kind(value: Any, kind: type) -> bool:
    if isinstance(value, bool) or not isinstance(value, kind):
        return False
    return not isinstance(value, int) or abs(value) < 2**63


def event_data(event: Event) -> dict[str, Any]:
    """The event as it is written: `v` first, empty fields left out, save those that the op calls for."""
    needed = {"id", "at", "op", *(name for name, _ in _REQUIRED[event.op])}
    if event.op == "change":
        needed |= {"before", "after"}
    data: dict[str, Any] = {"v": VERSION}
    for name in Event.__slots__:
        value = getattr(event, name)
        if name in needed or value not in ("", 0, None):
            data[name] = value
    return data


def standing(events: Iterable[Event]) -> list[Event]:
    """The events in force, by id: those that no revert in force cancels, reverts among them.

    Whether an event stands follows from which revert names which event alone, so neither the order of lines (as
    after a git merge) nor a clock that went wrong changes it; an event that occurs twice counts once.
    """
    by_id = {event.id: event for event in events}
    ordered = sorted(by_id.values(), key=lambda event: event.id)
    reverts: dict[str, list[str]] = {}
    for event in ordered:
        if event.op == "revert":
            reverts.setdefault(event.target, []).append(event.id)
    if not reverts:
        return ordered
    stands: dict[str, bool] = {}
    for event in ordered:
        _settle(event.id, reverts, stands)
    return [event for event in ordered if stands[event.id]]


def _settle(ident: str, reverts: Mapping[str, list[str]], stands: dict[str, bool]) -> None:
    """Find out whether an event stands, those that revert it first; without recursion, as chains may be long."""
    waiting, open_ones = [ident], set()
    while waiting:
        now = waiting[-1]
        unsettled = [r for r in reverts.get(now, ()) if r not in stands and r not in open_ones]
        if now not in stands and unsettled:
            open_ones.add(now)
            waiting.extend(unsettled)
            continue
        if now not in stands:
            stands[now] = not any(stands.get(revert, False) for revert in reverts.get(now, ()))
        waiting.pop()


def fold(events: Iterable[Event], coder: str, document: str) -> dict[str, Coding]:
    """The codings in force after these events of one coder on one document, by id."""
    codings: dict[str, Coding] = {}
    for event in standing(events):
        if event.op == "apply":
            codings[event.id] = Coding(
                event.id, coder, document, event.code, event.anchor, event.note, event.at, event.at, event.id, event.mark
            )  # fmt: skip
        elif event.op == "remove":
            codings.pop(event.coding, None)
        elif event.op in ("note", "mark", "move", "recode", "keep") and event.coding in codings:
            codings[event.coding] = _changed(codings[event.coding], event)
    return codings


def _changed(coding: Coding, event: Event) -> Coding:
    return Coding(
        id=coding.id,
        coder=coding.coder,
        document=coding.document,
        code=event.code if event.op == "recode" else coding.code,
        anchor=event.anchor if event.op == "move" else coding.anchor,
        note=event.note if event.op == "note" else coding.note,
        created_at=coding.created_at,
        modified_at=coding.modified_at if event.op == "keep" else max(coding.modified_at, event.at),
        judged=event.id if event.op in ("recode", "keep") else coding.judged,
        mark=event.mark if event.op == "mark" else coding.mark,
    )


def subjects(events: Iterable[Event]) -> dict[str, str]:
    """For each event id the coding it is about, reverts followed to what they revert; "" for those that go round in a circle."""
    by_id = {event.id: event for event in events}
    found: dict[str, str] = {}
    for event in by_id.values():
        way: dict[str, None] = {}
        while event.op == "revert" and event.target in by_id and event.id not in found and event.id not in way:
            way[event.id] = None
            event = by_id[event.target]
        subject = found.get(event.id, event.subject)
        found |= dict.fromkeys((*way, event.id), subject)
    return found
