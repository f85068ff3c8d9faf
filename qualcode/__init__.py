"""qualcode: code interview transcripts, compare cases, export segments and matrices.

>>> import qualcode
>>> project = qualcode.open_project("projects/left-behind-children")      # doctest: +SKIP
>>> project.matrix(rows="code", cols="case").to_csv("matrix.csv")         # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qualcode.analysis.table import Table
    from qualcode.errors import (
        BadFile,
        BadOption,
        BadSpan,
        CannotSave,
        CannotUndo,
        Problem,
        ProjectNotFound,
        QualcodeError,
        UnknownName,
    )
    from qualcode.exchange.table_files import write_table
    from qualcode.notebook import OpenProject, open_project
    from qualcode.session import Session

__version__ = "0.1.0"

_HOMES = {
    "OpenProject": "qualcode.notebook",
    "Session": "qualcode.session",
    "Table": "qualcode.analysis.table",
    "open_project": "qualcode.notebook",
    "write_table": "qualcode.exchange.table_files",
} | dict.fromkeys(
    (
        "BadFile", "BadOption", "BadSpan", "CannotSave", "CannotUndo", "Problem", "ProjectNotFound", "QualcodeError",
        "UnknownName",
    ),
    "qualcode.errors",
)  # fmt: skip

__all__ = [
    "BadFile",
    "BadOption",
    "BadSpan",
    "CannotSave",
    "CannotUndo",
    "OpenProject",
    "Problem",
    "ProjectNotFound",
    "QualcodeError",
    "Session",
    "Table",
    "UnknownName",
    "__version__",
    "open_project",
    "write_table",
]


def __getattr__(name: str) -> Any:
    """Load each public name at its first use, so that `import qualcode` and `qualcode --help` cost next to nothing."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qualcode' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
