"""Transcripts that programs wrote as data: Whisper's JSON and .tsv, and the JSON of transcription services.

The shapes differ in where the passages are and how their parts are called; `json_shapes` knows them. A value that makes
no sense (a time that is no number, a text that is none) is passed over, never guessed.
"""

from __future__ import annotations

import json
from typing import Any

from qualcode.core.text import normalise_newlines, split_lines
from qualcode.errors import BadFile, Problem
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.encodings import decode
from qualcode.exchange.sources.json_shapes import Transcript, transcript_in
from qualcode.exchange.sources.spoken import (
    Cue,
    body_of,
    fields_of_cues,
    in_order,
    refuse_large,
    said,
    seconds_from,
    writable,
)

_TSV_HEADER = "start\tend\ttext"


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The turns of a transcript. Raises BadFile if there is none in it."""
    refuse_large(data, shown_as)
    if shown_as.lower().endswith(".tsv"):
        return _read_tsv(data, shown_as, encoding)
    decoded = decode(data, shown_as, encoding)
    found = transcript_in(_loaded(decoded.text, shown_as))
    if found is None:
        advice = "Whisper's, WhisperX's and the usual services' are known; else export it as .vtt or .srt"
        raise BadFile([Problem(shown_as, 0, "there is no transcript in it that qualcode knows", advice)])
    losses = (*decoded.losses, *_losses(found))
    cues = in_order(found.cues)
    body = body_of(cues) if cues else writable(normalise_newlines(found.text)).strip("\n") + "\n"
    fields = fields_of_cues(cues, found.language)
    return ImportedText(body, fields, decoded.encoding, decoded.runner_up, f"JSON transcript ({found.shape})", losses)


def _losses(found: Transcript) -> tuple[str, ...]:
    skipped = said(
        found.skipped, "passage was", "passages were", "left out: there is no text in the place where texts are"
    )
    untimed = said(sum(1 for cue in found.cues if cue.start is None), "passage has", "passages have", "no time")
    return tuple(filter(None, (skipped, untimed)))


def _loaded(text: str, shown_as: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadFile(
            [Problem(shown_as, error.lineno, f"this is not JSON ({error.msg})", "export the transcript again")]
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadFile(
            [Problem(shown_as, 0, "this JSON cannot be read: a number too long, or too deeply nested")]
        ) from error


def _read_tsv(data: bytes, shown_as: str, encoding: str) -> ImportedText:
    """Whisper's .tsv: start and end in milliseconds, text, parted by tabs."""
    decoded = decode(data, shown_as, encoding)
    header, *lines = split_lines(normalise_newlines(decoded.text))
    if header.strip() != _TSV_HEADER:
        advice = "a table of documents is imported with --table"
        raise BadFile(
            [Problem(shown_as, 1, "this is not a transcript of Whisper's: no columns start, end, text", advice)]
        )
    rows = [line.split("\t", 2) for line in lines if line.strip()]
    cues = [
        Cue(seconds_from(row[0], 0.001), seconds_from(row[1], 0.001), "", row[2]) if len(row) == 3 else Cue(None, None, "", " ".join(row))
        for row in rows
    ]  # fmt: skip
    return ImportedText(
        body_of(cues), fields_of_cues(cues), decoded.encoding, decoded.runner_up, "Whisper transcript", decoded.losses
    )
