"""What an OpenDocument text's styles say that matters to its text: highlights, hidden text, titles."""

from __future__ import annotations

from typing import Any, NamedTuple

from qualcode.exchange.sources.highlight_colors import color_name

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT = f"{{{_NAMES}text:1.0}}"
STYLE = f"{{{_NAMES}style:1.0}}"
OFFICE = f"{{{_NAMES}office:1.0}}"
TABLE = f"{{{_NAMES}table:1.0}}"
DRAW = f"{{{_NAMES}drawing:1.0}}"
_BACKGROUND = f"{{{_NAMES}xsl-fo-compatible:1.0}}background-color"
_DEEPEST = 20  # styles with parents; more is a loop


class Look(NamedTuple):
    """How a style shows text: the highlight's colour ("" for none), hidden or not, as a title or not."""

    color: str = ""
    hidden: bool = False
    title: bool = False


class _Style(NamedTuple):
    parent: str
    color: str | None
    hidden: bool | None


class Styles:
    """Styles by family ("text", "paragraph") and name, of all parts given."""

    def __init__(self, *roots: Any) -> None:
        self._styles = {
            (style.get(STYLE + "family") or "", style.get(STYLE + "name") or ""): _style(style)
            for root in roots
            if root is not None
            for style in root.iter(STYLE + "style")
        }
        self._looks: dict[tuple[str, str], Look] = {}

    def look(self, family: str, name: str) -> Look:
        """The look of a style, what it inherits included."""
        if (family, name) not in self._looks:
            self._looks[family, name] = self._resolved(family, name)
        return self._looks[family, name]

    def _resolved(self, family: str, name: str) -> Look:
        color: str | None = None
        hidden: bool | None = None
        title, steps = name == "Title", 0
        while (style := self._styles.get((family, name))) is not None and steps < _DEEPEST:
            color = style.color if color is None else color
            hidden = style.hidden if hidden is None else hidden
            name, steps = style.parent, steps + 1
            title = title or name == "Title"
        return Look(color or "", bool(hidden), title and family == "paragraph")


def _style(style: Any) -> _Style:
    properties = style.find(STYLE + "text-properties")
    background = display = None
    if properties is not None:
        background, display = properties.get(_BACKGROUND), properties.get(TEXT + "display")
    return _Style(
        style.get(STYLE + "parent-style-name") or "",
        None if background is None else color_name(background),
        None if display is None else display == "none",
    )
