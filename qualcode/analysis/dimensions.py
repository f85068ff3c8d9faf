"""What rows and columns of a matrix can go by: codes, cases, documents, speakers, dates, attributes, questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches

import numpy as np

from qualcode.analysis.attributes import parts_of
from qualcode.analysis.axes import Axis, combined, from_names
from qualcode.analysis.frame import Frame, Ints, Longs, Names, Turns
from qualcode.analysis.own_dimensions import attribute_axis, question_axis
from qualcode.analysis.people import People
from qualcode.analysis.periods import period_of
from qualcode.errors import BadOption
from qualcode.index.index import Index

DIMENSIONS = (
    "code", "top-code", "case", "document", "participant", "speaker", "role", "kind", "coder", "month", "quarter", "year",
    "language",
)  # fmt: skip
TEXTUAL = ("case", "document", "participant", "speaker", "role", "kind", "month", "quarter", "year", "language")
PATTERNS = ("attr:NAME", "attr:NAME:0,1000,4000", "turn-of:QUESTION")


def axis(index: Index, frame: Frame, spec: str, *, exact: bool = False, only: str = "") -> Axis:
    """The axis that a specification names, such as `case`, `attr:income:0,1000`, `turn-of:questions` or `case+role`.

    `only` narrows it to one key (for codes: to the sub-codes of one). Raises BadOption, UnknownName.
    """
    parts = parts_of(index, spec)
    if len(parts) > 1:
        return combined(spec, [_single(index, frame, part, exact, "") for part in parts])
    return _single(index, frame, spec.strip(), exact, only)


def _single(index: Index, frame: Frame, spec: str, exact: bool, only: str) -> Axis:
    if spec.startswith("attr:"):
        return attribute_axis(index, frame, spec)
    if spec.startswith("turn-of:"):
        return question_axis(index, frame, spec)
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
    return from_names(spec, numbers, names, natural, turns, key_labels(index, spec))


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
    return (period_of(day, spec) for day in facts.date)


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
        return sorted({period_of(day, spec) for (day,) in days})
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
    if spec == "top-code":
        natural = list(dict.fromkeys(book.with_ancestors(code)[-1] for code in natural))
        names = Names()
        mapped = names.numbers((book.with_ancestors(code)[-1] for code in texts), len(texts))
        return from_names(spec, mapped[frame.code], names.texts, natural, None, book.path)
    made = from_names(spec, frame.code, texts, natural, None, book.path)
    if exact:
        return made
    shown_codes = {key for key in made.keys if not only or key in natural or key not in book}
    return made._replace(spread=_spread(index, made.keys, shown_codes))


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
