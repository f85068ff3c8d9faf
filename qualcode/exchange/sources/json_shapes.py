"""The shapes in which programs and services write transcripts as JSON.

Whisper and WhisperX (`segments`), whisper.cpp (`transcription`), Hugging Face (`chunks`), AssemblyAI and Gladia
(`utterances`), Deepgram, Amazon Transcribe and Google (`results`), Azure (`recognizedPhrases`), Rev (`monologues`),
Microsoft Stream (`entries`), YouTube (`events`), or simply a list of passages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from qualcode.exchange.sources.json_places import JsonPath, at, speaker_in
from qualcode.exchange.sources.json_words import amazon_cues, google_cues, rev_cues
from qualcode.exchange.sources.spoken import Cue, seconds_from

_MILLISECOND, _TICK = 0.001, 1e-7


@dataclass(frozen=True)
class Transcript:
    """The passages found; `text` where there is nothing but running text; `skipped` counts passages without one."""

    cues: Sequence[Cue]
    shape: str
    language: str = ""
    text: str = ""
    skipped: int = 0


class _Shape(NamedTuple):
    """Where the passages are (names of members, numbers of items), and how many seconds their numbers count."""

    name: str
    path: JsonPath
    unit: float = 1.0


_SHAPES = (
    _Shape("Whisper", ("segments",)),
    _Shape("Whisper", ("output", "segments")),
    _Shape("whisper.cpp", ("transcription",), _MILLISECOND),
    _Shape("Hugging Face", ("chunks",)),
    _Shape("AssemblyAI", ("utterances",), _MILLISECOND),
    _Shape("Gladia", ("result", "transcription", "utterances")),
    _Shape("Deepgram", ("results", "utterances")),
    _Shape("Deepgram", ("results", "channels", 0, "alternatives", 0, "paragraphs", "paragraphs")),
    _Shape("Amazon Transcribe", ("results", "audio_segments")),
    _Shape("Azure", ("recognizedPhrases",), _TICK),
    _Shape("Microsoft Stream", ("entries",)),
    _Shape("YouTube", ("events",), _MILLISECOND),
    _Shape("list of passages", ()),
)
_WORD_SHAPES: tuple[tuple[str, JsonPath, Callable[[Any], list[Cue]]], ...] = (
    ("Amazon Transcribe", ("results",), amazon_cues),
    ("Google", ("results",), google_cues),
    ("Google", ("response", "results"), google_cues),
    ("Rev", ("monologues",), rev_cues),
)
_TEXTS: tuple[JsonPath, ...] = (
    ("text",), ("transcript",), ("results", "transcripts", 0, "transcript"),
    ("results", "channels", 0, "alternatives", 0, "transcript"), ("combinedRecognizedPhrases", 0, "display"),
)  # fmt: skip
_TEXT_PLACES: tuple[JsonPath, ...] = (
    ("text",),
    ("transcript",),
    ("content",),
    ("body",),
    ("display",),
    ("nBest", 0, "display"),
)
_STARTS: tuple[JsonPath, ...] = (
    ("start",), ("start_time",), ("startTime",), ("startOffset",), ("timestamps", "from"), ("offsets", "from"),
    ("timestamp", 0), ("tStartMs",), ("offsetInTicks",),
)  # fmt: skip
_ENDS: tuple[JsonPath, ...] = (
    ("end",), ("end_time",), ("endTime",), ("endOffset",), ("timestamps", "to"), ("offsets", "to"), ("timestamp", 1),
)  # fmt: skip
_DURATIONS: tuple[JsonPath, ...] = (("duration",), ("dDurationMs",), ("durationInTicks",))


def transcript_in(value: Any) -> Transcript | None:
    """The transcript in a JSON value, or None."""
    languages = (at(value, path) for path in (("language",), ("language_code",), ("result", "language")))
    language = next((name for name in languages if isinstance(name, str)), "")
    for shape in _SHAPES:
        passages = at(value, shape.path)
        if isinstance(passages, list) and (cues := [cue for item in passages if (cue := _cue(item, shape.unit))]):
            return Transcript(glued(cues), shape.name, language, skipped=len(passages) - len(cues))
    for name, path, cues_of in _WORD_SHAPES:
        if cues := cues_of(at(value, path)):
            return Transcript(cues, name, language)
    for path in _TEXTS:
        if isinstance(text := at(value, path), str) and text.strip():
            return Transcript((), "text only", language, text)
    return None


def glued(cues: Sequence[Cue]) -> list[Cue]:
    """The cues, those that begin within a word put to the one before: Whisper's texts begin with a space, such do not."""
    if sum(1 for cue in cues if cue.text[:1] == " ") < 0.5 * len(cues):
        return list(cues)
    whole: list[Cue] = []
    for cue in cues:
        last = whole[-1] if whole else None
        if last and last.speaker == cue.speaker and last.text[-1:].isalnum() and cue.text[:1].isalnum():
            whole[-1] = last._replace(text=last.text + cue.text, end=cue.end)
        else:
            whole.append(cue)
    return whole


def _cue(item: Any, unit: float) -> Cue | None:
    """A passage, if this is one: an object with a text."""
    if not isinstance(item, Mapping):
        return None
    text = _text(item)
    if not text.strip():
        return None
    start = _first_time(item, _STARTS, unit)
    end = _first_time(item, _ENDS, unit)
    if end is None and start is not None and (duration := _first_time(item, _DURATIONS, unit)) is not None:
        end = start + duration
    return Cue(start, start if end is None or start is None else max(start, end), speaker_in(item), text)


def _text(item: Mapping[str, Any]) -> str:
    for path in _TEXT_PLACES:
        if isinstance(text := at(item, path), str):
            return text
    for parts, part_name, glue in (("sentences", "text", "\n"), ("segs", "utf8", "")):
        if isinstance(pieces := item.get(parts), list):
            return glue.join(text for piece in pieces if isinstance(text := at(piece, (part_name,)), str))
    return ""


def _first_time(item: Mapping[str, Any], places: Iterable[JsonPath], unit: float) -> float | None:
    times = (seconds_from(at(item, path), unit) for path in places)
    return next((time for time in times if time is not None), None)
