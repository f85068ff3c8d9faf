"""Comments of a Word file, replies among them, with the passages that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qualcode.exchange.sources import Remark
from qualcode.exchange.sources.body_builder import BodyBuilder
from qualcode.exchange.sources.word_parts import W, WordFile, value_of
from qualcode.exchange.sources.word_styles import Styles
from qualcode.exchange.sources.word_text import WordText


def remarks_of(file: WordFile, styles: Styles, places: Mapping[str, tuple[int, int]]) -> tuple[list[Remark], int]:
    """The comments in the order of the text, and how many of them have no place (they stand at its start)."""
    root = file.related("comments")
    if root is None:
        return [], 0
    comments = list(root.iter(W + "comment"))
    answered = _answered(file.related("commentsExtended"), comments)
    found, homeless = [], 0
    for comment in comments:
        span = _place(value_of(comment, "id"), places, answered)
        homeless += span is None
        start, end = span or (0, 0)
        words = WordText(styles, BodyBuilder())
        words.walk(comment)
        text = words.builder.finish().body.strip("\n")
        found.append(Remark(start, end, text, value_of(comment, "author"), value_of(comment, "date")))
    return sorted(found, key=lambda remark: (remark.start, remark.end)), homeless


def _place(ident: str, places: Mapping[str, tuple[int, int]], answered: Mapping[str, str]) -> tuple[int, int] | None:
    """A comment's passage; a reply without one has that of the comment that it answers."""
    own = places.get(ident)
    above = places.get(answered.get(ident, ""))
    return above if above is not None and (own is None or own[0] == own[1]) else own


def _answered(extended: Any, comments: list[Any]) -> dict[str, str]:
    """Ids of replies, each with the id of the comment that it answers (through the id of its last paragraph)."""
    if extended is None:
        return {}
    by_paragraph = {
        paragraph: value_of(comment, "id")
        for comment in comments
        for element in comment.iter(W + "p")
        if (paragraph := _local(element, "paraId"))
    }
    return {
        by_paragraph[reply]: by_paragraph[above]
        for reply, above in _pairs(extended)
        if reply in by_paragraph and above in by_paragraph
    }


def _pairs(extended: Any) -> Iterator[tuple[str, str]]:
    for element in extended:
        yield _local(element, "paraId"), _local(element, "paraIdParent")


def _local(element: Any, name: str) -> str:
    """An attribute by its name without namespace (Microsoft's extensions have one for each version)."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
