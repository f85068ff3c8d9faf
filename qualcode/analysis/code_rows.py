"""Codes as the rows of displays: in codebook order, with the names and colours that readers see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from qualcode.core.codebook import Codebook

_NO_COLOR = "#7f848e"


class CodeRow(NamedTuple):
    """A code in a display. `level` is 0 for a theme; `theme` is the path's first name; `color` is #rrggbb."""

    id: str
    name: str
    path: str
    theme: str
    level: int
    color: str


def code_row(book: Codebook, ident: str) -> CodeRow:
    """The row of a code; one that the codebook does not have goes by its id."""
    if ident not in book:
        return CodeRow(ident, ident, ident, ident, 0, _NO_COLOR)
    path = book.path(ident)
    theme = list(book.ancestors(ident))[-1].name
    return CodeRow(ident, book[ident].name, path, theme, book.level(ident), book.color(ident))


def code_rows(book: Codebook, idents: Iterable[str]) -> list[CodeRow]:
    """The rows of these codes in codebook order, those that it does not have last."""
    wanted = set(idents)
    known = [code.id for code in book.codes if code.id in wanted]
    return [code_row(book, ident) for ident in (*known, *sorted(wanted - set(known)))]


def in_groups(rows: Iterable[CodeRow]) -> list[tuple[str, CodeRow | None]]:
    """The rows, each theme that is no row itself announced before its sub-codes by its name and None."""
    found: list[tuple[str, CodeRow | None]] = []
    theme = None
    for row in rows:
        if row.level and row.theme != theme:
            found.append((row.theme, None))
        theme = row.theme
        found.append((row.name, row))
    return found
