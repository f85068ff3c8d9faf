"""The codebook: a tree of codes, each with an id that never changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from qualcode.errors import UnknownName

PALETTE = (
    "#e06c75", "#e5a05c", "#d8c35a", "#8cc265", "#4fb8a8", "#5aa9e6", "#8f8ff0", "#c678dd", "#e583b6", "#a9b1c0",
)  # fmt: skip

_DEEPEST = 200  # levels; a codebook.yaml has at most 50


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `key` is the digit 1-9 that applies it (0: none); `parent` is a code id or "" at the top."""

    id: str
    name: str
    parent: str = ""
    color: str = ""
    key: int = 0
    definition: str = ""
    use_when: str = ""
    do_not_use_when: str = ""
    example: str = ""
    merged_into: str = ""
    retired: bool = False
    deleted: bool = False


@dataclass(frozen=True)
class Codebook:
    """Codes in codebook order, parents before their children.

    A code that was merged away or deleted while it had codings stays as a tombstone (`merged_into`, `deleted`), so that
    nobody's coding files need to be rewritten; `live` has the others.
    """

    codes: tuple[Code, ...] = ()
    title: str = ""
    _by_id: Mapping[str, Code] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {code.id: code for code in self.codes})

    def __contains__(self, code_id: str) -> bool:
        return code_id in self._by_id

    def __getitem__(self, code_id: str) -> Code:
        return self._by_id[code_id]

    @cached_property
    def children(self) -> Mapping[str, tuple[Code, ...]]:
        """Children of each code id, and of "" the top level, in codebook order."""
        found: dict[str, list[Code]] = {}
        for code in self.codes:
            found.setdefault(code.parent, []).append(code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    @cached_property
    def live(self) -> tuple[Code, ...]:
        """The codes that can be seen: neither merged into another nor deleted, nor below a deleted one."""
        gone: set[str] = set()
        kept = []
        for code in self.codes:
            if code.deleted or code.parent in gone:
                gone.add(code.id)
            elif self.resolve_merge(code.id) == code.id:
                kept.append(code)
        return tuple(kept)

    @cached_property
    def live_children(self) -> Mapping[str, tuple[Code, ...]]:
        """Live children of each code id, and of "" the top level; those of a merged code stand under its target."""
        found: dict[str, list[Code]] = {}
        for code in self.live:
            found.setdefault(self.resolve_merge(code.parent), []).append(code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    @cached_property
    def fates(self) -> Mapping[str, str]:
        """What became of the codes that were merged or deleted: the code that counts for them now, "" where none does."""
        merged_or_deleted = any(code.merged_into or code.deleted for code in self.codes)
        if not merged_or_deleted:
            return {}
        return {
            code.id: "" if self.is_gone(code.id) else self.resolve_merge(code.id)
            for code in self.codes
            if code.merged_into or self.is_gone(code.id)
        }

    def is_gone(self, code_id: str) -> bool:
        """Whether codings under this code count nowhere: it, the code it was merged into, or one above is deleted."""
        return any(code.deleted for code in self.ancestors(self.resolve_merge(code_id)))

    def ancestors(self, code_id: str) -> Iterator[Code]:
        """The code itself, then its parent, and so on to the top."""
        code = self._by_id.get(code_id)
        for _ in range(_DEEPEST):  # a log by somebody else can name parents in a circle
            if code is None:
                return
            yield code
            code = self._by_id.get(code.parent)

    def with_ancestors(self, code_id: str) -> list[str]:
        """Ids of the code and of those above it, its theme last; its own id alone for a code that is not here."""
        return [code.id for code in self.ancestors(code_id)] or [code_id]

    def path(self, code_id: str) -> str:
        """Names from the top down, as in `hidden emotions/longing`; the id itself for a code that is not here."""
        names = [code.name for code in self.ancestors(code_id)]
        return "/".join(reversed(names)) or code_id

    def level(self, code_id: str) -> int:
        """Depth in the tree: 0 at the top."""
        return max(0, sum(1 for _ in self.ancestors(code_id)) - 1)

    def resolve_merge(self, code_id: str) -> str:
        """The code that stands in for this one today (`merged_into`, followed to its end)."""
        return self._stand_ins.get(code_id, code_id)

    @cached_property
    def _stand_ins(self) -> Mapping[str, str]:
        """What each merged code came to. Codes that were merged in a circle stand for one another, and none of them is live."""
        found: dict[str, str] = {}
        for code in self.codes:
            way: dict[str, None] = {}
            ident = code.id
            while ident not in found and ident not in way and self._by_id[ident].merged_into in self._by_id:
                way[ident] = None
                ident = self._by_id[ident].merged_into
            found |= dict.fromkeys(way, found.get(ident, ident))
            if ident in way:
                found[ident] = self._by_id[ident].merged_into
        return found

    def with_descendants(self, code_id: str) -> list[str]:
        """Ids of the code and of everything below it, in codebook order."""
        return [code.id for code in self.codes if any(above.id == code_id for above in self.ancestors(code.id))]

    def color(self, code_id: str) -> str:
        """The code's own colour, else the nearest one above it, else one from the palette by its place."""
        top = code_id
        for code in self.ancestors(code_id):
            if code.color:
                return code.color
            top = code.id
        return PALETTE[self._top_places.get(top, 0) % len(PALETTE)]

    @cached_property
    def _top_places(self) -> Mapping[str, int]:
        return {code.id: place for place, code in enumerate(self.children.get("", ()))}

    def find(self, wanted: str) -> Code:
        """The code that goes by this id, path or name (in that order; case and spacing do not matter).

        Live codes come before those that were merged away. Raises UnknownName, with the nearest names or all that share it.
        """
        if wanted in self._by_id and not self.is_gone(wanted):
            return self._by_id[wanted]
        key = name_key(wanted)
        merged = [code for code in self.codes if code.merged_into and not self.is_gone(code.id)]
        for codes in (self.live, merged):
            for matches in (
                [
                    code
                    for code in codes
                    if name_key(code.name) == key[key.rfind("/") + 1 :] and name_key(self.path(code.id)) == key
                ],
                [code for code in codes if name_key(code.name) == key],
            ):
                if len(matches) == 1:
                    return matches[0]
                if matches:
                    names = [self.path(code.id) for code in matches]
                    if len(set(names)) < len(names):
                        names = [f"{name} ({code.id})" for name, code in zip(names, matches, strict=True)]
                    paths = ", ".join(names)
                    raise UnknownName(f"Several codes are called {wanted!r}: {paths}. Give the path or the id.")
        raise UnknownName(f"No code is called {wanted!r}.{self._nearest(key)}")

    def _nearest(self, key: str) -> str:
        from difflib import get_close_matches

        names = {name_key(self.path(code.id)): self.path(code.id) for code in self.live}
        names |= {name_key(code.name): self.path(code.id) for code in self.live}
        close = [name for name in names if key and key in name][:3] + get_close_matches(key, names, n=3, cutoff=0.6)
        near = dict.fromkeys(names[name] for name in close)
        return f" Did you mean: {', '.join(near)}?" if near else " `qualcode codes` lists all."


def name_key(name: str) -> str:
    """A name or path for comparison: letter case, spacing and composition aside."""
    parts = unicodedata.normalize("NFC", name).casefold().split("/")
    return "/".join(" ".join(part.split()) for part in parts)


def slug(name: str) -> str:
    """A name as letters, digits and hyphens, any script: `Hidden emotions!` gives `hidden-emotions`."""
    text = unicodedata.normalize("NFC", name).casefold()
    words = "".join(char if char.isalnum() or unicodedata.combining(char) else " " for char in text).split()
    return "-".join(words)
