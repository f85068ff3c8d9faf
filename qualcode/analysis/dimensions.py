"""What rows and columns of a matrix can go by: codes, cases, documents, speakers, dates, attributes, questions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np

from qualcode.analysis.attributes import Ranges, attribute, name_and_limits, number, parts_of, shown
from qualcode.analysis.frame import Frame, Ints, Longs, Names, Turns, unique
from qualcode.analysis.people import People
from qualcode.errors import BadOption
from qualcode.index.index import Index

DIMENSIONS = (
    "code", "top-code", "case", "document", "participant", "speaker", "role", "kind", "coder", "month", "quarter", "year",
    "language",
)  # fmt: skip
TEXTUAL = ("case", "document", "participant", "speaker", "role", "kind", "month", "quarter", "year", "language")
PATTERNS = ("attr:NAME", "attr:NAME:0,1000,4000", "turn-of:QUESTION")
NO_CASE = "(no case)"
_MONTH = re.compile(r"(\d{4})-(\d{2})")


class Axis(NamedTuple):
    """One way to divide codings. Every coding and, where it is a matter of text, every turn has the number of one key.

    `spread` is there for codes whose sub-codes are rolled up: for each key the numbers of the keys that its codings count for.
    `natural` is how many keys are shown even where nothing is coded.
    """

    name: str
    keys: tuple[str, ...]
    labels: tuple[str, ...]
    natural: int
    of_coding: Ints
    of_turn: Callable[[], Ints] | None = None
    spread: tuple[Longs, Longs] | None = None

    def expand(self, chosen: Longs) -> tuple[Longs, Longs]:
        """The chosen codings with their keys; a coding comes once for every key that it counts for."""
        which, key = self.spread_out(self.of_coding[chosen].astype(np.int64))
        return chosen[which], key

    def spread_out(self, key: Longs) -> tuple[Longs, Longs]:
        """Positions in `key`, and the keys that each counts for."""
        if self.spread is None:
            return np.arange(len(key)), key
        starts, targets = self.spread
        count = (starts[1:] - starts[:-1])[key]
        within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(np.arange(len(key)), count), targets[np.repeat(starts[key], count) + within]

    def counting_for(self, key: int) -> Longs:
        """The keys whose codings count for this one: itself and, where they are rolled up, its sub-codes."""
        if self.spread is None:
            return np.array([key])
        starts, targets = self.spread
        owner = np.repeat(np.arange(len(starts) - 1), starts[1:] - starts[:-1])
        found: Longs = owner[targets == key]
        return found


def axis(index: Index, frame: Frame, spec: str, *, exact: bool = False, only: str = "") -> Axis:
    """The axis that a specification names, such as `case`, `attr:income:0,1000`, `turn-of:questions` or `case+role`.

    `only` narrows it to one key (for codes: to the sub-codes of one). Raises BadOption, UnknownName.
    """
    parts = parts_of(index, spec)
    if len(parts) > 1:
        return _combined(spec, [_single(index, frame, part, exact, "") for part in parts])
    return _single(index, frame, spec.strip(), exact, only)


def _single(index: Index, frame: Frame, spec: str, exact: bool, only: str) -> Axis:
    if spec.startswith("attr:"):
        return _attribute_axis(index, frame, spec)
    if spec.startswith("turn-of:"):
        return _question_axis(index, frame, spec)
    if spec not in DIMENSIONS:
        near = get_close_matches(spec, DIMENSIONS, n=1)
        raise BadOption(
            f"A matrix has no dimension {spec!r}{f' (did you mean {near[0]}?)' if near else ''}; there are: "
            f"{', '.join((*DIMENSIONS, *PATTERNS))}, and several joined with +, such as case+role."
        )
    if spec in ("code", "top-code"):
        return _code_axis(index, frame, spec, exact, only)
    numbers, names, turns = _texts(index, frame, spec)
    natural = [only] if only else natural_keys(index, spec)
    return _from_names(spec, frame, numbers, names, natural, turns, key_labels(index, spec))


def _from_names(
    spec: str, frame: Frame, numbers: Ints, names: Sequence[str], natural: Sequence[str],
    of_turn: Callable[[], Ints] | None, label: Callable[[str], str],
) -> Axis:  # fmt: skip
    """An axis from texts by number; keys beyond the natural ones follow sorted."""
    others = set(names) - set(natural)
    keys = (*natural, *sorted(others))
    at = {key: position for position, key in enumerate(keys)}
    position = np.array([at[name] for name in names], np.int32)
    labels = tuple(label(key) if key else nothing(spec) for key in keys)
    return Axis(spec, keys, labels, len(natural), position[numbers],
                _placed(at, names, of_turn))  # fmt: skip


def _placed(at: dict[str, int], names: Sequence[str], numbers: Callable[[], Ints] | None) -> Callable[[], Ints] | None:
    """The keys of all turns, found when they are first asked for: reading turns costs time that most matrices can do without.
    `names` may grow while they are read; what is no key then counts as none."""
    if numbers is None:
        return None
    found: list[Ints] = []

    def of_turn() -> Ints:
        if not found:
            turn_numbers = numbers()
            found.append(np.array([at.get(name, at[""]) for name in names], np.int32)[turn_numbers])
        return found[0]

    return of_turn


def nothing(spec: str) -> str:
    """What to call the key that stands for "none"."""
    return NO_CASE if spec == "case" else f"(no {spec.removeprefix('attr:')})"


def _texts(index: Index, frame: Frame, spec: str) -> tuple[Ints, Sequence[str], Callable[[], Ints] | None]:
    """The numbers of all codings, the texts by number, and what gives the numbers of all turns."""
    if spec in ("case", "document", "speaker", "role"):
        numbers: Ints = getattr(frame, spec)
        return numbers, frame.names[spec].texts, lambda: getattr(frame.turns, spec)
    if spec == "coder":
        return frame.coder, frame.names["coder"].texts, None
    if spec == "participant":
        return _participants(index, frame)
    names = Names()
    of_document = names.numbers(document_values(frame, spec), len(frame.facts.rank))
    return of_document[frame.document], names.texts, lambda: of_document[frame.turns.document]


def document_values(frame: Frame, spec: str) -> Iterable[str]:
    """Kind, language, month, quarter or year of every document, by its number."""
    facts = frame.facts
    if spec in ("kind", "language"):
        return facts.kind if spec == "kind" else facts.language
    return (period(day, spec) for day in facts.date)


def period(day: str, by: str) -> str:
    """The month, quarter or year of a day (YYYY-MM-DD), "" where it has none.

    >>> period("2009-06-08", "quarter")
    '2009-Q2'
    """
    if by == "year":
        return day[:4] if re.match(r"\d{4}", day) else ""
    found = _MONTH.match(day)
    if not found:
        return ""
    return found[0] if by == "month" else f"{found[1]}-Q{(int(found[2]) + 2) // 3}"


def participants_of(index: Index, frame: Frame, rows: Frame | Turns, names: Names) -> Ints:
    """Which participant speaks in each of the rows (codings or turns), as numbers in `names`; of several who are called alike
    the one for whom the label in the document stands."""
    called: dict[str, list[str]] = {}
    for declared in index.project.participants:
        called.setdefault(declared.name, []).append(declared.id)
    ids = [called.get(name, [""]) for name in frame.names["speaker"].texts]
    found: Ints = np.array([names.number(alike[0] if len(alike) == 1 else "") for alike in ids], np.int32)[rows.speaker]
    shared = [name for name, alike in called.items() if len(alike) > 1]
    if shared:
        people = People(index)
        for at, document, label in _labels(index, frame, rows, shared):
            person = people.of(document, label)
            found[at] = names.number(person.id if person is not None else "")
    return found


def _labels(index: Index, frame: Frame, rows: Frame | Turns, speakers: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Position, document and label of the rows (codings or turns) of speakers who are called so."""
    called = "speaker IN (SELECT value FROM json_each(?))"
    if isinstance(rows, Frame):
        position = {row: at for at, row in enumerate(rows.row.tolist())}
        sql = f"SELECT rowid, document, label FROM coding_row WHERE hidden_by = '' AND {called}"
        found = index.rows(sql, [json.dumps(speakers)])
        return ((position[row], document, label) for row, document, label in found if row in position)
    first = dict(zip(frame.names["document"].texts, rows.first.tolist(), strict=False))
    found = index.rows(f"SELECT document, number, label FROM turn WHERE {called}", [json.dumps(speakers)])
    return ((first[document] + number, document, label) for document, number, label in found)


