"""The layout of a project folder, and finding one."""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from qualcode.errors import BadOption, ProjectNotFound
from qualcode.files.copy_names import original_name, share_events, vague_original, yaml_original

_NOT_IN_NAMES = frozenset("/\0") | frozenset((os.sep, os.altsep or os.sep))


@dataclass(frozen=True)
class ProjectFolder:
    """Where each file of a project is."""

    root: Path

    @cached_property
    def project_yaml(self) -> Path:
        return self.root / "project.yaml"

    @cached_property
    def codebook_yaml(self) -> Path:
        return self.root / "codebook.yaml"

    @cached_property
    def transcripts(self) -> Path:
        return self.root / "transcripts"

    @cached_property
    def sources(self) -> Path:
        return self.root / "sources"

    @cached_property
    def codings(self) -> Path:
        return self.root / "codings"

    @cached_property
    def memos(self) -> Path:
        return self.root / "memos"

    @cached_property
    def log(self) -> Path:
        return self.root / "log"

    @cached_property
    def index_db(self) -> Path:
        return self.root / ".qualcode" / "index.db"

    def transcript(self, document: str) -> Path:
        return _as_on_disk(self.transcripts / f"{_one(document)}.md")

    def memo(self, ident: str) -> Path:
        return _as_on_disk(self.memos / f"{_one(ident)}.md")

    def coding_file(self, coder: str, document: str) -> Path:
        return _as_on_disk(_as_on_disk(self.codings / _one(coder)) / f"{_one(document)}.jsonl")

    def log_file(self, coder: str) -> Path:
        return _as_on_disk(self.log / f"{_one(coder)}.jsonl")

    def relative(self, path: Path) -> str:
        """The path as shown to people: from the project folder, with forward slashes."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


_Listed = Iterator[tuple[str, os.DirEntry[str]]]


class FoundFile(NamedTuple):
    """A file of the project with what tells whether it changed. `coder` is "" for transcripts.

    `place` is a path; a string where thousands are listed, as making a Path takes longer than looking at the file.
    """

    place: str | Path
    relative: str
    coder: str
    document: str
    size: int
    mtime_ns: int
    copy_of: str = ""  # of a conflict copy that a file-syncing tool left: the file (relative) beside which it stands

    @property
    def path(self) -> Path:
        return Path(self.place)


def transcript_files(folder: ProjectFolder) -> list[FoundFile]:
    """Transcripts, by name. Hidden files and those not ending in .md are not documents."""
    return [
        FoundFile(entry.path, relative, "", _nfc(entry.name[:-3]), *_stamp(entry))
        for relative, entry in _transcripts(folder)
        if not original_name(entry.name)
    ]


def memo_files(folder: ProjectFolder) -> list[FoundFile]:
    """Memos, by name. Hidden files, those not ending in .md and those whose name is no text are none. Their `document` is ""."""
    return [
        FoundFile(entry.path, relative, "", "", *_stamp(entry))
        for relative, entry in _memos(folder)
        if not original_name(entry.name)
    ]


def event_files(folder: ProjectFolder) -> list[FoundFile]:
    """Event files: first those under codings/, then the logs (whose document is "")."""
    found = []
    for (relative, entry), original in _with_originals(_codings(folder)):
        if original.there:
            continue
        coder, name = (
            relative.split("/")[1],
            original.name or entry.name,
        )  # of a copy without original the events count too
        found.append(FoundFile(entry.path, relative, _nfc(coder), _nfc(name[:-6]), *_stamp(entry)))
    for (relative, entry), original in _with_originals(_logs(folder)):
        if not original.there:
            found.append(FoundFile(entry.path, relative, _nfc((original.name or entry.name)[:-6]), "", *_stamp(entry)))
    return found


def copies_of_files(folder: ProjectFolder) -> list[FoundFile]:
    """The conflict copies of transcripts, memos and event files that a file-syncing tool left beside them."""
    found = []
    for listed in (_transcripts, _memos, _codings, _logs):
        for (relative, entry), original in _with_originals(listed(folder)):
            if original.name and (original.there or listed in (_transcripts, _memos)):
                place = f"{relative.rpartition('/')[0]}/{original.name}"
                found.append(FoundFile(entry.path, relative, "", "", *_stamp(entry), place))
    return found


class _Original(NamedTuple):
    """The name of the file that one is a conflict copy of ("" for none), and whether that file is there."""

    name: str
    there: bool


def _with_originals(listed: _Listed) -> Iterator[tuple[tuple[str, os.DirEntry[str]], _Original]]:
    """Files, each with that of which it is a conflict copy; for event files whose names do not tell, their events do."""
    for _place, group in groupby(listed, lambda one: one[0].rpartition("/")[0]):
        files = list(group)
        names = {entry.name: entry.path for _, entry in files}
        for relative, entry in files:
            original = original_name(entry.name)
            vague = "" if original or not entry.name.endswith(".jsonl") else vague_original(entry.name, names)
            if vague and share_events(Path(names[vague]), Path(entry.path)):
                original = vague
            yield (relative, entry), _Original(original, original in names)


def stamps(folder: ProjectFolder) -> dict[str, tuple[int, int]]:
    """Of every file that says something of the project, by relative path, what tells whether it changed (see `stamp`).

    The quick look at thousands of files, most of which did not.
    """
    found = {path.name: stamp(path) for path in (folder.project_yaml, folder.codebook_yaml)}
    for listed in (_transcripts, _memos, _codings, _logs):
        found.update((relative, _stamp(entry)) for relative, entry in listed(folder))
    for entry in _entries(folder.root):
        if yaml_original(entry.name):
            found[entry.name] = _stamp(entry)
    return found


def _transcripts(folder: ProjectFolder) -> _Listed:
    for entry in _entries(folder.transcripts):
        if entry.name.endswith(".md") and not _is_folder(entry):
            yield f"transcripts/{entry.name}", entry


def _memos(folder: ProjectFolder) -> _Listed:
    for entry in _entries(folder.memos):
        if entry.name.endswith(".md") and not _is_folder(entry):
            yield f"memos/{entry.name}", entry


def _codings(folder: ProjectFolder) -> _Listed:
    for coder in _entries(folder.codings):
        if _is_folder(coder):
            for entry in _entries(Path(coder.path)):
                if entry.name.endswith(".jsonl") and not _is_folder(entry):
                    yield f"codings/{coder.name}/{entry.name}", entry


def _logs(folder: ProjectFolder) -> _Listed:
    for entry in _entries(folder.log):
        if entry.name.endswith(".jsonl") and not _is_folder(entry):
            yield f"log/{entry.name}", entry


def _entries(path: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            shown = [entry for entry in entries if entry.name[0] != "." and is_text(entry.name)]
            return sorted(shown, key=attrgetter("name"))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []  # any other trouble is raised: that a drive does not answer does not mean that it is empty


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        if not _leads_to_itself(error):
            raise
        return False


def _leads_to_itself(error: OSError) -> bool:
    """Whether a link goes round in a circle, which is no trouble with the disk."""
    return error.errno == errno.ELOOP


def is_text(name: str) -> bool:
    """Whether a file's name is text at all: what is no UTF-8 comes from the system as halves of characters."""
    return name.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in name)


