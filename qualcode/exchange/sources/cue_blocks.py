"""Subtitles in WebVTT, SubRip and YouTube's sbv, cut into cues: more tolerant than the standards, as real files need.

Teams writes `0:0:-6.-820 --> 0:0:8.970`; editors leave out blank lines between cues or put them into one; numbers and
the first line `WEBVTT` may be missing. One pass over the lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qualcode.exchange.sources.spoken import seconds_of

_SBV = re.compile(r"([0-9]{1,3}:[0-9]{2}:[0-9]{2}\.[0-9]{1,3}),([0-9]{1,3}:[0-9]{2}:[0-9]{2}\.[0-9]{1,3})")
_UNPADDED = re.compile(r"[0-9]:[0-9](?=[:.,]|$)")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:/[0-9-]{1,20})?")
_CLOCKLIKE = re.compile(r"[-0-9:.,]*[0-9][-0-9:.,]*")
_SIDE_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_MACHINE_NOTE = re.compile(r"NOTE\s+(?:confidence|recognizability|duration|language)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:NOTE\s+)?language:\s*([A-Za-z-]{2,20})\s*", re.IGNORECASE)


class Timing(NamedTuple):
    """The two times of a timing line as written; whether they can be read shows later."""

    start: str
    end: str


@dataclass(slots=True)
class Block:
    """One cue as it stands in the file: `line` counts from 1; `text` are its lines."""

    line: int
    timing: Timing
    id: str
    text: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Blocks:
    """A file's cues, its language if it says so, the lines before the first cue that are no header, and how many notes."""

    cues: list[Block] = field(default_factory=list)
    language: str = ""
    notes: int = 0
    preface: list[str] = field(default_factory=list)

    @property
    def unpadded(self) -> bool:
        """Whether times are written without leading zeros, `0:0:1.20`: then fractions count milliseconds."""
        return any(_UNPADDED.search(cue.timing.start) for cue in self.cues)


def timing_of(line: str) -> Timing | None:
    """The times if this is a timing line `start --> end settings`, or sbv's `start,end`."""
    arrow = line.find("-->", 0, 60)
    if arrow < 0:
        found = _SBV.fullmatch(line.strip()) if line[:1].isdigit() and len(line) < 40 else None
        return Timing(found[1], found[2]) if found else None
    start = line[:arrow].replace(" ", "").strip()
    after = re.sub(r"[ \t]{0,4}([:,.])[ \t]{0,4}", r"\1", line[arrow + 3 : arrow + 60]).split(None, 1)
    if not _CLOCKLIKE.fullmatch(start) or not after or not after[0][:1].isascii():
        return None
    return Timing(start, after[0])


def is_readable(timing: Timing) -> bool:
    """Whether it is known when the cue begins."""
    return seconds_of(timing.start) is not None


def blocks_of(lines: Sequence[str], vtt: bool) -> Blocks:
    """The cues in a file's lines. `vtt`: ids may be any line, and NOTE, STYLE and REGION begin blocks that are no words."""
    return _Reader(vtt).read(lines)


class _Reader:
    """Where the one pass over the lines has come to."""

    def __init__(self, vtt: bool) -> None:
        self._vtt = vtt
        self._found = Blocks()
        self._loose: list[str] = []  # lines since the last cue's text ended: an id, or more words after a blank line
        self._after_blank = True
        self._in_cue = self._in_side_block = False

    def read(self, lines: Sequence[str]) -> Blocks:
        for number, line in enumerate(lines, 1):
            timing = timing_of(line)
            if timing:
                self._begin(number, timing)
            elif not line.strip():
                self._in_cue = self._in_side_block = False
            elif self._in_side_block:
                pass
            elif self._vtt and self._after_blank and _SIDE_BLOCK.match(line):
                self._begin_side_block(line)
            elif self._in_cue:
                self._found.cues[-1].text.append(line)
            else:
                self._loose.append(line)
            self._after_blank = not line.strip()
        self._put_loose_lines()
        return self._found

    def _begin(self, number: int, timing: Timing) -> None:
        above = self._found.cues[-1].text if self._in_cue else self._loose
        right_above = not self._in_cue and not self._after_blank
        is_id = bool(above) and (self._is_next_id(above[-1]) or (right_above and self._may_be_id(above[-1])))
        id_line = above.pop().strip() if is_id else ""
        self._put_loose_lines()
        self._found.cues.append(Block(number, timing, id_line))
        self._in_cue, self._in_side_block = True, False

    def _is_next_id(self, line: str) -> bool:
        """Whether an id stands here wherever it stands: the next number, or a GUID as Teams writes them."""
        line = line.strip()
        if not _is_number(line):
            return _GUID.fullmatch(line) is not None
        if not self._found.cues:
            return int(line) <= 1
        last = self._found.cues[-1].id
        return _is_number(last) and int(line) == int(last) + 1

    def _may_be_id(self, line: str) -> bool:
        """Whether a line right above the times is an id: in SubRip a number; in WebVTT anything like the ids before."""
        line = line.strip()
        if not self._vtt or _is_number(line):
            return _is_number(line)
        last = self._found.cues[-1].id if self._found.cues else line
        return " " not in line or " " in last

    def _begin_side_block(self, line: str) -> None:
        self._in_cue, self._in_side_block = False, True
        self._say_language(line)
        self._found.notes += line.startswith("NOTE") and not _MACHINE_NOTE.match(line)

    def _put_loose_lines(self) -> None:
        """Words after a blank line belong to the cue above it; above the first cue is the file's header."""
        if self._found.cues:
            self._found.cues[-1].text += self._loose
        elif self._loose:
            for line in self._loose:
                self._say_language(line)
            if not self._loose[0].removeprefix("\ufeff").startswith("WEBVTT"):
                self._found.preface = self._loose
        self._loose = []

    def _say_language(self, line: str) -> None:
        if found := _LANGUAGE.fullmatch(line):
            self._found.language = self._found.language or found[1]


def _is_number(line: str) -> bool:
    return line.isascii() and line.isdigit() and len(line) <= 9
