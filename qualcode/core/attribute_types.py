"""Types of attributes: what a column of values is, and a value in its type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from math import isfinite

TYPES = ("text", "integer", "number", "yes/no", "date")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
_SHOULD_BE = {"integer": "a whole number", "number": "a number", "date": "a date (YYYY-MM-DD)"}


def infer_type(values: Iterable[str]) -> str:
    """The narrowest type that all values fit; those that are empty do not count. Numbers such as 007 are text.

    >>> infer_type(["14", "", "9"]), infer_type(["2.5", "3"]), infer_type(["yes", "no"]), infer_type(["14", "about 14"])
    ('integer', 'number', 'yes/no', 'text')
    """
    given = [value.strip() for value in values if value.strip()]
    if not given:
        return "text"
    if all(_INTEGER.fullmatch(value) for value in given):
        return "integer"
    if all(_NUMBER.fullmatch(value) for value in given):
        return "number"
    if all(value.casefold() in _YES_NO for value in given):
        return "yes/no"
    if all(_DATE.fullmatch(value) and not typed(value, "date")[1] for value in given):
        return "date"
    return "text"


def typed(raw: str, kind: str) -> tuple[str | int | float | bool, str]:
    """The value in its declared type, and what it should have been where it is not ("" where it is)."""
    try:
        if kind == "integer":
            return int(raw), ""
        if kind == "number":
            number = float(raw)
            return (number, "") if isfinite(number) else (raw, _SHOULD_BE[kind])
        if kind in ("yes/no", "boolean"):
            return _YES_NO[raw.strip().casefold()], ""
        if kind == "date":
            return date.fromisoformat(raw).isoformat(), ""
    except (ValueError, KeyError):
        return raw, _SHOULD_BE.get(kind, "yes or no")
    return raw, ""
