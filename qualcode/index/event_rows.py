"""Events in the index: rows in, events out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any

from qualcode.core.events import Event, standing, subjects
from qualcode.core.revision import revision_data, revision_from
from qualcode.index.index import Index

_COLUMNS = 24
_AT_ONCE = 400
_NAMES = (
    "id", "at", "op", "batch", "subject", "target", "code", "start", '"end"', "quote", "body", "prefix", "suffix", "note",
    "mark", "what", '"key"', '"before"', '"after"',
)  # fmt: skip


def insert_events(index: Index, ident: int, coder: str, document: str, events: Sequence[Event], known: int = 0) -> None:
    """Keep these events of a file, all about the same things. The first `known` are there already: of them only whether
    they still stand can have changed."""
    in_force = {event.id for event in standing(events)}
    about = subjects(events)
    ops = {event.id: event.op for event in events}
    index.db.executemany(
        "UPDATE event SET standing = ?1 WHERE id = ?2 AND file = ?3 AND standing <> ?1",
        [(e.id in in_force, e.id, ident) for e in events[:known]],
    )
    index.db.executemany(
        f"INSERT OR REPLACE INTO event VALUES ({', '.join('?' * _COLUMNS)})",
        [(e.id, ident, coder, document, e.at, e.op, e.batch or e.id, about[e.id], e.target, e.code, e.start, e.end,
          e.quote, e.body, e.prefix, e.suffix, e.note, e.mark, e.what, e.key, as_json(e.before), as_json(e.after), e.id in in_force,
          e.op == "revert" and ops.get(e.target) != "revert") for e in events[known:]],
    )  # fmt: skip
    _keep_revisions(index, events[known:])


def _keep_revisions(index: Index, events: Sequence[Event]) -> None:
    """What changes of texts tell about how their versions follow from one another; true whether they still stand or not."""
    for event in events:
        for state, other in ((event.after, event.before), (event.before, event.after)):
            if (
                event.what != "text"
                or not isinstance(state, dict)
                or not isinstance(other, dict)
                or "edits" not in state
            ):
                continue
            revision, old, new = revision_from(state), other.get("hash"), state.get("hash")
            if revision is not None and isinstance(old, str) and isinstance(new, str):
                data = json.dumps(revision_data(revision), ensure_ascii=False)
                index.db.execute(
                    "INSERT OR REPLACE INTO text_revision VALUES (?, ?, ?, ?)", [event.key, old, new, data]
                )


def events_of(index: Index, relative: str, subject: str | None = None) -> list[Event]:
    """The events of one file, or those about one coding."""
    where = "file = (SELECT id FROM file WHERE path = ?)" + ("" if subject is None else " AND subject = ?")
    return [_event(row) for row in index.rows(
        f"SELECT {', '.join(_NAMES)} FROM event WHERE {where}",
        [relative] if subject is None else [relative, subject])]  # fmt: skip


def events_about(index: Index, subjects: Collection[tuple[int, str]]) -> Iterator[tuple[tuple[int, str], list[Event]]]:
    """The events about each of these things: pairs of a file's id and a subject."""
    waiting = sorted(subjects)
    for at in range(0, len(waiting), _AT_ONCE):
        some = waiting[at : at + _AT_ONCE]
        marks = ", ".join(["(?, ?)"] * len(some))
        rows = index.rows(
            f"""SELECT e.file, {", ".join(f"e.{name}" for name in _NAMES)} FROM (WITH w(file, subject) AS (VALUES {marks})
            SELECT * FROM w) w JOIN event e ON e.file = w.file AND e.subject = w.subject ORDER BY e.file, e.subject, e.id""",
            [value for pair in some for value in pair],
        )
        for key, group in groupby(rows, lambda row: (row[0], row[5])):
            yield key, [_event(row[1:]) for row in group]


def log_events(index: Index, what: str = "", key: str = "") -> list[tuple[str, list[Event]]]:
    """The changes of state in each log, of one kind of thing (or one thing) or all, with their reverts; by coder."""
    where, values = "e.file IN (SELECT id FROM file WHERE document = '' AND coder <> '')", []
    if what:
        where += """ AND (e.file, e.subject) IN (SELECT c.file, c.subject FROM event c WHERE c.op = 'change' AND c.what = ?
          AND (? = '' OR c."key" = ?))"""
        values = [what, key, key]
    found: dict[str, list[Event]] = {}
    for coder, *row in index.rows(
        f"""SELECT e.coder, {", ".join(f"e.{name}" for name in _NAMES)} FROM event e WHERE {where} ORDER BY e.id""",
        values,
    ):
        found.setdefault(coder, []).append(_event(row))
    return list(found.items())


def events_around(index: Index, relative: str, event: str) -> list[Event]:
    """All events of the file about the same coding as this one (in a log: about the same change)."""
    subject = index.value(
        "SELECT subject FROM event WHERE id = ? AND file = (SELECT id FROM file WHERE path = ?)", [event, relative]
    )
    return events_of(index, relative, subject)


def _state(text: str) -> Any:
    """A logged state; what is no object (in a log that somebody else wrote) counts as one without fields."""
    value = json.loads(text) if text else None
    return value if isinstance(value, dict) or value is None else {}


def as_json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _event(row: Sequence[Any]) -> Event:
    (
        ident,
        at,
        op,
        batch,
        subject,
        target,
        code,
        start,
        end,
        quote,
        body,
        prefix,
        suffix,
        note,
        mark,
        what,
        key,
        before,
        after,
    ) = row
    return Event(
        ident, at, op, batch if batch != ident else "", subject if op not in ("apply", "revert", "change") else "", target, code,
        start, end, quote, body, prefix, suffix, note, mark, what, key,
        _state(before), _state(after),
    )  # fmt: skip
