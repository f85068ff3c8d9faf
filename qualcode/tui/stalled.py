"""A drive that stalls: its calls do not fail, they hang, and with them the thread that paints and takes keys.

A second thread sees that, says so on the terminal each second, and leaves out the keys that nobody can see the effect of.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App

from qualcode.core.how_many import how_many
from qualcode.tui.held_thread import HeldThread
from qualcode.tui.held_up import word_on_screen

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from textual.driver import Driver
    from textual.message import Message

AFTER = 2.0  # seconds of silence until the notice stands
_TICK = 0.5
_AFTER_LEAVING = 2.0  # seconds, then it is said why the prompt does not come back
_LEAVE = ("ctrl+q", "ctrl+c")
_BLIND = (
    events.Key, events.Paste, events.MouseDown, events.MouseUp, events.MouseScrollDown, events.MouseScrollUp,
    events.MouseScrollLeft, events.MouseScrollRight,
)  # fmt: skip
LEFT = (
    "qualcode was left while the project's folder did not answer. What you did last, or had typed into a field that was open, "
    "may not be saved: look when the folder answers again. Where the prompt does not come back, the drive holds the program."
)

WAITING = (
    "qualcode is left, but waits for the project's folder, which does not answer. "
    "All that was said to be saved is saved; Ctrl+C ends the waiting."
)


class LoopWatch(threading.Thread):
    """Asks the event loop for a sign of life, and tells for how many seconds there was none while files were waited for.

    `tell` is called in this thread; `back`, with those seconds, in the loop's. What the system did not let this process
    run (stopped, suspended) is no silence: it goes by its own steps.
    """

    def __init__(self, loop: AbstractEventLoop, tell: Callable[[int], None], back: Callable[[int], None]) -> None:
        super().__init__(name="watches the loop", daemon=True)
        self._loop, self._tell, self._back = loop, tell, back
        self._held = HeldThread(threading.get_ident())
        self._over, self._deciding = threading.Event(), threading.Lock()
        self._answered, self._silent, self._resting = True, 0.0, False
        self.stands = False  # whether the notice does

    def run(self) -> None:
        at = time.monotonic()
        while not self._over.wait(_TICK):
            now = time.monotonic()
            self._silent, at = self._silent + min(now - at, 2 * _TICK), now
            try:
                self._look()
            except RuntimeError:  # the loop was closed
                return
        self._held.begin()
        time.sleep(_AFTER_LEAVING)  # a daemon: the program ends meanwhile, where it can
        if self._held.is_idle():
            print(WAITING, file=sys.__stderr__, flush=True)

    def _look(self) -> None:
        if self._answered:
            self._answered, self._silent = False, 0.0
            self._held.begin()
            self._loop.call_soon_threadsafe(self._answer)
        elif not self._resting and self._silent >= AFTER and (self.stands or self._held.waits_for_drive()):
            self.tell_now()

    def tell_now(self) -> None:
        """Say it, unless the loop has answered just now."""
        with self._deciding:
            if not self._answered and not self._over.is_set():
                self.stands = True
                self._tell(int(self._silent))

    def _answer(self) -> None:
        with self._deciding:
            self._answered, stood, self.stands = True, self.stands, False
        if stood and not self._over.is_set():
            self._back(int(self._silent))

    @contextmanager
    def resting(self) -> Iterator[None]:
        """While another program has the terminal the loop is silent for good reason."""
        self._resting = True
        try:
            yield
        finally:
            self._silent, self._resting = 0.0, False
            self._held.begin()

    def stop(self) -> None:
        self._over.set()


class StalledApp(App[None]):
    """Says that it waits for the project's folder, takes no keys meanwhile, and can be left."""

    _loop_watch: LoopWatch | None = None
    _dropped = 0  # keys
    _blind_button = False  # pressed unseen: its release is none either
    _leaving = False

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, which asks first whether a key counts."""
        return type("HeedingDriver", (_Heeding, super().get_driver_class()), {})

    def on_mount(self) -> None:
        if self._loop is not None and not self.is_headless:
            self._loop_watch = LoopWatch(self._loop, self._tell_stalled, self._come_back_to_life)
            self._loop_watch.start()

    def on_unmount(self) -> None:
        if self._loop_watch is not None:
            self._loop_watch.stop()
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own handler would wait for threads that hang

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """As Textual's; an editor that is open is no drive that stalls."""
        if self._loop_watch is None:
            with super().suspend():
                yield
        else:
            with self._loop_watch.resting(), super().suspend():
                yield

    def overlooks(self, message: Message) -> bool:
        """Whether this was typed or clicked on a screen that stands still; called in the thread that reads the keyboard."""
        watch = self._loop_watch
        if not isinstance(message, _BLIND):
            return False
        if isinstance(message, events.MouseUp):
            blind, self._blind_button = self._blind_button, False
            return blind
        if watch is None or not watch.stands:
            return False
        self._blind_button = isinstance(message, events.MouseDown)
        if isinstance(message, events.Key):
            self._dropped += 1
            if message.key in _LEAVE:
                self._leave_or_ask(watch)
        return True

    def _leave_or_ask(self, watch: LoopWatch) -> None:
        if self._leaving:
            _leave_now(self)
        self._leaving = True
        watch.tell_now()

    def _tell_stalled(self, seconds: int) -> None:
        way_out = "Ctrl+Q again leaves at once." if self._leaving else "Ctrl+Q twice leaves."
        word_on_screen(self, (
            f"The project's folder has not answered for {seconds} s: waiting for it. What you did last is not saved until "
            f"the screen says so. Keys pressed now are not taken; {way_out}"
        ))  # fmt: skip

    def _come_back_to_life(self, seconds: int) -> None:
        dropped, self._dropped, self._leaving = self._dropped, 0, False
        self.call_later(self._tell_back, seconds, dropped)

    def _tell_back(self, seconds: int, dropped: int) -> None:
        self.refresh(layout=True)
        refused = getattr(getattr(self, "desk", None), "refused", None)
        saved = "what you did last was NOT saved" if refused else "what the screen shows as done is saved"
        keys = f" {how_many(dropped, 'key')} pressed meanwhile: not taken." if dropped else ""
        self.notify(
            f"The project's folder answers again, after {seconds} s: {saved}.{keys}",
            severity="warning" if refused else "information", timeout=10, markup=False,
        )  # fmt: skip


class _Heeding:
    """What goes before the platform's driver."""

    _app: Any

    def process_message(self, message: Message) -> None:
        if not self._app.overlooks(message):
            super().process_message(message)  # type: ignore[misc]


def _leave_now(app: StalledApp) -> None:
    """End as a kill does, which the files are made for: the thread that writes cannot be asked to stop, it hangs."""
    driver: Any = app._driver
    with suppress(Exception):
        app.desk.player.stop() if "player" in app.desk.__dict__ else None  # type: ignore[attr-defined]
    with suppress(Exception):
        driver._disable_mouse_support()
        driver.stop_application_mode()
        driver.close()
    with suppress(Exception):
        print(LEFT, file=sys.__stderr__, flush=True)
    os._exit(2)
