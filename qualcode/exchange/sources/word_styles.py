"""What a Word file's styles say that matters to its text: headings, lists, hidden text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from qualcode.exchange.sources.word_parts import W, is_on, value_of

_DEEPEST = 20  # styles based on styles; more is a loop


class _Style(NamedTuple):
    based_on: str
    level: int  # of a heading, from 1; 0 for none, -1 for not said here
    listed: bool | None
    hidden: bool | None


class Styles:
    """The styles in a part that is loaded when the first of them is asked for: it is often the largest of a file."""

    def __init__(self, load: Callable[[], Any]) -> None:
        self._load = load
        self._styles: dict[str, _Style] = {}  # those that were asked for: a file declares hundreds and uses few

    @cached_property
    def _elements(self) -> dict[str, Any]:
        root = self._load()
        found = () if root is None else root.iterchildren(W + "style")
        return {value_of(style, "styleId"): style for style in found}

    def level(self, ident: str) -> int:
        """The level of headings in this paragraph style, from 1; 0 for other text."""
        return next((style.level for style in self._chain(ident) if style.level >= 0), 0)

    def listed(self, ident: str) -> bool:
        """Whether paragraphs of this style have bullets or numbers."""
        return next((style.listed for style in self._chain(ident) if style.listed is not None), False)

    def hidden(self, ident: str) -> bool:
        """Whether text of this character style is hidden."""
        return next((style.hidden for style in self._chain(ident) if style.hidden is not None), False)

    def _chain(self, ident: str) -> list[_Style]:
        chain: list[_Style] = []
        while ident and ident in self._elements and len(chain) < _DEEPEST:
            if ident not in self._styles:
                self._styles[ident] = _style(self._elements[ident])
            chain.append(self._styles[ident])
            ident = chain[-1].based_on
        return chain


def heading_level(properties: Any) -> int:
    """The level that a paragraph's own properties give it: from 1, 0 for body text, -1 where they say nothing."""
    level = value_of(properties.find(W + "outlineLvl"))
    if not level:
        return -1
    return int(level) + 1 if re.fullmatch("[0-8]", level) else 0


def is_listed(properties: Any) -> bool | None:
    """Whether a paragraph's own properties give it a bullet or number; None where they say nothing."""
    numbering = properties.find(W + "numPr")
    return None if numbering is None else value_of(numbering.find(W + "numId")) not in ("", "0")


def _style(style: Any) -> _Style:
    level, listed, hidden = -1, None, None
    paragraph, run = style.find(W + "pPr"), style.find(W + "rPr")
    if paragraph is not None:
        level = heading_level(paragraph)
        # in a style the list's id may stand in the numbering part alone
        listed = True if paragraph.find(f"{W}numPr") is not None else None
        if paragraph.find(f"{W}numPr/{W}numId") is not None:
            listed = is_listed(paragraph)
    if run is not None and run.find(W + "vanish") is not None:
        hidden = is_on(run.find(W + "vanish"))
    name = value_of(style.find(W + "name")).casefold()
    if level < 0 and (match := re.fullmatch(r"heading ([1-9])|title", name)):
        level = int(match[1] or 1)
    return _Style(value_of(style.find(W + "basedOn")), level, listed, hidden)
