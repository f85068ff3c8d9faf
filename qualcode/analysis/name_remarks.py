"""What a new entry of the key does to the texts that its user may not have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qualcode.core.how_many import how_many
from qualcode.core.overlay import Overlay
from qualcode.core.pseudonym_forms import ORDINARY_WORDS
from qualcode.core.pseudonyms import Pseudonyms
from qualcode.index.index import Index

_SENTENCE_START = re.compile(r"(?:^|[.!?…:\n][\s\"“”'’)]*)\Z")


def remarks_on_name(index: Index, key: Pseudonyms, name: str, pseudonym: str, variants: Iterable[str]) -> Iterator[str]:
    """Where the pseudonym stands in the texts already, and where a form that is a word too is replaced at a sentence's start or
    stays in small letters."""
    there, starts, small, first = 0, 0, 0, ""
    found = re.compile(rf"(?<!\w){re.escape(pseudonym)}(?!\w)" if pseudonym.isascii() else re.escape(pseudonym))
    words = {text.casefold() for text in (name, *variants) if text.casefold() in ORDINARY_WORDS or len(text) < 4}
    for (document,) in index.rows("SELECT id FROM document ORDER BY rank"):
        body = index.body(document)
        places = key.replacements(body.text)
        for match in found.finditer(body.text):
            there += 1
            first = (
                first or f"{Overlay(document, key.replacements(document)).text}, line {body.line_of(match.start()) + 1}"
            )
        for one in places:
            if one.name == name and body.text[one.start : one.end].casefold() in words:
                starts += bool(_SENTENCE_START.search(body.text[max(0, one.start - 8) : one.start]))
        small += sum(len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", body.text)) for word in words if word.isascii())
    if there:
        yield f"{pseudonym!r} stands in the texts already, {how_many(there, 'time')} (first in {first}): readers may take the two for one."
    if starts:
        begin = how_many(starts, "place that begins", "places that begin")
        yield f"{name!r} is a word too, and is replaced at {begin} a sentence or turn: look there."
    if small:
        yield f"In small letters it stands {how_many(small, 'time')} and stays there: where that is the name, give it as a variant."
