"""A small study of two families for the tests of the matrix screen, and what its grid shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders import apply, make_project, transcript, write_events
from screens import until
from textual.pilot import Pilot

from qualcode.files.folder import ProjectFolder
from qualcode.tui.grid import Grid
from qualcode.tui.matrix import MatrixScreen
from qualcode.tui.matrix_quotes import CellQuotes

LIANG = "Mother: I miss them. We phone.\nXiaoya: I miss her.\n"
ZHAO = "Long: I work. I am proud.\n"


def two_families(folder: Path) -> ProjectFolder:
    """Codes by cases: emotion 2 1, emotion/longing 2 0, emotion/pride 0 1, work 0 2 (one of each of two coders)."""
    project = make_project(
        folder,
        {
            "l1": transcript(LIANG, title="Talk", case="liang", kind="interview", date="2009-02-01",
                             speakers={"Mother": "p1", "Xiaoya": "p2"}),
            "z1": transcript(ZHAO, title="Chat", case="zhao", kind="chat", date="2009-06-07", speakers={"Long": "p3"}),
        },
        codes=("emotion", "emotion/longing", "emotion/pride", "work"),
        cases={"liang": {"income": "900", "place": "town"}, "zhao": {"income": "3000", "place": "village"}},
        attributes={"income": "number", "place": "text"},
        participants=[
            {"id": "p1", "name": "Mother", "role": "parent", "case": "liang"},
            {"id": "p2", "name": "Xiaoya", "role": "child", "case": "liang"},
            {"id": "p3", "name": "Long", "role": "child", "case": "zhao"},
        ],
    )  # fmt: skip
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them."), apply(2, LIANG, "I miss her.")])
    write_events(project, "c1", "z1", [apply(3, ZHAO, "I am proud.", "pride"), apply(4, ZHAO, "I work.", "work")])
    write_events(project, "c2", "z1", [apply(5, ZHAO, "I work.", "work")])
    return project


def matrix_screen(pilot: Pilot[None]) -> MatrixScreen:
    screen = pilot.app.get_screen("matrix")
    assert isinstance(screen, MatrixScreen)
    return screen


def grid(pilot: Pilot[None]) -> Grid:
    return matrix_screen(pilot).query_one(Grid)


def quotes(pilot: Pilot[None]) -> CellQuotes:
    return matrix_screen(pilot).query_one(CellQuotes)


def numbers(pilot: Pilot[None]) -> dict[str, list[Any]]:
    """What the grid shows: label to values."""
    return {row.label: list(row.values) for row in grid(pilot).grid_rows}


def written(pilot: Pilot[None], label: str) -> list[str]:
    """The values of a row as they stand in the grid."""
    sheet = grid(pilot).sheet
    return [sheet.words(value) for value in numbers(pilot)[label]]


def totals(pilot: Pilot[None]) -> list[Any]:
    """The row of totals."""
    footer = grid(pilot).sheet.footer
    return list(footer.values) if footer is not None else []


def cell(pilot: Pilot[None]) -> tuple[int, int]:
    return grid(pilot).row, grid(pilot).column


def here(pilot: Pilot[None]) -> tuple[str, str]:
    """Label of the row and header of the column under the cursor."""
    view = grid(pilot)
    label = view.grid_rows[view.row].label if view.row < len(view.grid_rows) else "total"
    return label, view.headers[view.column]


def title(pilot: Pilot[None]) -> str:
    return str(grid(pilot).border_title)


def status(pilot: Pilot[None]) -> str:
    return str(matrix_screen(pilot).query_one("#status").render())


def texts(pilot: Pilot[None]) -> list[str]:
    """The quotes that are listed."""
    return [row["text"] for row in quotes(pilot).segments]


async def go(pilot: Pilot[None], label: str, header: str) -> None:
    """Put the cursor on the cell of this row and column."""
    view = grid(pilot)
    labels = [row.label for row in view.grid_rows]
    view.go(labels.index(label), list(view.headers).index(header))
    await until(lambda: here(pilot) == (label, header))
    await pilot.pause()
