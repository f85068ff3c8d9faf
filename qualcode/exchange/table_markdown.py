"""A table as Markdown (a pipe table, as GitHub, Pandoc and Quarto read it)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from qualcode.exchange.cell_text import is_number, shown

_SPECIAL = re.compile(r"[\\`*_\[\]|~$^]")


def markdown_pieces(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """The lines of the table; columns of numbers stand to the right."""
    numbers = [bool(rows) and all(map(is_number, column)) for column in zip(*rows, strict=True)]
    yield _line(map(escaped, map(shown, columns)))
    yield _line("---:" if number else "---" for number in numbers or [False] * len(columns))
    for row in rows:
        yield _line(map(escaped, map(shown, row)))


def escaped(text: str) -> str:
    """Text that shows as itself in a cell: signs with a meaning in Markdown or HTML escaped, line ends as <br>."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "<br>")


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |\n"
