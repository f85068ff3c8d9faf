"""One killing: a process at work is killed, the project opened again, and everything looked at that was acknowledged."""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qualcode.analysis.audit_texts import OUTSIDE
from qualcode.analysis.check import check
from qualcode.core.events import Event
from qualcode.errors import QualcodeError
from qualcode.files.folder import ProjectFolder
from qualcode.session import Session
from tests.builders import answers, fresh_answers
from tests.torture.kill_aim import Aim
from tests.torture.kill_facts import Facts, as_it_was, differences, facts, lost, meaning, new_events
from tests.torture.kill_worker import CODER, work

_AN_HOUR = 3600
_ABOUT_TEXTS = (
    "the coded words",
    "the text changed",
    "looks like a speaker",
    "leads nowhere",
    "which is not declared",
    "not declared in",
    "which was deleted",  # by an act of these: the memo stays, and check says so
)
_TRACES = (".saving-", ".before-", ".doing", ".torn")


@dataclass
class Killed:
    """A killing and what it brought to light. `acknowledged` counts acts; `under_way` is the act that was not acknowledged."""

    under_way: str = ""
    acknowledged: int = 0
    died: bool = True
    finished: bool = False
    torn: bool = False  # the write of one line was cut in half, which is told
    crashed: str = ""
    recovery: float = 0.0
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


