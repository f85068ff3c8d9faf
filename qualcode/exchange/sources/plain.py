"""Plain text in."""

from __future__ import annotations

from dataclasses import replace

from qualcode.core.text import normalise_newlines, split_lines
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.encodings import decode
from qualcode.exchange.sources.services import from_lines


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text, letter for letter, unless a transcription service wrote it: then its turns. Raises BadFile, BadOption."""
    text, guessed, runner_up, losses = decode(data, shown_as, encoding)
    export = from_lines(split_lines(normalise_newlines(text)))
    if export is not None:
        return replace(export, encoding=guessed, runner_up=runner_up, losses=(*losses, *export.losses))
    return ImportedText(tidy(text), encoding=guessed, runner_up=runner_up, kind="plain text", losses=losses)


def tidy(text: str) -> str:
    """LF line ends and one at the end; the letters are left exactly as they are."""
    return normalise_newlines(text).rstrip("\n") + "\n"
