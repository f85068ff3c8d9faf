"""Looking at the folder every second, but one look at a time: one that does not come back tells that the drive stalls."""

from __future__ import annotations

import threading
import time

PATIENCE = 5.0  # seconds that one step of a look may take before it is told,
_TIMES = 4  # or so many times what the slowest took that did come back: a slow drive is no stalled one


class Looking:
    """How long the look that is on its way has been without an answer; taken and given back in different threads."""

    def __init__(self) -> None:
        self._one = threading.Lock()
        self._asked: float | None = None
        self._slowest = 0.0

    def begins(self) -> bool:
        """Whether a look may begin: no other is on its way."""
        if not self._one.acquire(blocking=False):
            return False
        self._asked = time.monotonic()
        return True

    def answered(self) -> None:
        """One step is done."""
        if self._asked is not None:
            now = time.monotonic()
            self._slowest, self._asked = max(self._slowest, now - self._asked), now

    def ended(self) -> None:
        """The look has come back."""
        self.answered()
        self._asked = None
        self._one.release()

    def silent_for(self) -> int:
        """Whole seconds without an answer; 0 where that is nothing unusual."""
        asked = self._asked
        silent = 0.0 if asked is None else time.monotonic() - asked
        return int(silent) if silent > max(PATIENCE, _TIMES * self._slowest) else 0