class Study:
    """A project in which processes are killed, with copies of what it was seen to hold."""

    def __init__(self, folder: ProjectFolder, kept: Path) -> None:
        self.folder, self.kept = folder, kept
        kept.mkdir(exist_ok=True)
        self.known: Facts = facts(folder, kept)

    def killed(self, seed: str, *, kind: str = "", steps: int = 0, fresh: bool = False) -> Killed:
        """Let a process work and kill it: at its step of this number, else at a random moment. Then look."""
        found = self._kill(seed, kind, steps, fresh)
        if not found.crashed:
            self._look(found)
        return found

    # ---------------------------------------------------------------- the process

    def _kill(self, seed: str, kind: str, steps: int, fresh: bool) -> Killed:
        reading, pid = self._started(seed, kind, steps, fresh)
        rng = random.Random(f"{seed} moment")
        data, end = b"", time.monotonic() + 60
        moment = 0.0
        while time.monotonic() < end:
            ready = select.select(
                [reading], [], [], min(0.01, max(0.0, moment - time.monotonic())) if moment else 0.01
            )[0]
            if ready:
                piece = os.read(reading, 1 << 20)
                data += piece
                if not piece:
                    break
                if not moment and not kind:
                    moment = time.monotonic() + rng.choice((0.05, 0.4, 1.5)) * rng.random()
            if moment and time.monotonic() >= moment:
                os.kill(pid, signal.SIGKILL)
                moment, kind = 0.0, "killed"
        else:
            os.kill(pid, signal.SIGKILL)
        os.close(reading)
        _, status = os.waitpid(pid, 0)
        found = Killed(died=os.WIFSIGNALED(status))
        if not found.died and os.WEXITSTATUS(status):
            found.crashed = f"the worker ended with {os.WEXITSTATUS(status)}"
        for line in data.split(b"\n")[:-1]:
            self._hear(found, json.loads(line))
        return found

    def _hear(self, found: Killed, told: dict[str, Any]) -> None:
        if "begins" in told:
            found.under_way = told["begins"]
            return
        found.under_way, self.known = "", told["facts"]
        found.acknowledged += not told["refused"]

    def _started(self, seed: str, kind: str, steps: int, fresh: bool) -> tuple[int, int]:
        reading, writing = os.pipe()
        if fresh:
            command = [sys.executable, "-m", "tests.torture.kill_worker", str(self.folder.root), str(self.kept), seed]
            process = subprocess.Popen(command + ([kind, str(steps)] if kind else []), stdout=writing)
            process.returncode = 0  # waited for by its number
            os.close(writing)
            return reading, process.pid
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.close(reading)
                work(self.folder.root, self.kept, seed, writing, Aim() if kind else None, kind, steps)
                status = 0
            finally:
                os._exit(status)
        os.close(writing)
        return reading, pid

    # ---------------------------------------------------------------- what is left

    def _look(self, found: Killed) -> None:
        self._age()
        begun = time.monotonic()
        with Session(self.folder, CODER) as session:
            found.recovery = time.monotonic() - begun
            found.torn = any("is torn" in problem.message for problem in session.index.problems())
            found.lost = lost(self.folder, self.known)
            new = new_events(self.folder, self.known)
            found.finished = bool(new)
            found.damaged += self._damage(session, found, new)
            self._open_index(session, found)
        self.known = facts(self.folder, self.kept)

    def _age(self) -> None:
        """Leftovers count as such once they are no longer brand new, as after any real break."""
        for path in self.folder.root.rglob(".*"):
            if path.is_file() and path.name.startswith(_TRACES):
                os.utime(path, (time.time() - _AN_HOUR,) * 2)

    def _damage(self, session: Session, found: Killed, new: list[Event]) -> list[str]:
        told = [f"left over: {path.relative_to(self.folder.root)}" for path in self._traces()]
        told += self._problems() if not found.torn else []
        told += [
            f"taken for a change by hand: {event.what} {event.key}" for event in new if _noticed(event) == "by hand"
        ]
        acts = [event for event in new if not _noticed(event)]
        if not acts:
            told += self._differs_from_known("nothing of it is in the logs")
        elif found.under_way:
            told += self._not_one_act(session, found.under_way, acts)
        else:
            told += [f"events that no act wrote: {[event.op for event in acts]}"]
        return told

    def _traces(self) -> list[Path]:
        return [path for path in self.folder.root.rglob("*") if path.name.startswith(_TRACES) or
                path.name.endswith(".torn") or path.parent.name == "doing"]  # fmt: skip

    def _problems(self) -> list[str]:
        problems, _ = check(self.folder)
        return [
            f"check: {problem}" for problem in problems if not any(text in problem.message for text in _ABOUT_TEXTS)
        ]

    def _differs_from_known(self, why: str) -> list[str]:
        now = facts(self.folder, self.kept)["states"]
        names = [
            name for name in sorted({*now, *self.known["states"]}) if now.get(name) != self.known["states"].get(name)
        ]
        return [f"{name} is not as it was acknowledged, and {why}" for name in names]

    def _not_one_act(self, session: Session, under_way: str, acts: list[Event]) -> list[str]:
        """What is there of an act that was not acknowledged must go, and all of it, by one undo (or redo, of an undo)."""
        batches = {event.batch or event.id for event in acts}
        if len(batches) > 1:
            return [f"{under_way} left {len(batches)} steps: {[(event.op, event.what) for event in acts][:6]}"]
        try:
            if under_way == "undo":
                session.redo()
            else:
                session.undo()
        except QualcodeError as error:
            return [f"{under_way} cannot be taken back: {error}"]
        with tempfile.TemporaryDirectory() as place:
            before = meaning(as_it_was(self.folder, self.known, self.kept, Path(place)))
            return [f"{under_way}, taken back, leaves {text}" for text in differences(before, meaning(self.folder))]

    def _open_index(self, session: Session, found: Killed) -> None:
        session.index.refresh()
        ours, fresh = answers(session.index), fresh_answers(self.folder)
        found.damaged += [
            f"the index tells other {name} than a fresh one" for name in ours if ours[name] != fresh[name]
        ]

    def copied(self, place: Path) -> Study:
        """The same study once more."""
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.folder.root, place)
        return Study(ProjectFolder(place), self.kept)


def _noticed(event: Event) -> str:
    """What an event was noticed as, "" for what somebody did."""
    if event.what == "codebook":
        return "first seen"
    return "by hand" if event.op == "change" and event.note in ("by hand", OUTSIDE) else ""
