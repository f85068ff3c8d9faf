"""What a merge would do: all of it is looked at and told before anything is written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.analysis.table import Table
from qualcode.core.codebook_steps import Step
from qualcode.core.how_many import how_many
from qualcode.core.revision import Revision
from qualcode.core.visible import shorten
from qualcode.files.uniting import Missing

NEW, TAKEN, JOINED = "new", "taken", "joined"
STAYS, CONFLICT, LEFT_OUT = "stays", "conflict: ours stays", "left out"
BRINGING = (NEW, TAKEN, JOINED)
COLUMNS = ("kind", "name", "field", "here", "there", "outcome", "advice")
_LONGEST = 300


class Item(NamedTuple):
    """One line of the report: what it is about, how it is here and there, and what becomes of it."""

    kind: str
    name: str
    field: str
    here: str
    there: str
    outcome: str
    advice: str = ""


class NewLines(NamedTuple):
    """Lines of one event file that are there and not here. `document` is "" for a log."""

    coder: str
    document: str
    missing: Missing


class NewDocument(NamedTuple):
    """A document that is there and not here: its file, and its state as the log keeps it."""

    id: str
    path: Path
    state: dict[str, Any]


class NewSource(NamedTuple):
    """A file of their sources/, under which name it is kept here, and its SHA-256."""

    path: Path
    name: str
    hash: str


class Followed(NamedTuple):
    """How their version of a text becomes the one that counts here, for the codings made on it."""

    document: str
    old: str
    new: str
    revision: Revision


@dataclass
class Plan:
    """What comes in. `standing` are things (kind, id) on which events of theirs stand, so that undo leaves them; `pins`
    are pins between turns that follow texts, where theirs are not taken; `resolved` are conflict copies that are then not
    needed any more; `named` is what the log calls the other copy."""

    other: Path
    items: list[Item] = field(default_factory=list)
    steps: list[tuple[str, Step]] = field(default_factory=list)
    pins: list[tuple[str, Step]] = field(default_factory=list)
    standing: set[tuple[str, str]] = field(default_factory=set)
    lines: list[NewLines] = field(default_factory=list)
    documents: list[NewDocument] = field(default_factory=list)
    sources: list[NewSource] = field(default_factory=list)
    followed: list[Followed] = field(default_factory=list)
    resolved: list[Path] = field(default_factory=list)
    named: str = ""

    @property
    def brings(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.steps or self.lines or self.documents or self.sources or self.followed or self.resolved)

    @property
    def undecided(self) -> list[Item]:
        """What of theirs is not taken."""
        return [item for item in self.items if item.outcome in (CONFLICT, LEFT_OUT)]

    @property
    def events(self) -> int:
        return sum(len(lines.missing.lines) for lines in self.lines)

    def tell(
        self, kind: str, name: str, outcome: str, field: str = "", here: Any = "", there: Any = "", advice: str = ""
    ) -> None:
        """Add a line to the report."""
        self.items.append(Item(kind, name, field, _short(here), _short(there), outcome, advice))

    @property
    def table(self) -> Table:
        """The report."""
        return Table(COLUMNS, self.items)

    @property
    def summary(self) -> str:
        """The report in one sentence."""
        if not self.items:
            return "Everything of the other copy is here already."
        counts = Counter((item.outcome, item.kind) for item in self.items if item.kind != "events")
        told = [how_many(self.events, "new event")] if self.events else []
        for outcome in (NEW, TAKEN, JOINED, CONFLICT, LEFT_OUT, STAYS):
            kinds = _counted({kind: count for (how, kind), count in counts.items() if how == outcome})
            told += [f"{_SAID[outcome]}: {kinds}"] if kinds else []
        return "; ".join(told) + "."


_SAID = {NEW: "new", TAKEN: "changed there and taken", JOINED: "changed on both sides and joined", STAYS: "staying as here",
         CONFLICT: "changed on both sides, ours stays", LEFT_OUT: "left out"}  # fmt: skip


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return shorten(", ".join(map(str, value)), _LONGEST)
    if isinstance(value, dict):
        return shorten(", ".join(f"{name}: {given}" for name, given in value.items()), _LONGEST)
    return shorten(str(value), _LONGEST)
