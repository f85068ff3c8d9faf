"""Fields to write in: what stands in them is stored as it is, and cannot drive the terminal while it is shown."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Input, TextArea

from qualcode.core.visible import as_stored


class LineField(Input):
    """A line of text; control and direction characters are shown as signs, one for one."""

    @property
    def _value(self) -> Text:
        return Text(as_stored(self.value), no_wrap=True, overflow="ignore", end="")


class TextField(TextArea):
    """Several lines of text, shown likewise."""

    def get_line(self, line_index: int) -> Text:
        return Text(as_stored(self.document.get_line(line_index)), end="", no_wrap=True)
