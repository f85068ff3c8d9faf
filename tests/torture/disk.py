"""A disk that is full, that fails, that may not be written, that goes away: every act with every fault at every call.

Acknowledged is on disk; refused is nowhere, leaves nothing behind, and can be done when the disk is well again.
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
WRITING = "open write pwrite fsync ftruncate rename link unlink mkdir"
ALL = f"{WRITING} stat"
ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES", "ENOENT", "ESTALE", "ETIMEDOUT")
CALLS = (*WRITING.split(), WRITING, ALL)
FURTHEST = 12  # calls of one kind in one act, and then some
MOST = 5_000  # trials of the 30,000 that there are, by the seed

Trial = tuple[str, str, int, int, bool]


def compiled(folder: Path) -> Path | None:
    """The disk that fails, as a library to load before all else; None where it cannot be made here."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "faulty_disk.so"
    made = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", library, HERE / "faulty_disk.c", "-ldl"], capture_output=True
    )
    return library if made.returncode == 0 else None


def trials(acts: Iterable[str]) -> Iterator[Trial]:
    """Every act with every fault, from each call on or at that call alone."""
    for act in acts:
        for calls in CALLS:
            for name in ERRORS:
                for nth in range(1, FURTHEST * (4 if " " in calls else 1), 1 if " " not in calls else 3):
                    for once in (False, True):
                        yield act, calls, getattr(errno, name), nth, once
        for nth in range(1, 6):
            yield act, "write", 0, nth, False  # half a line, then no room


def outcomes(library: Path, folder: Path, wanted: list[Trial]) -> Iterator[dict[str, object]]:
    """What came of the trials; a process that died of one is an outcome too."""
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    process = subprocess.run(
        [sys.executable, HERE / "disk_worker.py", folder], input=json.dumps(wanted), env=environment, cwd=HERE.parent.parent,
        capture_output=True, text=True,
    )  # fmt: skip
    found = [json.loads(line) for line in process.stdout.splitlines()]
    yield from found
    if process.returncode:
        died = wanted[len(found)] if len(found) < len(wanted) else wanted[-1]
        yield {
            "act": died[0],
            "fault": died[1:],
            "wrong": [f"died: {process.stderr[-400:]}"],
            "acknowledged": False,
            "hits": 1,
            "ms": 0,
        }


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Counts: faults that struck, acts acknowledged and refused, and what was lost."""
    sys.path[:0] = [str(HERE.parent)]
    from tests.torture.disk_acts import ACTS

    counts = {"faults": 0, "acknowledged": 0, "refused": 0, "lost": 0, "crashes": 0, "slowest recovery ms": 0}
    folder = Path(tempfile.mkdtemp(prefix="qualcode-disk-"))
    library = compiled(folder)
    if library is None:
        say("no C compiler here: nothing was tried")
        return counts
    wanted = list(trials(ACTS))
    random.Random(seed).shuffle(wanted)
    wanted = wanted[: max(1, round(MOST * scale))]
    for start in range(0, len(wanted), 200):
        for found in outcomes(library, folder, wanted[start : start + 200]):
            counts["faults"] += bool(found["hits"])
            counts["acknowledged" if found["acknowledged"] else "refused"] += 1
            counts["slowest recovery ms"] = max(counts["slowest recovery ms"], int(str(found["ms"])))
            for wrong in found["wrong"] if isinstance(found["wrong"], list) else ():
                counts["crashes" if wrong.startswith("died") else "lost"] += 1
                say(f"{found['act']} with {found['fault']}: {wrong}")
        say(f"{min(start + 200, len(wanted)):,} of {len(wanted):,} tried")
    shutil.rmtree(folder, ignore_errors=True)
    return counts
