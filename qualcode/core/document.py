"""A document: its front matter, its body, and the turns in it."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from qualcode.core.label_likeness import bare_name, likeness
from qualcode.core.openings import openings
from qualcode.core.speakers import turn_openings
from qualcode.core.text import body_hash, line_starts, split_lines


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
    """A document's front matter. `speakers` maps labels to participant ids ("" where none is named); `aligned` holds pins such
    as `12=13` between the turns of the original and of this translation; `recording` is a path, `duration` hh:mm:ss."""

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
    aligned: tuple[str, ...] = ()
    recording: str = ""
    duration: str = ""


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


def parse_turns(lines: Sequence[str], labels: frozenset[str] = frozenset()) -> list[Turn]:
    """The turns of a text, in order.

    A turn begins at a line `Label: words` or in another style of `core.openings`, with a time before the label or not; it
    runs on over further paragraphs to the next label. Where labels are declared only those count; else those that the
    whole text shows to be speakers. Paragraphs before the first label, as in field notes, are turns of their own without
    a speaker; a time without a label begins one that runs on, as in subtitles. Where a label has a line of its own the
    words begin on the next one.
    """
    found: list[Turn] = []
    starts = line_starts(lines)
    begun = turn_openings(lines, labels)
    runs_on = waits = False
    for index, line in enumerate(lines):
        if not line or line.isspace():
            continue
        begin, end = starts[index], starts[index + 1] - 1
        opening = begun.get(index)
        if opening is not None:
            runs_on, waits = True, opening.length == len(line)
            found.append(Turn(begin, begin + opening.length, end, index, opening.label, opening.seconds))
        elif runs_on:
            start, text_start, _, first, speaker, seconds = found[-1]
            found[-1] = Turn(start, begin if waits else text_start, end, first, speaker, seconds)
            waits = False
        else:
            found.append(Turn(begin, begin, end, index, ""))
    return found


def undeclared_label(line: str, labels: Iterable[str]) -> str:
    """The label that this line seems to begin with though the document does not declare it, or "".

    One line alone shows little: only names that a colon follows are told, not those in dashes, brackets or bold type.
    """
    declared = set(labels)
    found = openings(line)
    if any(opening.label in declared or bare_name(opening.label) in declared for opening in found):
        return ""
    for opening in found:
        if opening.colon and opening.style != "tight" and likeness(opening.label) == "name":
            return opening.label
    return ""
