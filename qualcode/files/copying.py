"""Copying files from elsewhere byte for byte, however large."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from qualcode.errors import BadFile, Problem
from qualcode.files.saving import _umask, cannot_save

_PIECE = 1024 * 1024


def copy_checked(source: Path, target: Path, expected: str) -> None:
    """Copy a file to a new place, piece by piece, on disk when this returns; `expected` is the SHA-256 of its bytes in hex.

    Raises BadFile where the source cannot be read or has other bytes by now, CannotSave where the copy cannot be written;
    there is then no copy.
    """
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".saving-")
        with os.fdopen(handle, "wb") as file:
            digest = hashlib.sha256()
            for piece in _pieces(source):
                digest.update(piece)
                file.write(piece)
            if digest.hexdigest() != expected:
                raise BadFile(
                    [Problem(str(source), 0, "it was changed while it was being imported", "import it again")]
                )
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise cannot_save(target, error) from error
        raise


def _pieces(source: Path) -> Iterator[bytes]:
    try:
        with open(source, "rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise BadFile([Problem(str(source), 0, f"cannot be read ({error.strerror or error})")]) from error
