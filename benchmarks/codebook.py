"""Editing the codebook in a real terminal, at 120 codes and 20,000 codings: key press to painted frame."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.corpus import study_with
from benchmarks.terminal import Terminal


def run(rounds: int = 9) -> None:
    """Medians in ms; after merge and its undo `qualcode segments` must be byte for byte what it was."""
    with tempfile.TemporaryDirectory() as folder:
        project = study_with(Path(folder, "p"))
        command = [sys.executable, "-m", "qualcode", "open", str(project), "--coder", "c1"]
        before = _segments(project)
        terminal = Terminal(command, columns=140)
        try:
            terminal.wait_for(b"Interview", seconds=120)
            terminal.settle(3.0)
            times = _measure(terminal, rounds)
            memory = terminal.resident_mb()
        finally:
            terminal.close()
        same = _segments(project) == before
    for name, values in times.items():
        print(f"{name:<28} {statistics.median(values):>7.1f} ms   (worst {max(values):.1f})")
    print(
        f"resident memory {memory:.0f} MB; segments after all was undone {'the same, byte for byte' if same else 'DIFFER'}"
    )
    print("goal: 50 ms or less in the median")


def _segments(project: Path) -> bytes:
    argv = [sys.executable, "-m", "qualcode", "-p", str(project), "segments", "-f", "csv"]
    return subprocess.run(argv, capture_output=True, check=True).stdout


def _measure(terminal: Terminal, rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}

    def timed(name: str, key: bytes, *patterns: bytes) -> None:
        times.setdefault(name, []).append(terminal.time_key(key, *patterns))

    def typed(text: bytes) -> None:
        terminal.press(text)
        terminal.settle(0.3)

    for _ in range(rounds):
        timed("open the codebook", b"C", b"Codebook")
        typed(b"\x1b")
    typed(b"C")
    for _ in range(rounds):
        typed(b"/")
        for letter in b"code 3 4":
            timed("filter, a letter", bytes([letter]), b"shown for")
        typed(b"\x1b")
    typed(b"\x1b[H")
    typed(b"j")
    for number in range(rounds):
        typed(b"r")
        typed(b" renamed" + str(number).encode())
        timed("rename", b"\r", b"Renamed")
        timed("undo of a rename", b"u", b"Undid")
    for _ in range(rounds):
        timed("move down", b"J", b"Moved")
        timed("undo of a move", b"u", b"Undid")
    for _ in range(rounds):
        typed(b"\x1b[H")
        typed(b"j")
        typed(b"m")
        typed(b"theme 0/code 0 1")
        timed("merge of 1,000 codings", b"\r", b"Merged")
        timed("undo of a merge", b"u", b"Undid")
    typed(b"\x1b[H")
    typed(b"j")
    typed(b"s")
    typed(b"n")
    typed(b"first half")
    typed(b"\r")
    for _ in range(rounds):
        timed("split step", b"1", b"first half")
    for _ in range(rounds + 1):
        terminal.press(b"u")
        terminal.settle(0.3)
    return times
