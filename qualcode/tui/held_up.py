"""A word on the screen while it stands still: whoever waits for another process in the interface's own thread paints nothing."""

from __future__ import annotations

import threading

from textual.app import App

from qualcode.files.waiting import tell_of_waiting

_MARKED, _PLAIN = "\x1b[7m", "\x1b[0m"  # turned round, which is no colour
_KEEP, _BACK = "\x1b7", "\x1b8"  # where the terminal's cursor is
_SHOW_NOW = "\x1b[?2026l"  # a picture that was begun is not waited for
_MOST = 4  # lines


def word_on_screen(app: App[None], message: str) -> None:
    """Write this on the last lines of the terminal, past the app's own messages; from any thread, as the driver queues it."""
    from textwrap import wrap

    if app._driver is None or not app.is_running:
        return
    width, height = app.size
    lines = wrap(message, max(width - 2, 1))[:_MOST]
    rows = enumerate(lines, height - len(lines) + 1)
    painted = "".join(f"\x1b[{row};1H{_MARKED}{f' {line}':<{width}}{_PLAIN}" for row, line in rows)
    app._driver.write(f"{_SHOW_NOW}{_KEEP}{painted}{_BACK}")
    app._driver.flush()


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
        elif message:
            word_on_screen(self, message)
        else:
            self.refresh()
