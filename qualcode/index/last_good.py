"""What the project's index on disk knew last, for an index that is made anew beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from qualcode.core.text import body_hash
from qualcode.index.index import Index, state_from
from qualcode.index.left_behind import is_open_here
from qualcode.index.ours import is_ours, is_safe_place, protect


def rows_on_disk(index: Index, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What a question to the index on disk gives; none where there is no index, or none of this machine that can be read."""
    path = index.folder.index_db
    if not path.exists() or not is_safe_place(path) or not (is_open_here(path) or is_ours(path)):
        return []
    try:
        other = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            protect(other)
            return other.execute(sql, values).fetchall()
        finally:
            other.close()
    except sqlite3.Error:
        return []


def last_good(index: Index, name: str) -> Any:
    """The `project` or `codebook` as last read without a conflict, by this index or the one on disk; None where neither has it."""
    known = index.read_or_none(name)
    if known is not None:
        return known
    rows = dict(rows_on_disk(index, "SELECT name, value FROM state WHERE name IN (?, ?)", [name, f"{name} version"]))
    text = str(rows.get(name) or "")
    if not text or body_hash(text) != rows.get(f"{name} version"):
        return None
    try:
        return state_from(name, json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
