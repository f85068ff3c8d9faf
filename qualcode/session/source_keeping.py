"""Keeping imported files under sources/, byte for byte, each once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from qualcode.core.text import fold
from qualcode.files.copying import copy_checked, flush_folders
from qualcode.index.index import Index
from qualcode.session.import_names import free_name
from qualcode.session.importing import Source
from qualcode.session.known_sources import KnownSources
from qualcode.session.whole import gone_on_failure


class SourceKeeper:
    """Copies files to sources/; what it copied is taken away again where the work that `restore` guards fails."""

    def __init__(self, index: Index, restore: ExitStack) -> None:
        self._folder = index.folder
        self._known = KnownSources(index)
        self._restore = restore
        self._kept: dict[tuple[int, str], str] = {}
        self._names: set[str] = set()

    def keep(self, source: Source, before: Callable[[Path], None]) -> str:
        """Where the file is kept, as a path from the project's folder; a file that is there already is not copied again.

        `before` is told of the copy that is about to be made.
        Raises BadFile where the file has other bytes than when it was looked at, CannotSave.
        """
        relative, target = self.place(source)
        if target is not None:
            before(target)
            copy_checked(source.path, target, source.hash)
            flush_folders([target.parent])
        return relative

    def place(self, source: Source) -> tuple[str, Path | None]:
        """Where the file is kept, and the path to which it must be copied yet: None where it is there, or was placed before."""
        key = (source.size, source.hash)
        if key in self._kept:
            return self._kept[key], None
        alike = self._known.alike(*key)
        target = None if alike else self._new_path(source)
        self._kept[key] = self._folder.relative(target or alike[0])
        return self._kept[key], target

    def _new_path(self, source: Source) -> Path:
        def is_taken(name: str) -> bool:
            return fold(name) in self._names or (self._folder.sources / name).exists()

        found = free_name(source.name, is_taken)
        self._names.add(fold(found))
        target = self._folder.sources / found
        gone_on_failure(target, self._folder, source.hash, self._restore)
        return target
