"""Where participants' words go, and whether backups tell damage: whole processes under strace, thousands of broken archives."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from builders import ROOT
from test_private_words import MARKS, marked, went

from qualcode.errors import QualcodeError
from qualcode.files.folder import ProjectFolder
from qualcode.session.backups import back_up
from qualcode.session.restoring import restore, verify

_FLIPS = 4_000
_CUTS = 1_000
_CALL = re.compile(r"(?:^|\s)(openat|creat|mkdir|rename\w*|link|linkat|symlink\w*|socket|connect|bind|sendto)\((.*)")
_WRITTEN = re.compile(r"O_(WRONLY|RDWR|CREAT)")


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Counts: commands and processes watched, faults put into archives, damage that was not noticed (`lost`)."""
    counts = {"commands": 0, "faults": 0, "inputs": 0, "lost": 0, "crashes": 0}
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        _all_paths(top / "paths", counts, say)
        _traced(top / "traced", counts, say)
        _archives(top / "archives", random.Random(seed), scale, counts, say)
    return counts


def _all_paths(top: Path, counts: dict[str, int], say: Callable[[str], None]) -> None:
    top.mkdir()
    answer, err, watched = went(top)
    found = answer["elsewhere"] + answer["network"] + answer["told"] + marked(watched)
    found += [mark for mark in MARKS.values() if mark in err]
    counts["commands"] += answer["commands"] + answer["screens"]
    counts["lost"] += len(found)
    say(
        f"{answer['commands']} commands and {answer['screens']} screens, {answer['written']} files written: {found or 'none elsewhere'}"
    )


def _traced(top: Path, counts: dict[str, int], say: Callable[[str], None]) -> None:
    """Whole processes with their children: what the system itself is asked for."""
    if not shutil.which("strace"):
        say("strace is not installed: no process was traced")
        return
    top.mkdir()
    shutil.copytree(
        ROOT / "projects" / "left-behind-children", top / "study", ignore=shutil.ignore_patterns(".qualcode")
    )
    (top / "home").mkdir()
    (top / "out").mkdir()
    environment = os.environ | dict.fromkeys(("HOME", "TMPDIR", "SQLITE_TMPDIR", "XDG_CACHE_HOME"), str(top / "home"))
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "QUALCODE_CODER": "reader", "PYTHONPATH": str(ROOT)}
    for line in (
        ["code", "zhao-2009-06-08-long", "longing", "--quote", "The same as other Sundays."],
        ["import", str(_a_pdf(top)), "--case", "zhao"],
        ["segments", "-o", str(top / "out" / "segments.xlsx")],
        ["matrix", "-o", str(top / "out" / "matrix.xlsx"), "--manifest"],
        ["report", "-o", str(top / "out" / "report.html")],
        ["backup", str(top / "out" / "backup")],
        ["restore", str(top / "out" / "backup"), str(top / "out" / "restored")],
        ["check"],
    ):
        log = top / "strace.log"
        argv = ["strace", "-f", "-o", str(log), "-e", "trace=file,network", sys.executable, "-m", "qualcode", *line]
        done = subprocess.run(argv, cwd=top / "study", env=environment, capture_output=True, check=False, timeout=600)
        bad = [call for call in _calls(log) if not _is_fine(call, top)]
        counts["commands"] += 1
        counts["lost"] += len(bad)
        counts["crashes"] += done.returncode not in (0, 1)
        say(f"{line[0]}: status {done.returncode}, {bad[:3] or 'nothing written elsewhere, no network'}")


def _a_pdf(top: Path) -> Path:
    from pdf_files import lines, pdf

    path = top / "out" / "scan.pdf"
    made = pdf(lines("Long: I had noodles at noon, and then there was evening study."))
    path.write_bytes(made if isinstance(made, bytes) else made.encode("latin-1"))
    return path


def _calls(log: Path) -> Iterator[tuple[str, str]]:
    for line in log.read_text("utf-8", "replace").splitlines():
        if found := _CALL.search(line):
            yield found[1], found[2]


def _is_fine(call: tuple[str, str], top: Path) -> bool:
    name, rest = call
    if name in ("socket", "connect", "bind", "sendto"):
        return name == "socket" and "AF_UNIX" in rest
    if name == "openat" and not _WRITTEN.search(rest):
        return True
    if re.search(r"= -1 E(NOENT|EXIST|ACCES|ROFS|LOOP)", rest) and name != "creat":
        return True
    places = re.findall(r'"([^"]*)"', rest)
    allowed = (str(top / "study"), str(top / "out"), "/dev/", "/proc/self")
    return all(place.startswith(allowed) or not place.startswith("/") for place in places[-1:])


def _archives(
    top: Path, chance: random.Random, scale: float, counts: dict[str, int], say: Callable[[str], None]
) -> None:
    """Archives with flipped bits and cut short: refused, or what comes out is the project; each is read, some are restored."""
    project = top / "project"
    shutil.copytree(ROOT / "projects" / "left-behind-press", project, ignore=shutil.ignore_patterns(".qualcode"))
    back_up(ProjectFolder(project), top / "backup")
    whole, true = (top / "backup").read_bytes(), _files(project)
    unharmed = 0
    for number in range(max(20, int((_FLIPS + _CUTS) * scale))):
        damaged = bytearray(whole)
        if number % 5:
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        else:
            del damaged[chance.randrange(len(damaged)) :]
        (top / "damaged").write_bytes(damaged)
        counts["faults"] += 1
        try:
            verify(top / "damaged")
            restore(top / "damaged", top / "restored")
        except QualcodeError:
            counts["lost"] += (top / "restored").exists()
            continue
        except Exception as error:
            say(f"{type(error).__name__} from damage number {number}")
            counts["crashes"] += 1
            continue
        unharmed += 1
        counts["lost"] += _files(top / "restored") != true
        shutil.rmtree(top / "restored")
    counts["lost"] += sum(name.startswith(".restored") for name in os.listdir(top))
    say(f"{counts['faults']} damaged archives: {unharmed} gave the same files all the same, the others were refused")


def _files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
