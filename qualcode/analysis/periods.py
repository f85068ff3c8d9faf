"""Days, months, quarters and years as the columns of a display."""

from __future__ import annotations

from collections.abc import Iterable

from qualcode.errors import BadOption

BY = ("month", "quarter", "year", "date")
_MOST = 240  # columns that a picture or a terminal can still show
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def period_of(date: str, by: str) -> str:
    """The period in which a day (YYYY-MM-DD) lies, "" for no date. Without `by` all days lie in one period, "".

    >>> period_of("2009-06-08", "quarter")
    '2009-Q2'
    """
    if not by:
        return ""
    if not date or by == "date":
        return date
    year, month = date[:4], int(date[5:7])
    return {"year": year, "quarter": f"{year}-Q{(month + 2) // 3}", "month": date[:7]}[by]


def periods(dates: Iterable[str], by: str) -> list[str]:
    """All periods from the first to the last date, those in between too; by date only the days there are. Raises BadOption."""
    if not by:
        return [""]
    if by not in BY:
        raise BadOption(f"Periods cannot be {by!r}; they can be: {', '.join(BY)}.")
    used = sorted({period_of(date, by) for date in dates if date})
    found = used if by == "date" or not used else _between(used[0], used[-1], by)
    if len(found) > _MOST:
        wider = "quarter or year" if by == "month" else "year" if by == "quarter" else "month"
        raise BadOption(
            f"There are {len(found)} {by}s from {found[0]} to {found[-1]}, more than can be shown: --by {wider}."
        )
    return found


def _between(first: str, last: str, by: str) -> list[str]:
    years = range(int(first[:4]), int(last[:4]) + 1)
    parts = {"year": [""], "quarter": [f"-Q{n}" for n in range(1, 5)], "month": [f"-{n:02d}" for n in range(1, 13)]}[by]
    return [name for year in years for part in parts if first <= (name := f"{year:04d}{part}") <= last]


def labels_of(period: str) -> tuple[str, str]:
    """The year of a period, and what to call it within the year ("" for the year itself): ("2009", "May")."""
    year, rest = period[:4], period[5:]
    return year, _MONTHS[int(rest) - 1] if len(rest) == 2 and rest.isdecimal() else rest
