"""The documents in which codings of a kind could stand: where there are none, a display has no data, which is not zero."""

from __future__ import annotations

from typing import Any, NamedTuple

from qualcode.analysis.filters import Filters, key_of
from qualcode.index.index import Index

_CONDITIONS = {
    "kind": "d.kind = ?",
    "document": "d.id = ?",
    "coder": "EXISTS (SELECT 1 FROM coding c WHERE c.document = d.id AND c.coder = ?)",
    "speaker": "EXISTS (SELECT 1 FROM turn t WHERE t.document = d.id AND t.speaker = ?)",
    "role": "EXISTS (SELECT 1 FROM turn t WHERE t.document = d.id AND t.role = ?)",
}


class Material(NamedTuple):
    """A document, or the part of one that belongs to a case: that of a focus group belongs to each case that speaks in it."""

    document: str
    case: str
    date: str
    words: int


def material(index: Index, filters: Filters) -> list[Material]:
    """What could have been coded, in document order: the documents of the kind asked for, in which the speaker or role asked
    for speaks and the coder asked for has coded. `words` are those of whoever is asked for. Raises UnknownName."""
    wanted = {name: key_of(index, name, getattr(filters, name)) for name in _CONDITIONS if getattr(filters, name)}
    condition = " AND ".join(["1", *(_CONDITIONS[name] for name in wanted)])
    rows = index.rows(
        f"SELECT d.id, d.kase, d.date, d.words FROM document d WHERE {condition} ORDER BY d.rank", [*wanted.values()]
    )
    narrow: dict[str, str] = {name: wanted[name] for name in ("speaker", "role") if name in wanted}
    case = key_of(index, "case", filters.case) if filters.case else ""
    parts = [part for row in rows for part in _parts(index, Material(*row), narrow)]
    return [part for part in parts if not filters.case or part.case == case]


def _parts(index: Index, whole: Material, narrow: dict[str, str]) -> list[Material]:
    if whole.case and not narrow:
        return [whole]
    shares: dict[str, int] = {}
    for label, words in _turns(index, whole, narrow):
        case = whole.case or _case_of(index, whole.document, label)
        shares[case] = shares.get(case, 0) + words
    if len(shares) > 1:
        shares.pop("", None)  # the researcher's turns in a focus group do not make a case of their own
    return [whole._replace(case=case, words=words) for case, words in shares.items()] or [whole]


def _turns(index: Index, whole: Material, narrow: dict[str, str]) -> list[Any]:
    """How many words each label of those asked for says."""
    condition = "".join(f" AND {name} = ?" for name in narrow)
    sql = f"SELECT label, sum(words) FROM turn WHERE document = ?{condition} GROUP BY label ORDER BY min(number)"
    return index.rows(sql, [whole.document, *narrow.values()])


def _case_of(index: Index, document: str, label: str) -> str:
    info = index.document_info(document)
    found = index.project.participant_for(label, info.speakers.get(label, "")) if info and label else None
    return found.case if found else ""
