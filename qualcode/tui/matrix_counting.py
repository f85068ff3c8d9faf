"""Counting for the matrix screen: at once where that is quick, else in a thread that reads the index by itself."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from qualcode.analysis.filters import Filters
from qualcode.index.index import Index
from qualcode.tui.matrix_choice import MatrixChoice

if TYPE_CHECKING:
    from qualcode.analysis.matrix import Matrix
    from qualcode.tui.desk import Desk

QUICK = 5_000  # codings; the first count of so many takes 0.1 s, each further one 2 ms


class Counted(NamedTuple):
    """A matrix with the choice that it answers, and what a reader of it should know."""

    choice: MatrixChoice
    matrix: Matrix
    remark: str


class Counting:
    """Counts matrices of the open project."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._lock = desk, Lock()
        self._own: Index | None = None
        self.newest = 0  # the number of the count that was asked for last; older ones are not worth doing any more

    def close(self) -> None:
        with self._lock:
            if self._own is not None:
                self._own.close()
                self._own = None

    @property
    def is_quick(self) -> bool:
        """Whether the project is small enough to count while the user waits; one whose index lives in memory has to be."""
        index = self._desk.index
        in_memory = not index.rows("PRAGMA database_list")[0][2]
        return in_memory or (index.value("SELECT max(rowid) FROM coding_row") or 0) <= QUICK

    def state(self) -> tuple[Any, ...]:
        """What tells whether anything has changed that a count could see."""
        desk, index = self._desk, self._desk.index
        mine = desk.coder if desk.only_mine else ""
        return id(index.db), index.value("PRAGMA data_version"), index.db.total_changes, desk.revision, mine

    def coder(self) -> str:
        """The coder whose codings alone are counted, "" for all coders': the user's if they asked so and have any."""
        desk = self._desk
        has_any = desk.only_mine and desk.index.value("SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [desk.coder])
        return desk.coder if has_any else ""

    def now(self, choice: MatrixChoice) -> Counted:
        """The matrix, counted while the caller waits. Raises BadOption, BadQuery, UnknownName."""
        return count(self._desk.index, choice, self.coder())

    def in_thread(self, number: int, choice: MatrixChoice, coder: str) -> Counted | None:
        """The same from another thread; None where something else was asked for meanwhile."""
        with self._lock:
            if number != self.newest:
                return None
            if self._own is None:
                self._own = Index(self._desk.folder)
            return count(self._own, choice, coder)


def count(index: Index, choice: MatrixChoice, coder: str = "") -> Counted:
    """The matrix that a choice describes. Raises BadOption, BadQuery, UnknownName."""
    from qualcode.analysis.choosing import why_empty
    from qualcode.analysis.matrix import matrix
    from qualcode.analysis.remarks import remarks

    filters = Filters(coder=coder, where=choice.where, exact=choice.exact)
    rows, cols = (choice.cols, choice.rows) if choice.turned else (choice.rows, choice.cols)
    made = matrix(
        index, rows, cols, choice.cell, filters, percent=choice.percent, per=choice.per, relation=choice.relation
    )
    if choice.turned:
        made = made.transposed()
    told = [*([] if made.grand_total else [why_empty(index, filters)]), *remarks(index, filters)]
    return Counted(choice, made, " ".join(filter(None, told)))
