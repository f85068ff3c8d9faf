"""Trouble with the disk below the index: what is worth another try, and what is not read for good but only for now."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from qualcode.errors import Problem

IndexTrouble = sqlite3.DatabaseError  # what the index raises when the disk below it fails
OUR_MISTAKES = (sqlite3.ProgrammingError, sqlite3.IntegrityError)
UNREAD = -2  # as a file's size in the index: read it again as soon as the system lets us
_UNREAD_TEXTS = tuple({f"cannot be read ({os.strerror(number)})" for number in errno.errorcode})
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DISK = (
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL,
    *_DAMAGED,
)  # fmt: skip
_LACKING = ("no such table", "no such column", "Could not decode to UTF-8")


class IndexHeld(sqlite3.OperationalError):
    """Another process has held the index for longer than we wait."""


def is_unread(problems: Iterable[Problem]) -> bool:
    """Whether a file could not be read for a reason that may pass, as against one that is in the file itself."""
    return any(problem.message.startswith(_UNREAD_TEXTS) for problem in problems)


def still_unread(path: Path) -> bool:
    """Whether a file that could not be read is still closed to us, so that trying again would be in vain."""
    return not os.access(path, os.R_OK)


def is_the_disks(error: sqlite3.Error) -> bool:
    """Whether the file or the disk is to blame, and not the question that was asked."""
    return _primary(error) in _DISK or is_damaged(error)


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether the database is damaged: SQLite says so, or tables that it must have are not there, or texts in it are none."""
    return _primary(error) in _DAMAGED or str(error).startswith(_LACKING)


def is_held(error: sqlite3.Error) -> bool:
    """Whether another process holds the database."""
    return isinstance(error, IndexHeld) or _primary(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _primary(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def file_id(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one of the same name; None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
