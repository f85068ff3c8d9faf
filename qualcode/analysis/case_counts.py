"""How often codes were used, case by case, on the whole (frequencies) or in each month, quarter, year or day (over time)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from qualcode.analysis.case_sums import Sums, sums
from qualcode.analysis.code_rows import CodeRow, code_rows
from qualcode.analysis.filters import NO_CASE, Filters, code_id, key_of
from qualcode.analysis.frame import frame, unique
from qualcode.analysis.material import Material, material
from qualcode.analysis.periods import period_of, periods
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Table
from qualcode.index.index import Index

COLUMNS = ("case", "code", "period", "segments", "documents", "words", "per_1000_words")


class Ground(NamedTuple):
    """What there is of a case in a period: documents and their words."""

    documents: int
    words: int


@dataclass(frozen=True)
class Panel:
    """A case: what there is of it in each period, None where nothing; and the counts of each code, None likewise."""

    case: str
    name: str
    ground: Sequence[Ground | None]
    counts: Mapping[str, Sequence[int | None]]


@dataclass(frozen=True)
class CaseCounts:
    """Codings by code, case and period (one, "", where there is no time). `undated` documents, and the codings in them, are in no
    period."""

    by: str
    periods: Sequence[str]
    rows: Sequence[CodeRow]
    panels: Sequence[Panel]
    per_words: bool
    undated: Sequence[str]
    undated_codings: int
    uncoded: int  # documents in which nobody has coded anything yet

    def value(self, panel: Panel, code: str, at: int) -> float | None:
        """What is shown for a code in a period: the codings, or those to 1000 words; None where there is no data."""
        count, ground = panel.counts[code][at], panel.ground[at]
        if not self.per_words or count is None:
            return count
        return round(1000 * count / ground.words, 1) if ground and ground.words else None

    @property
    def measure(self) -> str:
        """What is counted, in words."""
        return "codings per 1000 words" if self.per_words else "codings"

    @cached_property
    def most(self) -> float:
        """The greatest value shown."""
        if not self.per_words:
            return max(
                (count or 0 for panel in self.panels for counts in panel.counts.values() for count in counts), default=0
            )
        each = ((panel, row.id, at) for panel in self.panels for row in self.rows for at in range(len(self.periods)))
        return max((self.value(*place) or 0 for place in each), default=0)

    def table(self) -> Table:
        """A row for each case, code and period; counts are None where there is no document that could have been coded."""
        rows: list[tuple[Any, ...]] = []
        for panel in self.panels:
            for row in self.rows:
                for at, period in enumerate(self.periods):
                    count, ground = panel.counts[row.id][at], panel.ground[at]
                    rate = 1000 * count / ground.words if ground and ground.words and count is not None else None
                    rows.append((panel.case or NO_CASE, row.path, period, count, ground.documents if ground else 0,
                                 ground.words if ground else 0, None if rate is None else round(rate, 2)))  # fmt: skip
        if self.by:
            return Table(COLUMNS, rows)
        return Table([*COLUMNS[:2], *COLUMNS[3:]], [(*row[:2], *row[3:]) for row in rows])


def frequencies(index: Index, filters: Filters | None = None, rows: str = "", *, per_words: bool = False) -> CaseCounts:
    """How often codes were used in each case, documents without a date included; else as `over_time`."""
    return over_time(index, filters, "", rows, per_words=per_words)


def over_time(
    index: Index, filters: Filters | None = None, by: str = "month", rows: str = "", *, per_words: bool = False
) -> CaseCounts:
    """How often codes were used in each period, case by case.

    rows: `top-code` (themes, with their sub-codes), `code` (every code that is used, its sub-codes rolled up unless
    `filters.exact`), or one code; by default the code of the filter, else themes. A period in which a case has no document
    that could have been coded has no data: None, not 0. Raises BadOption, UnknownName.
    """
    filters = filters or Filters()
    ground = material(index, filters)
    columns = periods([part.date for part in ground], by)
    wanted = _wanted(index, filters, rows)
    added = sums(index, filters, by, columns, _rows_of(index, wanted, exact=filters.exact))
    shown = code_rows(index.codebook, added.rows if rows == "code" or wanted is None else wanted)
    cases = _cases(index, {part.case for part in ground} | added.cases, filters)
    undated = [part.document for part in ground if by and not part.date]
    grounds = _grounds(ground, by)
    return CaseCounts(
        by, columns, shown, [_panel(case, name, columns, grounds.get(case, {}), shown, added) for case, name in cases],
        per_words, list(dict.fromkeys(undated)), added.undated, _uncoded(index, ground),
    )  # fmt: skip


def _wanted(index: Index, filters: Filters, rows: str) -> list[str] | None:
    """The codes that may be rows; None for every code there is."""
    book = index.codebook
    rows = rows or (filters.code or "top-code")
    if rows == "top-code":
        return [code.id for code in book.live if not book.level(code.id)]
    if rows != "code":
        return [code_id(index, rows)]
    if not filters.code:
        return None
    top = code_id(index, filters.code)
    return [top, *book.with_descendants(top)]


def _rows_of(index: Index, wanted: Sequence[str] | None, *, exact: bool) -> Callable[[str], Sequence[str]]:
    """Says in which rows a code's codings count: its own, and unless exact those of the codes above it."""
    book = index.codebook

    def rows(code: str) -> Sequence[str]:
        above = [code] if exact else book.with_ancestors(code)
        return above if wanted is None else [key for key in above if key in wanted]

    return rows


