"""An empty cell of code and case: words that the code's quotes share are looked for in the case, and what comes of it is noted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.binding import Binding
from textual.content import Content

from qualcode.analysis.kwic import Codes, Line, passages
from qualcode.analysis.negative_cases import hits_in_case, not_found_text, not_found_title, phrases, shared_words
from qualcode.core.how_many import how_many
from qualcode.core.memo import About
from qualcode.core.visible import shorten, visible
from qualcode.errors import QualcodeError
from qualcode.index.index import Index
from qualcode.tui.hit_lines import HitLines, key_of
from qualcode.tui.matrix_quoting import QuotingScreen
from qualcode.tui.matrix_view import Cell
from qualcode.tui.prompts import NotePrompt, Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

_BESIDE = 100  # columns kept on either side of a hit


class Search(NamedTuple):
    """What is looked for in a cell, and what was found."""

    cell: Cell
    case: str
    code: str
    words: tuple[str, ...]
    found: tuple[Line, ...]


class CaseHits(HitLines):
    """The hits in a case. The screen does what the keys ask for."""

    BINDINGS = [
        Binding("c", "screen.code_hit", "Code it", id="negative.code"),
        Binding("w", "screen.other_words", "Words", id="negative.words"),
        Binding("n", "screen.not_found", "Not found", id="negative.note"),
    ]


class NegativeScreen(QuotingScreen):
    """Looks for what is not coded in a case."""

    def __init__(self) -> None:
        super().__init__()
        self._search: Search | None = None

    @property
    def hits(self) -> CaseHits:
        return self.query_one(CaseHits)

    def can_be_searched(self, cell: Cell) -> bool:
        """Whether a cell names a case and a code that can be looked for in it."""
        case, code = self.view.about(cell) if self.view is not None else ("", "")
        known = self.app.desk.index.value("SELECT 1 FROM kase WHERE id = ?", [case])
        return bool(known) and code in self.app.desk.codebook

    # ---------------------------------------------------------------- looking

    def open_search(self, cell: Cell) -> None:
        """Look for what could be coded in an empty cell."""
        if self.view is None:
            return
        case, code = self.view.about(cell)
        self.opened, self._opened_name = cell, self.name_of(cell)
        self._search = Search(cell, case, code, (), ())
        if self.counting.is_quick:
            self._look(cell, [word.word for word in shared_words(self.app.desk.index, code)])
        else:
            self.say("Looking for words that the code's quotes share ...")
            self.run_worker(partial(self._words_in_thread, cell, code), thread=True, group="words", exclusive=True,
                            exit_on_error=False)  # fmt: skip

    def _words_in_thread(self, cell: Cell, code: str) -> None:
        index = Index(self.app.desk.folder)
        try:
            words = [word.word for word in shared_words(index, code)]
        except QualcodeError as error:
            self.app.call_from_thread(self.say, str(error), warn=True)
        else:
            self.app.call_from_thread(self._look, cell, words)
        finally:
            index.close()

    def _look(self, cell: Cell, words: Sequence[str]) -> None:
        """Show where the words are said in the case."""
        search = self._search
        if search is None or search.cell != cell or self.opened != cell:
            return
        try:
            found = hits_in_case(self.app.desk.index, search.case, words, _BESIDE) if words else []
        except QualcodeError as error:
            self.say(str(error), warn=True)
            return
        self._search = search._replace(words=tuple(words), found=tuple(found))
        self.add_class("search")
        self.hits.codes = Codes(self.app.desk.index)
        self.hits.show(found)
        self.set_focus(self.hits)
        self._tell_search()
        self.call_after_refresh(self.grid.keep_in_sight)

    def _tell_search(self) -> None:
        search, hits = self._search, self.hits
        if search is None:
            return
        words = ", ".join(search.words) or "no words that only this code's quotes share"
        hits.border_title = Content(visible(f"{self.name_of(search.cell)} · looked for: {shorten(words, 80)}"))
        hits.border_subtitle = (
            "Enter goes there · c codes the sentence · w other words · n notes that it is not there · Esc back"
        )
        if not search.words:
            self.say("The code's quotes share no words that are not said everywhere: w looks for words of yours.")
        elif not search.found:
            self.say("None of these words is said in this case: n notes that, w looks for others.")
        else:
            line = hits.line
            codes = "; ".join(hits.codes.over(*key_of(line))) if line is not None and hits.codes is not None else ""
            self.say(f"{hits.at + 1} of {counted_hits(len(search.found))} · {codes or 'no code here'}")

    def describe(self) -> None:
        if self.has_class("search") and self.focused is self.hits:
            self._tell_search()
        else:
            super().describe()

    def on_hit_lines_moved(self, event: HitLines.Moved) -> None:
        event.stop()
        self._tell_search()

    def on_hit_lines_opened(self, event: HitLines.Opened) -> None:
        event.stop()
        if self.hits.line is not None:
            self.app.show_passage(*key_of(self.hits.line), "matrix")

    def close_search(self) -> None:
        """Back to the cell in the grid."""
        cell, self.opened, self._search = self.opened, None, None
        self.remove_class("search")
        self.grid.focus()
        if cell is not None and self.view is not None:
            self.grid.go(*self.view.place_of(cell, (self.grid.row, self.grid.column)))

    def rearranged(self) -> None:
        super().rearranged()
        search, cell, view = self._search, self.opened, self.view
        if search is None or cell is None or view is None:
            return
        if view.numbers(cell) is None or view.about(cell) != (search.case, search.code):
            self.tell_gone()
            self.close_search()
        elif self.has_class("search"):
            self._search = search._replace(cell=cell)
            self.hits.codes = Codes(self.app.desk.index)
            self.hits.refresh()

    # ---------------------------------------------------------------- what the keys do

    def action_other_words(self) -> None:
        search = self._search
        if search is not None:
            prompt = Prompt("Words to look for, commas between them; miss* finds missing", ", ".join(search.words))
            self.app.push_screen(prompt, lambda text: self._other_words(search.cell, text))

    def _other_words(self, cell: Cell, text: str | None) -> None:
        if text is not None and phrases(text):
            self._look(cell, phrases(text))

    def action_code_hit(self) -> None:
        """Code the sentence of the hit under the cursor with the cell's code."""
        search, line, desk = self._search, self.hits.line, self.app.desk
        if search is None or line is None:
            self.say("There is no hit to code.")
            return
        try:
            done = desk.session.code_all(passages(desk.index, [key_of(line)], "sentence"), search.code)
        except QualcodeError as error:
            self.say(str(error), warn=True)
            return
        desk.forget()
        self.recount(said=f"Coded: {done}" + ("; u takes it back" if done.coded else ""))

    def action_not_found(self) -> None:
        search = self._search
        if search is None or not search.words:
            self.say("Nothing was looked for yet: w says which words.")
            return
        title = not_found_title(self.app.desk.index, search.code, search.case)
        self.app.push_screen(
            NotePrompt(f"{title} — a remark of yours, or just Enter", "", partial(self._note_it, search))
        )

    def _note_it(self, search: Search, remark: str) -> bool:
        """Write a memo about the cell: what was looked for, where, with which result; whether it is on disk."""
        desk = self.app.desk
        text = not_found_text(desk.index, search.code, search.case, search.words, search.found, remark)
        title = not_found_title(desk.index, search.code, search.case)
        try:
            memo = desk.session.new_memo(title, About(case=search.case, code=search.code), "analytic", text)
        except QualcodeError as error:
            self.app.refuse(error)
            return False
        desk.forget()
        self.recount(said=f"Noted: memos/{memo.id}.md (¶ in the cell; u takes it back)")
        return True


def counted_hits(number: int) -> str:
    return how_many(number, "hit")
