"""Acts on several files, noted before they begin, so that what a crash leaves half done is finished or taken back.

A note, `.qualcode/doing/<act>.jsonl`, is locked for as long as its maker lives. It says which files the act makes (with their
SHA-256) or replaces (and under which second name the old one is kept), what it appends where, and when the
files that it replaces were all in place. From then on a crashed act is finished: lines that are missing are appended. Before, it is taken
back (by `after_a_crash`). What people changed by hand since stays.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from qualcode.errors import CannotSave
from qualcode.files.folder import ProjectFolder
from qualcode.files.modes import make_file, make_folder
from qualcode.files.saving import cannot_save, flush, is_held


def places(folder: ProjectFolder) -> tuple[Path, Path]:
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
    for place in places(folder):
        try:
            make_folder(place.parent)
            make_folder(place)
            path = place / f"{name}.jsonl"
            while True:
                make_file(path)  # whoever shares the project must be able to finish what we leave half done
                handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
                is_held(handle)
                with suppress(OSError):  # nobody took it for a dead one before it was locked
                    if path.stat().st_ino == os.fstat(handle).st_ino:
                        return path, handle
                os.close(handle)
        except OSError as error:
            first_error = first_error or error
    assert first_error is not None
    raise cannot_save(places(folder)[0] / name, first_error) from first_error
