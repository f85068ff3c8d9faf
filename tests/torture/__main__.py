"""Run the long trials: `python -m tests.torture [--seed N] [--scale F] [PART ...]`.

A part is a module here with `run(seed, scale, say) -> counts`. Scale 1.0 is the full length. Counts whose names are in
`BAD` must be 0, else the status is 1.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol, cast

HERE = Path(__file__).resolve().parent
BAD = ("lost", "crashes", "damaged")
SHOWN = ("faults", "acknowledged", "inputs", "conflicts", "lost", "crashes")
SLOWEST = "slowest recovery ms"


class Part(Protocol):
    """A module of trials. `say` prints one line of progress."""

    def run(self, seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]: ...


class Outcome(NamedTuple):
    """What one part counted, and how long it took, in seconds."""

    part: str
    counts: Mapping[str, int]
    seconds: float

    @property
    def held(self) -> bool:
        """Whether nothing was lost and nothing crashed."""
        return not any(self.counts.get(name) for name in BAD)


def main(arguments: list[str] | None = None) -> int:
    """Run the parts that are named, or all of them; 1 where anything was lost or crashed."""
    found = parts()
    parser = argparse.ArgumentParser("tests.torture", description="Faults of every kind; nothing saved may be lost.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"which trials: {', '.join(found)} (default: all)")
    parser.add_argument("--seed", type=int, default=20260701, help="the same seed tries the same things")
    parser.add_argument("--scale", type=float, default=1.0, help="0.05 for a short look; 1.0 is the full length")
    options = parser.parse_args(arguments)
    if unknown := sorted({*options.parts} - {*found}):
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(found)}")
    for folder in (HERE.parent, HERE.parent.parent):  # the builders of the tests; the benchmarks
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    print(f"seed {options.seed}, scale {options.scale:g}", flush=True)
    outcomes = [_outcome(name, options.seed, options.scale) for name in options.parts or found]
    print("\n".join(["", *table(outcomes)]))
    return int(not all(outcome.held for outcome in outcomes))


def parts() -> list[str]:
    """The modules here that have a `run`, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules([str(HERE)]))
    return [name for name in names if "\ndef run(" in (HERE / f"{name}.py").read_text(encoding="utf-8")]


def _outcome(name: str, seed: int, scale: float) -> Outcome:
    print(f"\n{name}", flush=True)
    begun = time.monotonic()
    try:
        part = cast(Part, importlib.import_module(f"tests.torture.{name}"))
        counts = part.run(seed, scale, lambda text: print(f"  {text}", flush=True))
    except Exception:
        traceback.print_exc()
        counts = {"crashes": 1}
    return Outcome(name, counts, time.monotonic() - begun)


def table(outcomes: list[Outcome]) -> list[str]:
    """The counts of all parts, a line each, what is counted nowhere else behind them."""
    heads = ["part", *SHOWN, "slowest", "seconds", ""]
    rows = [heads, *(_row(outcome) for outcome in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    for outcome in outcomes:
        if more := {name: n for name, n in outcome.counts.items() if name not in (*SHOWN, SLOWEST)}:
            lines.append(f"{outcome.part}: " + ", ".join(f"{name} {count:,}" for name, count in more.items()))
    lost = sum(outcome.counts.get(name, 0) for outcome in outcomes for name in BAD)
    return [*lines, f"lost, damaged or crashed: {lost}"]


def _row(outcome: Outcome) -> list[str]:
    slowest = outcome.counts.get(SLOWEST)
    counts = [f"{outcome.counts[name]:,}" if name in outcome.counts else "" for name in SHOWN]
    recovery = "" if slowest is None else f"{slowest:,} ms"
    return [outcome.part, *counts, recovery, f"{outcome.seconds:.0f}", "" if outcome.held else "FAILED"]


if __name__ == "__main__":
    sys.exit(main())
