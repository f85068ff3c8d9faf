"""The displays screen: frequencies by case, codes over time, codes that occur together, the codeline of the document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from qualcode.analysis.filters import Filters
from qualcode.core.how_many import how_many
from qualcode.core.visible import visible, visible_lines
from qualcode.errors import BadOption, QualcodeError
from qualcode.tui.key_line import KeyLine
from qualcode.tui.plot_view import PlotView
from qualcode.tui.prompts import Prompt
from qualcode.tui.quotes import Quotes
from qualcode.tui.shown import KINDS, PERIODS, RELATIONS, Choices, Line, Shown, Timeline, Together
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp


class DisplaysScreen(Steady, Screen[None]):
    """One display at a time, down to the quotes behind each of its numbers and to their places."""

    DEFAULT_CSS = """
    DisplaysScreen {
        #plot { border: round $panel-lighten-2; border-title-color: $text-muted; }
        #quotes { border: round $panel-lighten-2; border-title-color: $text-muted; height: 2fr; display: none; }
        #plot:focus, #quotes:focus { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.quotes #quotes { display: block; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("1", "display(0)", "By case", id="displays.frequencies"),
        Binding("2", "display(1)", "Over time", id="displays.timeline"),
        Binding("3", "display(2)", "Together", id="displays.network"),
        Binding("4", "display(3)", "Codeline", id="displays.codeline"),
        Binding("t", "rows", "Themes or codes", id="displays.rows"),
        Binding("d", "turn", "Period, relation", id="displays.turn"),
        Binding("p", "per", "Per 1000 words", id="displays.per"),
        Binding("slash", "filter", "Filter", key_display="/", id="displays.filter"),
        Binding("e", "export", "Export", id="displays.export"),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self._kind: type[Shown] = KINDS[0]
        self._choices = Choices()
        self._shown: Shown | None = None

    def compose(self) -> ComposeResult:
        yield PlotView(id="plot")
        yield Quotes(id="quotes")
        yield Static(id="status")
        yield KeyLine(id="keys")

    @property
    def view(self) -> PlotView:
        return self.query_one(PlotView)

    def on_mount(self) -> None:
        self.view.focus()

    def on_screen_resume(self) -> None:
        self.show_changes()

    def on_plot_view_resized(self, event: PlotView.Resized) -> None:
        event.stop()
        self._draw()

    def show_changes(self) -> None:
        """Count anew, and show it."""
        try:
            self._shown = self._made(self._kind, self._choices)
        except QualcodeError as error:
            self.say(str(error))
            return
        self._draw()
        if self.has_class("quotes"):
            self._show_quotes(keep=True)

    def _made(self, kind: type[Shown], choices: Choices) -> Shown:
        desk = self.app.desk
        mine = desk.only_mine and desk.index.value("SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [desk.coder])
        filters = Filters(coder=desk.coder if mine else "", where=choices.where)
        return kind(desk.index, filters, choices, self.app.workspace.document)

    def _draw(self) -> None:
        if self._shown is None:
            return
        view, where = self.view, self._choices.where
        view.show(self._shown.plot(view.room))
        view.border_title = Content(visible(self._shown.heading + (f" · {where}" if where else "")))
        view.border_subtitle = "░ no data, not zero" if isinstance(self._shown, Timeline) else ""
        self._describe()

    def say(self, message: str) -> None:
        from rich.text import Text

        self.query_one("#status", Static).update(Text(visible(message), no_wrap=True))

    def _describe(self) -> None:
        piece, row = self.view.piece, self.view.row_shown
        if self._shown is not None and piece is not None and row is not None:
            self.say(self._shown.described(piece, row))
        else:
            from qualcode.analysis.choosing import why_empty

            self.say(why_empty(self.app.desk.index, Filters(where=self._choices.where)) or "Nothing to show here.")

    def on_plot_view_moved(self, event: PlotView.Moved) -> None:
        event.stop()
        self._describe()
        if self.has_class("quotes"):
            self._show_quotes()

    # ---------------------------------------------------------------- quotes

    def on_plot_view_opened(self, event: PlotView.Opened) -> None:
        event.stop()
        if isinstance(self._shown, Line):
            self.app.show_passage(*self._shown.place(event.key), "displays")
        elif self._shown is not None and not self._shown.quotes(event.key):
            self.say("Nothing is coded here.")
        else:
            self.add_class("quotes")
            self._show_quotes()
            self.query_one(Quotes).focus()
            self.call_after_refresh(self.view.keep_in_sight)

    def _show_quotes(self, *, keep: bool = False) -> None:
        piece, row, quotes = self.view.piece, self.view.row_shown, self.query_one(Quotes)
        if piece is None or row is None or self._shown is None or isinstance(self._shown, Line):
            return
        table = self._shown.quotes(piece.key)
        quotes.border_title = Content(visible(f"{row.label}: {how_many(len(table), 'quote')}"))
        quotes.border_subtitle = "Enter goes to the place · Esc back to the bar"
        quotes.show(table.rows, quotes.at if keep else 0)

    def on_passages_opened(self, event: Quotes.Opened) -> None:
        event.stop()
        self.app.show_quote(event.row, "displays", self.say)

    def action_back(self) -> None:
        if self.has_class("quotes"):
            self._close_quotes()
        else:
            self.app.pop_screen()

    def _close_quotes(self) -> None:
        self.remove_class("quotes")
        self.view.focus()

    # ---------------------------------------------------------------- choices

    def action_display(self, number: int) -> None:
        self._change(KINDS[number], self._choices)

    def action_rows(self) -> None:
        self._choose(rows="code" if self._choices.rows == "top-code" else "top-code")

    def action_per(self) -> None:
        self._choose(per_words=not self._choices.per_words)

    def action_turn(self) -> None:
        """The next length of a period, or the next meaning of together."""
        if self._kind is Together:
            self._choose(relation=_after(self._choices.relation, RELATIONS))
        elif self._kind is Timeline:
            self._choose(by=_after(self._choices.by, PERIODS))
        else:
            self.say("d changes the period of codes over time (2), and what together means (3).")

    def action_filter(self) -> None:
        hint = "such as role:child and not kind:chat · empty: all"
        self.app.push_screen(Prompt("Only codings for which", self._choices.where, hint), self._filtered)

    def _filtered(self, expression: str | None) -> None:
        if expression is not None:
            self._choose(where=expression.strip())

    def _choose(self, **values: Any) -> None:
        self._change(self._kind, replace(self._choices, **values))

    def _change(self, kind: type[Shown], choices: Choices) -> None:
        """Show something else; what cannot be shown changes nothing."""
        try:
            shown = self._made(kind, choices)
        except QualcodeError as error:
            self.app.notify(visible_lines(str(error)), severity="warning", markup=False)
            return
        self._kind, self._choices, self._shown = kind, choices, shown
        self._close_quotes()
        self._draw()

    # ---------------------------------------------------------------- export

    def action_export(self) -> None:
        from qualcode.tui.paths import free_path

        path = free_path(Path.cwd() / f"{self._kind.name}.svg")
        self.app.push_screen(Prompt("Export as a picture (.svg, .html) or numbers (.csv) to", str(path)), self._export)

    def _export(self, path: str | None) -> None:
        if not path or self._shown is None:
            return
        try:
            _write(self._shown, Path(path).expanduser())
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", markup=False)
        else:
            self.app.notify(visible(f"Wrote {path}"), markup=False)


def _write(shown: Shown, path: Path) -> None:
    """Write a display in the format of the file's ending. Raises BadOption, CannotSave."""
    from qualcode.analysis.names_left import fit_to_leave
    from qualcode.exchange.pictures import html_page
    from qualcode.files.saving import replace_file

    ending = path.suffix.lower()
    if ending == ".csv":
        shown.table().to_csv(path)
    elif ending in (".svg", ".html", ".htm"):
        picture = shown.picture()
        text = picture if ending == ".svg" else html_page(shown.heading, picture)
        form = ending.lstrip(".").replace("htm", "html").replace("htmll", "html")
        replace_file(path, fit_to_leave([text.encode("utf-8", "replace")], form, str(path)))
    else:
        raise BadOption(f"A display is written as .svg, .html or .csv, not as {ending or 'a file without an ending'}.")


def _after(value: str, values: tuple[str, ...]) -> str:
    return values[(values.index(value) + 1) % len(values)]
