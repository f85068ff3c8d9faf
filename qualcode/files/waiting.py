"""Waiting for a lock in the order in which processes came, but not for ever."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


def wait_for_lock(handle: int, patience: float) -> None:
    """Take the lock on an open file, after at most so many seconds. Raises TimeoutError, and OSError where there are no locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _queue(handle, patience)


def _queue(handle: int, patience: float) -> None:
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
    if not taken.wait(patience):
        with waiting:
            if not taken.is_set():
                given_up.set()
                raise TimeoutError
    if failed:
        raise failed[0]
