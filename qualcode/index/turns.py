"""Processes that write to one index take turns: in the order in which they came, and woken when it is theirs.

SQLite by itself looks again after ever longer pauses, so that somebody always comes last and gives up; and it refuses at once,
without waiting, when several processes make the same database at the same moment.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from qualcode.errors import CannotSave, HeldByOthers
from qualcode.files.waiting import SILENCE, is_waiting
from qualcode.index.trouble import IndexHeld, is_held

Answer = TypeVar("Answer")

PATIENCE = 5.0  # seconds: after that the index goes on in memory
_PAUSE = 0.02


@contextmanager
def in_turn(folder: Path, patience: float | None = None) -> Iterator[None]:
    """Hold the folder of an index alone, where it is there and the system knows locks; else SQLite's own waiting must do.

    Raises IndexHeld where somebody else holds it for longer than so many seconds (by default PATIENCE).
    """
    from qualcode.files.saving import locked_folder

    with ExitStack() as held:
        try:
            held.enter_context(locked_folder(folder, PATIENCE if patience is None else patience, "the index"))
        except HeldByOthers as error:
            raise IndexHeld("database is locked") from error
        except CannotSave:
            held.pop_all()
        yield


def patiently(ask: Callable[[], Answer], patience: float | None = None) -> Answer:
    """What SQLite answers, asked again while somebody else holds the database. Raises IndexHeld, and what SQLite raises."""
    patience = PATIENCE if patience is None else patience
    begun, told = time.monotonic(), False
    try:
        while True:
            try:
                return ask()
            except sqlite3.OperationalError as error:
                if not is_held(error):
                    raise
                waited = time.monotonic() - begun
                if waited >= patience:
                    raise IndexHeld(str(error)) from error
                if waited >= SILENCE and not told:
                    told = True
                    is_waiting("the index")
                time.sleep(_PAUSE)
    finally:
        if told:
            is_waiting("")
