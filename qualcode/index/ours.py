"""Whether an index was made on this machine: one that came along with a project may hold anything, and is not even opened."""

from __future__ import annotations

import hashlib
import sqlite3
from functools import cache
from pathlib import Path

from qualcode.files.guarded import leads_outside

_MAGIC = b"SQLite format 3\0"
_MACHINE = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_SUFFIXES = ("", "-wal", "-shm", "-journal", ".left")


def is_safe_place(path: Path) -> bool:
    """Whether the database and what SQLite keeps beside it are files of the project's own folder, or not there yet."""
    beside = [Path(f"{path}{suffix}") for suffix in _SUFFIXES]
    return not leads_outside(path) and not any(
        place.is_symlink() or (place.exists() and not place.is_file()) for place in beside
    )


def is_ours(path: Path) -> bool:
    """Whether the file bears this machine's mark, or is empty or not there; told from its first bytes alone."""
    try:
        with open(path, "rb") as file:
            head = file.read(100)
    except FileNotFoundError:
        return True
    return not head or (head[:16] == _MAGIC and int.from_bytes(head[68:72], "big") == mark())


@cache
def mark() -> int:
    """A number for this machine, which SQLite keeps in the file's head as its application_id."""
    known = next((text for text in map(_text, _MACHINE) if text), "") or _node()
    return int.from_bytes(hashlib.sha256(f"qualcode index {known}".encode()).digest()[:4], "big") >> 1 or 1


def _node() -> str:
    import uuid

    return str(uuid.getnode())


def _text(place: str) -> str:
    try:
        return Path(place).read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def protect(db: sqlite3.Connection) -> None:
    """Whatever the schema holds, it runs nothing but what SQLite itself knows to be harmless."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    if hasattr(db, "setconfig"):  # Python 3.12
        db.setconfig(1010, True)  # SQLITE_DBCONFIG_DEFENSIVE
