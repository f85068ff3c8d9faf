"""A screen with a counted matrix: counting, arranging, saying what is shown, the cursor kept on its cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from qualcode.core.how_many import how_many
from qualcode.core.visible import visible
from qualcode.errors import QualcodeError
from qualcode.tui.grid import Grid
from qualcode.tui.matrix_choice import TOTAL, MatrixChoice, heading
from qualcode.tui.matrix_counting import Counted, Counting
from qualcode.tui.matrix_view import Cell, MatrixView
from qualcode.tui.matrix_words import counted, sentence
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_TELL_AFTER = 0.2  # seconds of counting
_NOWHERE: Cell = ("", "")


class CountedScreen(Steady, Screen[None]):
    """Shows the matrix that `choice` describes. What is counted in a thread leaves the last matrix standing until it is there."""

    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self.choice = MatrixChoice()
        self.view: MatrixView | None = None
        self.opened: Cell | None = None  # the cell whose quotes or search are open beside the grid
        self._counted: Counted | None = None
        self._counting: Counting | None = None
        self._answered = 0
        self._state: tuple[Any, ...] = ()
        self._told, self._told_at = (
            "",
            _NOWHERE,
        )  # what was said of an act and stands still, until the cursor leaves this cell

    @property
    def grid(self) -> Grid:
        return self.query_one(Grid)

    @property
    def counting(self) -> Counting:
        if self._counting is None:
            self._counting = Counting(self.app.desk)
        return self._counting

    def on_mount(self) -> None:
        self.grid.focus()
        self.recount()

    def on_unmount(self) -> None:
        if self._counting is not None:
            self._counting.close()

    def on_screen_resume(self) -> None:
        if self._state and self._state != self.counting.state():
            self.recount()

    def show_changes(self) -> None:
        """Count anew; what was said of the user's own act stays said."""
        self.recount(said=self._told)

    # ---------------------------------------------------------------- counting

    def choose(self, choice: MatrixChoice) -> None:
        """Show something else: counted anew only where another arrangement of the same numbers is not enough."""
        if self._counted is not None and _question(choice) == _question(self._counted.choice):
            self._arrange(self._counted._replace(choice=choice))
        else:
            self.recount(choice)

    def recount(self, choice: MatrixChoice | None = None, said: str = "") -> None:
        """Count, and show it; `said` stands in the status line then, else what the cell under the cursor is."""
        choice, counting = choice or self.choice, self.counting
        counting.newest += 1
        number, self._state = counting.newest, counting.state()
        if counting.is_quick:
            self._finish(number, choice, lambda: counting.now(choice), said)
            return
        coder = counting.coder()
        self.set_timer(_TELL_AFTER, lambda: self._tell_that_it_counts(number))
        self.run_worker(
            lambda: self._in_thread(number, choice, coder, said), thread=True, group="matrix", exit_on_error=False
        )

    def _tell_that_it_counts(self, number: int) -> None:
        if self._answered < number == self.counting.newest:
            self.say("Counting ...")

    def _in_thread(self, number: int, choice: MatrixChoice, coder: str, said: str) -> None:
        try:
            counted = self.counting.in_thread(number, choice, coder)
        except QualcodeError as error:
            self.app.call_from_thread(self._refused, choice, error)
        else:
            if counted is not None:
                self.app.call_from_thread(self._arrived, number, counted, said)

    def _finish(self, number: int, choice: MatrixChoice, count: Callable[[], Counted], said: str) -> None:
        try:
            counted = count()
        except QualcodeError as error:
            self._refused(choice, error)
        else:
            self._arrived(number, counted, said)

    def _refused(self, choice: MatrixChoice, error: QualcodeError) -> None:
        """What was chosen cannot be counted: what was shown stays."""
        self.say(str(error), warn=True)

    def _arrived(self, number: int, counted: Counted, said: str) -> None:
        self._answered = number
        if number == self.counting.newest:
            self._arrange(counted, said)

    # ---------------------------------------------------------------- showing

    def _arrange(self, counted: Counted, said: str = "") -> None:
        """Show a matrix, the cursor on the cell where it was."""
        here, was = self.here, (self.grid.row, self.grid.column)
        if self.view is not None and _turned(self.choice, counted.choice):
            here, was = (here[1], here[0]), (was[1], was[0])
            self.opened = (self.opened[1], self.opened[0]) if self.opened is not None else None
        self._counted, self.choice = counted, counted.choice
        desk = self.app.desk
        self.view = MatrixView(
            counted.matrix, counted.choice, desk.codebook, self.opened or _NOWHERE, self._cells_with_memos()
        )
        self.view.show_in(self.grid, desk.colors)
        title = heading(self.choice, self.view.sorted_label, self.counting.coder())
        self.grid.border_title = Content(visible(title))
        self.grid.border_subtitle = _about_numbers(self.choice)
        self.grid.go(*self.view.place_of(here, was))
        self.rearranged()
        if said:
            self.say(said)
            self._told, self._told_at = said, self.here
        else:
            self.describe()

    def rearranged(self) -> None:
        """Called when the matrix was shown anew."""

    def _cells_with_memos(self) -> dict[Cell, int]:
        """How many memos are about each case and code."""
        desk, found = self.app.desk, dict[Cell, int]()
        rows = desk.index.rows(
            "SELECT kase, code, count(*) FROM memo WHERE document = '' AND coding = '' AND code <> '' GROUP BY kase, code"
        )
        for case, code, number in rows:
            cell = (case, desk.codebook.resolve_merge(code))
            found[cell] = found.get(cell, 0) + number
        return found

    @property
    def here(self) -> Cell:
        """The cell under the cursor."""
        return self.view.cell_at(self.grid.row, self.grid.column) if self.view is not None else _NOWHERE

    def name_of(self, cell: Cell) -> str:
        """Row and column of a cell by name."""
        view = self.view
        return f"{view.row_label(cell[0])} × {view.col_label(cell[1])}" if view is not None else ""

    # ---------------------------------------------------------------- saying

    def say(self, message: str, *, warn: bool = False) -> None:
        self._told = ""
        text = Text(visible(" ".join(message.split())), style="bold yellow" if warn else "", no_wrap=True)
        self.query_one("#status", Static).update(text, layout=False)

    @property
    def still_told(self) -> bool:
        """Whether what was said of an act stands, as the cursor has not left the cell."""
        return bool(self._told) and self._told_at == self.here

    def forget_told(self) -> None:
        """The next look at the cell says what it holds."""
        self._told = ""

    def describe(self) -> None:
        """Say what the cell under the cursor holds."""
        view, remark = self.view, self._counted.remark if self._counted is not None else ""
        if view is None or not view.matrix.row_keys:
            self.say("There is nothing to show in the rows." if view is not None else "")
            return
        if not view.rows or not view.cols:
            self.say(" — ".join(filter(None, [remark, "Everything is empty here and hidden: z shows it again."])))
            return
        cell = self.here
        memos = view.memos.get(view.about(cell), 0)
        told = f" — {how_many(memos, 'memo')} ¶: K" if memos else ""
        parts = [f"{self.name_of(cell)}: {self._in_words(view, cell)}", f"{self.offer(cell)}{told}"]
        parts.insert(len(parts) if view.matrix.grand_total else 0, remark)  # why all is empty comes first
        self.say(" — ".join(filter(None, parts)))

    def _in_words(self, view: MatrixView, cell: Cell) -> str:
        """What a cell says; the diagonal and the totals of a co-occurrence are the numbers of a code's own codings."""
        if self.choice.together and (TOTAL in cell or cell[0] == cell[1]):
            return counted("segments", view.value((cell[0], TOTAL) if cell[0] != TOTAL else cell))
        return sentence(self.choice, view.value(cell))

    def offer(self, cell: Cell) -> str:
        """What Enter does on a cell."""
        return "Enter lists the quotes"


def _question(choice: MatrixChoice) -> MatrixChoice:
    """What is counted, whatever its arrangement."""
    return replace(choice, sorted_by=None, hide_empty=False, folded=frozenset())


def _turned(before: MatrixChoice, after: MatrixChoice) -> bool:
    return (before.rows, before.cols) == (after.cols, after.rows) and (
        before.rows != before.cols or before.turned != after.turned
    )


def _about_numbers(choice: MatrixChoice) -> str:
    if choice.together:
        return "the diagonal has a code's own codings"
    if "code" in (choice.rows, choice.cols) and not choice.exact:
        return "a theme counts its sub-codes' codings too"
    return ""
