"""What there is to say of a conflict copy that a file-syncing tool left: in what it differs, and what to do."""

from __future__ import annotations

from qualcode.core.how_many import how_many
from qualcode.core.revision import Revision
from qualcode.errors import BadFile, Problem
from qualcode.files.folder import FoundFile, ProjectFolder
from qualcode.files.text_files import read_text
from qualcode.files.uniting import missing_lines

_TOLD = 4  # lines
_FOLD_IN = "the next act of its coder folds it in, or now: qualcode merge --copies"
_JOIN = "to join them: qualcode merge --copies (--dry-run shows how); or look at both, and delete the one that is not wanted"


def problems_of(folder: ProjectFolder, copy: FoundFile) -> list[Problem]:
    """What there is to say of a conflict copy: in what it differs from its original, and what to do."""
    original = folder.root / copy.copy_of
    if not original.exists():
        message = f"looks like a conflict copy of {copy.copy_of}, which is not there"
        return [Problem(copy.relative, 0, message, "if it is the text itself: rename it so")]
    return _of_events(folder, copy) if copy.relative.endswith(".jsonl") else _of_text(folder, copy)


def _of_events(folder: ProjectFolder, copy: FoundFile) -> list[Problem]:
    try:
        missing = missing_lines([folder.root / copy.copy_of], copy.path, copy.relative)
    except BadFile as error:
        return error.problems
    count = len(missing.lines)
    many = how_many(count, "event that is not there; it counts", "events that are not there; they count")
    told = many if count else "nothing that is not there"
    message = f"a conflict copy of {copy.copy_of}, left by a file-syncing tool, with {told}"
    return [Problem(copy.relative, 0, message, _FOLD_IN), *missing.refused]


def _of_text(folder: ProjectFolder, copy: FoundFile) -> list[Problem]:
    ours, trouble = read_text(folder.root / copy.copy_of, copy.copy_of)
    theirs, more = read_text(copy.path, copy.relative)
    if trouble or more:
        return [*trouble, *more]
    lines = sorted({theirs.count("\n", 0, edit.at) + 1 for edit in Revision.between(theirs, ours).edits})
    if not lines:
        message = f"a conflict copy of {copy.copy_of}, left by a file-syncing tool; it says the same"
        return [Problem(copy.relative, 0, message, "delete it, or: qualcode merge --copies")]
    shown = (
        ("lines " if len(lines) > 1 else "line ")
        + ", ".join(map(str, lines[:_TOLD]))
        + (f" and {len(lines) - _TOLD} more" if len(lines) > _TOLD else "")
    )
    message = (
        f"another version of {copy.copy_of}, left by a file-syncing tool; it differs on {shown}, and does not count"
    )
    return [Problem(copy.relative, lines[0], message, _JOIN)]
