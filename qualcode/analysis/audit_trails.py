"""What stood before an event: the events about one thing in a row, with how each field stood at each of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_LONGEST_CHAIN = 1000  # reverts of reverts of reverts: longer ones nobody makes


class Logged(NamedTuple):
    """An event as the index keeps it, with the case of its document; before and after are JSON."""

    id: str
    file: int
    at: str
    coder: str
    op: str
    document: str
    case: str
    batch: str
    subject: str
    target: str
    code: str
    start: int
    end: int
    quote: str
    note: str
    mark: str
    what: str
    key: str
    before: str
    after: str
    standing: int


class Then(NamedTuple):
    """How a coding stood just before an event."""

    code: str = ""
    note: str = ""
    quote: str = ""
    mark: str = ""


NOTHING = Then()
_SETS = {
    "apply": ("code", "note", "quote"),
    "note": ("note",),
    "mark": ("mark",),
    "recode": ("code",),
    "move": ("quote",),
}


class Trail:
    """The events about one coding (or about one change of state), oldest first, each seen in its own time."""

    def __init__(self, events: Iterable[Logged]) -> None:
        self._events: dict[str, Logged] = {}
        self._then: dict[str, Then] = {}
        self._roots: dict[str, tuple[Logged, int]] = {}
        self._stands: dict[str, bool] = {}
        self._cancelled: dict[str, int] = {}
        self._setters: dict[str, list[Logged]] = {"code": [], "note": [], "quote": [], "mark": []}
        for event in events:
            self._take(event)

    def then(self, ident: str) -> Then:
        """How the coding stood just before this event."""
        return self._then.get(ident, NOTHING)

    def root(self, event: Logged) -> tuple[Logged, int]:
        """What a revert is about in the end, and how many reverts lie between: odd for an undo, even for a redo."""
        way: dict[str, None] = {}
        while (
            event.op == "revert"
            and event.target in self._events
            and event.id not in self._roots
            and event.id not in way
        ):
            way[event.id] = None
            event = self._events[event.target]
        root, times = self._roots.get(event.id, (event, 0))
        for ident in reversed(way):
            times += 1
            self._roots[ident] = root, times
        return root, times

    def _take(self, event: Logged) -> None:
        if event.op in ("note", "mark", "recode", "move", "remove", "keep"):
            self._then[event.id] = Then(*(self._newest(name) for name in Then._fields))
        self._events[event.id] = event
        self._stands[event.id] = not self._cancelled.get(event.id)
        for name in _SETS.get(event.op, ()):
            self._setters[name].append(event)
        if event.op == "revert" and self._stands[event.id]:
            self._cancel(event.target)

    def _newest(self, name: str) -> str:
        standing = (event for event in reversed(self._setters[name]) if self._stands[event.id])
        event = next(standing, None)
        return str(getattr(event, name)) if event is not None else ""

    def _cancel(self, target: str) -> None:
        """One more revert of the target stands: what it reverted itself stands again, and so on."""
        by = 1
        for _ in range(_LONGEST_CHAIN):
            self._cancelled[target] = self._cancelled.get(target, 0) + by
            if target not in self._events:
                return
            stands = not self._cancelled[target]
            if stands == self._stands[target]:
                return
            self._stands[target] = stands
            if self._events[target].op != "revert":
                return
            target, by = self._events[target].target, 1 if stands else -1
