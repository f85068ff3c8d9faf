"""Two codebooks side by side: what is new, gone, renamed, moved, redefined."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_live import live_book, names_from_top
from qualcode.core.codebook_plan import path_key

_DEFINING = ("definition", "use_when", "do_not_use_when", "example")


class Difference(NamedTuple):
    """One thing in which two codebooks differ.

    `kind` is new, gone, merged (into the code at `path_after`), renamed, moved, redefined (`field` says which text),
    recoloured or retired (`before` and `after` are yes or no). `code_id` is that of the newer codebook where it has one.
    """

    kind: str
    code_id: str
    path_before: str
    path_after: str
    field: str = ""
    before: str = ""
    after: str = ""


def differences(old: Codebook, new: Codebook) -> list[Difference]:
    """All differences: code by code in the order of the newer codebook, then what is there no more in that of the older.

    Codes are matched by id, those whose id the other codebook does not know by path (case and spacing aside). Merged and
    deleted codes count as not there; the order of siblings does not count.
    """
    return list(_Comparison(old, new).found())


class _Comparison:
    def __init__(self, old: Codebook, new: Codebook) -> None:
        self._new_with_tombstones = new
        self._old, self._new = live_book(old), live_book(new)
        self._partner = {code.id: code.id for code in self._old.codes if code.id in self._new}
        at_path: dict[tuple[str, ...], list[str]] = {}
        for code in self._new.codes:
            if code.id not in old:
                at_path.setdefault(path_key(names_from_top(self._new, code.id)), []).append(code.id)
        for code in self._old.codes:
            twins = at_path.get(path_key(names_from_top(self._old, code.id)))
            if code.id not in new and twins:
                self._partner[code.id] = twins.pop(0)
        self._old_of = {after: before for before, after in self._partner.items()}

    def found(self) -> Iterator[Difference]:
        for code in self._new.codes:
            if code.id in self._old_of:
                yield from self._changes(self._old[self._old_of[code.id]], code)
            else:
                yield Difference("new", code.id, "", self._new.path(code.id))
        for code in self._old.codes:
            if code.id not in self._partner:
                yield self._gone(code)

    def _gone(self, code: Code) -> Difference:
        path = self._old.path(code.id)
        target = self._new_with_tombstones.resolve_merge(code.id)
        if target in self._new:
            into = self._new.path(target)
            return Difference("merged", code.id, path, into, "merged_into", "", into)
        return Difference("gone", code.id, path, "")

    def _changes(self, before: Code, after: Code) -> Iterator[Difference]:
        def difference(kind: str, field: str, was: str, now: str) -> Difference:
            return Difference(kind, after.id, self._old.path(before.id), self._new.path(after.id), field, was, now)

        if before.name != after.name:
            yield difference("renamed", "name", before.name, after.name)
        if self._partner.get(before.parent, "") != after.parent or bool(before.parent) != bool(after.parent):
            yield difference("moved", "parent", _path(self._old, before.parent), _path(self._new, after.parent))
        for field in _DEFINING:
            was, now = getattr(before, field), getattr(after, field)
            if was != now:
                yield difference("redefined", field, was, now)
        if before.color != after.color:
            yield difference("recoloured", "color", before.color, after.color)
        if before.retired != after.retired:
            yield difference("retired", "retired", _yes(before.retired), _yes(after.retired))


def _path(book: Codebook, code_id: str) -> str:
    return book.path(code_id) if code_id else ""


def _yes(value: bool) -> str:
    return "yes" if value else "no"
