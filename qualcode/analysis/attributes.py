"""Attributes of cases and documents, as filters and matrices ask for them."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Container
from difflib import get_close_matches
from typing import Any, NamedTuple

from qualcode.core.text import fold
from qualcode.errors import BadOption, UnknownName
from qualcode.index.index import Index


class Attribute(NamedTuple):
    """One attribute: its name, and its values by case and by document (those without one are not there)."""

    name: str
    cases: dict[str, Any]
    documents: dict[str, Any]

    @property
    def values(self) -> list[Any]:
        return [*self.cases.values(), *self.documents.values()]


def attribute(index: Index, wanted: str) -> Attribute:
    """The attribute of cases or documents that is called so, whatever the letter case. Raises UnknownName."""
    cases = [(case, json.loads(given)) for case, given in index.rows("SELECT id, attributes FROM kase ORDER BY rank")]
    documents = [
        (name, json.loads(given)) for name, given in index.rows("SELECT id, attributes FROM document ORDER BY rank")
    ]
    known = dict.fromkeys(name for _, given in (*cases, *documents) for name in given)
    name = wanted if wanted in known else next((name for name in known if fold(name) == fold(wanted)), "")
    if not name:
        near = [n for n in known if fold(wanted) in fold(n)] or get_close_matches(wanted, list(known), n=3, cutoff=0.4)
        told = f" Did you mean: {', '.join(near[:3])}?" if near else f" There are: {', '.join(list(known)[:12])}."
        raise UnknownName(f"No case and no document has an attribute {wanted!r}." + (told if known else ""))

    def given(things: list[tuple[str, Any]]) -> dict[str, Any]:
        return {thing: values[name] for thing, values in things if values.get(name) not in (None, "")}

    return Attribute(name, given(cases), given(documents))


def name_and_limits(index: Index, text: str) -> tuple[str, str]:
    """The attribute and the limits of ranges in `income:0,1000,4000`; a name may hold colons itself."""
    known = attribute_names(index)
    name, colon, limits = text.rpartition(":")
    if text in known or not colon:
        return text, ""
    return (name, limits) if name in known else text.partition(":")[::2]


def parts_of(index: Index, spec: str) -> list[str]:
    """The dimensions that are joined with + in `case+attr:income`; the name of an attribute may hold a + itself."""
    pieces = spec.split("+")
    if len(pieces) == 1 or "attr:" not in spec:
        return [piece.strip() for piece in pieces]
    known, parts = attribute_names(index), []
    while pieces:
        joined = ("+".join(pieces[:count]).strip() for count in range(len(pieces), 1, -1))
        whole = next((text for text in joined if text.startswith("attr:") and _names_one(text[5:], known)), pieces[0])
        del pieces[: whole.count("+") + 1]
        parts.append(whole.strip())
    return parts


def _names_one(text: str, known: Container[str]) -> bool:
    name, colon, limits = text.rpartition(":")
    return text in known or bool(colon and name in known and "+" not in limits)


def attribute_names(index: Index) -> list[str]:
    """Every attribute that a case or document has, those of cases first."""
    rows = [*index.rows("SELECT attributes FROM kase ORDER BY rank"),
            *index.rows("SELECT attributes FROM document ORDER BY rank")]  # fmt: skip
    return list(dict.fromkeys(name for (given,) in rows for name in json.loads(given)))


def shown(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def number(value: Any) -> float | None:
    """The value as a number, None where it is none."""
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


class Ranges(NamedTuple):
    """Ranges of numbers: below the first limit, from one limit to below the next, from the last on."""

    limits: tuple[float, ...]

    @classmethod
    def of(cls, text: str) -> Ranges:
        """From `0,1000,4000`. Raises BadOption."""
        parts = [number(part) for part in text.split(",")]
        limits = tuple(part for part in parts if part is not None)
        if len(limits) != len(parts) or list(limits) != sorted(set(limits)):
            raise BadOption(
                f"{text!r} are not limits of ranges: write ascending numbers, as in attr:income:0,1000,4000."
            )
        return cls(limits)

    @property
    def names(self) -> list[str]:
        low = [f"under {self.limits[0]:g}"]
        low += [f"{a:g} to under {b:g}" for a, b in zip(self.limits, self.limits[1:], strict=False)]
        return [*low, f"{self.limits[-1]:g} or more"]

    def name(self, value: float) -> str:
        """The range that a number falls into."""
        return self.names[bisect_right(self.limits, value)]
