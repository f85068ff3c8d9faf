"""Corrections of texts as the audit trail tells them."""

from __future__ import annotations

from collections.abc import Sequence

from qualcode.core.codebook_steps import Step
from qualcode.core.how_many import how_many
from qualcode.core.revision import Edit, revision_from
from qualcode.core.visible import quoted, shorten

OUTSIDE = "changed outside qualcode"  # the note of a change that was noticed
_TOLD = 20  # edits told one by one
_LENGTH = 200  # code points of each


def edits_of(step: Step | None) -> Sequence[Edit]:
    """The edits that lead from the one state of a text to the other."""
    forward = revision_from(step.after) if step is not None else None
    back = revision_from(step.before) if step is not None and forward is None else None
    revision = forward or (back.inverse() if back is not None else None)
    return revision.edits if revision is not None else ()


def removed_and_inserted(step: Step) -> tuple[str, str]:
    """What was taken out and what was put in, edit by edit, one a line."""
    edits = edits_of(step)
    more = [f"... and {len(edits) - _TOLD} more"] if len(edits) > _TOLD else []
    sides = ([getattr(edit, side) for edit in edits[:_TOLD]] for side in ("removed", "inserted"))
    before, after = ("\n".join([shorten(text, _LENGTH) for text in texts] + more) for texts in sides)
    return before, after


def corrected(document: str, step: Step | None, length: int) -> str:
    """As in `corrected the text of zhao-long: “teh” → “the”, and 3 places more`."""
    edits = edits_of(step)
    if not edits:
        return f"corrected the text of {document}"
    first = edits[0]
    each = max(12, length // 2)
    if not first.removed.strip():
        told = f"put in {quoted(first.inserted, each)}"
    elif not first.inserted.strip():
        told = f"took out {quoted(first.removed, each)}"
    else:
        told = f"{quoted(first.removed, each)} → {quoted(first.inserted, each)}"
    more = f", and {how_many(len(edits) - 1, 'place')} more" if len(edits) > 1 else ""
    return f"corrected the text of {document}: {told}{more}"
