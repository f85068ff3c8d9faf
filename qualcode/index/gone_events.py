"""Events that stood in a file when it was last read and stand nowhere now: somebody, or a disk, shortened the file or took it away.

Nothing in such a file itself tells that; only the index knows what was there. It tells so until the file is changed again or
the index is made anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qualcode.core.how_many import how_many
from qualcode.errors import Problem
from qualcode.files.folder import FoundFile
from qualcode.index.index import Index
from qualcode.index.last_good import rows_on_disk

_ARE_GONE = "when it was last read, and nowhere now"
_KNOWN = "SELECT path, size, mtime_ns FROM file WHERE coder <> ''"
_IDS = "SELECT event.id FROM event JOIN file ON file.id = event.file WHERE file.path = ?"
_ADVICE = (
    "take the file back from git, a backup or the older versions of the tool that synchronises the folder; "
    "if they were taken out on purpose, delete .qualcode/index.db, which is made anew"
)

Known = dict[str, set[str]]


def known_events(index: Index, found: Mapping[str, FoundFile], changed: Iterable[str], gone: Iterable[str]) -> Known:
    """Ids of the events of files that did not just grow, as the index knows them before it reads those anew."""
    looked_at = {*changed, *gone}
    return {
        path: {row[0] for row in index.rows(_IDS, [path])}
        for path, size, mtime in index.rows(_KNOWN)
        if path in looked_at and _may_lack(size, mtime, found[path].size if path in found else 0)
    }


def tell_gone(index: Index, known: Known) -> None:
    """Keep a problem for each file that lacks events which are in no other file either."""
    problems = [problem for path, ids in known.items() if (problem := _problem(index, path, ids))]
    index.db.executemany(
        "INSERT INTO problem VALUES (?, ?, ?, ?)", [(p.path, p.line, p.message, p.advice) for p in problems]
    )


def gone_events(index: Index) -> list[Problem]:
    """What the index on disk knows of events that this one, just made from the files, did not find."""
    now = {path: (size, mtime) for path, size, mtime in index.rows(_KNOWN)}
    told = rows_on_disk(index, f"SELECT file, line, message, advice FROM problem WHERE message LIKE '%{_ARE_GONE}'")
    before = {path: (size, mtime) for path, size, mtime in rows_on_disk(index, _KNOWN)}
    found = [Problem(*row) for row in told if now.get(row[0]) == before.get(row[0])]
    for path, stamp in before.items():
        if now.get(path) != stamp and _may_lack(*stamp, now.get(path, (0, 0))[0]):
            problem = _problem(index, path, {row[0] for row in rows_on_disk(index, _IDS, [path])})
            found += [problem] if problem else []
    return found


def _may_lack(size: int, mtime: int, now: int) -> bool:
    """Whether a file of another size or time may have lost lines. One that we have just written, or could not read, is no sign."""
    return size >= 0 and mtime >= 0 and 0 <= now <= size


def _problem(index: Index, path: str, ids: set[str]) -> Problem | None:
    missing = sum(not index.rows("SELECT 1 FROM event WHERE id = ? LIMIT 1", [ident]) for ident in ids)
    if not missing:
        return None
    return Problem(path, 0, f"{how_many(missing, 'event', form=',')} stood in it {_ARE_GONE}", _ADVICE)
