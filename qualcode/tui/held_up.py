"""A word on the screen while it stands still: whoever waits for another process in the interface's own thread paints nothing."""

from __future__ import annotations

import threading

from textual.app import App

from qualcode.files.waiting import tell_of_waiting

_MARKED, _PLAIN = "\x1b[7m", "\x1b[0m"
_KEEP, _BACK = "\x1b7", "\x1b8"  # where the terminal's cursor is


class HeldUpApp(App[None]):
    """Says that it waits for another process, by writing to the terminal past its own messages."""

    def on_mount(self) -> None:
        tell_of_waiting(self._say_waiting)

    def on_unmount(self) -> None:
        tell_of_waiting(None)

    def _say_waiting(self, message: str) -> None:
        loop = self._loop
        if threading.get_ident() != self._thread_id:
            if message and loop is not None:
                loop.call_soon_threadsafe(lambda: self.notify(message, markup=False))
        elif not message:
            self.refresh()
        elif self._driver is not None and self.is_running:
            line = f" {message} "[: self.size.width]
            self._driver.write(f"{_KEEP}\x1b[{self.size.height};1H{_MARKED}{line}{_PLAIN}{_BACK}")
            self._driver.flush()
