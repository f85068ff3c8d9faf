"""What stands in the way of taking an act back: later acts that build on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from qualcode.analysis.audit import Wanted, entries, sentence
from qualcode.analysis.history import acts
from qualcode.analysis.milestones import local_time
from qualcode.core.codebook_steps import Step
from qualcode.core.events import Coding, Event, fold, standing
from qualcode.errors import CannotUndo
from qualcode.index.event_rows import events_of
from qualcode.index.index import Index

_ANY = ("note", "mark", "move", "recode", "keep", "remove")
_BUILDS_ON: Mapping[str, Sequence[str]] = {  # what a later act on the same coding must not be
    "apply": _ANY,
    "note": ("note", "remove"),
    "mark": ("mark", "remove"),
    "move": ("move", "remove"),
    "recode": ("recode", "keep", "remove"),
    "keep": (),
    "remove": (),
}
_NAMED = 4


class Reverted(NamedTuple):
    """An event of a log about to be taken back: whose log, the change it is about in the end, and the step this makes."""

    id: str
    change: Event
    step: Step


def refuse_where_later_acts_build_on_it(
    index: Index, coder: str, codings: Mapping[str, Sequence[str]], changes: Sequence[Reverted]
) -> None:
    """Raise CannotUndo, naming the acts, where later ones stand on what shall be taken back.

    `codings`: by document the ids of the coder's own events; `changes`: events of logs. What goes in the same step is no
    obstacle to itself.
    """
    _refuse_rewritten(changes)
    found: set[str] = set()
    codes = {change.change.key for change in changes if change.change.what == "code"}
    touched: set[str] = set()
    for document, idents in codings.items():
        path = index.folder.relative(index.folder.coding_file(coder, document))
        by_subject: dict[str, list[str]] = {}
        for ident, subject in _subjects(index, path, idents):
            by_subject.setdefault(subject, []).append(ident)
        touched |= set(by_subject)
        for subject, group in by_subject.items():
            found |= _on_coding(index, coder, document, events_of(index, path, subject), group, codes)
    found -= touched
    found |= _on_changes(index, changes, touched)
    if found:
        raise CannotUndo(in_the_way(index, found))


def _refuse_rewritten(changes: Sequence[Reverted]) -> None:
    """Raise CannotUndo for a rewriting for good, and for what was done before to things that it took words out of."""
    for change in sorted((reverted.change for reverted in changes), key=lambda change: change.what != "rewriting"):
        if change.what == "rewriting":
            done = f"What was done on {local_time(change.at)} was for good (redact, withdraw, pseudonyms apply)"
            raise CannotUndo(
                f"{done} and cannot be undone. Older acts are undone one by one: qualcode undo --event ID."
            )
        if any(isinstance(state, dict) and state.get("rewritten") for state in (change.before, change.after)):
            raise CannotUndo(
                f"Words of {change.key!r} were taken out for good since (qualcode log tells when), and with them what this "
                "would bring back; nothing was undone. Other acts are undone one by one: qualcode undo --event ID."
            )


def in_the_way(index: Index, idents: Iterable[str]) -> str:
    """A message that names these acts, newest first, and says how to take them back."""
    found = sorted(idents, reverse=True)
    named = entries(index, Wanted(ids=tuple(found[:_NAMED])), newest_first=True)
    told = [
        f"{local_time(entry.at)} {sentence(entry)} [{entry.event_id[-8:]}{'' if entry.in_force else ', undone'}]"
        for entry in named
    ]
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    first = named[0].event_id[-8:] if named else "ID"
    return (
        f"Nothing was undone, for later acts stand on it: {'; '.join(told)}{more}. "
        f"Undo those first, where they are yours, as by: qualcode undo --event {first}. "
        "To go round it: A, then u on the act that is meant"
    )


def _subjects(index: Index, path: str, idents: Sequence[str]) -> list[tuple[str, str]]:
    file = index.value("SELECT id FROM file WHERE path = ?", [path])
    found: list[tuple[str, str]] = []
    for at in range(0, len(idents), 500):
        some = idents[at : at + 500]
        marks = ", ".join("?" * len(some))
        found += index.rows(f"SELECT id, subject FROM event WHERE file = ? AND id IN ({marks})", [file, *some])
    return found


# ---------------------------------------------------------------- codings


def _on_coding(
    index: Index, coder: str, document: str, events: Sequence[Event], going: Sequence[str], codes: set[str]
) -> set[str]:
    """Events that stand on those going: on the same coding, or on the place and code that it would have again."""
    by_id = {event.id: event for event in events}
    stands = [event for event in standing(events) if event.op in _ANY and event.id not in going]
    found = set()
    for ident in going:
        root = by_id[ident]
        while root.op == "revert" and root.target in by_id:
            root = by_id[root.target]
        found |= {event.id for event in stands if event.id > root.id and event.op in _BUILDS_ON.get(root.op, ())}
    now = fold(events, coder, document)
    then = fold([*events, *_reverts(going)], coder, document)
    for coding in then.values():
        if now.get(coding.id) != coding and coding.code not in codes:
            _refuse_without_code(index, coding)
            found |= _twins(index, coding) if not codes else set()
    return found


def _reverts(going: Sequence[str]) -> list[Event]:
    return [Event(f"~{number}", "", "revert", target=ident) for number, ident in enumerate(going)]


def _refuse_without_code(index: Index, coding: Coding) -> None:
    """Raise CannotUndo where the coding would come back under a code that is gone."""
    book = index.codebook
    if coding.code in book and not book.is_gone(coding.code):
        return
    above = {code.id for code in book.ancestors(book.resolve_merge(coding.code))} | {coding.code}
    gone = [act.id for act in acts(index, "code") if act.step.key in above and _takes_away(act.step)]
    if gone:
        raise CannotUndo(in_the_way(index, gone[-1:]))
    raise CannotUndo(f"The code {coding.code!r} of this coding is not in the codebook any more; nothing was undone.")


def _takes_away(step: Step) -> bool:
    return step.after is None or bool(step.changes().get("deleted", (False, False))[1])


def _twins(index: Index, coding: Coding) -> set[str]:
    """Codings of the same coder with this code on just this passage."""
    rows = index.rows(
        """SELECT id FROM coding WHERE document = ? AND coder = ? AND code = ? AND made_start = ? AND made_end = ?
        AND body = ? AND id <> ?""",
        [coding.document, coding.coder, index.codebook.resolve_merge(coding.code), coding.start, coding.end,
         coding.anchor.body, coding.id],
    )  # fmt: skip
    return {ident for (ident,) in rows}


# ---------------------------------------------------------------- changes of state


def _on_changes(index: Index, changes: Sequence[Reverted], codings: set[str]) -> set[str]:
    going = {change.change.id for change in changes}
    things = {change.step.key for change in changes if change.step.after is None}
    codes = {change.step.key for change in changes if change.step.after is not None and change.change.what == "code"}
    with_code = any(change.change.what == "code" for change in changes)
    found: set[str] = set()
    for change in changes:
        what, fields = change.change.what, _fields(change.change.before, change.change.after)
        if what == "memo" and with_code and fields == {"text"}:
            continue  # a link that followed its code: the memo knows how to keep what was written since
        for ident, before, after in index.rows(
            """SELECT id, "before", "after" FROM event WHERE op = 'change' AND what = ? AND "key" = ? AND standing = 1
            AND id > ?""",
            [what, change.step.key, change.change.id],
        ):
            later = _fields(json.loads(before or "null"), json.loads(after or "null"))
            if ident not in going and (not fields or not later or fields & later):
                found.add(ident)
        if change.step.after is None:
            found |= _users(index, what, change.step.key, things | codings)
        if what == "code":
            found |= _without_parent(index, change.step, codes) - going
    return found


def _without_parent(index: Index, step: Step, coming: set[str]) -> set[str]:
    """The act that took away the code under which this one would come to stand again, unless that comes too."""
    parent = (step.after or {}).get("parent") or ""
    if not parent or parent in coming or parent in index.codebook or parent == (step.before or {}).get("parent"):
        return set()
    return {
        act.id for act in [act for act in acts(index, "code") if act.step.key == parent and _takes_away(act.step)][-1:]
    }


def _fields(before: object, after: object) -> set[str]:
    """The fields in which two states differ, a code's place among its siblings left out where more does; {} for a thing
    that came or went."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return set()
    before, after = _flat(before), _flat(after)
    differ = {name for name in (*before, *after) if (before.get(name) or "") != (after.get(name) or "")} - {"matter"}
    return differ - {"previous"} or differ or {"nothing"}


