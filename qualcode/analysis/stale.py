"""The re-reading queue: codings that were made under an older definition of their code."""

from __future__ import annotations

from qualcode.analysis.filters import Filters, code_id, where
from qualcode.analysis.history import RULES, rules_changed, rules_of
from qualcode.analysis.table import Table
from qualcode.core.codebook_steps import value_of
from qualcode.index.index import Index

COLUMNS = (
    "coding_id", "case", "document", "line", "start", "end", "speaker", "coder", "code_id", "code_path", "text", "note",
    "changed_at", "changed_by", *(f"{name}_{when}" for name in RULES for when in ("before", "now")),
)  # fmt: skip


def stale(index: Index, filters: Filters | None = None) -> Table:
    """Codings whose coder last decided for the code (applied, recoded or kept) before its definition, `use when` or
    `do not use when` became what it is now; in codebook order, then as `segments`.

    `changed_at` and `changed_by` are those of the first change since; `..._before` is what the coder went by. A text that
    was changed and changed back is not listed. Raises UnknownName.
    """
    filters = filters or Filters()
    book = index.codebook
    wanted = set(book.with_descendants(code_id(index, filters.code))) if filters.code and not filters.exact else None
    condition, values = where(index, filters)
    changed = rules_changed(index)
    rows = []
    for code in book.live:
        acts = changed.get(code.id, [])
        if not acts or (wanted is not None and code.id not in wanted):
            continue
        now = {name: getattr(code, name) for name in RULES}
        for judged, *row in index.rows(
            f"""SELECT c.judged, c.id, c.kase, c.document, c.line, c.start, c."end", c.speaker, c.coder,
              c.code, ?, c.quote, c.note FROM coding c LEFT JOIN document d ON d.id = c.document
            WHERE {condition} AND c.code = ? AND c.judged < ?
            ORDER BY d.rank IS NULL, d.rank, c.document, c.start, c."end", c.coder, c.id""",
            [book.path(code.id), *values, code.id, acts[-1].id],
        ):
            since = next(act for act in acts if act.id > judged)
            before = dict(zip(RULES, rules_of(since.step.before), strict=True))
            if before != now:
                pairs = (text for name in RULES for text in (before[name], value_of(now, name)))
                rows.append((*row, since.at, since.coder, *pairs))
    return Table(COLUMNS, rows)
