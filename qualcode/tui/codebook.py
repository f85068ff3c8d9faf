"""The codebook screen: the code tree with its counts, every verb on codes, and the entry of the code under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from qualcode.analysis.code_counts import CodeCount, OwnCount, cases_of, own_counts, with_subcodes
from qualcode.analysis.filters import Filters
from qualcode.core.codebook import PALETTE, Code, Codebook
from qualcode.core.how_many import how_many
from qualcode.core.overlay import worn
from qualcode.core.text import fold
from qualcode.core.visible import visible
from qualcode.errors import QualcodeError
from qualcode.tui.grid import Grid, GridRow
from qualcode.tui.key_line import KeyLine
from qualcode.tui.quotes import Quotes
from qualcode.tui.reading import entry
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.core.pseudonyms import Pseudonyms
    from qualcode.tui.app import QualcodeApp
    from qualcode.tui.picker import Choice

_MOST_CODERS = 6
_CHANGING = ("new", "rename", "edit", "edit_outside", "merge", "split", "delete", "recolor", "pin", "retire", "shift")


class CodebookScreen(Steady, Screen[None]):
    """The instrument of the study. Enter on a number lists its quotes; every change is on disk and can be undone."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    DEFAULT_CSS = """
    CodebookScreen {
        #tree-side { width: 3fr; }
        #entry-side { width: 2fr; }
        #grid, #entry, #quotes { border: round $panel-lighten-2; border-title-color: $text-muted; }
        #grid:focus, #quotes:focus, #entry:focus {
            border: round $accent; border-title-color: $accent; border-title-style: bold;
        }
        #entry { height: 1fr; padding: 0 1; scrollbar-size: 1 1; }
        #quotes { height: 2fr; display: none; }
        #filter { display: none; height: 1; border: none; padding: 0 1; background: $boost; }
        #status { height: 1; background: $panel; padding: 0 1; }
        &.quotes #quotes { display: block; }
        &.filtering #filter { display: block; }
        &.-narrow #panes { layout: vertical; }
        &.-narrow #tree-side { width: 100%; height: 3fr; }
        &.-narrow #entry-side { width: 100%; height: 2fr; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("n", "new(False)", "New", id="codebook.new"),
        Binding("N", "new(True)", "New below", key_display="N", show=False, id="codebook.new-below"),
        Binding("r", "rename", "Rename", id="codebook.rename"),
        Binding("e", "edit", "Edit", id="codebook.edit"),
        Binding("E", "edit_outside", "In $EDITOR", key_display="E", show=False, id="codebook.edit-outside"),
        Binding("m", "merge", "Merge", id="codebook.merge"),
        Binding("s", "split", "Split", id="codebook.split"),
        Binding("x,delete", "delete", "Delete", id="codebook.delete"),
        Binding("c", "recolor", "Colour", show=False, id="codebook.color"),
        Binding("p", "pin", "Pin", show=False, id="codebook.pin"),
        Binding("z", "retire", "Retire", show=False, id="codebook.retire"),
        Binding("greater_than_sign", "shift('indent')", "Indent", show=False, key_display=">", id="codebook.indent"),
        Binding("less_than_sign", "shift('outdent')", "Outdent", show=False, key_display="<", id="codebook.outdent"),
        Binding("J,shift+down", "shift('down')", "Down", show=False, key_display="J", id="codebook.down"),
        Binding("K,shift+up", "shift('up')", "Up", show=False, key_display="K", id="codebook.up"),
        Binding("f,space", "fold", "Fold", show=False),
        Binding("F", "fold_all", "Fold all", show=False),
        Binding("tab", "switch", "Other pane", show=False, priority=True),
        Binding("u", "undo", "Undo", id="codebook.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="codebook.redo"),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self._own: dict[str, OwnCount] = {}
        self._cases: dict[str, str] = {}
        self._counts: dict[str, CodeCount] = {}
        self._folded: set[str] = set()
        self._wanted = ""
        self._coders: list[str] = []
        self._revision = -1
        self._grid = Grid(id="grid")
        self._entry = Static(id="entry-text")
        self._status = Static(id="status")
        self._quotes: Quotes | None = None
        self._said_at = ""
        self._described: tuple[Code, str, CodeCount | None, Pseudonyms | None] | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="panes"):
            with Vertical(id="tree-side"):
                yield self._grid
                yield Input(placeholder="part of a name, path or definition", id="filter", compact=True)
            with Vertical(id="entry-side"), VerticalScroll(id="entry"):
                yield self._entry
        yield self._status
        yield KeyLine(id="keys")

    @property
    def book(self) -> Codebook:
        return self.app.desk.codebook

    @property
    def code(self) -> Code | None:
        """The code under the cursor."""
        rows = self._grid.grid_rows
        key = rows[self._grid.row].key if rows and self._grid.row < len(rows) else ""
        book = self.book
        return book[key] if key in book else None  # noqa: SIM401  (a codebook is no dict)

    def on_mount(self) -> None:
        self._grid.focus()
        self.show_changes()

    def on_screen_resume(self) -> None:
        if self._revision != self.app.desk.revision:
            self.say("")
            self.show_changes()

    # ---------------------------------------------------------------- showing

    def show_changes(self, at: str = "", *, recount: bool = True) -> None:
        """Show the tree, the cursor on a code or where it was. Codings are counted anew where they may have changed."""
        desk = self.app.desk
        self._revision = desk.revision
        if recount or not self._own:
            self._own, self._cases = own_counts(desk.index), cases_of(desk.index)
        self._counts = with_subcodes(self.book, self._own, self._cases)
        self._coders = sorted({coder for count in self._counts.values() for coder in count.by_coder})
        self._show(at)
        if self.has_class("quotes"):
            self._list_quotes(keep=True)

    def point_to(self, code: str) -> None:
        """Put the cursor on a code, unfolding what hides it."""
        self._wanted = ""
        self._folded -= {above.id for above in self.book.ancestors(code) if above.id != code}
        self._show(code)

    def _show(self, at: str = "") -> None:
        here = at or (self.code.id if self.code else "")
        book = self.book
        colors = self.app.desk.colors
        coders = self._coders if len(self._coders) <= _MOST_CODERS else []
        shown = set(self._matching())
        rows: list[GridRow] = []

        def walk(parent: str, level: int) -> None:
            for code in book.live_children.get(parent, ()):
                if code.id not in shown:
                    continue
                rows.append(self._row(code, level, book, colors, coders))
                if code.id not in self._folded or self._wanted:
                    walk(code.id, level + 1)

        walk("", 0)
        most = max((row.values[0] for row in rows), default=1)
        self._grid.show(["own", "all", *coders, "docs", "cases"], rows, most)
        number = self._cursor_row(rows, here)
        title = f"Codebook · {how_many(len(book.live), 'code')}"
        self._grid.border_title = title + (
            f" · {len(rows)} shown for “{visible(self._wanted)}”" if self._wanted else ""
        )
        self._grid.border_subtitle = "Enter lists quotes · ? all keys"
        self._grid.go(number, self._grid.column)
        self._describe()
        if not rows:
            self.say("Nothing fits." if self._wanted else "The codebook is empty: n makes the first code.")

    def _cursor_row(self, rows: list[GridRow], here: str) -> int:
        """Where the code is; else, while filtering, the one whose name fits best; else where the cursor was."""
        wanted = fold(" ".join(self._wanted.split()))
        if wanted:
            names = [fold(self.book[row.key].name) for row in rows]
            ranks = [(not name.startswith(wanted), wanted not in name, number) for number, name in enumerate(names)]
            return min(ranks)[2] if ranks else 0
        found = next((number for number, row in enumerate(rows) if row.key == here), None)
        return min(self._grid.row, max(0, len(rows) - 1)) if found is None else found

    def _matching(self) -> list[str]:
        """Ids of the codes that the filter leaves, with those above them."""
        book, wanted = self.book, fold(" ".join(self._wanted.split()))
        if not wanted:
            return [code.id for code in book.live]
        words = wanted.split()
        found: set[str] = set()
        for code in book.live:
            text = fold(f"{book.path(code.id)}\n{code.definition}\n{code.use_when}")
            if all(word in text for word in words):
                found.update(above.id for above in book.ancestors(code.id))
        return list(found)

    def _row(self, code: Code, level: int, book: Codebook, colors: Mapping[str, str], coders: Sequence[str]) -> GridRow:
        count = self._counts.get(code.id, CodeCount())
        sign = "" if not book.live_children.get(code.id) else "▸" if code.id in self._folded else "▾"
        label = (f"{code.key} " if code.key else "") + code.name + (" (retired)" if code.retired else "")
        by_coder = (count.by_coder.get(coder, 0) for coder in coders)
        values = (count.own, count.below, *by_coder, len(count.documents), len(count.cases))
        return GridRow(code.id, label, level, sign, colors.get(code.id, ""), values)

    def say(self, message: str, *, warn: bool = False) -> None:
        text = Text(visible(" ".join(message.split())), style="bold yellow" if warn else "", no_wrap=True)
        self._said_at = self.code.id if self.code is not None else ""
        self._status.update(text, layout=False)

    def _describe(self) -> None:
        """The entry of the code under the cursor."""
        code = self.code
        if code is None:
            self._described = None
            self._entry.update("")
            return
        seen = (code, self.book.path(code.id), self._counts.get(code.id), worn())
        if seen == self._described:
            return
        self._described = seen
        text = entry(code, self.book.path(code.id))
        count = self._counts.get(code.id, CodeCount())
        facts = [f"{count.own} own, {count.below} with sub-codes"]
        facts.append(" · ".join(f"{visible(coder)} {number}" for coder, number in sorted(count.by_coder.items())))
        facts.append(f"{how_many(len(count.documents), 'document')}, {how_many(len(count.cases), 'case')}")
        facts.append(f"key {code.key}" if code.key else "")
        facts.append("retired: not offered any more" if code.retired else "")
        text.append("\n\n" + "\n".join(fact for fact in facts if fact), style="dim")
        text.append(f"\n{visible(code.id)}", style="dim")
        self._entry.update(Content.from_rich_text(text))

    def on_cell_grid_moved(self, event: Grid.Moved) -> None:
        event.stop()
        self._describe()
        if self.code is not None and self.code.id != self._said_at:
            self.say("")
        if self.has_class("quotes"):
            self._list_quotes()

    # ---------------------------------------------------------------- quotes

    def on_cell_grid_opened(self, event: Grid.Opened) -> None:
        event.stop()
        if self.code is None or not self._grid.grid_rows[event.row].values[event.column]:
            self.say("Nothing is coded here.")
            return
        self.run_worker(self._open_quotes())

    async def _open_quotes(self) -> None:
        if self._quotes is None:
            self._quotes = Quotes(id="quotes")
            await self.query_one("#entry-side").mount(self._quotes)
        self.add_class("quotes")
        self._list_quotes()
        self._quotes.focus()

    def _list_quotes(self, *, keep: bool = False) -> None:
        from qualcode.analysis.segments import segments

        code, column = self.code, self._grid.headers[self._grid.column]
        if self._quotes is None or code is None:
            return
        filters = Filters(code=code.id, exact=column == "own", coder=column if column in self._coders else "")
        rows = segments(self.app.desk.index, filters).rows
        title = f"{self.book.path(code.id)}: {how_many(len(rows), 'quote')}" + (
            f" of {filters.coder}" if filters.coder else ""
        )
        self._quotes.border_title = Content(visible(title))
        self._quotes.border_subtitle = "Enter goes to the place · Esc back"
        self._quotes.show(rows, self._quotes.at if keep else 0)

    def on_passages_opened(self, event: Quotes.Opened) -> None:
        event.stop()
        self.app.show_quote(event.row, "codebook", self.say)

    def action_switch(self) -> None:
        panes = [
            self._grid,
            *([self._quotes] if self._quotes and self.has_class("quotes") else []),
            self.query_one("#entry"),
        ]
        at = panes.index(self.focused) if self.focused in panes else 0
        panes[(at + 1) % len(panes)].focus()

    def action_back(self) -> None:
        if self.has_class("quotes"):
            self.remove_class("quotes")
            self._grid.focus()
        elif self.has_class("filtering"):
            self.remove_class("filtering")
            field = self.query_one("#filter", Input)
            field.display = False
            self._wanted = field.value = ""
            self._grid.focus()
            self._show()
        else:
            self.app.pop_screen()

    # ---------------------------------------------------------------- filter and fold

    def action_filter(self) -> None:
        self.add_class("filtering")
        field = self.query_one("#filter")
        field.display = True  # now, and not with the next frame: what is typed at once after the key belongs here
        self.set_focus(field)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._wanted = event.value
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.set_focus(self._grid)

    def action_fold(self) -> None:
        if self.code is None:
            return
        holder = self.code.id if self.book.live_children.get(self.code.id) else self.code.parent
        if holder:
            self._folded ^= {holder}
            self._show(holder if holder in self._folded else "")

    def action_fold_all(self) -> None:
        self._folded = (
            set() if self._folded else {code.id for code in self.book.live if self.book.live_children.get(code.id)}
        )
        self._show()

    # ---------------------------------------------------------------- changing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that change a code mean nothing where the cursor is in a list of quotes or in the filter."""
        return not (action in _CHANGING and self.focused is not None and self.focused.id in ("quotes", "filter"))

    def attempt(self, work: Callable[[], Any], at: str | None = "", *, recount: bool = False) -> Any:
        """Do something that may be refused, show the codebook as it is then and say what was done.

        `at` is the code on which the cursor shall stand (None: the one that was made or stays).
        """
        try:
            done = work()
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", timeout=12, markup=False)
            self.say(str(error), warn=True)
            return None
        self.app.desk.forget()
        self.show_changes(getattr(done, "code", "") if at is None else at, recount=recount)
        self.say(f"{done}" + ("" if str(done).startswith(("Und", "Red", "Nothing")) else " — u takes it back"))
        return done

    def _ask(self, title: str, value: str, then: Callable[[str], Any]) -> None:
        """Ask for a line of text; what is refused is asked for again, with what was typed."""
        from qualcode.tui.prompts import Prompt

        def answered(text: str | None) -> None:
            if text is not None and text.strip() and then(text) is None:
                self._ask(title, text, then)

        self.app.push_screen(Prompt(title, value), answered)

    def action_new(self, below: bool) -> None:
        code = self.code
        parent = "" if code is None else code.id if below else code.parent
        where = f"under {self.book.path(parent)}" if parent else "at the top"
        self._ask(
            f"New code {where}: its name",
            "",
            lambda name: self._new(name, parent, "" if below or code is None else code.id),
        )

    def _new(self, name: str, parent: str, behind: str) -> Any:
        session = self.app.desk.session

        def work() -> Any:
            with session.batch():
                code = session.add_code(name, parent)
                if behind and behind in session.index.codebook:
                    session.move_code(code.id, parent, behind)
            return session.changed(f"Added: {session.index.codebook.path(code.id)}", code.id)

        return self.attempt(work, None)

    def action_rename(self) -> None:
        if self.code is not None:
            code = self.code
            self._ask(
                f"Rename {self.book.path(code.id)}", code.name,
                lambda name: self.attempt(lambda: self.app.desk.session.rename_code(code.id, name)),
            )  # fmt: skip

    def action_edit(self) -> None:
        from qualcode.tui.code_form import CodeForm

        if self.code is not None:
            code = self.code
            self.app.push_screen(
                CodeForm(code, self.book.path(code.id), self._save_fields, lambda: self._as_it_is(code.id))
            )

    def _as_it_is(self, code: str) -> Code | None:
        """The code as it is on disk now."""
        self.app.desk.index.refresh()
        return self.book[code] if code in self.book else None  # noqa: SIM401  (a codebook is no dict)

    def _save_fields(self, code: str, fields: dict[str, Any]) -> bool:
        """True if it was saved."""
        return self.attempt(lambda: self.app.desk.session.edit_code(code, **fields)) is not None

    def action_edit_outside(self) -> None:
        from qualcode.session.code_entry import edit_entry, save_entry

        if self.code is None:
            return
        code = self.code

        def work() -> Any:
            failed: QualcodeError | None = None
            fields: dict[str, Any] = {}
            try:
                with self.app.suspend():  # which must not be left by an exception: it would not give the screen back
                    try:
                        fields = edit_entry(self.app.desk.folder, code)
                    except QualcodeError as error:
                        failed = error
            except SuspendNotSupported:
                failed = QualcodeError("No other program can be opened from this terminal: e edits here.")
            if failed is not None:
                raise failed
            return save_entry(self.app.desk.session, code, fields)

        self.attempt(work)
        self.refresh()

    def action_recolor(self) -> None:
        from qualcode.tui.picker import Choice, Picker

        if self.code is None:
            return
        code = self.code
        choices = [Choice(color, f"{color}  ███", color=color) for color in PALETTE]
        choices.append(Choice("inherit", "the colour of the code above, or by its place"))
        picker = Picker(
            f"Colour of {self.book.path(code.id)}", choices, placeholder="or type #rrggbb",
            offer=lambda text: [Choice(text.lower(), f"use {text}", color=text.lower())] if _is_color(text) else [],
        )  # fmt: skip
        self.app.push_screen(picker, lambda choice: self._recolor(code.id, choice))

    def _recolor(self, code: str, choice: Choice | None) -> None:
        if choice is not None:
            color = "" if choice.key == "inherit" else choice.key
            self.attempt(lambda: self.app.desk.session.edit_code(code, color=color))

    def action_pin(self) -> None:
        if self.code is not None:
            code = self.code
            pinned = ", ".join(f"{c.key} {c.name}" for c in sorted(self.book.live, key=lambda c: c.key) if c.key)
            self._ask(
                f"Pin to which digit, 1 to 9 (0: none)? Pinned: {visible(pinned) or 'none'}", str(code.key or ""),
                lambda key: self.attempt(lambda: self.app.desk.session.edit_code(code.id, key=key)),
            )  # fmt: skip

    def action_retire(self) -> None:
        if self.code is not None:
            code = self.code
            self.attempt(lambda: self.app.desk.session.retire_code(code.id, not code.retired))

    def action_shift(self, direction: str) -> None:
        if self.code is not None:
            code = self.code.id
            self.attempt(lambda: self.app.desk.session.shift_code(code, direction), code)

    def action_merge(self) -> None:
        from qualcode.tui.choices import code_choices
        from qualcode.tui.picker import Picker

        if self.code is None:
            return
        code = self.code.id
        choices = [choice for choice in code_choices(self.app.desk) if choice.key != code]
        own = self._own.get(code, OwnCount()).by_coder
        whose = ", ".join(f"{coder} {number}" for coder, number in sorted(own.items())) or "none"
        title = f"Merge {self.book.path(code)} (codings: {whose}) into"
        self.app.push_screen(Picker(title, choices), lambda choice: self._merge(code, choice))

    def _merge(self, code: str, choice: Choice | None) -> None:
        if choice is not None:
            self.attempt(lambda: self.app.desk.session.merge_codes(code, choice.key), None, recount=True)

    def action_split(self) -> None:
        if self.code is not None:
            self.app.split(self.code.id)

    def action_delete(self) -> None:
        from qualcode.tui.prompts import Confirm

        if self.code is None:
            return
        code, path = self.code.id, self.book.path(self.code.id)
        count = self.app.desk.session.count(code)
        question = f"Delete {visible(path)}? {count} would not count any more. Undo brings all back."
        if count.by_coder.keys() - {self.app.desk.coder}:
            question += " Others coded with it too. To keep codings: z retires the code, m merges it into another."
        self.app.push_screen(Confirm(question, "Delete a code"), lambda yes: self._delete(code) if yes else None)

    def _delete(self, code: str) -> None:
        self.attempt(lambda: self.app.desk.session.delete_code(code), recount=True)

    def action_undo(self) -> None:
        self._again(self.app.desk.undo)

    def action_redo(self) -> None:
        self._again(lambda: self.app.desk.session.redo()[0])

    def _again(self, work: Callable[[], Any]) -> None:
        """Undo or redo, the cursor going to the code that it concerns."""
        before = {code.id: code for code in self.book.codes}
        fates = dict(self.book.fates)
        done = self.attempt(work)
        if done is not None:
            if done.codings or self.book.fates != fates:
                self.show_changes()
            changed = [code.id for code in self.book.live if before.get(code.id) != code]
            said = self._status.render()
            if changed:
                self.point_to(changed[-1])
                self._status.update(said, layout=False)


def _is_color(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(sign in "0123456789abcdefABCDEF" for sign in text[1:])
