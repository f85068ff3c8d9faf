"""A table as CSV text, column by column: a million rows are a matter of seconds, because most values need only be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

_FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_LOOKED_AT = _FORMULA_STARTS | {"'"}
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]").match
_FIRST_SIGN = itemgetter(slice(0, 1))
_NEEDS_QUOTES = re.compile('[",\r\n]').search
_ROWS = 2048  # at a time: their fields fit into the processor's cache


def harmless(value: Any) -> Any:
    """The value for a spreadsheet: text that would be taken for a formula gets an apostrophe before it.

    So does what looks as if it had got one already: taking one away (`faithful`) gives every text back as it was.
    """
    if isinstance(value, str) and value[:1] in _LOOKED_AT and _FORMULA(value):
        return "'" + value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def faithful(text: str) -> str:
    """The text of a field as it was before it was made harmless."""
    return text[1:] if text[:1] == "'" and _FORMULA(text) else text


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The CSV text (RFC 4180, formulas made harmless) in pieces of some thousand lines; the first has the names of the columns."""
    yield ",".join(_lone(map(_field, columns), len(columns))) + "\r\n"
    rest = iter(rows)
    while part := list(islice(rest, _ROWS)):
        fields = [_lone(_fields(column), len(columns)) for column in zip(*part, strict=True)]
        yield "\r\n".join(map(",".join, zip(*fields, strict=True))) + "\r\n"


def _fields(column: Sequence[Any]) -> Iterable[str]:
    """The values of one column as fields. Values that often recur are made into a field once."""
    try:
        joined = "\0".join(column)
    except TypeError:
        return map(str if set(map(type, column)) == {int} else _field, column)
    distinct = set(column)
    if len(distinct) * 4 < len(column):
        known = {value: _field(value) for value in distinct}
        return map(known.__getitem__, column) if any(known[value] is not value for value in known) else column
    quotes = '"' in joined or "," in joined or "\n" in joined or "\r" in joined
    if not quotes and _LOOKED_AT.isdisjoint(map(_FIRST_SIGN, column)):
        return column
    return map(field, column)


def field(text: str) -> str:
    """A text as a field: quoted where needed, made harmless; most need only be looked at."""
    if text[:1] in _LOOKED_AT or '"' in text or "," in text or "\n" in text or "\r" in text:
        return _field(text)
    return text


def _field(value: Any) -> str:
    value = harmless(value)
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES(text) else text


def _lone(fields: Iterable[str], columns: int) -> Iterable[str]:
    """In a table of one column an empty field is written as quotes: an empty line would be no row."""
    return fields if columns > 1 else (field or '""' for field in fields)