def _participants(index: Index, frame: Frame) -> tuple[Ints, Sequence[str], Callable[[], Ints]]:
    names = Names()
    turns = frame.turns
    spoken = participants_of(index, frame, turns, names)
    return participants_of(index, frame, frame, names), names.texts, lambda: spoken


_NATURAL = {
    "case": "SELECT id FROM kase ORDER BY rank",
    "document": "SELECT id FROM document ORDER BY rank",
    "speaker": "SELECT DISTINCT speaker FROM turn WHERE speaker <> '' ORDER BY speaker",
    "role": "SELECT DISTINCT role FROM turn WHERE role <> '' ORDER BY role",
    "kind": "SELECT DISTINCT kind FROM document WHERE kind <> '' ORDER BY kind",
    "language": "SELECT DISTINCT language FROM document WHERE language <> '' ORDER BY language",
    "coder": "SELECT DISTINCT coder FROM coding ORDER BY coder",
}


def natural_keys(index: Index, spec: str) -> list[str]:
    """Every key of the dimension in its natural order."""
    project = index.project
    if spec == "participant":
        return [person.id for person in project.participants]
    if spec in ("month", "quarter", "year"):
        days = index.rows("SELECT DISTINCT date FROM document WHERE date <> ''")
        return sorted({period(day, spec) for (day,) in days} - {""})
    keys = [row[0] for row in index.rows(_NATURAL[spec])]
    first: dict[str, list[str]] = {
        "speaker": [person.name for person in project.participants],
        "role": [person.role for person in project.participants],
        "coder": [coder.id for coder in project.coders],
    }
    order = {key: at for at, key in enumerate(dict.fromkeys(first.get(spec, [])))}
    return sorted(keys, key=lambda key: order.get(key, len(order)))


