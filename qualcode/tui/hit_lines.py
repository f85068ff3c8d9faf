"""Hits one below another, the words either side aligned; only what is in sight is painted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualcode.analysis.kwic import Codes, Line
from qualcode.core.surroundings import before
from qualcode.core.visible import columns, fit, visible

_WIDE, _NARROW = 110, 80  # columns from which on codes, and speakers, have room of their own

Key = tuple[str, int, int]


def key_of(line: Line) -> Key:
    """What tells a hit from all others."""
    return line.document, line.start, line.end


class HitLines(ScrollView, can_focus=True):
    """A concordance's lines: one is under the cursor, Enter goes to its place, space leaves it out or takes it in again."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "HitLines { height: 1fr; scrollbar-size: 1 1; overflow-x: hidden; }"
    BINDINGS = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("space", "exclude", "Leave out", key_display="space", id="kwic.exclude"),
        Binding("enter", "open", "Go there", id="kwic.open"),
    ]

    class Moved(Message):
        """Another hit is under the cursor, or it was left out or taken in."""

    class Opened(Message):
        """The user wants to see the hit under the cursor in its transcript."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.found: Sequence[Line] = ()
        self.excluded: set[Key] = set()
        self.at = 0
        self.codes: Codes | None = None

    @property
    def line(self) -> Line | None:
        """The hit under the cursor."""
        return self.found[self.at] if self.at < len(self.found) else None

    def show(self, found: Sequence[Line], at: int = 0) -> None:
        """Show these hits; those that come later are shown by `more`."""
        self.found, self.at = found, min(at, max(0, len(found) - 1))
        if not self.at:
            self.scroll_to(y=0, animate=False, force=True)
        self.more()
        self._keep_in_sight()

    def more(self) -> None:
        """Take notice of hits that were added to those shown."""
        if self.virtual_size.height != len(self.found):
            self.virtual_size = Size(0, len(self.found))
        self.refresh()

    def go_to(self, key: Key) -> None:
        """Put the cursor on this hit, where it is among those shown."""
        self.at = next((number for number, line in enumerate(self.found) if key_of(line) == key), self.at)
        self._keep_in_sight()
        self.refresh()

    # ---------------------------------------------------------------- moving

    def action_move(self, by: int) -> None:
        self.at = min(max(self.at + by, 0), max(0, len(self.found) - 1))
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())

    def action_page(self, direction: int) -> None:
        self.action_move(direction * max(1, self.size.height - 1))

    def action_edge(self, last: int) -> None:
        self.action_move(len(self.found) if last else -len(self.found))

    def action_exclude(self) -> None:
        if self.line is not None:
            self.excluded ^= {key_of(self.line)}
        self.action_move(1)

    def action_open(self) -> None:
        """Where there is no hit the screen says so, as on a move."""
        self.post_message(self.Opened() if self.line is not None else self.Moved())

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        number = offset.y + round(self.scroll_y) if offset is not None else len(self.found)
        if number == self.at:
            self.action_open()
        elif number < len(self.found):
            self.action_move(number - self.at)

    def _keep_in_sight(self) -> None:
        height, top = max(1, self.size.height), round(self.scroll_y)
        if self.at < top:
            self.scroll_to(y=self.at, animate=False, force=True)
        elif self.at >= top + height:
            self.scroll_to(y=self.at - height + 1, animate=False, force=True)

    def on_resize(self) -> None:
        self._keep_in_sight()

    # ---------------------------------------------------------------- painting

    def render_line(self, y: int) -> Strip:
        width, plain = self.scrollable_content_region.width, self.rich_style
        number = y + round(self.scroll_y)
        if number >= len(self.found):
            return Strip.blank(width, plain)
        line, here = self.found[number], number == self.at
        out = key_of(line) in self.excluded
        if here:
            plain = plain + Style(bgcolor="#3a3f4b" if self.has_focus else None, bold=True)
        style = plain + Style(dim=out, strike=out)
        cursor = Segment("▌" if here else " ", plain + Style(color="#e5a05c" if self.has_focus else None))
        mark = Segment("✗ " if out else "  ", plain)
        segments = [cursor, mark, *self._head(line, width, plain), *self._words(line, width, style, plain)]
        return Strip(segments).adjust_cell_length(width, plain)

    def _head(self, line: Line, width: int, plain: Style) -> list[Segment]:
        """Where the hit stands, and who says it."""
        place, number = visible(line.document), f":{line.line} "
        size = _share(width, 28, 20, 14)
        text = fit(fit(place, max(1, min(columns(place), size - len(number)))) + number, size)
        speaker = fit(line.speaker, 13) + " " if width >= _NARROW else ""
        return [Segment(text, plain + Style(dim=True)), Segment(speaker, plain + Style(italic=True))]

    def _words(self, line: Line, width: int, style: Style, plain: Style) -> list[Segment]:
        """What stands before the hit, the hit, what stands after it, and the codes where there is room."""
        beside = _share(width, 26, 0, 0)
        room = max(12, width - 3 - _share(width, 28, 20, 14) - (14 if width >= _NARROW else 0) - beside)
        left_width = room * 2 // 5
        hit = fit(line.hit.replace("\n", " "), min(columns(line.hit), room - left_width))
        left = before(visible(line.left), len(line.left), 0, left_width)
        codes = "; ".join(self.codes.over(line.document, line.start, line.end)) if beside and self.codes else ""
        return [
            Segment(" " * (left_width - columns(left)) + left, style),
            Segment(hit, style + Style(bold=True, underline=True, color="#e5a05c")),
            Segment(fit(line.right, room - left_width - columns(hit)), style),
            Segment(fit(f" {codes}", beside), plain + Style(dim=True)),
        ]

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()


def _share(width: int, wide: int, medium: int, narrow: int) -> int:
    return wide if width >= _WIDE else medium if width >= _NARROW else narrow
