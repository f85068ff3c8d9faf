"""The concordance screen: words with what stands either side, down to their places; all that is listed coded in one step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from qualcode.analysis.kwic import SORTS, Codes, Line, Looking, Wanted, in_order, passages
from qualcode.core.how_many import how_many
from qualcode.core.units import Unit
from qualcode.core.visible import visible
from qualcode.errors import QualcodeError
from qualcode.tui.fields import LineField
from qualcode.tui.hit_lines import HitLines, Key, key_of
from qualcode.tui.key_line import KeyLine
from qualcode.tui.steady import Steady

if TYPE_CHECKING:
    from qualcode.session import Session
    from qualcode.tui.app import QualcodeApp
    from qualcode.tui.picker import Choice

_UNITS: tuple[Unit, ...] = ("sentence", "turn", "word")
_SORTED = {"document": "by place", "left": "by the words before", "right": "by the words after"}
_BESIDE = 100  # columns kept on either side of a hit
_MOST = 50_000  # hits; more cannot be read, and would only fill the memory
_SLICE, _PAUSE = 0.01, 0.002  # seconds of looking before keys and painting have their turn
_SHOW_EVERY = 0.2  # seconds: a longer list is laid out anew


class KwicScreen(Steady, Screen[None]):
    """A line of words to type, and below it every place where they are said."""

    DEFAULT_CSS = """
    KwicScreen {
        #box { border: round $panel-lighten-2; border-title-color: $text-muted; height: 3; padding: 0 1; }
        #words { background: $background; padding: 0; }
        #hits { border: round $panel-lighten-2; border-title-color: $text-muted; border-subtitle-color: $text-muted; }
        #box:focus-within, #hits:focus { border: round $accent; border-title-color: $accent; border-title-style: bold; }
        #status { height: 1; background: $panel; padding: 0 1; }
    }
    """
    BINDINGS = [
        Binding("escape", "back", "Back", key_display="Esc"),
        Binding("slash", "words", "Words", key_display="/", id="kwic.words"),
        Binding("c", "code", "Code all", id="kwic.code"),
        Binding("w", "unit", "Unit", id="kwic.unit"),
        Binding("s", "sort", "Sort", id="kwic.sort"),
        Binding("t", "whole", "Whole words", id="kwic.whole"),
        Binding("u", "undo", "Undo", id="kwic.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="kwic.redo"),
        Binding("tab", "switch", "Words or hits", show=False, priority=True),
    ]
    app: QualcodeApp

    def __init__(self) -> None:
        super().__init__()
        self._hits = HitLines(id="hits")
        self._input = LineField(placeholder="words to look for; child* finds children", id="words", compact=True)
        self._status = Static(id="status")
        self._found: list[Line] = []  # in document order
        self._wanted = Wanted("")
        self._unit, self._sort = _UNITS[0], SORTS[0]
        self._in_labels = self._documents = 0
        self._looking = self._busy = False
        self._shown_at = 0.0
        self._revision, self._texts = -1, ()

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = "Concordance: words in all transcripts"
            yield self._input
        yield self._hits
        yield self._status
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        self._input.focus()
        self.show_changes()

    def on_screen_resume(self) -> None:
        if self._revision != self.app.desk.revision:
            self.show_changes()

    def show_changes(self) -> None:
        """Show the codes as they are now; where a text changed, look again."""
        index = self.app.desk.index
        texts, self._revision = tuple(index.rows("SELECT id, hash FROM document ORDER BY rank")), self.app.desk.revision
        self._hits.codes = Codes(index)
        if texts != self._texts and self._texts:
            self._look(keep=True)
        self._texts = texts
        self._hits.refresh()
        self._describe()

    def look_for(self, words: str, case: str = "") -> None:
        """Look for these words, in one case or everywhere."""
        self._wanted = Wanted(words, case=case)
        self._hits.excluded.clear()
        self._input.value = words
        self._look()
        self._hits.focus()

    # ---------------------------------------------------------------- looking

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value.split() != self._wanted.words.split():
            self._wanted = Wanted(event.value, self._wanted.whole, self._wanted.case)
            self._hits.excluded.clear()
            self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._hits.focus()

    def _look(self, *, keep: bool = False) -> None:
        here = key_of(self._hits.line) if keep and self._hits.line is not None else None
        self.run_worker(self._find(self._wanted, here), exclusive=True, group="kwic", exit_on_error=False)

    async def _find(self, wanted: Wanted, here: Key | None) -> None:
        """Look document by document, a moment at a time, so that keys are answered and hits painted as they come."""
        self._found, self._in_labels, self._documents, self._looking = [], 0, 0, True
        self._hits.show(self._found)
        try:
            looking = Looking(self.app.desk.index, wanted, _BESIDE) if wanted.words.strip(" *") else None
            until = time.monotonic() + _SLICE
            for place in looking.places if looking is not None else ():
                for line in looking.in_document(place) if looking is not None else ():
                    self._take(line)
                    if time.monotonic() > until:
                        until = await self._pause()
                if time.monotonic() > until:
                    until = await self._pause()
                if len(self._found) >= _MOST:
                    break
        except QualcodeError as error:
            self._looking = False
            self.say(str(error), warn=True)
            return
        self._looking = False
        await self._arrange(here)

    def _take(self, line: Line | None) -> None:
        if line is None:
            self._in_labels += 1
        else:
            self._documents += not self._found or self._found[-1].document != line.document
            self._found.append(line)

    async def _pause(self) -> float:
        """Let others have their turn, now and then with what was found so far; when the next slice ends."""
        if time.monotonic() > self._shown_at + _SHOW_EVERY or self._hits.virtual_size.height < self._hits.size.height:
            self._shown_at = time.monotonic()
            self._hits.more()
            self._describe()
        await asyncio.sleep(_PAUSE)
        return time.monotonic() + _SLICE

    async def _arrange(self, here: Key | None = None) -> None:
        """Show the hits in the order chosen, the cursor on the hit where it was."""
        ordered = await asyncio.to_thread(in_order, self._found, self._sort)  # tens of thousands take a second
        here = here or (key_of(self._hits.line) if self._hits.line is not None else None)
        self._hits.show(ordered, self._hits.at)
        if here is not None:
            self._hits.go_to(here)
        self._describe()

    # ---------------------------------------------------------------- telling

    def say(self, message: str, *, warn: bool = False) -> None:
        self._status.update(Text(visible(message), style="bold yellow" if warn else "", no_wrap=True))

    def _describe(self) -> None:
        """How many hits there are, what would be coded, and the codes of the hit under the cursor."""
        hits, number = self._hits, len(self._found)
        told = [f"{how_many(number, 'hit')} in {how_many(self._documents, 'document')}"]
        told += ["looking ..."] if self._looking else []
        told += [f"more than {_MOST} are not listed"] if number >= _MOST and not self._looking else []
        told += [f"{self._in_labels} in speakers' labels left out"] if self._in_labels else []
        told += [f"{len(hits.excluded)} marked out"] if hits.excluded else []
        told += [f"only {self._wanted.case}"] if self._wanted.case else []
        hits.border_title = Content(visible(" · ".join(told)))
        whole = " · whole words" if self._wanted.whole else ""
        hits.border_subtitle = f"{_SORTED[self._sort]}{whole} · c codes the {self._unit} of each"
        if hits.line is not None and hits.codes is not None:
            codes = "; ".join(hits.codes.over(*key_of(hits.line))) or "no code here"
            self.say(f"{hits.at + 1} of {number} · {hits.line.case or 'no case'} · {codes}")
        elif self._wanted.words.strip() and not self._looking:
            self.say(f"Nobody says “{self._wanted.words}”.")
        else:
            self.say("Type words; Enter goes down to the hits.")

    def on_hit_lines_moved(self, event: HitLines.Moved) -> None:
        event.stop()
        self._describe()

    def on_hit_lines_opened(self, event: HitLines.Opened) -> None:
        event.stop()
        if self._hits.line is not None:
            self.app.show_passage(*key_of(self._hits.line), "kwic")

    # ---------------------------------------------------------------- choosing

    def action_words(self) -> None:
        self._input.focus()

    def action_switch(self) -> None:
        (self._hits if self._input.has_focus else self._input).focus()

    def action_back(self) -> None:
        if self._input.has_focus and self._found:
            self._hits.focus()
        else:
            self.app.pop_screen()

    def action_unit(self) -> None:
        self._unit = _UNITS[(_UNITS.index(self._unit) + 1) % len(_UNITS)]
        self._describe()

    def action_sort(self) -> None:
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        if not self._looking:
            self.run_worker(self._arrange(), exclusive=True, group="kwic", exit_on_error=False)

    def action_whole(self) -> None:
        self._wanted = Wanted(self._wanted.words, not self._wanted.whole, self._wanted.case)
        self._look(keep=True)

    # ---------------------------------------------------------------- coding

    def action_code(self) -> None:
        from qualcode.tui.choices import code_choices
        from qualcode.tui.picker import Picker

        number = len(self._included())
        if self._looking or self._busy:
            self.say("Wait until all hits are found." if self._looking else "Wait until the last step is saved.")
        elif not number:
            self.say("There is no hit to code.")
        else:
            title = f"Code the {self._unit}s of {how_many(number, 'hit')}"
            self.app.push_screen(
                Picker(title, code_choices(self.app.desk), placeholder="type part of a code's name or path"),
                self._picked,
            )

    def _included(self) -> list[Key]:
        return [key for key in map(key_of, self._found) if key not in self._hits.excluded]

    def _picked(self, choice: Choice | None) -> None:
        if choice is None:
            return
        hits, unit, code = self._included(), self._unit, choice.key
        recent = self.app.desk.recent
        self.app.desk.recent = [code, *(other for other in recent if other != code)][:9]

        def work(session: Session) -> str:
            done = session.code_all(passages(session.index, hits, unit), code)
            return f"Coded: {done}" + ("; u takes all of it back" if done.coded else "")

        self._work(work)

    def action_undo(self) -> None:
        self._work(lambda _session: str(self.app.desk.undo()))

    def action_redo(self) -> None:
        self._work(lambda session: str(session.redo()[0]))

    def _work(self, work: Callable[[Session], str]) -> None:
        """Change something in a thread, with a session of its own: thousands of codings take their time."""
        if self._busy:
            return
        self._busy = True
        self.say("Saving ...")
        self.run_worker(lambda: self._in_thread(work), thread=True, group="kwic-work", exit_on_error=False)

    def _in_thread(self, work: Callable[[Session], str]) -> None:
        from qualcode.session import Session

        told: tuple[str, bool] = ("", False)
        try:
            with Session(self.app.desk.folder, self.app.desk.coder) as session:
                told = work(session), False
        except QualcodeError as error:
            told = str(error), True
        finally:
            self.app.call_from_thread(self._done, *told)

    def _done(self, message: str, warn: bool) -> None:
        self._busy = False
        self.app.desk.reload()
        self.app.desk.forget()
        self.show_changes()
        self.say(message, warn=warn)
        self._hits.refresh()
