"""kill -9 of the terminal interface while somebody codes with it: what the screen had shown as coded is on disk."""

from __future__ import annotations

import os
import random
import re
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from test_terminal import Terminal

from qualcode.analysis.check import check
from qualcode.core.events import fold
from qualcode.files.event_log import read_events
from qualcode.files.folder import ProjectFolder
from tests.builders import answers, fresh_answers, make_project, open_index, transcript

_LINES = 400
_PATIENCE = 90.0  # seconds, on a machine that does much else
_SAID = re.compile(r"Word (\d+)\.”")


def screen_kills(seed: int, kills: int, say: Callable[[str], None]) -> dict[str, int]:
    """Code line after line in a real terminal until killed, on one project; what was counted."""
    counts = {"faults": 0, "acknowledged": 0, "lost": 0, "damaged": 0, "slowest start of the screen ms": 0}
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="screens-") as place:
        body = "".join(f"Mei: Word {number}.\n" for number in range(_LINES))
        documents = {f"d{number}": transcript(body, title=f"Talk {number}") for number in range(kills)}
        project = make_project(Path(place, "p"), documents, {"longing": {"key": 1}, "work": {"key": 2}})
        for number in range(kills):
            seen, started = _work_until_killed(project, f"d{number}", rng.randint(1, 12), rng.uniform(0, 0.2))
            missing = seen - _on_disk(project, f"d{number}")
            counts["faults"] += 1
            counts["acknowledged"] += len(seen)
            counts["lost"] += len(missing)
            counts["slowest start of the screen ms"] = max(
                counts["slowest start of the screen ms"], round(started * 1000)
            )
            troubles = _troubles(project)
            counts["damaged"] += len(troubles)
            for text in (*(f"lost: Word {one}" for one in sorted(missing)), *troubles):
                say(f"FAILED screen {number}: {text}")
    return counts


def _work_until_killed(project: ProjectFolder, document: str, enough: int, seconds: float) -> tuple[set[str], float]:
    """The lines that the screen said were coded, and how long it took until it could be worked with.

    It is killed so many seconds after it had said `enough` of them, in the middle of further ones.
    """
    seen: set[str] = set()
    begun, typed, last = time.monotonic(), 0.0, 0.0
    with Terminal("open", project.root, "--document", document) as terminal:
        _wait(terminal, lambda: "Word 0." in terminal.text and "longing" in terminal.text)
        started = time.monotonic() - begun
        while not last or time.monotonic() < last:
            if time.monotonic() > begun + _PATIENCE:
                raise TimeoutError(f"nothing was coded; the screen was:\n{terminal.text}")
            if time.monotonic() > typed + 0.03:
                terminal.type("1j")
                typed = time.monotonic()
            terminal.read()
            seen |= set(_SAID.findall(terminal.text))
            if not last and len(seen) >= enough:
                last = time.monotonic() + seconds
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.ends()
    return seen, started


def _wait(terminal: Terminal, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition():
        if not terminal.read() or time.monotonic() > end:
            raise TimeoutError(f"it did not come up; the screen was:\n{terminal.text}")


def _on_disk(project: ProjectFolder, document: str) -> set[str]:
    path = project.coding_file("c1", document)
    events = read_events(path, path.name).events if path.exists() else []
    return {coding.text.removeprefix("Word ").removesuffix(".") for coding in fold(events, "c1", document).values()}


def _troubles(project: ProjectFolder) -> list[str]:
    index = open_index(project)
    try:
        ours, fresh = answers(index), fresh_answers(project)
    finally:
        index.close()
    other = [f"the index tells other {name} than a fresh one" for name in ours if ours[name] != fresh[name]]
    return [*other, *(f"check: {problem}" for problem in check(project)[0])]
