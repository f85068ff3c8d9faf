"""Plain text in."""

from __future__ import annotations

from qualcode.core.text import normalise_newlines
from qualcode.exchange.sources import ImportedText
from qualcode.exchange.sources.encodings import decode


def read(data: bytes, shown_as: str, encoding: str = "") -> ImportedText:
    """The text, letter for letter. Raises BadFile."""
    decoded = decode(data, shown_as, encoding)
    return ImportedText(tidy(decoded.text), encoding=decoded.encoding, runner_up=decoded.runner_up, kind="plain text")


def tidy(text: str) -> str:
    """LF line ends and one at the end; the letters are left exactly as they are."""
    return normalise_newlines(text).rstrip("\n") + "\n"
