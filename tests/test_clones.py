"""Two clones under git: worked on, merged both ways round, and both tell the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.clones import trial


@pytest.mark.parametrize("seed", [3, 8])
def test_both_clones_tell_the_same_after_every_merge(tmp_path: Path, seed: int) -> None:
    told: list[str] = []
    counts = trial(tmp_path, seed, 3, told.append)
    assert (counts["lost"], counts["merges"]) == (0, 6), told
