"""What the logs of two copies of a project tell of each thing: what both know, and what only one of them does."""

from __future__ import annotations

from typing import Any

from qualcode.analysis.history import Act, acts
from qualcode.core.merging import UNKNOWN, Past
from qualcode.index.index import Index

_Thing = tuple[str, str]


class Pasts:
    """The past of every thing, by kind and id."""

    def __init__(self, ours: Index, theirs: Index) -> None:
        self._ours, self._theirs = _by_thing(ours), _by_thing(theirs)
        self.here = {act.id for group in self._ours.values() for act in group}
        self.there = {act.id for group in self._theirs.values() for act in group}
        self._noted = _noted_codes(self._ours) if self._common_note() else None

    def of(self, what: str, key: str) -> Past:
        """What is known of one thing."""
        own, others = self._ours.get((what, key), []), self._theirs.get((what, key), [])
        shared = [act.step for act in own if act.id in self.there]
        new = [act for act in own if act.id not in self.there] + [act for act in others if act.id not in self.here]
        return Past(shared, [act.step for act in sorted(new, key=lambda act: act.id)], self._first(what, key))

    def taken_away_here(self, what: str, key: str) -> bool:
        """Whether the last that the log here tells of a thing is that it was taken away."""
        own = self._ours.get((what, key))
        return bool(own) and own[-1].step.after is None if own else False

    def last(self, what: str, key: str, *, here: bool) -> Act | None:
        """The last act on a thing that one of the copies knows."""
        found = (self._ours if here else self._theirs).get((what, key))
        return found[-1] if found else None

    def made_by(self, what: str, key: str) -> str:
        """Who made a thing there, as far as the log tells."""
        return next((act.coder for act in self._theirs.get((what, key), ()) if act.step.before is None), "")

    def _first(self, what: str, key: str) -> Any:
        if what == "code" and self._noted is not None:
            return self._noted.get(key)
        if what == "matter":
            made = next((act for act in self._ours.get(("document", key), ()) if act.id in self.there), None)
            fields = made.step.after.get("fields") if made is not None and isinstance(made.step.after, dict) else None
            return fields if isinstance(fields, dict) else UNKNOWN
        return UNKNOWN

    def _common_note(self) -> bool:
        one, other = ({act.id for act in side.get(("codebook", "codebook"), ())} for side in (self._ours, self._theirs))
        return bool(one) and bool(other) and min(one) == min(other)


class OneLog:
    """The past of every thing where both copies have the same logs."""

    def __init__(self, index: Index) -> None:
        self._acts = _by_thing(index)

    def of(self, what: str, key: str) -> Past:
        """What is known of one thing."""
        return Past(told=[act.step for act in self._acts.get((what, key), ())])

    def made_by(self, what: str, key: str) -> str:
        """Who made a thing, as far as the logs tell."""
        return next((act.coder for act in self._acts.get((what, key), ()) if act.step.before is None), "")


def _by_thing(index: Index) -> dict[_Thing, list[Act]]:
    found: dict[_Thing, list[Act]] = {}
    for act in acts(index):
        step = act.step
        if all(state is None or isinstance(state, dict) for state in (step.before, step.after)):
            found.setdefault((act.what, step.key), []).append(act)
    return found


def _noted_codes(side: dict[_Thing, list[Act]]) -> dict[str, Any] | None:
    for act in side.get(("codebook", "codebook"), ()):
        codes = (act.step.after or {}).get("codes")
        if isinstance(codes, dict):
            return codes
    return None
