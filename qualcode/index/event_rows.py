"""Events in the index: rows in, events out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qualcode.core.events import Event, standing, subjects
from qualcode.index.index import Index

_COLUMNS = 23


def insert_events(index: Index, ident: int, coder: str, document: str, events: Sequence[Event]) -> None:
    in_force = {event.id for event in standing(events)}
    about = subjects(events)
    ops = {event.id: event.op for event in events}
    index.db.executemany(
        f"INSERT OR REPLACE INTO event VALUES ({', '.join('?' * _COLUMNS)})",
        [(e.id, ident, coder, document, e.at, e.op, e.batch or e.id, about[e.id], e.target, e.code, e.start, e.end,
          e.quote, e.body, e.prefix, e.suffix, e.note, e.what, e.key, as_json(e.before), as_json(e.after), e.id in in_force,
          e.op == "revert" and ops.get(e.target) != "revert") for e in events],
    )  # fmt: skip


def events_of(index: Index, relative: str, subject: str | None = None) -> list[Event]:
    """The events of one file, or those about one coding."""
    where = "file = (SELECT id FROM file WHERE path = ?)" + ("" if subject is None else " AND subject = ?")
    return [_event(row) for row in index.rows(
        'SELECT id, at, op, batch, subject, target, code, start, "end", quote, body, prefix, suffix, note, what, "key", "before", '
        f'"after" FROM event WHERE {where}', [relative] if subject is None else [relative, subject])]  # fmt: skip


def events_around(index: Index, relative: str, event: str) -> list[Event]:
    """All events of the file about the same coding as this one (for a log: all of them)."""
    subject = index.value(
        "SELECT subject FROM event WHERE id = ? AND file = (SELECT id FROM file WHERE path = ?)", [event, relative]
    )
    return events_of(index, relative, subject)


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
        what,
        key,
        before,
        after,
    ) = row
    return Event(
        ident, at, op, batch if batch != ident else "", subject if op not in ("apply", "revert") else "", target, code,
        start, end, quote, body, prefix, suffix, note, what, key,
        json.loads(before) if before else None, json.loads(after) if after else None,
    )  # fmt: skip
