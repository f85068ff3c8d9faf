"""The text of one subtitle: who speaks, and the words without formatting.

WebVTT: https://www.w3.org/TR/webvtt1/ (tags `<v Name>`, `<c.class>`, `<i>`, `<ruby>`, times; entities). SubRip has no
standard: `<font>` and `{\\an8}` are in use. What is no known tag, as `<laughs>`, is text.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

_TAG = re.compile(
    r"<(?P<close>/?)(?:(?P<name>v|lang|font|span|br)(?P<rest>[.\s/][^<>]*)?|(?P<plain>c|i|b|u|s|ruby|rt|rp|em|strong)(?:\.[^\s<>]*)?\s?)>"
    r"|<[0-9]{1,9}(?:[:.,][0-9]{1,9}){1,3}>|\{\\[A-Za-z][^{}\n]{0,200}\}",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class Said(NamedTuple):
    """Words of one voice within a subtitle; `speaker` is None where it names none."""

    speaker: str | None
    text: str


class Words(NamedTuple):
    """All that a subtitle says; `readings` counts the ruby readings left out."""

    said: list[Said]
    readings: int


def words_of(payload: str) -> Words:
    """The words in a subtitle's text by voice, without tags, entities decoded. Lines stay lines."""
    if "<" not in payload and "{" not in payload:
        return Words([Said(None, decoded(payload))], 0)
    said: list[Said] = []
    parts: list[str] = []
    speaker: str | None = None
    at = readings = 0
    in_reading = False

    def close() -> None:
        text = decoded("".join(parts))
        if text.strip():
            said.append(Said(speaker, text))
        parts.clear()

    for tag in _TAG.finditer(payload):
        if not in_reading:
            parts.append(payload[at : tag.start()])
        at = tag.end()
        name, closing = (tag["name"] or tag["plain"] or "").lower(), bool(tag["close"])
        in_reading = name in ("rt", "rp") and not closing
        readings += name == "rt" and not closing
        if name == "br":
            parts.append("\n")
        elif name == "v":
            close()
            speaker = None if closing else _voice(tag["rest"] or "")
    parts.append(payload[at:])
    close()
    return Words(said, readings)


def _voice(rest: str) -> str | None:
    """The name in `.loud Name`: classes stand before the first blank."""
    classes = re.match(r"\.\S*", rest)
    return " ".join(decoded(rest[classes.end() :] if classes else rest).split()) or None


def decoded(text: str) -> str:
    """The text with `&amp;`, `&nbsp;`, `&#39;` and the like as the signs they stand for."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text
