"""Changes to a codebook as steps from one state of one code to another; applied to the tree, and turned round.

The state of a code is what the log keeps of it: its fields that are not empty, its `parent` ("" at the top) and
`previous`, the sibling before it ("" where it is the first). None is "not there".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from qualcode.core.codebook import Code, Codebook
from qualcode.errors import BadOption, CannotUndo

CODE_TEXTS = ("definition", "use_when", "do_not_use_when", "example", "merged_into")
FIELDS = ("name", "color", "key", *CODE_TEXTS, "retired", "deleted")
PLACE = ("parent", "previous")
State = Mapping[str, Any]
_EMPTY: Mapping[str, Any] = {"key": 0, "retired": False, "deleted": False}


class Step(NamedTuple):
    """One code goes from one state to another. Only the fields in which the two differ are changed."""

    key: str
    before: State | None
    after: State | None

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Field by field what was and what shall be, places included; {} for a code that comes or goes."""
        if self.before is None or self.after is None:
            return {}
        fields = [name for name in (*FIELDS, *PLACE) if name in self.before or name in self.after]
        pairs = {name: (value_of(self.before, name), value_of(self.after, name)) for name in fields}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def value_of(state: State, name: str) -> Any:
    """A field's value; fields that a state does not name are empty."""
    return state.get(name, _EMPTY.get(name, ""))


def code_data(code: Code) -> dict[str, Any]:
    """The code as it is written: no empty fields, its place left to the tree."""
    data: dict[str, Any] = {"id": code.id, "name": code.name}
    for name in FIELDS[1:]:
        if value := getattr(code, name):
            data[name] = value
    return data


def state_of(book: Codebook, code_id: str) -> dict[str, Any]:
    """The state of a code as the log keeps it."""
    code = book[code_id]
    siblings = [sibling.id for sibling in book.children.get(code.parent, ())]
    at = siblings.index(code_id)
    return {**code_data(code), "parent": code.parent, "previous": siblings[at - 1] if at else ""}


def apply_steps(book: Codebook, steps: Iterable[Step]) -> Codebook:
    """The codebook after these steps.

    Raises BadOption (a code under itself, a parent that is not there), CannotUndo (a code that has sub-codes by now
    shall go, or one that is there already shall come).
    """
    tree = _Tree(book)
    for step in steps:
        tree.take(step)
    return tree.codebook()


class _Tree:
    """A codebook as lists of siblings, for changing."""

    def __init__(self, book: Codebook) -> None:
        self._title = book.title
        self._codes = {code.id: code for code in book.codes}
        self._children = {parent: [code.id for code in codes] for parent, codes in book.children.items()}

    def codebook(self) -> Codebook:
        found: list[Code] = []
        waiting = list(reversed(self._children.get("", [])))
        while waiting:
            ident = waiting.pop()
            found.append(self._codes[ident])
            waiting.extend(reversed(self._children.get(ident, [])))
        return Codebook(tuple(found), self._title)

    def take(self, step: Step) -> None:
        if step.after is None:
            self._remove(step.key)
        elif step.before is None or step.key not in self._codes:
            self._add(step.key, step.after)
        else:
            self._change(step)

    def _remove(self, key: str) -> None:
        if key not in self._codes:
            return
        if self._children.get(key):
            raise CannotUndo(f"The code {self._codes[key].name!r} has sub-codes by now; nothing was changed.")
        self._children[self._codes.pop(key).parent].remove(key)

    def _add(self, key: str, state: State) -> None:
        if key in self._codes:
            raise CannotUndo(f"The code {key!r} is in the codebook already; nothing was changed.")
        parent = state.get("parent", "")
        self._codes[key] = code_from(key, state, parent if parent in self._codes else "")
        self._put(key, state.get("previous"))

    def _change(self, step: Step) -> None:
        changes = step.changes()
        code, after = self._codes[step.key], step.after or {}
        fields = {name: to for name, (_, to) in changes.items() if name in FIELDS}
        self._codes[step.key] = replace(code, **fields)
        among_siblings = "previous" in changes and code.parent == after.get(
            "parent", ""
        )  # else it has gone elsewhere since
        if "parent" in changes or among_siblings:
            self._move(step.key, after.get("parent", ""), after.get("previous"))

    def _move(self, key: str, parent: str, previous: str | None) -> None:
        if parent and parent not in self._codes:
            raise BadOption(f"There is no code {parent!r} to put {self._codes[key].name!r} under (any more).")
        above = parent
        while above:
            if above == key:
                raise BadOption(f"The code {self._codes[key].name!r} cannot stand under itself or its own sub-code.")
            above = self._codes[above].parent
        self._children[self._codes[key].parent].remove(key)
        self._codes[key] = replace(self._codes[key], parent=parent)
        self._put(key, previous)

    def _put(self, key: str, previous: str | None) -> None:
        """After the sibling named; at the end where that is not there, or where an older log does not say."""
        siblings = self._children.setdefault(self._codes[key].parent, [])
        if previous == "":
            siblings.insert(0, key)
        elif previous in siblings:
            siblings.insert(siblings.index(previous) + 1, key)
        else:
            siblings.append(key)


def code_from(key: str, state: State, parent: str | None = None) -> Code:
    """The code that a state describes; fields that this qualcode does not know are left out."""
    fields = {name: state[name] for name in FIELDS if name in state}
    return Code(id=key, parent=state.get("parent", "") if parent is None else parent, **{"name": key, **fields})
