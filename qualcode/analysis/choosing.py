"""Which codings, and which turns of text, a set of filters is about: masks over the frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from qualcode.analysis.filters import Filters, code_id, key_of
from qualcode.analysis.frame import Frame, Mask, frame
from qualcode.analysis.matching import Matcher
from qualcode.core.how_many import how_many
from qualcode.core.query import (
    Condition,
    conditions,
    conjuncts,
    has_relation,
    parse,
)
from qualcode.index.index import Index

_PLAIN = ("case", "document", "speaker", "role", "kind", "coder")
_OF_TEXT = (
    "case", "document", "title", "speaker", "participant", "role", "kind", "language", "date", "month", "quarter", "year", "attr",
)  # fmt: skip


class Step(NamedTuple):
    """One condition and how many codings are left after it and all before it."""

    condition: str
    left: int


def chosen(index: Index, filters: Filters) -> Mask:
    """True for the codings of `frame(index)` that all filters let through. Raises UnknownName, BadQuery."""
    found = frame(index)
    mask: Mask = np.ones(len(found), np.bool_)
    for _, condition in _conditions(index, found, filters):
        mask &= condition()
    return mask


def text_scope(index: Index, filters: Filters) -> Mask:
    """True for the turns that the filters on cases, documents, people, kinds, dates and attributes leave.

    Of a `where` expression those conditions count that must all hold and ask for nothing else. Filters on codes and coders do
    not narrow the text: they narrow what is counted in it.
    """
    found = frame(index)
    turns = found.turns
    mask: Mask = np.ones(len(turns.start), np.bool_)
    for name in _PLAIN[:-1]:
        if wanted := getattr(filters, name):
            mask &= Matcher(index, found, turns).named(name, key_of(index, name, wanted))
    if filters.where:
        matcher = Matcher(index, found, turns, filters.where)
        for node in conjuncts(matcher.resolved(parse(filters.where))):
            if not has_relation(node) and all(test.field in _OF_TEXT for test in conditions(node)):
                mask &= matcher.mask(node)
    return mask


def steps(index: Index, filters: Filters) -> list[Step]:
    """What each condition in turn leaves, to tell which one leaves nothing."""
    found = frame(index)
    mask: Mask = np.ones(len(found), np.bool_)
    told = [Step("", len(found))]
    for condition, made in _conditions(index, found, filters):
        mask = mask & made()
        told.append(Step(condition, int(mask.sum())))
    return told


def why_empty(index: Index, filters: Filters) -> str:
    """A sentence on which filter lets nothing through; "" where something is left."""
    told = steps(index, filters)
    if told[-1].left:
        return ""
    if not told[0].left:
        return "Nothing is coded yet."
    at = next(position for position, step in enumerate(told) if not step.left)
    before = told[at - 1]
    alone = f"none of the {how_many(before.left, 'coding')}" + (f" left by {told[1].condition}" if at == 2 else
                                                    " left by the filters before it" if at > 2 else "")  # fmt: skip
    sentence = f"No codings match: {told[at].condition} is true of {alone}."
    codes = [step.condition for step in told[1 : at + 1] if step.condition.startswith("code")]
    if len(codes) > 1:
        sentence += " A coding has one code: to find where two codes meet write overlaps(code:A, code:B) or near(code:A, code:B, 2)."
    return sentence


def expressions(index: Index, filters: Filters) -> list[Condition]:
    """Every condition of the `where` expression, saved filters put in their places. Raises BadQuery."""
    if not filters.where:
        return []
    found = frame(index)
    return list(conditions(Matcher(index, found, found, filters.where).resolved(parse(filters.where))))


def _conditions(index: Index, found: Frame, filters: Filters) -> Iterator[tuple[str, Callable[[], Mask]]]:
    """Every condition that must hold, with its name and what makes its mask."""
    matcher = Matcher(index, found, found, filters.where)
    if filters.code:
        code = code_id(index, filters.code)
        yield f"code:{filters.code}", lambda: matcher.code(code, exact=filters.exact)
    for name in _PLAIN:
        if wanted := getattr(filters, name):
            key = key_of(index, name, wanted)
            yield f"{name}:{wanted}", lambda name=name, key=key: matcher.named(name, key)  # type: ignore[misc]
    if filters.rows is not None:
        yield "these rows", lambda: matcher.numbered(filters.rows or ())
    if filters.text:
        yield f"text:{filters.text}", lambda: matcher.passages(filters.text)
    if filters.where:
        for node in conjuncts(matcher.resolved(parse(filters.where))):
            yield filters.where[node.at : node.end] or filters.where, lambda node=node: matcher.mask(node)  # type: ignore[misc]
