"""The filter language: `code:"hidden emotions" and role:child and not kind:chat and date>=2009-03`, read into a tree.

expression   one [and|or one]...                    `and` binds closer than `or`
one          not one | ( expression ) | test | relation
test         field : value     also = != < <= > >=; a value with spaces in quotes; field:(a or b) for several
relation     near(A, B, N) overlaps(A, B) within(A, B) contains(A, B) follows(A, B, N)     A, B: expressions
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from qualcode.core.visible import columns, shorten, visible
from qualcode.errors import BadOption

FIELDS = (
    "code", "top-code", "case", "document", "title", "speaker", "participant", "role", "kind", "coder", "language",
    "date", "month", "quarter", "year", "note", "text", "words", "chars", "anchor", "exemplary", "created", "filter",
)  # fmt: skip
RELATIONS = ("near", "overlaps", "within", "contains", "follows")
_ORDERED = ("date", "month", "quarter", "year", "words", "chars", "created")
_NUMBERS = ("words", "chars")
_OPERATORS = ("!=", "<=", ">=", ":", "=", "<", ">")
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "„": "“", "«": "»"}
_AROUND = 60  # signs of an expression that a message shows before the place, and twice as many behind it
_WORD = re.compile(r"""[^\s()<>=!:,"“”「」]+""")
_VALUE = re.compile(r"""[^\s(),"“”「」]+""")


