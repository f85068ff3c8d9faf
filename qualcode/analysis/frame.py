"""All codings as columns of numbers: what matrices, filters and co-occurrence count on.

The columns are read from the index once and kept for as long as it says the same; after a change only the codings of the
files concerned are read again. 1,000,000 codings take about 50 MB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from qualcode.analysis.people import People
from qualcode.index.index import Index

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]

_TEXTS = ("coder", "document", "code", "case", "speaker", "role")
_NUMBERS = ("start", "end", "words", "lost")
_SELECT = """SELECT rowid, file, coder, document, code, kase, speaker, role, start, "end", words, anchor = 'lost'
FROM coding_row WHERE hidden_by = ''"""
_CHUNK = 50_000
_WIDE = 1 << 31  # more than any text is long: document number and offset in one number


def unique(numbers: NDArray[Any]) -> Longs:
    """The different numbers, ascending. numpy.unique does the same by hashing, twenty times as slowly for a million."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    found: Longs = ordered[first]
    return found


class Names(dict[str, int]):
    """Numbers of texts, in the order in which they came; number 0 is "" (none). A text that is asked for gets a number."""

    def __init__(self) -> None:
        super().__init__({"": 0})
        self.texts = [""]

    def __missing__(self, text: str) -> int:
        found = self[text] = len(self.texts)
        self.texts.append(text)
        return found

    def number(self, text: str) -> int:
        """The text's number; it gets one where it has none yet."""
        return self[text]

    def known(self, text: str) -> int:
        """The text's number, -1 where it has none."""
        return self.get(text, -1)

    def numbers(self, texts: Iterable[str], count: int) -> Ints:
        """The number of each text."""
        return np.fromiter(map(self.__getitem__, texts), np.int32, count)


class Facts(NamedTuple):
    """What is known of each document, by its number in `Frame.names["document"]`; "" where nothing is."""

    rank: Longs
    case: Ints
    kind: list[str]
    date: list[str]
    language: list[str]
    title: list[str]


class Turns(NamedTuple):
    """All turns of all documents, by document number and place; `first` and `last` are a document's range of them."""

    document: Ints
    start: Longs
    text_start: Longs
    end: Longs
    speaker: Ints
    role: Ints
    case: Ints
    words: Longs
    key: Longs
    first: Longs
    last: Longs

    def at(self, document: Ints, offset: Longs) -> Longs:
        """The turn that holds the offset, or the last before it; the document's first where none is."""
        found = np.searchsorted(self.key, document.astype(np.int64) * _WIDE + offset, "right") - 1
        result: Longs = np.maximum(found, self.first[document])
        return result


class Frame:
    """The codings that count (those hidden by a twin do not), in document order, then by start and end.

    `row` is the coding's row in the index; `start` and `end` are code points; `lost` marks those whose place is not known.
    `coder`, `document`, `code`, `case`, `speaker` and `role` are numbers in `names`.
    """

    row: Longs
    file: Longs
    coder: Ints
    document: Ints
    code: Ints
    case: Ints
    speaker: Ints
    role: Ints
    start: Longs
    end: Longs
    words: Longs
    lost: Mask

    def __init__(self, index: Index) -> None:
        self.index = index
        self.names = {name: Names() for name in _TEXTS}
        self._state: _State = _state_of(index)
        self._take(_read(index, self.names), _facts(index, self.names))

    def __len__(self) -> int:
        return len(self.row)

    def _take(self, columns: dict[str, NDArray[Any]], facts: Facts) -> None:
        self.facts = facts
        order = np.lexsort((columns["end"], columns["start"], columns["document"], facts.rank[columns["document"]]))
        for name, values in columns.items():
            setattr(self, name, values[order])
        for kept in ("turns", "turn_first", "turn_last"):
            self.__dict__.pop(kept, None)

    def follow(self) -> None:
        """Take over what has changed in the index since."""
        now = _state_of(self.index)
        before, self._state = self._state, now
        if now.fates != before.fates:
            self._take(_read(self.index, self.names), _facts(self.index, self.names))
            return
        stale = {ident for ident, file in before.files.items() if now.files.get(ident) != file}
        stale |= {ident for ident, file in now.files.items() if before.files.get(ident) != file}
        documents = {file[0] for ident in stale for file in (before.files.get(ident), now.files.get(ident)) if file}
        files = {ident for state in (before, now) for ident, file in state.files.items() if file[0] in documents}
        kept = ~np.isin(self.file, np.fromiter(files, np.int64, len(files)))
        fresh = _read(self.index, self.names, sorted(files & now.files.keys()))
        self._take({name: np.concatenate([getattr(self, name)[kept], fresh[name]]) for name in fresh},
                   _facts(self.index, self.names))  # fmt: skip

    @cached_property
    def turns(self) -> Turns:
        return _turns(self.index, self.names)

    @cached_property
    def turn_first(self) -> Longs:
        """The turn in which each coding begins, as a number in `turns`; meaningless for lost ones."""
        return self.turns.at(self.document, self.start)

    @cached_property
    def turn_last(self) -> Longs:
        """The turn in which each coding ends."""
        return np.maximum(self.turn_first, self.turns.at(self.document, self.end - 1))

    def in_turns(self, chosen: Longs) -> Longs:
        """Of these codings, those that have a place and whose document has turns."""
        document = self.document[chosen]
        there = ~self.lost[chosen] & (self.turns.last[document] > self.turns.first[document])
        return chosen[there]


