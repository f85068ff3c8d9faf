"""Many new files at once: written by several threads, as a disk flushes them together almost as fast as one.

Flushing 600 files one by one took 2.5 s here, by eight threads 0.2 s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from qualcode.errors import BadFile, Problem
from qualcode.files.guarded import check_inside
from qualcode.files.modes import make_folder, modes_at
from qualcode.files.saving import cannot_save, put_in_place, sync_folder

_PIECE = 1024 * 1024
_THREADS = 8


@contextmanager
def writing_threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for writing files; where the block fails what has not begun is dropped, and what has is waited for."""
    pool = ThreadPoolExecutor(_THREADS)
    try:
        yield pool
    except BaseException:
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


def write_new(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that is not there yet, in one step, flushed to disk; its folder is not flushed (see `flush_folders`).

    Raises CannotSave, and whatever the pieces raise; there is then no file.
    """
    try:
        check_inside(path)
        make_folder(path.parent)
        with put_in_place(path, modes_at(path)) as file:
            for piece in pieces:
                file.write(piece)
    except OSError as error:
        raise cannot_save(path, error) from error


def copy_checked(source: Path, target: Path, expected: str) -> None:
    """Copy a file to a new place, piece by piece; `expected` is the SHA-256 of its bytes in hex.

    Raises BadFile where the source cannot be read or has other bytes by now, CannotSave where the copy cannot be written;
    there is then no copy.
    """
    write_new(target, _pieces(source, expected))


def _pieces(source: Path, expected: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    try:
        with open(source, "rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                yield piece
    except OSError as error:
        raise BadFile([Problem(str(source), 0, f"cannot be read ({error.strerror or error})")]) from error
    if digest.hexdigest() != expected:
        raise BadFile([Problem(str(source), 0, "it was changed while it was being imported", "import it again")])


def flush_folders(folders: Iterable[Path]) -> None:
    """Have the names of new files on disk too. Raises CannotSave."""
    for folder in folders:
        try:
            if folder.exists():
                sync_folder(folder)
        except OSError as error:
            raise cannot_save(folder, error) from error
