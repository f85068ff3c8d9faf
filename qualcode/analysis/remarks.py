"""What a reader of a result should know: cases without documents, values that are no numbers, documents without a date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qualcode.analysis.attributes import attribute, name_and_limits, number, parts_of, shown
from qualcode.analysis.choosing import expressions
from qualcode.analysis.filters import NO_CASE, Filters, case_id
from qualcode.index.index import Index

_PERIODS = ("date", "month", "quarter", "year")


def remarks(index: Index, filters: Filters, dimensions: Sequence[str] = ()) -> list[str]:
    """Sentences on what could not be compared, for these filters and the dimensions of a matrix. Raises BadQuery."""
    return list(dict.fromkeys([*_of_filters(index, filters), *_of_dimensions(index, filters, dimensions)]))


def _of_filters(index: Index, filters: Filters) -> Iterator[str]:
    for condition in expressions(index, filters):
        if condition.field == "attr" and condition.operator not in ("=", "!=") and number(condition.value) is not None:
            yield from _odd_values(index, condition.attribute, "matches", "match", "comparison")
        if condition.field in _PERIODS:
            yield from _undated(index, f"match{{}} no {condition.field}")
    if filters.case and filters.case != NO_CASE:
        yield from _without_documents(index, [case_id(index, filters.case)])


def _of_dimensions(index: Index, filters: Filters, dimensions: Sequence[str]) -> Iterator[str]:
    parts = [part for spec in dimensions for part in parts_of(index, spec)]
    if "case" in parts and not filters.case:
        yield from _without_documents(index, [case for (case,) in index.rows("SELECT id FROM kase ORDER BY rank")])
    for part in parts:
        if part in _PERIODS:
            yield from _undated(index, f"stand{{}} under (no {part})")
        name, limits = name_and_limits(index, part[5:]) if part.startswith("attr:") else ("", "")
        if limits:
            yield from _odd_values(index, name, "falls into", "fall into", "range")


def _odd_values(index: Index, name: str, one: str, several: str, what: str) -> Iterator[str]:
    given = attribute(index, name)
    odd = [
        f"{shown(value)!r} ({thing})"
        for thing, value in (*given.cases.items(), *given.documents.items())
        if number(value) is None
    ]
    if odd:
        told = ", ".join(odd[:5]) + (" ..." if len(odd) > 5 else "")
        does = f"is no number and {one}" if len(odd) == 1 else f"are no numbers and {several}"
        yield f"attr.{given.name}: {told} {does} no {what}."


def _undated(index: Index, ending: str) -> Iterator[str]:
    count = index.value("SELECT count(*) FROM document WHERE date = ''")
    if count:
        ending = ending.format("" if count > 1 else "es" if ending.startswith("match") else "s")
        yield f"{count} document{'s have' if count > 1 else ' has'} no date and {ending}."


def _without_documents(index: Index, cases: Sequence[str]) -> Iterator[str]:
    """Cases that no document and, as in a focus group, nobody who speaks belongs to."""
    used = {case for (case,) in index.rows("SELECT DISTINCT kase FROM document UNION SELECT DISTINCT kase FROM coding")}
    empty = [case for case in cases if case not in used]
    if empty:
        shown_cases = ", ".join(empty[:8]) + (" ..." if len(empty) > 8 else "")
        yield f"No document belongs to {shown_cases}: {'its' if len(empty) == 1 else 'their'} numbers are 0 for that reason."
