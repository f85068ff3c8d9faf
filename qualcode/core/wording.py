"""Whether words stand in a text as they are quoted: verbatim but for what quoting may change, or nearly so.

Kinds of quotation marks, apostrophes and dashes, spaces and line ends, composed and decomposed accents, the case of the
first letter and the marks at either end may differ. `...` and `[...]` stand for words left out, `[she]` for words put in.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from qualcode.core.document import Body
from qualcode.core.text import fold

ELLIPSIS_TURNS = 4  # an ellipsis may leave out so many turns
_INSERTION_WORDS = 8  # and a bracketed insertion may stand for so many words and marks

_APOSTROPHES = "'’‘ʼ´`′＇"
_QUOTES = frozenset("\"'“”„‟«»‹›‘’‚‛「」『』〝〞〟＂＇´`′″")
_DASHES = "-‐‑‒–—―−﹘－"
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f"
_UNSEEN_GONE = {ord(sign): None for sign in _UNSEEN} | {ord(sign): "'" for sign in _APOSTROPHES}

_DOTS = r"(?:\.(?:[ \u00a0]?\.){2,}|[…⋯]+)"
_GAP = re.compile(
    rf"(?P<ellipsis>[\[(［（【〔]\s*{_DOTS}\s*[\])］）】〕]|{_DOTS})|\\?[\[［〔][^\[\]［］〔〕\n]{{0,160}}[\]］〕]"
)


class Token(NamedTuple):
    """A word, a sign of a script without spaces, or a mark: as compared, and its span in the text.

    `part` is "start" or "end" where only that much of the word is quoted, as in `ask[ed]` and `[T]he`.
    """

    key: str
    start: int
    end: int
    part: str = ""


class Piece(NamedTuple):
    """Words of a quotation that must stand together; `gap` says what is before them: "", "ellipsis" or "insertion"."""

    tokens: tuple[Token, ...]
    gap: str = ""


class Place(NamedTuple):
    """Where a quotation stands verbatim: `[start, end)` in code points of the body."""

    start: int
    end: int


@lru_cache(maxsize=1)
def _pattern() -> Any:
    import regex

    sign = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}ー"
    run = rf"[[\p{{L}}\p{{N}}\p{{M}}{_UNSEEN}]--[{sign}]]+"
    return regex.compile(
        rf"(?V1)(?P<sign>[{sign}]\p{{M}}*)|(?P<word>(?=[\p{{L}}\p{{N}}]){run}(?:[{_APOSTROPHES}]{run})*)"
        rf"|[{regex.escape(_DASHES)}]+|\.{{3,}}|[…⋯]+|(?![\s\p{{Cf}}\p{{Cc}}\p{{M}}*_\\])\X"
    )


@lru_cache(maxsize=50_000)
def _key(text: str) -> str:
    if text[0] in _DASHES:
        return "-"
    if text[0] in "…⋯" or text.startswith("..."):
        return "…"
    if text in _QUOTES:
        return '"'
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_UNSEEN_GONE))


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The words, signs and marks of the text, or of a span of it, with their spans."""
    stop = len(text) if end is None else end
    return [Token(_key(match[0]), *match.span()) for match in _pattern().finditer(text, start, stop)]


def is_word(key: str) -> bool:
    """Whether the token is a word or sign, not a mark."""
    return key[:1].isalnum() or unicodedata.category(key[:1] or " ")[0] in "LNM"


def amount(text: str) -> tuple[int, int]:
    """How many words there are in the text, and how many of them are signs of scripts without spaces, as Chinese."""
    kinds = [match.lastgroup for match in _pattern().finditer(text)]
    signs = kinds.count("sign")
    return kinds.count("word") + signs, signs


def without_gaps(text: str) -> str:
    """The text with a space for each ellipsis and bracketed insertion."""
    return _GAP.sub(" ", text)


def pieces_of(text: str, labels: Iterable[str] = ()) -> tuple[Piece, ...]:
    """The pieces between ellipses and insertions. Speaker labels (folded) that begin a line are not part of the words."""
    text = _without_labels(text, labels)
    found: list[Piece] = []
    at, gap, part = 0, "", ""
    for match in [*_GAP.finditer(text), None]:
        begin = match.start() if match else len(text)
        end = match.end() if match else len(text)
        inserted = match is not None and not match["ellipsis"]
        cut = inserted and begin > at and _letter(text[begin - 1])
        words = _trimmed(tokens(text, at, begin), part, "start" if cut else "")
        if words:
            found.append(Piece(words, gap))
            gap = ""
        if match:
            gap = "insertion" if inserted and gap != "ellipsis" else "ellipsis"
        part = "end" if inserted and _letter(text[end : end + 1]) else ""
        at = end
    return tuple(found)


def _letter(char: str) -> bool:
    """Whether the sign can be part of a longer word."""
    match = _pattern().match(char) if char else None
    return match is not None and match.lastgroup == "word"


