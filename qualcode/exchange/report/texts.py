"""Texts from the project, fit to be shown in a page."""

from __future__ import annotations

import re

from qualcode.core.overlay import shown
from qualcode.core.text import normalise_newlines
from qualcode.core.visible import visible

_SIGNS: dict[int, int | None] = {code: 0x2400 + code for code in range(32) if code not in (0x09, 0x0A)}
_SIGNS |= {0x09: 0x20, 0x7F: 0x2421, 0x2028: 0x0A, 0x2029: 0x0A, 0xFEFF: None, 0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
_SIGNS |= dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000), *range(0x202A, 0x202F)], 0xFFFD)


def name(text: str) -> str:
    """A name on one line: control and direction characters are visible signs."""
    return visible(" ".join(text.split()))


def prose(text: str) -> str:
    """A text with its lines. Marks and isolates of direction stay (the page isolates each text); overrides become signs."""
    text = shown(text)
    return text if text.isascii() and text.isprintable() else normalise_newlines(text).translate(_SIGNS)


def closer(text: str) -> str:
    """A text without the empty lines in it."""
    return re.sub(r"\n\s*\n", "\n", prose(text))
