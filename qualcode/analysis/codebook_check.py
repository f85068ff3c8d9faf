"""`qualcode codebook check`: codes that look alike; listed, never changed."""

from __future__ import annotations

from collections.abc import Iterator

from qualcode.analysis.table import Table
from qualcode.core.codebook_likeness import near_duplicates
from qualcode.core.how_many import how_many
from qualcode.index.index import Index

COLUMNS = ("finding", "code_id", "code_path", "other_id", "other_path", "detail")
_FEWEST_ALL = 2  # passages in common from which on two codes look alike that stand nowhere else
_FEWEST, _SHARE = 3, 0.8  # passages in common, and their share of the rarer code's, from which on two codes look alike


def codebook_check(index: Index) -> Table:
    """What in the codebook deserves a look: near-duplicate names, namesakes, codes that stand on the same passages,
    codes without a definition that are in use, and codings that do not count because their code was deleted."""
    return Table(COLUMNS, [*_names(index), *_namesakes(index), *_passages(index), *_undefined(index), *_deleted(index)])


def _names(index: Index) -> Iterator[tuple[str, ...]]:
    book = index.codebook
    for one, other, reason in near_duplicates((code.id, code.name, book.path(code.id)) for code in book.live):
        if book[one].name == book[other].name:
            continue  # a namesake: listed as such
        yield "near-duplicate names", one, book.path(one), other, book.path(other), reason


def _namesakes(index: Index) -> Iterator[tuple[str, ...]]:
    book = index.codebook
    first: dict[tuple[str, str], str] = {}
    for code in book.live:
        other = first.setdefault((book.resolve_merge(code.parent), code.name), code.id)
        if other != code.id:
            yield "same name, same parent", other, book.path(other), code.id, book.path(code.id), "rename or merge one"


def _passages(index: Index) -> Iterator[tuple[str, ...]]:
    """Pairs of codes of which the rarer one stands nearly always on just the passages of the other."""
    book = index.codebook
    totals = dict(
        index.rows(
            """SELECT code, count(*) FROM (SELECT DISTINCT code, document, start, "end" FROM coding) GROUP BY 1"""
        )
    )
    pairs = index.rows(
        """WITH place AS MATERIALIZED (SELECT DISTINCT document, start, "end", code FROM coding)
        SELECT a.code, b.code, count(*) FROM place a JOIN place b ON b.document = a.document AND b.start = a.start
          AND b."end" = a."end" AND b.code > a.code GROUP BY 1, 2 HAVING count(*) >= ?""",
        [_FEWEST_ALL],
    )
    for one, other, both in sorted(pairs, key=lambda pair: -pair[2]):
        rarer = min(totals[one], totals[other])
        all_of_both = both == totals[one] == totals[other]
        if one in book and other in book and (all_of_both or (both >= _FEWEST and both >= _SHARE * rarer)):
            detail = f"{how_many(both, 'passage')} in common; {totals[one]} and {totals[other]} in all"
            yield "same passages", one, book.path(one), other, book.path(other), detail


def _undefined(index: Index) -> Iterator[tuple[str, ...]]:
    book = index.codebook
    used = {row[0]: row[1] for row in index.rows("SELECT code, count(*) FROM coding GROUP BY 1")}
    for code in book.live:
        if not code.definition and used.get(code.id):
            yield "no definition", code.id, book.path(code.id), "", "", how_many(used[code.id], "coding")


def _deleted(index: Index) -> Iterator[tuple[str, ...]]:
    book = index.codebook
    rows = index.rows(
        "SELECT made_code, coder, count(*) FROM coding_row WHERE hidden_by = 'deleted' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for code, coder, count in rows:
        yield "deleted, codings do not count", code, book.path(code), "", "", f"{how_many(count, 'coding')} of {coder}"