def key_labels(index: Index, spec: str) -> Callable[[str], str]:
    if spec != "participant":
        return lambda key: key
    people = index.project.participants
    names = [person.name for person in people]
    shown_as = {person.id: person.name if names.count(person.name) == 1 else person.id for person in people}
    return lambda key: shown_as.get(key, key)


def _code_axis(index: Index, frame: Frame, spec: str, exact: bool, only: str) -> Axis:
    book = index.codebook
    below = set(book.with_descendants(only)) if only in book else set()
    natural = [code.id for code in book.live if (not only or code.id in below)]
    texts = frame.names["code"].texts
    tops = {code: _top(index, code) for code in texts} if spec == "top-code" else {}
    if tops:
        natural = list(dict.fromkeys(_top(index, code) for code in natural))
        names = Names()
        mapped = names.numbers((tops[code] for code in texts), len(texts))
        return _from_names(spec, frame, mapped[frame.code], names.texts, natural, None, book.path)
    made = _from_names(spec, frame, frame.code, texts, natural, None, book.path)
    if exact:
        return made
    shown_codes = {key for key in made.keys if not only or key in natural or key not in book}
    return made._replace(spread=_spread(index, made.keys, shown_codes))


def _top(index: Index, code: str) -> str:
    above = [upper.id for upper in index.codebook.ancestors(code)]
    return above[-1] if above else code


def _spread(index: Index, keys: Sequence[str], counted: set[str]) -> tuple[Longs, Longs]:
    """For each code the positions of itself and of the codes above it that are counted."""
    at = {key: position for position, key in enumerate(keys)}
    targets: list[list[int]] = [[] for _ in keys]
    for ancestor, code in index.rows("SELECT ancestor, code FROM closure"):
        if code in at and ancestor in at and ancestor in counted:
            targets[at[code]].append(at[ancestor])
    for position, found in enumerate(targets):
        if not found:
            found.append(position)
    starts = np.concatenate([[0], np.cumsum([len(found) for found in targets])]).astype(np.int64)
    return starts, np.array([target for found in targets for target in sorted(found)], np.int64)


def _attribute_axis(index: Index, frame: Frame, spec: str) -> Axis:
    wanted, limits = name_and_limits(index, spec.removeprefix("attr:"))
    found = attribute(index, wanted)
    ranges = Ranges.of(limits) if limits else None

    def name(value: object) -> str:
        if ranges is None:
            return shown(value)
        as_number = number(value)
        return "(not a number)" if as_number is None else ranges.name(as_number)

    names = Names()

    def of_cases() -> Ints:
        cases = frame.names["case"].texts  # reading turns adds those that speak but in which nothing is coded
        return names.numbers((name(found.cases[c]) if c in found.cases else "" for c in cases), len(cases))

    documents = frame.names["document"].texts
    of_document = names.numbers(
        (name(found.documents[d]) if d in found.documents else "" for d in documents), len(documents)
    )
    natural = ranges.names if ranges else [shown(value) for value in sorted(set(found.values), key=_order)]

    def of(rows: Frame | Turns) -> Ints:
        result: Ints = np.where(of_document[rows.document] > 0, of_document[rows.document], of_cases()[rows.case])
        return result

    return _from_names(f"attr:{found.name}", frame, of(frame), names.texts, list(dict.fromkeys(natural)),
                       lambda: of(frame.turns), lambda key: key)  # fmt: skip


def _order(value: object) -> tuple[int, float, str]:
    as_number = number(value)
    return (1, 0.0, shown(value)) if as_number is None else (0, as_number, "")


