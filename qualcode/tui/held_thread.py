"""What keeps a thread: a drive that does not answer, or work, another program, the terminal itself."""

from __future__ import annotations

import sys
import time
from types import FrameType

_IDLE, _BUSY = (
    0.1,
    0.5,
)  # of the time: whoever waits for a drive computes less than the one, with all other threads the other
_FILES = ("qualcode.files", "pathlib", "genericpath", "posixpath", "ntpath", "os", "tempfile", "shutil")
_NO_DRIVE = ("qualcode.files.waiting", "subprocess", "selectors", "queue", "asyncio", "socket", "multiprocessing")
_LOCKS = ("threading", "concurrent.futures")


class HeldThread:
    """One thread, looked at from a moment on; threads are named by what `threading.get_ident` gives in them."""

    def __init__(self, ident: int) -> None:
        self.ident = ident
        self._clock: int | None = None
        if hasattr(time, "pthread_getcpuclockid"):  # not on macOS and Windows: there the whole process counts
            self._clock = time.pthread_getcpuclockid(ident)
        self.begin()

    def begin(self) -> None:
        """It was free just now."""
        self._at, self._own, self._all = time.monotonic(), self._computed(), time.process_time()

    def waits_for_drive(self) -> bool:
        """Whether it has done next to nothing since `begin`, and by what it is in the midst of, files are what it waits for."""
        passed = max(time.monotonic() - self._at, 1e-6)
        modules = _modules(sys._current_frames().get(self.ident))
        inmost = next((name for name in modules if not _is_of(name, _LOCKS)), "")
        if not inmost or _is_of(inmost, _NO_DRIVE) or (self._computed() - self._own) / passed > _IDLE:
            return False
        if _is_of(modules[0], _FILES):
            return True
        return self.is_idle()  # else it may wait for what another thread computes

    def is_idle(self) -> bool:
        """Whether the whole process has done little since `begin`."""
        return (time.process_time() - self._all) / max(time.monotonic() - self._at, 1e-6) < _BUSY

    def _computed(self) -> float:
        return time.process_time() if self._clock is None else time.clock_gettime(self._clock)


def _modules(frame: FrameType | None) -> list[str]:
    """The names of the modules that a thread is in, the inmost first."""
    names = []
    while frame is not None:
        names.append(str(frame.f_globals.get("__name__", "")))
        frame = frame.f_back
    return names


def _is_of(name: str, packages: tuple[str, ...]) -> bool:
    return name.startswith(tuple(f"{package}." for package in packages)) or name in packages
