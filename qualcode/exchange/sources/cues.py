"""Subtitles in: WebVTT (Zoom, Teams and others), SubRip, sbv. Cues of one speaker become a turn with the time of the first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qualcode.core.text import normalise_newlines, split_lines
from qualcode.core.visible import shorten
from qualcode.errors import BadFile, Problem
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.cue_blocks import Block, Blocks, blocks_of, is_readable
from qualcode.exchange.sources.cue_markup import Words, words_of
from qualcode.exchange.sources.cue_names import with_speakers
from qualcode.exchange.sources.encodings import decode
from qualcode.exchange.sources.rolling import without_repeats
from qualcode.exchange.sources.spoken import (
    Cue,
    body_of,
    fields_of_cues,
    in_order,
    label_of,
    refuse_large,
    said,
    seconds_of,
    writable,
)

MOST_CUES = 200_000  # two days without a break, at one a second
_WEBEX_ID = re.compile(r'[0-9]{1,9} "([^"]{1,100})" \([0-9]{1,20}\)')


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The turns of a subtitle file. Raises BadFile if there are no subtitles in it."""
    refuse_large(data, shown_as)
    decoded = decode(data, shown_as, encoding)
    imported = from_lines(split_lines(normalise_newlines(decoded.text)), shown_as)
    if imported is None:
        message = "there are no subtitles in it: no line like 00:00:01.000 --> 00:00:04.000"
        raise BadFile([Problem(shown_as, 0, message, "if it is a transcript without times, give it the ending .txt")])
    losses = (*decoded.losses, *imported.losses)
    return replace(imported, encoding=decoded.encoding, runner_up=decoded.runner_up, losses=losses)


def from_lines(lines: Sequence[str], shown_as: str = "") -> ImportedText | None:
    """The turns of subtitles given as lines; None if there are none. A name that ends in .vtt says that they are WebVTT.

    Raises BadFile if there are more than MOST_CUES.
    """
    vtt = _is_headed(lines) or shown_as.lower().endswith(".vtt")
    blocks = blocks_of(lines, vtt)
    if not blocks.cues:
        return None
    if len(blocks.cues) > MOST_CUES:
        message = f"it has {len(blocks.cues):,} subtitles, and up to {MOST_CUES:,} are read"
        raise BadFile([Problem(shown_as, 0, message, "cut it into parts")])
    words = [words_of("\n".join(block.text)) for block in blocks.cues]
    cues, renamed = _cues_of(blocks, words)
    repeats = taken_over = 0
    if not any(cue.speaker for cue in cues):
        cues, repeats = without_repeats(cues)
        cues, taken_over = with_speakers(cues)
    losses = (
        *_losses_of(blocks, words),
        said(repeats, "cue shows", "cues show", "words of the cue before again: the words are kept once"),
        said(taken_over, "cue has", "cues have", "no name and went to the speaker before: names stand only at changes"),
        said(len(renamed), "speaker's name was", "speakers' names were", f"made fit for a label: {shorten(', '.join(renamed), 60)}"),
    )  # fmt: skip
    fields = fields_of_cues(cues, blocks.language)
    kind = "WebVTT subtitles" if vtt else "subtitles"
    body = "".join(f"{writable(line.strip())}\n" for line in blocks.preface) + body_of(cues)
    return ImportedText(body, fields, kind=kind, losses=tuple(filter(None, losses)))


def _losses_of(blocks: Blocks, words: Sequence[Words]) -> tuple[str, ...]:
    unreadable = sum(1 for block in blocks.cues if not is_readable(block.timing))
    readings = sum(found.readings for found in words)
    return (
        said(unreadable, "time", "times", "cannot be read: the words there got the time of the cue before"),
        said(blocks.notes, "note (NOTE) was", "notes (NOTE) were", "left out"),
        said(readings, "reading beside a sign (ruby) was", "readings beside signs (ruby) were", "left out"),
    )


def _is_headed(lines: Sequence[str]) -> bool:
    return bool(lines) and lines[0].removeprefix("\ufeff").startswith("WEBVTT")


def _cues_of(blocks: Blocks, words: Sequence[Words]) -> tuple[list[Cue], dict[str, str]]:
    """All that is said, in order of time, and the names that had to be written in another way."""
    cues: list[Cue] = []
    renamed: dict[str, str] = {}
    thousandths, last = blocks.unpadded, 0.0
    for block, found in zip(blocks.cues, words, strict=True):
        start = seconds_of(block.timing.start, thousandths)
        start = last if start is None else start
        last = max(start, seconds_of(block.timing.end, thousandths) or 0.0)
        for voice, text in found.said:
            name = voice or _webex_speaker(block)
            label = label_of(name)
            if label != name:
                renamed[name] = label
            cues.append(Cue(start, last, label, text))
    return in_order(cues), renamed


def _webex_speaker(block: Block) -> str:
    """Webex names the speaker in the id: `1 "Name" (4711)`."""
    found = _WEBEX_ID.fullmatch(block.id)
    return found[1] if found else ""
