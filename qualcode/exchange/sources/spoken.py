"""What was said, when and by whom, as the turns of a body: where subtitles and exports of transcription services meet."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from qualcode.core.text import join_words, normalise_newlines
from qualcode.core.times import clock
from qualcode.errors import BadFile, Problem

LONGEST = 999 * 3600 + 59 * 60 + 59  # seconds; a turn's stamp has at most three digits of hours
LARGEST = 32 * 1024 * 1024  # bytes
_PAUSE = 2.0  # seconds of silence after which words without a speaker begin a new paragraph
_PARAGRAPH = 60.0  # seconds after which one ends at the next end of a sentence,
_LONG_PARAGRAPH = 180.0  # and after which it ends in any case: automatic captions have no full stops
_LABEL_LENGTH = 60  # as core.document reads them
_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»」』)）\]]*$")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_NO_LABEL = re.compile("[:：\\[\\]【】［］\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class Cue(NamedTuple):
    """Some words of one speaker ("" where nobody says who); `start` and `end` in seconds, None where not known.

    Lines in `text` are only laid out that way: they are joined.
    """

    start: float | None
    end: float | None
    speaker: str
    text: str


def refuse_large(data: bytes, shown_as: str) -> None:
    """Raises BadFile for more bytes than a day's talk has in any of these formats: as values they take twenty times as much."""
    if len(data) > LARGEST:
        message = f"it has {len(data) / 1024**2:,.0f} MB, and files of this kind are read up to {LARGEST // 1024**2} MB"
        raise BadFile([Problem(shown_as, 0, message, "cut it into parts")])


def seconds_of(time: str, thousandths: bool = False) -> float | None:
    """Seconds of `[hh:]mm:ss[.fff]` with comma or point, padded or not; None if it is no such time.

    Negative times, as Teams writes them (`0:0:-6.-820`), are 0. With `thousandths` a short fraction counts milliseconds
    (`1.20` is 1.020), again as Teams writes them.
    """
    whole, _, fraction = time.replace("-", "").replace(",", ".").partition(".")
    parts = whole.split(":")
    if len(parts) == 4:  # frames, or milliseconds after a colon
        fraction = fraction or parts.pop()
    digits = [*parts, fraction or "0"]
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in digits):
        return None
    if "-" in time:
        return 0.0
    total = 0.0
    for part in parts:
        total = total * 60 + int(part)
    return min(total + (int(fraction or 0) / 1000 if thousandths else float(f"0.{fraction or 0}")), LONGEST)


def seconds_from(value: object, unit: float = 1.0) -> float | None:
    """Seconds of a number or text as JSON holds it, of so many seconds a unit; None where it is no time at all."""
    if isinstance(value, str):
        text = value.strip().removesuffix("s")
        if ":" in text:
            return seconds_of(text)
        if not re.fullmatch(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?", text):
            return None
        value = float(text)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e300:
        return None
    seconds = value * unit
    return min(max(seconds, 0.0), LONGEST) if math.isfinite(seconds) else None


def label_of(name: str) -> str:
    """A speaker's name as a turn can begin with it: on one line, without the signs that end a label or stand around it.

    A bare number becomes `Speaker 1`.
    """
    one_line = " ".join(_NO_LABEL.sub(" ", name).split())
    label = one_line.lstrip("*#_ ")[:_LABEL_LENGTH].rstrip("*# ")
    return f"Speaker {label}" if label.isdigit() else label


def fields_of(labels: Iterable[str], duration: float | None = None, language: str = "") -> dict[str, Any]:
    """Front matter: the speakers in order of appearance, how long the recording is, its language if it is a language tag."""
    fields: dict[str, Any] = {}
    if speakers := [label for label in dict.fromkeys(labels) if label]:
        fields["speakers"] = speakers
    if duration:
        fields["duration"] = clock(duration)
    if _LANGUAGE.fullmatch(language):
        fields["language"] = language
    return fields


def fields_of_cues(cues: Sequence[Cue], language: str = "") -> dict[str, Any]:
    """Front matter of cues; the last of their ends is taken for the length of the recording."""
    return fields_of(
        (cue.speaker for cue in cues if cue.text.strip()),
        max((max(cue.start or 0.0, cue.end or 0.0) for cue in cues), default=0.0),
        language,
    )


def in_order(cues: Sequence[Cue]) -> list[Cue]:
    """The cues, those that overlap in order of their starts: some services write one when it ends, not when it begins.

    A cue that does not overlap stays where it is: in a file made of two recordings the times begin anew.
    """
    ordered: list[Cue] = []
    for cue in cues:
        at = len(ordered)
        while at and len(ordered) - at < 50 and _belongs_before(cue, ordered[at - 1]):
            at -= 1
        ordered.insert(at, cue)
    return ordered


def _belongs_before(cue: Cue, other: Cue) -> bool:
    if cue.start is None or cue.end is None or other.start is None:
        return False
    return cue.start < other.start < cue.end


def body_of(cues: Sequence[Cue]) -> str:
    """The body: a line `[hh:mm:ss] Label: words` for all that one speaker says in one go.

    Words without a speaker are turns of their own, in paragraphs that end at pauses or, after a minute, with a sentence.
    """
    return "".join(f"{_opening(turn[0])}{joined(_pieces(turn))}\n" for turn in turns_of(cues))


def turns_of(cues: Sequence[Cue]) -> list[list[Cue]]:
    """The cues of each turn."""
    turns: list[list[Cue]] = []
    for cue in cues:
        if not cue.text.strip():
            continue
        if turns and turns[-1][-1].speaker == cue.speaker and (cue.speaker or not _paragraph_ends(turns[-1], cue)):
            turns[-1].append(cue)
        else:
            turns.append([cue])
    return turns


def _paragraph_ends(paragraph: list[Cue], following: Cue) -> bool:
    first, last = paragraph[0], paragraph[-1]
    if following.start is None or last.end is None or first.start is None:
        return False
    length = last.end - first.start
    return (
        following.start - last.end > _PAUSE
        or (length >= _PARAGRAPH and _SENTENCE_END.search(last.text[-9:].rstrip()) is not None)
        or length >= _LONG_PARAGRAPH
    )


def _opening(cue: Cue) -> str:
    stamp = "" if cue.start is None else f"[{clock(cue.start)}] "
    return stamp + (f"{cue.speaker}: " if cue.speaker else "")


def _pieces(cues: Iterable[Cue]) -> Iterator[str]:
    for cue in cues:
        yield from writable(normalise_newlines(cue.text)).split("\n")


def joined(pieces: Iterable[str]) -> str:
    """The pieces as running text, each without the blanks around it."""
    parts: list[str] = []
    for piece in pieces:
        if not (piece := piece.strip()):
            continue
        if parts:
            before, after = parts[-1][-8:], piece[:8]
            parts.append(" " * (len(join_words(before, after)) - len(before) - len(after)))
        parts.append(piece)
    return "".join(parts)


def writable(text: str) -> str:
    """The text without half characters (which JSON can name, and no file can hold) and zeros."""
    return _NO_TEXT.sub("\ufffd", text)


def said(count: int, one: str, many: str, what: str) -> str:
    """What to say of a loss, `3 notes were left out`; "" where there was none."""
    return f"{count:,} {one if count == 1 else many} {what}" if count else ""
