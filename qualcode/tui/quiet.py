"""An app that leaves no picture of its screen anywhere, and shows none of its variables when it fails."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from textual.app import App, SystemCommand
from textual.notifications import SeverityLevel
from textual.screen import Screen

from qualcode.core.visible import visible, visible_lines


class QuietApp(App[None]):
    """Textual's app, without what leaves participants' words in other places than the project."""

    crash: Exception | None = None

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What Textual's palette has, but the screenshot: it is saved where everything is that was downloaded."""
        return (command for command in super().get_system_commands(screen) if command.title != "Screenshot")

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """As all that is shown: with pseudonyms for names, and nothing in it that drives the terminal."""
        message, title = visible_lines(message), visible(title)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def deliver_screenshot(self, *_arguments: Any, **_options: Any) -> None:
        """Not done: a picture of the screen holds participants' words. Terminals can take one where it is wanted."""

    def _handle_exception(self, error: Exception) -> None:
        """End, with what was typed kept as on leaving; what is said then is for the command line, which shows no variables."""
        if self._exit:  # panels that were still being filled when the user left: nothing is lost, nothing to report
            return
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        if self.crash is None:
            self.crash = getattr(error, "error", None) or error  # what failed in a worker
            for screen in self.screen_stack:
                with suppress(Exception):
                    screen.keep_typed()  # type: ignore[attr-defined]
        self._close_messages_no_wait()
