"""Files of a project that came from somebody else: never read without end, never followed out of the project's folder.

A link within the project is followed, and the whole project may stand behind one. A link that leads out of it is neither read
nor written through, unless QUALCODE_FOLLOW_LINKS=1 says that one's own links are meant.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from qualcode.errors import Problem

MB = 1024**2
MOST_TEXT = 64 * MB  # of a transcript, memo or YAML file
MOST_EVENTS = 256 * MB  # of an event file: some 600,000 codings
_FOLDERS = ("transcripts", "sources", "codings", "memos", "log")


def read_file(path: Path, most: int = MOST_TEXT) -> bytes:
    """The bytes of a regular file, up to `most` of them (or QUALCODE_MOST_MB).

    Raises OSError, whose `strerror` says why it is not read: a pipe, a device, too large, a link that leads out of the project.
    """
    _refuse_link(path)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe, a device or a folder, not a file")
    allowed = _allowed(most)
    if status.st_size > allowed:
        raise OSError(errno.EFBIG, _too_large(status.st_size, allowed))
    return path.read_bytes()


def _allowed(most: int) -> int:
    given = os.environ.get("QUALCODE_MOST_MB", "")
    return int(given) * MB if given.isascii() and given.isdigit() and len(given) < 8 else most


def _too_large(size: int, allowed: int) -> str:
    wanted = -(-size // MB)
    return f"it has {wanted:,} MB, files of this kind are read up to {allowed // MB} MB; QUALCODE_MOST_MB={wanted} reads it"


def leads_outside(path: Path) -> str:
    """Where a path really leads if links below its project's folder take it out of that; "" where it stays, or is in none."""
    if os.environ.get("QUALCODE_FOLLOW_LINKS") == "1":
        return ""
    *above, lexical = _way_to(os.path.abspath(path))
    roots = [place for place in above if os.path.lexists(os.path.join(place, "project.yaml"))]
    if not roots or not _has_links([*above[above.index(roots[0]) + 1 :], lexical]):
        return ""
    inside = os.path.realpath(roots[0])
    for place in (*roots[1:], lexical):  # a project within a project: the inner one, unless a link led there
        real = os.path.realpath(place)
        if real != inside and not real.startswith(inside.rstrip(os.sep) + os.sep):
            return real
        inside = real
    return ""


def _way_to(path: str) -> list[str]:
    """The folders that lead to an absolute path, from the topmost, and the path itself."""
    way = [path]
    while (above := os.path.dirname(path)) != path:
        way.append(path := above)
    return way[::-1]


def _has_links(places: list[str]) -> bool:
    """Whether any of these could lead elsewhere; where nothing can, no path needs to be resolved."""
    return os.name == "nt" or any(map(os.path.islink, places))


def check_inside(path: Path) -> None:
    """Raises OSError where writing to this path would write outside the project that it belongs to."""
    if real := leads_outside(path):
        raise OSError(errno.ELOOP, _out(real))


def _refuse_link(path: Path) -> None:
    if path.is_symlink() and (real := leads_outside(path)):
        raise OSError(errno.ELOOP, _out(real))


def _out(real: str) -> str:
    return f"a link leads out of the project, to {real}; if it is yours, QUALCODE_FOLLOW_LINKS=1 follows it"


def links_out(root: Path) -> list[Problem]:
    """The folders of a project that are links leading out of it: nothing can be read or written safely there."""
    return [
        Problem(place.relative_to(root).as_posix(), 0, _out(real), "or put the folder itself in its place")
        for place in _folders(root)
        if place.is_symlink() and (real := leads_outside(place))
    ]


def _folders(root: Path) -> Iterator[Path]:
    yield from (root / name for name in _FOLDERS)
    try:
        with os.scandir(root / "codings") as entries:
            yield from sorted(Path(entry.path) for entry in entries if entry.is_symlink())
    except OSError:
        return
