"""Whether all that was written was flushed to disk before it was called saved: the files, and the names in their folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

STRACE = (
    "openat,write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat"
)
_CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<([^>]*)>)?")
_FD_PATH = re.compile(r"^(?:-?\d+|AT_FDCWD)<([^>]*)>")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Step(NamedTuple):
    """One call: write, flush, rename (to `path`), name (a new one), unname (one taken away), or said (with what was said)."""

    what: str
    path: str
    source: str = ""


def unflushed(steps: Sequence[Step], root: str) -> list[str]:
    """What was not on disk when it should have been: when it was called saved, and when a log came to tell of it.

    Derived files do not count, nor do hidden names that were made and taken away again.
    """
    found: list[str] = []
    contents: set[str] = set()
    names: dict[str, str] = {}
    known: set[str] = set()
    for step in steps:
        folder = os.path.dirname(step.path)
        if step.what == "said":
            found += [f"{step.path}: {path} was not flushed" for path in sorted(contents)]
            found += [f"{step.path}: {where} was not flushed, where {name} changed" for name, where in names.items()]
        elif not step.path.startswith(root) or "/.qualcode" in step.path:
            continue
        elif step.what == "write":
            if step.path.startswith(f"{root}/log/"):
                early = sorted({*contents, *names} - {step.path, folder})
                found += [f"the log was written before {path} was flushed" for path in early]
            contents.add(step.path)
        elif step.what == "flush":
            contents.discard(step.path)
            known |= {name for name, where in names.items() if where == step.path}
            names = {name: where for name, where in names.items() if where != step.path}
        else:
            if step.source in contents:
                found.append(f"{step.source} became {step.path} before it was flushed")
            if not os.path.basename(step.path).startswith(".") and not (step.what == "name" and step.path in known):
                names[step.path] = folder
            if step.what == "unname":
                known.discard(step.path)
    return found


def steps_of(trace: str) -> Iterator[Step]:
    """The calls in what `strace -f -y -e trace=<STRACE>` printed, those that failed left out."""
    for line in _joined(trace):
        match = _CALL.match(line)
        if match is None or match[3].startswith("-"):
            continue
        name, given, _, opened = match.groups()
        folder = _FD_PATH.match(given)
        paths = [_full(text, folder[1] if folder else "") for text in _QUOTED.findall(given)]
        if name in ("write", "pwrite64", "writev") and folder:
            said = re.search(r"SAVED ([\w ]+)", given)
            yield Step("said", said[1]) if said else Step("write", folder[1])
        elif name in ("fsync", "fdatasync") and folder:
            yield Step("flush", folder[1])
        elif name == "openat" and "O_CREAT" in given and opened:
            yield Step("name", opened)
        elif name.startswith("rename"):
            yield Step("rename", paths[1], paths[0])
        elif name.startswith(("unlink", "mkdir")):
            yield Step("unname" if name.startswith("unlink") else "name", paths[0])


def _joined(trace: str) -> Iterator[str]:
    """Lines, calls that others interrupted put together again at their end."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        pid = line.split(" ", 1)[0]
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>")
        elif " resumed>" in line:
            yield begun.pop(pid, "") + line.split(" resumed>", 1)[1]
        else:
            yield line


def _full(path: str, folder: str) -> str:
    return path if path.startswith("/") else os.path.normpath(os.path.join(folder, path))
