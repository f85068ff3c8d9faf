"""Documents as they are shown: with pseudonyms laid over them where a key is worn, and places both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qualcode.core.document import Body
from qualcode.core.overlay import Overlay, overlay_of, shown, worn
from qualcode.index.index import Index

if TYPE_CHECKING:
    from qualcode.core.pseudonyms import Pseudonyms

_KEPT = 8


class LaidOver(NamedTuple):
    """A text as it is on disk, the key by which it is shown, what that lays over it, and the text that is shown."""

    stored: Body
    key: Pseudonyms | None
    overlay: Overlay
    body: Body


class ShownBodies:
    """The documents that are on the screen; the last few are kept. Spans are of code points, half-open."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: dict[str, LaidOver] = {}
        self._before: dict[str, LaidOver] = {}  # under the key that was worn before this one

    def body(self, document: str) -> Body:
        """The text as it is shown now. Raises UnknownName where it is gone."""
        return self._index.body(document) if worn() is None else self._laid_over(document).body

    def shown_span(self, document: str, start: int, end: int) -> tuple[int, int]:
        """Where a span of the document is shown. Raises UnknownName where its text is gone."""
        return (start, end) if worn() is None else self._laid_over(document).overlay.shown_span(start, end)

    def stored_span(self, document: str, start: int, end: int) -> tuple[int, int]:
        """What of the document a span stands for that somebody sees. Raises UnknownName where its text is gone."""
        return (start, end) if worn() is None else self._laid_over(document).overlay.stored_span(start, end)

    def carried(self, document: str, seen: Body, start: int, end: int) -> tuple[int, int] | None:
        """Where a span of a text is shown now that somebody saw under the key before, or under none; None where the text itself
        changed since. Raises UnknownName where it is gone."""
        now, before = self._laid_over(document), self._before.get(document)
        if seen.text == now.body.text:
            return start, end
        if seen.text == now.stored.text:
            return now.overlay.shown_span(start, end)
        if before is None or before.body.text != seen.text or before.stored.text != now.stored.text:
            return None
        return now.overlay.shown_span(*before.overlay.stored_span(start, end))

    def _laid_over(self, document: str) -> LaidOver:
        stored = self._index.body(document)
        kept = self._kept.get(document)
        if kept is not None and kept.key is not worn():
            self._before[document] = kept
        if kept is None or kept.stored is not stored or kept.key is not worn():
            overlay = overlay_of(stored.text)
            info = self._index.document_info(document)
            body = Body(overlay.text, map(shown, info.speakers if info else ())) if overlay else stored
            kept = self._kept[document] = LaidOver(stored, worn(), overlay, body)
            if len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        return kept
