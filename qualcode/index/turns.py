"""Processes that write to one index take turns: in the order in which they came, and woken when it is theirs.

SQLite by itself looks again after ever longer pauses, so that somebody always comes last and gives up; and it refuses at once,
without waiting, when several processes make the same database at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from qualcode.errors import CannotSave


@contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Hold the folder of an index alone, where it is there and the system knows locks; else SQLite's own waiting must do."""
    from qualcode.files.saving import locked_folder

    with ExitStack() as held:
        try:
            held.enter_context(locked_folder(folder))
        except CannotSave:
            held.pop_all()
        yield
