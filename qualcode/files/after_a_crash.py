"""What killed processes left half done is finished or taken back, by the notes that they made of it (see `under_way`)."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from qualcode.errors import CannotSave
from qualcode.files.folder import ProjectFolder
from qualcode.files.guarded import leads_outside
from qualcode.files.saving import (
    BEFORE,
    LEFTOVER,
    append_lines,
    clear_leftovers,
    flush,
    is_held,
    leftovers,
    locked_folder,
    sync_folder,
)
from qualcode.files.under_way import places

_SLOW = 60.0  # seconds in which an act has replaced a file that it kept; what changes it later is somebody's hand
_PATIENCE = 5.0  # seconds; what is not settled now is settled by whoever opens the project next
_BRAND_NEW = 2.0  # seconds
_A_DAY = 24 * 3600.0
_PARTS = ("transcripts", "sources", "memos", "codings", "log")
_FILES = ("project.yaml", "codebook.yaml")


@dataclass
class _Change:
    """What a note says of one change, in order. An act may make several, each only after the last one was in place."""

    made: list[tuple[Path, str]] = field(default_factory=list)
    replaced: list[tuple[Path, Path | None]] = field(default_factory=list)
    appended: list[tuple[Path, list[str]]] = field(default_factory=list)
    put: bool = False

    def is_to_be_finished(self, failed: bool) -> bool:
        """Whether it is in place, or a log or coding file tells of it already."""
        return (self.put and not failed) or any(_known(path, lines) for path, lines in self.appended)


def settle(folder: ProjectFolder) -> int:
    """Finish, or take back, acts whose makers were killed; how many there were. What cannot be mended now stays for later."""
    if not any(_is_left(path) for place in places(folder) for path in _notes(place)):
        return 0
    done = 0
    with suppress(OSError, CannotSave), locked_folder(folder.root, _PATIENCE):
        for place in places(folder):
            for path in _notes(place):
                with suppress(OSError, CannotSave, ValueError, LookupError, TypeError):
                    done += _settle(folder, path)
            with suppress(OSError):
                place.rmdir()
    return done


def clear(folder: ProjectFolder) -> None:
    """Settle, and take away what killed processes left beside the files: begun files, and second names of old ones."""
    settle(folder)
    for place in places(folder):
        with suppress(OSError):
            if time.time() - place.stat().st_mtime > _BRAND_NEW:  # nobody is about to put a note there
                place.rmdir()
    parts = (folder.root, folder.transcripts, folder.sources, folder.memos)
    if any(leftovers(part, (LEFTOVER, BEFORE)) for part in parts):
        with suppress(OSError, CannotSave), locked_folder(folder.root):  # whoever needs a second name holds this
            needed = any(_notes(place) for place in places(folder))
            for part in parts:
                clear_leftovers(part, (LEFTOVER,) if needed else (LEFTOVER, BEFORE))


def _notes(place: Path) -> list[Path]:
    if place.is_symlink() or leads_outside(place):  # somebody else's files are no notes of ours
        return []
    try:
        with os.scandir(place) as entries:
            return sorted(Path(entry.path) for entry in entries
                          if entry.name.endswith(".jsonl") and entry.is_file(follow_symlinks=False))  # fmt: skip
    except OSError:
        return []


def _is_left(path: Path) -> bool:
    """Whether its maker may be dead, asked before anybody is made to wait for those who are at work."""
    try:
        with open(path, "r+b") as file:
            return is_held(file.fileno()) is not True
    except OSError:
        return False


def _settle(folder: ProjectFolder, path: Path) -> bool:
    with open(path, "r+b") as file:
        status = os.fstat(file.fileno())
        held = is_held(file.fileno())
        if held or (held is None and time.time() - status.st_mtime < _A_DAY):
            return False
        changes, failed = _read(folder, file.read(), status.st_ino)
        if changes is None and time.time() - status.st_mtime < _A_DAY:
            return False
        for change in reversed(changes or []):
            if change.is_to_be_finished(failed):
                _finish(folder, change)
            else:
                _take_back(change, status.st_mtime)
        path.unlink(missing_ok=True)
    for change in changes or []:
        for _, kept in change.replaced:
            if kept is not None:
                kept.unlink(missing_ok=True)
    return changes is not None


def _read(folder: ProjectFolder, data: bytes, inode: int) -> tuple[list[_Change] | None, bool]:
    """The changes of an act, and whether it failed and is to be taken back.

    None for a note that came with a copy of the project: its maker may be at work elsewhere, or a stranger.
    """
    try:
        entries = [dict(json.loads(line)) for line in data.split(b"\n")[:-1]]
    except (ValueError, TypeError):
        return None, False
    if entries and entries[0].get("inode") != inode:
        return None, False
    changes = [_Change()]
    for entry in entries[1:]:
        if changes[-1].put and not entry.get("failed"):
            changes.append(_Change())
        change = changes[-1]
        if "makes" in entry:
            change.made.append((_inside(folder, entry["makes"]), entry["hash"]))
        elif "replaces" in entry:
            kept = _inside(folder, entry["kept"]) if entry["kept"] else None
            change.replaced.append((_inside(folder, entry["replaces"]), kept))
        elif "appends" in entry:
            lines = [line + "\n" for line in entry["lines"].split("\n")[:-1]]
            change.appended.append((_inside(folder, entry["appends"]), lines))
        change.put = change.put or bool(entry.get("put"))
    return changes, any(entry.get("failed") for entry in entries)


def _inside(folder: ProjectFolder, relative: str) -> Path:
    """A file of the project. Raises OSError for any other: the note was not ours."""
    parts = relative.split("/")
    known = (len(parts) > 1 and parts[0] in _PARTS) or (len(parts) == 1 and relative.endswith(_FILES))
    path = folder.root / relative
    if not known or ".." in parts or "" in parts or leads_outside(path):
        raise OSError(f"{relative!r} is no file of the project")
    return path


def _known(path: Path, lines: list[str]) -> set[str]:
    """Those of these lines' ids that stand in the file."""
    wanted = {json.loads(line)["id"] for line in lines}
    found = set()
    with suppress(FileNotFoundError):
        for line in path.read_bytes().split(b"\n"):
            with suppress(ValueError, KeyError, TypeError):
                ident = json.loads(line)["id"] if b'"id"' in line else ""
                if ident in wanted:
                    found.add(ident)
    return found


