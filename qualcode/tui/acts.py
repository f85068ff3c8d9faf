"""The acts of the audit trail, one a line, newest first: fetched by pages, and only what is in sight is painted."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qualcode.analysis.audit import IN_A_LIST, Entry, predicate, sentence
from qualcode.analysis.milestones import local_time
from qualcode.core.visible import columns, fit, visible, visible_lines

PAGE = 200
_AHEAD = 60  # lines left below the cursor or the screen at which the next page is fetched
_WIDEST_CODER = 14

Fetch = Callable[[str, int], Sequence[Entry]]  # from the id of the last one on, so many at most


class ActList(ScrollView, can_focus=True):
    """One act a line. What `fetch` gives is shown; Enter asks to go to the place of the act under the cursor."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "ActList { height: 1fr; scrollbar-size: 1 1; overflow-x: hidden; }"
    BINDINGS = [
        Binding("down,j", "move(1)", "Next", show=False),
        Binding("up,k", "move(-1)", "Previous", show=False),
        Binding("pagedown,space", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "first", "Newest", show=False),
        Binding("end", "further", "Further back", show=False),
        Binding("enter", "open", "Go there", id="audit.open"),
    ]

    class Moved(Message):
        """Another act is under the cursor."""

    class Opened(Message):
        """The user wants to see the place of the act under the cursor."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: list[Entry] = []
        self.at = 0
        self.complete = True
        self._fetch: Fetch | None = None
        self._coder_width = 1

    @property
    def entry(self) -> Entry | None:
        """The act under the cursor."""
        return self.entries[self.at] if self.at < len(self.entries) else None

    def show(self, fetch: Fetch, *, keep: bool = False) -> None:
        """Show what is fetched, from the newest on, or with the cursor on the act where it is."""
        was, count = self.entry if keep else None, len(self.entries) if keep else 0
        self._fetch, self.entries, self.complete = fetch, [], False
        self._coder_width = 1
        self._more(max(PAGE, count + 1))
        found = (number for number, entry in enumerate(self.entries) if was and entry.event_id == was.event_id)
        self.at = next(found, min(self.at, max(0, len(self.entries) - 1)) if keep else 0)
        if not keep:
            self.scroll_to(y=0, animate=False, force=True)
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())

    def _more(self, count: int = PAGE) -> None:
        """Fetch older acts."""
        if self.complete or self._fetch is None:
            return
        page = self._fetch(self.entries[-1].event_id if self.entries else "", count)
        self.entries += page
        self.complete = len(page) < count
        widest = max((columns(entry.coder) for entry in page), default=1)
        self._coder_width = min(_WIDEST_CODER, max(self._coder_width, widest))
        self.virtual_size = Size(0, len(self.entries) + (not self.complete))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value + self.size.height + _AHEAD > len(self.entries):
            self._more()

    def action_move(self, by: int) -> None:
        if self.at + by + _AHEAD > len(self.entries):
            self._more()
        self.at = min(max(self.at + by, 0), max(0, len(self.entries) - 1))
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Moved())

    def action_page(self, direction: int) -> None:
        self.action_move(direction * max(1, self.size.height - 1))

    def action_first(self) -> None:
        self.action_move(-len(self.entries))

    def action_further(self) -> None:
        """To the oldest act, or ten pages further back where there are more than that."""
        self._more(10 * PAGE)
        self.action_move(len(self.entries))

    def _keep_in_sight(self) -> None:
        height, top = max(1, self.size.height), round(self.scroll_y)
        if self.at < top:
            self.scroll_to(y=self.at, animate=False, force=True)
        elif self.at >= top + height:
            self.scroll_to(y=self.at - height + 1, animate=False, force=True)

    def on_resize(self) -> None:
        self._keep_in_sight()

    def action_open(self) -> None:
        if self.entry is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        number = offset.y + round(self.scroll_y) if offset is not None else len(self.entries)
        if number >= len(self.entries):
            return
        if number == self.at:
            self.action_open()
        else:
            self.action_move(number - self.at)

    def render_line(self, y: int) -> Strip:
        width, plain = self.scrollable_content_region.width, self.rich_style
        number = y + round(self.scroll_y)
        if number >= len(self.entries):
            text = "  … older acts follow" if number == len(self.entries) and not self.complete else ""
            return Strip([Segment(fit(text, width), plain + Style(dim=True))], width)
        entry, here = self.entries[number], number == self.at
        if here:
            plain = plain + Style(bold=True, bgcolor="#3a3f4b" if self.has_focus else None)
        style = plain if entry.in_force else plain + Style(dim=True, italic=True)
        head = f"{local_time(entry.at)}  {fit(entry.coder, self._coder_width)}  "
        mark = "  " if entry.in_force else "✗ "
        rest = max(1, width - 2 - columns(head) - 2)
        segments = [
            Segment("▌ " if here else "  ", plain + Style(color="#e5a05c" if self.has_focus else None)),
            Segment(fit(head, columns(head)), style + Style(dim=not here)),
            Segment(mark + fit(predicate(entry, IN_A_LIST), rest), style),
        ]
        return Strip(segments).adjust_cell_length(width, plain)


def in_full(entry: Entry) -> Text:
    """The act in a sentence, then what was before and after, field by field."""
    text = Text(visible(sentence(entry)) + ("" if entry.in_force else "  (not in force any more)"), style="bold")
    before, after = _fields(entry.before), _fields(entry.after)
    for name in dict.fromkeys([*before, *after]):
        text.append(f"\n{visible(name)}\n" if name else "\n", "underline" if name else "")
        for sign, fields in (("− ", before), ("+ ", after)):
            if shown := fields.get(name, ""):
                text.append(f"{sign}{visible_lines(shown)}\n", "dim" if sign == "− " else "")
    return text


def _fields(told: str) -> dict[str, str]:
    """Before or after as named fields; text that is no JSON object is one field without a name."""
    try:
        data = json.loads(told) if told.startswith("{") else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        return {"": told} if told else {}
    return {
        str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in data.items()
    }
