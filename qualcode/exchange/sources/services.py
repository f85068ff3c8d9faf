"""Plain-text exports of transcription services: Otter, Zoom (captions and chat), Teams.

Each writes who speaks and when on a line of its own. They come as .txt or inside Word files, so these functions take lines.
An ordinary transcript must never be taken for one: a whole file has to look the part, else it is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from qualcode.core.times import clock
from qualcode.exchange.sources import ImportedText, cues
from qualcode.exchange.sources.cue_blocks import blocks_of, timing_of
from qualcode.exchange.sources.cue_names import looks_like_name
from qualcode.exchange.sources.spoken import (
    Cue,
    body_of,
    fields_of,
    fields_of_cues,
    in_order,
    label_of,
    said,
    seconds_of,
)

_NAME = r"(?P<name>[^\s\[\]|:：][^\[\]|:：]{0,59}?)"
_TIME = r"(?P<time>(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2})"
_SPACED = re.compile(rf"{_NAME}(?:[ \u00a0]{{2,12}}|[ \u00a0]{{0,4}}\t[ \t]{{0,4}}){_TIME}")
_ZOOM = re.compile(r"\[(?P<name>[^\[\]:：]{1,60})\][ \t]{1,4}(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})")
_CHAT = re.compile(
    r"(?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})[ \t]{1,4}From[ \t]{1,4}(?P<name>[^:：]{1,80}?)"
    r"(?:[ \t]{1,4}to[ \t]{1,4}(?P<to>[^:：]{1,80}?))?[ \t]{0,4}:(?P<text>[ \t].*|$)"
)
_OTTER = re.compile(r"Transcribed by https?://otter\.ai/?")
_STARTED = re.compile(r"(.{1,80}) (?:started|stopped) transcription")
_LABELLED = re.compile(r"(?:\[[0-9:.,]{4,12}\] ?)?[^\s:：][^:：]{0,40}(?::\s|：)")
_HEADER_LINES = 40  # a title, a date, key words may stand before the first words
_LINES_EACH = 20  # on average, of what one says in one go
_FIRST_WORDS = 120  # seconds; notes with times of the day begin later
_LONGEST_LINE = 160  # of one that says who speaks and when
_TIMES_OF_DAY = "the times are times of the day, as in the file, not of a recording"


class _Heading(NamedTuple):
    """The line (its index) that says who speaks from when on."""

    at: int
    name: str
    seconds: float


def from_lines(lines: Sequence[str]) -> ImportedText | None:
    """The turns, if these are the lines of a service's export, else None."""
    filled = [stripped for line in lines if (stripped := line.strip().removeprefix("\ufeff"))]
    if not filled:
        return None
    found = _subtitles(lines, filled) or _chat(filled) or _zoom(filled) or _headed(filled)
    return found if found and found.body.strip() else None


def _subtitles(lines: Sequence[str], filled: list[str]) -> ImportedText | None:
    """Times from and to above the words: subtitles saved as text, or Teams' older transcripts with the name below the times."""
    times = [at for at, line in enumerate(filled) if timing_of(line)]
    if not 2 <= len(times) <= cues.MOST_CUES or times[0] > _HEADER_LINES or len(filled) > _LINES_EACH * len(times):
        return None
    headed = filled[0].startswith("WEBVTT")
    blocks = blocks_of(filled, headed).cues
    names = [block.text[0].strip() for block in blocks if len(block.text) > 1]
    if headed or len(names) < 0.9 * len(blocks) or not _are_speakers(names):
        return cues.from_lines(lines)
    found, last = list[Cue](), 0.0
    for block in blocks:
        start = seconds_of(block.timing.start, thousandths=True)
        start = last if start is None else start
        last = max(start, seconds_of(block.timing.end, thousandths=True) or 0.0)
        name, text = (block.text[0], block.text[1:]) if len(block.text) > 1 else ("", block.text)
        found.append(Cue(start, last, label_of(name), "\n".join(text)))
    found = in_order(found)
    header = "".join(f"{line}\n" for line in filled[: times[0]])
    return ImportedText(header + body_of(found), fields_of_cues(found), kind="Teams transcript")


