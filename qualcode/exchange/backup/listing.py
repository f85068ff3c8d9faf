"""The list at the head of a backup: what is in it, with sizes and hashes. It comes from anywhere, so each line is looked at."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from qualcode.exchange.backup.tar_stream import BadArchive

FORMAT = 1
NAME = "qualcode-backup.jsonl"
TOP = "project/"
MOST_LISTED = 256 * 1024**2  # bytes of the list itself
_MOST_FILES = 1_000_000
_MOST_LINE = 16 * 1024
_HEX = frozenset("0123456789abcdef")


class Entry(NamedTuple):
    """A file: its path in the project, its size in bytes, the SHA-256 of these in hex, when it was changed (ns since 1970)."""

    path: str
    size: int
    sha256: str
    mtime_ns: int = 0


class Contents(NamedTuple):
    """What a backup holds, and when it was made (UTC)."""

    made: str
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        return sum(entry.size for entry in self.entries)


def listing(contents: Contents, version: str) -> bytes:
    """The list as a file."""
    head = {"qualcode_backup": FORMAT, "qualcode": version, "made": contents.made, "files": len(contents.entries)}
    lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in (head, *(e._asdict() for e in contents.entries)))
    return "".join(lines).encode()


class ListReader:
    """Takes the list in, line by line; `contents` is whole after the last one. Raises BadArchive."""

    def __init__(self) -> None:
        self._head: dict[str, Any] | None = None
        self._entries: list[Entry] = []
        self._names: set[str] = set()
        self._folders: set[str] = set()

    def take(self, line: bytes) -> None:
        data = _json(line)
        if self._head is None:
            if data.get("qualcode_backup") != FORMAT:
                newer = isinstance(data.get("qualcode_backup"), int)
                raise BadArchive("it was made by a newer qualcode" if newer else "this is no backup of qualcode's")
            self._head = data
            return
        entry = _entry(data)
        name = unicodedata.normalize("NFC", entry.path).casefold()
        if name in self._names or name in self._folders:
            raise BadArchive(f"two files in it have the same name on many systems: {entry.path!r}")
        self._names.add(name)
        for above in _above(name):
            if above in self._names:
                raise BadArchive(f"{above!r} is a file and a folder in it")
            self._folders.add(above)
        self._entries.append(entry)
        if len(self._entries) > _MOST_FILES:
            raise BadArchive("it lists more files than a project can have")

    @property
    def contents(self) -> Contents:
        if self._head is None or self._head.get("files") != len(self._entries):
            raise BadArchive("its list of files is cut short")
        return Contents(str(self._head.get("made", ""))[:40], tuple(self._entries))


def _json(line: bytes) -> dict[str, Any]:
    try:
        data = json.loads(line) if len(line) <= _MOST_LINE else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise BadArchive("its list of files is damaged")
    return data


def _entry(data: dict[str, Any]) -> Entry:
    path, size, sha256, when = (data.get(name) for name in Entry._fields)
    good = isinstance(path, str) and type(size) is int and type(when) is int and isinstance(sha256, str)
    if not good or not 0 <= data["size"] < 1 << 50 or len(data["sha256"]) != 64 or not set(data["sha256"]) <= _HEX:
        raise BadArchive("its list of files is damaged")
    if reason := unfit(data["path"]):
        raise BadArchive(f"the name {data['path'][:80]!r} {reason}")
    return Entry(data["path"], data["size"], data["sha256"], min(max(data["mtime_ns"], 0), 1 << 62))


def unfit(path: str) -> str:
    """Why a path cannot be one of a backed up file, "" where it can."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in path:
        return "leads out of the project"
    if any(ord(sign) < 32 or ord(sign) == 127 or "\ud800" <= sign <= "\udfff" for sign in path):
        return "holds signs that are none"
    if parts[0].casefold() in (".git", ".qualcode"):
        return "is none of a project's own files"
    if len(path) > 4000 or any(len(part.encode()) > 255 for part in parts):
        return "is too long"
    return ""


def clashes(paths: Sequence[str]) -> list[str]:
    """Paths that on many systems would be one file with another one before them."""
    seen: set[str] = set()
    found = []
    for path in paths:
        name = unicodedata.normalize("NFC", path).casefold()
        if name in seen:
            found.append(path)
        seen.add(name)
    return found


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
