"""Where a coding stands: position arithmetic, and nowhere else.

A place is a half-open span `[start, end)` of code points in a document's body, kept with the exact quote, a little of
the text around it, and the hash of the body it was made on (W3C Web Annotation: a TextPositionSelector and a
TextQuoteSelector with prefix and suffix, side by side). They check one another: text that is not the quote, or the
same words said elsewhere, are never shown in its stead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from qualcode.errors import BadSpan

CONTEXT = 32  # code points kept from either side of a quote
_NEIGHBOURS = 6  # of them that must be as they were, next to a short quote
_LONG = 24  # code points from which on a quote is hardly said twice by chance
_MOST_PLACES = 10_000

AnchorState = Literal["exact", "moved", "changed", "lost"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A span in code points, the quote that stood there, the hash of the body it was made on, and the text around."""

    start: int
    end: int
    quote: str
    body: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an anchor stands in today's body: its very words (exact, moved), what became of them (changed), or nowhere.

    A lost one keeps its old span, which must not be drawn or cut. `known` is True where every edit since is known, so that
    the place follows from them; else it was found by looking for the words.
    """

    start: int
    end: int
    state: AnchorState
    known: bool = False


def make_anchor(body: str, hash_of_body: str, start: int, end: int) -> Anchor:
    """The anchor for a span of this body.

    Raises BadSpan where the span is empty, runs backwards, or leaves the text.
    """
    if not 0 <= start < end <= len(body):
        raise BadSpan(
            f"The span {start}:{end} is not in the text, which has {len(body)} characters "
            "(a span is START:END with 0 <= START < END, counted in characters from 0)."
        )
    prefix, suffix = body[max(0, start - CONTEXT) : start], body[end : end + CONTEXT]
    return Anchor(start, end, body[start:end], hash_of_body, prefix, suffix)


def place(anchor: Anchor, body: str, hash_of_body: str = "") -> Placed:
    """Where the quote stands in this body: exactly there, moved, changed, or lost. For texts whose edits are not known.

    In the very text that it was made on it is where it was. In a changed one it is looked for by the quote and what
    stood around it: a short quote must have its neighbours on both sides, a long one on one side or be the only one of
    its kind. Where that leaves none, or two alike, the anchor is lost: rather kept and listed than shown at a wrong place.
    """
    if hash_of_body and hash_of_body == anchor.body and body[anchor.start : anchor.end] == anchor.quote:
        return Placed(anchor.start, anchor.end, "exact")
    starts = list(islice(find_quote(body, anchor.quote), _MOST_PLACES))
    scores = sorted(((_likeness(anchor, body, start, len(starts) == 1), start) for start in starts), reverse=True)
    if not scores or scores[0][0] < 0 or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return _between_neighbours(anchor, body) if not starts else Placed(anchor.start, anchor.end, "lost")
    start = scores[0][1]
    return Placed(start, start + len(anchor.quote), "exact" if start == anchor.start else "moved")


def _between_neighbours(anchor: Anchor, body: str) -> Placed:
    """Where other words stand now between what stood before the quote and what stood after it, both of which must be
    long enough to tell and stand there just once: changed. Else lost."""
    lost = Placed(anchor.start, anchor.end, "lost")
    before, after = list(islice(find_quote(body, anchor.prefix), 2)), list(islice(find_quote(body, anchor.suffix), 2))
    if min(len(anchor.prefix), len(anchor.suffix)) < CONTEXT // 2 or len(before) != 1 or len(after) != 1:
        return lost
    start, end = before[0] + len(anchor.prefix), after[0]
    if not 0 < end - start <= 2 * len(anchor.quote) + CONTEXT or not body[start:end].strip():
        return lost
    return Placed(start, end, "changed")


def _likeness(anchor: Anchor, body: str, start: int, only: bool) -> int:
    """How many code points around this place are as they were around the quote; -1 where they are too few."""
    end = start + len(anchor.quote)
    before = _common(anchor.prefix[::-1], body[max(0, start - CONTEXT) : start][::-1])
    after = _common(anchor.suffix, body[end : end + CONTEXT])
    enough_before = before >= min(_NEIGHBOURS, len(anchor.prefix))
    enough_after = after >= min(_NEIGHBOURS, len(anchor.suffix))
    if len(anchor.quote) >= _LONG and (only or enough_before or enough_after):
        return before + after
    return before + after if enough_before and enough_after else -1


def _common(one: str, other: str) -> int:
    """Length of the common beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def find_quote(body: str, quote: str) -> Iterator[int]:
    """Start of every occurrence of the quote in the body, overlapping ones included."""
    at = body.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = body.find(quote, at + 1)
