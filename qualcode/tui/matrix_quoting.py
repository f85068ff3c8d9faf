"""Working on the quotes of a cell: recode, split, remove, note, mark as exemplary, one or several in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.content import Content

from qualcode.analysis.table import Row
from qualcode.core.events import EXEMPLARY
from qualcode.core.how_many import how_many
from qualcode.core.visible import quoted, visible
from qualcode.errors import QualcodeError
from qualcode.tui.matrix_choosing import ChoosingScreen
from qualcode.tui.matrix_quotes import CellQuotes, CellSource
from qualcode.tui.matrix_view import Cell
from qualcode.tui.matrix_words import counted
from qualcode.tui.quotes import Quotes

if TYPE_CHECKING:
    from qualcode.session import Session
    from qualcode.tui.picker import Choice


class QuotingScreen(ChoosingScreen):
    """Shows the quotes of the cell that is open; what is done to them is on disk before it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self._opened_name = ""
        self._wanted: tuple[str, ...] = ()  # codings on one of which the cursor is to be once they are listed

    @property
    def quotes(self) -> CellQuotes:
        return self.query_one(CellQuotes)

    # ---------------------------------------------------------------- showing

    def open_quotes(self, cell: Cell) -> None:
        """List a cell's quotes, and go there."""
        self.opened, self._opened_name = cell, self.name_of(cell)
        self.add_class("quotes")
        self.quotes.chosen = {}
        self.list_quotes()
        self.set_focus(self.quotes)
        self.describe()
        self.call_after_refresh(self.grid.keep_in_sight)

    def list_quotes(self, *, keep: bool = False) -> None:
        """List the quotes of the open cell, the cursor on the first, or on the coding where it is."""
        view, quotes, cell = self.view, self.quotes, self.opened
        at = view.numbers(cell) if view is not None and cell is not None else None
        if view is None or cell is None or at is None:
            self.tell_gone()
            self.close_quotes()
            return
        source = CellSource(self.app.desk.index, view.matrix, *at)
        wanted, self._wanted = self._wanted, ()
        coding = next((coding for coding in wanted if source.number_of(coding) is not None), "")
        coding = coding or (quotes.current["coding_id"] if keep and quotes.current is not None else "")
        quotes.show_cell(
            source, self.app.desk.index, view.about(cell)[1], coding=coding, otherwise=quotes.number if keep else 0
        )
        self._entitle()

    def tell_gone(self) -> None:
        """Say that what was open is closed, as there is no such cell any more."""
        told = f"{self._opened_name} is not in the matrix any more, so it was closed."
        self.app.notify(visible(told), severity="warning", timeout=12, markup=False)

    def _entitle(self) -> None:
        quotes, cell = self.quotes, self.opened
        if cell is None or quotes.source is None:
            return
        marked = f" · {len(quotes.chosen)} marked" if quotes.chosen else ""
        number = len(quotes.source)
        quotes.border_title = Content(visible(f"{self.name_of(cell)}: {how_many(number, 'quote')}{marked}"))
        quotes.border_subtitle = "Enter goes to the place · Esc back to the cell"

    def close_quotes(self) -> None:
        """Back to the cell in the grid."""
        cell, self.opened = self.opened, None
        self.remove_class("quotes")
        self.grid.focus()
        if cell is not None and self.view is not None:
            self.grid.go(*self.view.place_of(cell, (self.grid.row, self.grid.column)))

    def rearranged(self) -> None:
        if self.has_class("quotes"):
            self.list_quotes(keep=True)

    def on_passages_opened(self, event: Quotes.Opened) -> None:
        event.stop()
        self.app.show_quote(event.row, "matrix", self.say)

    def on_cell_quotes_marked(self, event: CellQuotes.Marked) -> None:
        event.stop()
        self._entitle()

    # ---------------------------------------------------------------- what the keys do

    def action_recode(self) -> None:
        from qualcode.tui.choices import code_choices, create_choices

        if rows := self._own("recode"):
            first = rows[0]["code_id"]
            self._pick_code(f"Another code for {_these(rows)}", code_choices(self.app.desk), rows,
                            lambda text: create_choices(self.app.desk, text, first))  # fmt: skip

    def action_split(self) -> None:
        """Send the quotes to a sub-code of the cell's code, one there is or a new one."""
        from qualcode.tui.choices import code_choices
        from qualcode.tui.picker import Choice

        rows, book = self._own("split"), self.app.desk.codebook
        if not rows:
            return
        code = (self.view.about(self.opened)[1] if self.view is not None and self.opened is not None else "") or rows[
            0
        ]["code_id"]
        if code not in book:
            self.say("This code is not in the codebook any more.", warn=True)
            return
        below = set(book.with_descendants(code)) - {code}
        name = book[code].name

        def new(text: str) -> list[Choice]:
            label = " ".join(text.split())
            return (
                [Choice(f"+{code}\n{label}", f"+ create the sub-code “{label}” under {name}")]
                if "/" not in label
                else []
            )

        self._pick_code(f"A sub-code of {name} for {_these(rows)}; a new name creates it",
                        [choice for choice in code_choices(self.app.desk) if choice.key in below], rows, new,
                        empty="" if below else f"{name} has no sub-codes yet: type the name of the first.")  # fmt: skip

    def _pick_code(
        self, title: str, offered: Sequence[Choice], rows: Sequence[Row], offer: Callable[[str], Sequence[Choice]],
        empty: str = "",
    ) -> None:  # fmt: skip
        self._pick(title, offered, lambda key: self._recode(rows, key), offer=offer, empty=empty,
                   placeholder="type part of a code's name or path")  # fmt: skip

    def _recode(self, rows: Sequence[Row], key: str) -> None:
        """Put another code on the quotes; `+PARENT` and a name on the next line stands for one that is made first."""
        parent, _, name = key.removeprefix("+").partition("\n")
        target = [] if key.startswith("+") else [key]
        if all(row["code_id"] == key for row in rows):
            self.say(f"{self.app.desk.codebook.path(key)} is the code already: nothing was changed.")
            return

        def work(session: Session, row: Row) -> None:
            if not target:
                target.append(session.add_code(name, parent).id)
            session.recode(row["coding_id"], target[0])

        self._work(rows, work, lambda: f"{self.app.desk.codebook.path(target[0])} is the code of {_these(rows)} now")

    def action_remove(self) -> None:
        rows = self._own("remove")
        self._work(rows, lambda session, row: session.uncode(row["coding_id"]), lambda: f"Removed {_these(rows)}")

    def action_exemplary(self) -> None:
        rows = self._own("mark")
        mark = "" if all(row["exemplary"] for row in rows) else EXEMPLARY
        self._work(rows, lambda session, row: session.mark(row["coding_id"], mark),
                   lambda: f"{'Exemplary' if mark else 'No longer exemplary'}: {_these(rows)}")  # fmt: skip

    def action_note(self) -> None:
        from qualcode.tui.prompts import NotePrompt

        if rows := self._own("note"):
            before = rows[0]["note"] if len(rows) == 1 else ""
            title = f"Note on {_these(rows)}" if len(rows) == 1 else f"Note on {_these(rows)}, added to what is noted"
            self.app.push_screen(NotePrompt(visible(title), before, lambda text: self._note(rows, text)))

    def _note(self, rows: Sequence[Row], text: str) -> bool:
        """Whether the note is on disk."""
        if len(rows) > 1 and not text.strip():
            return True
        alone = len(rows) == 1

        def work(session: Session, row: Row) -> None:
            notes = text.strip() if alone else " · ".join(dict.fromkeys(filter(None, (row["note"], text.strip()))))
            if notes != row["note"]:
                session.note(row["coding_id"], notes)

        return self._work(rows, work, lambda: f"Noted on {_these(rows)}")

    def action_undo(self) -> None:
        self._step(lambda _session: self.app.desk.undo())

    def action_redo(self) -> None:
        self._step(lambda session: session.redo()[0])

    # ---------------------------------------------------------------- doing it

    def _own(self, verb: str) -> list[Row]:
        """Those of the quotes worked on that are the user's own; what is not is said."""
        coder, rows = self.app.desk.coder, self.quotes.targets
        own = [row for row in rows if row["coder"] == coder]
        if not own:
            others = ", ".join(sorted({row["coder"] for row in rows}))
            self.say(f"Nothing to {verb}: {_these(rows)} is {others}'s coding, and you are {coder}; each coder changes their own."
                     if rows else f"There is no quote here to {verb}.", warn=bool(rows))  # fmt: skip
        return own

    def _work(self, rows: Sequence[Row], work: Callable[[Session, Row], Any], told: Callable[[], str]) -> bool:
        """Do something with every one of the quotes, as one step for undo, or with none; whether it was done."""
        if not rows:
            return False
        left = len(self.quotes.targets) - len(rows)
        session = self.app.desk.session
        try:
            with session.step():
                for row in rows:
                    work(session, row)
        except QualcodeError as error:
            self._after_change("")
            self.app.refuse(error)
            return False
        others = f"; {counted('segments', left)} of other coders left as they are" if left > 0 else ""
        self._after_change(f"{told()}{others}; u takes it back")
        return True

    def _step(self, step: Callable[[Session], Any]) -> None:
        try:
            change = step(self.app.desk.session)
        except QualcodeError as error:
            self.say(str(error), warn=True)
        else:
            self._wanted = change.codings
            self._after_change(change.text)

    def _after_change(self, said: str) -> None:
        self.quotes.chosen = {}
        self.app.desk.forget()
        self.recount(said=said)


def _these(rows: Sequence[Row]) -> str:
    """What is worked on, in a few words."""
    return quoted(rows[0]["text"], 40) if len(rows) == 1 else f"{len(rows)} quotes"
