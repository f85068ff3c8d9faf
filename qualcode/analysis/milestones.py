"""Milestones, and the moments that people name: a date, a time, or a milestone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import NamedTuple

from qualcode.analysis.table import Table
from qualcode.core.moments import Moment, is_moment, moment, shown
from qualcode.core.text import fold
from qualcode.errors import BadOption
from qualcode.index.index import Index


class Milestone(NamedTuple):
    """A named moment of the study, with how many codings and codes the project had then (None where not noted)."""

    name: str
    at: str
    coder: str
    codings: int | None
    codes: int | None
    id: str


def milestones(index: Index) -> list[Milestone]:
    """The milestones that stand, oldest first."""
    found: dict[str, Milestone] = {}
    for ident, at, coder, key, after in index.rows(
        """SELECT id, at, coder, "key", "after" FROM event WHERE what = 'milestone' AND op = 'change' AND standing = 1
        ORDER BY id"""
    ):
        state = json.loads(after) if after else None
        if state is None:
            found.pop(name_key(key), None)
        else:
            values = state if isinstance(state, dict) else {}
            found[name_key(key)] = Milestone(key, at, coder, values.get("codings"), values.get("codes"), ident)
    return list(found.values())


def name_key(name: str) -> str:
    """What two names have in common that differ by spaces, letter case or accents' composition only."""
    return fold(" ".join(name.split()))


def milestone_table(index: Index) -> Table:
    """The milestones, oldest first: `milestone, at, coder, codings, codes, event_id`."""
    rows = [(m.name, m.at, m.coder, _or_empty(m.codings), _or_empty(m.codes), m.id) for m in milestones(index)]
    return Table(("milestone", "at", "coder", "codings", "codes", "event_id"), rows)


def _or_empty(number: int | None) -> int | str:
    return "" if number is None else number


def when(index: Index, text: str, *, end_of_day: bool = True) -> Moment:
    """The moment that a text names: a date (its end, unless told otherwise), a local time, a milestone, or `now`.

    Raises BadOption.
    """
    found = milestones(index)
    named = next((m for m in found if name_key(m.name) == name_key(text)), None)
    if named is not None:
        return Moment(named.at, named.id)
    if name_key(text) == "now":
        return Moment(datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    if not is_moment(text) and found and text.strip():
        names = ", ".join(repr(m.name) for m in found[-8:])
        raise BadOption(
            f"{text!r} is neither a date (2026-11-20, '2026-11-20 18:00') nor a milestone; milestones: {names}."
        )
    return Moment(moment(text, datetime.astimezone, end_of_day=end_of_day))


def local_time(at: str, *, seconds: bool = False) -> str:
    """An event's time for reading, in this computer's time zone."""
    return shown(at, datetime.astimezone, seconds=seconds)