def _trimmed(words: list[Token], first_part: str, last_part: str) -> tuple[Token, ...]:
    """Without the marks at both ends; a word that a bracket cuts through is marked as a part."""
    begin, end = 0, len(words)
    while begin < end and unicodedata.category(words[begin].key[0])[0] == "P" and not first_part:
        begin += 1
    while end > begin and unicodedata.category(words[end - 1].key[0])[0] == "P" and not last_part:
        end -= 1
    kept = words[begin:end]
    if kept and first_part:
        kept[0] = kept[0]._replace(part=first_part)
    if kept and last_part:
        kept[-1] = kept[-1]._replace(part=last_part)
    return tuple(kept)


_LABEL = re.compile(r"^[ \t]*(?:\[[\d:.,]{4,12}\][ \t]*)?[*_]*([^:：\n*_]{1,60}?)[*_]*[ \t]*[:：][*_]*", re.MULTILINE)
_USUAL = frozenset(("i", "r", "q", "a", "int", "interviewer"))  # for who asks and who answers


def labels_in(text: str, labels: Iterable[str]) -> list[tuple[str, int, int]]:
    """Speaker labels at the beginning of lines, with their spans: known ones (folded), their initials, I, R, Q, A."""
    known = set(labels)
    if not known or (":" not in text and "：" not in text):
        return []
    initials = {"".join(word[0] for word in label.split()) for label in known if label.strip()}
    return [
        (match[1].strip(), match.start(), match.end())
        for match in _LABEL.finditer(text)
        if (name := fold(match[1].strip())) in known
        or (len(name) <= 3 and match[1].strip().isupper() and name in initials)
        or (name in _USUAL and match[1].strip()[0].isupper())
    ]


def _without_labels(text: str, labels: Iterable[str]) -> str:
    for _, start, end in labels_in(text, labels):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


class Wording:
    """The words and marks of a body in order, without speaker labels; built once for all quotations looked for in it."""

    def __init__(self, body: Body) -> None:
        self.text = body.text
        self.keys: list[str] = []
        self.starts, self.ends, self.turns = array("q"), array("q"), array("q")
        pattern = _pattern()
        for number, turn in enumerate(body.turns):
            spans = [match.span() for match in pattern.finditer(body.text, turn.text_start, turn.end)]
            self.keys += [_key(body.text[start:end]) for start, end in spans]
            self.starts.extend([start for start, _ in spans])
            self.ends.extend([end for _, end in spans])
            self.turns.extend([number] * len(spans))

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Where each word stands, letter case aside."""
        found: dict[str, list[int]] = {}
        for at, key in enumerate(self.keys):
            found.setdefault(key.casefold(), []).append(at)
        return found

    def places(self, pieces: tuple[Piece, ...]) -> list[Place]:
        """Every place where all pieces stand verbatim, in order and near each other; the closest together for each start."""
        if not pieces:
            return []
        later = [list(self.occurrences(piece)) for piece in pieces[1:]]
        found = []
        for first in self.occurrences(pieces[0]):
            end: int | None = first + len(pieces[0].tokens)
            for piece, starts in zip(pieces[1:], later, strict=True):
                end = self._next(piece, starts, end) if end is not None else None
            if end is not None:
                found.append(Place(self.starts[first], self.ends[end - 1]))
        return found

    def _next(self, piece: Piece, starts: list[int], after: int) -> int | None:
        """End of the first occurrence of the piece after a token, or None where that is too far away."""
        index = bisect_left(starts, after)
        if index == len(starts):
            return None
        start, last = starts[index], after - 1
        near = self.turns[start] - self.turns[last] <= ELLIPSIS_TURNS
        if piece.gap == "insertion":
            near = start - after <= _INSERTION_WORDS
        return start + len(piece.tokens) if near else None

    def occurrences(self, piece: Piece) -> Iterator[int]:
        """Index of the first token of every occurrence of the piece, in order."""
        rarest = min(
            (
                (len(self.positions.get(token.key.casefold(), ())), offset)
                for offset, token in enumerate(piece.tokens)
                if not token.part
            ),
            default=None,
        )
        if rarest is None:
            starts: Iterable[int] = range(len(self.keys))
        else:
            offset = rarest[1]
            starts = (at - offset for at in self.positions.get(piece.tokens[offset].key.casefold(), ()))
        last = len(self.keys) - len(piece.tokens)
        return (start for start in starts if 0 <= start <= last and self._stands_at(piece, start))

    def _stands_at(self, piece: Piece, start: int) -> bool:
        return all(
            same(self.keys[start + offset], token, first=offset == 0) for offset, token in enumerate(piece.tokens)
        )


def same(key: str, token: Token, *, first: bool = False) -> bool:
    """Whether a word of the text is the quoted one; at the beginning of a piece the first letter's case is free."""
    if key == token.key:
        return True
    if token.part:
        said, quoted = key.casefold(), token.key.casefold()
        return said.startswith(quoted) if token.part == "start" else said.endswith(quoted)
    return first and key[1:] == token.key[1:] and key[:1].casefold() == token.key[:1].casefold()
