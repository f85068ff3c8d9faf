"""Summaries of cells: the newest memo of kind `summary` about a case and a code, and when it was last written.

When a summary was written is decided so: by the newest act in force in the logs that made or changed the memo (or confirmed
it, see `Session.keep_summary`), save those that only made its links follow a code; where the file says something else than
the logs, or they do not know it, it was written by hand, and the file's time counts.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.analysis.history import acts
from qualcode.analysis.memo_names import book_of
from qualcode.core.links import relinked
from qualcode.core.moments import Moment, utc_text
from qualcode.core.text import fold
from qualcode.index.index import Index

SUMMARY = "summary"


class Summary(NamedTuple):
    """What an analyst wrote of a cell, and the moment at which it was written last."""

    case: str
    code: str
    memo: str
    text: str
    at: Moment

    @property
    def cell(self) -> tuple[str, str]:
        return self.case, self.code


def summaries(index: Index) -> dict[tuple[str, str], Summary]:
    """The summaries by case and code (merges followed)."""
    logged = _logged(index)
    return {
        (case, code): Summary(case, code, ident, text, _written(logged.get(ident), text, index.folder.memo(ident)))
        for (case, code), (ident, text) in _memos(index).items()
    }


def summary_texts(index: Index) -> dict[tuple[str, str], str]:
    """What the summaries say, by case and code; without the moments, for which the logs have to be read."""
    return {cell: text for cell, (_, text) in _memos(index).items()}


def _memos(index: Index) -> dict[tuple[str, str], tuple[str, str]]:
    """Id and text of each cell's summary: of several about one cell the newest by date and id."""
    book = book_of(index)
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for ident, case, code, kind, text in index.rows(
        """SELECT id, kase, code, kind, text FROM memo
        WHERE kase <> '' AND code <> '' AND document = '' AND coding = '' ORDER BY date, id"""
    ):
        if fold(kind) == SUMMARY and text.strip():
            found[case, book.resolve_merge(code)] = (ident, text)
    return found


class _Logged(NamedTuple):
    """What the logs know of a memo: its text as it is, and the newest act in force by which it was written."""

    text: str
    at: Moment | None


def _logged(index: Index) -> dict[str, _Logged]:
    newest: dict[str, Moment] = {}
    for ident, at, key, before, after in index.rows(
        """SELECT id, at, "key", "before", "after" FROM event WHERE what = 'memo' AND op = 'change' AND standing = 1
        ORDER BY at, id"""
    ):
        if not _only_links(json.loads(before or "null"), json.loads(after or "null")):
            newest[key] = Moment(at, ident)
    texts: dict[str, Any] = {}
    for act in acts(index, "memo"):
        texts[act.step.key] = act.step.after.get("text") if isinstance(act.step.after, dict) else None
    return {key: _Logged(str(text or ""), newest.get(key)) for key, text in texts.items()}


def _only_links(before: Any, after: Any) -> bool:
    """Whether all that changed are links that follow something that got another name."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    was, becomes = str(before.get("text") or ""), str(after.get("text") or "")
    return (
        was != becomes and {**before, "text": ""} == {**after, "text": ""} and relinked(was, was, becomes) is not None
    )


def _written(logged: _Logged | None, text: str, path: Path) -> Moment:
    if logged is not None and logged.at is not None and logged.text == text:
        return logged.at
    mtime = path.stat().st_mtime if path.exists() else 0
    return Moment(utc_text(datetime.fromtimestamp(mtime, UTC)))
