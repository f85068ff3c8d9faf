"""A whole codebook from a file of any kind that can be imported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_plan import path_key, with_parents
from qualcode.exchange.codebook_import import read_drafts
from qualcode.files.project_files import read_codebook

_TEXTS = ("color", "definition", "use_when", "do_not_use_when", "example")


def read_book(path: Path) -> Codebook:
    """The codebook that a YAML or CSV file holds; codes without an id go by their path. Raises BadFile, BadOption."""
    if path.suffix.lower() in (".yaml", ".yml") and path.is_file():
        book, problems = read_codebook(path, str(path))
        if book is not None and not problems:
            return book
    codes: list[Code] = []
    ids: dict[tuple[str, ...], str] = {(): ""}
    for draft in with_parents(read_drafts(path)):
        key = path_key(draft.path)
        ids[key] = draft.id or "/".join(draft.path)
        texts = {name: str(draft.fields[name]) for name in _TEXTS if draft.fields.get(name)}
        codes.append(replace(Code(ids[key], draft.path[-1], ids[key[:-1]]), **texts))  # type: ignore[arg-type]
    return Codebook(tuple(codes), path.stem)
