"""Hostile projects and inputs: every reader fed with damaged and malicious bytes, every nastiness on every way in and out.

What counts as a crash: an exception that is no QualcodeError, more than `SECONDS` for one input, more than `MEGABYTES` of memory.
"""

from __future__ import annotations

import faulthandler
import io
import multiprocessing
import random
import resource
import signal
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from hostile import ALL, HEAVY, sound_project, write
from hostile_paths import CHANGING, MOST_SECONDS, READING, WRITING, went

from qualcode.errors import QualcodeError
from tests.torture import hostile_arguments, hostile_index, hostile_screens
from tests.torture.fuzzing import changed
from tests.torture.hostile_readers import Reader, readers

INPUTS = 100_000
SECONDS = 10
MEGABYTES = 4096
_MOST_FOR_HEAVY = 300.0
_FEW = [
    ["documents"],
    ["segments", "-o", "out.csv"],
    ["check"],
    ["codebook", "show"],
    ["code", "d1", "longing", "--quote", "Fine."],
]
PDF = "PDF"


class TooLong(BaseException):
    """An input took longer than it may."""


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Feed every reader its share of inputs, and open the hostile projects."""
    counts: Counter[str] = Counter()
    for name, number in shares(int(INPUTS * scale)).items():
        failures, most = in_child(name, seed, number)
        counts["inputs"] += number
        counts["crashes"] += len(failures)
        say(f"{name}: {number:,} inputs, {len(failures)} crashes, {most} MB")
        for failure in failures[:5]:
            say(failure)
    for name in chosen(scale):
        failures, most = in_child(name, seed, 0)
        counts["projects"] += 1
        counts["crashes"] += len(failures)
        say(f"{name}: {len(failures)} crashes, {most} MB")
        for failure in failures[:5]:
            say(failure)
    counts += _further(seed, scale, say)
    return dict(counts)


def _further(seed: int, scale: float, say: Callable[[str], None]) -> Counter[str]:
    """Altered indexes that are believed, odd arguments, and hostile projects on every screen."""
    counts: Counter[str] = Counter()
    wrong, answered, slowest, _ = hostile_index.failures(seed, max(10, int(1500 * scale)))
    counts["inputs"] += answered.total()
    say(f"altered index: {dict(answered)}, {len(wrong)} crashes, slowest {slowest:.1f} s")
    odd, trials = hostile_arguments.failures(seed, max(1, int(100 * scale)), every=1 if scale >= 0.05 else 8)
    counts["inputs"] += sum(trials.statuses.values())
    say(f"arguments: by status {trials.statuses}, {len(odd)} crashes, slowest {trials.slowest[0]:.1f} s")
    shown = []
    for name in hostile_screens.projects(scale):
        shown += (found := hostile_screens.failures(name))
        counts["projects"] += 1
        say(f"{name} on every screen: {hostile_screens.PRESSED} keys, {len(found)} crashes")
    failures = [*wrong, *odd, *shown]
    counts["crashes"] += len(failures)
    for failure in failures[:20]:
        say(failure)
    return counts


def chosen(scale: float) -> list[str]:
    """The hostile projects that are opened: all, or on a small scale some; the heavy ones only at full length."""
    some = list(ALL)[:: max(1, round(1 / scale / 4))] if scale < 0.25 else list(ALL)
    return [*some, *(HEAVY if scale >= 1 else ())]


def project_failures(name: str) -> list[str]:
    """Every way in and out of a project with this nastiness; the heavy ones by a few."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        project = sound_project(Path(folder) / "p")
        write(project.root / "in.txt", "A: hi\nB: ho\n")
        write(project.root / "in.csv", "id,text\n1,hi\n")
        (ALL.get(name) or HEAVY[name])(project)
        ways = [*READING, *WRITING, *CHANGING] if name in ALL else _FEW
        most = MOST_SECONDS if name in ALL else _MOST_FOR_HEAVY
        return [
            f"{name}, {one.argv}: {one.trouble}"
            for one in (went(project.root, argv, most) for argv in ways)
            if one.trouble
        ]


def shares(inputs: int) -> dict[str, int]:
    """How many inputs each reader gets."""
    known = readers()
    whole = sum(reader.share for reader in known.values())
    return {name: max(3, inputs * reader.share // whole) for name, reader in known.items()}


def in_child(name: str, seed: int, number: int) -> tuple[list[str], int]:
    """Failures of one reader, and the most memory it took in MB; in a process of its own, whose memory is limited."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_limited, args=(theirs, name, seed, number))
    child.start()
    theirs.close()
    try:
        found: tuple[list[str], int] = ours.recv()
    except EOFError:
        found = [f"{name}: the process died"], 0
    child.join()
    return found


def _limited(answer: Connection, name: str, seed: int, number: int) -> None:
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    known = readers()
    failures = fed(known[name], name, seed, number) if name in known else project_failures(name)
    answer.send((failures, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10))


def fed(reader: Reader, name: str, seed: int, number: int) -> list[str]:
    """Feed a reader so many inputs; a text for each failure. An input is the same whenever seed, name and number are."""
    found = []
    signal.signal(signal.SIGALRM, _too_long)
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        for at in range(number):
            data = one_input(reader, name, seed, at)
            if failure := failure_of(reader, data, Path(folder)):
                found.append(f"{name}, seed {seed}, input {at} ({len(data)} bytes): {failure}")
    return found


def one_input(reader: Reader, name: str, seed: int, at: int) -> bytes:
    """The input of this number; number 0 and others now and then are sound seeds."""
    chance = random.Random(f"{seed} {name} {at}")
    sound = reader.seeds[at % len(reader.seeds)]
    if at < len(reader.seeds):
        return sound
    return _repacked(sound, chance) if reader.parts and chance.random() < 0.8 else changed(sound, reader.seeds, chance)


def _repacked(package: bytes, chance: random.Random) -> bytes:
    """The package with one part changed, and packed again, so that the change is met behind the zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        chosen = chance.choice(sorted(name for name in parts if name.endswith(("xml", "rels", "opf", "xhtml"))))
        for name, data in parts.items():
            new.writestr(name, changed(data, list(parts.values()), chance) if name == chosen else data)
    return out.getvalue()


def failure_of(reader: Reader, data: bytes, folder: Path) -> str:
    """What went wrong with an input that must not, "" where it was read or refused as it should be."""
    signal.alarm(SECONDS)
    try:
        reader.read(data, folder)
    except QualcodeError as error:
        return "" if str(error).strip() else "refused without a word"
    except TooLong:
        return f"took more than {SECONDS} s"
    except BaseException:
        return traceback.format_exc(limit=-6)
    finally:
        signal.alarm(0)
    return ""


def _too_long(number: int, frame: FrameType | None) -> None:
    raise TooLong
