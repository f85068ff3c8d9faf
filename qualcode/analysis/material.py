"""The documents in which codings of a kind could stand: where there are none, a display has no data, which is not zero."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from qualcode.analysis.choosing import text_scope
from qualcode.analysis.filters import Filters, key_of
from qualcode.analysis.frame import frame
from qualcode.index.index import Index


class Material(NamedTuple):
    """A document, or the part of one that belongs to a case: that of a focus group belongs to each case that speaks in it."""

    document: str
    case: str
    date: str
    words: int


def material(index: Index, filters: Filters) -> list[Material]:
    """What could have been coded, in document order: the documents that the filters leave, in which those asked for speak and
    the coder asked for has coded. `words` are those of whoever is asked for. Raises UnknownName, BadQuery."""
    shares = _words(index, filters)
    coded = _coded_by(index, filters.coder)
    found = []
    for document, date in index.rows("SELECT id, date FROM document ORDER BY rank"):
        cases = shares.get(document, {})
        if len(cases) > 1:
            cases.pop("", None)  # the researcher's turns in a focus group do not make a case of their own
        if coded is None or document in coded:
            found += [Material(document, case, date, words) for case, words in cases.items()]
    return found


def _words(index: Index, filters: Filters) -> dict[str, dict[str, int]]:
    """How many words the filters leave of each document, by case."""
    scope, columns = text_scope(index, filters), frame(index)
    documents, cases, turns = columns.names["document"].texts, columns.names["case"].texts, columns.turns
    pairs = turns.document[scope].astype(np.int64) * len(cases) + turns.case[scope]
    keys, first, place = np.unique(pairs, return_index=True, return_inverse=True)
    sums = np.bincount(place, weights=turns.words[scope], minlength=len(keys))
    found: dict[str, dict[str, int]] = {}
    for at in np.argsort(first):
        document, case = divmod(int(keys[at]), len(cases))
        found.setdefault(documents[document], {})[cases[case]] = int(sums[at])
    return found


def _coded_by(index: Index, coder: str) -> set[str] | None:
    """The documents that a coder has coded in; None where nobody is asked for."""
    if not coder:
        return None
    rows = index.rows("SELECT DISTINCT document FROM coding WHERE coder = ?", [key_of(index, "coder", coder)])
    return {document for (document,) in rows}
