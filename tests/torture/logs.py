"""Damaged event files, damaged indexes, clocks that go wrong: nothing that is whole is lost, and nothing changes in silence."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from qualcode.index.index import Index
from tests.torture import index_faults
from tests.torture import log_faults as faults


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Each fault of event files is read; some of them are lived with. At scale 1 every bit of every line is flipped once."""
    with tempfile.TemporaryDirectory(prefix="qualcode-torture-") as folder:
        counts = _logs(Path(folder), random.Random(seed), scale, say)
        counts += _indexes(Path(folder), random.Random(seed), scale, say)
        return {**counts, "lost": counts["lost"]}


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


def _indexes(folder: Path, chance: random.Random, scale: float, say: Callable[[str], None]) -> Counter[str]:
    """Counts of faults of the index, half of them as after a kill, and of answers that were not those of a new one."""
    counts: Counter[str] = Counter(faults=0, lost=0)
    project, other = faults.study(folder / "indexed"), faults.study(folder / "other")
    index = Index(other)
    index.refresh()
    foreign = Path(shutil.copytree(other.index_db.parent, folder / "foreign")) / "index.db"
    index.close()
    good = index_faults.indexed(project)
    before = index_faults.answers(project)
    all_of_them = list(index_faults.faults(good, chance, foreign))
    for number, fault in enumerate(chance.sample(all_of_them, max(10, round(len(all_of_them) * min(scale, 1))))):
        for killed in (False, True):
            wrong = index_faults.trial(
                project, good, fault, before, number % len(index_faults.QUESTIONS), killed=killed
            )
            _count(counts, "faults", wrong, say)
            counts["faults of the index"] += 1
    say(f"index: answered with {counts['faults']:,}")
    return counts


def _count(counts: Counter[str], what: str, wrong: list[str], say: Callable[[str], None]) -> None:
    counts[what] += 1
    counts["lost"] += len(wrong)
    for one in wrong:
        say(one)
