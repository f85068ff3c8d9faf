"""Damaged event files, damaged indexes, clocks that go wrong: nothing that is whole is lost, and nothing changes in silence."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from tests.torture import log_faults as faults


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Each fault of event files is read; some of them are lived with. At scale 1 every bit of every line is flipped once."""
    with tempfile.TemporaryDirectory(prefix="qualcode-torture-") as folder:
        return dict(_logs(Path(folder), random.Random(seed), scale, say))


def _logs(folder: Path, chance: random.Random, scale: float, say: Callable[[str], None]) -> Counter[str]:
    """Counts of faults, of those with which work went on, and of what was wrong."""
    counts: Counter[str] = Counter(faults=0, lost=0)
    project = faults.study(folder / "study")
    for name in (faults.CODINGS, faults.LOG):
        good = (project.root / name).read_bytes()
        bits = max(1, round(8 * min(scale, 1)))
        read = list(chain(faults.cuts(good), faults.flips(good, chance, bits), faults.others(good, chance)))
        for fault in chance.sample(read, max(50, round(len(read) * min(scale, 1)))):
            _count(counts, "faults", faults.reading(good, fault), say)
        say(f"{name}: read with {counts['faults']:,} faults so far")
        lived = [*faults.cuts(good), *faults.others(good, chance)]
        lived += chance.sample(list(faults.flips(good, chance, 1)), 300)
        for fault in chance.sample(lived, max(10, round(len(lived) * min(scale, 1)))):
            _count(counts, "lived with", faults.living(project, name, fault), say)
        say(f"{name}: lived with {counts['lived with']:,} so far")
    return counts


def _count(counts: Counter[str], what: str, wrong: list[str], say: Callable[[str], None]) -> None:
    counts[what] += 1
    counts["lost"] += len(wrong)
    for one in wrong:
        say(one)
