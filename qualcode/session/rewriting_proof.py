"""After a rewriting for good: all bytes of a project's folder searched for the words that were to go."""

from __future__ import annotations

import html
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.core.how_many import how_many
from qualcode.files.folder import ProjectFolder
from qualcode.files.pseudonym_key import NAME as KEY_NAME
from qualcode.session.rewriting_masks import Rewrite
from qualcode.session.rewriting_plan import walked

_MOST_IN_ZIP = 200 * 1024 * 1024  # bytes
_SHORTEST = 8  # code points of a line of a passage that is looked for by its bytes
_MOST_PASSAGES = 2_000
_TAG = re.compile(r"<[^<>]*>")
DERIVED = ".qualcode/index.db"
_UNSEARCHED = (".pdf", ".doc", ".mp3", ".m4a", ".wav", ".mp4", ".ogg", ".age", ".gpg", ".7z", ".gz", ".xz")


class Remaining(NamedTuple):
    """A place where removed words still stand: a file, its line from 1 (0: the file's name, or bytes without lines)."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}" if self.line else f"{self.path}: {self.what}"


def remaining(folder: ProjectFolder, rewrite: Rewrite) -> list[Remaining]:
    """Every place in the project's folder, git's own folder left out, where the words still stand, however they are written."""
    needles = list(_needles(rewrite.passages))
    found: list[Remaining] = []
    for path in walked(folder.root):
        relative = folder.relative(path)
        if path.name == KEY_NAME:
            continue
        if rewrite.names and rewrite.find(relative):
            found.append(Remaining(relative, 0, "its name"))
        try:
            data = path.read_bytes()
        except OSError as error:
            found.append(Remaining(relative, 0, f"cannot be read ({error.strerror or error}), so it was not searched"))
            continue
        found += _in_file(relative, data, rewrite, needles)
    elsewhere = [place for place in found if not place.path.startswith(DERIVED)]
    return elsewhere or found  # what is derived has just been read from the files anew


def unsearched(folder: ProjectFolder) -> list[str]:
    """Files of the project whose words cannot be searched: compressed or encrypted ones, recordings."""
    return [folder.relative(path) for path in walked(folder.root) if path.suffix.lower() in _UNSEARCHED]


def _in_file(relative: str, data: bytes, rewrite: Rewrite, needles: Sequence[bytes]) -> Iterator[Remaining]:
    lines: list[int] = []
    for number, text in _texts(relative, data):
        for start, _ in rewrite.find(text):
            lines.append(number + text.count("\n", 0, start) if number else 0)
    if not lines:
        lines = [data.count(b"\n", 0, at) + 1 for needle in needles if (at := data.find(needle)) >= 0][:1]
    for line in dict.fromkeys(lines):
        yield Remaining(relative, 0 if b"\0" in data[:4096] else line, "holds words that were to go")


def _texts(relative: str, data: bytes) -> Iterator[tuple[int, str]]:
    """The texts in a file, with the number of the line on which each begins (0: it has none)."""
    if data[:4] == b"PK\x03\x04":
        yield from ((0, text) for text in _in_zip(data))
    elif relative.endswith((".jsonl", ".jsonl.torn")):
        for number, line in enumerate(data.split(b"\n"), 1):
            yield number, _without_lines(_strings(line))
    elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield 1, data.decode("utf-16", "replace")
    else:
        yield 1, data.decode("utf-8", "replace")
        if b"\\u" in data:
            yield 0, _unescaped(data.decode("utf-8", "replace"))


def _without_lines(strings: Iterable[str]) -> str:
    return " \u2016 ".join(strings).replace("\n", " ")


def _strings(line: bytes) -> Iterator[str]:
    """All texts of a line of JSON; of one that is none, what it would say."""
    try:
        yield from _within(json.loads(line))
    except (ValueError, RecursionError):
        yield _unescaped(line.decode("utf-8", "replace"))


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _within(item)
    elif isinstance(value, list):
        for item in value:
            yield from _within(item)


def _unescaped(text: str) -> str:
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\\[nrt]", " ", text)


def _in_zip(data: bytes) -> Iterator[str]:
    """The texts of the files in a zip (a Word file is one), tags taken out with and without a space in their place."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left = _MOST_IN_ZIP
            for info in archive.infolist():
                if (left := left - info.file_size) < 0:
                    return
                text = archive.read(info).decode("utf-8", "replace")
                yield html.unescape(_TAG.sub("", text))
                yield html.unescape(_TAG.sub(" ", text))
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError, EOFError, ValueError):
        return


def _needles(passages: Sequence[str]) -> Iterator[bytes]:
    """The lines of the passages as bytes, in the ways in which texts are written to disk."""
    lines = {line.strip() for passage in passages[:_MOST_PASSAGES] for line in passage.split("\n")}
    for line in sorted(lines):
        if len(line) >= _SHORTEST and any(map(str.isalpha, line)):
            for form in ("NFC", "NFD"):
                text = unicodedata.normalize(form, line)
                yield text.encode()
                yield json.dumps(text)[1:-1].encode()
                yield json.dumps(text, ensure_ascii=False)[1:-1].encode()
                yield text.encode("utf-16-le")


def mentions(folder: ProjectFolder, names: Sequence[str]) -> list[Remaining]:
    """Where memos, notes and the project's own files speak of somebody by name or id, and which texts do: for a human to read."""
    telling = [name for name in names if len(name) > 1]
    if not telling:
        return []
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, telling)) + r")(?!\w)")
    found: list[Remaining] = []
    for path in walked(folder.root):
        relative = folder.relative(path)
        if relative.startswith((".qualcode/", "sources/")) or path.name == KEY_NAME:
            continue
        places = [
            (number, match[0]) for number, line in enumerate(_written_in(path), 1) if (match := pattern.search(line))
        ]
        if relative.startswith("transcripts/") and places:
            lines = how_many(len(places), "line")
            found.append(
                Remaining(relative, 0, f"{lines} where others speak of {places[0][1]!r}, or that only have the word")
            )
        else:
            found += [Remaining(relative, number, f"speaks of {name!r}") for number, name in places]
    return found


def _written_in(path: Path) -> list[str]:
    """The lines of a text; of an event file the notes alone, for its quotes stand in the texts."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError):
        return []
    return [_note(line) for line in lines] if path.suffix == ".jsonl" else lines


def _note(line: str) -> str:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return line
    return str(data.get("note") or "") if isinstance(data, dict) else ""
