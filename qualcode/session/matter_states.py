"""Fields of documents' front matter brought from one logged state into another: the part of state.py that edits them in place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.errors import BadFile, CannotUndo, Problem
from qualcode.files.front_matter import matter_fields, set_matter
from qualcode.files.guarded import read_file
from qualcode.files.saving import replace_file
from qualcode.index.index import Index


def put_matter(index: Index, steps: Sequence[Step]) -> None:
    """Set the fields in which each step's states differ; the text below stays byte for byte.

    Raises CannotUndo where a field is not as the step expects it, BadFile, CannotSave.
    """
    for step in steps:
        before, after = step.before or {}, step.after or {}
        path = index.folder.transcript(step.key)
        if not path.exists():
            raise CannotUndo(f"The document {step.key!r} is not there any more; nothing was changed.")
        data = _bytes_of(index, step.key)
        names = [name for name in (*before, *after) if (before.get(name) or "") != (after.get(name) or "")]
        now = matter_fields(data, names, index.folder.relative(path))
        since = [name for name in names if now[name] != (before.get(name) or "")]
        if since:
            raise CannotUndo(
                f"The front matter of {step.key!r} was changed since ({', '.join(since)}), so it is left as it is. "
                "A change by hand is taken back in an editor."
            )
        values = {name: after.get(name) or "" for name in dict.fromkeys(names)}
        replace_file(path, set_matter(data, values, index.folder.relative(path)))


def matter_on_disk(index: Index, document: str, names: Sequence[str]) -> dict[str, Any]:
    """These fields as the document's file has them now, "" where it has none. Raises BadFile."""
    return matter_fields(_bytes_of(index, document), names, index.folder.relative(index.folder.transcript(document)))


def _bytes_of(index: Index, document: str) -> bytes:
    path = index.folder.transcript(document)
    try:
        return read_file(path)
    except OSError as error:
        shown_as = index.folder.relative(path)
        raise BadFile([Problem(shown_as, 0, f"cannot be read ({error.strerror or error})")]) from error
