"""The names that file-syncing tools give to a second version of a file: which file it is a copy of.

    Syncthing              name.sync-conflict-20240101-120000-ABCDEFG.md
    Dropbox                name (Anna's conflicted copy 2024-01-01).md, name (conflicted copy).md, and in other languages
    Nextcloud, ownCloud    name (conflicted copy 2024-01-01 120000).md, name_conflict-20240101-120000.md
    Resilio                name.Conflict.md
    Google Drive, iCloud   name (1).md, name 2.md      which may as well be names: only shared events prove that they are copies,
                           and nobody names anything else `codebook (1).yaml`

OneDrive's `name-COMPUTER.md` says too little and is taken for a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from qualcode.files.guarded import MOST_EVENTS, read_file

_SAYS_SO = (
    "conflicted copy|case conflict|selective sync conflict|unicode encoding conflict|in konflikt stehende kopie|copie en conflit|"
    "copia en conflicto|copia in conflitto|cópia em conflito|冲突副本|冲突的副本|衝突複本|競合コピー"
)
_PLAIN = re.compile(
    rf"(?P<name>.+?)(?:\.sync-conflict-\d{{8}}-\d{{6}}(?:-[A-Z0-9]{{7}})?| \([^()]*(?:\([^()]*\)[^()]*)*(?:{_SAYS_SO})[^()]*\)"
    r"(?: \(\d+\)| \d+)?|_conflict-\d{8}-\d{6}(?:-\d+)?|\.conflict\d*)(?P<ending>\.[^.]+)",
    re.IGNORECASE,
)
_HINTS = ("conflict", "konflikt", "conflit", "冲突", "衝突", "競合")
_VAGUE = re.compile(r"(?P<name>.+?)(?: \(\d{1,2}\)| \d{1,2})(?P<ending>\.[^.]+)")
_ID = re.compile(rb'"id": ?"([^"\\]{1,64})"')
_YAML = ("codebook.yaml", "project.yaml")
_UNFINISHED = (".!sync", ".bts", ".crdownload", ".part", ".partial")


def original_name(name: str) -> str:
    """The name of the file that one of this name is a conflict copy of; "" for names that say nothing of the kind."""
    lower = name.lower()
    if not any(hint in lower for hint in _HINTS):
        return ""
    found = ""
    while (match := _PLAIN.fullmatch(found or name)) is not None:
        found = match["name"] + match["ending"]
    return found


def vague_original(name: str, beside: Collection[str]) -> str:
    """The file beside it that one of this name may be a copy of, or may not; "" where there is none."""
    match = _VAGUE.fullmatch(name) if " " in name else None
    wanted = match["name"] + match["ending"] if match else ""
    return wanted if wanted in beside else ""


def yaml_original(name: str) -> str:
    """Which of `codebook.yaml` and `project.yaml` a file of this name beside them is a copy of; "" for all others."""
    if not name.endswith(".yaml"):
        return ""
    original = original_name(name) or vague_original(name, _YAML)
    return original if original in _YAML else ""


def share_events(one: Path, other: Path) -> bool:
    """Whether two event files have an event in common."""
    try:
        ids = [set(_ID.findall(read_file(path, MOST_EVENTS))) for path in (one, other)]
    except OSError:
        return False
    return bool(ids[0] & ids[1])


def is_unfinished(name: str) -> bool:
    """Whether a file of this name is one that a tool is still bringing."""
    return name.lower().endswith(_UNFINISHED) or (
        name.startswith(("~syncthing~", ".syncthing.")) and name.endswith(".tmp")
    )
