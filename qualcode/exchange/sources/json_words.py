"""Transcripts whose JSON holds single words: Amazon Transcribe, Google Speech-to-Text, Rev."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from qualcode.exchange.sources.json_places import at, speaker_in
from qualcode.exchange.sources.spoken import Cue, joined, seconds_from

_SENTENCE_ENDS = frozenset(".?!。？！")


class _Word(NamedTuple):
    """A word or, with `attached`, a mark that stands right behind one."""

    start: float | None
    end: float | None
    speaker: str
    text: str
    attached: bool = False


def amazon_cues(results: Any) -> list[Cue]:
    """Words of `results.items`; who says them stands with them or, in older files, under `speaker_labels`."""
    speakers = {
        str(at(item, ("start_time",))): speaker_in(item) or speaker_in(segment)
        for segment in _list(at(results, ("speaker_labels", "segments")))
        for item in _list(at(segment, ("items",)))
    }
    words: list[_Word] = []
    for item in _list(at(results, ("items",))):
        text = at(item, ("alternatives", 0, "content"))
        if isinstance(text, str) and text:
            attached = at(item, ("type",)) == "punctuation" and bool(words)
            speaker = (
                words[-1].speaker if attached else speaker_in(item) or speakers.get(str(at(item, ("start_time",))), "")
            )
            start, end = (seconds_from(at(item, (name,))) for name in ("start_time", "end_time"))
            words.append(_Word(start, end, speaker, text, attached))
    return _sentences(words)


def google_cues(results: Any) -> list[Cue]:
    """Where speakers are told apart the last result holds all words once more with the speakers; else each its transcript."""
    results = _list(results)
    last = _google_words(results[-1]) if results else []
    if any(word.speaker for word in last):
        return _sentences(last)
    cues = []
    for result in results:
        text = at(result, ("alternatives", 0, "transcript"))
        if isinstance(text, str) and text.strip():
            words = _google_words(result)
            start = words[0].start if words else None
            cues.append(Cue(start, words[-1].end if words else start, "", text))
    return cues


def _google_words(result: Any) -> list[_Word]:
    return [
        _Word(_google_time(word, "start"), _google_time(word, "end"), speaker_in(word), at(word, ("word",)))
        for word in _list(at(result, ("alternatives", 0, "words")))
        if isinstance(at(word, ("word",)), str)
    ]


def _google_time(word: Any, which: str) -> float | None:
    return seconds_from(at(word, (f"{which}Time",)) or at(word, (f"{which}Offset",)) or "0s")


def rev_cues(monologues: Any) -> list[Cue]:
    """Each monologue's elements, words and marks with the blanks between them, put together."""
    cues = []
    for monologue in _list(monologues):
        elements = _list(at(monologue, ("elements",)))
        text = "".join(value for element in elements if isinstance(value := at(element, ("value",)), str))
        starts = [time for element in elements if (time := seconds_from(at(element, ("ts",)))) is not None]
        ends = [time for element in elements if (time := seconds_from(at(element, ("end_ts",)))) is not None]
        if text.strip():
            start = starts[0] if starts else None
            cues.append(Cue(start, ends[-1] if ends else start, speaker_in(monologue), text))
    return cues


def _sentences(words: Iterable[_Word]) -> list[Cue]:
    """The words as cues that end with a sentence or the speaker."""
    sentences: list[list[_Word]] = []
    for word in words:
        last = sentences[-1][-1] if sentences else None
        if last is None or word.speaker != last.speaker or (last.text[-1:] in _SENTENCE_ENDS and not word.attached):
            sentences.append([])
        sentences[-1].append(word)
    return [_cue_of(sentence) for sentence in sentences]


def _cue_of(sentence: list[_Word]) -> Cue:
    pieces: list[list[str]] = []
    for word in sentence:
        if word.attached and pieces:
            pieces[-1].append(word.text)
        else:
            pieces.append([word.text])
    ends = [word.end for word in sentence if word.end is not None]
    start = sentence[0].start
    return Cue(start, ends[-1] if ends else start, sentence[0].speaker, joined("".join(piece) for piece in pieces))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