def _chat(lines: list[str]) -> ImportedText | None:
    """Zoom's chat: `09:01:02 From Name : text`, or `From Name to Everyone:` with the text below."""
    if not _CHAT.fullmatch(lines[0]):
        return None
    found = [_CHAT.fullmatch(line) for line in lines]
    count = sum(1 for match in found if match)
    if count < 2 or count * 5 < len(lines):
        return None
    messages: list[tuple[re.Match[str], list[str]]] = []
    for line, match in zip(lines, found, strict=True):
        if match:
            messages.append((match, [match["text"]]))
        else:
            messages[-1][1].append(line)
    turns = [Cue(seconds_of(match["time"]), None, label_of(match["name"]), "\n".join(text)) for match, text in messages]
    private = sum(1 for match, _ in messages if match["to"] and not match["to"].strip().lower().startswith("everyone"))
    losses = (
        _TIMES_OF_DAY,
        said(private, "private message is", "private messages are", "shown without whom it went to"),
    )
    body = "".join(body_of([turn]) for turn in turns)
    return ImportedText(body, _speakers(turns), kind="Zoom chat", losses=tuple(filter(None, losses)))


def _zoom(lines: list[str]) -> ImportedText | None:
    """Zoom's saved captions: `[Name] 09:01:02` above the words; those of one speaker are joined."""
    headings = _headings(lines, _ZOOM) if _ZOOM.fullmatch(lines[0]) else []
    if len(headings) < 2 or not _are_regular(headings, len(lines)):
        return None
    captions = [
        Cue(heading.seconds, heading.seconds, label_of(heading.name), "\n".join(words))
        for heading, words in _with_words(headings, lines)
    ]
    return ImportedText(body_of(captions), _speakers(captions), kind="Zoom captions", losses=(_TIMES_OF_DAY,))


def _headed(lines: list[str]) -> ImportedText | None:
    """Otter and Teams: `Name  0:03` above paragraphs, which stay as they are, each first one with name and time."""
    from_otter = any(_OTTER.fullmatch(line) for line in lines[-5:])
    words = [line for line in lines if not _is_of_the_service(line)]
    headings = _headings(words, _SPACED)
    if not headings or headings[0].at > _HEADER_LINES or not _are_regular(headings, len(words)):
        return None
    names = [heading.name for heading in headings]
    surely = from_otter or (len(headings) > 1 and _are_speakers(names) and headings[0].seconds < _FIRST_WORDS)
    labelled = sum(1 for line in words if _LABELLED.match(line))
    if not surely or labelled >= len(headings):
        return None
    body = words[: headings[0].at]
    for heading, (first, *more) in _with_words(headings, words):
        body += [f"[{clock(heading.seconds)}] {label_of(heading.name)}: {first}", *more]
    left_out = said(
        len(lines) - len(words), "line of the service itself was", "lines of the service itself were", "left out"
    )
    kind = "Otter transcript" if from_otter else "transcript of Teams or Otter"
    fields = fields_of(label_of(name) for name in names)
    return ImportedText("\n".join(body) + "\n", fields, kind=kind, losses=(left_out,) if left_out else ())


def _is_of_the_service(line: str) -> bool:
    started = _STARTED.fullmatch(line[:_LONGEST_LINE])
    return _OTTER.fullmatch(line) is not None or (started is not None and looks_like_name(started[1]))


def _headings(lines: Sequence[str], pattern: re.Pattern[str]) -> list[_Heading]:
    return [
        _Heading(at, match["name"].strip(), seconds_of(match["time"]) or 0.0)
        for at, line in enumerate(lines)
        if len(line) <= _LONGEST_LINE
        and line[-1:].isdigit()
        and (match := pattern.fullmatch(line))
        and label_of(match["name"])
    ]


def _with_words(headings: Sequence[_Heading], lines: Sequence[str]) -> Iterable[tuple[_Heading, Sequence[str]]]:
    """Each heading with the lines below it; those with none below are left out."""
    ends = [heading.at for heading in headings[1:]] + [len(lines)]
    for heading, end in zip(headings, ends, strict=True):
        if heading.at + 1 < end:
            yield heading, lines[heading.at + 1 : end]


def _are_regular(headings: Sequence[_Heading], lines: int) -> bool:
    """Whether words stand below nearly all, not too many of them, and time goes forward."""
    count = len(headings)
    bare = sum(1 for first, second in pairwise(headings) if second.at == first.at + 1) + (headings[-1].at == lines - 1)
    backward = sum(1 for first, second in pairwise(headings) if second.seconds < first.seconds)
    return bare <= 0.2 * count and backward <= 0.1 * count and lines <= _LINES_EACH * count + _HEADER_LINES


def _are_speakers(names: Sequence[str]) -> bool:
    """Whether these look like people who speak by turns: the same few again and again, or, in a short text, names."""
    share = len(set(names)) / max(len(names), 1)
    if len(names) >= 4 and (share <= 0.34 or share > 0.6):
        return share <= 0.34
    return bool(names) and sum(1 for name in names if looks_like_name(name)) >= 0.9 * len(names)


def _speakers(spoken: Iterable[Cue]) -> dict[str, object]:
    return fields_of(cue.speaker for cue in spoken)
