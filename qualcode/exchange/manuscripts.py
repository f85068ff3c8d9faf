"""Manuscripts in: the paragraphs of a Markdown, plain text or Word file, and which of them are block quotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from qualcode.core.quotations import Paragraph
from qualcode.core.text import normalise_newlines, split_lines
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.exchange.sources.encodings import decode

_LARGEST = 64 * 1024 * 1024
_BLOCK = re.compile(r"[ ]{0,3}>[ ]?")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
# what is not prose in Markdown: comments, HTML tags, code, the targets of links
_NOT_PROSE = re.compile(
    r"<!--.*?(?:-->|\Z)|</?[A-Za-z][^<>\n]*>|(?<!`)`[^`\n]+`(?!`)|(?<=[^\]]\])\([^()\n]*\)", re.DOTALL
)


def read_manuscript(path: Path) -> list[Paragraph]:
    """The paragraphs of a manuscript, in order. Raises BadOption for kinds that cannot be read, BadFile for broken files."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise BadOption(
            f"{path.name}: manuscripts of this kind cannot be read; these can: {', '.join(READERS)}. "
            "Save it as .docx or .md."
        )
    try:
        if path.stat().st_size > _LARGEST:
            raise BadFile([Problem(str(path), 0, "it is larger than 64 MB", "check the chapters one by one")])
        data = path.read_bytes()
    except OSError as error:
        raise BadFile([Problem(str(path), 0, f"cannot be read ({error.strerror or error})")]) from error
    return reader(data, str(path))


def _markdown(data: bytes, shown_as: str) -> list[Paragraph]:
    text = normalise_newlines(decode(data, shown_as)[0])
    return list(_paragraphs(_only_prose(text)))


def _plain(data: bytes, shown_as: str) -> list[Paragraph]:
    return list(_paragraphs(normalise_newlines(decode(data, shown_as)[0])))


def _word(data: bytes, shown_as: str) -> list[Paragraph]:
    from qualcode.exchange.word import word_paragraphs

    return word_paragraphs(data, shown_as)


def _only_prose(text: str) -> str:
    """The text with front matter, code, comments, tags and link targets blanked, line ends kept."""
    if text.startswith("---\n") and (end := text.find("\n---\n", 3)) > 0:
        text = _blank(text[: end + 4]) + text[end + 4 :]
    lines, fence = split_lines(text), ""
    for number, line in enumerate(lines):
        match = _FENCE.match(line)
        if fence or match:
            lines[number] = ""
        if match and not fence:
            fence = match[1]
        elif match and match[1].startswith(fence) and line.strip() == match[1]:
            fence = ""
    return _NOT_PROSE.sub(lambda found: _blank(found[0]), "\n".join(lines))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _paragraphs(text: str) -> Iterator[Paragraph]:
    """Paragraphs between empty lines; lines with `>` before them are one block, empty ones among them too."""
    kept: list[str] = []
    first, block = 1, False
    for number, line in enumerate(split_lines(text), 1):
        mark = _BLOCK.match(line)
        if kept and (bool(mark) != block or not line.strip()):
            yield Paragraph("\n".join(kept), first, block)
            kept = []
        if not kept:
            first, block = number, bool(mark)
        if line.strip():
            kept.append(re.sub(r"^(?:[ ]{0,3}>[ ]?)+", "", line) if mark else line)
    if kept:
        yield Paragraph("\n".join(kept), first, block)


READERS: dict[str, Callable[[bytes, str], list[Paragraph]]] = {
    ".md": _markdown, ".markdown": _markdown, ".txt": _plain, ".docx": _word,
}  # fmt: skip
