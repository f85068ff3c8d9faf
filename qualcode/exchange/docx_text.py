"""Texts as Word documents hold them: without signs that XML cannot hold, with their direction and the font of their script."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile

from qualcode.core.visible import visible, visible_lines

EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_KANA, _HANGUL = re.compile("[\u3040-\u30ff]"), re.compile("[\u1100-\u11ff\uac00-\ud7ff]")
_NOT_XML = re.compile("[\ufffe\uffff]")


def one_line(text: str) -> str:
    """The text on one line, control characters as signs."""
    return _NOT_XML.sub("\ufffd", visible(text))


def lines_kept(text: str) -> str:
    """The text with its line ends, other control characters as signs."""
    return _NOT_XML.sub("\ufffd", visible_lines(text))


def begins_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction of its own runs from right to left."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def east_asian_font(text: str) -> str:
    """A font that Word has for the East Asian script that a document is written in."""
    return "Yu Mincho" if _KANA.search(text) else "Malgun Gothic" if _HANGUL.search(text) else "SimSun"


def without_time(data: bytes) -> bytes:
    """The package with its parts dated to the beginning of zip time, so that the same document gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as dated:
        for part in made.infolist():
            dated.writestr(zipfile.ZipInfo(part.filename), made.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()
