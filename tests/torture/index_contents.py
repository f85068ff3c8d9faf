"""What an index holds, table by table, without what depends on the order in which it was filled."""

from __future__ import annotations

from typing import Any

from qualcode.index.index import Index

Rows = list[tuple[Any, ...]]
_TABLES = {
    "file": "SELECT path, coder, document, size FROM file",
    "problem": "SELECT file, line, message, advice FROM problem",
    "state": "SELECT name, value FROM state WHERE name IN ('project', 'codebook')",
    "kase": "SELECT * FROM kase",
    "code": "SELECT * FROM code",
    "closure": "SELECT * FROM closure",
    "document": "SELECT * FROM document",
    "document_text": "SELECT * FROM document_text",
    "known_text": "SELECT * FROM known_text",
    "turn": "SELECT * FROM turn",
    "event": "SELECT f.path, e.* FROM event e JOIN file f ON f.id = e.file",
    "coding_row": "SELECT f.path, c.* FROM coding_row c JOIN file f ON f.id = c.file",
    "memo": "SELECT * FROM memo",
    "memo_link": "SELECT * FROM memo_link",
}
_OF_A_FILE = ("event", "coding_row")  # whose second or third column is a number that only this index knows


def contents(index: Index) -> dict[str, Rows]:
    """The rows of every table, sorted."""
    return {table: sorted(map(_row_of(table), index.rows(sql)), key=repr) for table, sql in _TABLES.items()}


def _row_of(table: str) -> Any:
    return (lambda row: (*row[:2], *row[3:])) if table in _OF_A_FILE else tuple


def differences(found: dict[str, Rows], expected: dict[str, Rows]) -> list[str]:
    """Rows that only one of the two has, a line each."""
    told = []
    for table, rows in expected.items():
        ours, theirs = set(found[table]), set(rows)
        told += [f"{table} has {row}" for row in ours - theirs] + [f"{table} lacks {row}" for row in theirs - ours]
    return told
