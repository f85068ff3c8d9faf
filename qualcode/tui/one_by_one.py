"""Codings one at a time: the passage in its surroundings, and one key that decides. Base of splitting and re-reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from qualcode.analysis.table import Row
from qualcode.core.visible import visible, visible_lines
from qualcode.errors import QualcodeError
from qualcode.tui.key_line import KeyLine
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.tui.app import QualcodeApp

_AROUND = 2  # turns shown before and after the passage


class OneByOne(Steady, Screen[None]):
    """A queue of codings. Sub-classes say what is in it, what stands beside a passage, and what the keys do."""

    DEFAULT_CSS = """
    OneByOne {
        #passage, #beside { border: round $panel-lighten-2; border-title-color: $text-muted; padding: 0 1; scrollbar-size: 1 1; }
        #passage { height: 3fr; }
        #beside { height: 2fr; }
        #passage:focus, #beside:focus { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #status { height: 1; background: $panel; padding: 0 1; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Stop", key_display="Esc"),
        Binding("j", "go(1)", "Next", key_display="j"),
        Binding("k", "go(-1)", "Previous", key_display="k"),
        Binding("enter", "open", "In its place"),
        Binding("u", "undo", "Undo"),
        Binding("ctrl+r", "redo", "Redo", show=False),
    ]
    app: QualcodeApp
    name_of_place = ""

    def __init__(self) -> None:
        super().__init__()
        self.queue: Sequence[Row] = ()
        self.at = 0
        self._revision = -1
        self._passage, self._beside, self._status = Static(id="text"), Static(id="beside-text"), Static(id="status")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="passage"):
            yield self._passage
        with VerticalScroll(id="beside"):
            yield self._beside
        yield self._status
        yield KeyLine(id="keys")

    # ---------------------------------------------------------------- what sub-classes say

    def load(self) -> Sequence[Row]:
        """The codings to go through."""
        raise NotImplementedError

    def beside(self, row: Row | None) -> Text:
        """What stands below the passage."""
        raise NotImplementedError

    def heading(self) -> str:
        raise NotImplementedError

    def finished(self) -> str:
        """What to say when nothing is left."""
        raise NotImplementedError

    # ---------------------------------------------------------------- showing

    def on_mount(self) -> None:
        self.query_one("#passage").focus()
        self.show_changes()

    def on_screen_resume(self) -> None:
        if self._revision != self.app.desk.revision:
            self.show_changes()

    @property
    def current(self) -> Row | None:
        return self.queue[self.at] if self.at < len(self.queue) else None

    def show_changes(self) -> None:
        """Ask anew what is in the queue; the coding shown stays where it still is in it."""
        here = self.current["coding_id"] if self.current else ""
        self._revision = self.app.desk.revision
        self.queue = self.load()
        at = next((number for number, row in enumerate(self.queue) if row["coding_id"] == here), self.at)
        self.at = min(at, max(0, len(self.queue) - 1))
        self.show()

    def show(self) -> None:
        row = self.current
        box, side = self.query_one("#passage"), self.query_one("#beside")
        box.border_title = Content(
            visible(self.heading() + (f" · {self._whereabouts(row)}" if row is not None else ""))
        )
        self._beside.update(self.beside(row))
        if row is None:
            self._passage.update(Text(self.finished()))
            box.border_subtitle = ""
            return
        self._passage.update(self._in_context(row))
        left = len(self.queue)
        box.border_subtitle = f"{self.at + 1} of {left}"
        side.scroll_to(y=0, animate=False)
        self.call_after_refresh(self._scroll_to_passage)

    def _whereabouts(self, row: Row) -> str:
        """Who says it, in which document, of which case, when."""
        info = self.app.desk.index.document_info(row["document"])
        facts = [
            row["speaker"],
            info.title if info else row["document"],
            row["case"],
            info.date if info else "",
            f"line {row['line']}",
        ]
        return " · ".join(fact for fact in facts if fact)

    def _in_context(self, row: Row) -> Text:
        """The turns around the passage, the passage lit."""
        text = Text()
        desk, body = self.app.desk, None
        start, end = row["start"], row["end"]
        with suppress(QualcodeError):
            if row["line"] and desk.index.body(row["document"]).text[start:end] == row["text"]:
                body = desk.body(row["document"])
                start, end = desk.shown_span(row["document"], start, end)
        if body is None:
            return text.append(visible_lines(row["text"]), style="bold reverse").append(
                "\n(not in its place any more)", style="dim"
            )
        turns = body.turns
        first, last = max(0, body.turn_index(start) - _AROUND), min(len(turns) - 1, body.turn_index(end - 1) + _AROUND)
        low = min(turns[first].start, start) if turns else 0
        high = max(turns[last].end, end) if turns else len(body)
        low, high = max(low, start - 4_000), min(high, end + 4_000)
        text.append(visible_lines(body.text[low:start]), style="dim")
        self._lines_before = text.plain.count("\n")
        text.append(visible_lines(body.text[start:end]), style="bold black on #e5a05c")
        text.append(visible_lines(body.text[end:high]), style="dim")
        if row["note"]:
            text.append(f"\n\nNote: {visible(row['note'])}", style="italic")
        return text

    def _scroll_to_passage(self) -> None:
        box = self.query_one("#passage")
        width = max(10, box.scrollable_content_region.width - 2)
        plain = str(self._passage.render()) if self.current else ""
        above = plain.split("\n")[: getattr(self, "_lines_before", 0)]
        rows = sum(max(1, -(-len(line) // width)) for line in above)
        box.scroll_to(y=max(0, rows - box.size.height // 3), animate=False)

    def say(self, message: str, *, warn: bool = False) -> None:
        text = Text(visible(" ".join(message.split())), style="bold yellow" if warn else "", no_wrap=True)
        self._status.update(text, layout=False)

    # ---------------------------------------------------------------- going and deciding

    def action_go(self, by: int) -> None:
        at = self.at + by
        if 0 <= at < len(self.queue):
            self.at = at
            self.show()
        else:
            self.say("That is the last one." if by > 0 else "That is the first one.")

    def decide(self, work: Callable[[], Any], said: Callable[[Any], str], *, leaves: bool) -> bool:
        """Do something with the coding shown; where it thereby leaves the queue the next one comes up."""
        try:
            done = work()
        except QualcodeError as error:
            self.app.notify(visible(str(error)), severity="warning", timeout=12, markup=False)
            self.say(str(error), warn=True)
            return False
        self.app.desk.forget()
        self._revision = self.app.desk.revision
        if leaves:
            self.queue = [row for number, row in enumerate(self.queue) if number != self.at]
            self.at = min(self.at, max(0, len(self.queue) - 1))
        self.show()
        self.say(said(done))
        return True

    def action_undo(self) -> None:
        self._again(self.app.desk.undo)

    def action_redo(self) -> None:
        self._again(lambda: self.app.desk.session.redo()[0])

    def _again(self, work: Callable[[], Any]) -> None:
        try:
            done = work()
        except QualcodeError as error:
            self.say(str(error), warn=True)
            return
        self.app.desk.forget()
        self.show_changes()
        for number, row in enumerate(self.queue):
            if row["coding_id"] in done.codings:
                self.at = number
                self.show()
                break
        self.say(str(done))

    def action_open(self) -> None:
        row = self.current
        if row is not None and row["line"]:
            self.app.show_passage(row["document"], row["start"], row["end"], self.name_of_place)

    def action_back(self) -> None:
        self.app.pop_screen()
