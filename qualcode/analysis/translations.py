"""Originals and their translations: which turns answer to each other, and a passage's counterpart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qualcode.analysis.filters import document_id
from qualcode.analysis.table import Table
from qualcode.core.alignment import Alignment, Pin, align, doubts, parse_pin, turns_with_words, usable_pins
from qualcode.core.document import Body
from qualcode.errors import BadOption, UnknownName
from qualcode.index.index import Index

COLUMNS = (
    "original", "translation", "language", "translated_into", "turns", "translated_turns", "pins", "surplus", "unlinked",
    "doubtful",
)  # fmt: skip
DOUBTS = (
    "translation", "turn", "line", "speaker", "words", "translated_turn", "translated_line", "translated_speaker",
    "translated_words", "proposal",
)  # fmt: skip
_SHOWN = 60


class Pair:
    """An original and one translation of it, with both texts and their links. `pins` are those that hold, `idle` the
    others, as written."""

    def __init__(self, index: Index, original: str, translation: str) -> None:
        self.original, self.translation = original, translation
        self._index = index
        self.bodies: tuple[Body, Body] = (index.body(original), index.body(translation))
        info = index.document_info(translation)
        written = info.aligned if info else ()
        turns = turns_with_words(self.bodies[0]), turns_with_words(self.bodies[1])
        pins = [pin for pin in map(parse_pin, written) if pin is not None]
        self.pins = usable_pins(pins, *turns)
        self.idle = [text for text in written if parse_pin(text) not in self.pins]
        self.turns = turns
        self.alignment: Alignment = align(*turns, self.pins)

    def side(self, document: str) -> int:
        """0 for the original, 1 for the translation."""
        return int(document == self.translation)

    def counterparts(self, side: int, start: int, end: int) -> list[int]:
        """The numbers of the other side's turns that answer to a passage of this side."""
        links = (self.alignment.of_original, self.alignment.of_translation)[side]
        body = self.bodies[side]
        number = max(0, body.turn_index(start))
        found: dict[int, None] = {}
        while number < len(body.turns) and body.turns[number].start < max(end, start + 1):
            if body.turns[number].end > start:
                found.update(dict.fromkeys(links.get(number, ())))
            number += 1
        return sorted(found)

    def words(self, side: int, turns: list[int]) -> str:
        """What is said in these turns of a side, labels left out, turns joined by LF."""
        body = self.bodies[side]
        said = (body.text[body.turns[number].text_start : body.turns[number].end] for number in turns)
        return "\n".join(text.strip() for text in said)

    def doubts(self) -> list[tuple[Pin, Pin | None]]:
        """Links whose turns different people speak, some with a pin that would mend them."""
        names = self._speakers(self.original), self._speakers(self.translation)
        if len(names[0]) != len(self.bodies[0].turns) or len(names[1]) != len(self.bodies[1].turns):
            return []  # the index is not up to date with the text yet
        return [(Pin(doubt.original, doubt.translation), doubt.better) for doubt in doubts(self.alignment, *names)]

    def _speakers(self, document: str) -> list[str]:
        return [
            row[0]
            for row in self._index.rows("SELECT speaker FROM turn WHERE document = ? ORDER BY number", [document])
        ]


@dataclass(frozen=True)
class Names:
    """The ids of an original and its translation."""

    original: str
    translation: str


def pair_names(index: Index, document: str = "") -> list[Names]:
    """All pairs in document order, or those that a document is part of; only pairs of which both texts are there."""
    rows = index.rows(
        """SELECT o.id, t.id FROM document t JOIN document o ON o.id = t.translation_of AND o.id <> t.id
        ORDER BY o.rank, t.rank"""
    )
    return [Names(*row) for row in rows if document in ("", *row)]


def pairs(index: Index) -> Table:
    """Every original with each translation of it: how many turns with words each has, how many links were set by hand,
    how many turns hang on another's link or have none, and how many links two different people speak."""
    languages = dict(index.rows("SELECT id, language FROM document"))
    rows = []
    for pair in _each(index):
        first, second = pair.turns
        rows.append(
            (pair.original, pair.translation, languages[pair.original], languages[pair.translation], len(first), len(second),
             len(pair.pins), pair.alignment.surplus, pair.alignment.unlinked, len(pair.doubts()))
        )  # fmt: skip
    return Table(COLUMNS, rows)


def doubtful_links(index: Index, document: str = "") -> tuple[Table, list[str]]:
    """The links whose turns different people speak, of all pairs or of a document's, with a proposed pin such as `12=14`;
    and a sentence on each pin that does not hold. Turns and lines count from 1. Raises UnknownName, BadOption."""
    wanted = document_id(index, document) if document else ""
    if wanted and not pair_names(index, wanted):
        raise BadOption(f"{wanted} has no translation and is none: qualcode translations link ORIGINAL TRANSLATION.")
    rows, idle = [], []
    for pair in _each(index, wanted):
        idle += [f"{pair.translation}: the pin {pin} does not hold (no such turn with words, or it crosses another one)."
                 for pin in pair.idle]  # fmt: skip
        for link, better in pair.doubts():
            rows.append((pair.translation, *_told(pair, 0, link.original), *_told(pair, 1, link.translation),
                         str(better) if better else ""))  # fmt: skip
    return Table(DOUBTS, rows), idle


def _told(pair: Pair, side: int, number: int) -> tuple[int, int, str, str]:
    turn = pair.bodies[side].turns[number]
    words = " ".join(pair.words(side, [number]).split())
    return number + 1, turn.line + 1, turn.speaker, words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"


def _each(index: Index, document: str = "") -> Iterator[Pair]:
    for names in pair_names(index, document):
        pair = pair_or_none(index, names)
        if pair is not None:
            yield pair


def pair_or_none(index: Index, names: Names) -> Pair | None:
    """The pair, or None where one of the texts has gone since the index looked."""
    try:
        return Pair(index, names.original, names.translation)
    except UnknownName:
        return None


def with_translations(index: Index, table: Table) -> Table:
    """The table of segments with two columns more: `translation`, what the linked turns of the other document say, and
    `translation_document`, its id. For a coding on a translation that is the original; for one on an original the first
    translation in document order. Both are "" where there is none, or the passage is lost."""
    names: dict[str, Names] = {}
    for found in pair_names(index):
        names.setdefault(found.original, found)
    for found in pair_names(index):
        names[found.translation] = found
    known: dict[str, Pair | None] = {}
    rows = []
    for row in table:
        document = row["document"]
        if document in names and document not in known:
            known = {document: pair_or_none(index, names[document])}  # rows come document by document: one is kept
        pair = known.get(document)
        said, other = "", ""
        if pair is not None and row["line"]:
            side = pair.side(document)
            said = pair.words(1 - side, pair.counterparts(side, row["start"], row["end"]))
            other = (pair.translation, pair.original)[side]
        rows.append((*row, said, other))
    return Table((*table.columns, "translation", "translation_document"), rows)
