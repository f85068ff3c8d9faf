"""Choosing what the matrix shows: the keys of the grid, with the change seen at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.binding import Binding

from qualcode.errors import QualcodeError
from qualcode.tui import matrix_choice as choices
from qualcode.tui.grid import Grid
from qualcode.tui.matrix_choice import MatrixChoice
from qualcode.tui.matrix_counted import CountedScreen
from qualcode.tui.prompts import Prompt

if TYPE_CHECKING:
    from qualcode.tui.picker import Choice

Step = Callable[[MatrixChoice, str], MatrixChoice]
_MOST_RECENT = 12


class MatrixGrid(Grid):
    """The grid with the keys that choose what it shows."""

    BINDINGS = [
        Binding("r", "screen.rows", "Rows", id="matrix.rows"),
        Binding("c", "screen.columns", "Columns", id="matrix.columns"),
        Binding("d", "screen.next_columns", "Next columns", show=False, id="matrix.next-columns"),
        Binding("t", "screen.next_measure", "Count", id="matrix.next-measure"),
        Binding("T", "screen.measures", "Measures", key_display="T", show=False, id="matrix.measures"),
        Binding("percent_sign", "screen.percent", "Percent", key_display="%", id="matrix.percent"),
        Binding("slash", "screen.filter", "Filter", key_display="/", id="matrix.filter"),
        Binding("s", "screen.sort", "Sort", id="matrix.sort"),
        Binding("z", "screen.hide_empty", "Hide empty", id="matrix.hide-empty"),
        Binding("f,space", "screen.fold", "Fold", key_display="f", id="matrix.fold"),
        Binding("F", "screen.fold_all", "Fold all", key_display="F", show=False, id="matrix.fold-all"),
        Binding("x", "screen.transpose", "Transpose", id="matrix.transpose"),
        Binding("o", "screen.together", "Together", id="matrix.together"),
        Binding("0", "screen.reset", "Reset", show=False, id="matrix.reset"),
    ]


class ChoosingScreen(CountedScreen):
    """Changes `choice` by keys."""

    def __init__(self) -> None:
        super().__init__()
        self._recent: list[str] = []

    # ---------------------------------------------------------------- rows and columns

    def action_rows(self) -> None:
        self._pick_dimension("Rows", choices.with_rows)

    def action_columns(self) -> None:
        self._pick_dimension("Columns", choices.with_cols)

    def action_next_columns(self) -> None:
        self.choose(choices.with_next_cols(self.choice))

    def _pick_dimension(self, title: str, step: Step) -> None:
        from qualcode.tui import matrix_options as options

        self._pick(title, options.dimension_choices(self.app.desk.index), lambda key: self._dimension(key, step),
                   offer=options.typed_dimension, placeholder="type part of a name; case+role joins two")  # fmt: skip

    def _dimension(self, key: str, step: Step) -> None:
        """Go on with a dimension; of some it is to be asked how."""
        from qualcode.tui.choices import code_choices
        from qualcode.tui.matrix_options import QUESTIONS, RANGES, suggested_limits

        if key.startswith(RANGES):
            name = key.removeprefix(RANGES)
            prompt = Prompt(
                f"Where to cut {name}: ascending numbers, such as 0,1000,4000",
                suggested_limits(self.app.desk.index, name),
            )
            self.app.push_screen(prompt, lambda limits: self._ranges(name, limits, step))
        elif key == QUESTIONS:
            self._pick("The code under which questions are coded", code_choices(self.app.desk),
                       lambda code: self.choose(step(self.choice, f"turn-of:{code}")))  # fmt: skip
        else:
            together = self.choice.together
            self.choose(step(self.choice, key))
            if step(self.choice, key).together and not together:
                self.action_together()

    def _ranges(self, name: str, limits: str | None, step: Step) -> None:
        if limits is not None and limits.strip():
            self.choose(step(self.choice, f"attr:{name}:{limits.replace(' ', '')}"))

    def action_transpose(self) -> None:
        self.choose(choices.transposed(self.choice))

    def action_together(self) -> None:
        """Codes by codes; where that is shown, by which relation."""
        from qualcode.tui import matrix_options as options

        self._pick("Codes by codes: which codings count as occurring together", options.RELATIONS,
                   lambda key: self.choose(choices.with_relation(self.choice, key)), offer=options.typed_relation)  # fmt: skip

    # ---------------------------------------------------------------- cells

    def action_next_measure(self) -> None:
        self.choose(choices.with_next_cell(self.choice))

    def action_measures(self) -> None:
        from qualcode.tui.matrix_options import measure_choices

        self._pick("What cells show", measure_choices(self.choice), self._measure)

    def _measure(self, key: str) -> None:
        what, _, value = key.partition(":")
        steps: dict[str, Step] = {
            "cell": choices.with_cell, "percent": choices.with_percent, "per": choices.with_per,
            "exact": lambda choice, wanted: replace(choice, exact=bool(wanted)),
        }  # fmt: skip
        self.choose(steps[what](self.choice, value))

    def action_percent(self) -> None:
        if self.choice.together:
            self.say("Codes by codes have no percentages: t shows jaccard and the c-coefficient.")
        else:
            self.choose(choices.with_next_percent(self.choice))

    # ---------------------------------------------------------------- filter

    def action_filter(self) -> None:
        self._ask_filter(self.choice.where)

    def _ask_filter(self, text: str, trouble: str = "") -> None:
        from qualcode.tui.matrix_filter import FilterPrompt

        desk = self.app.desk
        project = desk.index.read_or_none("project")
        saved = project.filters if project is not None else {}
        self.app.push_screen(FilterPrompt(text, saved, self._recent, desk.session.save_filter, trouble), self._filter)

    def _filter(self, where: str | None) -> None:
        if where is None:
            return
        if where:
            self._recent = [where, *(other for other in self._recent if other != where)][:_MOST_RECENT]
        self.choose(replace(self.choice, where=where))

    def _refused(self, choice: MatrixChoice, error: QualcodeError) -> None:
        """Where it is the filter that cannot be used, it is shown again with what is wrong: nothing typed is lost."""
        if choice.where and choice.where != self.choice.where:
            self._recent = [text for text in self._recent if text != choice.where]
            self._ask_filter(choice.where, str(error))
        else:
            super()._refused(choice, error)

    # ---------------------------------------------------------------- arrangement

    def action_sort(self) -> None:
        if self.view is not None:
            self.choose(choices.sorted_by(self.choice, self.here[1]))

    def action_hide_empty(self) -> None:
        self.choose(replace(self.choice, hide_empty=not self.choice.hide_empty))

    def action_reset(self) -> None:
        self.choose(MatrixChoice())

    def action_fold(self) -> None:
        """Fold the theme under the cursor, or the one above it: in the rows if they are codes, else in the columns."""
        book, cell = self.app.desk.codebook, self.here
        key = cell[0] if self.choice.rows == "code" else cell[1] if self.choice.cols == "code" else ""
        if key not in book:
            self.say("f folds themes where codes stand in rows or columns.")
            return
        holder = key if book.live_children.get(key) else book[key].parent
        if holder:
            self.choose(choices.folding(self.choice, holder))

    def action_fold_all(self) -> None:
        book = self.app.desk.codebook
        holders = frozenset(code.id for code in book.live if book.live_children.get(code.id))
        self.choose(replace(self.choice, folded=frozenset() if self.choice.folded else holders))

    # ---------------------------------------------------------------- asking

    def _pick(
        self, title: str, offered: Sequence[Choice], then: Callable[[str], None], *,
        offer: Callable[[str], Sequence[Choice]] | None = None, placeholder: str = "type part of the name",
        empty: str = "",
    ) -> None:  # fmt: skip
        """Let the user choose; `then` gets the key of what was chosen."""
        from qualcode.tui.picker import Picker

        picker = Picker(title, offered, placeholder=placeholder, offer=offer, empty=empty or "Nothing is called that.")
        self.app.push_screen(picker, lambda choice: then(choice.key) if choice is not None else None)
