"""The codebook as a table: what each code means, where it stands, how much is coded with it, since when it is there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from qualcode.analysis.lists import codes
from qualcode.analysis.table import Row, Table
from qualcode.core.codebook_diff import Difference
from qualcode.core.codebook_live import live_book, names_from_top
from qualcode.index.index import Index

_BEFORE_LEVELS = ("code_id", "code", "code_path", "parent")
_AFTER_LEVELS = (
    "definition", "use_when", "do_not_use_when", "example", "color", "segments", "documents", "cases", "coders",
    "created_at", "modified_at",
)  # fmt: skip


def codebook_table(index: Index) -> Table:
    """One row a live code, in codebook order, with the names on its way from the top in `level_1`, `level_2` ...

    `color` is the code's own ("" where it takes it from above). `segments` counts its own codings; `documents`, `cases`
    and `coders` are those of its sub-codes too. `created_at` and `modified_at` come from the log (UTC, "" where it does
    not know).
    """
    book = live_book(index.codebook)
    counts: Mapping[str, Row] = {row["code_id"]: row for row in codes(index)}
    times = _times(index)
    names = {code.id: names_from_top(book, code.id) for code in book.codes}
    depth = max(map(len, names.values()), default=1)
    rows = []
    for code in book.codes:
        way = names[code.id]
        row = counts.get(code.id)
        used = (
            [row[name] for name in ("segments", "documents", "cases", "coders")] if row is not None else [0, 0, 0, ""]
        )
        rows.append(
            (code.id, code.name, "/".join(way), code.parent, *way, *[""] * (depth - len(way)), code.definition,
             code.use_when, code.do_not_use_when, code.example, code.color, *used, *times.get(code.id, ("", "")))
        )  # fmt: skip
    return Table([*_BEFORE_LEVELS, *(f"level_{number}" for number in range(1, depth + 1)), *_AFTER_LEVELS], rows)


def _times(index: Index) -> dict[str, tuple[str, str]]:
    """When each code was made and last changed, by what stands in the log."""
    rows: list[tuple[Any, ...]] = index.rows(
        """SELECT "key", min(CASE WHEN "before" = '' THEN at END), max(at) FROM event
        WHERE op = 'change' AND what = 'code' AND standing = 1 GROUP BY "key" """
    )
    times = {key: (made or "", changed) for key, made, changed in rows}
    first = index.rows(
        """SELECT at, "after" FROM event WHERE op = 'change' AND what = 'codebook' ORDER BY id LIMIT 1"""
    )
    for at, noted in first:  # those that were there when the codebook was first noted: they are at least as old
        codes = json.loads(noted or "{}")
        for key in codes.get("codes", ()) if isinstance(codes, dict) and isinstance(codes.get("codes"), dict) else ():
            made, changed = times.get(key, ("", ""))
            times[key] = (made or at, changed or at)
    return times


def difference_table(found: Iterable[Difference]) -> Table:
    """One row a difference between two codebooks, as `codebook_diff.differences` finds them."""
    names = ("change", "code_id", "code_before", "code_after", "field", "before", "after")
    return Table(names, found)
