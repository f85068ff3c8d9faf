"""A process that works on a project until it is killed: `python -m tests.torture.kill_worker PROJECT KEPT SEED [KIND STEPS]`.

It writes one line of JSON to standard output before each act, and one after the act returned: what the files then hold. With a kind
of act and a number of steps it does this act first, and kills itself just before its step of that number.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

from qualcode.errors import QualcodeError
from qualcode.files.folder import ProjectFolder
from tests.torture.kill_acts import Acts
from tests.torture.kill_aim import Aim
from tests.torture.kill_facts import facts

CODER = "c1"
_MOST_ACTS = 400
_OFTEN = ("code", "code", "note", "code_all", "undo", "redo", "correct", "merge_codes", "import")


def work(root: Path, kept: Path, seed: str, out: int, aim: Aim | None = None, kind: str = "", steps: int = 0) -> None:
    """Do acts and tell of them on an open file, until killed or `_MOST_ACTS` are done."""
    folder, rng = ProjectFolder(root), random.Random(seed)
    acts = Acts(folder, CODER, rng, kept)
    kinds = [*acts.kinds, *_OFTEN]
    for number in range(_MOST_ACTS):
        now = kind if kind and number == 0 else rng.choice(kinds)
        _tell(out, {"begins": now})
        if aim is not None and number == 0:
            aim.arm(steps, halves=rng.random() < 0.5)
        refused = ""
        try:
            acts.do(now)
        except QualcodeError as error:
            refused = f"{type(error).__name__}: {error}"
        if aim is not None:
            aim.disarm()
        _tell(out, {"ends": now, "refused": refused, "facts": facts(folder, kept)})
        if kind:
            return


def _tell(out: int, line: dict[str, Any]) -> None:
    """All of it, by a call that the aim does not count."""
    data = memoryview(json.dumps(line).encode() + b"\n")
    while data:
        data = data[os.writev(out, [data]) :]


def main(arguments: list[str]) -> None:
    """Work as told."""
    root, kept, seed, *aimed = arguments
    aim = Aim() if aimed else None
    work(Path(root), Path(kept), seed, sys.stdout.fileno(), aim, *(aimed[:1]), *map(int, aimed[1:]))


if __name__ == "__main__":
    main(sys.argv[1:])
