"""Applying a code durably, against appending the same line and flushing it to disk."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import project_with
from qualcode.core.events import Event
from qualcode.files.event_log import event_lines
from qualcode.files.saving import append_lines
from qualcode.session import Session


def run(rounds: int = 200) -> None:
    """Medians in ms at three sizes of document."""
    print(f"{'lines':>8} {'append+fsync':>14} {'Session.code':>14} {'difference':>12}")
    for lines, codings in ((300, 30), (10_000, 1_000), (200_000, 20_000)):
        with tempfile.TemporaryDirectory() as folder:
            project = project_with(Path(folder, "p"), lines, codings)
            floor, ours = _measure(project, rounds)
        print(f"{lines:>8} {floor:>11.2f} ms {ours:>11.2f} ms {ours - floor:>9.2f} ms")
    print("goal: within twice append+fsync plus one frame (16 ms)")


def _measure(project: Path, rounds: int) -> tuple[float, float]:
    with Session(project, coder="c1") as session:
        body = session.body("long")
        line = event_lines([Event("0" * 18, "2026-01-05T09:00:00.000Z", "apply", code="k1", start=0, end=90,
                                  quote=body.text[:90], body=body.hash)])  # fmt: skip
        session.code("long", 1, 2, "k1")
        floor, ours = [], []
        for number in range(rounds):
            floor.append(_timed(lambda: append_lines(project / "floor.jsonl", line)))
            start = 100 + number * 7
            ours.append(_timed(lambda start=start: session.code("long", start, start + 90, "k2")))  # type: ignore[misc]
    return statistics.median(floor), statistics.median(ours)


def _timed(work) -> float:  # type: ignore[no-untyped-def]
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1e3