class _State(NamedTuple):
    """What tells whether the index has changed: files with their stamps, and what codings go by beside their files."""

    files: dict[int, tuple[str, int, int]]
    fates: str


_FRAMES: WeakKeyDictionary[Index, tuple[tuple[Any, ...], Frame]] = WeakKeyDictionary()


def frame(index: Index) -> Frame:
    """The codings of this index as columns, read anew only where it has changed since."""
    token = (id(index.db), index.value("PRAGMA data_version"), index.db.total_changes)
    known = _FRAMES.get(index)
    if known is not None and known[0] == token:
        return known[1]
    if known is not None and known[0][0] == token[0]:
        found = copy(known[1])  # a matrix made before goes on holding the columns that it was made of
        index.steadily(found.follow)
    else:
        found = index.steadily(lambda: Frame(index))
    _FRAMES[index] = (token, found)
    return found


def _state_of(index: Index) -> _State:
    files = {ident: (document, size, mtime) for ident, document, path, size, mtime in index.rows(
        "SELECT id, document, path, size, mtime_ns FROM file") if document or path.startswith("codings/")}  # fmt: skip
    documents = {ident: file for ident, file in files.items() if file[0]}
    project = index.read_or_none("project")
    book = index.read_or_none("codebook")
    people = [] if project is None else [[p.id, p.name, p.role, p.case] for p in project.participants]
    return _State(documents, json.dumps([people, book.fates if book is not None else {}]))


def _read(index: Index, names: dict[str, Names], files: Sequence[int] | None = None) -> dict[str, NDArray[Any]]:
    sql, values = _SELECT, []
    if files is not None:
        sql, values = f"{sql} AND file IN (SELECT value FROM json_each(?))", [json.dumps(files)]
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in ("row", "file", *_TEXTS, *_NUMBERS)}
    cursor = index.db.execute(sql, values)
    while rows := cursor.fetchmany(_CHUNK):
        columns = dict(zip(parts, zip(*rows, strict=True), strict=True))
        for name, column in columns.items():
            if name in names:
                parts[name].append(names[name].numbers(column, len(rows)))
            else:
                parts[name].append(np.array(column, np.int64))
    found = {name: np.concatenate(pieces) if pieces else np.zeros(0, np.int32 if name in names else np.int64)
             for name, pieces in parts.items()}  # fmt: skip
    return {**found, "lost": found["lost"].astype(np.bool_)}


def _facts(index: Index, names: dict[str, Names]) -> Facts:
    rows = index.rows("SELECT id, rank, kase, kind, date, language, title FROM document ORDER BY rank")
    numbers = [names["document"].number(row[0]) for row in rows]
    size = len(names["document"])
    rank, case = np.full(size, _WIDE, np.int64), np.zeros(size, np.int32)
    texts: list[list[str]] = [[""] * size for _ in range(4)]
    for number, row in zip(numbers, rows, strict=True):
        rank[number], case[number] = row[1], names["case"].number(row[2])
        for column, value in zip(texts, row[3:], strict=True):
            column[number] = value
    kind, date, language, title = texts
    return Facts(rank, case, kind, date, language, title)


def _turns(index: Index, names: dict[str, Names]) -> Turns:
    people = People(index)
    cases = dict(index.rows("SELECT id, kase FROM document"))
    numbers = {document: names["document"].number(document) for document in cases}
    columns: list[list[NDArray[Any]]] = [[] for _ in range(8)]
    cursor = index.db.execute('SELECT document, start, text_start, "end", speaker, role, words, label FROM turn')
    while rows := cursor.fetchmany(_CHUNK):
        documents, starts, texts, ends, speakers, roles, words, labels = zip(*rows, strict=True)
        kases = (cases.get(d) or people.case(d, label) for d, label in zip(documents, labels, strict=True))
        size = len(rows)
        read: tuple[NDArray[Any], ...] = (np.fromiter((numbers.get(d, 0) for d in documents), np.int32, size), np.array(starts, np.int64),
                np.array(texts, np.int64), np.array(ends, np.int64), names["speaker"].numbers(speakers, size),
                names["role"].numbers(roles, size), names["case"].numbers(kases, size), np.array(words, np.int64))  # fmt: skip
        for column, values in zip(columns, read, strict=True):
            column.append(values)
    kinds = (np.int32, np.int64, np.int64, np.int64, np.int32, np.int32, np.int32, np.int64)
    whole = [np.concatenate(parts) if parts else np.zeros(0, kind) for parts, kind in zip(columns, kinds, strict=True)]
    order = np.lexsort((whole[1], whole[0]))
    whole = [column[order] for column in whole]
    every = np.arange(len(names["document"]))
    first, last = np.searchsorted(whole[0], every, "left"), np.searchsorted(whole[0], every, "right")
    document, start, text_start, end, speaker, role, case, said = whole
    key = document.astype(np.int64) * _WIDE + start
    return Turns(document, start, text_start, end, speaker, role, case, said, key, first, last)
