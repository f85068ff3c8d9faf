"""One coder at work: the only writer. Whatever a method did is on disk when it returns."""

from __future__ import annotations

from qualcode.session.coding_all import CodedAll, CodingAllWork
from qualcode.session.filters import FilterWork
from qualcode.session.history import Change, History
from qualcode.session.merging.work import MergeWork
from qualcode.session.summaries import SummaryWork
from qualcode.session.table_imports import TableWork
from qualcode.session.translations import TranslationWork

__all__ = ["Change", "CodedAll", "Session"]


class Session(TableWork, CodingAllWork, FilterWork, MergeWork, SummaryWork, TranslationWork, History):
    """A coder at work on a project.

    >>> with Session("left-behind-children", coder="c1") as session:            # doctest: +SKIP
    ...     coding = session.code("zhao-2009-06-08-long", start=120, end=188, code="hidden emotions/longing")
    ...     session.undo()
    """
