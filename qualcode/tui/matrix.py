"""The matrix screen: any two dimensions, down to the quotes, what is done with them, and what is not there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.widgets import Static

from qualcode.analysis.memos import memos_about
from qualcode.analysis.table import Table
from qualcode.core.how_many import how_many
from qualcode.core.memo import About
from qualcode.core.visible import visible
from qualcode.errors import QualcodeError
from qualcode.tui.grid import Grid
from qualcode.tui.key_line import KeyLine
from qualcode.tui.matrix_choosing import MatrixGrid
from qualcode.tui.matrix_negative import CaseHits, NegativeScreen
from qualcode.tui.matrix_quotes import CellQuotes
from qualcode.tui.matrix_view import Cell
from qualcode.tui.paths import free_path
from qualcode.tui.prompts import Prompt

_BESIDE = 150  # columns of the terminal from which on the quotes of a narrow matrix stand beside it


class MatrixScreen(NegativeScreen):
    """Codes by cases, or whatever is chosen; Enter on a cell lists its quotes, Enter on a quote goes there."""

    DEFAULT_CSS = """
    MatrixScreen {
        #panes { height: 1fr; }
        #grid, #quotes, #hits { border: round $panel-lighten-2; border-title-color: $text-muted; border-subtitle-color: $text-muted; }
        #quotes, #hits { height: 2fr; display: none; }
        #grid:focus, #quotes:focus, #hits:focus {
            border: round $accent; border-title-color: $accent; border-title-style: bold;
        }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.quotes #quotes, &.search #hits { display: block; }
        &.beside #panes { layout: horizontal; }
        &.beside #quotes { height: 1fr; width: 1fr; }
        &.beside #grid { width: 1fr; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("u", "undo", "Undo", id="matrix.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="matrix.redo"),
        Binding("e", "export", "Export", id="matrix.export"),
        Binding("K", "memo", "Memo", key_display="K", id="matrix.memo"),
        Binding("tab", "switch", "Other pane", show=False, priority=True),
    ]

    def compose(self) -> ComposeResult:
        with Container(id="panes"):
            yield MatrixGrid(id="grid")
            yield CellQuotes(id="quotes")
            yield CaseHits(id="hits")
        yield Static(id="status")
        yield KeyLine(id="keys")

    # ---------------------------------------------------------------- into a cell and back

    def on_cell_grid_moved(self, event: Grid.Moved) -> None:
        event.stop()
        if self.has_class("quotes") and self.grid.has_focus and self.here != self.opened:
            self.opened, self.quotes.chosen = self.here, {}
            self.list_quotes()
        if self.grid.has_focus and not self.still_told:
            self.describe()

    def on_cell_grid_opened(self, event: Grid.Opened) -> None:
        event.stop()
        cell = self.here
        if self.view is None:
            return
        if self.view.holds_any(cell):
            self.set_class(self.size.width >= _BESIDE and self.grid.needs <= self.size.width // 2, "beside")
            self.open_quotes(cell)
        elif self.can_be_searched(cell):
            self.open_search(cell)
        else:
            self.say("Nothing is coded in this cell.")

    def offer(self, cell: Cell) -> str:
        if self.has_class("quotes") and self.focused is self.quotes:
            return "Enter goes to the place of the quote"
        if self.view is not None and not self.view.holds_any(cell):
            return "Enter looks for it in this case" if self.can_be_searched(cell) else "nothing is coded here"
        return super().offer(cell)

    def action_switch(self) -> None:
        panes = [
            self.grid,
            *([self.quotes] if self.has_class("quotes") else []),
            *([self.hits] if self.has_class("search") else []),
        ]
        at = panes.index(self.focused) if self.focused in panes else 0
        self.set_focus(panes[(at + 1) % len(panes)])
        self.describe()

    def action_back(self) -> None:
        self.forget_told()
        if self.has_class("search"):
            self.close_search()
        elif self.has_class("quotes"):
            self.close_quotes()
        else:
            self.app.pop_screen()

    # ---------------------------------------------------------------- memos

    def _about(self) -> About | None:
        """What a memo on the open cell, or the one under the cursor, is about: code and case, or one of them."""
        if self.view is None or not self.view.rows:
            return None
        case, code = self.view.about(self.opened or self.here)
        return About(case=case, code=code) if code or case else None

    def action_memo(self) -> None:
        """Open the memo on this cell, or write one."""
        about = self._about()
        here = memos_about(self.app.desk.index, about) if about is not None else []
        if about is None:
            self.say("A memo is about a code and a case: r and c choose them for rows and columns.")
        elif here:
            from qualcode.tui.memos import MemosScreen

            screen = self.app.lay_over("memos", MemosScreen)
            if isinstance(screen, MemosScreen):
                self.app.call_after_refresh(screen.point_to, here[-1])
        else:
            from qualcode.tui.memo_writing import write_memo

            book = self.app.desk.codebook
            title = " × ".join(
                filter(None, (book.path(about.code).rpartition("/")[2] if about.code else "", about.case))
            )
            write_memo(self.app, about, lambda memo: self.recount(said=f"Saved: memos/{memo.id}.md"), title=title,
                       first="summary")  # fmt: skip

    # ---------------------------------------------------------------- export

    def action_export(self) -> None:
        left_out = " (folded rows are left out)" if self.choice.folded else ""
        title = f"Export what is seen{left_out}: .csv .xlsx .html .md .tex or .json, to"
        self.app.push_screen(Prompt(title, str(free_path(Path.cwd() / "matrix.csv"))), self._export)

    def _export(self, path: str | None) -> None:
        if not path or self.view is None:
            return
        write = partial(self._write, self.seen(), Path(path).expanduser())
        if self.counting.is_quick:
            self._written(path, write())
        else:
            self.say("Writing ...")
            self.run_worker(lambda: self.app.call_from_thread(self._written, path, write()), thread=True, group="export",
                            exit_on_error=False)  # fmt: skip

    def _write(self, table: Table, path: Path) -> str:
        """Write the table in the form that the path's ending names; what went wrong, "" if nothing."""
        from qualcode.exchange.table_files import write_table

        try:
            write_table(table, path, title=str(self.grid.border_title))
        except QualcodeError as error:
            return str(error)
        return ""

    def _written(self, path: str, trouble: str) -> None:
        if trouble:
            self.app.notify(visible(trouble), severity="warning", markup=False)
        elif self.view is not None:
            self.say(f"Wrote {how_many(len(self.view.rows), 'row')} to {path}")

    def seen(self) -> Table:
        """The rows and columns that are shown, as a table."""
        view = self.view
        return view.matrix.arranged(view.rows, view.cols) if view is not None else Table(["code"], [])
