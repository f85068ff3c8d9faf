"""`python main_paths.py TOP [short] [connect] [scribble]`: the ways that people go through qualcode, with every file and socket watched.

TOP has the project `study`; outputs go to TOP/out; HOME and the folders for temporary files are empty ones in TOP/watched. What was
opened for writing anywhere else, and every call that could reach a network, is printed at the end as JSON. `short` leaves out commands that
go the same ways as others; `connect` and `scribble` do something that must be noticed.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import shlex
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARKS = {"text": "Quittenmarmelade", "code": "Zwetschgenmus", "memo": "Holunderbluete"}
_SOCKETS = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostby",
            "socket.getnameinfo", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.")  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
_MOVES = ("os.mkdir", "os.rename", "os.link", "os.symlink", "tempfile.mkstemp", "tempfile.mkdtemp", "shutil.move")
_DEVICES = ("/dev/null", "/dev/tty")
_ELSEWHERE = (
    "pseudonyms",
    "redact",
    "withdraw",
    "merge",
    "backup",
    "restore",
)  # the key lies outside by intent; the others take words out
_SHORT = (
    "show", "segments", "search", "check", "codeline", "code", "kwic", "saturation", "log", "milestone", "cases", "codebook export",
    "memos", "translations check", "review list", "stale",
)  # fmt: skip


class Watch:
    """What was written where it should not be, and what could have reached a network."""

    def __init__(self, top: Path) -> None:
        self.top = str(top)
        self.allowed = (f"{top}/study", f"{top}/out", f"{top}/restored", f"{top}/.restored", f"{top}/again", *_DEVICES)
        self.elsewhere: set[str] = set()
        self.network: set[str] = set()
        self.written = 0
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(_SOCKETS):
            self.network.add(f"{event} {arguments[-1]!r}")
        elif event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES:
            self._written(event, arguments[0])
        elif event in _MOVES:
            self._written(
                event,
                arguments[-1] if event in ("os.link", "os.symlink") else arguments[1 if event == "os.rename" else 0],
            )

    def _written(self, event: str, place: object) -> None:
        if isinstance(place, (str, bytes, os.PathLike)):
            self.written += 1
            path = os.path.abspath(os.fsdecode(place))
            if not path.startswith(self.allowed) and path != self.top:  # the top is only asked for whether it is there
                self.elsewhere.add(f"{event} {path}")


def commands(top: Path, short: bool = False) -> list[list[str]]:
    """The examples of every command's help that run on the demonstration project, and what needs files of its own."""
    sys.path.insert(0, str(ROOT / "tests"))
    from test_docs import COMMANDS, EXAMPLES

    examples = []
    for name in EXAMPLES:
        if name.startswith(_ELSEWHERE) or (short and name not in _SHORT):
            continue
        words = shlex.split(COMMANDS[name].epilog.partition("Example:\n")[2].strip().partition(" | ")[0])[1:]
        examples.append(words)
    out, ours = str(top / "out"), f"{MARKS['text']} everywhere"
    return [
        ["edit", "zhao-2009-06-08-long", "--replace", "Noodles for the birthday?", f"Noodles with {ours}?"],
        ["codebook", "add", MARKS["code"], "--definition", f"{MARKS['code']} as a code."],
        ["code", "zhao-2009-06-08-long", MARKS["code"], "--quote", f"with {ours}"],
        ["memo", "new", "--title", "A mark", "--text", f"{MARKS['memo']} was said."],
        ["edit", "zhao-2009-06-08-long"],
        ["memo", "edit", "a-mark"],
        *examples,
        ["import", *sorted(map(str, (top / "out" / "sources").iterdir())), "--case", "zhao"],
        *(["matrix", "-o", f"{out}/matrix.{ending}", "--manifest"] for ending in ("csv", "xlsx", "html", "md", "tex", "json")),
        ["segments", "-o", f"{out}/segments.xlsx"],
        ["segments", "-f", "xlsx"],
        ["framework", "--quotes", "-o", f"{out}/framework.xlsx"],
        ["compare", "liang", "zhao", "-o", f"{out}/compare.docx"],
        ["report", "-o", f"{out}/report.html"],
        ["backup", f"{out}/study.backup"],
        ["restore", f"{out}/study.backup", str(top / "restored")],
        ["undo"],
        ["check"],
    ]  # fmt: skip


async def screens(study: Path) -> int:
    """Every place of the app, with something coded, corrected in the editor and undone."""
    from screens import opened, until

    from qualcode.files.folder import ProjectFolder

    shown = 0
    async with opened(ProjectFolder(study), coder="reader") as pilot:
        for keys in (
            "j j v j",
            "slash",
            "M enter",
            "equals_sign",
            "D",
            "S",
            "C",
            "W",
            "A",
            "X",
            "R",
            "I",
            "V",
            "question_mark",
            "ctrl+p",
        ):
            await pilot.press(*keys.split())
            await pilot.pause()
            shown += 1
            for _ in range(4):
                if pilot.app.screen is not pilot.app.workspace:
                    await pilot.press("escape")
                    await pilot.pause()
        await until(lambda: True)
    return shown


def main() -> None:
    top, mischief = Path(sys.argv[1]), sys.argv[2:]
    os.chdir(top / "study")
    lines = commands(top, "short" in mischief)
    watch = Watch(top)
    from qualcode.cli.main import run

    statuses, told, spent = {}, io.StringIO(), {}
    for line in lines:
        begun = time.process_time()
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        with redirect_stdout(out), redirect_stderr(told):
            statuses[shlex.join(line)[:120]] = run(line)
        spent[shlex.join(line)[:40]] = round(time.process_time() - begun, 2)
    begun = time.process_time()
    shown = asyncio.run(screens(top / "study"))
    spent["screens"] = round(time.process_time() - begun, 2)
    if "connect" in mischief:
        import socket

        with socket.socket() as made:
            made.settimeout(0.1)
            made.connect_ex(("127.0.0.1", 9))
    if "scribble" in mischief:
        import tempfile

        Path(tempfile.mkdtemp(), "notes").write_text(MARKS["text"])
    answer = {
        "statuses": {line: status for line, status in statuses.items() if status not in (0, 1)},
        "commands": len(statuses),
        "screens": shown,
        "written": watch.written,
        "elsewhere": sorted(watch.elsewhere),
        "network": sorted(watch.network),
        "told": [mark for mark in (MARKS["text"], MARKS["memo"]) if mark in told.getvalue()],
        "seconds": spent,
        "said": told.getvalue()[-1500:],
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
