"""What can stand beside one another (cases, documents, roles, months ...), and how much text each of them has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from qualcode.analysis.attributes import parts_of
from qualcode.analysis.axes import Axis, nothing
from qualcode.analysis.choosing import chosen, text_scope
from qualcode.analysis.dimensions import PATTERNS, TEXTUAL, axis, key_labels, natural_keys
from qualcode.analysis.filters import Filters, key_of
from qualcode.analysis.frame import Frame, Mask, frame, unique
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Row
from qualcode.core.project import ASKING
from qualcode.core.text import fold
from qualcode.errors import BadOption, UnknownName
from qualcode.index.index import Index

SIDES = (*TEXTUAL, "coder")
FEWEST, MOST = 2, 4
_NAMES = {
    "case": "SELECT id, name FROM kase ORDER BY rank",
    "document": "SELECT id, title FROM document ORDER BY rank",
}


class Side(NamedTuple):
    """One of the things compared. `words` and `documents` tell how much text it has, coded or not."""

    key: str
    name: str
    words: int
    documents: int


def choices(index: Index, by: str) -> list[tuple[str, str]]:
    """Key and name of everything that can be compared by this dimension, in its natural order. Raises BadOption."""
    if by in _NAMES:
        return [(key, name) for key, name in index.rows(_NAMES[by])]
    if by in SIDES:  # what the index tells without its codings being read
        label = key_labels(index, by)
        return [(key, label(key)) for key in natural_keys(index, by)]
    along = side_axis(index, by)
    return list(zip(along.keys, along.labels, strict=True))[: along.natural]


def usual_choices(index: Index, by: str) -> list[str]:
    """The keys of `choices`, those who ask rather than tell (researchers, interviewers) last: what a comparison begins with."""
    asking = [person for person in index.project.participants if fold(person.role) in ASKING]
    last = {value for person in asking for value in {"role": [person.role], "participant": [person.id],
            "speaker": [person.name]}.get(by, [])}  # fmt: skip
    return sorted((key for key, _ in choices(index, by)), key=lambda key: key in last)


def side_axis(index: Index, by: str) -> Axis:
    """How codings and turns divide by the dimension. Raises BadOption, UnknownName."""
    parts = parts_of(index, by)
    if not all(part in SIDES or part.startswith(("attr:", "turn-of:")) for part in parts):
        raise BadOption(f"Nothing can be compared by {by!r}; there are: {', '.join((*SIDES, *PATTERNS))}, "
                        "and several joined with +, such as case+role.")  # fmt: skip
    return axis(index, frame(index), by)


def key_of_side(index: Index, by: str, wanted: str) -> str:
    """The key of what the user called so. Raises UnknownName with the nearest, BadOption for an unknown dimension."""
    along = side_axis(index, by)
    if wanted == nothing(along.name):
        return ""
    if wanted and wanted in along.keys:
        return wanted
    if by in ("case", "document", "speaker", "role", "kind", "coder"):
        return key_of(index, by, wanted)
    known = list(zip(along.keys, along.labels, strict=True))
    found = list(dict.fromkeys(key for key, name in known if fold(wanted) in (fold(key), fold(name))))
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownName(f"Several {by}s are called {wanted!r}: {', '.join(found)}. Give the id.")
    raise UnknownName(f"No {by} is called {wanted!r}.{_nearest(wanted, [name for key, name in known if key])}")


def _nearest(wanted: str, names: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(wanted, names, n=3, cutoff=0.5)
    if near:
        return f" Did you mean: {', '.join(near)}?"
    return f" There are: {', '.join(names[:12])}." if names else ""


def rows_of_sides(index: Index, by: str, keys: Sequence[str], filters: Filters) -> list[list[Row]]:
    """The coded segments of each side that the filters let through, in document order."""
    found, along, mask = frame(index), side_axis(index, by), chosen(index, filters)
    numbers = (_number(along, key) for key in keys)
    return [segments(index, Filters(rows=found.row[mask & (along.of_coding == n)].tolist())).rows for n in numbers]


def sides(index: Index, by: str, keys: Sequence[str], filters: Filters) -> list[Side]:
    """Each of these with its name and the size of its text.

    The text is narrowed by the filters that speak of texts (case, document, kind, speaker, role ...), not by those that speak
    of codings. A coder's text is that of the documents in which they coded anything.
    """
    found, along = frame(index), side_axis(index, by)
    turns, scope = found.turns, text_scope(index, filters)
    names = dict(index.rows(_NAMES[by])) if by in _NAMES else {}
    made = []
    for key in keys:
        own = scope & _text_of(found, along, _number(along, key))
        documents = len(unique(turns.document[own]))
        made.append(Side(key, names.get(key) or _label(along, key), int(turns.words[own].sum()), documents))
    return made


def _text_of(found: Frame, along: Axis, number: int) -> Mask:
    """True for the turns that belong to a side."""
    if along.of_turn is not None:
        own: Mask = along.of_turn() == number
    else:
        own = np.isin(found.turns.document, unique(found.document[along.of_coding == number]))
    return own


def _number(along: Axis, key: str) -> int:
    """The key's number; -1 for one that neither text nor coding has."""
    return along.keys.index(key) if key in along.keys else -1


def _label(along: Axis, key: str) -> str:
    if key in along.keys:
        return along.labels[along.keys.index(key)]
    return key or nothing(along.name)
