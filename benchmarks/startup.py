"""From the command to the first painted transcript, against a bare Textual app's first frame."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.terminal import Terminal

_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare first frame")
Bare().run()
"""


def run(rounds: int = 15) -> None:
    """Both in turn, so that a machine that slows down slows both; the median of the ratios pair by pair."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder, "bare.py")
        bare.write_text(_BARE, encoding="utf-8")
        project = Path(folder, "left-behind-children")
        shutil.copytree("projects/left-behind-children", project, ignore=shutil.ignore_patterns(".qualcode"))
        cases = {
            "bare app": ([sys.executable, str(bare)], b"bare first frame"),
            "qualcode open": ([sys.executable, "-m", "qualcode", "open", str(project), "--coder", "c1"], b"Sixth day"),
        }
        _first(*cases["qualcode open"])  # builds the index, as the first ever opening does
        times: dict[str, list[float]] = {name: [] for name in cases}
        for _ in range(rounds):
            for name, case in cases.items():
                times[name].append(_first(*case))
    for name, values in times.items():
        print(f"{name:<16} median {statistics.median(values):6.0f} ms   min {min(values):6.0f} ms")
    pairs = [ours / floor for floor, ours in zip(*times.values(), strict=True)]
    print(f"ratio            median {statistics.median(pairs):6.2f}      goal 1.5 or less")


def _first(command: list[str], pattern: bytes) -> float:
    terminal = Terminal(command)
    try:
        return (terminal.wait_for(pattern) - terminal.started) * 1e3
    finally:
        terminal.close()
