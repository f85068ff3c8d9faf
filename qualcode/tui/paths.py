"""Names for files that are to be written."""

from __future__ import annotations

from pathlib import Path


def free_path(path: Path) -> Path:
    """The path, or the first numbered one beside it that no file has."""
    number, free = 2, path
    while free.exists():
        free = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return free
