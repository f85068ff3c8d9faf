"""How much each code was used: its own codings, those of its sub-codes, by coder, in how many documents and cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from qualcode.core.codebook import Codebook
from qualcode.index.index import Index


@dataclass(slots=True)
class CodeCount:
    """Counts of one code. All but `own` count the sub-codes' codings too."""

    own: int = 0
    below: int = 0
    by_coder: Counter[str] = field(default_factory=Counter)
    documents: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)


@dataclass(slots=True)
class OwnCount:
    """The codings of a code itself by coder, the documents they stand in, and the cases of who spoke in those without one."""

    by_coder: Counter[str] = field(default_factory=Counter)
    documents: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)


def own_counts(index: Index) -> dict[str, OwnCount]:
    """What codings say, whatever the tree: the part that takes time."""
    found: dict[str, OwnCount] = {}
    for code, coder, number, documents in index.rows(  # in the order of a covering index: nothing is sorted
        "SELECT code, coder, count(*), group_concat(document, char(10)) FROM coding GROUP BY code, coder"
    ):
        own = found.setdefault(code, OwnCount())
        own.by_coder[coder] = number
        own.documents.update(documents.split("\n"))
    for code, case in index.rows(
        """SELECT DISTINCT c.code, c.kase FROM document d JOIN coding c ON c.document = d.id
        WHERE d.kase = '' AND c.kase <> ''"""
    ):
        found[code].cases.add(case)
    return found


def with_subcodes(book: Codebook, own: Mapping[str, OwnCount], case_of: Mapping[str, str]) -> dict[str, CodeCount]:
    """The counts of every code of the tree, by id."""
    counts = {code.id: CodeCount() for code in book.codes}
    for ident, count in own.items():
        number = sum(count.by_coder.values())
        for above in book.ancestors(ident):
            sums = counts[above.id]
            sums.own += number if above.id == ident else 0
            sums.below += number
            sums.by_coder.update(count.by_coder)
            sums.documents |= count.documents
            sums.cases |= count.cases
    for sums in counts.values():
        sums.cases |= {case_of[document] for document in sums.documents if document in case_of}
    return counts


def code_counts(index: Index) -> dict[str, CodeCount]:
    """The counts of every code of the codebook, by id."""
    return with_subcodes(index.codebook, own_counts(index), cases_of(index))


def cases_of(index: Index) -> dict[str, str]:
    """The case of each document that has one."""
    return dict(index.rows("SELECT id, kase FROM document WHERE kase <> ''"))
