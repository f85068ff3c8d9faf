"""The terminal interface on a drive that stalls: acts in a row, the drive silent in each of them from another call on."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from test_terminal import Terminal

from qualcode.files.folder import ProjectFolder
from tests.builders import make_project, transcript
from tests.torture.disk_acts import complaints
from tests.torture.stalling import CALLS, SOME, Stalls, known

_PATIENCE = 60.0  # seconds, on a machine that does much else
NOTICE = "has not answered"
_REFUSED = ("Not saved", "cannot be reached", "refused", "cannot be read")
_LEFT = 56  # columns that no message lies over
_BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\nMei: Word.\n"
_CODES: dict[str, dict[str, object]] = {"emotion": {}, "emotion/longing": {"key": 1}, "work": {"key": 2}}


class Step(NamedTuple):
    """An act: the keys that lead to it, each with what then stands on the screen; the key that does it, and what is said then.

    `again`: the same keys where it was refused, but for fields that are still open.
    """

    name: str
    before: tuple[tuple[str, str], ...]
    key: str
    said: str
    again: tuple[tuple[str, str], ...] = ()


_HOPE = (("c", "Enter takes it"), ("hope", "hope"), ("\r", "A new code"))
STEPS = (
    Step("code", (("j", "longing"),), "1", "Saved: emotion/longing"),
    Step("note", (("m", "Note on"), ("a thought", "a thought")), "\r", "Note saved"),
    Step("undo", (), "u", "Undid"),
    Step("redo", (), "\x12", "Redid"),
    Step("new code", _HOPE, "\r", "New code", _HOPE),
    Step("remove", (("k", "longing"), ("2", "Saved: work")), "x", "Removed"),
    Step("correct", (), "E", "with their words"),
)


class Seen(NamedTuple):
    """The project and the screen after a step."""

    facts: dict[str, Any]
    screen: list[str]


class Sitting:
    """One sitting of one coder; `wrong` lists what was not as it should be."""

    _plain: ClassVar[list[Seen]] = []  # what comes of the steps on a drive that answers

    def __init__(self, place: Path, library: Path, rng: random.Random) -> None:
        self._place, self._rng = place, rng
        place.mkdir(parents=True)
        self._stalls = Stalls(library, place / "control")
        self._editor = place / "editor.sh"
        self._editor.write_text('#!/bin/sh\nfor last; do :; done\nsed -i s/sew/mend/ "$last"\n')
        self._editor.chmod(0o700)
        self.wrong: list[str] = []
        self.counts = {"faults": 0, "acknowledged": 0, "notices": 0, "slowest notice ms": 0}

    def hold(self) -> dict[str, int]:
        """Do all steps, each on a drive that stalls; the counts."""
        if not self._plain:
            self._plain.extend(self._steps(self._place / "plain", stalls=False))
        self._steps(self._place / "p", stalls=True)
        return self.counts

    def _steps(self, root: Path, *, stalls: bool) -> list[Seen]:
        project = make_project(root, {"d1": transcript(_BODY, title="At home", case="liang")}, _CODES, cases=["liang"])
        seen = [Seen(known(project), [])]
        with Terminal(
            "open", root, columns=140, EDITOR=self._editor, VISUAL="", **self._stalls.environment
        ) as terminal:
            self._terminal = terminal
            self._until(lambda: "I miss her." in terminal.text and "longing" in terminal.text, "the first screen")
            self._pump(1.0)
            for number, step in enumerate(STEPS, 1):
                self._lead(step.before)
                if stalls:
                    self._stalled(project, step, number)
                else:
                    terminal.type(step.key)
                    self._until(lambda step=step: step.said in terminal.text, step.said)  # type: ignore[misc]
                self._pump(0.3)
                seen.append(Seen(known(project), self._left()))
            terminal.type("q")
            if (status := terminal.ends()) != 0:
                self.wrong.append(f"left with {status}")
        self.wrong += [f"check: {text}" for text in complaints(project)]
        return seen

    def _stalled(self, project: ProjectFolder, step: Step, number: int) -> None:
        rng, terminal = self._rng, self._terminal
        before, done = self._plain[number - 1].facts, self._plain[number]
        calls, error = rng.choice((*CALLS, SOME)), rng.choice((0, 0, 0, 110))
        what = f"{step.name}, {calls} {(nth := rng.randint(1, 6))}, {error}"
        self._stalls.arm(project.root, calls, nth, error)
        begun = time.monotonic()
        terminal.type(step.key)
        self._until(lambda: step.said in terminal.text or bool(self._stalls.hangs()), f"{what}: {step.said}")
        if self._stalls.hangs():
            self.counts["faults"] += 1
            self._look_at_silence(project, step, done.facts, what, begun)
        self._stalls.release()
        self._until(lambda: step.said in terminal.text or (bool(error) and self._is_refused()), f"{what}: released")
        if step.said in terminal.text:
            self.counts["acknowledged"] += 1
        else:
            self._pump(0.3)
            if known(project) != before:
                self.wrong.append(f"{what}: refused, and yet there")
            self._lead(step.again)
            terminal.type(step.key)
            self._until(lambda: step.said in terminal.text, f"{what}: done again")
        if (now := known(project)) != done.facts:
            self.wrong.append(f"{what}: on disk is something else: {[n for n in now if now[n] != done.facts.get(n)]}")
        self._until(lambda: self._left() == done.screen, f"{what}: the screen is whole", fatal=False)

    def _look_at_silence(
        self, project: ProjectFolder, step: Step, done: dict[str, Any], what: str, begun: float
    ) -> None:
        """What the screen says while nothing comes back from the drive."""
        terminal = self._terminal
        if step.name != "correct" and self._rng.random() < 0.4:
            self._until(lambda: NOTICE in terminal.text or step.said in terminal.text, f"{what}: the notice")
            if NOTICE in terminal.text:
                self.counts["notices"] += 1
                self.counts["slowest notice ms"] = max(
                    self.counts["slowest notice ms"], round((time.monotonic() - begun) * 1000)
                )
                terminal.type("2.2")
        self._pump(0.3)
        if step.said in terminal.text and known(project) != done:
            self.wrong.append(f"{what}: said to be saved, and not on disk")

    # ---------------------------------------------------------------- the terminal

    def _lead(self, keys: tuple[tuple[str, str], ...]) -> None:
        for typed, shown in keys:
            self._terminal.type(typed)
            self._until(lambda shown=shown: shown in self._terminal.text, f"{typed}: {shown}")  # type: ignore[misc]
            self._pump(0.3)

    def _is_refused(self) -> bool:
        return any(text in self._terminal.text for text in _REFUSED)

    def _left(self) -> list[str]:
        """The screen but for where messages come and go."""
        return [line[:_LEFT] for line in self._terminal.screen.display]

    def _pump(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._terminal.read()

    def _until(self, condition: Callable[[], bool], what: str, *, fatal: bool = True) -> None:
        end = time.monotonic() + (_PATIENCE if fatal else 12.0)
        while not condition():
            alive = self._terminal.read()
            if not alive or time.monotonic() > end:
                said = f"waited in vain for {what}; the screen was:\n{self._terminal.text}"
                if fatal:
                    raise TimeoutError(said)
                self.wrong.append(said)
                return
