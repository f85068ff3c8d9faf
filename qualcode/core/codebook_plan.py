"""What taking codes over from elsewhere would do to a codebook: worked out before anything is done."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from qualcode.core.codebook import Code, Codebook, name_key
from qualcode.core.codebook_live import live_book
from qualcode.core.text import normalise_newlines
from qualcode.errors import BadOption

TEXT_FIELDS = ("definition", "use_when", "do_not_use_when", "example", "color")
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Draft(NamedTuple):
    """A code as a file from elsewhere describes it: names from the top down, the id if the file has one, its texts
    (see TEXT_FIELDS). `implied`: only the paths of other codes speak of it."""

    path: tuple[str, ...]
    id: str = ""
    fields: Mapping[str, str] = _NOTHING
    implied: bool = False


class Planned(NamedTuple):
    """What becomes of one draft.

    `path` is where the code stands in the codebook now, or where a new one goes; `id` is that of the code in the
    codebook ("" for a new one), `parent` and `parent_id` say under what it belongs ("" and "" at the top; a parent that
    is new itself has no id yet and comes earlier in the list). `fields` has what changes, each with before and after;
    for a code that is in the codebook also `name`, and `parent` as paths. `draft_id` is the file's id for a new code
    where the codebook does not use it.
    """

    action: str
    path: str
    id: str
    parent: str
    fields: Mapping[str, tuple[str, str]]
    parent_id: str = ""
    draft_id: str = ""


def path_key(path: Sequence[str]) -> tuple[str, ...]:
    """What two paths have in common that differ in case, spacing or the composition of accents only."""
    return tuple(name_key(name) for name in path)


def with_parents(drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts, parents before their children; parents that no draft is about are added as implied ones."""
    given = list(drafts)
    first: dict[tuple[str, ...], int] = {}
    for number, draft in enumerate(given):
        first.setdefault(path_key(draft.path), number)
    ordered: list[Draft] = []
    done: set[tuple[str, ...]] = set()
    taken: set[int] = set()
    for number, draft in enumerate(given):
        key = path_key(draft.path)
        for depth in range(1, len(key)):
            if key[:depth] not in done:
                done.add(key[:depth])
                parent = first.get(key[:depth])
                ordered.append(Draft(draft.path[:depth], implied=True) if parent is None else given[parent])
                taken |= {parent} if parent is not None else set()
        if number not in taken:
            done.add(key)
            ordered.append(draft)
    return ordered


def plan(book: Codebook, drafts: Iterable[Draft]) -> list[Planned]:
    """What each draft would add or change, parents before their children.

    A draft is about the code whose id it has, else about the one at its path (case and spacing aside), else about a new
    one. An empty field never erases a text. Raises BadOption where codes would come to stand under themselves.
    """
    return _Planner(live_book(book), book, with_parents(drafts)).planned()


class _Place(NamedTuple):
    """Where a draft ended up: the code's id ("" for a new one) and its path."""

    id: str
    path: str


class _Planner:
    def __init__(self, tree: Codebook, book: Codebook, drafts: Sequence[Draft]) -> None:
        self._tree, self._book, self._drafts = tree, book, drafts
        self._with_id = {draft.id for draft in drafts if draft.id and draft.id in tree}
        self._at: dict[tuple[str, str], list[str]] = {}
        for code in tree.codes:
            self._at.setdefault((code.parent, name_key(code.name)), []).append(code.id)
        self._places: dict[tuple[str, ...], list[_Place]] = {(): [_Place("", "")]}
        self._parents = {code.id: code.parent for code in tree.codes}
        self._used: set[str] = set()

    def planned(self) -> list[Planned]:
        found = [planned for draft in self._drafts if (planned := self._take(draft)) is not None]
        self._refuse_circles()
        return found

    def _take(self, draft: Draft) -> Planned | None:
        """What becomes of the draft; None for a parent that is only implied and there already."""
        key = path_key(draft.path)
        above = self._places[key[:-1]]
        code = self._code_of(draft, above[0], key[-1])
        if code is None:
            return self._add(draft, key, above[0])
        parent = next((place for place in above if place.id == code.parent), above[0])
        self._places.setdefault(key, []).append(_Place(code.id, self._tree.path(code.id)))
        if draft.implied:
            return None
        self._used.add(code.id)
        return self._compare(draft, code, parent)

    def _code_of(self, draft: Draft, parent: _Place, key: str) -> Code | None:
        if draft.id in self._with_id and draft.id not in self._used:
            return self._tree[draft.id]
        if parent.path and not parent.id:
            return None  # nothing stands under a code that is new itself
        free = (ident for ident in self._at.get((parent.id, key), ()) if draft.implied or self._is_free(ident))
        return next((self._tree[ident] for ident in free), None)

    def _is_free(self, code_id: str) -> bool:
        return code_id not in self._with_id and code_id not in self._used

    def _add(self, draft: Draft, key: tuple[str, ...], parent: _Place) -> Planned:
        path = f"{parent.path}/{draft.path[-1]}" if parent.path else draft.path[-1]
        self._places.setdefault(key, []).append(_Place("", path))
        fields = {name: ("", text) for name in TEXT_FIELDS if (text := _tidy(draft.fields.get(name, "")))}
        draft_id = "" if draft.id in self._book else draft.id
        return Planned("add", path, "", parent.path, fields, parent.id, draft_id)

    def _compare(self, draft: Draft, code: Code, parent: _Place) -> Planned:
        fields: dict[str, tuple[str, str]] = {}
        if draft.id == code.id:
            if _plain(draft.path[-1]) != _plain(code.name):
                fields["name"] = (code.name, draft.path[-1])
            if parent.id != code.parent or (parent.path and not parent.id):
                fields["parent"] = (self._tree.path(code.parent) if code.parent else "", parent.path)
                self._parents[code.id] = parent.id
        for name in TEXT_FIELDS:
            before, after = getattr(code, name), _tidy(draft.fields.get(name, ""))
            if after and after != _tidy(before):
                fields[name] = (before, after)
        action = "change" if fields else "same"
        return Planned(action, self._tree.path(code.id), code.id, parent.path, fields, parent.id)

    def _refuse_circles(self) -> None:
        safe: set[str] = {""}
        for code_id in self._parents:
            way: list[str] = []
            at = code_id
            while at not in safe:
                if at in way:
                    paths = ", ".join(repr(self._tree.path(ident)) for ident in way[way.index(at) :])
                    raise BadOption(
                        f"These codes would come to stand under one another: {paths}. Move one elsewhere first."
                    )
                way.append(at)
                at = self._parents.get(at, "")
            safe.update(way)


def _tidy(text: str) -> str:
    return normalise_newlines(text).strip()


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())
