"""Keeping imported files under sources/, byte for byte, each once."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from qualcode.files.copying import copy_checked
from qualcode.index.index import Index
from qualcode.session.import_names import free_name
from qualcode.session.importing import Source
from qualcode.session.known_sources import KnownSources


class SourceKeeper:
    """Copies files to sources/; what it copied is taken away again where the work that `restore` guards fails."""

    def __init__(self, index: Index, restore: ExitStack) -> None:
        self._folder = index.folder
        self._known = KnownSources(index)
        self._restore = restore
        self._kept: dict[tuple[int, str], str] = {}

    def keep(self, source: Source) -> str:
        """Where the file is kept, as a path from the project's folder; a file that is there already is not copied again.

        Raises BadFile where the file has other bytes than when it was looked at, CannotSave.
        """
        if (source.size, source.hash) not in self._kept:
            alike = self._known.alike(source.size, source.hash)
            self._kept[source.size, source.hash] = self._folder.relative(alike[0]) if alike else self._copied(source)
        return self._kept[source.size, source.hash]

    def _copied(self, source: Source) -> str:
        name = free_name(source.name, lambda name: (self._folder.sources / name).exists())
        target = self._folder.sources / name
        gone_on_failure(target, self._restore)
        copy_checked(source.path, target, source.hash)
        return self._folder.relative(target)


def gone_on_failure(path: Path, restore: ExitStack) -> None:
    """Have a file that is about to be made taken away again where the work that `restore` guards fails."""

    def leave(kind: type[BaseException] | None, *_error: object) -> None:
        if kind is not None:
            path.unlink(missing_ok=True)

    restore.push(leave)