def _question_axis(index: Index, frame: Frame, spec: str) -> Axis:
    """By the question that an answer belongs to: questions are marked by coding the interviewer's turn with a sub-code of QUESTION
    (or with it); what follows in the document, up to the next marked question, belongs to it."""
    from qualcode.analysis.filters import code_id

    book, wanted = index.codebook, spec.removeprefix("turn-of:")
    top = code_id(index, wanted)
    codes = [code.id for code in book.live if code.id in set(book.with_descendants(top))] if top in book else [top]
    names = frame.names["code"]
    marks = frame.in_turns(
        np.flatnonzero(np.isin(frame.code, [names.known(code) for code in codes if names.known(code) >= 0]))
    )
    marked = frame.turn_first[marks]
    in_book = np.array([codes.index(text) if text in codes else -1 for text in names.texts])[frame.code[marks]]
    order = np.lexsort((in_book, frame.start[marks], marked))
    marks, marked = marks[order], marked[order]
    found = Names()
    questions = found.numbers((names.texts[number] for number in frame.code[marks].tolist()), len(marks))
    turns = frame.turns

    def of(turn: Longs, document: Ints) -> Ints:
        if not len(marks):
            return np.zeros(len(turn), np.int32)
        at = np.searchsorted(marked, turn, "right") - 1
        same = (at >= 0) & (frame.document[marks[np.maximum(at, 0)]] == document)
        result: Ints = np.where(same, questions[np.maximum(at, 0)], 0).astype(np.int32)
        return result

    here = of(frame.turn_first, frame.document)
    here[frame.lost] = 0
    made = _from_names("question", frame, here, found.texts, codes, lambda: of(np.arange(len(turns.start)), turns.document),
                       lambda key: book.path(key) if key in book else key)  # fmt: skip
    return made._replace(name=spec)


def _combined(spec: str, parts: Sequence[Axis]) -> Axis:
    """Several axes as one: a key for every combination that occurs, in the order of the parts."""
    if sum(part.spread is not None for part in parts) > 1 or len({part.name for part in parts}) < len(parts):
        raise BadOption(f"{spec!r} joins the same dimension twice; join different ones, such as case+role.")
    sizes = [len(part.keys) for part in parts]
    of_turn = None
    if all(part.of_turn is not None for part in parts):
        of_turn = _mixed([part.of_turn() for part in parts if part.of_turn is not None], sizes)
    mixed = _mixed([part.of_coding for part in parts], sizes)
    used, spread = _used(parts, sizes, mixed, of_turn)
    keys = tuple(
        "\x1f".join(part.keys[at] for part, at in zip(parts, _unmixed(value, sizes), strict=True)) for value in used
    )
    labels = tuple(
        " · ".join(part.labels[at] for part, at in zip(parts, _unmixed(value, sizes), strict=True)) for value in used
    )
    turn_keys = np.searchsorted(used, of_turn).astype(np.int32) if of_turn is not None else None
    return Axis(spec, keys, labels, len(keys) if of_turn is not None else 0, np.searchsorted(used, mixed).astype(np.int32),
                (lambda: turn_keys) if turn_keys is not None else None, spread)  # fmt: skip


def _mixed(columns: Sequence[Ints], sizes: Sequence[int]) -> Longs:
    value = np.zeros(len(columns[0]), np.int64)
    for column, size in zip(columns, sizes, strict=True):
        value = value * size + column
    return value


def _unmixed(value: int, sizes: Sequence[int]) -> list[int]:
    found = []
    for size in reversed(sizes):
        value, at = divmod(value, size)
        found.append(int(at))
    return found[::-1]


def _used(
    parts: Sequence[Axis], sizes: Sequence[int], mixed: Longs, of_turn: Longs | None
) -> tuple[Longs, tuple[Longs, Longs] | None]:
    """The combinations that occur, ascending, and how they spread where one part is a code with its sub-codes."""
    used = unique(mixed if of_turn is None else np.concatenate([mixed, of_turn]))
    rolled = next((number for number, part in enumerate(parts) if part.spread is not None), None)
    if rolled is None:
        return used, None
    starts, targets = parts[rolled].spread or (np.zeros(1, np.int64), np.zeros(0, np.int64))
    step = int(np.prod(sizes[rolled + 1 :], dtype=np.int64))
    spread: list[list[int]] = []
    for value in used.tolist():
        code = value // step % sizes[rolled]
        above = targets[starts[code] : starts[code + 1]].tolist()
        spread.append([value + (upper - code) * step for upper in above])
    every = unique(np.concatenate([used, np.array([v for found in spread for v in found], np.int64)]))
    at = {value: position for position, value in enumerate(every.tolist())}
    known = dict(zip(used.tolist(), spread, strict=True))
    lists = [
        [at[v] for v in known[value]] if value in known else [position] for position, value in enumerate(every.tolist())
    ]
    return every, (np.concatenate([[0], np.cumsum([len(found) for found in lists])]).astype(np.int64),
                   np.array([v for found in lists for v in found], np.int64))  # fmt: skip


def turn_texts(turns: Turns) -> Longs:
    """How many code points each turn says, its label left out."""
    result: Longs = turns.end - turns.text_start
    return result
