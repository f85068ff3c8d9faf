"""The framework screen: cases by codes, a summary in each cell; Enter writes one beside its quotes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from qualcode.analysis.filters import Filters
from qualcode.analysis.framework import Cell, Framework, framework
from qualcode.core.how_many import how_many
from qualcode.core.visible import shorten, visible
from qualcode.errors import QualcodeError
from qualcode.tui.key_line import KeyLine
from qualcode.tui.memo_text import MemoText, for_field, from_field, names_as_they_are
from qualcode.tui.prompts import Prompt
from qualcode.tui.quotes import Quotes
from qualcode.tui.steady import Steady
from qualcode.tui.summary_grid import SummaryCell, SummaryGrid

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_SIGNS = {"missing": ("! ", "#e0b000"), "outdated": ("~ ", "#d070c0"), "written": ("", ""), "empty": ("", "")}
_OF_THE_GRID = ("turn", "codes", "next_due", "keep", "undo", "export")
_OF_THE_CELL = ("save", "link")


class FrameworkScreen(Steady, Screen[None]):
    """Cases by codes, or turned; the cell under the cursor can be written."""

    DEFAULT_CSS = """
    FrameworkScreen {
        #grid, #quotes, #writing { border: round $panel-lighten-2; border-title-color: $text-muted; }
        #grid:focus, #quotes:focus, #writing:focus-within { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #cell { height: 1fr; display: none; }
        #writing { width: 1fr; }
        #quotes { width: 1fr; }
        MemoText { height: 1fr; border: none; padding: 0 1; }
        MemoText:focus { border: none; }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.cell #grid { display: none; }
        &.cell #cell { display: block; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc", priority=True),
        Binding("ctrl+s", "save", "Save", key_display="Ctrl+S", priority=True),
        Binding("ctrl+l", "link", "Link the quote", key_display="Ctrl+L", priority=True, id="framework.link"),
        Binding("i", "link", "Link", show=False),
        Binding("n", "next_due", "Next to write", id="framework.next"),
        Binding("t", "turn", "Turn", id="framework.turn"),
        Binding("d", "codes", "Codes", id="framework.codes"),
        Binding("y", "keep", "Still right", id="framework.keep"),
        Binding("u", "undo", "Undo", id="framework.undo"),
        Binding("e", "export", "Export", id="framework.export"),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self._framework: Framework | None = None
        self._turned = self._all_codes = False
        self._open: Cell | None = None  # as it was when it was opened, or saved last
        self._area = MemoText(
            "", soft_wrap=True, compact=True, tab_behavior="focus", highlight_cursor_line=False, id="area"
        )

    def compose(self) -> ComposeResult:
        yield SummaryGrid(id="grid")
        with Horizontal(id="cell"):
            with Vertical(id="writing"):
                yield self._area
            yield Quotes(id="quotes")
        yield Static(id="status")
        yield KeyLine(id="keys")

    @property
    def grid(self) -> SummaryGrid:
        return self.query_one(SummaryGrid)

    def on_mount(self) -> None:
        self.grid.focus()
        self.show_changes()

    def on_screen_resume(self) -> None:
        self.show_changes()

    def on_screen_suspend(self) -> None:
        self.keep_typed()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in _OF_THE_GRID:
            return self._open is None
        return self._open is not None if action in _OF_THE_CELL else True

    # ---------------------------------------------------------------- what is shown

    def show_changes(self) -> None:
        """Read anew what is there; what is being written stays."""
        desk = self.app.desk
        filters = Filters(coder=desk.coder) if desk.only_mine and desk.index.value(
            "SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [desk.coder]) else Filters()  # fmt: skip
        under = self._under_cursor()
        try:
            self._framework = framework(desk.index, all_codes=self._all_codes, filters=filters)
        except QualcodeError as error:
            self.say(str(error))
            return
        self._show(under)
        if self._open is not None:
            self._show_cell()

    def _show(self, under: Cell | None) -> None:
        if self._framework is None:
            return
        shown = self._framework
        rows, columns = (shown.codes, shown.cases) if self._turned else (shown.cases, shown.codes)
        names = [column.name.rpartition("/")[2] for column in columns]
        grid = self.grid
        grid.border_title = "Framework" + (" · all codes" if self._all_codes else "")
        grid.border_subtitle = self._due()
        grid.show(names, [row.name.rpartition("/")[2] for row in rows], self._shown_at)
        if under is not None:
            self._point_to(under)
        if self._open is None:
            self._describe()

    def _due(self) -> str:
        missing, outdated = (
            len(self._framework.due(state)) if self._framework else 0 for state in ("missing", "outdated")
        )
        told = [f"! {missing} to write" if missing else "", f"~ {outdated} outdated" if outdated else ""]
        return " · ".join(filter(None, told)) or "all are written"

    def _shown_at(self, row: int, column: int) -> SummaryCell:
        cell = self._cell_at(row, column)
        return _shown(cell) if cell is not None else SummaryCell("", "", "")

    def _cell_at(self, row: int, column: int) -> Cell | None:
        shown = self._framework
        if shown is None:
            return None
        rows, columns = (shown.codes, shown.cases) if self._turned else (shown.cases, shown.codes)
        if not (row < len(rows) and column < len(columns)):
            return None
        case, code = (columns[column], rows[row]) if self._turned else (rows[row], columns[column])
        return shown.cell(case.id, code.id)

    def _under_cursor(self) -> Cell | None:
        return self._cell_at(self.grid.row, self.grid.column)

    def _point_to(self, cell: Cell) -> None:
        """Put the cursor on the cell of this case and code, if it is shown."""
        shown = self._framework
        if shown is None:
            return
        cases, codes = [case.id for case in shown.cases], [code.id for code in shown.codes]
        if cell.case.id in cases and cell.code.id in codes:
            case, code = cases.index(cell.case.id), codes.index(cell.code.id)
            self.grid.go(*((code, case) if self._turned else (case, code)))

    def say(self, message: str) -> None:
        from rich.text import Text

        self.query_one("#status", Static).update(Text(visible(message), no_wrap=True))

    def _describe(self) -> None:
        cell = self._under_cursor()
        if cell is None:
            self.say("There are no cases, or no codes, to make a framework of.")
        else:
            remark = f" — {cell.remark}" if cell.remark else ""
            self.say(
                f"{cell.case.name} × {cell.code.name}: {how_many(cell.quotes, 'quote')}{remark} — Enter opens the cell"
            )

    def on_cell_grid_moved(self, event: SummaryGrid.Moved) -> None:
        event.stop()
        if self._open is None:
            self._describe()

    # ---------------------------------------------------------------- a cell

    def on_cell_grid_opened(self, event: SummaryGrid.Opened) -> None:
        event.stop()
        cell = self._cell_at(event.row, event.column)
        if cell is None:
            return
        self._open = cell
        self._area.text = for_field(cell.summary)
        self._area.move_cursor(self._area.document.end)
        self.add_class("cell")
        self.query_one(Quotes).at = 0
        self._show_cell()
        self.say("Tab goes between summary and quotes; Ctrl+L puts the link of the marked quote into the summary")
        self._area.focus()
        self.refresh_bindings()

    def _show_cell(self) -> None:
        """The quotes of the open cell, and its summary where nothing is typed that is not saved."""
        shown, cell = self._framework, self._open
        if shown is None or cell is None:
            return
        now = shown.cells.get((cell.case.id, cell.code.id), cell)
        if not self._typed() and now.summary != cell.summary:
            self._area.text = for_field(now.summary)
        if not self._typed() or now.summary == cell.summary:
            self._open = now
        writing, quotes = self.query_one("#writing"), self.query_one(Quotes)
        writing.border_title = Content(visible(f"{cell.case.name} × {cell.code.name}"))
        writing.border_subtitle = Content(" · ".join(filter(None, (visible(now.remark), names_as_they_are()))))
        quotes.border_title = how_many(now.quotes, "quote")
        quotes.border_subtitle = "i links · Enter goes to the place"
        rows = shown.quotes(cell.case.id, cell.code.id)
        quotes.show(rows, min(quotes.at, max(0, len(rows) - 1)))

    def _typed(self) -> bool:
        """Whether something stands in the field that is not on disk."""
        return self._open is not None and self._text() != _ended(self._open.summary)

    def _text(self) -> str:
        """What stands in the field, as it would be saved."""
        return _ended(from_field(self._area.text))

    def action_save(self) -> None:
        if not self._typed():
            self.say("Nothing to save: the summary is on disk as it stands here.")
        elif self._save():
            self.say("Saved; u in the grid takes it back")

    def _save(self) -> bool:
        """Put what was typed on disk; False, and told why, where that was refused."""
        cell = self._open
        if cell is None or not self._typed():
            return True
        if not self._text().strip() and not cell.summary:
            return True
        try:
            self.app.desk.session.summarise(cell.case.id, cell.code.id, self._text(), seen=cell.summary)
        except QualcodeError as error:
            self.app.notify(visible(str(error).replace("\n", " ")), severity="warning", timeout=12, markup=False)
            return False
        self.app.desk.forget()
        self._open = cell._replace(summary=self._text() if self._text().strip() else "")
        self.show_changes()
        return True

    def keep_typed(self) -> None:
        """Save what was typed; where that is refused, keep it in a file and say where."""
        if self._save() or self._open is None:
            return
        from qualcode.session.editor import keep_text

        try:
            kept = keep_text(self.app.desk.folder, self._text())
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="error", timeout=20, markup=False)
            return
        self.app.notify(f"What you wrote is kept in {kept}.", severity="warning", timeout=20, markup=False)
        self._open = self._open._replace(summary=self._text())

    def action_link(self) -> None:
        """Put the link of the quote under the cursor where the summary's cursor is."""
        quotes, shown = self.query_one(Quotes), self._framework
        if shown is None or not quotes.segments:
            self.say("There is no quote to link.")
            return
        link = shown.link(quotes.segments[quotes.at])
        row, column = self._area.cursor_location
        before = self._area.document.get_line(row)[:column]
        self._area.insert(f"{'' if not before or before[-1].isspace() else ' '}{link}")
        self.say(f"Put in: {link}")

    def on_passages_opened(self, event: Quotes.Opened) -> None:
        event.stop()
        if self._save():
            self.app.show_quote(event.row, "framework", self.say)

    def action_back(self) -> None:
        if self._open is None:
            self.app.pop_screen()
            return
        self.keep_typed()
        if self._typed():  # neither saved nor kept anywhere: it stays where it is
            return
        cell, self._open = self._open, None
        self.remove_class("cell")
        self.grid.focus()
        self._show(cell)
        self.refresh_bindings()

    # ---------------------------------------------------------------- the grid

    def action_next_due(self) -> None:
        """Go to the next cell that is missing or outdated, round and round."""
        grid = self.grid
        places = [(row, column) for row in range(len(grid.labels)) for column in range(len(grid.headers))]
        due = [place for place in places if (cell := self._cell_at(*place)) is not None and cell.is_due]
        if not due:
            self.say("Every cell with quotes has a summary of them as they are.")
            return
        grid.go(*next((place for place in due if place > (grid.row, grid.column)), due[0]))

    def action_turn(self) -> None:
        under = self._under_cursor()
        self._turned = not self._turned
        self._show(under)

    def action_codes(self) -> None:
        """All codes, or the top ones again."""
        self._all_codes = not self._all_codes
        self.show_changes()

    def action_keep(self) -> None:
        """The summary under the cursor was read again and is right."""
        cell = self._under_cursor()
        if cell is None or cell.state != "outdated":
            self.say("Only a summary that is outdated (~) is confirmed.")
            return
        try:
            self.app.desk.session.keep_summary(cell.case.id, cell.code.id)
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", markup=False)
            return
        self.app.desk.forget()
        self.show_changes()

    def action_undo(self) -> None:
        try:
            change = self.app.desk.undo()
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", timeout=12, markup=False)
            return
        self.show_changes()
        self.app.notify(visible(str(change)), markup=False)

    def action_export(self) -> None:
        from qualcode.tui.paths import free_path

        title = "Export with the quotes to (.docx, .html, .xlsx or .csv)"
        self.app.push_screen(Prompt(title, str(free_path(Path.cwd() / "framework.docx"))), self._export)

    def _export(self, path: str | None) -> None:
        if not path or self._framework is None:
            return
        from qualcode.exchange.framework_export import write_framework

        try:
            title = f"Framework: {self.app.desk.index.project.title}"
            write_framework(self._framework, title, Path(path).expanduser(), turned=self._turned, quotes=True)
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", markup=False)
        else:
            told = f"Wrote {how_many(len(self._framework.cases), 'case')} by {how_many(len(self._framework.codes), 'code')} to {path}"
            self.app.notify(visible(told), markup=False)


def _shown(cell: Cell) -> SummaryCell:
    sign, color = _SIGNS[cell.state]
    if cell.state == "empty":
        return SummaryCell("·", "", "")
    change = f" · {cell.change}" if cell.change else ""
    return SummaryCell(f"{sign}{how_many(cell.quotes, 'quote')}{change}", color, _without_marks(cell.summary))


def _ended(text: str) -> str:
    """The text with its last line ended, as memos are kept."""
    return text if not text or text.endswith("\n") else text + "\n"


def _without_marks(text: str) -> str:
    """A summary as it is read at a glance: without its links' insides and the stars around words."""
    from qualcode.core.links import links
    from qualcode.exchange.markdown_blocks import spans

    parts, at = [], 0
    for link in links(text):
        place = f"[{link.place or shorten(link.target, 16)}]" if link.kind == "document" else link.target
        parts += [text[at : link.start], link.label or place]
        at = link.end
    return "\n".join("".join(span.text for span in spans(line)) for line in "".join([*parts, text[at:]]).split("\n"))