def _cases(index: Index, used: set[str], filters: Filters) -> list[tuple[str, str]]:
    """Ids and names of the cases to show: those of the project in its order, then others in use, "" last."""
    known = index.rows("SELECT id, name FROM kase ORDER BY rank")
    if filters.case:
        wanted = key_of(index, "case", filters.case)
        return [(case, name) for case, name in known if case == wanted] or [(wanted, wanted or NO_CASE)]
    others = sorted(used - {case for case, _ in known}, key=lambda case: (not case, case))
    return [*known, *((case, case or NO_CASE) for case in others)]


def _grounds(ground: Sequence[Material], by: str) -> dict[str, dict[str, Ground]]:
    """What there is of each case in each period."""
    found: dict[str, dict[str, Ground]] = {}
    for part in ground:
        there, period = found.setdefault(part.case, {}), period_of(part.date, by)
        before = there.get(period, Ground(0, 0))
        there[period] = Ground(before.documents + 1, before.words + part.words)
    return found


def _panel(
    case: str, name: str, columns: Sequence[str], there: Mapping[str, Ground], rows: Sequence[CodeRow], added: Sums
) -> Panel:
    ground = [there.get(period) for period in columns]
    none = [0] * len(columns)
    counts = {
        row.id: [number if number or of else None for number, of in zip(added.counts.get((case, row.id), none), ground, strict=True)]
        for row in rows
    }  # fmt: skip
    return Panel(case, name or case, ground, counts)


def _uncoded(index: Index, ground: Sequence[Material]) -> int:
    """How many of the documents nobody has coded anything in: their zeros may only mean that they are still to be coded."""
    columns = frame(index)
    names = columns.names["document"].texts
    coded = {names[number] for number in unique(columns.document)}
    return len({part.document for part in ground} - coded)


def behind(index: Index, filters: Filters, shown: CaseCounts, case: str, code: str, at: int) -> Table:
    """The segments behind a number: those of a row's code in a case and period."""
    table = segments(index, replace(filters, code=filters.code or code, case=case or NO_CASE))
    below = {code} if filters.exact else {code, *index.codebook.with_descendants(code)}
    period = shown.periods[at]
    rows = [row for row in table if row["code_id"] in below and period_of(row["date"], shown.by) == period]
    return Table(table.columns, rows)
