"""Acts on several files, noted before they begin, so that what a crash leaves half done is finished or taken back.

A note, `.qualcode/doing/<act>.jsonl`, is locked for as long as its maker lives. It says which files the act makes (with their
SHA-256) or replaces (and under which second name the old one is kept), what it appends where, and when the
files that it replaces were all in place. From then on a crashed act is finished: lines that are missing are appended. Before, it is taken
back. What people changed by hand since stays.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.errors import CannotSave
from qualcode.files.folder import ProjectFolder
from qualcode.files.guarded import leads_outside
from qualcode.files.saving import (
    BEFORE,
    LEFTOVER,
    append_lines,
    cannot_save,
    clear_leftovers,
    flush,
    is_held,
    leftovers,
    locked_folder,
    sync_folder,
)

_SLOW = 60.0  # seconds in which an act has replaced a file that it kept; what changes it later is somebody's hand
_A_DAY = 24 * 3600.0
_PARTS = ("transcripts", "sources", "memos", "codings", "log")
_FILES = ("project.yaml", "codebook.yaml")


def _places(folder: ProjectFolder) -> tuple[Path, Path]:
    """Where notes are; the second where .qualcode/ cannot be written."""
    return folder.index_db.parent / "doing", folder.root / ".doing"


class UnderWay:
    """An act on several files of a project, from before its first write until it is done or taken back."""

    def __init__(self, folder: ProjectFolder, act: str) -> None:
        """Raises CannotSave."""
        self._folder = folder
        self._path, self._handle = _new_note(folder, f"{act}-{os.getpid()}")
        self._write([{"inode": os.fstat(self._handle).st_ino}], flushed=False)

    def will(
        self, *, makes: Mapping[Path, str] | None = None, replaces: Mapping[Path, Path | None] | None = None,
        appends: Mapping[Path, bytes] | None = None,
    ) -> None:  # fmt: skip
        """Note what comes next, and flush that: files made where there are none, with their SHA-256 in hex; files written,
        changed or removed, with their second names (None: not there yet); lines of events appended. Raises CannotSave."""
        shown = self._folder.relative
        entries: list[dict[str, Any]] = [
            {"makes": shown(path), "hash": hashed} for path, hashed in (makes or {}).items()
        ]
        entries += [
            {"replaces": shown(path), "kept": shown(kept) if kept else ""} for path, kept in (replaces or {}).items()
        ]
        entries += [{"appends": shown(path), "lines": data.decode()} for path, data in (appends or {}).items()]
        self._write(entries)

    def put(self) -> None:
        """All that is replaced is in place: from now on the act is finished, not taken back. Raises CannotSave."""
        self._write([{"put": True}], flushed=False)  # the lines that follow in a log tell the same, and are flushed

    def _write(self, entries: Iterable[Mapping[str, Any]], *, flushed: bool = True) -> None:
        view = memoryview("".join(json.dumps(entry) + "\n" for entry in entries).encode())
        try:
            while view:
                view = view[os.write(self._handle, view) :]
            if flushed:
                flush(self._handle)
        except OSError as error:
            raise cannot_save(self._path, error) from error

    def close(self) -> None:
        """The act is done, or was taken back: the note goes."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            self._path.parent.rmdir()
        self._let_go()

    def fail(self) -> None:
        """The act failed and could not be taken back: whoever opens the project next does that."""
        with suppress(CannotSave):
            self._write([{"failed": True}])
        self._let_go()

    def _let_go(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def _new_note(folder: ProjectFolder, name: str) -> tuple[Path, int]:
    """A note that is there, empty, and locked."""
    first_error: OSError | None = None
    for place in _places(folder):
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = place / f"{name}.jsonl"
            while True:
                handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
                is_held(handle)
                with suppress(OSError):  # nobody took it for a dead one before it was locked
                    if path.stat().st_ino == os.fstat(handle).st_ino:
                        return path, handle
                os.close(handle)
        except OSError as error:
            first_error = first_error or error
    assert first_error is not None
    raise cannot_save(_places(folder)[0] / name, first_error) from first_error


# -------------------------------------------------------------------------------- after a crash


class _Note(NamedTuple):
    """What a note says, in order."""

    made: list[tuple[Path, str]]
    replaced: list[tuple[Path, Path | None]]
    appended: list[tuple[Path, list[str]]]
    put: bool
    failed: bool
    written_at: float


def settle(folder: ProjectFolder) -> int:
    """Finish, or take back, acts whose makers were killed; how many there were. What cannot be mended now stays for later."""
    if not any(_is_left(path) for place in _places(folder) for path in _notes(place)):
        return 0
    done = 0
    with suppress(OSError, CannotSave), locked_folder(folder.root):
        for place in _places(folder):
            for path in _notes(place):
                with suppress(OSError, CannotSave):
                    done += _settle(folder, path)
            with suppress(OSError):
                place.rmdir()
    return done


def clear(folder: ProjectFolder) -> None:
    """Settle, and take away what killed processes left beside the files: begun files, and second names of old ones."""
    settle(folder)
    parts = (folder.root, folder.transcripts, folder.sources, folder.memos)
    if any(leftovers(part, (LEFTOVER, BEFORE)) for part in parts):
        with suppress(OSError, CannotSave), locked_folder(folder.root):  # whoever needs a second name holds this
            needed = any(_notes(place) for place in _places(folder))
            for part in parts:
                clear_leftovers(part, (LEFTOVER,) if needed else (LEFTOVER, BEFORE))


def _notes(place: Path) -> list[Path]:
    try:
        return sorted(place / name for name in os.listdir(place) if name.endswith(".jsonl"))
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
        note = _read(folder, path, file.read(), status)
        if note is not None:
            if (note.put and not note.failed) or any(_known(target, lines) for target, lines in note.appended):
                _finish(folder, note)
            else:
                _take_back(note)
        elif time.time() - status.st_mtime < _A_DAY:
            return False
        path.unlink(missing_ok=True)
    for _, kept in note.replaced if note is not None else ():
        if kept is not None:
            kept.unlink(missing_ok=True)
    return note is not None


def _read(folder: ProjectFolder, path: Path, data: bytes, status: os.stat_result) -> _Note | None:
    """None for a note that came with a copy of the project: its maker may be at work elsewhere, or a stranger."""
    note = _Note([], [], [], False, False, status.st_mtime)
    try:
        entries = [dict(json.loads(line)) for line in data.split(b"\n")[:-1]]
    except (ValueError, TypeError):
        return None
    if entries and entries[0].get("inode") != status.st_ino:
        return None
    for entry in entries:
        if "makes" in entry:
            note.made.append((_inside(folder, entry["makes"]), entry["hash"]))
        elif "replaces" in entry:
            kept = _inside(folder, entry["kept"]) if entry["kept"] else None
            note.replaced.append((_inside(folder, entry["replaces"]), kept))
        elif "appends" in entry:
            target = _inside(folder, entry["appends"])
            note.appended.append((target, [line + "\n" for line in entry["lines"].split("\n")[:-1]]))
        elif entry.get("put"):
            note = note._replace(put=True)
        elif entry.get("failed"):
            note = note._replace(failed=True)
    return note


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


def _finish(folder: ProjectFolder, note: _Note) -> None:
    for path, lines in note.appended:
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


def _take_back(note: _Note) -> None:
    folders = set()
    for path, kept in reversed(note.replaced):
        if path.exists() and path.stat().st_mtime > note.written_at + _SLOW:
            continue
        if kept is None:
            path.unlink(missing_ok=True)
        elif kept.exists():
            os.replace(kept, path)
        folders.add(path.parent)
    for path, digest in reversed(note.made):
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
