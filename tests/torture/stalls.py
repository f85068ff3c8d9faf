"""A drive that stalls: calls hang in the midst of what people do in the terminal interface and by commands, and come back, or not.

What is said to be saved while they hang is on disk; what was done is there afterwards once; whoever comes meanwhile waits or is
refused with a reason; a process that was killed at a hanging call leaves the project as it was, or with the act done.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.files.folder import ProjectFolder
from tests.torture.disk import HERE, compiled
from tests.torture.disk_acts import BODY, complaints, facts, study
from tests.torture.stalling import CALLS, SOME, Stalls, known

_FURTHEST = 9  # calls of one kind in a command, and then some
_PATIENCE = 60.0  # seconds for a command, on a machine that does much else
_MOST = 300  # commands, and
_SCREENS = 20  # sittings of seven acts each

COMMANDS: dict[str, tuple[str, ...]] = {
    "code": ("code", "d2", "longing", "--quote", "miss him"),
    "create a code": ("codebook", "add", "hope"),
    "undo": ("undo",),
    "import": ("import", "new.txt", "--case", "a"),
    "memo": ("memo", "new", "--title", "Another", "--text", "words"),
    "correct a text": ("update", "d1", "newer.txt"),
    "read": ("segments",),
}
_OTHER = ("code", "d1", "work", "--quote", "work far", "--coder", "c2")


class CommandTrial(NamedTuple):
    """A command, from which call on the drive hangs, and what ends that: "back", "fails", "killed"."""

    act: str
    calls: str
    nth: int
    end: str
    company: bool  # whether another coder's command comes meanwhile


def trials(rng: random.Random, number: int) -> Iterator[CommandTrial]:
    """So many of all that there are."""
    for _ in range(number):
        calls = rng.choice((*CALLS, SOME))
        yield CommandTrial(
            rng.choice([*COMMANDS]), calls, rng.randint(1, _FURTHEST * (1 if calls in CALLS else 5)),
            rng.choice(("back", "back", "fails", "killed")), rng.random() < 0.4,
        )  # fmt: skip


class CommandTrials:
    """Commands on copies of one small project."""

    def __init__(self, place: Path, library: Path) -> None:
        self._place, self._stalls = place, Stalls(library, place / "control")
        self._model = place / "model"
        self._model.mkdir()
        study(self._model)
        (self._model / "newer.txt").write_text(BODY.replace("far away", "very far away"), encoding="utf-8")
        self._done: dict[str, dict[str, Any]] = {}

    def try_one(self, trial: CommandTrial) -> tuple[bool, bool, list[str]]:
        """Whether the drive stalled, whether the command was done, and what was wrong."""
        done = self._expected(trial.act)
        project = self._fresh()
        before = known(project)
        self._stalls.arm(project.root, trial.calls, trial.nth, 110 if trial.end == "fails" else 0)
        process = self._start(project, *COMMANDS[trial.act], **self._stalls.environment)
        struck = self._hangs_before_the_end(process)
        other, wrong = None, []
        if struck:
            other = self._start(project, *_OTHER) if trial.company else None
            if other:
                self._wait(other, 0.4)
            if trial.end == "killed":
                process.kill()
        said = process.stdout.read1() if struck and trial.end == "killed" and process.stdout else b""  # type: ignore[attr-defined]
        self._stalls.release()
        out, complaint = process.communicate(timeout=_PATIENCE)
        wrong += self._judge(trial, process.returncode, said + out, complaint, before, done, known(project))
        if other:
            wrong += self._judge_other(project, other)
        wrong += [f"check: {text}" for text in complaints(project)]
        return struck, process.returncode == 0, wrong

    def _hangs_before_the_end(self, process: subprocess.Popen[bytes]) -> bool:
        while process.poll() is None:
            if self._stalls.hangs_within(0.02):
                return True
        return bool(self._stalls.hangs())

    @staticmethod
    def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
        with suppress(subprocess.TimeoutExpired):  # it waits for its turn
            process.wait(seconds)

    @staticmethod
    def _judge(
        trial: CommandTrial, status: int, out: bytes, complaint: bytes, before: dict[str, Any], done: dict[str, Any], now: dict[str, Any]
    ) -> list[str]:  # fmt: skip
        if b"Traceback" in complaint:
            return [f"a traceback: {complaint.decode()[-900:]}"]
        if status == 0:
            return [] if now == done else [f"said to be done, and on disk is something else: {_difference(done, now)}"]
        if trial.end == "killed" and status < 0:
            return [] if now in (before, done) else [f"killed, half done: {_difference(before, now)}"]
        if trial.end != "fails":
            return [f"status {status}: {complaint.decode()[-900:]}"]
        wrong = [] if now == before else [f"refused, and yet there: {_difference(before, now)}"]
        return wrong if complaint.count(b"\n") >= 1 else [*wrong, "refused without a word"]

    def _judge_other(self, project: ProjectFolder, other: subprocess.Popen[bytes]) -> list[str]:
        _out, complaint = other.communicate(timeout=_PATIENCE)
        there = sum(row[4] == "c2" for row in facts(project)["codings"])
        if other.returncode == 0:
            return [] if there == 1 else [f"the other's act is there {there} times"]
        return [] if there == 0 and complaint.strip() else [f"the other: {other.returncode}, {there}, {complaint!r}"]

    def _expected(self, act: str) -> dict[str, Any]:
        if act not in self._done:
            project = self._fresh()
            process = self._start(project, *COMMANDS[act])
            process.communicate(timeout=_PATIENCE)
            self._done[act] = known(project)
        return self._done[act]

    def _fresh(self) -> ProjectFolder:
        folder = self._place / "trial"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._model, folder)
        return ProjectFolder(folder / "p")

    @staticmethod
    def _start(project: ProjectFolder, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        who = () if "--coder" in command else ("c1",)
        return subprocess.Popen(
            [sys.executable, "-m", "qualcode", "-p", str(project.root), *command], cwd=project.root.parent,
            env={**os.environ, "PYTHONPATH": str(HERE.parent.parent), **environment, **({"QUALCODE_CODER": who[0]} if who else {})},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip


def _difference(expected: dict[str, Any], now: dict[str, Any]) -> str:
    names = [name for name in expected | now if expected.get(name) != now.get(name)]
    return f"{names}: {str(now.get(names[0]))[-200:]} for {str(expected.get(names[0]))[-200:]}" if names else ""


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Counts: stalls, acts acknowledged, what was lost; how long until the notice stood on the screen, at most."""
    from tests.torture.stall_screens import Sitting

    rng = random.Random(seed)
    counts = {"faults": 0, "acknowledged": 0, "lost": 0, "slowest notice ms": 0, "notices": 0}
    with tempfile.TemporaryDirectory(prefix="qualcode-stalls-") as place:
        library = compiled(Path(place))
        if library is None:
            say("no C compiler here: nothing was tried")
            return counts
        commands = CommandTrials(Path(place), library)
        for tried, trial in enumerate(trials(rng, max(1, round(_MOST * scale))), 1):
            struck, acknowledged, wrong = commands.try_one(trial)
            counts["faults"] += struck
            counts["acknowledged"] += acknowledged
            counts["lost"] += len(wrong)
            for text in wrong:
                say(f"FAILED {trial}: {text}")
            if tried % 25 == 0:
                say(f"{tried} commands: {counts}")
        say(f"commands: {counts}")
        for number in range(max(1, round(_SCREENS * scale))):
            sitting = Sitting(Path(place, f"sitting-{number}"), library, random.Random(rng.random()))
            for name, count in sitting.hold().items():
                counts[name] = max(counts[name], count) if name.startswith("slowest") else counts[name] + count
            counts["lost"] += len(sitting.wrong)
            for text in sitting.wrong:
                say(f"FAILED sitting {number}: {text}")
        say(f"with the screens: {counts}")
    return counts
