"""Comparing cases at three sizes: matrices, co-occurrence, all segments to CSV, text search, keys on the matrix screen.

`python -m benchmarks comparing [S] [M] [L]` (see `scales`; S and M unless told, L takes some minutes more). Every line is
measured in a process of its own and warm: the first call, which reads the columns from the index, is shown apart. The floors
run in turn with ours: the plainest SQL on the same index, and the plainest numpy, csv or str.find on data that lie ready.
Peak memory is that of the whole process while ours runs.
"""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.scales import COMMON_WORD, scale_project
from benchmarks.terminal import Terminal
from qualcode.analysis.all_segments import AllSegments
from qualcode.analysis.cooccurrence import cooccurrence
from qualcode.analysis.filters import Filters
from qualcode.analysis.kwic import Wanted, lines
from qualcode.analysis.matrix import matrix
from qualcode.analysis.search import search
from qualcode.core.text import fold
from qualcode.exchange.table_files import write_table
from qualcode.files.folder import ProjectFolder
from qualcode.index.index import Index

_SCREEN = 50  # hits
_CASE_SQL = "SELECT code, kase, count(*) FROM coding GROUP BY code, kase"
_OVERLAP_SQL = """SELECT a.code, b.code, count(*) FROM coding a JOIN coding b ON b.document = a.document
AND b.start >= a.start AND b.start < a."end" AND (b.start > a.start OR (b.id, b.file) > (a.id, a.file)) GROUP BY a.code, b.code"""
_SEGMENTS_SQL = """SELECT c.id, c.kase, c.document, d.title, d.kind, d.date, c.speaker, c.role, k.name, k.path, c.coder,
c.start, c."end", c.line, c.quote, c.note, c.created_at, c.modified_at, c.anchor, c.code, c.words, '', '', '', ''
FROM coding c JOIN document d ON d.id = c.document JOIN code k ON k.id = c.code
ORDER BY d.rank, c.start, c."end", k.name, c.code, c.coder, c.id"""
_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    presses = 0
    def compose(self):
        yield Static("bare first frame")
    def on_key(self):
        self.presses += 1
        self.query_one(Static).update(f"pressed {self.presses} times")