def _flat(state: dict[str, object]) -> dict[str, object]:
    """A state with each attribute of a case as a field of its own."""
    values = state.get("attributes")
    named = {f"attribute {name}": value for name, value in values.items()} if isinstance(values, dict) else {}
    return {name: value for name, value in state.items() if name != "attributes"} | named


def _users(index: Index, what: str, key: str, going: set[str]) -> set[str]:
    """Events by which others' work, or later work, came to stand on a thing that would be taken away."""
    queries = {
        "code": """SELECT CASE WHEN e.code = ? OR e.code IS NULL THEN c.id ELSE c.judged END, c.id FROM coding_row c
          LEFT JOIN event e ON e.file = c.file AND e.id = c.id WHERE c.made_code = ?""",
        "document": "SELECT id, id FROM coding_row WHERE document = ? OR document = ?",
        "case": """SELECT max(e.id), d.id FROM document d JOIN event e ON e.what = 'document' AND e."key" = d.id
          WHERE (d.kase = ? OR d.kase = ?) AND e.standing = 1 GROUP BY d.id""",
        "participant": """SELECT max(e.id), d.id FROM document d JOIN event e ON e.what = 'document' AND e."key" = d.id
          WHERE EXISTS (SELECT 1 FROM json_each(d.speakers) WHERE value = ? OR value = ?) AND e.standing = 1
          GROUP BY d.id""",
    }
    if what not in queries:
        return set()
    return {ident for ident, thing in index.rows(queries[what], [key, key]) if thing not in going}
