"""Masks for the conditions of one expression, over the codings or over the turns of text."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np

from qualcode.analysis.attributes import attribute, number, shown
from qualcode.analysis.dimensions import document_values, participants_of
from qualcode.analysis.filters import code_id, key_of
from qualcode.analysis.frame import Frame, Ints, Mask, Names, Turns
from qualcode.analysis.relations import Meeting, related, within
from qualcode.core.query import (
    All,
    BadQuery,
    Condition,
    Node,
    Not,
    Relation,
    conditions,
    parse,
)
from qualcode.core.text import fold
from qualcode.errors import UnknownName
from qualcode.index.index import Index

_DEEPEST = 100  # conditions within conditions, saved filters put in
_MOST_SAVED = 1000  # saved filters in one expression: each may name others twice, and these others
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?|\d{4}-Q[1-4]")
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Matcher:
    """Makes masks for one expression, over the codings or over the turns (`rows`)."""

    def __init__(self, index: Index, found: Frame, rows: Frame | Turns, text: str = "") -> None:
        self._index, self._frame, self._rows, self._text = index, found, rows, text
        self._names_code, self._put_in = False, 0

    def resolved(self, node: Node) -> Node:
        """The tree with saved filters put in their places. Raises BadQuery."""
        self._names_code = any(test.field in ("code", "top-code") for test in conditions(node, within_relations=False))
        return self._resolve(node, (), 0)

    def _resolve(self, node: Node, above: tuple[str, ...], depth: int) -> Node:
        if depth > _DEEPEST:
            raise BadQuery(self._text, node.at, f"conditions and saved filters are nested more than {_DEEPEST} deep")
        if isinstance(node, Condition):
            return self._saved(node, above, depth) if node.field == "filter" else node
        below = depth + 1
        if isinstance(node, Not):
            return Not(self._resolve(node.node, above, below), node.at, node.end)
        if isinstance(node, Relation):
            first = self._resolve(node.first, above, below) if node.first is not None else None
            return Relation(node.name, first, self._resolve(node.second, above, below), node.turns, node.at, node.end)
        return type(node)(tuple(self._resolve(part, above, below) for part in node.nodes), node.at, node.end)

    def _saved(self, test: Condition, above: tuple[str, ...], depth: int) -> Node:
        known = self._index.project.filters
        name = next((name for name in known if fold(name) == fold(test.value)), "")
        if not name:
            there = f"; there are: {', '.join(known)}" if known else "; none is saved"
            raise BadQuery(self._text, test.at, f"no filter is saved as {test.value!r}{there}")
        if name in above:
            raise BadQuery(self._text, test.at, f"the saved filter {name!r} refers to itself")
        self._put_in += 1
        if self._put_in > _MOST_SAVED:
            raise BadQuery(self._text, test.at, f"saved filters refer to one another more than {_MOST_SAVED:,} times")
        try:
            node = _moved(self._resolve(parse(known[name]), (*above, name), depth + 1), test.at, test.end)
        except BadQuery as error:
            told = error.reason.startswith("the saved filter")  # by the one at fault
            reason = error.reason if told else f"the saved filter {name!r} cannot be read: {error.reason}"
            raise BadQuery(self._text, test.at, reason) from error
        return Not(node, test.at, test.end) if test.operator == "!=" else node

    def mask(self, node: Node) -> Mask:
        """True where the condition holds."""
        result: Mask
        if isinstance(node, Condition):
            return self._test(node)
        if isinstance(node, Not):
            result = ~self.mask(node.node)
        elif isinstance(node, Relation):
            return self._relation(node)
        elif isinstance(node, All):
            result = np.logical_and.reduce([self.mask(part) for part in node.nodes])
        else:
            result = np.logical_or.reduce([self.mask(part) for part in node.nodes])
        return result

    def _relation(self, node: Relation) -> Mask:
        """Codings that match the first condition and stand so to one that matches the second. Beside another code (as in
        `code:x and near(code:a, code:b, 2)`) also those that overlap such a coding: the passage is meant then."""
        second = self.mask(node.second)
        first = self.mask(node.first) if node.first is not None else np.ones(len(self._frame), np.bool_)
        if node.name == "within":
            hit = within(self._frame, first, second)
        else:
            name = "overlap" if node.name == "overlaps" else node.name
            hit = related(self._frame, Meeting(name, node.turns), first, second)
        if node.first is not None and self._names_code:
            hit = hit | related(self._frame, Meeting("overlap"), np.ones(len(hit), np.bool_), hit)
        return hit

    # ---------------------------------------------------------------- conditions

    def _test(self, test: Condition) -> Mask:
        try:
            mask = self._positive(test)
        except UnknownName as error:
            raise BadQuery(self._text, test.at, str(error)) from error
        return ~mask if test.operator == "!=" and test.field not in ("words", "chars", "attr") else mask

    def _positive(self, test: Condition) -> Mask:
        field, value = test.field, test.value
        if field in ("date", "month", "quarter", "year", "created"):
            return self._dated(test)
        if field in ("words", "chars"):
            counted = self._frame.words if field == "words" else self._frame.end - self._frame.start
            return np.array(_COMPARE[test.operator](counted, int(value)))
        if field == "attr":
            return self._attribute(test)
        if field in ("text", "note", "anchor", "exemplary"):
            return self._asked(field, value)
        if field == "code":
            return self._any_code() if value == "*" else self.code(code_id(self._index, value))
        if field == "top-code":
            return self.code(code_id(self._index, value))
        if field == "title":
            return self._by_document([fold(value) in fold(title) for title in self._frame.facts.title])
        if value == "*":
            return ~self.named(field, "")
        return self.named(field, self._key(field, value))

    def _any_code(self) -> Mask:
        return np.ones(len(self._frame), np.bool_)

    def _key(self, field: str, value: str) -> str:
        if field not in ("participant", "language"):
            return key_of(self._index, field, value)
        if value == f"(no {field})":
            return ""
        if field == "participant":
            people = self._index.project.participants
            known = [(person.id, person.name) for person in people]
        else:
            known = [(name, name) for name in dict.fromkeys(self._frame.facts.language) if name]
        found = [ident for ident, name in known if ident == value] or [
            ident for ident, name in known if fold(value) in (fold(ident), fold(name))
        ]
        if len(found) > 1:
            raise UnknownName(f"several {field}s are called {value!r}: {', '.join(found)}; give the id")
        if not found:
            near = get_close_matches(value, [name for pair in known for name in pair], n=3, cutoff=0.6)
            ids = [ident for ident, name in known if {ident, name} & set(near)] or [ident for ident, _ in known[:12]]
            told = f"; {'did you mean' if near else 'there are'}: {', '.join(ids)}" if ids else ""
            raise UnknownName(f"no {field} is called {value!r}{told}")
        return found[0]

    def code(self, code: str, *, exact: bool = False) -> Mask:
        """Codings of a code, with those of its sub-codes unless `exact`."""
        below = {code}
        if not exact:
            below |= {row[0] for row in self._index.rows("SELECT code FROM closure WHERE ancestor = ?", [code])}
        names = self._frame.names["code"]
        return np.isin(self._frame.code, [names.known(name) for name in below])

    def named(self, field: str, key: str) -> Mask:
        """Rows whose case, document, speaker, role, coder, participant, kind or language is this one ("" for none)."""
        rows, found = self._rows, self._frame
        if field in ("case", "document", "speaker", "role", "coder"):
            values: Ints = getattr(rows, field)
            return np.array(values == found.names[field].known(key))
        if field == "participant":
            names = Names()
            return np.array(participants_of(self._index, found, rows, names) == names.known(key))
        return self._by_document([value == key for value in document_values(found, field)])

    def _by_document(self, fits: Sequence[bool]) -> Mask:
        return np.array(fits, np.bool_)[self._rows.document]

    def _dated(self, test: Condition) -> Mask:
        value = test.value
        if value == "*":
            return self._by_document([bool(day) for day in self._frame.facts.date])
        if not _DAY.fullmatch(value):
            raise BadQuery(
                self._text, test.at, f"{value!r} is no date; write 2009, 2009-03 or 2009-03-31 (for quarters 2009-Q1)"
            )
        holds = _COMPARE[test.operator if test.operator != "!=" else "="]
        if test.field == "created":
            rows = self._index.rows("SELECT row, created_at FROM coding")
            return self.numbered([row for row, at in rows if holds(at[: len(value)], value)])
        field = "quarter" if "Q" in value else test.field
        values = self._frame.facts.date if field in ("date", "month") else list(document_values(self._frame, field))
        return self._by_document([bool(day) and holds(day[: len(value)], value) for day in values])

    def _attribute(self, test: Condition) -> Mask:
        try:
            found = attribute(self._index, test.attribute)
        except UnknownName as error:
            raise BadQuery(self._text, test.at, str(error)) from error
        limit = number(test.value)

        def fits(value: object) -> bool:
            as_number = number(value)
            if limit is not None and as_number is not None:
                return bool(_COMPARE[test.operator](as_number, limit))
            if test.operator in ("=", "!="):
                same = test.value == "*" or fold(shown(value)) == fold(test.value)
                return same == (test.operator == "=")
            return limit is None and bool(_COMPARE[test.operator](fold(shown(value)), fold(test.value)))

        cases = np.array(
            [case in found.cases and fits(found.cases[case]) for case in self._frame.names["case"].texts], np.bool_
        )
        names = self._frame.names["document"].texts
        has = np.array([name in found.documents for name in names], np.bool_)
        own = np.array([name in found.documents and fits(found.documents[name]) for name in names], np.bool_)
        document = self._rows.document
        result: Mask = np.where(has[document], own[document], cases[self._rows.case])
        return result

    def _asked(self, field: str, value: str) -> Mask:
        """What only the index knows of codings: words in the passage or note, anchor, exemplary."""
        if field == "text":
            return self.passages(value)
        if field == "exemplary":
            wanted = fold(value) in ("yes", "true", "*")
            rows = self._index.rows("SELECT row FROM coding WHERE (mark = 'exemplary') = ?", [wanted])
        elif field == "anchor":
            rows = self._index.rows("SELECT row FROM coding WHERE anchor = ?", [value])
        else:
            noted = self._index.rows("SELECT row, note FROM coding WHERE note <> ''")
            rows = [(row,) for row, note in noted if value == "*" or fold(value) in fold(note)]
        return self.numbered([row for (row,) in rows])

    def passages(self, text: str) -> Mask:
        """Codings whose passage holds the text, letter case aside."""
        from qualcode.analysis.filters import with_quote_search

        with_quote_search(self._index)
        rows = self._index.rows("SELECT row FROM coding WHERE quote_has(quote, ?)", [text])
        return self.numbered([row for (row,) in rows])

    def numbered(self, rows: Sequence[int]) -> Mask:
        """The codings of these rows of the index."""
        return np.isin(self._frame.row, np.array(rows, np.int64))


def _moved(node: Node, at: int, end: int) -> Node:
    """The tree with every place in it that of the word that stands for it."""
    if isinstance(node, Condition):
        return Condition(node.field, node.operator, node.value, node.attribute, at, end)
    if isinstance(node, Not):
        return Not(_moved(node.node, at, end), at, end)
    if isinstance(node, Relation):
        first = _moved(node.first, at, end) if node.first is not None else None
        return Relation(node.name, first, _moved(node.second, at, end), node.turns, at, end)
    return type(node)(tuple(_moved(part, at, end) for part in node.nodes), at, end)
