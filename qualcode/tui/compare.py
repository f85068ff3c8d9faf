"""The compare screen: two to four cases (or documents, roles, months ...) side by side, code by code, every quote in full."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Static

from qualcode.analysis.comparing import HELD, ORDERS, CodeRow, Comparison, comparison
from qualcode.analysis.filters import Filters
from qualcode.analysis.sides import FEWEST, MOST, SIDES, choices, usual_choices
from qualcode.core.how_many import how_many
from qualcode.core.visible import fit, visible
from qualcode.errors import QualcodeError
from qualcode.index.index import Index
from qualcode.tui.key_line import KeyLine
from qualcode.tui.picker import Choice, Picker
from qualcode.tui.prompts import Prompt
from qualcode.tui.side_blocks import Block
from qualcode.tui.sides import Sides
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_AT_ONCE = 4_000  # so many codings are compared within a tenth of a second, without a worker
_SHOWN = {"all": "all codes", "both": "codes that all have", "one": "codes that only one has"}


class CompareScreen(Steady, Screen[None]):
    """Any two to four; the first two cases of the project to begin with."""

    DEFAULT_CSS = """
    CompareScreen {
        #heads { height: 1; background: $panel; text-style: bold; padding: 0 1; }
        #sides { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #status { height: 1; background: $panel; padding: 0 1; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        *(Binding(str(number + 1), f"choose({number})", f"Column {number + 1}", show=False) for number in range(MOST)),
        Binding("d", "dimension", "Cases, roles ..."),
        Binding("plus", "add", "Column", key_display="+"),
        Binding("minus", "take_away", "Less", key_display="-"),
        Binding("o", "order", "Order"),
        Binding("b", "held", "Both, one"),
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("f", "fold", "Fold"),
        Binding("F", "fold_all", "Fold all", show=False),
        Binding("B", "transcripts", "Transcripts", key_display="B"),
        Binding("e", "export", "Export"),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self.by = "case"
        self.order, self.held, self.where = "codebook", "all", ""
        self.found: Comparison | None = None
        self._chosen: dict[str, list[str]] = {}
        self._folded: set[str] = set()
        self._revision = -1
        self._aside: Index | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="heads")
        yield Sides(id="sides")
        yield Static(id="status")
        yield KeyLine(id="keys")

    @property
    def view(self) -> Sides:
        return self.query_one(Sides)

    @property
    def cases(self) -> list[str]:
        """The keys of what the columns show."""
        return self._chosen.get(self.by, [])

    def on_mount(self) -> None:
        self.view.focus()
        self._load(keep=False)

    def on_unmount(self) -> None:
        if self._aside is not None:
            self._aside.close()

    def on_screen_resume(self) -> None:
        if self._revision != self.app.desk.revision:
            self.show_changes()

    def show_changes(self) -> None:
        """Read the quotes anew, the cursor staying where it is."""
        self._load(keep=True)

    # ---------------------------------------------------------------- reading

    def _load(self, *, keep: bool) -> None:
        desk = self.app.desk
        self._revision = desk.revision
        known = usual_choices(desk.index, self.by)
        kept = [key for key in self.cases if key in known]
        self._chosen[self.by] = kept if len(kept) >= FEWEST else list(dict.fromkeys([*kept, *known]))[:FEWEST]
        self._head()
        if len(self.cases) < FEWEST:
            self.found = None
            self.view.show([], FEWEST)
            return
        if desk.index.value("SELECT count(*) FROM coding_row") <= _AT_ONCE or self._reader() is None:
            self._compare(desk.index, keep)
        else:
            self.say("Counting ...")
            self.run_worker(lambda: self._compare_aside(keep), thread=True, exclusive=True, group="compare")

    def _reader(self) -> Index | None:
        """A second way into the index, for the worker; None where the index is in this process's memory."""
        index = self.app.desk.index
        if self._aside is None and index.rows("PRAGMA database_list")[0][2]:
            self._aside = Index(index.folder)
        return self._aside

    def _compare_aside(self, keep: bool) -> None:
        if self._aside is not None:
            self._compare(self._aside, keep)

    def _compare(self, index: Index, keep: bool) -> None:
        """Ask, and hand the answer over; in a worker as well as here."""
        answer: Comparison | QualcodeError
        try:
            answer = comparison(index, self.cases, self.by, self._filters(index), order=self.order)
        except QualcodeError as error:
            answer = error
        if index is self._aside:
            self.app.call_from_thread(self._take, answer, keep)
        else:
            self._take(answer, keep)

    def _filters(self, index: Index) -> Filters:
        desk = self.app.desk
        own = desk.only_mine and self.by != "coder"
        coded = own and index.value("SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [desk.coder])
        return Filters(coder=desk.coder if coded else "", where=self.where)

    def _take(self, answer: Comparison | QualcodeError, keep: bool) -> None:
        if isinstance(answer, QualcodeError):
            self.app.notify(visible(str(answer)), severity="warning", timeout=12, markup=False)
            self.say("")
            return
        self.found = answer
        self._show(keep=keep)

    def say(self, message: str) -> None:
        self.query_one("#status", Static).update(Text(visible(message), no_wrap=True))

    # ---------------------------------------------------------------- showing

    def _show(self, *, keep: bool) -> None:
        if self.found is None:
            return
        shown = self.found.only(self.held)
        hidden = self._below_folded(shown)
        blocks = [self._block(shown, row) for row in shown.rows if row.code not in hidden]
        self.view.show(blocks, len(shown.sides), keep=keep)
        self._head()
        if blocks:
            only = sum(len(row.holders) == 1 for row in shown.rows)
            both = sum(len(row.holders) == len(shown.sides) for row in shown.rows)
            self.say(f"{how_many(len(shown.rows), 'code')}: {both} that all sides have, {only} that only one has")
        else:
            self.say(self._why_empty(self.found))

    def _why_empty(self, found: Comparison) -> str:
        if found.rows:
            return f"There are no {_SHOWN[self.held]}: b shows others."
        from qualcode.analysis.choosing import why_empty

        return why_empty(self.app.desk.index, found.filters) or "Nothing is coded in these: 1 2 choose others."

    def _below_folded(self, shown: Comparison) -> set[str]:
        """In codebook order a folded theme takes its sub-codes with it."""
        book = self.app.desk.codebook
        if shown.order != "codebook":
            return set()
        return {
            below for code in self._folded if code in book for below in book.with_descendants(code) if below != code
        }

    def _block(self, shown: Comparison, row: CodeRow) -> Block:
        desk = self.app.desk
        quotes = [share.quotes for share in row.shares]
        theme = bool(desk.codebook.live_children.get(row.code))
        return Block(
            row.code, row.path, desk.colors.get(row.code, ""), quotes, shown.sentence(row, named=False),
            self._mark(shown, row), theme=theme, folded=row.code in self._folded,
        )  # fmt: skip

    def _mark(self, shown: Comparison, row: CodeRow) -> str:
        """Said beside the heading where not all sides have the code."""
        missing = [shown.headers[n] for n in range(len(shown.sides)) if n not in row.holders]
        if not missing:
            return ""
        return f"only {shown.headers[row.holders[0]]}" if len(row.holders) == 1 else f"not {', '.join(missing)}"

    def _head(self) -> None:
        heads = self.query_one("#heads", Static)
        if len(self.cases) < FEWEST:
            told = "Two cases are needed to compare; project.yaml declares fewer." if self.by == "case" else (
                f"There are no two {self.by}s to compare.")  # fmt: skip
            heads.update(f"{told} d compares something else.")
            return
        names = dict(choices(self.app.desk.index, self.by))
        words = {side.key: side.words for side in self.found.sides} if self.found else {}
        width = self.view.column_width
        parts = []
        for number, key in enumerate(self.cases):
            told = f" · {how_many(words[key], 'word', form=',')}" if key in words else ""
            parts.append(fit(f"{number + 1} {names.get(key) or key or f'(no {self.by})'}{told}", width))
        heads.update(Text(" " + " │ ".join(parts), no_wrap=True))
        where = f" · {self.where}" if self.where else ""
        order = "codebook order" if self.order == "codebook" else "greatest difference first"
        self.view.border_title = Text(f"Compare {self.by}s · {order} · {_SHOWN[self.held]}{visible(where)}")
        self.view.border_subtitle = "← → other column · ] [ next and previous code · Enter goes to the place"

    def on_resize(self) -> None:
        self.call_after_refresh(self._head)

    # ---------------------------------------------------------------- to a place and back

    def on_passages_opened(self, event: Sides.Opened) -> None:
        event.stop()
        self.app.show_quote(event.row, "compare", self.app.notify)

    def action_transcripts(self) -> None:
        """The transcript of the quote under the cursor, beside that of the nearest quote of another column."""
        from qualcode.tui.transcript.selection import Selection
        from qualcode.tui.two_transcripts import Place, TwoTranscripts

        here = self.view.here
        if here is None:
            self.say("Put the cursor on a quote: B shows its transcript beside that of another column's quote.")
            return
        there = self.view.nearest_on_another_side() or here
        places = [
            Place(row["document"], Selection(row["start"], row["end"]) if row["anchor"] != "lost" else Selection(0, 0))
            for row in (here, there)
        ]
        self.app.push_screen(TwoTranscripts(*places))

    def action_back(self) -> None:
        self.app.pop_screen()

    # ---------------------------------------------------------------- what is compared

    def action_choose(self, column: int) -> None:
        if column > len(self.cases) or len(self.cases) < FEWEST:
            return
        taken = set(self.cases) - {self.cases[column]} if column < len(self.cases) else set(self.cases)
        offered = [Choice(key, name, key if name != key else "") for key, name in choices(self.app.desk.index, self.by)
                   if key not in taken]  # fmt: skip
        picker = Picker(f"Which {self.by} in column {column + 1}?", offered, empty=f"There is no other {self.by}.")
        self.app.push_screen(picker, lambda choice: self._put(column, choice))

    def _put(self, column: int, choice: Choice | None) -> None:
        if choice is not None:
            self.cases[column : column + 1] = [choice.key]
            self._load(keep=False)

    def action_add(self) -> None:
        if len(self.cases) == MOST:
            self.say(f"Four columns are the most: - takes one away, 1 to {MOST} change one.")
        else:
            self.action_choose(len(self.cases))

    def action_take_away(self) -> None:
        if len(self.cases) <= FEWEST:
            self.say("Two columns are the fewest: 1 and 2 choose what they show.")
        else:
            del self.cases[min(self.view.at.side, len(self.cases) - 1)]
            self._load(keep=True)

    def action_dimension(self) -> None:
        attributes = [f"attr:{name}" for name in self.app.desk.index.project.attribute_types]
        offered = [Choice(by, by, f"{len(choices(self.app.desk.index, by))}") for by in (*SIDES, *attributes)]
        self.app.push_screen(Picker("Compare by what?", offered), self._by_picked)

    def _by_picked(self, choice: Choice | None) -> None:
        if choice is not None:
            self.by = choice.key
            self.found = None
            self._load(keep=False)

    def show_case(self, case: str) -> None:
        """Put a case in the first column; the others stay, unless one is the same."""
        names = [name for name, _ in self.app.desk.cases()]
        if len(names) >= FEWEST and case in names:
            self.by = "case"
            others = [name for name in (*self._chosen.get("case", [])[1:], *names) if name != case]
            count = max(FEWEST, len(self._chosen.get("case", [])))
            self._chosen["case"] = [case, *dict.fromkeys(others)][:count]
            self._load(keep=False)

    # ---------------------------------------------------------------- which codes

    def action_order(self) -> None:
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self._load(keep=False)

    def action_held(self) -> None:
        self.held = HELD[(HELD.index(self.held) + 1) % len(HELD)]
        self._show(keep=True)

    def action_filter(self) -> None:
        title = "Only codings where, such as role:child and not kind:chat"
        self.app.push_screen(Prompt(title, self.where, hint="Enter · empty for all · Esc goes back"), self._narrow)

    def _narrow(self, text: str | None) -> None:
        if text is not None:
            self.where = text.strip()
            self._load(keep=True)

    def action_fold(self) -> None:
        if not self.view.blocks:
            return
        block = self.view.blocks[self.view.at.block]
        if block.has_quotes or block.theme:
            self._folded ^= {block.code}
            self._show(keep=True)

    def on_sides_folding(self, event: Sides.Folding) -> None:
        event.stop()
        self.action_fold()

    def action_fold_all(self) -> None:
        codes = {row.code for row in self.found.rows} if self.found else set()
        self._folded = set() if self._folded else codes
        self._show(keep=True)

    # ---------------------------------------------------------------- out

    def action_export(self) -> None:
        if self.found is not None:
            from qualcode.tui.paths import free_path

            title = "Write this comparison to (.html, .docx, .md or .csv)"
            self.app.push_screen(Prompt(title, str(free_path(Path.cwd() / "compare.html"))), self._export)

    def _export(self, path: str | None) -> None:
        if not path or self.found is None:
            return
        from qualcode.exchange.comparisons import write_comparison

        shown, target = self.found.only(self.held), Path(path).expanduser()
        try:
            write_comparison(shown, target, self.app.desk.index.project.title)
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", markup=False)
        else:
            self.say(f"Wrote {how_many(len(shown.rows), 'code')} to {path}")