class BadQuery(BadOption):
    """An expression that cannot be read; the message points at the place. `at` counts code points from 0."""

    def __init__(self, text: str, at: int, message: str) -> None:
        self.at, self.reason = at, message
        before, here = visible(text[max(0, at - _AROUND) : at]), visible(text[at : at + 2 * _AROUND])
        before = f"… {before}" if at > _AROUND else before
        more = " …" if at + 2 * _AROUND < len(text) else ""
        super().__init__(
            f"The filter cannot be read at character {at + 1}: {message}\n  {before}{here}{more}\n  {' ' * columns(before)}^"
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """A field compared with a value; `attribute` is the name behind `attr.`. `at` and `end` say where it stands."""

    field: str
    operator: str
    value: str
    attribute: str
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Relation:
    """Codings that match `first` and stand in this relation to one that matches `second`; `first` None: any coding.

    `turns` is how many turns may lie between them.
    """

    name: str
    first: Node | None
    second: Node
    turns: int
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """What does not match."""

    node: Node
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class All:
    """What matches every one of them."""

    nodes: tuple[Node, ...]
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Any:
    """What matches at least one of them."""

    nodes: tuple[Node, ...]
    at: int
    end: int


Node = Condition | Relation | Not | All | Any


def parse(text: str) -> Node:
    """The tree of an expression. Raises BadQuery, which points at the place.

    >>> parse("role:child").field
    'role'
    """
    return _Reader(text).whole()


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The conditions that must all hold, one by one."""
    if isinstance(node, All):
        return tuple(inner for part in node.nodes for inner in conjuncts(part))
    return (node,)


def conditions(node: Node, *, within_relations: bool = True) -> Iterator[Condition]:
    """Every test in the tree; those inside relations too, unless told otherwise."""
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Not):
        yield from conditions(node.node, within_relations=within_relations)
    elif isinstance(node, Relation):
        for part in (node.first, node.second) if within_relations else ():
            if part is not None:
                yield from conditions(part)
    else:
        for part in node.nodes:
            yield from conditions(part, within_relations=within_relations)


def has_relation(node: Node) -> bool:
    """Whether a relation stands anywhere in the tree."""
    if isinstance(node, Relation):
        return True
    if isinstance(node, Not):
        return has_relation(node.node)
    return not isinstance(node, Condition) and any(map(has_relation, node.nodes))


class _Reader:
    """Reads one expression by recursive descent; `_at` is where it has come to."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text, 0, 0

    def whole(self) -> Node:
        self._blank()
        if self._at == len(self._text):
            raise self._bad("it is empty; write for example role:child")
        node = self._any()
        if self._at < len(self._text):
            raise self._bad("here `and`, `or` or the end is expected")
        return node

    def _bad(self, message: str, at: int | None = None) -> BadQuery:
        return BadQuery(self._text, self._at if at is None else at, message)

    def _blank(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _sign(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        self._blank()
        return True

    def _keyword(self, word: str) -> bool:
        end = self._at + len(word)
        if self._text[self._at : end].lower() != word or (
            end < len(self._text) and not (self._text[end].isspace() or self._text[end] == "(")
        ):
            return False
        self._at = end
        self._blank()
        return True

    def _any(self) -> Node:
        return self._joined("or", self._all, Any)

    def _all(self) -> Node:
        return self._joined("and", self._one, All)

    def _joined(self, word: str, part: Callable[[], Node], kind: type[All] | type[Any]) -> Node:
        at = self._at
        nodes = [part()]
        while self._keyword(word):
            nodes.append(part())
        return nodes[0] if len(nodes) == 1 else kind(tuple(nodes), at, self._end())

    def _end(self) -> int:
        return len(self._text[: self._at].rstrip())

    def _one(self) -> Node:
        at = self._at
        self._depth += 1
        if self._depth > 100:
            raise self._bad("brackets are nested more than 100 deep")
        try:
            if self._keyword("not"):
                return Not(self._one(), at, self._end())
            if self._sign("("):
                node = self._any()
                self._close(at)
                return node
            return self._named()
        finally:
            self._depth -= 1

    def _close(self, opened: int) -> None:
        if not self._sign(")"):
            raise self._bad(f"a closing bracket is missing for the one at character {opened + 1}")

    def _named(self) -> Node:
        at, word = self._at, self._word()
        if not word:
            raise self._bad("a condition such as role:child is expected here")
        lower = word.lower()
        if self._text.startswith("(", self._at) and lower not in FIELDS:
            if lower not in RELATIONS:
                raise self._bad(f"there is no {shorten(word, 60)}(...){_near(lower, RELATIONS)}", at)
            return self._relation(lower, at)
        if lower in ("and", "or"):
            raise self._bad("a condition is missing before this word", at)
        return self._test(word, at)

    def _word(self) -> str:
        found = _WORD.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return found[0] if found else ""

    def _relation(self, name: str, at: int) -> Node:
        opened = self._at
        self._sign("(")
        parts: list[Node] = []
        turns = 0 if name in ("overlaps", "within", "contains") else 1
        while True:
            number = re.compile(r"\d{1,6}(?=\s*\))").match(self._text, self._at)
            if number and parts and name in ("near", "follows"):
                turns, self._at = int(number[0]), number.end()
                self._blank()
                break
            if len(parts) == 2:
                raise self._bad(f"{name}(...) takes two conditions" + ("" if turns == 0 else " and a number of turns"))
            parts.append(self._any())
            if not self._sign(","):
                break
        self._close(opened)
        return Relation(name, parts[0] if len(parts) == 2 else None, parts[-1], turns, at, self._end())

    def _test(self, word: str, at: int) -> Node:
        attribute = ""
        field = word.lower()
        if field.startswith("attr."):
            attribute = word[5:] or self._quoted("an attribute's name")
            field = "attr"
        elif field not in FIELDS:
            raise self._bad(
                f"there is no field {shorten(word, 60)!r}{_near(field, FIELDS)}; fields: {', '.join(FIELDS)}, attr.NAME",
                at,
            )
        self._blank()
        operator = next((sign for sign in _OPERATORS if self._text.startswith(sign, self._at)), "")
        if not operator:
            raise self._bad(f"after {word} one of {' '.join(_OPERATORS)} is expected")
        sign_at = self._at
        self._sign(operator)
        operator = "=" if operator == ":" else operator
        if operator in ("<", "<=", ">", ">=") and field not in (*_ORDERED, "attr"):
            raise self._bad(f"{field} has no order; use : or !=", sign_at)
        if self._text.startswith("(", self._at):
            return self._several(field, operator, attribute, at)
        return self._finished(field, operator, attribute, at)

    def _several(self, field: str, operator: str, attribute: str, at: int) -> Node:
        """`role:(child or mother)`."""
        opened = self._at
        self._sign("(")
        nodes: list[Node] = [self._finished(field, operator, attribute, at)]
        while self._keyword("or") or self._sign(","):
            nodes.append(self._finished(field, operator, attribute, at))
        self._close(opened)
        kind = All if operator == "!=" else Any
        return nodes[0] if len(nodes) == 1 else kind(tuple(nodes), at, self._end())

    def _finished(self, field: str, operator: str, attribute: str, at: int) -> Condition:
        value_at = self._at
        value = self._value()
        if field in _NUMBERS and not value.isdecimal():
            raise self._bad(f"{field} is a number, {shorten(value, 60)!r} is not", value_at)
        return Condition(field, operator, value, attribute, at, self._end())

    def _value(self) -> str:
        if self._text[self._at : self._at + 1] in _QUOTES:
            value = self._quoted("a value")
        else:
            found = _VALUE.match(self._text, self._at)
            if not found:
                raise self._bad("a value is expected here; one with spaces goes in quotes")
            value, self._at = found[0], found.end()
        self._blank()
        return value

    def _quoted(self, what: str) -> str:
        at = self._at
        close = _QUOTES.get(self._text[at : at + 1], "")
        if not close:
            raise self._bad(f"{what} is expected here")
        self._at += 1
        value: list[str] = []
        while self._at < len(self._text) and self._text[self._at] != close:
            if self._text[self._at] == "\\" and self._text[self._at + 1 : self._at + 2] in ("\\", close):
                self._at += 1
            value.append(self._text[self._at])
            self._at += 1
        if self._at == len(self._text):
            raise self._bad("this quotation mark is not closed", at)
        self._at += 1
        return "".join(value)


def _near(word: str, known: Sequence[str]) -> str:
    found = get_close_matches(word, known, n=1, cutoff=0.5)
    return f"; did you mean {found[0]}?" if found else ""
