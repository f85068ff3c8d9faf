"""Splitting a code: its codings one by one, each sent to a sub-code with one key. Stop and go on whenever you like."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.binding import Binding

from qualcode.analysis.filters import Filters
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Row
from qualcode.core.codebook import Code
from qualcode.core.visible import quoted, visible
from qualcode.tui.one_by_one import OneByOne

KEYS = "123456789abcdefghilmoprstvwxyz"  # what sends a coding to the first, second ... sub-code; j, k, n, q, u mean other things


class SplitScreen(OneByOne):
    """The user's codings that still stand under the code itself; those sent away are done."""

    BINDINGS = [Binding("n", "new", "New sub-code")]
    name_of_place = "split"

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code
        self._begun = False

    def load(self) -> Sequence[Row]:
        desk = self.app.desk
        rows = segments(desk.index, Filters(code=self._code, exact=True, coder=desk.coder)).rows if self._mine() else []
        if not self._begun:
            self._begun = True
            last = desk.index.recall(self._place)
            self.at = next((number for number, row in enumerate(rows) if row["coding_id"] == last), 0)
        return rows

    def _mine(self) -> bool:
        desk = self.app.desk
        return self._code in desk.codebook and bool(
            desk.index.value("SELECT 1 FROM coding WHERE coder = ? AND code = ? LIMIT 1", [desk.coder, self._code])
        )

    @property
    def _place(self) -> str:
        return f"split:{self.app.desk.coder}:{self._code}"

    def targets(self) -> list[tuple[str, Code]]:
        """The sub-codes in use, each with its key."""
        live = [code for code in self.app.desk.codebook.live_children.get(self._code, ()) if not code.retired]
        return list(zip(KEYS, live, strict=False))

    def heading(self) -> str:
        return f"Splitting {self.app.desk.codebook.path(self._code)}"

    def finished(self) -> str:
        others = self.app.desk.index.value(
            "SELECT count(*) FROM coding WHERE code = ? AND coder <> ?", [self._code, self.app.desk.coder]
        )
        more = f" {others} of other coders do: each coder splits their own." if others else ""
        return f"No coding of yours stands under this code itself (any more).{more}"

    def beside(self, row: Row | None) -> Text:
        text, desk = Text(), self.app.desk
        for key, code in self.targets():
            text.append(f" {key} ", style="reverse bold").append(
                f" {visible(code.name)}", style=desk.colors.get(code.id, "")
            )
            text.append(f"  {desk.counts.get(code.id, 0)}", style="dim")
            if code.definition:
                text.append(f"  {visible(code.definition)}", style="dim")
            text.append("\n")
        if not self.targets():
            text.append("There are no sub-codes yet: n makes one.\n")
        text.append(
            "\nj leaves the coding where it is and goes on; Esc stops, and you come back to the same place.",
            style="dim",
        )
        return text

    def on_key(self, event: events.Key) -> None:
        target = dict(self.targets()).get(event.character or "")
        if target is not None and self.current is not None:
            event.stop()
            event.prevent_default()
            self._send(target)

    def _send(self, target: Code) -> None:
        row = self.current
        if row is not None:
            self.decide(
                lambda: self.app.desk.session.recode(row["coding_id"], target.id),
                lambda coding: f"{target.name}: {quoted(coding.text, 60)}; u takes it back",
                leaves=True,
            )

    def action_new(self) -> None:
        from qualcode.tui.prompts import Prompt

        path = self.app.desk.codebook.path(self._code)
        self.app.push_screen(Prompt(f"New sub-code of {path}: its name"), self._new)

    def _new(self, name: str | None) -> None:
        if name and name.strip():
            self.decide(
                lambda: self.app.desk.session.add_code(name, self._code),
                lambda code: f"Added: {code.name}",
                leaves=False,
            )

    def action_back(self) -> None:
        if self.current is not None:
            self.app.desk.index.remember(self._place, self.current["coding_id"])
        super().action_back()
