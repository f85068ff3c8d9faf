"""Pseudonyms laid over what is shown: texts on their way to a screen or a file, and places in a text so shown.

What is stored and what is counted stays as it is. Whoever opens a project puts its key on (`wear`), once for a process; from
then on `shown` gives every text the pseudonyms of that key. An `Overlay` is one text so shown, with its places both ways.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from qualcode.core.pseudonyms import Pseudonyms, Replacement

F = TypeVar("F", bound=Callable[..., Any])
_worn: list[Pseudonyms] = []
_kept: list[Callable[[], object]] = []  # forgets what was kept of texts as the key before showed them
_settled: list[bool] = []  # by whoever runs a whole command under one key, or under none


def wear(key: Pseudonyms | None) -> None:
    """Show all texts by this key from now on; None shows them as they are."""
    _worn[:] = [key] if key else []
    for forget in _kept:
        forget()


def kept_while_worn(maxsize: int) -> Callable[[F], F]:
    """Keeps what a function makes of texts as they are shown, until another key is worn."""

    def keep(make: F) -> F:
        kept = lru_cache(maxsize=maxsize)(make)
        _kept.append(kept.cache_clear)
        return cast("F", kept)

    return keep


@contextmanager
def wearing(key: Pseudonyms | None) -> Iterator[None]:
    """Show all texts by this key while the block lasts."""
    before = worn()
    wear(key)
    _settled.append(True)
    try:
        yield
    finally:
        _settled.pop()
        wear(before)


def is_settled() -> bool:
    """Whether the key was chosen for all that is done now, so that opening a project does not change it."""
    return bool(_settled)


def worn() -> Pseudonyms | None:
    """The key by which texts are shown now."""
    return _worn[0] if _worn else None


def shown(text: str) -> str:
    """The text with pseudonyms for names, as it is where no key is worn."""
    return _worn[0].masked(text) if _worn else text


def shown_value(value: Any) -> Any:
    """A value made of texts, numbers, lists and mappings, with pseudonyms in all of its texts."""
    if not _worn or not isinstance(value, (str, list, tuple, dict)):
        return value
    if isinstance(value, str):
        return _worn[0].masked(value)
    if isinstance(value, dict):
        return {shown_value(key): shown_value(held) for key, held in value.items()}
    return [shown_value(held) for held in value]


class Overlay:
    """A text with pseudonyms laid over it: `text` as it is shown; spans are of code points, half-open."""

    def __init__(self, text: str, replacements: list[Replacement]) -> None:
        self._stored = text
        self._replacements = replacements
        parts, at, shift = [], 0, 0
        self._starts: list[int] = []  # of what is replaced, in the stored text
        self._ends: list[int] = []
        self._shown_starts: list[int] = []
        self._shown_ends: list[int] = []
        for start, end, new, _ in replacements:
            parts += [text[at:start], new]
            self._starts.append(start)
            self._ends.append(end)
            self._shown_starts.append(start + shift)
            self._shown_ends.append(start + shift + len(new))
            shift += len(new) - (end - start)
            at = end
        self.text = "".join([*parts, text[at:]]) if parts else text

    def __bool__(self) -> bool:
        """Whether anything is shown otherwise than it is stored."""
        return bool(self._starts)

    def shown_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the stored text is shown; a name that it cuts into is shown whole."""
        return _across(start, end, self._starts, self._ends, self._shown_starts, self._shown_ends)

    def stored_span(self, start: int, end: int) -> tuple[int, int]:
        """What of the stored text a span of the shown one stands for; a name that it cuts into belongs to it whole."""
        return _across(start, end, self._shown_starts, self._shown_ends, self._starts, self._ends)


def _across(
    start: int, end: int, starts: list[int], ends: list[int], new_starts: list[int], new_ends: list[int]
) -> tuple[int, int]:
    first = bisect_right(starts, start) - 1
    if first < 0:
        new_start = start
    elif start < ends[first]:
        new_start = new_starts[first]
    else:
        new_start = start - ends[first] + new_ends[first]
    if end <= start:
        return new_start, new_start
    last = bisect_right(starts, end - 1) - 1
    if last < 0:
        return new_start, end
    return new_start, new_ends[last] if end <= ends[last] else end - ends[last] + new_ends[last]


@kept_while_worn(8)
def overlay_of(text: str) -> Overlay:
    """The text as the worn key shows it."""
    key = worn()
    return Overlay(text, key.replacements(text) if key is not None else [])
