"""What is done with a project that somebody sent: every way in and out, and how each went."""

from __future__ import annotations

import contextlib
import io
import os
import time
import traceback
from pathlib import Path
from typing import NamedTuple

from qualcode.cli.main import run

READING: list[list[str]] = [
    ["documents"], ["codes"], ["cases"], ["participants"], ["show", "d1"], ["segments"], ["segments", "-f", "json"],
    ["matrix"], ["matrix", "--rows", "code", "--cols", "document", "--cell", "quotes"], ["search", "the"], ["kwic", "the"], ["check"],
    ["check", "-f", "json"], ["log"], ["log", "-f", "csv"], ["codebook", "show"], ["codes", "-f", "csv"], ["codebook", "check"],
    ["memos"], ["filters"], ["stale"], ["review"], ["speakers", "list", "d1"], ["translations"], ["saturation"], ["framework"],
    ["codeline", "d1"], ["timeline"], ["frequencies"], ["network"], ["milestones"], ["compare", "liang", "zhao"],
    ["segments", "--where", "code:longing and not role:child"], ["play", "d1"],
]  # fmt: skip
WRITING: list[list[str]] = [
    *(["segments", "-o", f"out.{form}"] for form in ("csv", "xlsx", "html", "md", "json", "tex")),
    ["segments", "-f", "latex", "-o", "out.tex"], ["matrix", "-o", "matrix.xlsx"], ["matrix", "-o", "matrix.html"],
    *(["compare", "liang", "zhao", "-o", f"compare.{form}"] for form in ("html", "docx", "md", "csv")),
    *(["codebook", "export", f"book.{form}"] for form in ("yaml", "csv", "md", "docx")),
    *(["memos", "-o", f"memos.{form}"] for form in ("csv", "md", "docx")),
    *(["framework", "-o", f"framework.{form}"] for form in ("html", "docx", "xlsx")),
    ["report", "-o", "report.html"], ["network", "-o", "network.svg"], ["codeline", "d1", "-o", "codeline.svg"],
]  # fmt: skip
CHANGING: list[list[str]] = [
    ["code", "d1", "longing", "--quote", "Fine."], ["undo"], ["redo"], ["undo", "3"], ["codebook", "add", "new code"],
    ["codebook", "rename", "work", "toil"], ["codebook", "merge", "longing", "work"], ["memo", "new", "--title", "A memo", "--text", "x"],
    ["cases", "set", "liang", "children=3"], ["participants", "add", "z", "--name", "Z"], ["import", "in.txt", "--case", "liang"],
    ["import", "--table", "in.csv"], ["undo"], ["milestone", "m"], ["undo", "100"],
]  # fmt: skip
MOST_SECONDS = 30.0


class Went(NamedTuple):
    """How one command went; `trouble` is what must never be: a traceback, an odd status, too long."""

    argv: list[str]
    status: int
    out: str
    err: str
    seconds: float
    trouble: str


def went(root: Path, argv: list[str], most: float = MOST_SECONDS) -> Went:
    """Carry out a command in the project's folder, in this process."""
    out, err, trouble, status = io.StringIO(), io.StringIO(), "", -1
    before, begun = Path.cwd(), time.monotonic()
    environment = dict(os.environ)
    os.environ.update(QUALCODE_DEBUG="1", QUALCODE_CODER="c1")
    os.chdir(root)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(argv)
    except BaseException:
        trouble = traceback.format_exc()
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)
    seconds = time.monotonic() - begun
    if not trouble:
        trouble = _trouble(status, err.getvalue(), seconds, most)
    return Went(argv, status, out.getvalue(), err.getvalue(), seconds, trouble)


def _trouble(status: int, err: str, seconds: float, most: float) -> str:
    if status not in (0, 1, 2):
        return f"status {status}"
    if status == 2 and not err.strip():
        return "refused without a word"
    if "The system refused" in err or "Something went wrong inside" in err:
        return err
    if any(sign in err for sign in "\x1b\x07\x9b\x9d\x90\x08\r\u202e"):
        return f"standard error drives the terminal: {err!r}"
    return f"took {seconds:.1f} s" if seconds > most else ""
