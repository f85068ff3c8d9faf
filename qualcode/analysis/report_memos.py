"""The memos that belong in a report."""

from __future__ import annotations

from collections.abc import Set

from qualcode.analysis.memo_names import shown_about
from qualcode.analysis.memos import COLUMNS
from qualcode.analysis.table import Row, Table
from qualcode.core.memo import About
from qualcode.index.index import Index


def report_memos(index: Index, part: tuple[Set[str], Set[str], Set[str]] | None) -> list[Row]:
    """Memos by date, oldest first: all, or, for a part (documents, cases, codings), those that are about nothing outside it."""
    rows = []
    for ident, title, *things, kind, date, author, words, text in index.rows(
        "SELECT id, title, kase, document, code, coding, kind, date, author, words, text FROM memo ORDER BY date, id"
    ):
        about = About(*things)
        if part is None or _inside(about, *part):
            rows.append((ident, title, shown_about(index, about), kind, date, author, words, text))
    return list(Table(COLUMNS, rows))


def _inside(about: About, documents: Set[str], cases: Set[str], codings: Set[str]) -> bool:
    named = ((about.document, documents), (about.case, cases), (about.coding, codings))
    return all(not name or name in inside for name, inside in named)
