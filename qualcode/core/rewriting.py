"""Anchors on a text of which words are replaced for good: each stays with what corresponds to its words.

Nothing of the old text is needed afterwards. Every anchor, of whatever older version, is put on the rewritten text itself.
Two kinds need a version before it: those whose words were edited (shown for review) and those that lost their place. For
them texts are made up in which just the old words stand; how such a one becomes the rewritten text is logged as an edit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from qualcode.core.anchors import Anchor, AnchorState, Placed, make_anchor
from qualcode.core.carrying import Carrier, Versions
from qualcode.core.revision import Edit, Revision
from qualcode.core.text import body_hash
from qualcode.core.textdiff import compare


class Replacing(NamedTuple):
    """`new` shall stand in the place of `[start, end)`, code points of today's text."""

    start: int
    end: int
    new: str


class Rewriting:
    """Today's text of a document, what is replaced in it (in order, not overlapping), and the text that comes of it."""

    def __init__(self, old: str, replaced: Iterable[Replacing]) -> None:
        """Raises ValueError where the places overlap, are empty or leave the text."""
        self.old, self.replaced = old, tuple(replaced)
        self._starts = [each.start for each in self.replaced]
        self._ends = [each.end for each in self.replaced]
        parts, at = [], 0
        self._shifts = [0]
        for start, end, new in self.replaced:
            if not at <= start < end <= len(old):
                raise ValueError(f"{start}:{end} overlaps with another place, is empty, or is not in the text")
            parts += [old[at:start], new]
            at = end
            self._shifts.append(self._shifts[-1] + len(new) - (end - start))
        self.new = "".join([*parts, old[at:]])
        self.hash = body_hash(self.new)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `[start, end)` stands in the new text; of what was replaced in part, all that stands there now belongs to it."""
        first = bisect_right(self._ends, start)  # places that end before the span
        if first < len(self.replaced) and self._starts[first] < start:
            low = self._starts[first] + self._shifts[first]
        else:
            low = start + self._shifts[first]
        last = bisect_left(self._starts, end)  # places that begin before its end
        high = max(end, self._ends[last - 1]) if last else end
        return low, high + self._shifts[last]

    def within(self, start: int, end: int) -> list[Replacing]:
        """What is replaced in a span of the old text, counted from the span's start and cut to it."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return [
            Replacing(max(each.start, start) - start, min(each.end, end) - start, each.new)
            for each in self.replaced[first:last]
        ]


def without(quote: str, now: str, replaced: Sequence[Replacing]) -> str:
    """An older wording of a passage with all of it replaced that corresponds to what is replaced in today's (`now`)."""
    same = compare(now, quote).same
    parts, at = [], 0
    for start, end, new in replaced:
        before = [b + min(length, start - a) for a, b, length in same if a < start]
        after = [b + max(0, end - a) for a, b, length in same if a + length > end]
        low = max(at, max(before, default=0))
        high = max(low, min(after, default=len(quote)))
        parts += [quote[at:low], new]
        at = high
    return "".join([*parts, quote[at:]])


class _Wanted(NamedTuple):
    """Where an anchor shall stand: its span in the new text, its state there, and the words that it was made on."""

    start: int
    end: int
    state: AnchorState
    quote: str


class Rebasing:
    """Puts the anchors of one document on its rewritten text.

    `place` says where an anchor stands in today's text; `masked` takes the words out of quotes that stand nowhere any more
    or otherwise, "" for all of the quote. First every anchor is seen, then `settle`, then each is asked for again.
    """

    def __init__(
        self, rewriting: Rewriting, place: Callable[[Anchor], Placed], masked: Callable[[str], str], *, keep_lost: bool
    ) -> None:
        self.rewriting = rewriting
        self._place, self._masked, self._keep_lost = place, masked, keep_lost
        self._wanted: dict[Anchor, _Wanted] = {}
        self._made: dict[_Wanted, Anchor] = {}
        self.revisions: list[tuple[str, Revision]] = []  # hashes of made-up versions, and how they become the new text
        self.accepted = 0  # anchors on edited words too unlike by now to be told as edited

    def see(self, anchor: Anchor) -> Placed:
        """Note an anchor; where it stands in today's text."""
        placed = self._place(anchor)
        if anchor not in self._wanted:
            self._wanted[anchor] = self._want(anchor, placed)
        return placed

    def _want(self, anchor: Anchor, placed: Placed) -> _Wanted:
        if placed.state == "lost":
            start, _ = self.rewriting.span(*_inside(anchor.start, len(self.rewriting.old)))
            return _Wanted(start, start, "lost", self._masked(anchor.quote) if self._keep_lost else "")
        start, end = self.rewriting.span(placed.start, placed.end)
        words = self.rewriting.new[start:end]
        if placed.state != "changed":
            return _Wanted(start, end, "exact", words)
        now = self.rewriting.old[placed.start : placed.end]
        quote = self._masked(without(anchor.quote, now, self.rewriting.within(placed.start, placed.end)))
        return _Wanted(start, end, "exact" if quote == words else "changed", quote)

    def wanted(self) -> Iterator[str]:
        """Of every passage that was coded, what becomes of it: `same`, `replaced` (in whole or in part) or `emptied`."""
        for anchor, each in self._wanted.items():
            if each.state == "lost":
                yield "same" if each.quote or not anchor.quote else "emptied"
            else:
                yield "same" if each.quote == anchor.quote else "replaced"

    def settle(self) -> None:
        """Make up the versions that edited and lost words need."""
        special = sorted({each for each in self._wanted.values() if each.state != "exact" and each.quote})
        groups: list[list[_Wanted]] = []
        for each in special:
            group = next((group for group in groups if group[-1].end < each.start), None)
            if group is None:
                groups.append([each])
            else:
                group.append(each)
        for group in groups:
            self._make_up(group)
        carrier = Carrier(
            Versions((old, self.rewriting.hash, revision) for old, revision in self.revisions),
            self.rewriting.new,
            self.rewriting.hash,
        )
        for each in special:
            if not _stands(carrier.place(self._made[each]), each):
                del self._made[each]

    def _make_up(self, group: Sequence[_Wanted]) -> None:
        new, edits, starts, shift = self.rewriting.new, [], [], 0
        parts, at = [], 0
        for start, end, _, quote in group:
            parts += [new[at:start], quote]
            edits.append(Edit(start + shift, quote, new[start:end]))
            starts.append(start + shift)
            shift += len(quote) - (end - start)
            at = end
        text = "".join([*parts, new[at:]])
        digest = body_hash(text)
        if digest == self.rewriting.hash:
            return
        self.revisions.append((digest, Revision(tuple(edits))))
        for each, start in zip(group, starts, strict=True):
            around = make_anchor(text, digest, start, start + len(each.quote))
            self._made[each] = around

    def anchor(self, anchor: Anchor) -> Anchor:
        """The anchor on the new text."""
        wanted = self._wanted[anchor]
        if wanted in self._made:
            return self._made[wanted]
        if wanted.state == "lost" or wanted.start >= wanted.end:
            return Anchor(wanted.start, wanted.start + 1, "", self.rewriting.hash)
        self.accepted += wanted.state == "changed"
        return make_anchor(self.rewriting.new, self.rewriting.hash, wanted.start, wanted.end)


def _inside(start: int, length: int) -> tuple[int, int]:
    start = min(start, max(0, length - 1))
    return start, min(start + 1, length)


def _stands(placed: Placed, wanted: _Wanted) -> bool:
    if placed.state != wanted.state:
        return False
    return wanted.state == "lost" or (placed.start, placed.end) == (wanted.start, wanted.end)
