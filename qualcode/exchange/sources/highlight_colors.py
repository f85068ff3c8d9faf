"""Names for the colours of highlights: those of Word's palette, or the plain name nearest to a hexadecimal value."""

from __future__ import annotations

import re
from colorsys import rgb_to_hls
from functools import lru_cache

_HUES = ((15, "red"), (42, "orange"), (70, "yellow"), (165, "green"), (200, "cyan"), (260, "blue"), (290, "violet"),
         (345, "magenta"), (361, "red"))  # fmt: skip


@lru_cache(maxsize=256)
def color_name(value: str) -> str:
    """`darkYellow` gives "dark yellow", `FFFF00` and `#ffff00` give "yellow"; "" for white, `auto` and what is no colour."""
    if re.fullmatch(r"#?[0-9A-Fa-f]{6}", value):
        return _nearest(value.removeprefix("#"))
    if not re.fullmatch(r"[A-Za-z]{3,20}", value) or value.lower() in ("none", "auto", "white", "transparent", "clear"):
        return ""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value).lower()


def _nearest(digits: str) -> str:
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = rgb_to_hls(red, green, blue)
    if light > 0.97:
        return ""
    if light < 0.08:
        return "black"
    if saturation < 0.12:
        return "gray"
    name = next(name for limit, name in _HUES if hue * 360 < limit)
    return f"dark {name}" if light < 0.3 else name
