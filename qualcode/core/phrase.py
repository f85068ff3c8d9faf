"""Words looked for in a text: one or several as a phrase, in any writing system, with `*` at a word's end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qualcode.core.text import FoldedText, fold, join_words
from qualcode.errors import BadOption

# Scripts written without spaces between words: there a word's bounds cannot be told, so every place counts as one.
_UNSPACED = "".join(
    rf"\p{{{name}}}" for name in ("Han", "Hiragana", "Katakana", "Bopomofo", "Thai", "Lao", "Khmer", "Myanmar")
)
_LETTER = rf"[[\p{{L}}\p{{N}}\p{{M}}]--[{_UNSPACED}]]"


@dataclass(frozen=True)
class Phrase:
    """What to look for. `literal` is folded text that every hit holds; `pattern` is None where that is all of it."""

    literal: str
    pattern: Any = None

    def may_be_in(self, folded: str) -> bool:
        """Whether a folded text is worth a closer look; False for nearly all that have no hit."""
        return self.literal in folded and (self.pattern is None or self.pattern.search(folded) is not None)

    def spans(self, text: FoldedText) -> Iterator[tuple[int, int]]:
        """Where it stands in the original text, in order, no hit beginning or ending within a character."""
        if self.pattern is None:
            yield from text.occurrences(self.literal)
            return
        for match in self.pattern.finditer(text.folded):
            span = text.original(*match.span())
            if span is not None:
                yield span


def phrase(words: str, *, whole: bool = False) -> Phrase:
    """The phrase that these words make: letter case and the composition of accents do not matter, any space between them does.

    A `*` at a word's end stands for the rest of a word that begins so (`child*`: children); `whole` takes whole words only,
    which scripts without spaces do not have. Raises BadOption where no word is given.

    >>> list(phrase("hide* it").spans(FoldedText("Hiding, she hides  it.")))
    [(12, 21)]
    """
    parts = [(part.rstrip("*"), part.endswith("*")) for part in words.split()]
    if not parts or not all(word for word, _ in parts):
        raise BadOption("Give some words to look for (a * stands at the end of a word only).")
    folded = [fold(word) for word, _ in parts]
    if len(parts) == 1 and not whole and not parts[0][1]:
        return Phrase(folded[0])
    return Phrase(max(folded, key=len), _pattern(folded, [star for _, star in parts], whole))


def _pattern(words: list[str], stars: list[bool], whole: bool) -> Any:
    import regex

    written = regex.escape(words[0]) + _rest(stars[0])
    for before, word, star in zip(words, words[1:], stars[1:], strict=False):
        space = r"\s*" if join_words(before, word) == before + word else r"\s+"
        written += space + regex.escape(word) + _rest(star)
    if whole or stars[0]:
        written = _edge(words[0][0], r"(?<!{})") + written
    if whole and not stars[-1]:
        written += _edge(words[-1][-1], r"(?!{})")
    return regex.compile(f"(?V1){written}")


def _rest(star: bool) -> str:
    return f"{_LETTER}*" if star else ""


def _edge(sign: str, look: str) -> str:
    """The condition that no word goes on beyond this sign, which is the first or last one looked for."""
    import regex

    return look.format(_LETTER) if regex.match(f"(?V1){_LETTER}", sign) else ""
