"""The little Markdown that memos are written in, as blocks: headings, paragraphs, lists, quotations, tables, code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|(\d{1,9})[.)])[ \t]+(.*)$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_STYLED = re.compile(
    r"\*\*(?=\S)(.{1,500}?)(?<=\S)\*\*|\*(?=[^\s*])(.{1,500}?)(?<=[^\s*])\*|(?<!\w)_(?=\S)(.{1,500}?)(?<=\S)_(?!\w)|`([^`]{1,500})`"
)
_DEEPEST = 8


class Block(NamedTuple):
    """One block. Kind: heading, paragraph, bullet, number, quote, code or table; level counts from 0 (headings from 1);
    `cells` holds a table's rows."""

    kind: str
    text: str
    level: int = 0
    cells: tuple[tuple[str, ...], ...] = ()


class Span(NamedTuple):
    """A piece of a line that looks alike."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


def blocks(text: str) -> list[Block]:
    """The blocks of a Markdown text; what is not understood is kept as a paragraph, letter for letter."""
    return list(_blocks(text.split("\n")))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif fence := _FENCE.match(line):
            end = next((n for n in range(at + 1, len(lines)) if lines[n].strip().startswith(fence[1])), len(lines))
            yield Block("code", "\n".join(lines[at + 1 : end]))
            at = end + 1
        elif heading := _HEADING.match(line):
            yield Block("heading", (heading[2] or "").strip(), len(heading[1]))
            at += 1
        elif "|" in line and at + 1 < len(lines) and "|" in lines[at + 1] and _RULE.match(lines[at + 1]):
            end = _run(lines, at + 2, lambda row: "|" in row)
            yield Block("table", "", cells=tuple(_cells(row) for row in (line, *lines[at + 2 : end])))
            at = end
        elif line.lstrip().startswith(">"):
            end = _run(lines, at, lambda row: row.lstrip().startswith(">"))
            yield Block("quote", " ".join(row.lstrip().removeprefix(">").strip() for row in lines[at:end]).strip())
            at = end
        else:
            item = _ITEM.match(line)
            end = _run(lines, at + 1, lambda row: not _begins_block(row))
            words = " ".join(part.strip() for part in (item[3] if item else line, *lines[at + 1 : end]))
            level = min(len(item[1].expandtabs(4)) // 2, _DEEPEST) if item else 0
            yield Block(("number" if item[2] else "bullet") if item else "paragraph", words, level)
            at = end


def _run(lines: Sequence[str], at: int, goes_on) -> int:  # type: ignore[no-untyped-def]
    """The line at which a block ends: at an empty one, or where it does not go on."""
    while at < len(lines) and lines[at].strip() and goes_on(lines[at]):
        at += 1
    return at


def _begins_block(line: str) -> bool:
    return bool(_ITEM.match(line) or _HEADING.match(line) or _FENCE.match(line) or line.lstrip().startswith(">"))


def _cells(row: str) -> tuple[str, ...]:
    return tuple(cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|")))


def spans(text: str) -> list[Span]:
    """A line in pieces: **bold**, *italic*, `code` and plain."""
    found, at = [], 0
    for match in _STYLED.finditer(text):
        if match.start() > at:
            found.append(Span(text[at : match.start()]))
        bold, italic, under, code = match.groups()
        found.append(Span(bold or italic or under or code or "", bool(bold), bool(italic or under), bool(code)))
        at = match.end()
    return [*found, Span(text[at:])] if at < len(text) else found
