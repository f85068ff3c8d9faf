"""What the logs tell of the codebook: who changed which code when, and how it stood at any time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from qualcode.core.codebook import Codebook
from qualcode.core.codebook_steps import Step, apply_steps, code_from, state_of, value_of
from qualcode.core.events import Event
from qualcode.core.moments import Moment
from qualcode.errors import QualcodeError
from qualcode.index.event_rows import log_events
from qualcode.index.index import Index

RULES = ("definition", "use_when", "do_not_use_when")  # what a coder goes by when applying a code
BY_HAND = "by hand"
MERGED = "with a merge"  # the note of what came with others' events on which it stands, or settles what they tell


class Act(NamedTuple):
    """A change of one thing as it took effect, be it by a change or by a revert of one."""

    id: str
    at: str
    coder: str
    what: str
    step: Step
    note: str


def acts(index: Index, what: str = "", key: str = "") -> list[Act]:
    """All changes of codes, cases, documents and memos in the order in which they took effect."""
    return sorted(_acts(log_events(index, what, key)), key=lambda act: act.id)


def _acts(logs: Iterable[tuple[str, Sequence[Event]]]) -> Iterator[Act]:
    for coder, events in logs:
        by_id = {event.id: event for event in events}
        for event in events:
            target, times = event, 0
            while target.op == "revert" and target.target in by_id and times <= len(by_id):
                target, times = by_id[target.target], times + 1
            if target.op == "change":
                before, after = target.before, target.after
                step = Step(target.key, after, before) if times % 2 else Step(target.key, before, after)
                yield Act(event.id, event.at, coder, target.what, step, target.note if not times else "")


def code_acts(index: Index) -> list[Act]:
    """The changes of codes."""
    return acts(index, "code")


def codebook_at(index: Index, at: str | Moment) -> Codebook:
    """The codebook as it stood at a time (UTC, ISO 8601) or moment.

    Where the log explains today's codebook without a gap it is replayed up to then; else what came later is taken back
    from today's. What was changed by hand before qualcode first saw it cannot be known and is taken to have always been so.
    """
    moment = at if isinstance(at, Moment) else Moment(at)
    replayed = _replayed(index, moment)
    return replayed if replayed is not None else _taken_back(index, moment)


def _replayed(index: Index, moment: Moment) -> Codebook | None:
    """Exact, also in the order of siblings; None before the codebook was first noted, or where the log has gaps."""
    first = _first_noted(index)
    if first is None or (first.at, first.id) > moment:
        return None
    start = Codebook(tuple(code_from(key, state) for key, state in first.codes.items()), index.codebook.title)
    later = [act for act in code_acts(index) if act.id > first.id]
    try:
        if apply_steps(start, (act.step for act in later)).codes != index.codebook.codes:
            return None
        return apply_steps(start, (act.step for act in later if (act.at, act.id) <= moment))
    except (QualcodeError, TypeError, LookupError, ValueError, AttributeError):
        return None  # a log that somebody else wrote, with states that are none


def _taken_back(index: Index, moment: Moment) -> Codebook:
    book = index.codebook
    for act in reversed(code_acts(index)):
        if (act.at, act.id) <= moment:
            continue
        step = Step(act.step.key, act.step.after, act.step.before)
        if step.before is not None and step.after is not None and step.key not in book:
            continue
        try:
            book = apply_steps(book, [step])
        except QualcodeError:
            continue  # the file was changed by hand in ways the log does not tell
    return book


class _Noted(NamedTuple):
    """The codebook as it was when it was first noted."""

    id: str
    at: str
    codes: dict[str, dict[str, Any]]


def _first_noted(index: Index) -> _Noted | None:
    for act in acts(index, "codebook"):
        codes = act.step.after.get("codes") if isinstance(act.step.after, dict) else None
        if isinstance(codes, dict) and all(isinstance(state, dict) for state in codes.values()):
            return _Noted(act.id, act.at, codes)
    return None


def known_codes(index: Index) -> dict[str, dict[str, Any]] | None:
    """The state of every code as the logs tell it, from when the codebook was first noted; None where it never was."""
    first = _first_noted(index)
    if first is None:
        return None
    states: dict[str, dict[str, Any]] = {key: dict(state) for key, state in first.codes.items()}
    for act in code_acts(index):
        if act.id < first.id:
            continue
        step = act.step
        if step.after is None:
            states.pop(step.key, None)
        elif step.before is None or step.key not in states:
            states[step.key] = dict(step.after)
        else:
            states[step.key] |= {name: after for name, (_, after) in step.changes().items()}
    return states


def unlogged(index: Index) -> list[Step]:
    """What was changed in codebook.yaml by hand since the logs last knew it; the order of codes does not count."""
    known = known_codes(index)
    if known is None or index.problems("codebook.yaml"):
        return []
    book = index.codebook
    steps = [Step(key, state, None) for key, state in reversed(known.items()) if key not in book]  # sub-codes go first
    for code in book.codes:
        now = state_of(book, code.id)
        before = known.get(code.id)
        if before is None:
            steps.append(Step(code.id, None, now))
        elif any(name != "previous" for name in Step(code.id, before, now).changes()):
            steps.append(Step(code.id, {**before, "previous": now["previous"]}, now))
    return steps


def rules_changed(index: Index) -> dict[str, list[Act]]:
    """For each code the acts that changed its definition or when (not) to use it, oldest first."""
    found: dict[str, list[Act]] = {}
    for act in code_acts(index):
        if any(name in RULES for name in act.step.changes()):
            found.setdefault(act.step.key, []).append(act)
    return found


def rules_of(state: Any) -> tuple[str, ...]:
    """Definition, use when, do not use when of a logged state."""
    return tuple(str(value_of(state, name)) for name in RULES)


def as_text(value: Any) -> str:
    """A logged value for a table: text as it is, anything else as JSON, "" for none."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
