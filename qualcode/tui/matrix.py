"""The matrix screen: codes by cases, down to the quotes and their places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from qualcode.analysis.filters import Filters
from qualcode.analysis.matrix import CELLS, Matrix, matrix
from qualcode.analysis.memos import memos_about
from qualcode.analysis.table import Table
from qualcode.core.memo import About
from qualcode.core.visible import visible
from qualcode.errors import QualcodeError
from qualcode.tui.grid import Grid, GridRow
from qualcode.tui.key_line import KeyLine
from qualcode.tui.prompts import Prompt
from qualcode.tui.quotes import Quotes

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_COLUMNS = ("case", "role", "kind", "coder", "speaker", "document")


class MatrixScreen(Screen[None]):
    """Codes by cases (or roles, kinds, coders ...); Enter on a cell lists its quotes, Enter on a quote goes there."""

    DEFAULT_CSS = """
    MatrixScreen {
        #grid { border: round $panel-lighten-2; border-title-color: $text-muted; }
        #quotes { border: round $panel-lighten-2; border-title-color: $text-muted; height: 2fr; display: none; }
        #grid:focus, #quotes:focus { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.quotes #quotes { display: block; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("f,space", "fold", "Fold", key_display="f"),
        Binding("F", "fold_all", "Fold all", key_display="F"),
        Binding("t", "cell_kind", "Count"),
        Binding("d", "dimension", "Columns"),
        Binding("e", "export", "Export"),
        Binding("K", "memo", "Memo", key_display="K"),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self._matrix: Matrix | None = None
        self._shown: list[int] = []
        self._folded: set[str] = set()
        self._columns_by, self._cell = "case", "segments"

    def compose(self) -> ComposeResult:
        yield Grid(id="grid")
        yield Quotes(id="quotes")
        yield Static(id="status")
        yield KeyLine(id="keys")

    @property
    def grid(self) -> Grid:
        return self.query_one(Grid)

    def on_mount(self) -> None:
        self.grid.focus()
        self.show_changes()

    def on_screen_resume(self) -> None:
        self.show_changes()

    def show_changes(self) -> None:
        """Count anew."""
        desk = self.app.desk
        filters = Filters(coder=desk.coder) if desk.only_mine and desk.index.value(
            "SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [desk.coder]) else Filters()  # fmt: skip
        try:
            self._matrix = matrix(desk.index, "code", self._columns_by, self._cell, filters)
        except QualcodeError as error:
            self.say(str(error))
            return
        self._show()
        if self.has_class("quotes"):
            self._show_quotes(self.grid.row, self.grid.column, keep=True)

    def _show(self) -> None:
        if self._matrix is None:
            return
        book, desk = self.app.desk.codebook, self.app.desk
        keys = self._matrix.row_keys
        hidden = {below for code in self._folded for below in book.with_descendants(code) if below != code}
        self._shown = [number for number, key in enumerate(keys) if key not in hidden]
        rows = []
        for number in self._shown:
            key = keys[number]
            sign = ("▸" if key in self._folded else "▾") if book.live_children.get(key) else ""
            name = book[key].name if key in book else key
            rows.append(
                GridRow(key, name, book.level(key), sign, desk.colors.get(key, ""), self._matrix.rows[number][1:])
            )
        most = max((max(row[1:-1], default=0) for row in self._matrix.rows), default=1)
        self.grid.border_title = f"Codes by {self._columns_by} · {self._cell}"
        self.grid.border_subtitle = "a theme's row counts its sub-codes' codings too"
        self.grid.show(self._matrix.columns[1:], rows, most)
        self._describe()

    def say(self, message: str) -> None:
        from rich.text import Text

        self.query_one("#status", Static).update(Text(visible(message), no_wrap=True))

    def _describe(self) -> None:
        grid, shown = self.grid, self._matrix
        if shown is None or not self._shown:
            self.say("The codebook is empty.")
            return
        value = self._value(grid.row, grid.column)
        path = shown.rows[self._shown[grid.row]][0]
        memos = len(self._memos_here())
        told = f" — {memos} memo{'s' if memos > 1 else ''} ¶: K" if memos else ""
        self.say(f"{path} × {shown.columns[grid.column + 1]}: {value} {self._cell} — Enter lists the quotes{told}")

    def on_grid_moved(self, event: Grid.Moved) -> None:
        event.stop()
        self._describe()
        if self.has_class("quotes"):
            self._show_quotes(event.row, event.column)

    def on_grid_opened(self, event: Grid.Opened) -> None:
        event.stop()
        if not self._value(event.row, event.column):
            self.say("Nothing is coded in this cell.")
            return
        self.add_class("quotes")
        self._show_quotes(event.row, event.column)
        self.query_one(Quotes).focus()
        self.call_after_refresh(self.grid.keep_in_sight)

    def _value(self, row: int, column: int) -> int:
        return self._matrix.rows[self._shown[row]][column + 1] if self._matrix and self._shown else 0

    def _show_quotes(self, row: int, column: int, *, keep: bool = False) -> None:
        if self._matrix is None or not self._shown:
            return
        last = column == len(self._matrix.col_keys)
        table = self._matrix.quotes(self._shown[row], None if last else column)
        quotes = self.query_one(Quotes)
        header = f"{self._matrix.rows[self._shown[row]][0]} × {self._matrix.columns[column + 1]}: {len(table)} quotes"
        quotes.border_title = Content(visible(header))
        quotes.border_subtitle = "Enter goes to the place · Esc back to the cell"
        quotes.show(table.rows, quotes.at if keep else 0)

    def on_passages_opened(self, event: Quotes.Opened) -> None:
        event.stop()
        row = event.row
        if row["anchor"] == "lost":
            self.say(
                "The text was changed and this quote is not in its place any more: it is kept, but cannot be shown there."
            )
            return
        self.app.show_passage(row["document"], row["start"], row["end"], "matrix")

    def action_back(self) -> None:
        if self.query_one(Quotes).has_focus:
            self.remove_class("quotes")
            self.grid.focus()
        else:
            self.app.pop_screen()

    def action_fold(self) -> None:
        if not self._shown:
            return
        book, key = self.app.desk.codebook, self.grid.grid_rows[self.grid.row].key
        holder = key if book.live_children.get(key) else book[key].parent if key in book else ""
        if holder:
            self._folded ^= {holder}
            self._show()
            at = next((n for n, row in enumerate(self.grid.grid_rows) if row.key in (key, holder)), 0)
            self.grid.go(at if holder in self._folded else self.grid.row, self.grid.column)

    def action_fold_all(self) -> None:
        book = self.app.desk.codebook
        tops = {code.id for code in book.live if book.live_children.get(code.id)}
        self._folded = set() if self._folded else tops
        self._show()
        self.grid.go(min(self.grid.row, len(self._shown) - 1), self.grid.column)

    def action_cell_kind(self) -> None:
        kinds = list(CELLS)
        self._cell = kinds[(kinds.index(self._cell) + 1) % len(kinds)]
        self.show_changes()

    def action_dimension(self) -> None:
        self._columns_by = _COLUMNS[(_COLUMNS.index(self._columns_by) + 1) % len(_COLUMNS)]
        self.remove_class("quotes")
        self.grid.focus()
        self.show_changes()

    def _about(self) -> About | None:
        """What a memo on the cell under the cursor is about: code and case, or the code alone in the column of totals."""
        shown, grid = self._matrix, self.grid
        if shown is None or not self._shown:
            return None
        code = shown.row_keys[self._shown[grid.row]]
        if grid.column == len(shown.col_keys):
            return About(code=code)
        case = shown.col_keys[grid.column]
        return About(case=case, code=code) if self._columns_by == "case" and case else None

    def _memos_here(self) -> list[str]:
        about = self._about()
        return memos_about(self.app.desk.index, about) if about is not None else []

    def action_memo(self) -> None:
        """Open the memo on this cell, or write one."""
        about, here = self._about(), self._memos_here()
        if about is None:
            self.say("A memo is about a code and a case: d changes the columns to cases.")
        elif here:
            from qualcode.tui.memos import MemosScreen

            screen = self.app.lay_over("memos", MemosScreen)
            if isinstance(screen, MemosScreen):
                self.app.call_after_refresh(screen.point_to, here[-1])
        else:
            from qualcode.tui.memo_writing import write_memo

            book = self.app.desk.codebook
            title = " × ".join(filter(None, (book.path(about.code).rpartition("/")[2], about.case)))
            write_memo(self.app, about, lambda memo: self.say(f"Saved: memos/{memo.id}.md"), title=title,
                       first="summary")  # fmt: skip

    def action_export(self) -> None:
        title = "Export as CSV what is seen" + (" (folded rows are left out)" if self._folded else "") + " to"
        self.app.push_screen(Prompt(title, str(_free(Path.cwd() / "matrix.csv"))), self._export)

    def _export(self, path: str | None) -> None:
        if not path or self._matrix is None:
            return
        try:
            self.seen().to_csv(Path(path).expanduser())
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", markup=False)
        else:
            self.say(f"Wrote {len(self._shown)} rows to {path}")

    def seen(self) -> Table:
        """The rows that are not folded away, as a table."""
        rows: list[Any] = [self._matrix.rows[number] for number in self._shown] if self._matrix else []
        return Table(self._matrix.columns if self._matrix else ["code"], rows)


def _free(path: Path) -> Path:
    """The path, or the first numbered one beside it that no file has."""
    number, free = 2, path
    while free.exists():
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free
