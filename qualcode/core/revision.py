"""How one version of a text became the next, as it is logged; and where a passage of the old one stands in the new one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from qualcode.core.anchors import find_quote
from qualcode.core.textdiff import Same, compare

_MOST_PLACES = 2_000


class Edit(NamedTuple):
    """`removed` stood at `at` (code points of the old text), `inserted` stands there instead. They do not overlap."""

    at: int
    removed: str
    inserted: str


class Passage(NamedTuple):
    """A span of a text, in code points."""

    start: int
    end: int


@dataclass(frozen=True)
class Revision:
    """The edits that lead from one text to the next, in order; `moved`: stretches taken out here and put in there."""

    edits: tuple[Edit, ...]
    moved: tuple[Same, ...] = ()

    @classmethod
    def between(cls, old: str, new: str) -> Revision:
        """The edits by which `old` becomes `new`."""
        compared = compare(old, new)
        edits, a, b = [], 0, 0
        for next_a, next_b, length in (*compared.same, Same(len(old), len(new), 0)):
            if next_a > a or next_b > b:
                edits.append(Edit(a, old[a:next_a], new[b:next_b]))
            a, b = next_a + length, next_b + length
        return cls(tuple(edits), compared.moved)

    def apply(self, old: str) -> str:
        """The new text. Raises ValueError where this is not the text that was edited."""
        parts, at = [], 0
        for edit in self.edits:
            if edit.at < at or not old.startswith(edit.removed, edit.at) or edit.at + len(edit.removed) > len(old):
                raise ValueError("another text")
            parts += [old[at : edit.at], edit.inserted]
            at = edit.at + len(edit.removed)
        return "".join([*parts, old[at:]])

    def inverse(self) -> Revision:
        """The edits that lead back."""
        edits, shift = [], 0
        for edit in self.edits:
            edits.append(Edit(edit.at + shift, edit.inserted, edit.removed))
            shift += len(edit.inserted) - len(edit.removed)
        return Revision(tuple(edits), tuple(sorted(Same(b, a, length) for a, b, length in self.moved)))

    # ---------------------------------------------------------------- where a passage stands now

    @cached_property
    def _starts(self) -> list[int]:
        return [edit.at for edit in self.edits]

    @cached_property
    def _ends(self) -> list[int]:
        return [edit.at + len(edit.removed) for edit in self.edits]

    @cached_property
    def _shifts(self) -> list[int]:
        """By how much what stands before edit n, and after n - 1, is shifted."""
        shifts = [0]
        for edit in self.edits:
            shifts.append(shifts[-1] + len(edit.inserted) - len(edit.removed))
        return shifts

    @cached_property
    def _moved_starts(self) -> list[int]:
        return [move.old for move in self.moved]

    def untouched(self, start: int, end: int) -> Passage | None:
        """Where `[start, end)` stands in the new text if no edit touched it; None where one did."""
        number = bisect_right(self._starts, start)
        if number and self._ends[number - 1] > start:
            return self._moved_whole(start, end)
        if number < len(self.edits) and self.edits[number].at < end:
            return None
        shift = self._shifts[number]
        return Passage(start + shift, end + shift)

    def _moved_whole(self, start: int, end: int) -> Passage | None:
        """Where a passage stands of which all was moved, lines in a row that still are."""
        at = bisect_right(self._moved_starts, start) - 1
        if at < 0 or self.moved[at].old + self.moved[at].length <= start:
            return None
        first = self.moved[at]
        reached = first.old + first.length
        while reached < end and at + 1 < len(self.moved):
            at += 1
            move = self.moved[at]
            if (move.old, move.new) != (reached, first.new + reached - first.old):
                break
            reached += move.length
        if reached < end:
            return None
        return Passage(start - first.old + first.new, end - first.old + first.new)

    def passage(self, start: int, end: int, old: str, new: str) -> Passage | None:
        """Where the passage `[start, end)` of the old text stands in the new one, edited or not; None where nothing of it does.

        What was put in within it belongs to it, what was put in beside it does not. Where the same change can be read in
        several ways, as when one of two equal words is taken out, it is read so that the passage is left alone.
        """
        whole = self.untouched(start, end) or self._read_otherwise(start, end, old)
        if whole is not None:
            return whole
        kept = list(self._kept(start, end))
        home = self._home(start, end)
        elsewhere = [same for same in kept if not (same.new >= home[0] and same.new + same.length <= home[1])]
        verbatim = self._verbatim(start, end, old, new, home)
        if verbatim is not None:
            return Passage(verbatim, verbatim + end - start)
        if elsewhere and sum(same.length for same in elsewhere) > (end - start) // 2:
            low, high = min(same.new for same in elsewhere), max(same.new + same.length for same in elsewhere)
            return Passage(low, high) if high - low <= 2 * (end - start) + 40 else None
        return self._edited(start, end, old, new)

    def _kept(self, start: int, end: int) -> Iterator[Same]:
        """The stretches of the passage that stand in the new text, wherever."""
        at, number = start, max(0, bisect_right(self._starts, start) - 1)
        while number <= len(self.edits) and at < end:
            if number == len(self.edits):
                yield Same(at, at + self._shifts[number], end - at)
                break
            edit = self.edits[number]
            if at < edit.at:
                stop = min(end, edit.at)
                yield Same(at, at + self._shifts[number], stop - at)
                at = stop
            at = max(at, min(end, self._ends[number]))
            number += 1
        for move in self.moved[max(0, bisect_right(self._moved_starts, start) - 1) :]:
            if move.old >= end:
                break
            low, high = max(start, move.old), min(end, move.old + move.length)
            if low < high:
                yield Same(low, low - move.old + move.new, high - low)

    def _home(self, start: int, end: int) -> tuple[int, int]:
        """The span of the new text between what stood before the passage and what stood after it."""
        first, last = bisect_left(self._ends, start), bisect_right(self._starts, end)
        low = min(start, self.edits[first].at) if first < len(self.edits) else start
        high = max(end, self._ends[last - 1]) if last else end
        return low + self._shifts[first], high + self._shifts[last]

    def _edited(self, start: int, end: int, old: str, new: str) -> Passage | None:
        """The passage with what was put in within it, from its first kept sign or replaced word to its last."""
        low = high = -1
        number = max(0, bisect_right(self._starts, start) - 1)
        at = start
        while at < end or (number < len(self.edits) and self.edits[number].at < end):
            edit = self.edits[number] if number < len(self.edits) else Edit(end, "", "")
            if at < min(edit.at, end):
                stop = min(edit.at, end)
                place = at + self._shifts[number]
                low = place if low < 0 else low
                high, at = place + stop - at, stop
            if number == len(self.edits) or edit.at >= end:
                break
            over = self._ends[number]
            if over > start:
                within = edit.at >= start and over <= end
                belongs = within or len(edit.inserted) <= 2 * len(edit.removed) + 20
                if edit.inserted and belongs:
                    place = edit.at + self._shifts[number]
                    low = place if low < 0 else low
                    high = place + len(edit.inserted)
            at = max(at, min(over, end))
            number += 1
        return Passage(low, high) if 0 <= low < high else None

    def _read_otherwise(self, start: int, end: int, old: str) -> Passage | None:
        """Where one edit touches the passage that could as well stand beside it: `Mhm.` taken out before or after another."""
        touching = [
            number
            for number in range(max(0, bisect_right(self._starts, start) - 1), bisect_right(self._starts, end))
            if self.edits[number].at < end and self._ends[number] > start
        ]
        if len(touching) != 1:
            return None
        number = touching[0]
        edit = self.edits[number]
        if bool(edit.removed) == bool(edit.inserted):
            return None
        before = self.edits[number - 1] if number else Edit(0, "", "")
        low = before.at + len(before.removed)
        high = self.edits[number + 1].at if number + 1 < len(self.edits) else len(old)
        if _slides_left(old, edit, edit.at + len(edit.removed) - start, low):
            shift = self._shifts[number + 1]
            return Passage(start + shift, end + shift)
        if _slides_right(old, edit, end - edit.at, high):
            shift = self._shifts[number]
            return Passage(start + shift, end + shift)
        return None

    def _verbatim(self, start: int, end: int, old: str, new: str, home: tuple[int, int]) -> int | None:
        """Where the passage stands word for word between its old neighbours, made of its own signs and new ones; or next to
        there, more than half of it its own signs, as where two sentences changed places."""
        length = end - start
        low = max(0, home[0] - length)
        for count, at in enumerate(find_quote(new[low : home[1] + length], old[start:end])):
            place = low + at
            if count > _MOST_PLACES:
                break
            made_of = list(self._from(place, place + length))
            own = sum(same.length for same in made_of if start <= same.old and same.old + same.length <= end)
            at_home = home[0] <= place and place + length <= home[1]
            if 2 * own > length or (at_home and own == sum(same.length for same in made_of)):
                return place
        return None

    @cached_property
    def back(self) -> Revision:
        """The way back, made once."""
        return self.inverse()

    def _from(self, start: int, end: int) -> Iterator[Same]:
        """The stretches of the old text of which a span of the new one is made."""
        for same in self.back._kept(start, end):
            yield Same(same.new, same.old, same.length)

    def is_new(self, start: int, end: int) -> bool:
        """Whether more than half of a span of the new text was put in."""
        return 2 * sum(same.length for same in self._from(start, end)) < end - start


def _slides_left(old: str, edit: Edit, by: int, limit: int) -> bool:
    """Whether the edit could as well stand so many signs further left."""
    if by <= 0 or edit.at - by < limit:
        return False
    text = edit.removed or edit.inserted
    return (old[edit.at - by : edit.at] + text).endswith(old[edit.at - by : edit.at])


def _slides_right(old: str, edit: Edit, by: int, limit: int) -> bool:
    """Whether the edit could as well stand so many signs further right."""
    after = edit.at + len(edit.removed)
    if by <= 0 or after + by > limit:
        return False
    text = edit.removed or edit.inserted
    return (text + old[after : after + by]).startswith(old[after : after + by])


def revision_data(revision: Revision) -> dict[str, Any]:
    """A revision as it stands in a log: `edits` and, where lines changed their place, `moved`."""
    data: dict[str, Any] = {"edits": [list(edit) for edit in revision.edits]}
    if revision.moved:
        data["moved"] = [list(move) for move in revision.moved]
    return data


def revision_from(data: Any) -> Revision | None:
    """The revision that a log holds, or None where it holds none that could be one."""
    try:
        edits = tuple(Edit(*edit) for edit in data["edits"])
        moved = tuple(Same(*move) for move in data.get("moved", ()))
    except (TypeError, KeyError, AttributeError):
        return None
    right = all(_is_count(e.at) and isinstance(e.removed, str) and isinstance(e.inserted, str) for e in edits)
    right = right and all(all(map(_is_count, move)) for move in moved)
    ends = [0, *(edit.at + len(edit.removed) for edit in edits)] if right else []
    if not right or any(edit.at < end for edit, end in zip(edits, ends, strict=False)) or not _apart(moved):
        return None
    return Revision(edits, tuple(sorted(moved)))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _apart(moved: Sequence[Same]) -> bool:
    in_order = sorted(moved)
    return all(one.old + one.length <= other.old for one, other in pairwise(in_order))
