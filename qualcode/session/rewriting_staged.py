"""What lies ready to complete a rewriting that was cut off, looked at before any of it is believed: the folder may come from a stranger."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qualcode.errors import BadFile, Problem
from qualcode.files.guarded import leads_outside

STAGED, PART, PLAN = ".rewriting", ".rewriting.part", "plan.json"
_NAME = re.compile(r"\d{5}|")
_ADVICE = "delete that folder if the project came from somebody else; then do the rewriting again"
_OURS = (".git", STAGED, PART)


def is_staged(folder: Path) -> bool:
    """Whether there is a rewriting to complete. Raises BadFile where a link stands in its place."""
    if folder.is_symlink():
        raise BadFile([Problem(folder.name, 0, "is a link, not the folder of a rewriting that was cut off", _ADVICE)])
    return folder.is_dir()


def clear_part(folder: Path) -> None:
    """Take away what was being made ready; of a link the link alone."""
    if folder.is_symlink():
        folder.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def staged_bytes(staged: Path, name: str) -> bytes:
    """A file as it shall be. Raises BadFile for a link, which could bring in a file from elsewhere, or a pipe."""
    if not stat.S_ISREG(os.lstat(staged / name).st_mode):
        raise BadFile([Problem(f"{STAGED}/{name}", 0, "is a link, a pipe or a device, not a file", _ADVICE)])
    return (staged / name).read_bytes()


def bytes_there(path: Path) -> bytes:
    """A file of the project as it is, b"" where there is none. Raises OSError for what is no file of its own."""
    if not os.path.lexists(path):
        return b""
    if not is_plain(path):
        raise OSError(errno.EINVAL, "it is a pipe, a device, a folder or a link out of the project")
    return path.read_bytes()


def is_plain(path: Path) -> bool:
    """Whether this is a file that can be read to its end, within its project."""
    return path.is_file() and not leads_outside(path)


def read_plan(root: Path, staged: Path) -> dict[str, Any]:
    """The plan, of which every path, number and place is looked at. Raises BadFile."""
    real = os.path.realpath(root)
    try:
        plan: dict[str, Any] = json.loads(staged_bytes(staged, PLAN).decode("utf-8"))
        for entry in plan["files"]:
            inside = all(_is_inside(real, name) for name in (entry["path"], entry["from"] or entry["path"]))
            if not inside or not _NAME.fullmatch(entry["new"]) or type(entry["size"]) is not int or entry["size"] < 0:
                raise ValueError(entry["path"])
        for text in plan["texts"].values():
            if not isinstance(text["old"], str) or not text["old"] or not _are_in_order(text["places"]):
                raise ValueError(text)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadFile(
            [Problem(f"{STAGED}/{PLAN}", 0, "is no plan of a rewriting that was cut off", _ADVICE)]
        ) from error
    return plan


def _is_inside(root: str, name: str) -> bool:
    real = os.path.realpath(os.path.join(root, name))
    return real.startswith(root + os.sep) and not {part.casefold() for part in Path(name).parts} & {*_OURS}


def _are_in_order(places: Sequence[Any]) -> bool:
    """Whether these are `[start, end, new text]`, one after the other."""
    at = 0
    for start, end, new in places:
        if type(start) is not int or type(end) is not int or not at <= start < end or not isinstance(new, str):
            return False
        new.encode()
        at = end
    return True
