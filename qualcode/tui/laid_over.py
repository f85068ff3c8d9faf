"""Documents as they are shown: with pseudonyms laid over them where a key is worn, and places both ways."""

from __future__ import annotations

from typing import NamedTuple

from qualcode.core.document import Body
from qualcode.core.overlay import Overlay, overlay_of, shown, worn
from qualcode.index.index import Index

_KEPT = 8


class LaidOver(NamedTuple):
    """A text as it is on disk, what is laid over it, and the text that is shown."""

    stored: Body
    overlay: Overlay
    body: Body


class ShownBodies:
    """The documents that are on the screen; the last few are kept. Spans are of code points, half-open."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: dict[str, LaidOver] = {}

    def body(self, document: str) -> Body:
        """The text as it is shown now. Raises UnknownName where it is gone."""
        return self._index.body(document) if worn() is None else self._laid_over(document).body

    def shown_span(self, document: str, start: int, end: int) -> tuple[int, int]:
        """Where a span of the document is shown. Raises UnknownName where its text is gone."""
        return (start, end) if worn() is None else self._laid_over(document).overlay.shown_span(start, end)

    def stored_span(self, document: str, start: int, end: int) -> tuple[int, int]:
        """What of the document a span stands for that somebody sees. Raises UnknownName where its text is gone."""
        return (start, end) if worn() is None else self._laid_over(document).overlay.stored_span(start, end)

    def _laid_over(self, document: str) -> LaidOver:
        stored = self._index.body(document)
        kept = self._kept.get(document)
        if kept is None or kept.stored is not stored:
            overlay = overlay_of(stored.text)
            info = self._index.document_info(document)
            body = Body(overlay.text, map(shown, info.speakers if info else ())) if overlay else stored
            kept = self._kept[document] = LaidOver(stored, overlay, body)
            if len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
        return kept
