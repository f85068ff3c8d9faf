"""Codebooks in: files of qualcode, Taguette and MAXQDA as drafts of codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qualcode.core.codebook_live import live_book, names_from_top
from qualcode.core.codebook_plan import TEXT_FIELDS, Draft
from qualcode.errors import BadFile, BadOption, Problem

__all__ = ["READERS", "Draft", "read_drafts"]


def read_drafts(path: Path) -> list[Draft]:
    """The codes that a file describes, parents before their children.

    Raises BadFile (with lines) for a file that cannot be used or has no codes, BadOption for an unknown ending.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise BadOption(f"{path.name}: a codebook is read from {known}. Save a spreadsheet as CSV (UTF-8) first.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadFile([Problem(str(path), 0, f"cannot be read ({error.strerror or error})")]) from error
    drafts = reader(data, str(path))
    if not drafts:
        raise BadFile([Problem(str(path), 0, "there are no codes in it")])
    return drafts


def _yaml(data: bytes, shown_as: str) -> list[Draft]:
    """Drafts of the live codes of a codebook.yaml, with their ids."""
    from qualcode.exchange.sources.encodings import decode
    from qualcode.files.project_files import codebook_in

    found, problems = codebook_in(decode(data, shown_as).text, shown_as)
    if found is None:
        raise BadFile(problems)
    book = live_book(found)
    return [
        Draft(
            names_from_top(book, code.id),
            code.id,
            {name: text for name in TEXT_FIELDS if (text := getattr(code, name))},
        )
        for code in book.codes
    ]


def _csv(data: bytes, shown_as: str) -> list[Draft]:
    from qualcode.exchange.codebook_csv import csv_drafts
    from qualcode.exchange.sources.encodings import decode

    return csv_drafts(decode(data, shown_as).text, shown_as)


READERS: dict[str, Callable[[bytes, str], list[Draft]]] = {
    ".yaml": _yaml, ".yml": _yaml, ".csv": _csv, ".tsv": _csv, ".txt": _csv,
}  # fmt: skip
