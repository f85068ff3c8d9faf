"""Two moments of one project side by side: per code what changed, and how far their codings agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from qualcode.analysis.as_of import as_of, moment_of
from qualcode.analysis.table import Table
from qualcode.core.agreement import Agreement, Span, compare_spans
from qualcode.core.codebook_diff import differences
from qualcode.core.codebook_live import live_book
from qualcode.index.index import Index

COLUMNS = (
    "code_id", "code_path", "change", "codings_a", "codings_b", "both", "only_a", "only_b", "agreement", "kappa",
)  # fmt: skip
_KINDS = ("new", "gone", "merged", "renamed", "moved", "redefined", "retired")
Spans = Mapping[str, Mapping[str, list[Span]]]  # by code, by document


def difference(index: Index, a: str, b: str) -> Table:
    """The difference between two moments (dates, local times or milestones), one row a code of either codebook.

    `change`: new, gone, merged, renamed, moved, redefined, retired, or "". `codings_a`, `codings_b`: the code's own codings then;
    `both`: those that stood at both, by the same coder on the same passage; `only_a`, `only_b`: the others.
    `agreement`: share of the code points of all documents' texts on which the two moments agree whether the code itself
    is applied, by whatever coder; `kappa`: Cohen's, over the same units ("" where undefined). Raises BadOption.
    """
    past_a, past_b = (as_of(index, moment_of(index, text)) for text in (a, b))
    try:
        return Table(COLUMNS, _rows(past_a, past_b))
    finally:
        past_a.close()
        past_b.close()


def _rows(a: Index, b: Index) -> list[tuple[object, ...]]:
    book_a, book_b = live_book(a.codebook), live_book(b.codebook)
    kinds: dict[str, list[str]] = defaultdict(list)
    for found in differences(a.codebook, b.codebook):
        if found.kind in _KINDS and found.kind not in kinds[found.code_id]:
            kinds[found.code_id].append(found.kind)
    lengths = _lengths(a) | _lengths(b)
    codings_a, codings_b = _codings(a), _codings(b)
    spans_a, spans_b = _spans(a), _spans(b)
    paths = {code.id: book.path(code.id) for book in (book_a, book_b) for code in book.codes}
    order = [code.id for code in book_b.codes] + [code.id for code in book_a.codes if code.id not in book_b]
    rows: list[tuple[object, ...]] = []
    for code in order:
        own_a, own_b = codings_a[code], codings_b[code]
        both = (own_a & own_b).total()
        agreed = _agreement(spans_a.get(code, {}), spans_b.get(code, {}), lengths)
        rows.append((
            code, paths[code], ", ".join(kinds.get(code, ())), own_a.total(), own_b.total(), both,
            own_a.total() - both, own_b.total() - both, _rounded(agreed.share), _rounded(agreed.kappa),
        ))  # fmt: skip
    return rows


def _rounded(number: float | None) -> float | str:
    return "" if number is None else round(number, 4)


def _lengths(index: Index) -> dict[str, int]:
    return dict(index.rows("SELECT id, characters FROM document"))


def _codings(index: Index) -> dict[str, Counter[tuple[str, str, int, int]]]:
    found: dict[str, Counter[tuple[str, str, int, int]]] = defaultdict(Counter)
    for code, coder, document, start, end in index.rows('SELECT code, coder, document, start, "end" FROM coding'):
        found[code][coder, document, start, end] += 1
    return found


def _spans(index: Index) -> Spans:
    """Where each code itself is applied, by document; codings whose quote is not in its place left out."""
    found: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for code, document, start, end in index.rows(
        """SELECT DISTINCT code, document, start, "end" FROM coding WHERE anchor <> 'lost'"""
    ):
        found[code][document].append((start, end))
    return found


def _agreement(a: Mapping[str, list[Span]], b: Mapping[str, list[Span]], lengths: Mapping[str, int]) -> Agreement:
    """The two by two table over all documents; those in which neither applies the code count as agreed upon."""
    coded = sorted(a.keys() & lengths.keys() | b.keys() & lengths.keys())
    tables = [compare_spans(a.get(document, ()), b.get(document, ()), lengths[document]) for document in coded]
    rest = sum(lengths.values()) - sum(lengths[document] for document in coded)
    both, only_a, only_b, neither = (sum(column) for column in zip(*tables, strict=True)) if tables else (0, 0, 0, 0)
    return Agreement(both, only_a, only_b, neither + rest)