def names_that_are_no_text(folder: ProjectFolder) -> list[str]:
    """Files of the project, by relative path, that are passed over because nothing can be called by their names."""
    found = []
    for top in (folder.transcripts, folder.memos, folder.codings, folder.log):
        for place, folders, files in os.walk(top):
            names = [name for name in (*folders, *files) if not is_text(name)]
            found += [folder.relative(Path(place, name)) for name in sorted(names)]
    return found


def _stamp(entry: os.DirEntry[str]) -> tuple[int, int]:
    try:
        status = entry.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return -1, -1
    except OSError as error:
        if not _leads_to_itself(error):
            raise
        return -1, -1
    return status.st_size, _changed_at(status)


def stamp(path: Path) -> tuple[int, int]:
    """Size in bytes and time of change in nanoseconds (see `_changed_at`); (-1, -1) where there is no such file.

    Raises OSError for a disk's trouble.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return -1, -1
    except OSError as error:
        if not _leads_to_itself(error):
            raise
        return -1, -1
    return status.st_size, _changed_at(status)


def _one(name: str) -> str:
    """The name, which must not lead elsewhere: ids also come from the logs of others. Raises BadOption."""
    if name == ".." or any(sign in name for sign in _NOT_IN_NAMES):
        raise BadOption(f"{name[:120]!r} cannot be the name of a file of this project; nothing was done.")
    return name


def _changed_at(status: os.stat_result) -> int:
    """When the content or (as far as the system tells) the file's entry changed: tools that bring another version back give it
    any old time of content, as `rsync -t` and `cp -p` do, but cannot set the other."""
    return max(status.st_mtime_ns, status.st_ctime_ns)


def _as_on_disk(path: Path) -> Path:
    """The path under which a name with accents is on disk: composed, or decomposed as macOS has written it."""
    if path.name.isascii() or path.exists():
        return path
    decomposed = path.with_name(unicodedata.normalize("NFD", path.name))
    return decomposed if decomposed.exists() else path


def _nfc(name: str) -> str:
    """macOS hands out file names decomposed; ids are composed."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def find_project(given: str | os.PathLike[str] | None = None, start: Path | None = None) -> ProjectFolder:
    """The project at `given` (a folder, its project.yaml, or the bare name of a folder under projects/),
    or the nearest one from the current folder upwards.

    Raises ProjectNotFound.
    """
    here = (start or Path.cwd()).absolute()
    if given is None:
        for folder in (here, *here.parents):
            if (folder / "project.yaml").is_file():
                return ProjectFolder(folder)
        raise ProjectNotFound(
            f"There is no qualcode project in {here} or above it (no project.yaml). "
            "Go to a project's folder, name one with -p, or make one: qualcode new DIR. "
            "To look around first: qualcode demo."
        )
    path = Path(given).expanduser()
    candidates = [here / path]
    if len(path.parts) == 1:
        candidates += [folder / "projects" / path for folder in (here, *here.parents)]
    for candidate in candidates:
        if candidate.name == "project.yaml" and candidate.is_file():
            return ProjectFolder(candidate.parent)
        if (candidate / "project.yaml").is_file():
            return ProjectFolder(candidate)
    raise ProjectNotFound(
        f"There is no qualcode project at {given} (no project.yaml there). Make one: qualcode new {given}"
    )


def check_name(name: str, what: str) -> str:
    """The name, fit to be a file's name on every system.

    Raises BadOption: an id must not leave its folder, hide, or drive a terminal.
    """
    shown = name if len(name) <= 120 else f"{name[:60]}…"
    fit = name and name == name.strip() and not name.startswith(".") and not name.endswith(".")
    if not fit or any(char in '/\\:*?"<>|' or not char.isprintable() for char in name) or len(name.encode()) > 120:
        raise BadOption(
            f"{shown!r} cannot be used as the name of {'an' if what[0] in 'aeiou' else 'a'} {what}: "
            "letters, digits, hyphens, underscores and inner dots or spaces are fine, up to 120 bytes."
        )
    return unicodedata.normalize("NFC", name)


def bundled(kind: str) -> Iterator[Path]:
    """The folders that may hold what comes with qualcode (kind: projects or codebooks), installed or from a checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "bundled" / kind, package.parent / kind):
        if folder.is_dir():
            yield folder
