"""A drive that stalls when it is told to: calls of other processes hang until they are released."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

from qualcode.files.folder import ProjectFolder
from tests.torture.disk_acts import facts

CALLS = ("fsync", "write", "open", "stat", "read", "rename")
SOME = (
    "open,write,pwrite,read,pread,fsync,ftruncate,rename,link,unlink,mkdir,stat,access,list"  # all that the shim knows
)

_TAIL = re.compile(rb"(?<=[a-z])-[0-9a-z]{4,}\b")  # what chance adds to the ids of codes


class Stalls:
    """Steers the disk of the processes that were started with `environment`, by files in a folder outside the project."""

    def __init__(self, library: Path, control: Path) -> None:
        control.mkdir(parents=True, exist_ok=True)
        self._armed, self._hung, self._turn = control / "armed", control / "hung", 0
        self.environment = {"LD_PRELOAD": str(library), "FAULTY_DISK_CONTROL": str(control)}

    def arm(self, folder: Path, calls: str, nth: int = 1, error: int = 0) -> None:
        """From the n-th of these calls on they hang in this folder; released, they are carried out, or fail with `error`.

        With a negative error they do not hang, but fail at once.
        """
        self._turn += 1
        self._hung.unlink(missing_ok=True)
        beside = self._armed.with_name("arming")
        beside.write_text(f"{self._turn} {nth} {error} {folder} ,{calls},")
        os.replace(beside, self._armed)

    def hangs(self) -> list[str]:
        """The calls that hang, or did in this turn: "fsync /place/of/a/file"."""
        try:
            lines = self._hung.read_text().splitlines()
        except FileNotFoundError:
            return []
        return [line.partition(" ")[2] for line in lines if line.startswith(f"{self._turn} ")]

    def hangs_within(self, seconds: float) -> bool:
        """Wait until a call hangs; whether one did."""
        end = time.monotonic() + seconds
        while not self.hangs():
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def release(self) -> None:
        self._armed.unlink(missing_ok=True)


def known(project: ProjectFolder) -> dict[str, Any]:
    """All that is in force by c1, without what chance makes."""
    found = facts(project)
    codings = [row for row in found["codings"] if row[4] == "c1"]
    rest = {name: _TAIL.sub(b"", value) for name, value in found.items() if isinstance(value, bytes)}
    lines = sum(
        path.read_bytes().count(b"\n") for path in (*project.log.glob("c1*"), *project.codings.glob("c1/*.jsonl"))
    )
    same = [(*row[:3], _TAIL.sub(b"", row[3].encode()), *row[4:]) for row in codings]
    return rest | {"codings": same, "problems": found["problems"], "lines": lines}
