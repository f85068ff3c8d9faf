"""Taking a backup of a project while people work on it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

from qualcode.errors import BadFile, BadOption, CannotSave, Problem
from qualcode.exchange.backup.archive import Changed, Progress, read_archive, write_archive
from qualcode.exchange.backup.encrypting import Encryption, encrypt
from qualcode.exchange.backup.listing import Contents, Entry, clashes, unfit
from qualcode.files.folder import ProjectFolder
from qualcode.files.modes import PRIVATE
from qualcode.files.saving import cannot_save, flush, locked, locked_folder, put_in_place, sync_folder
from qualcode.session.restoring import not_kept

_PIECE = 1024 * 1024
_NOT_OURS = (".git", ".qualcode")
_PASSING = (".saving-", ".before-", ".doing")
_ATTEMPTS = 3


class Saved(NamedTuple):
    """What a backup holds, what of the folder it does not, and whether its contents were read back (else only its bytes)."""

    contents: Contents
    left_out: list[str]
    was_opened: bool


@dataclass
class _Found:
    """The files of a project, and what is none (links, pipes)."""

    files: list[Path] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def back_up(
    folder: ProjectFolder, target: Path, *, encryption: Encryption | None = None, replace: bool = False,
    progress: Progress | None = None,
) -> Saved:  # fmt: skip
    """Save the project in one file, flush it to disk, read it back and compare each hash; only then it takes its place.

    Of files that grow meanwhile it has what was there at one moment; where another file is replaced meanwhile, it is begun anew.
    Raises BadOption (a place within the project, a file that is there), BadFile (a file that cannot be kept), CannotSave,
    QualcodeError (the tool that encrypts failed).
    """
    _check_target(folder, target, replace)
    known: dict[Path, tuple[tuple[int, ...], Entry]] = {}
    _listed(folder, known)  # hashed before anybody has to wait
    for attempt in range(1, _ATTEMPTS + 1):
        with ExitStack() as held:
            held.enter_context(locked_folder(folder.root))
            found, contents = _listed(folder, known)
            if attempt < _ATTEMPTS:
                held.close()
            try:
                _write(folder, target, contents, encryption, progress)
            except Changed:
                continue
            return Saved(contents, found.left_out, encryption is None)
    raise CannotSave(
        "Not saved: files of the project change again and again while it is read. Do it when less is going on."
    )


def _check_target(folder: ProjectFolder, target: Path, replace: bool) -> None:
    if Path(os.path.realpath(target)).is_relative_to(os.path.realpath(folder.root)):
        raise BadOption(f"{target} lies in the project itself, and would be lost with it: name a place outside.")
    if target.is_dir():
        raise BadOption(f"{target} is a folder: name a file in it.")
    if target.exists() and not replace:
        raise BadOption(f"{target} is there already; --replace puts the new backup in its place.")


def _listed(folder: ProjectFolder, known: dict[Path, tuple[tuple[int, ...], Entry]]) -> tuple[_Found, Contents]:
    """All files with their hashes; those are taken from `known` for files that are as they were."""
    found = _Found()
    _walk(folder.root, found, folder)
    entries = []
    for path in sorted(found.files):
        name = folder.relative(path)
        if reason := unfit(name):
            raise BadFile([Problem(name, 0, f"this file cannot be kept in a backup: its name {reason}", "rename it")])
        try:
            entries.append(_entry(path, name, known))
        except FileNotFoundError:
            continue  # taken away since the folder was listed
        except OSError as error:
            raise BadFile(
                [Problem(name, 0, f"cannot be read ({error.strerror or error})", "nothing was saved")]
            ) from error
    if same := clashes([entry.path for entry in entries]):
        message = "its name is that of another file but for capital letters or accents; many systems cannot keep both"
        raise BadFile([Problem(name, 0, message, "rename it, then do it again") for name in same])
    return found, Contents(datetime.now(UTC).isoformat(timespec="seconds"), tuple(entries))


def _walk(place: Path, found: _Found, folder: ProjectFolder) -> None:
    try:
        with os.scandir(place) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise BadFile([Problem(folder.relative(place), 0, f"cannot be read ({error.strerror or error})")]) from error
    for entry in listed:
        path = Path(entry.path)
        if entry.name.startswith(_PASSING) or (place == folder.root and entry.name in _NOT_OURS):
            continue
        if entry.is_dir(follow_symlinks=False):
            _walk(path, found, folder)
        elif entry.is_file(follow_symlinks=False):
            found.files.append(path)
        else:
            found.left_out.append(folder.relative(path))


def _entry(path: Path, name: str, known: dict[Path, tuple[tuple[int, ...], Entry]]) -> Entry:
    """A file as it is at this moment. Whoever appends to an event file is waited for, so that no line is cut."""
    with open(path, "rb") as file, locked(file.fileno()):
        status = os.fstat(file.fileno())
        now = (status.st_ino, status.st_size, status.st_mtime_ns)
        if not stat.S_ISREG(status.st_mode):
            raise FileNotFoundError(name)
        if path in known and known[path][0] == now:
            return known[path][1]
        digest, left = hashlib.sha256(), status.st_size
        while left and (piece := file.read(min(_PIECE, left))):
            digest.update(piece)
            left -= len(piece)
    entry = Entry(name, status.st_size - left, digest.hexdigest(), status.st_mtime_ns)
    known[path] = (now, entry)
    return entry


def _write(
    folder: ProjectFolder, target: Path, contents: Contents, encryption: Encryption | None, progress: Progress | None
) -> None:
    def opened(entry: Entry) -> IO[bytes]:
        try:
            return open(folder.root / entry.path, "rb")
        except OSError as error:
            raise Changed(entry.path) from error

    try:
        with put_in_place(Path(os.path.realpath(target)), PRIVATE) as file:
            out = _Hashing(file)
            if encryption is None:
                write_archive(out, contents, opened, progress)  # type: ignore[arg-type]
            else:
                encrypt(encryption, out.write, lambda into: write_archive(into, contents, opened, progress))
            file.flush()
            flush(file.fileno())
            _read_back(file, out, contents, target, encrypted=encryption is not None)
        sync_folder(Path(os.path.realpath(target)).parent)
    except OSError as error:
        raise cannot_save(target, error) from error


class _Hashing:
    """A file that is written, and the SHA-256 of what was."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _read_back(file: IO[bytes], out: _Hashing, contents: Contents, target: Path, *, encrypted: bool) -> None:
    """Compare what is on disk with what was meant to be there. Raises CannotSave."""
    with os.fdopen(os.dup(file.fileno()), "rb") as again:
        again.seek(0)
        digest = hashlib.sha256()
        for piece in _pieces(again.read):
            digest.update(piece)
        same = digest.digest() == out.digest.digest()
        if same and not encrypted:
            again.seek(0)
            same = read_archive(again, not_kept) == contents
    if not same:
        raise CannotSave(
            f"Not saved: {target} does not hold what was written to it when it is read again. Use another disk."
        )


def _pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while piece := read(_PIECE):
        yield piece
