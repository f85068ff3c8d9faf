"""Plain text and Markdown in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qualcode.core.text import normalise_newlines
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.files.text_files import split_front_matter
from qualcode.files.yaml_text import load_yaml


@dataclass(frozen=True)
class ImportedText:
    """What a file holds: front-matter fields, the body, and the encoding it was read in where that was a guess."""

    body: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    guessed_encoding: str = ""


def read_source(path: Path) -> ImportedText:
    """Read a file of any registered format. Raises BadOption for others, BadFile for broken ones."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise BadOption(
            f"{path.name}: files of this kind cannot be imported yet; these can: {known}. Save it as plain text."
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadFile([Problem(str(path), 0, f"cannot be read ({error.strerror or error})")]) from error
    imported = reader(data, str(path))
    if not imported.body.strip():
        raise BadFile([Problem(str(path), 0, "there is no text in it")])
    return imported


def _plain(data: bytes, shown_as: str) -> ImportedText:
    text, guessed = decode(data, shown_as)
    return ImportedText(_tidy(text), guessed_encoding=guessed)


def _markdown(data: bytes, shown_as: str) -> ImportedText:
    from qualcode.files.schema import FrontMatterModel, validate

    text, guessed = decode(data, shown_as)
    matter, body = split_front_matter(normalise_newlines(text))
    loaded = load_yaml(matter, shown_as, first_line=2)
    _, problems = validate(FrontMatterModel, loaded, shown_as)
    if problems:
        raise BadFile(problems)
    return ImportedText(_tidy(body), loaded.value or {}, guessed)


def _tidy(text: str) -> str:
    """LF line ends and one at the end; the letters are left exactly as they are."""
    return normalise_newlines(text).rstrip("\n") + "\n"


def decode(data: bytes, shown_as: str) -> tuple[str, str]:
    """The text, and the encoding where it had to be guessed ("" for UTF-8 and marked UTF-16). Raises BadFile."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), ""
    if b"\x00" in data:
        raise BadFile([Problem(shown_as, data.count(b"\n", 0, data.index(b"\x00")) + 1, "this is not a text file")])
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
    if best is None:
        raise BadFile([Problem(shown_as, 0, "its encoding cannot be made out", "save it as UTF-8")])
    return str(best), best.encoding


READERS: dict[str, Callable[[bytes, str], ImportedText]] = {".txt": _plain, ".md": _markdown, ".markdown": _markdown}
