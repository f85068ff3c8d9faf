"""The keys that work here, on one line at the bottom; painted as one text, where a widget for each key took 30 ms a screen."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from qualcode.core.visible import columns

_ALWAYS = ("help", "quit")  # what must be in sight however narrow the terminal is


class KeyLine(Widget):
    """Shows the screen's bindings that want to be shown; a click on one presses its key."""

    ALLOW_SELECT = False
    DEFAULT_CSS = (
        "KeyLine { dock: bottom; width: 100%; height: 1; background: $footer-background; color: $footer-foreground; }"
    )

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[tuple[tuple[str, str, str], ...], ...] = (
            (),
            (),
            (),
        )  # the screen's own, always, other places
        self._places: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._look)
        self._look(self.screen)

    def _look(self, screen: Screen[object]) -> None:
        if not self.is_attached:
            return
        found = {}
        for _, binding, enabled, _ in screen.active_bindings.values():
            if binding.show and enabled and binding.action not in found:
                found[binding.action] = (self._key(binding), binding.description, binding.key.split(",")[0])
        always = [found.pop(action) for action in _ALWAYS if action in found]
        elsewhere = {binding.action for _, binding in self.app._bindings}
        local = [shown for action, shown in found.items() if action not in elsewhere]
        places = [shown for action, shown in found.items() if action in elsewhere]
        shown = (tuple(local), tuple(always), tuple(places))
        if shown != self._parts:
            self._parts = shown
            self.refresh()

    def _key(self, binding: Binding) -> str:
        return binding.key_display or self.app.get_key_display(binding)

    def render(self) -> Content:
        local, always, places = (list(part) for part in self._parts)
        width = self.size.width

        def total() -> int:
            return sum(columns(key) + columns(text) + 3 for key, text, _ in (*local, *always, *places))

        while total() > width and (places or local):
            (places or local).pop()
        self._places, at = [], 0
        parts: list[str | tuple[str, str]] = []
        for key, text, press in (*local, *always, *places):
            parts += [(f" {key}", "bold $footer-key-foreground"), f" {text} "]
            size = columns(key) + columns(text) + 3
            self._places.append((at, at + size, press))
            at += size
        return Content.assemble(*parts)

    def on_click(self, event: events.Click) -> None:
        press = next((key for start, end, key in self._places if start <= event.x < end), "")
        if press:
            self.app.simulate_key(press)
