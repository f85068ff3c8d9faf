"""Texts brought from one logged version into another: the part of state.py that writes the bodies of transcripts/.

The state of a text is the hash of its body; one of the two states of a change also has the edits that lead to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.core.revision import Revision, revision_data, revision_from
from qualcode.core.text import body_hash
from qualcode.errors import BadFile, CannotUndo
from qualcode.files.saving import replace_file
from qualcode.files.text_files import read_text, split_front_matter
from qualcode.index.index import Index


def step_between(document: str, old: str, new: str, revision: Revision, source: str = "") -> Step:
    """The change of a document's text from one version to another; `source` is the file that brought it, if one did."""
    after = {"hash": body_hash(new), **revision_data(revision)} | ({"source": source} if source else {})
    return Step(document, {"hash": body_hash(old)}, after)


def put_texts(index: Index, steps: Sequence[Step]) -> None:
    """Write bodies of transcripts. Raises CannotUndo where a text is not as the step expects it, BadFile, CannotSave."""
    for step in steps:
        path = index.folder.transcript(step.key)
        text, problems = read_text(path, index.folder.relative(path))
        if problems:
            raise BadFile(problems)
        body = split_front_matter(text)[1]
        changed = _changed(body, step.before or {}, step.after or {})
        if changed is None:
            raise CannotUndo(
                f"The text of {step.key!r} was changed since, so this is not done; undo the later change first "
                "(`qualcode log` shows it)."
            )
        replace_file(path, (text[: len(text) - len(body)] + changed).encode())


def _changed(body: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """The body after the change, or None where it is not what the change was made on."""
    if body_hash(body) != before.get("hash"):
        return None
    forward, back = revision_from(after), revision_from(before)
    revision = forward if forward is not None else back.inverse() if back is not None else None
    try:
        changed = revision.apply(body) if revision is not None else None
    except ValueError:
        return None
    return changed if changed is not None and body_hash(changed) == after.get("hash") else None
