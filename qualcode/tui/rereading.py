"""The re-reading queue: codings made under an older definition, each with the old and the new one below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.binding import Binding

from qualcode.analysis.filters import Filters
from qualcode.analysis.stale import stale
from qualcode.analysis.table import Row
from qualcode.core.how_many import how_many
from qualcode.core.visible import quoted, visible
from qualcode.tui.one_by_one import OneByOne

if TYPE_CHECKING:
    from qualcode.tui.picker import Choice

_TITLES = (("definition", "Definition"), ("use_when", "Use when"), ("do_not_use_when", "Do not use when"))


class RereadingScreen(OneByOne):
    """Keep, recode, remove, next: one key each."""

    BINDINGS = [
        Binding("y", "keep", "Keep", id="rereading.keep"),
        Binding("Y", "keep_all", "Keep all of this code", key_display="Y", id="rereading.keep-all"),
        Binding("r,c", "recode", "Recode", key_display="r", id="rereading.recode"),
        Binding("x", "remove", "Remove", id="rereading.remove"),
        Binding("n,j", "go(1)", "Next", key_display="n"),
        Binding("p,k", "go(-1)", "Previous", key_display="p"),
    ]
    name_of_place = "rereading"

    def load(self) -> Sequence[Row]:
        desk = self.app.desk
        if not desk.index.value("SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [desk.coder]):
            return []
        return stale(desk.index, Filters(coder=desk.coder)).rows

    def heading(self) -> str:
        return f"Re-reading · {self.current['code_path']}" if self.current else "Re-reading"

    def finished(self) -> str:
        others = len(stale(self.app.desk.index).rows)
        more = f" Other coders have {others} to read: qualcode stale lists them." if others else ""
        return f"No coding of yours was made under an older definition.{more}"

    def beside(self, row: Row | None) -> Text:
        text = Text()
        if row is None:
            return text.append(
                "When a definition changes, the codings made under the older one are listed here.", style="dim"
            )
        text.append(f"Changed by {visible(row['changed_by'])} on {row['changed_at'][:10]}\n", style="dim")
        for name, title in _TITLES:
            before, now = row[f"{name}_before"], row[f"{name}_now"]
            if before == now:
                text.append(f"\n{title} (unchanged): ", style="dim").append(visible(now) or "–", style="dim")
            else:
                text.append(f"\n{title}, then: ", style="bold red").append(visible(before) or "(none)")
                text.append(f"\n{title}, now:  ", style="bold green").append(visible(now) or "(none)")
            text.append("\n")
        return text

    def action_keep(self) -> None:
        row = self.current
        if row is not None:
            self.decide(
                lambda: self.app.desk.session.keep(row["coding_id"]),
                lambda c: f"Kept: {quoted(c.text, 60)}",
                leaves=True,
            )

    def action_keep_all(self) -> None:
        from qualcode.tui.prompts import Confirm

        if self.current is None:
            return
        code, path = self.current["code_id"], self.current["code_path"]
        idents = [row["coding_id"] for row in self.queue if row["code_id"] == code]
        question = f"Keep all {how_many(len(idents), 'coding')} of {visible(path)} without reading again?"
        self.app.push_screen(Confirm(question, "Keep all"), lambda yes: self._keep_all(idents) if yes else None)

    def _keep_all(self, idents: Sequence[str]) -> None:
        session = self.app.desk.session
        if self.decide(
            lambda: session.keep_all(idents),
            lambda kept: f"Kept {how_many(len(kept), 'coding')}; u takes it back",
            leaves=False,
        ):
            self.show_changes()

    def action_remove(self) -> None:
        row = self.current
        if row is not None:
            self.decide(
                lambda: self.app.desk.session.uncode(row["coding_id"]),
                lambda coding: f"Removed: {quoted(coding.text, 60)}; u brings it back",
                leaves=True,
            )

    def action_recode(self) -> None:
        from qualcode.tui.choices import code_choices
        from qualcode.tui.picker import Picker

        row = self.current
        if row is not None:
            choices = [choice for choice in code_choices(self.app.desk) if choice.key != row["code_id"]]
            self.app.push_screen(Picker("Recode as", choices), lambda choice: self._recode(row, choice))

    def _recode(self, row: Any, choice: Choice | None) -> None:
        if choice is not None:
            path = self.app.desk.codebook.path(choice.key)
            self.decide(
                lambda: self.app.desk.session.recode(row["coding_id"], choice.key),
                lambda coding: f"Recoded as {path}: {quoted(coding.text, 60)}",
                leaves=True,
            )