Bare().run()
"""
Work = Callable[[], Any]


class Task(NamedTuple):
    """What is measured: ours and its floors, made for an index; `goals` are ms at M and at L."""

    name: str
    ours: Callable[[Index], Work]
    floors: Callable[[Index], Mapping[str, Work]]
    goals: tuple[float, float]


def run(sizes: Sequence[str] = ()) -> None:
    """Medians of 7 (at L of 5), in ms."""
    print(f"{'':<38}{'ms':>9}{'first':>9}{'MB':>7}{'goal':>8}   floors: ms (ours over it)")
    for size in sizes or ("S", "M"):
        _show_opening(size)
        for task in TASKS:
            command = [sys.executable, "-m", "benchmarks.comparing", size, task.name]
            _show(size, task, json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    _show_keys("W", 50)
    if "L" in sizes:
        _show_keys("L", 50)


def _show_opening(size: str) -> None:
    """The index built if there is none, and looking for changed files where there are none."""
    index = Index(ProjectFolder(scale_project(size)))
    took, changed = _timed(index.refresh)
    if changed:
        print(f"{size} index built in {took / 1e3:.1f} s")
    print(f"{size + ' nothing has changed':<38}{statistics.median(_timed(index.refresh)[0] for _ in range(7)):>9.1f}")
    index.close()


def _show(size: str, task: Task, found: dict[str, Any]) -> None:
    goal = {"M": f"{task.goals[0]:g}", "L": f"{task.goals[1]:g}"}.get(size, "")
    floors = ", ".join(f"{name} {ms:.2f} ({found['ours'] / ms:.1f}x)" for name, ms in found["floors"].items())
    name = f"{size} {task.name}"
    print(f"{name:<38}{found['ours']:>9.1f}{found['first']:>9.0f}{found['mb']:>7.0f}{goal:>8}   {floors}", flush=True)


def measure(size: str, name: str) -> dict[str, Any]:
    """One task in this process: medians in ms, and the peak of memory in MB."""
    task = next(task for task in TASKS if task.name == name)
    index = Index(ProjectFolder(scale_project(size)))
    index.refresh()
    ours = task.ours(index)
    first, _ = _timed(ours)
    peak = _peak_mb(ours)
    floors = task.floors(index)
    works = {"ours": ours, **floors}
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(5 if size == "L" else 7):
        for which, work in works.items():
            times[which].append(_timed(work)[0])
    medians = {which: statistics.median(values) for which, values in times.items()}
    return {"ours": medians.pop("ours"), "first": first, "mb": peak, "floors": medians}


def _timed(work: Work) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = work()
    return (time.perf_counter() - begin) * 1e3, found


def _peak_mb(work: Work) -> float:
    """The most memory that the process held while this ran (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    work()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


# ---------------------------------------------------------------- floors


class Columns(NamedTuple):
    """Codings in order as numbers; codes and cases in project order."""

    code: Any
    case: Any
    document: Any
    start: Any
    end: Any
    codes: int
    cases: int
    upper: Any


def _columns(index: Index) -> Columns:
    codes = {ident: number for number, (ident,) in enumerate(index.rows("SELECT id FROM code ORDER BY rank"))}
    cases = {ident: number for number, (ident,) in enumerate(index.rows("SELECT id FROM kase ORDER BY rank"))}
    documents = {ident: number for number, (ident,) in enumerate(index.rows("SELECT id FROM document ORDER BY rank"))}
    rows = index.rows(
        'SELECT c.code, c.kase, c.document, c.start, c."end" FROM coding c JOIN document d ON d.id = c.document '
        "ORDER BY d.rank, c.start"
    )
    code, case, document, start, end = zip(*rows, strict=True)
    upper = np.zeros((len(codes), len(codes)))
    for above, below in index.rows("SELECT ancestor, code FROM closure"):
        upper[codes[above], codes[below]] = 1
    numbers = ([codes[name] for name in code], [cases[name] for name in case], [documents[name] for name in document])
    return Columns(*map(np.array, (*numbers, start, end)), len(codes), len(cases), upper)


def _cases_by_numpy(at: Columns) -> Any:
    exact = np.bincount(at.code * at.cases + at.case, minlength=at.codes * at.cases).reshape(at.codes, at.cases)
    return at.upper @ exact


def _overlaps_by_numpy(at: Columns) -> Any:
    """Pairs of codings that overlap, by their own codes: for each coding those that begin before it ends."""
    begin, until = at.document * (1 << 31) + at.start, at.document * (1 << 31) + at.end
    every = np.arange(len(begin))
    count = np.searchsorted(begin, until, "left") - every - 1
    one = np.repeat(every, count)
    other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
    found = np.bincount(at.code[one] * at.codes + at.code[other], minlength=at.codes**2).reshape(at.codes, at.codes)
    return found + found.T


def _cases_floors(index: Index) -> Mapping[str, Work]:
    ready = _columns(index)
    _check(matrix(index).values, _cases_by_numpy(ready))
    return {"numpy": lambda: _cases_by_numpy(ready), "SQL": lambda: index.rows(_CASE_SQL)}


def _overlap_floors(index: Index) -> Mapping[str, Work]:
    ready = _columns(index)
    ours, plain = np.array(cooccurrence(index, Filters(exact=True)).values), _overlaps_by_numpy(ready)
    others = ~np.eye(ready.codes, dtype=bool)
    _check(ours[others], plain[others])
    return {"numpy": lambda: _overlaps_by_numpy(ready), "SQL": lambda: index.rows(_OVERLAP_SQL)}


def _check(ours: Any, plain: Any) -> None:
    if not np.array_equal(np.array(ours), plain):
        raise AssertionError("ours and the floor count differently")


def _csv_by_sql(index: Index) -> None:
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(index.db.execute(_SEGMENTS_SQL))


def _csv_by_us(index: Index) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_table(AllSegments(index), Path(folder, "segments.csv"))


def _search_floors(most: int | None) -> Callable[[Index], Mapping[str, Work]]:
    def floors(index: Index) -> Mapping[str, Work]:
        rows = index.rows("SELECT t.folded FROM document_text t JOIN document d ON d.id = t.document ORDER BY d.rank")
        joined = "\n".join(folded for (folded,) in rows)
        return {"find": lambda: list(islice(_found(joined, fold(COMMON_WORD)), most))}

    return floors


def _found(text: str, word: str) -> Any:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


TASKS = (
    Task("code by case", lambda index: lambda: matrix(index), _cases_floors, (10, 150)),
    Task("code by code, overlap", lambda index: lambda: cooccurrence(index), _overlap_floors, (50, 1_000)),
    Task("all segments to CSV", lambda index: lambda: _csv_by_us(index), lambda index: {"SQL": lambda: _csv_by_sql(index)},
         (300, 8_000)),
    Task(f"search, first {_SCREEN} hits", lambda index: lambda: list(islice(lines(index, Wanted(COMMON_WORD)), _SCREEN)),
         _search_floors(_SCREEN), (20, 100)),
    Task("search, all hits", lambda index: lambda: search(index, COMMON_WORD), _search_floors(None), (float("nan"),) * 2),
)  # fmt: skip


# ---------------------------------------------------------------- the matrix screen


def _show_keys(size: str, goal: float, rounds: int = 25) -> None:
    """Cell by cell to the right and down in a real terminal, past what fits on it, against a bare app's key."""
    command = [sys.executable, "-m", "qualcode", "open", str(scale_project(size)), "--coder", "c1"]
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder, "bare.py")
        bare.write_text(_BARE, encoding="utf-8")
        ours, floor = Terminal(command), Terminal([sys.executable, str(bare)])
        try:
            opened = (ours.wait_for(b"Researcher", seconds=120) - ours.started) * 1e3
            floor.wait_for(b"bare first frame")
            ours.settle(2.0)
            first = ours.time_key(b"M", b"segments", seconds=120)
            for name, key in (("right", b"l"), ("down", b"j")):
                times = [(ours.time_key(key), floor.time_key(b"x")) for _ in range(rounds)]
                took, least = (statistics.median(values) for values in zip(*times, strict=True))
                line = f"{size} matrix screen, key {name} to frame"
                print(f"{line:<38}{took:>9.1f}{first:>9.0f}{ours.resident_mb():>7.0f}{goal:>8g}   "
                      f"bare app {least:.2f} ({took / least:.1f}x)", flush=True)  # fmt: skip
            print(f"{size + ' opened':<38}{opened:>9.0f}")
        finally:
            ours.close()
            floor.close()


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
