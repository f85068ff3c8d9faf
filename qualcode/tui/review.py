"""Codings whose words were changed or lost when the text was corrected, one at a time: then, now, and one key that decides."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.binding import Binding

from qualcode.analysis.filters import Filters
from qualcode.analysis.review import review
from qualcode.analysis.table import Row, Table
from qualcode.core.how_many import how_many
from qualcode.core.overlay import shown
from qualcode.core.textdiff import compare
from qualcode.core.visible import quoted, visible, visible_lines
from qualcode.tui.one_by_one import OneByOne

_STATES = {
    "changed": "its words were changed",
    "lost": "its words are gone",
    "found": "found again by its words alone, as the edits since are not known",
}


class ReviewScreen(OneByOne):
    """Accept, place by hand, remove, leave: one key each."""

    BINDINGS = [
        Binding("y", "accept", "Accept", id="review.accept"),
        Binding("Y", "accept_all", "Accept all", key_display="Y", id="review.accept-all"),
        Binding("b", "place", "Place by hand", id="review.place"),
        Binding("x", "remove", "Remove", id="review.remove"),
        Binding("n,j", "go(1)", "Leave, next", key_display="n"),
        Binding("p,k", "go(-1)", "Previous", key_display="p"),
    ]
    name_of_place = "review"

    def load(self) -> Sequence[Row]:
        desk = self.app.desk
        if not desk.index.value("SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [desk.coder]):
            return []
        table = review(desk.index, Filters(coder=desk.coder))
        return Table((*table.columns, "text", "speaker"), [(*row, row["text_now"], "") for row in table]).rows

    def heading(self) -> str:
        return f"Review · {self.current['code_path']}" if self.current else "Review"

    def finished(self) -> str:
        others = len(review(self.app.desk.index, guesses=False)) - len(self.queue)
        more = f" Other coders have {others} to look at: qualcode review lists them." if others else ""
        return f"Every coding of yours stands on the words that were coded.{more}"

    def beside(self, row: Row | None) -> Text:
        text = Text()
        if row is None:
            return text.append(
                "When a text is corrected, codings stay with their words. Those whose own words were edited, or taken out, are "
                "listed here.",
                style="dim",
            )
        text.append(f"{visible(row['document'])}: {_STATES[row['state']]}\n", style="dim")
        before, now = shown(row["text_when_coded"]), shown(row["text_now"] or "")  # before they are cut up
        text.append("\nCoded: ", style="bold red").append_text(_marked(before, now, old=True))
        if not now:
            text.append("\n\nNothing in the text is like it: b places it by hand, x removes it, n leaves it as it is.")
            return text
        title = "\n\nBest guess: " if row["state"] == "lost" else "\n\nNow:   "
        text.append(title, style="bold green").append_text(_marked(before, now, old=False))
        return text.append("\n\ny accepts this · b places it by hand · n leaves it for later", style="dim")

    # ---------------------------------------------------------------- deciding

    def action_accept(self) -> None:
        row = self.current
        if row is None:
            return
        if not row["text_now"]:
            self.say("There is nothing to accept: b places it by hand, x removes it.", warn=True)
            return
        session = self.app.desk.session
        self.decide(
            lambda: session.rebind(row["coding_id"], row["start"], row["end"]),
            lambda coding: f"Accepted: {quoted(coding.text, 60)}; u takes it back",
            leaves=True,
        )

    def action_accept_all(self) -> None:
        from qualcode.tui.prompts import Confirm

        idents = [row["coding_id"] for row in self.queue if row["state"] != "lost"]
        if not idents:
            self.say("None of these can be accepted unseen: their words are gone.")
            return
        question = f"Accept all {how_many(len(idents), 'coding')} whose words were changed, without looking at each?"
        self.app.push_screen(Confirm(question, "Accept all"), lambda yes: self._accept_all(idents) if yes else None)

    def _accept_all(self, idents: Sequence[str]) -> None:
        session = self.app.desk.session
        said = f"Accepted {how_many(len(idents), 'coding')}; u takes it back"
        if self.decide(lambda: session.accept(idents), lambda _: said, leaves=False):
            self.show_changes()
            self.say(said)

    def action_place(self) -> None:
        """Go to the transcript, where `b` puts the coding on what is selected."""
        row = self.current
        if row is None:
            return
        start = row["start"] if isinstance(row["start"], int) else 0
        end = row["end"] if isinstance(row["end"], int) else start + 1
        self.app.show_passage(row["document"], start, end, self.name_of_place)
        self.app.workspace.place_coding(row["coding_id"], row["text_when_coded"])

    def action_remove(self) -> None:
        row = self.current
        if row is not None:
            self.decide(
                lambda: self.app.desk.session.uncode(row["coding_id"]),
                lambda coding: f"Removed: {quoted(coding.text, 60)}; u brings it back",
                leaves=True,
            )


def _marked(before: str, now: str, *, old: bool) -> Text:
    """One side of a change, what the other does not have standing out."""
    text, at = Text(), 0
    whole = before if old else now
    style = "strike red" if old else "bold underline green"
    for same in compare(before, now).same if now else ():
        start = same.old if old else same.new
        text.append(visible_lines(whole[at:start]), style=style)
        text.append(visible_lines(whole[start : start + same.length]))
        at = start + same.length
    return text.append(visible_lines(whole[at:]), style=style if now else "")