def _finish(folder: ProjectFolder, change: _Change) -> None:
    for path, lines in change.appended:
        _cut_half_line(path, lines)
        known = _known(path, lines)
        missing = [line for line in lines if json.loads(line)["id"] not in known]
        if missing:
            append_lines(path, "".join(missing).encode(), root=folder.root)


def _cut_half_line(path: Path, lines: list[str]) -> None:
    """Of a line that was being written when the process was killed: it is written anew."""
    with suppress(FileNotFoundError), open(path, "r+b", buffering=0) as file:
        data = file.read()
        whole = data.rfind(b"\n") + 1
        if data[whole:] and any(line.encode().startswith(data[whole:]) for line in lines):
            file.truncate(whole)
            flush(file.fileno())


def _take_back(change: _Change, noted_at: float) -> None:
    folders = set()
    for path, lines in change.appended:
        _cut_half_line(path, lines)
    for path, kept in reversed(change.replaced):
        if path.exists() and path.stat().st_mtime > noted_at + _SLOW:
            continue
        if kept is None:
            path.unlink(missing_ok=True)
        elif kept.exists():
            os.replace(kept, path)
        folders.add(path.parent)
    for path, digest in reversed(change.made):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest and not _is_coded(path):
            path.unlink()
            folders.add(path.parent)
    for changed in folders:
        if changed.exists():
            sync_folder(changed)


def _is_coded(path: Path) -> bool:
    """Whether somebody has coded a transcript already, which was there to be read for a moment."""
    codings = path.parent.parent / "codings"
    return path.parent.name == "transcripts" and any(codings.glob(f"*/{_escaped(path.stem)}.jsonl"))


def _escaped(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)
