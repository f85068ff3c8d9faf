"""Files that were imported before: told by their bytes, not by their names."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from qualcode.errors import CannotSave
from qualcode.files.saving import cannot_save
from qualcode.index.index import Index

_PIECE = 1024 * 1024


class KnownSources:
    """What stands under sources/ and which documents were made of it; only files of the same size are read."""

    def __init__(self, index: Index) -> None:
        self._folder = index.folder
        self._by_size: dict[int, list[Path]] = {}
        self._hashes: dict[Path, str] = {}
        self._documents: dict[str, str] | None = None
        self._index = index
        self._now: dict[tuple[int, str], str] = {}
        try:
            with os.scandir(index.folder.sources) as entries:
                for entry in entries:
                    if entry.is_file():
                        self._by_size.setdefault(entry.stat().st_size, []).append(Path(entry.path))
        except OSError:
            return

    def same_as(self, size: int, digest: str) -> tuple[str, str] | None:
        """The document and the file that it was made of, for a file with these bytes; None where there is none."""
        if (size, digest) in self._now:
            return "", self._now[size, digest]
        for path in self.alike(size, digest):
            document = self._document_of(self._folder.relative(path))
            if document:
                return document, self._folder.relative(path)
        return None

    def add(self, size: int, digest: str, shown_as: str) -> None:
        """Remember a file of this import."""
        self._now.setdefault((size, digest), shown_as)

    def alike(self, size: int, digest: str) -> list[Path]:
        """Files under sources/ with just these bytes."""
        return sorted(path for path in self._by_size.get(size, ()) if self._hash(path) == digest)

    def _hash(self, path: Path) -> str:
        if path not in self._hashes:
            try:
                self._hashes[path] = hash_of(path)
            except CannotSave:
                self._hashes[path] = ""
        return self._hashes[path]

    def _document_of(self, source: str) -> str:
        """The document in the project that was made of a file under sources/ last."""
        if self._documents is None:
            self._documents = {}
            rows = self._index.rows(
                """SELECT "key", "after" FROM event WHERE op = 'change' AND what IN ('document', 'text') AND standing = 1
                AND "after" LIKE '%"source"%' ORDER BY id"""
            )
            for key, after in rows:
                state = json.loads(after)
                name = state.get("source") if isinstance(state, dict) else None
                if isinstance(name, str) and self._folder.transcript(key).exists():
                    self._documents[name] = key
        return self._documents.get(source, "")


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hex, read piece by piece. Raises CannotSave where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise cannot_save(path, error) from error
    return digest.hexdigest()
