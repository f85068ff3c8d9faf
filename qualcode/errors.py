"""What can go wrong, in one tree, and the value that describes trouble in a user's file.

QualcodeError                 everything that a user may meet; exit status 2
├── ProjectNotFound           no project.yaml here or above
├── BadFile                   a file that the work cannot go on without is broken (carries the problems)
├── UnknownName               a code, case, document, coder or coding that the project does not have
├── BadSpan                   a place outside the text, empty, or a quote that is missing or ambiguous
├── BadOption                 an option or argument that makes no sense here
├── NamesLeft                 an export would still hold a name of the key of pseudonyms; nothing was written
├── CannotSave                the disk or its permissions refused; nothing was written
│   ├── FolderAway            the project's folder cannot be reached; nothing was read or written
│   └── HeldByOthers          another qualcode process did not let go of what is to be written
└── CannotUndo                nothing to undo or redo, or others' work stands on it
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Problem(NamedTuple):
    """Trouble in a user's file: where it is (line counted from 1, 0 = the whole file), what it is, what to do."""

    path: str
    line: int
    message: str
    advice: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}" + (f" ({self.advice})" if self.advice else "")


class QualcodeError(Exception):
    """Base of everything that qualcode raises on purpose; its text is fit for a user."""


class ProjectNotFound(QualcodeError):
    """There is no project at the given place."""


class BadFile(QualcodeError):
    """A file is broken; `problems` says where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownName(QualcodeError):
    """A name that nothing in the project goes by, or that several things share."""


class BadSpan(QualcodeError):
    """A span or quote that does not fit the document's text."""


class BadOption(QualcodeError):
    """An argument that cannot be used here."""


class NamesLeft(QualcodeError):
    """What is to be exported still holds real names; nothing was written."""


class CannotSave(QualcodeError):
    """The change could not be written; the project is as it was. `path` is the file that was refused, where it was one."""

    path: Path | None = None


class FolderAway(CannotSave):
    """The project's folder is not there (any more), or cannot be read: a drive that went away, a folder that was moved."""


class HeldByOthers(CannotSave):
    """Another qualcode process holds what is to be written, and has for longer than we wait."""


class Crashed(Exception):
    """The terminal interface ended by an error of its own, which is the cause of this one."""


class CannotUndo(QualcodeError):
    """There is nothing to undo or redo, or it cannot be undone safely."""
