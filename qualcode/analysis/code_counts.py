"""How much each code was used: its own codings, those of its sub-codes, by coder, in how many documents and cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qualcode.index.index import Index


@dataclass(slots=True)
class CodeCount:
    """Counts of one code. `below` holds the sub-codes' codings too, as do by_coder, documents and cases."""

    own: int = 0
    below: int = 0
    by_coder: dict[str, int] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)


def code_counts(index: Index) -> Mapping[str, CodeCount]:
    """The counts of every code of the codebook, by id."""
    book = index.codebook
    counts = {code.id: CodeCount() for code in book.codes}
    lines = {code.id: [counts[above.id] for above in book.ancestors(code.id)] for code in book.codes}
    case_of = dict(index.rows("SELECT id, kase FROM document WHERE kase <> ''"))
    rows = index.rows("SELECT code, document, coder, count(*) FROM coding GROUP BY code, document, coder")
    for code, document, coder, number in rows:
        for at, count in enumerate(lines.get(code, ())):
            count.own += number if not at else 0
            count.below += number
            count.by_coder[coder] = count.by_coder.get(coder, 0) + number
            count.documents.add(document)
            if document in case_of:
                count.cases.add(case_of[document])
    return counts
