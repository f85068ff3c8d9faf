"""Where a coding stands: position arithmetic, and nowhere else.

A place is a half-open span `[start, end)` of code points in a document's body, kept with the exact quote and the
hash of the body it was made on (W3C Web Annotation: TextPositionSelector and TextQuoteSelector side by side).
The quote checks the position: text that is not the quote is never shown in its stead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qualcode.errors import BadSpan

AnchorState = Literal["exact", "moved", "lost"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A span in code points, the quote that stood there, and the hash of the body it was made on."""

    start: int
    end: int
    quote: str
    body: str


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an anchor stands in today's body. A lost one keeps its old span, which must not be drawn or cut."""

    start: int
    end: int
    state: AnchorState


def make_anchor(body: str, hash_of_body: str, start: int, end: int) -> Anchor:
    """The anchor for a span of this body.

    Raises BadSpan where the span is empty, runs backwards, or leaves the text.
    """
    if not 0 <= start < end <= len(body):
        raise BadSpan(
            f"The span {start}:{end} is not in the text, which has {len(body)} characters "
            "(a span is START:END with 0 <= START < END, counted in characters from 0)."
        )
    return Anchor(start, end, body[start:end], hash_of_body)


def place(anchor: Anchor, body: str) -> Placed:
    """Where the quote stands in this body: exactly there, moved (it occurs just once, elsewhere), or lost."""
    if body[anchor.start : anchor.end] == anchor.quote:
        return Placed(anchor.start, anchor.end, "exact")
    first = body.find(anchor.quote)
    if first >= 0 and body.find(anchor.quote, first + 1) < 0:
        return Placed(first, first + len(anchor.quote), "moved")
    return Placed(anchor.start, anchor.end, "lost")


def find_quote(body: str, quote: str) -> Iterator[int]:
    """Start of every occurrence of the quote in the body, overlapping ones included."""
    at = body.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = body.find(quote, at + 1)


def trim(body: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; unchanged where it is nothing but white space."""
    text = body[start:end]
    if not text.strip():
        return start, end
    return start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
