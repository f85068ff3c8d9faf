"""The framework: cases by codes, in each cell the analyst's summary beside its quotes.

A cell's summary is a memo of the kind `summary` about that case and that code. A cell with quotes but no summary is *missing*;
one whose codings have changed since its summary was written is *outdated* (see `summary_changes`). The quotes of sub-codes
count for their codes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from qualcode.analysis.citations import citation
from qualcode.analysis.filters import Filters, case_id, code_id, where
from qualcode.analysis.memo_links import cited_as
from qualcode.analysis.segments import segments
from qualcode.analysis.summaries import Summary, summaries
from qualcode.analysis.summary_changes import CellChange, changes_since
from qualcode.analysis.table import Row, Table
from qualcode.core.codebook import Codebook
from qualcode.core.how_many import how_many
from qualcode.index.index import Index

STATES = ("missing", "outdated", "written", "empty")
CELL_COLUMNS = (
    "case",
    "code",
    "quotes",
    "state",
    "added",
    "removed",
    "reworded",
    "memo",
    "summary",
    "case_id",
    "code_id",
)


class Named(NamedTuple):
    """A case or a code: its id and how it is called."""

    id: str
    name: str


class Cell(NamedTuple):
    """What a cell of the framework holds. `quotes` counts them; `change` is what came and went since the summary was written."""

    case: Named
    code: Named
    quotes: int
    memo: str = ""
    summary: str = ""
    change: CellChange = CellChange()

    @property
    def state(self) -> str:
        """One of STATES."""
        if not self.summary:
            return "missing" if self.quotes else "empty"
        return "outdated" if self.change else "written"

    @property
    def is_due(self) -> bool:
        """Whether there is something to write."""
        return self.state in ("missing", "outdated")

    @property
    def remark(self) -> str:
        """What is to be said of an unfinished cell, "" of any other."""
        if self.state == "missing":
            return f"no summary yet: {how_many(self.quotes, 'quote')}"
        return f"since it was written: {self.change}" if self.change else ""


@dataclass(frozen=True)
class Framework:
    """The cells of these cases and codes, in their order."""

    index: Index
    cases: tuple[Named, ...]
    codes: tuple[Named, ...]
    cells: Mapping[tuple[str, str], Cell]
    filters: Filters = field(default_factory=Filters)

    def cell(self, case: str, code: str) -> Cell:
        """The cell of a case and a code, by ids."""
        return self.cells[case, code]

    def due(self, state: str = "") -> list[Cell]:
        """Cells that are missing or outdated (or only those of this state), case by case."""
        every = (self.cells[case.id, code.id] for case in self.cases for code in self.codes)
        return [cell for cell in every if (cell.state == state if state else cell.is_due)]

    def quotes(self, case: str, code: str) -> Sequence[Row]:
        """The segments of a cell, in document order."""
        if self.filters.code:
            return self.all_quotes.get((case, code), ())
        return segments(self.index, replace(self.filters, case=case, code=code)).rows

    @cached_property
    def all_quotes(self) -> Mapping[tuple[str, str], Sequence[Row]]:
        """The segments of all cells by ids of case and code, from one question."""
        above = _above(self.index.codebook, self.codes)
        found: dict[tuple[str, str], list[Row]] = {}
        for row in segments(self.index, self.filters):
            for code in above.get(row["code_id"], ()):
                found.setdefault((row["case"], code), []).append(row)
        return found

    def table(self, *, turned: bool = False, quotes: bool = False) -> Table:
        """A row a case and a column a code (or `turned`), in each cell its summary, with a remark where it is missing or
        outdated; with `quotes` the quotes below it, each with its citation, separated by blank lines."""
        rows, columns = (self.codes, self.cases) if turned else (self.cases, self.codes)
        return Table(
            ["code" if turned else "case", *_apart([column.name for column in columns])],
            [(row.name, *(self._text(column.id, row.id, quotes) if turned else self._text(row.id, column.id, quotes)
                          for column in columns)) for row in rows],
        )  # fmt: skip

    def _text(self, case: str, code: str, quotes: bool) -> str:
        cell = self.cells[case, code]
        parts = [cell.summary.strip("\n"), f"[{cell.remark}]" if cell.remark else ""]
        parts += [f"“{row['text']}” {citation(row)}" for row in self.all_quotes.get((case, code), ())] if quotes else []
        return "\n\n".join(filter(None, parts))

    def list(self, cells: Sequence[Cell] | None = None) -> Table:
        """A row a cell, empty ones left out (or these cells), with what is known of each."""
        every = [self.cells[case.id, code.id] for case in self.cases for code in self.codes] if cells is None else cells
        return Table(CELL_COLUMNS, [
            (cell.case.name, cell.code.name, cell.quotes, cell.state, *cell.change, cell.memo, cell.summary, cell.case.id,
             cell.code.id)
            for cell in every if cell.state != "empty"
        ])  # fmt: skip

    def link(self, row: Row) -> str:
        """The link that cites a quote in a summary: `[[document#b7k2]]`."""
        return f"[[{row['document']}#{cited_as(self.index, row['document'])[row['coding_id']]}]]"


def framework(
    index: Index, codes: Sequence[str] = (), *, all_codes: bool = False, filters: Filters | None = None
) -> Framework:
    """The framework of all cases by top codes, or by these codes (ids, names or paths), or by all.

    Filters narrow which quotes are counted and shown (`case` also the rows, `code` the columns where no codes are named);
    whether a summary is outdated is always judged by all codings of its cell. Raises UnknownName, BadOption.
    """
    filters = filters or Filters()
    columns = _columns(index, codes, all_codes, filters)
    wanted = case_id(index, filters.case) if filters.case else ""
    cases = [case for case in _cases(index) if wanted in ("", case.id)]
    return Framework(index, tuple(cases), tuple(columns), _cells(index, cases, columns, filters), filters)


def cell_of(index: Index, case: str, code: str) -> Framework:
    """The framework of just one case and one code, by id or name. Raises UnknownName."""
    return framework(index, [code], filters=Filters(case=case_id(index, case)))


def _cells(
    index: Index, cases: Sequence[Named], codes: Sequence[Named], filters: Filters
) -> dict[tuple[str, str], Cell]:
    counts = _counts(index, codes, filters)
    written = summaries(index)
    shown = {(case.id, code.id): (case, code) for case in cases for code in codes}
    changes = changes_since(index, [summary for cell, summary in written.items() if cell in shown])
    return {
        cell: _cell(case, code, counts.get(cell, 0), written.get(cell), changes.get(cell, CellChange()))
        for cell, (case, code) in shown.items()
    }


def _cell(case: Named, code: Named, quotes: int, summary: Summary | None, change: CellChange) -> Cell:
    if summary is None:
        return Cell(case, code, quotes)
    return Cell(case, code, quotes, summary.memo, summary.text, change)


def _counts(index: Index, codes: Sequence[Named], filters: Filters) -> dict[tuple[str, str], int]:
    above = _above(index.codebook, codes)
    condition, values = where(index, filters)
    counts: dict[tuple[str, str], int] = {}
    for case, code, number in index.rows(
        f"""SELECT c.kase, c.code, count(*) FROM coding c LEFT JOIN document d ON d.id = c.document WHERE {condition}
        GROUP BY c.kase, c.code""",
        values,
    ):
        for column in above.get(code, ()):
            counts[case, column] = counts.get((case, column), 0) + number
    return counts


def _above(book: Codebook, codes: Sequence[Named]) -> dict[str, list[str]]:
    """For each code those of the columns that its quotes count for."""
    wanted = {code.id for code in codes}
    found = {code.id: [above.id for above in book.ancestors(code.id) if above.id in wanted] for code in book.codes}
    return found | {code: [code] for code in wanted if code not in found}


def _columns(index: Index, codes: Sequence[str], all_codes: bool, filters: Filters) -> list[Named]:
    book = index.codebook
    if codes or (filters.code and not all_codes):
        found = [code_id(index, code) for code in codes or [filters.code]]
    elif all_codes:
        found = [code.id for code in book.live]
    else:
        found = [code.id for code in book.live if not code.parent]
    return [Named(code, book.path(code)) for code in dict.fromkeys(found)]


def _cases(index: Index) -> list[Named]:
    """The cases in project order, then those that only documents speak of."""
    declared = [Named(case, name) for case, name in index.rows("SELECT id, name FROM kase ORDER BY rank")]
    known = {case.id for case in declared}
    others = index.rows("SELECT DISTINCT kase FROM document WHERE kase <> '' ORDER BY kase")
    return [*declared, *(Named(case, case) for (case,) in others if case not in known)]


def _apart(names: Sequence[str]) -> list[str]:
    """The names, those that occur twice told apart by a number."""
    times, count = Counter(names), Counter[str]()
    apart = []
    for name in names:
        count[name] += 1
        apart.append(f"{name} ({count[name]})" if times[name] > 1 else name)
    return apart
