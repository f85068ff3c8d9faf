"""A disk that is really full, a small one in memory, and one that is full for the index alone: commands, imports and outputs.

Said to be done is done and whole; refused leaves all as it was, the file that stood where an output should go included, and is
said in one message; what is read is right or refused; with room again it can be done, and the index tells what a fresh one tells.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.files.folder import ProjectFolder
from tests.builders import answers, fresh_answers, open_index
from tests.torture.disk import HERE, compiled
from tests.torture.disk_acts import BODY, complaints, litter, study
from tests.torture.stalling import Stalls, known

_SIZE = 6 << 20  # bytes
_PAGE = 4096
_MOST = 300
_OLD = b"what stood here before\n" * 40
_INDEX = ("pwrite", "write", "ftruncate", "fsync", "open", "pwrite,write,ftruncate,fsync,open,mkdir,rename,link")

ACTS: dict[str, tuple[str, ...]] = {
    "code": ("code", "d2", "longing", "--quote", "miss him"),
    "create a code": ("codebook", "add", "hope"),
    "undo": ("undo",),
    "import": ("import", "new.txt", "--case", "a"),
    "import codes": ("codebook", "import", "codes.csv", "--yes"),
    "memo": ("memo", "new", "--title", "Another", "--text", "words"),
    "correct a text": ("update", "d1", "newer.txt"),
}
READS: dict[str, tuple[str, ...]] = {"segments": ("segments",), "matrix": ("matrix",), "search": ("search", "miss")}
OUTPUTS: dict[str, tuple[str, ...]] = {
    **{f"segments {form}": ("segments", "-o", f"out.{form}") for form in ("csv", "xlsx", "json", "html", "md")},
    "matrix": ("matrix", "-o", "out.xlsx"),
    "codebook": ("codebook", "export", "-o", "out.docx"),
    "codebook as YAML": ("codebook", "export", "-o", "out.yaml"),
    "memos": ("memos", "-o", "out.docx"),
    "framework": ("framework", "-o", "out.docx"),
    "report": ("report", "-o", "out.html"),
    "backup": ("backup", "out.tar.gz"),
}


class Done(NamedTuple):
    """What came of a command."""

    status: int
    out: bytes
    said: str
    made: bytes  # the file of an output


class FullDisk:
    """Commands on copies of one small project, in a folder that may be small."""

    def __init__(self, place: Path, model: Path, environment: dict[str, str]) -> None:
        self._place, self._model, self._environment = place, model, environment
        self._well: dict[str, tuple[Done, dict[str, Any]]] = {}

    def try_one(
        self, name: str, fill: Callable[[ProjectFolder], Callable[[], object]], *, warm: bool
    ) -> tuple[bool, list[str]]:
        """Whether it was done, and what was wrong. `fill` takes the room away, and what it gives brings it back."""
        well, done = self._when_well(name)
        if well.status:
            return False, [f"cannot be done at all: {well.said[-900:]}"]
        project = self._fresh(warm=warm)
        before = known(project)
        make_room = fill(project)
        try:
            now = self._run(project, name)
        finally:
            make_room()
        wrong = list(self._judge(name, now, well, before, done, known(project)))
        if now.status and self._run(project, name).status != 0:
            wrong.append("cannot be done afterwards")
        index = open_index(project)
        try:
            wrong += ["the index tells other things than a fresh one"] * (answers(index) != fresh_answers(project))
        finally:
            index.close()
        wrong += [f"left behind: {left}" for left in litter(project)]
        wrong += [f"check: {text}" for text in complaints(project)]
        return now.status == 0, wrong

    @staticmethod
    def _judge(
        name: str, now: Done, well: Done, before: dict[str, Any], done: dict[str, Any], found: dict[str, Any]
    ) -> Iterator[str]:
        if now.status not in (0, 2) or "Traceback" in now.said:
            yield f"status {now.status}: {now.said[-300:]}"
        elif now.status == 2:
            if found != before:
                yield "refused, and yet there"
            if now.said.count("qualcode: ") != 1 or not now.said.strip():
                yield f"not one message: {now.said!r}"
            if name in OUTPUTS and now.made != _OLD:
                yield f"the old file is not whole any more: {len(now.made)} bytes"
        else:
            if found != done:
                yield "said to be done, and on disk is something else"
            if name in READS and now.out != well.out:
                yield f"another answer: {now.out[-200:]!r}"
            if name in OUTPUTS and abs(len(now.made) - len(well.made)) > 64:  # archives hold the time
                yield f"an output of {len(now.made)} bytes instead of {len(well.made)}"

    def _when_well(self, name: str) -> tuple[Done, dict[str, Any]]:
        if name not in self._well:
            project = self._fresh(warm=False)
            self._well[name] = self._run(project, name), known(project)
        return self._well[name]

    def _fresh(self, *, warm: bool) -> ProjectFolder:
        folder = self._place / "trial"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._model, folder)
        project = ProjectFolder(folder / "p")
        if not warm:
            shutil.rmtree(project.root / ".qualcode", ignore_errors=True)
        return project

    def _run(self, project: ProjectFolder, name: str) -> Done:
        command = {**ACTS, **READS, **OUTPUTS}[name]
        output = project.root.parent / next((word for word in command if word.startswith("out.")), "out")
        if name == "backup":
            output.unlink(missing_ok=True)
        process = subprocess.run(
            [sys.executable, "-m", "qualcode", "-p", str(project.root), *command], cwd=project.root.parent,
            env={**os.environ, "PYTHONPATH": str(HERE.parent.parent), "QUALCODE_CODER": "c1", **self._environment},
            stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
        )  # fmt: skip
        made = output.read_bytes() if output.exists() else _OLD
        return Done(process.returncode, process.stdout, process.stderr.decode(), made)


def make_model(model: Path) -> None:
    """The project and what is read into it, and a file in the place of every output."""
    model.mkdir()
    study(model)
    (model / "newer.txt").write_text(BODY.replace("far away", "very far away"), encoding="utf-8")
    (model / "codes.csv").write_text("Code,Description\nhope,Looking forward\nfear,Of what comes\n", encoding="utf-8")
    for command in OUTPUTS.values():
        (model / next(word for word in command if word.startswith("out."))).write_bytes(_OLD)


def full_but_for(mount: Path, room: int) -> Callable[[ProjectFolder], Callable[[], object]]:
    """Fill the small disk but for so many bytes."""

    def fill(_project: ProjectFolder) -> Callable[[], object]:
        ballast = mount / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(_PAGE))
            except OSError:
                pass
        size = ballast.stat().st_size
        os.truncate(ballast, max(0, size - room) // _PAGE * _PAGE)
        return ballast.unlink

    return fill


def no_room_for_the_index(stalls: Stalls, calls: str, nth: int) -> Callable[[ProjectFolder], Callable[[], object]]:
    """From the n-th call on the folder of the index takes nothing."""

    def fill(project: ProjectFolder) -> Callable[[], object]:
        stalls.arm(project.root / ".qualcode", calls, nth, -errno.ENOSPC)
        return stalls.release

    return fill


@contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """A disk of a few MB, in memory; None where this process may not mount one."""
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Counts: trials, what was done in little room, refused, and what was lost."""
    rng, number = random.Random(seed), max(1, round(_MOST * scale))
    counts = {"faults": 0, "acknowledged": 0, "refused": 0, "lost": 0}

    def count(what: str, tried: tuple[bool, list[str]]) -> None:
        counts["faults"] += 1
        counts["acknowledged" if tried[0] else "refused"] += 1
        counts["lost"] += len(tried[1])
        for text in tried[1]:
            say(f"FAILED {what}: {text}")
        if counts["faults"] % 25 == 0:
            say(f"{counts}")

    with tempfile.TemporaryDirectory(prefix="qualcode-full-") as folder:
        place = Path(folder)
        make_model(place / "model")
        with small_disk(place / "small") as mount:
            if mount is None:
                say("no small disk can be mounted here: not tried")
            else:
                disk = FullDisk(mount, place / "model", {})
                for _ in range(number):
                    name, room = (
                        rng.choice([*ACTS, *READS, *OUTPUTS]),
                        _PAGE * rng.choice((0, 0, 0, 1, 2, 3, 5, 8, 13, 21, 34)),
                    )
                    warm = rng.random() < 0.5
                    count(f"{name}, {room} bytes, {warm}", disk.try_one(name, full_but_for(mount, room), warm=warm))
                say(f"a full disk: {counts}")
        library = compiled(place)
        if library is None:
            say("no C compiler here: the index alone was not tried")
            return counts
        stalls = Stalls(library, place / "control")
        disk = FullDisk(place, place / "model", stalls.environment)
        for _ in range(number // 2):
            name, calls, nth = rng.choice([*ACTS, *READS]), rng.choice(_INDEX), rng.randint(1, 30)
            warm = rng.random() < 0.5
            tried = disk.try_one(name, no_room_for_the_index(stalls, calls, nth), warm=warm)
            count(f"{name}, index, {calls} {nth}, {warm}", tried)
    return counts
