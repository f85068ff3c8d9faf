"""Transcripts as they come from elsewhere: one module a format, one row each in READERS.

A reader gets a file's bytes and gives an `ImportedText`; it writes nothing, follows no link, and raises BadFile for what
cannot be read. Libraries are loaded by the reader that needs them.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from qualcode.errors import BadFile, BadOption, Problem

LARGEST = 200 * 1024 * 1024  # bytes; a transcript of a day's talk has one


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment that somebody made in the source on `[start, end)` of the body (code points; empty at a mere point)."""

    start: int
    end: int
    text: str
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A passage `[start, end)` of the body that was highlighted in the source, and the colour's name."""

    start: int
    end: int
    color: str


@dataclass(frozen=True)
class ImportedText:
    """What a file holds.

    `body` has LF line ends and ends in one. `fields` are front-matter fields that the file itself declares (`speakers`: a
    mapping from label to participant id, or a list of labels). `encoding` is set where it was a guess, with the `runner_up`.
    `kind` says what the file was taken for; `losses` says, a sentence each, what could not be kept.
    """

    body: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    encoding: str = ""
    runner_up: str = ""
    kind: str = ""
    losses: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    highlights: tuple[Highlight, ...] = ()


READERS: dict[str, str] = {  # suffix: module of this package whose `read(data, shown_as, encoding)` reads it
    ".txt": "plain", ".md": "markdown", ".markdown": "markdown",
    ".docx": "word", ".docm": "word", ".odt": "opendocument", ".fodt": "opendocument",
    ".vtt": "cues", ".srt": "cues", ".sbv": "cues", ".json": "whisper", ".tsv": "whisper",
    ".pdf": "pdf", ".rtf": "rtf", ".html": "web", ".htm": "web", ".xhtml": "web", ".epub": "epub",
}  # fmt: skip

_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")


def read_source(path: Path, encoding: str = "") -> ImportedText:
    """Read a file of any registered format; `encoding` overrides the guess where the format leaves it open.

    Raises BadOption for other formats, BadFile for files that are broken, too large, empty or no files at all.
    """
    _reader(path.name)
    return read_data(source_bytes(path), path.name, str(path), encoding)


def read_data(data: bytes, name: str, shown_as: str, encoding: str = "") -> ImportedText:
    """Like `read_source`, for bytes that were read already; the ending of `name` says what they are."""
    imported: ImportedText = import_module(f"{__name__}.{_reader(name)}").read(data, shown_as, encoding)
    if not imported.body.strip():
        raise BadFile([Problem(shown_as, 0, "there is no text in it")])
    return imported


def _reader(name: str) -> str:
    found = READERS.get(Path(name).suffix.lower())
    if found is None:
        if name.lower().endswith(_TABLES):
            raise BadOption(f"{name}: a table, with a row a document, is imported by: qualcode import --table FILE.")
        raise BadOption(
            f"{name}: files of this kind cannot be imported; these can: {', '.join(READERS)}. Save it as one of these."
        )
    return found


def source_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises BadFile where it is too large, no regular file, or cannot be read."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BadFile([Problem(str(path), 0, "this is not a file")])
        if status.st_size > LARGEST:
            size = f"{status.st_size / 1024**2:,.0f} MB"
            raise BadFile(
                [Problem(str(path), 0, f"it has {size}, and transcripts are read up to {LARGEST // 1024**2} MB")]
            )
        return path.read_bytes()
    except OSError as error:
        raise BadFile([Problem(str(path), 0, f"cannot be read ({error.strerror or error})")]) from error
