"""Key press to painted frame in a real terminal, at 300, 10,000 and 200,000 lines."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import project_with
from benchmarks.terminal import Terminal

_SIZES = ((300, 30), (10_000, 1_000), (200_000, 20_000))
_SETTLE = {300: 1.0, 10_000: 3.0, 200_000: 25.0}  # seconds for the idle measuring of rows to end


def run(rounds: int = 25) -> None:
    """Medians in ms for cursor move, page down and applying a code; the ratio of the largest to the smallest document."""
    medians: dict[str, list[float]] = {"cursor": [], "page down": [], "apply code": []}
    print(f"{'lines':>8} {'codings':>8} {'open ms':>8} {'MB':>6}  " + "".join(f"{name:>12}" for name in medians))
    for lines, codings in _SIZES:
        with tempfile.TemporaryDirectory() as folder:
            project = project_with(Path(folder, "p"), lines, codings)
            command = [sys.executable, "-m", "qualcode", "open", str(project), "--coder", "c1"]
            _open_once(command)
            terminal = Terminal(command)
            try:
                opened = (terminal.wait_for(b"Researcher", seconds=120) - terminal.started) * 1e3
                time.sleep(_SETTLE[lines])
                terminal.settle(0.5)
                for name, values in _measure(terminal, rounds).items():
                    medians[name].append(statistics.median(values))
                memory = terminal.resident_mb()
            finally:
                terminal.close()
        print(
            f"{lines:>8} {codings:>8} {opened:>8.0f} {memory:>6.0f}  "
            + "".join(f"{v[-1]:>9.1f} ms" for v in medians.values())
        )
    print(
        "largest / smallest: " + ", ".join(f"{name} {values[-1] / values[0]:.2f}" for name, values in medians.items())
    )
    print("goals: median 16 ms or less; 200,000 lines within 1.3 times of 300")


def _open_once(command: list[str]) -> None:
    """The first opening ever builds the index; it is not what is measured here."""
    terminal = Terminal(command)
    terminal.wait_for(b"Researcher", seconds=300)
    terminal.settle(1.0)
    terminal.close()


def _measure(terminal: Terminal, rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"cursor": [], "page down": [], "apply code": []}
    for _ in range(rounds):
        times["cursor"].append(terminal.time_key(b"j"))
    for _ in range(rounds):
        times["page down"].append(terminal.time_key(b"\x1b[6~"))
    for number in range(rounds):
        terminal.press(b"j")
        digit = str(1 + number % 9).encode()
        times["apply code"].append(terminal.time_key(digit, b"code " + digit))
    return times
