"""A cell of the matrix in words: for the grid in short, for the status line as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qualcode.core.how_many import how_many
from qualcode.core.visible import shorten
from qualcode.tui.grid_paint import NOTHING
from qualcode.tui.matrix_choice import MatrixChoice

_ONE = {
    "segments": "segment",
    "documents": "document",
    "cases": "case",
    "turns": "turn",
    "words": "word",
    "chars": "character",
}
_MANY = {"chars": "characters"}
_OF = {"row": "of what its row has", "col": "of what its column has", "total": "of all"}
_TOGETHER = {"overlap": "overlap", "same-turn": "stand in the same turn", "near": "stand near each other",
             "contains": "contain the column's", "follows": "follow the column's"}  # fmt: skip


def written(choice: MatrixChoice) -> Callable[[Any], str]:
    """How values are written in the grid."""
    if choice.cell in ("jaccard", "c-coefficient"):
        return lambda value: _number(value, 2)
    if choice.percent or choice.cell == "coverage":
        return lambda value: _number(value, 1)
    return lambda value: _number(value, 2) if isinstance(value, float) else _text(value)


def _number(value: Any, digits: int) -> str:
    if value is None:
        return "–"
    if isinstance(value, float) and value:
        return f"{value:.{digits}f}" if round(value, digits) else f"<{10**-digits:.{digits}f}"
    return _text(value)


def _text(value: Any) -> str:
    return "–" if value is None else str(value) if value else NOTHING


def sentence(choice: MatrixChoice, value: Any) -> str:
    """What the value of a cell says."""
    if value is None:
        return "there is nothing to divide by"
    if choice.cell in ("quotes", "summaries"):
        return (
            shorten(value, 160)
            if isinstance(value, str) and value
            else f"{value} {choice.cell}"
            if value
            else f"no {choice.cell}"
        )
    if choice.cell == "first-date":
        return f"first on {value}" if value else "nothing with a date"
    if choice.together:
        return _together(choice, value)
    if choice.percent:
        return f"{round(value, 2):g} % {_OF[choice.percent]} ({choice.cell})"
    if choice.per:
        return f"{round(value, 2):g} {choice.cell} per {choice.per.replace('words', ' words').replace('chars', ' characters')} of its text"
    if choice.cell == "coverage":
        return f"{round(value, 2):g} % of the text is coded"
    if choice.cell == "present":
        return "nothing coded" if not value else "coded" if value == 1 else f"coded in {value}"
    return counted(choice.cell, value)


def counted(cell: str, value: Any) -> str:
    """A number with what is counted.

    >>> counted("segments", 1)
    '1 segment'
    """
    return f"{value} {_ONE[cell] if value == 1 else _MANY.get(cell, cell)}"


def _together(choice: MatrixChoice, value: Any) -> str:
    if choice.cell in ("jaccard", "c-coefficient"):
        return f"{choice.cell} {round(value, 3):g}"
    if choice.cell == "present":
        return "they meet" if value else "they never meet"
    name, _, turns = choice.relation.partition(":")
    meet = _TOGETHER[name] + (f" (at most {counted('turns', int(turns))} between)" if turns else "")
    if choice.cell != "segments":
        return f"in {counted(choice.cell, value)} they {meet}"
    return f"{how_many(value, 'pair')} of codings that {meet}"
