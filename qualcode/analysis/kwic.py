"""A concordance: every occurrence of words in what is said, with the words either side and the codes that stand there."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from qualcode.analysis.filters import key_of
from qualcode.analysis.people import People
from qualcode.analysis.search import Hit, Place, hits, places
from qualcode.analysis.table import Table
from qualcode.core.document import Body
from qualcode.core.overlay import shown
from qualcode.core.phrase import phrase
from qualcode.core.surroundings import after, before
from qualcode.core.text import fold, word_pattern
from qualcode.core.units import Unit, Units
from qualcode.errors import BadOption
from qualcode.index.index import Index

COLUMNS = ("document", "line", "start", "end", "speaker", "role", "case", "left", "hit", "right", "codes")
SORTS = ("document", "left", "right")


@dataclass(frozen=True)
class Wanted:
    """What to look for and where; "" means anywhere. `words` is a phrase as `core.phrase` reads it."""

    words: str
    whole: bool = False
    case: str = ""
    document: str = ""
    speaker: str = ""
    role: str = ""
    kind: str = ""


class Line(NamedTuple):
    """One hit with what stands either side of it in the same turn."""

    document: str
    line: int
    start: int
    end: int
    speaker: str
    role: str
    case: str
    left: str
    hit: str
    right: str


class Passage(NamedTuple):
    """A span of a document, with the words that stand there."""

    document: str
    start: int
    end: int
    quote: str


class Concordance(Table):
    """A row a hit. `in_labels` counts the occurrences in speakers' labels, which are not said and not listed."""

    def __init__(self, rows: Iterable[Sequence[Any]], in_labels: int) -> None:
        super().__init__(COLUMNS, rows)
        self.in_labels = in_labels


def kwic(index: Index, wanted: Wanted, *, width: int = 40, sort: str = "document") -> Concordance:
    """Every hit, in document order or by the words before (`left`, the nearest first) or after it (`right`).

    `left` and `right` hold up to `width` terminal columns of the same turn, in the order in which the text is stored (which
    for right-to-left scripts is not how it looks); `codes` names the codings that overlap the hit. Raises BadOption,
    UnknownName.
    """
    if sort not in SORTS:
        raise BadOption(f"{sort!r} is no way to sort: {', '.join(SORTS)}.")
    found, in_labels, codes = [], 0, Codes(index)
    for line in lines(index, wanted, width):
        if line is None:
            in_labels += 1
        else:
            found.append((*line, "; ".join(codes.over(line.document, line.start, line.end))))
    return Concordance(in_order(found, sort), in_labels)


def in_order(found: Sequence[Any], sort: str) -> Sequence[Any]:
    """Lines in document order by the words before the hit, the nearest first (`left`), or by those after it (`right`)."""
    if sort == "document":
        return found
    beside, step = (COLUMNS.index("left"), -1) if sort == "left" else (COLUMNS.index("right"), 1)
    return sorted(found, key=lambda row: [fold(word) for word in word_pattern().findall(row[beside])[::step]])


def lines(index: Index, wanted: Wanted, width: int = 40) -> Iterator[Line | None]:
    """The hits one by one, in document order, found as they are asked for; None for one within a speaker's label.

    Raises BadOption and UnknownName at once.
    """
    looking = Looking(index, wanted, width)
    return (line for place in looking.places for line in looking.in_document(place))


class Looking:
    """A search that goes on document by document, so that whoever shows it can do other things in between.

    Raises BadOption and UnknownName.
    """

    def __init__(self, index: Index, wanted: Wanted, width: int = 40) -> None:
        self._index, self._width, self._people = index, width, People(index)
        self._phrase = phrase(shown(wanted.words), whole=wanted.whole)
        keys = {name: key_of(index, name, getattr(wanted, name)) for name in ("case", "speaker", "role", "kind")
                if getattr(wanted, name)}  # fmt: skip
        self.places = places(index, document=wanted.document, kind=keys.pop("kind", None))
        if "case" in keys:
            self.places = [place for place in self.places if place.case in (keys["case"], "")]
        self._keys = keys

    def in_document(self, place: Place) -> Iterator[Line | None]:
        """The hits in one of `places`; None for one within a speaker's label."""
        for hit in hits(self._index, self._phrase, [place]):
            turn = hit.turn
            case = place.case or self._people.case(place.document, turn.label)
            said = {"case": case, "speaker": turn.speaker, "role": turn.role}
            if all(said[name] == key for name, key in self._keys.items()):
                yield None if hit.start < turn.text_start else self._line(hit, case)

    def _line(self, hit: Hit, case: str) -> Line:
        turn, text = hit.turn, hit.text
        (start, end), (floor, until) = hit.at, hit.said
        ceiling = until if until >= end else len(text)
        return Line(
            hit.place.document, hit.line, hit.start, hit.end, turn.speaker, turn.role, case,
            before(text, start, floor, self._width), text[start:end], after(text, end, ceiling, self._width),
        )  # fmt: skip


class Codes:
    """Which codes stand where; a document's codings are asked for once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        codes = index.rows("SELECT id, name, rank FROM code")
        self._names = {ident: name for ident, name, _ in codes}
        self._ranks = {ident: rank for ident, _, rank in codes}
        self._known: dict[str, tuple[list[int], list[tuple[int, int, str]], int]] = {}

    def over(self, document: str, start: int, end: int) -> list[str]:
        """The names of the codes whose codings overlap this span, in codebook order, each once."""
        if document not in self._known:
            rows = self._index.rows(_CODES, [document])
            longest = max((row[1] - row[0] for row in rows), default=0)
            self._known[document] = [row[0] for row in rows], rows, longest
        starts, rows, longest = self._known[document]
        first, last = bisect_left(starts, start - longest), bisect_right(starts, end - 1)
        there = {code for _, until, code in rows[first:last] if until > start}
        ordered = sorted(there, key=lambda code: (self._ranks.get(code, len(self._ranks)), code))
        return [self._names.get(code, code) for code in ordered]


_CODES = "SELECT start, \"end\", code FROM coding WHERE document = ? AND anchor <> 'lost' ORDER BY start"


def passages(index: Index, found: Iterable[Any], unit: Unit) -> list[Passage]:
    """The words, sentences or turns in which hits (with document, start and end) stand, in their order, each once."""
    spans: dict[Passage, None] = {}
    known: dict[str, tuple[Body, Units]] = {}
    for document, start, end in found:
        if document not in known:
            body = index.body(document)
            known = {document: (body, Units(body))} if len(known) > 8 else known | {document: (body, Units(body))}
        body, units = known[document]
        first, last = units.at(start, unit), units.at(end - 1, unit)
        begin, until = min(start, first[0]), max(end, last[1])
        spans[Passage(document, begin, until, body.text[begin:until])] = None
    return list(spans)
