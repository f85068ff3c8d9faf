"""Summaries of the framework's cells: memos of the kind `summary` about a case and a code."""

from __future__ import annotations

from qualcode.analysis.filters import case_id, code_id
from qualcode.analysis.memos import memo
from qualcode.analysis.summaries import SUMMARY, summaries
from qualcode.core.memo import About, Memo
from qualcode.errors import BadOption
from qualcode.session.alone import changes_alone
from qualcode.session.memo_states import state_on_disk
from qualcode.session.memos import MemoWork


class SummaryWork(MemoWork):
    """The verbs on summaries."""

    @changes_alone
    def summarise(self, case: str, code: str, text: str, *, seen: str | None = None) -> Memo | None:
        """Write the summary of a cell, or change it; an empty text takes it away, and None comes back.

        Of several summaries about the cell the newest is meant. `seen` is the text from which the new one was made ("" for
        none): where there is another by now nothing is written. Raises UnknownName, BadOption, CannotSave, BadFile.
        """
        about = self._cell(case, code)
        there = summaries(self.index).get((about.case, about.code))
        if seen is not None and seen != (there.text if there is not None else ""):
            raise BadOption("The summary of this cell was changed meanwhile, so nothing was saved.")
        if there is None:
            return self.new_memo(self._title(about), about, SUMMARY, text) if text.strip() else None
        if not text.strip():
            self.delete_memo(there.memo)
            return None
        return self.edit_memo(there.memo, text=text, seen=seen)

    @changes_alone
    def keep_summary(self, case: str, code: str) -> Memo:
        """Confirm the summary of a cell after its codings changed: it was read again and is right; the log tells of it.

        Raises UnknownName where there is none, CannotSave, BadFile.
        """
        about = self._cell(case, code)
        there = summaries(self.index).get((about.case, about.code))
        if there is None:
            raise BadOption(f"There is no summary of {self._title(about)} yet: qualcode framework set writes one.")
        state = state_on_disk(self.index, there.memo)
        self._change("memo", there.memo, state, state)
        return memo(self.index, there.memo)

    def _cell(self, case: str, code: str) -> About:
        self.index.refresh()
        return About(case=case_id(self.index, case), code=code_id(self.index, code))

    def _title(self, about: About) -> str:
        name = next((found.name for found in self.index.project.cases if found.id == about.case), about.case)
        return f"{name}: {self.index.codebook.path(about.code)}"
