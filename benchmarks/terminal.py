"""A program in a real pseudo-terminal, timed from the bytes written to the end of the frame that answers them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence

FRAME_END = b"\x1b[?2026l"  # end of a synchronised update: Textual ends each frame with it
_ASKS_FOR_SYNC = b"\x1b[?2026$p"
_HAS_SYNC = b"\x1b[?2026;2$y"


class Terminal:
    """Runs a command in a pty of the given size."""

    def __init__(self, command: Sequence[str], columns: int = 120, rows: int = 40) -> None:
        self.started = time.perf_counter()
        self.pid, self._handle = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", TEXTUAL_ANIMATIONS="none")
            os.execvp(command[0], command)
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._handle], [], [], max(0.0, seconds))
        if not ready:
            return b""
        try:
            data = os.read(self._handle, 1 << 16)
        except OSError:
            return b""
        if _ASKS_FOR_SYNC in data:
            os.write(self._handle, _HAS_SYNC)
        return data

    def wait_for(self, *patterns: bytes, seconds: float = 30.0) -> float:
        """When all patterns have come, in this order, as time.perf_counter() tells it. Raises TimeoutError."""
        seen, end = b"", time.perf_counter() + seconds
        while True:
            at = 0
            for pattern in patterns:
                found = seen.find(pattern, at)
                if found < 0:
                    break
                at = found + len(pattern)
            else:
                return time.perf_counter()
            if time.perf_counter() > end:
                raise TimeoutError(f"never saw {patterns!r}")
            seen += self._read(end - time.perf_counter())

    def settle(self, seconds: float = 0.15) -> None:
        """Read until nothing has come for so long."""
        while self._read(seconds):
            continue

    def time_key(self, key: bytes, *patterns: bytes, seconds: float = 10) -> float:
        """Milliseconds from a key to the end of the frame that shows the patterns."""
        self.settle()
        begin = time.perf_counter()
        os.write(self._handle, key)
        return (self.wait_for(*patterns, FRAME_END, seconds=seconds) - begin) * 1e3

    def press(self, key: bytes) -> None:
        os.write(self._handle, key)
        self.settle(0.05)

    def resident_mb(self) -> float:
        """Memory in use by the process, in MB (Linux)."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self._handle)
