"""A document: its front matter, its body, and the turns in it."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from qualcode.core.text import body_hash, line_starts, split_lines

_STAMP = r"(?:\[(?P<stamp>(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d+)?)\][ \t]*)?"
_TURN = re.compile(_STAMP + r"(?P<label>[^\s:：\[\]][^:：\n]{0,59}?)[ \t]*(?::(?=\s|$)|：)[ \t]*")
_STAMP_ONLY = re.compile(_STAMP)


class Turn(NamedTuple):
    """What one speaker says in one go: `[start, end)` with its label, the words from `text_start` on.

    `speaker` is the label as written ("" for text without one); `line` counts from 0;
    `seconds` is the time stamp before the label, if any.
    """

    start: int
    text_start: int
    end: int
    line: int
    speaker: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document's front matter. `speakers` maps labels to participant ids ("" where none is named)."""

    id: str
    title: str
    case: str = ""
    kind: str = ""
    date: str = ""
    language: str = ""
    translation_of: str = ""
    provenance: str = ""
    speakers: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


def is_date(text: str) -> bool:
    """Whether this is a day as YYYY-MM-DD, the one way of writing that sorts."""
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class Body:
    """A document's text with its lines and turns; built once for a text and never changed."""

    def __init__(self, text: str, labels: Iterable[str] = ()) -> None:
        self.text = text
        self._labels = frozenset(labels)

    @cached_property
    def lines(self) -> list[str]:
        return split_lines(self.text)

    @cached_property
    def starts(self) -> array[int]:
        """Offset of each line's first code point, then one past the end of the text."""
        return line_starts(self.lines)

    @cached_property
    def hash(self) -> str:
        return body_hash(self.text)

    @cached_property
    def turns(self) -> list[Turn]:
        return parse_turns(self.lines, self._labels)

    @cached_property
    def _turn_starts(self) -> list[int]:
        return [turn.start for turn in self.turns]

    def __len__(self) -> int:
        return len(self.text)

    def line_of(self, offset: int) -> int:
        """Index (from 0) of the line that holds the offset."""
        return max(0, min(bisect_right(self.starts, offset) - 1, len(self.lines) - 1))

    def turn_index(self, offset: int) -> int:
        """Index of the turn that holds the offset, or of the one before; -1 where there is none."""
        return bisect_right(self._turn_starts, offset) - 1

    def main_speaker(self, start: int, end: int) -> str:
        """Label of the speaker who says most of the span (labels not counted; the first of equals)."""
        said: list[tuple[str, int]] = []
        turns, number = self.turns, max(0, self.turn_index(start))
        while number < len(turns) and turns[number].start < end:
            turn = turns[number]
            number += 1
            said.append((turn.speaker, max(0, min(end, turn.end) - max(start, turn.text_start))))
        return most_said(said)


def most_said(said: Iterable[tuple[str, int]]) -> str:
    """The label to which most code points belong, the first of equals; "" for none."""
    totals: dict[str, int] = {}
    for label, length in said:
        totals[label] = totals.get(label, 0) + length
    return max(totals, key=totals.__getitem__) if totals else ""


def parse_turns(lines: list[str], labels: frozenset[str] = frozenset()) -> list[Turn]:
    """The turns of a text, in order.

    A turn begins at a line `Label: words`, with `[hh:mm:ss]` before it or not; it runs on over further paragraphs
    to the next label. Where labels are declared only those count; else any short one that starts like a name.
    Paragraphs before the first label, as in field notes, are turns of their own without a speaker.
    """
    found: list[Turn] = []
    starts = line_starts(lines)
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        begin = starts[index]
        opening = _opening(line, labels)
        if opening is not None:
            label, stamp, length = opening
            found.append(Turn(begin, begin + length, begin + len(line), index, label, stamp))
        elif found and found[-1].speaker:
            last = found[-1]
            end = begin + len(line)
            found[-1] = Turn(last.start, last.text_start, end, last.line, last.speaker, last.seconds)
        else:
            found.append(Turn(begin, begin, begin + len(line), index, ""))
    return found


def undeclared_label(line: str, labels: Iterable[str]) -> str:
    """The label that this line seems to begin with though the document does not declare it, or ""."""
    opening = _opening(line, frozenset())
    return opening[0] if opening and opening[0] not in set(labels) else ""


def _opening(line: str, labels: frozenset[str]) -> tuple[str, float | None, int] | None:
    if ":" not in line and "：" not in line:
        return None
    match = _TURN.match(line)
    if match is None:
        return None
    label = match["label"].strip().strip("*").strip()
    if label in labels or (not labels and _looks_like_name(label)):
        return label, _seconds(match["stamp"]), match.end()
    return None


def _looks_like_name(label: str) -> bool:
    """Up to four words, the first one not in lower case, no sentence marks inside: `Mother Liang`, `P07`, `小雅`."""
    if len(label) > 40 or len(label.split()) > 4 or any(mark in label for mark in '.!?;,，。！？；"“”()（）/'):
        return _abbreviated(label)
    return not label[:1].islower() and any(char.isalnum() for char in label)


def _abbreviated(label: str) -> bool:
    """Names such as `Dr. Wu`, `Anna K.` or `Interviewer (2)`."""
    return bool(re.fullmatch(r"[^\W\d_][\w.\-’']*(?: [\w.\-’']+){0,3}(?: \(\w{1,12}\))?", label)) and label[0].isupper()


def _seconds(stamp: str | None) -> float | None:
    if not stamp:
        return None
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total
