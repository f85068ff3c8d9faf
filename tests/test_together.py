"""Several processes on one project at the same moment: nothing is lost, and nobody undoes what somebody else undid."""

from __future__ import annotations

from pathlib import Path

from tests.torture.together import trial


def test_processes_of_three_coders_lose_nothing_and_end_with_the_same_index(tmp_path: Path) -> None:
    told: list[str] = []
    counts = trial(tmp_path, 7, 25, told.append, ("c1", "c2", "c1", "c3"))
    assert (counts["lost"], counts["crashes"], counts["in memory without need"]) == (0, 0, 0), told
    assert counts["acts"] == 100
    assert counts["acknowledged"] > 80
