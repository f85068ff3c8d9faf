"""Undo asks before it goes behind the present sitting into what was settled: a milestone, or an act of long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from qualcode.analysis.milestones import local_time
from qualcode.errors import CannotUndo

if TYPE_CHECKING:
    from qualcode.index.index import Index
    from qualcode.session import Session

LONG_AGO = timedelta(days=30)


class OldActs:
    """What undo may take back without being asked for a second time."""

    def __init__(self, index: Index) -> None:
        self._before = newest(index)  # what was done up to now is not of this sitting
        self._agreed = False
        self._asked: tuple[str, str] = ("", "")

    def ask(self, session: Session) -> None:
        """Raise CannotUndo, which says what to do, where the next act to be undone is an old one and that was not agreed to."""
        entry = session.next_undone()
        old = entry.what == "milestone" or _is_long_ago(entry.at)
        if entry.event_id > self._before or not old:
            self._agreed = False
            return
        asking = entry.event_id, newest(session.index)
        if not self._agreed and self._asked != asking:
            self._asked = asking
            kind = "a milestone" if entry.what == "milestone" else "an act"
            raise CannotUndo(f"This takes back {kind} of {local_time(entry.at)[:10]}: u again to do it.")
        self._agreed = True


def _is_long_ago(at: str) -> bool:
    try:
        return datetime.now(UTC) - datetime.fromisoformat(at) > LONG_AGO
    except (ValueError, TypeError):  # a stranger's log
        return False


def newest(index: Index) -> str:
    """The id of the newest act of all coders."""
    return index.value("SELECT max(id) FROM event") or ""
