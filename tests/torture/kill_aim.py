"""A shim by which a process kills itself just before its n-th step that touches the disk, or in the middle of a write."""

from __future__ import annotations

import os
import signal
import sys
from typing import IO, Any

_AUDITED = frozenset(("os.rename", "os.link", "os.remove", "os.truncate", "os.mkdir", "os.rmdir", "shutil.copyfile"))
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Aim:
    """Counts steps from when it is armed; kills the process just before the one whose number it was given."""

    def __init__(self) -> None:
        self._left = 0
        self._halves = False
        sys.addaudithook(self._hear)
        for name in ("fsync", "write", "ftruncate", "chmod"):
            self._wrap(name)
        self._wrap_appending()

    def arm(self, steps: int, *, halves: bool) -> None:
        """Die before the step of this number, from now on; with `halves` a write is begun first."""
        self._left, self._halves = steps, halves

    def disarm(self) -> None:
        """Do not die."""
        self._left = 0

    def _step(self) -> bool:
        """Count one step; True if this is the one. (A thread may come second: then it dies with the first.)"""
        if self._left > 0:
            self._left -= 1
            return self._left == 0
        return False

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._left <= 0:
            return
        opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if (event in _AUDITED or opens) and self._step():
            os.kill(os.getpid(), signal.SIGKILL)

    def _wrap(self, name: str) -> None:
        real = getattr(os, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            if self._step():
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        setattr(os, name, counted)

    def _wrap_appending(self) -> None:
        from qualcode.files import saving

        real = saving._write_all

        def counted(file: IO[bytes], data: bytes) -> None:
            if self._step():
                if self._halves:
                    file.write(data[: len(data) * 2 // 3])
                os.kill(os.getpid(), signal.SIGKILL)
            real(file, data)

        saving._write_all = counted
