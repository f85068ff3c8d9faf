"""Waiting for a lock in the order in which processes came, but not for ever, and not without a word."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from sys import is_finalizing

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

SILENCE = 1.0  # seconds of waiting before somebody is told
_TOLD: list[Callable[[str], object]] = []


def tell_of_waiting(tell: Callable[[str], object] | None) -> None:
    """Have this function told whenever this process has waited for another for a second ("" when that is over); None: nobody."""
    _TOLD[:] = [] if tell is None else [tell]


def is_waiting(held: str) -> None:
    """Say that another process holds this, "" that the waiting is over."""
    said = f"Waiting for another qualcode process (it holds {held}) ..." if held else ""
    for tell in _TOLD:
        tell(said)


def wait_for_lock(handle: int, patience: float, held: str = "the project") -> None:
    """Take the lock on an open file, after at most so many seconds; `held` names what it stands for.

    Raises TimeoutError, and OSError where there are no locks.
    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if is_finalizing():  # no thread begins any more
            raise TimeoutError from None
        _queue(handle, patience, held)


def _queue(handle: int, patience: float, held: str) -> None:
    """Stand in the system's queue, which wakes whoever is next; in a thread, as nothing else can leave that queue."""
    own = os.dup(handle)  # of the same lock; the caller may close its handle when it gives up
    waiting = threading.Lock()  # who decides whether the lock, when it comes, is still wanted
    taken, given_up, failed = threading.Event(), threading.Event(), list[OSError]()

    def stand() -> None:
        try:
            fcntl.flock(own, fcntl.LOCK_EX)
        except OSError as error:
            failed.append(error)
        with waiting:
            if given_up.is_set():
                with suppress(OSError):
                    fcntl.flock(own, fcntl.LOCK_UN)
            os.close(own)
            taken.set()

    threading.Thread(target=stand, name="waits for a lock", daemon=True).start()
    if not _comes(taken, patience, held):
        with waiting:
            if not taken.is_set():
                given_up.set()
                raise TimeoutError
    if failed:
        raise failed[0]


def _comes(taken: threading.Event, patience: float, held: str) -> bool:
    if taken.wait(min(SILENCE, patience)):
        return True
    if patience <= SILENCE:
        return False
    is_waiting(held)
    try:
        return taken.wait(patience - SILENCE)
    finally:
        is_waiting("")
