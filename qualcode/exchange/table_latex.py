"""A table as LaTeX with the rules of booktabs, to be taken into a paper by \\input."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from qualcode.core.visible import columns as display_columns
from qualcode.exchange.cell_text import is_number, shown

_WIDE = 28  # a column of longer text is set in paragraphs
_LONG = 25  # a table of more rows goes on on the next page
_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\symbol{34}", "`": r"\textasciigrave{}", "[": "{[}", "]": "{]}", "*": "{*}",
    "\n": r"\newline ",
}  # fmt: skip
_SPECIAL = re.compile("[" + re.escape("".join(_SIGNS)) + "]|-(?=-)")
_PACKAGES = "% needs \\usepackage{booktabs,longtable}; with other than Latin letters compile with XeLaTeX or LuaLaTeX\n"


def latex_pieces(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """A tabular, or a longtable where there are many rows or long texts; those stand in columns of paragraphs."""
    columns = [" ".join(shown(name).split()) for name in columns]
    layout, paragraphs = _layout(columns, rows)
    long = paragraphs or len(rows) > _LONG
    head = " & ".join(map(escaped, columns)) + " \\\\\n\\midrule\n"
    yield _PACKAGES + (
        f"\\begin{{longtable}}{{{layout}}}\n\\toprule\n{head}\\endhead\n\\bottomrule\n\\endfoot\n"
        if long
        else f"\\begin{{tabular}}{{{layout}}}\n\\toprule\n{head}"
    )
    for row in rows:
        yield " & ".join(map(escaped, map(shown, row))) + " \\\\\n"
    yield "\\end{longtable}\n" if long else "\\bottomrule\n\\end{tabular}\n"


def escaped(text: str) -> str:
    """Text that LaTeX sets as it stands; line ends (within a column of paragraphs) stay line ends."""
    return _SPECIAL.sub(lambda found: _SIGNS.get(found[0], "-{}"), text.strip())


def _layout(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[str, bool]:
    """The letters for the columns, and whether any is one of paragraphs: these share, by the length of their texts, what the
    others leave of the line."""
    found = list(zip(*rows, strict=True)) or [()] * len(columns)
    letters = [_letter(name, column) for name, column in zip(columns, found, strict=True)]
    lengths = [_length(name, column) for name, column in zip(columns, found, strict=True)]
    narrow = sum(length for letter, length in zip(letters, lengths, strict=True) if letter != "p")
    weights = [length**0.5 if letter == "p" else 0.0 for letter, length in zip(letters, lengths, strict=True)]
    room = max(0.4, 0.9 - narrow / 100)
    parts = [f"p{{{room * weight / sum(weights):.2f}\\linewidth}}" if weight else "" for weight in weights]
    return "".join(part or letter for part, letter in zip(parts, letters, strict=True)), any(parts)


def _letter(name: str, column: Sequence[Any]) -> str:
    if column and all(map(is_number, column)):
        return "r"
    texts = [shown(value) for value in (name, *column)]
    return "p" if any("\n" in text.strip() or display_columns(text) > _WIDE for text in texts) else "l"


def _length(name: str, column: Sequence[Any]) -> int:
    return max(display_columns(shown(value)) for value in (name, *column))
