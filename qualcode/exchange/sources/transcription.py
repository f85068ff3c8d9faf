"""A word-processor file that is the export of a transcription service (Teams): its lines are read as such."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qualcode.core.text import split_lines
from qualcode.exchange.sources import Highlight, ImportedText, Remark
from qualcode.exchange.sources.losses import loss_sentences


def as_transcription(read: ImportedText) -> ImportedText:
    """The turns of an export, its comments and highlights carried over by their words; any other text as it is."""
    from qualcode.exchange.sources.services import from_lines

    found = from_lines(split_lines(read.body))
    if found is None:
        return read
    marks: list[Remark | Highlight] = [*read.remarks, *read.highlights]
    places = dict(_carried([(mark.start, mark.end) for mark in marks], read.body, found.body))
    lost = sum(1 for mark in read.highlights if (mark.start, mark.end) not in places)
    homeless = sum(1 for remark in read.remarks if (remark.start, remark.end) not in places)
    return replace(
        found,
        losses=(*read.losses, *found.losses, *loss_sentences({"highlight": lost, "homeless": homeless})),
        remarks=tuple(_moved_remark(remark, places) for remark in read.remarks),
        highlights=tuple(
            Highlight(*places[mark.start, mark.end], mark.color)
            for mark in read.highlights
            if (mark.start, mark.end) in places
        ),
    )


def _carried(spans: list[tuple[int, int]], old: str, new: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Each span of the old text whose words stand in the new one, with its place there; both in order."""
    after = 0
    for start, end in sorted(set(spans)):
        words = old[start:end]
        at = new.find(words, after) if words.strip() else -1
        if at >= 0:
            after = at
            yield (start, end), (at, at + len(words))


def _moved_remark(remark: Remark, places: dict[tuple[int, int], tuple[int, int]]) -> Remark:
    start, end = places.get((remark.start, remark.end), (0, 0))
    return replace(remark, start=start, end=end)
