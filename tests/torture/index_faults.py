"""What may become of `.qualcode/index.db`, which is derived: whatever did, every command answers as if it had been built anew."""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from qualcode.cli.main import run
from qualcode.files.folder import ProjectFolder
from qualcode.index.index import Index
from qualcode.index.left_behind import closed

PAGE = 4096
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("segments", "-f", "json"), ("matrix", "-f", "json"), ("search", "I"), ("codes", "-f", "json"), ("log", "-f", "json"),
    ("documents", "-f", "json"), ("matrix", "--cell", "quotes", "-f", "json"), ("check",),
)  # fmt: skip


class Fault(NamedTuple):
    """What is done to the file."""

    name: str
    do: Callable[[Path], object]


def faults(good: bytes, chance: random.Random, foreign: Path) -> Iterator[Fault]:
    """Faults of an index with these bytes; `foreign` is one of another project, with its log of changes beside it."""
    pages = len(good) // PAGE
    yield Fault("deleted", lambda db: db.unlink())
    for size in sorted({0, 1, 15, 16, 60, 99, 100, 101, 1024, PAGE - 1, PAGE, PAGE + 1, len(good) - 1, len(good) - PAGE,
                        *(chance.randrange(len(good)) for _ in range(12))}):  # fmt: skip
        yield Fault(f"cut to {size} bytes", _put(good[:size]))
    yield Fault("garbage", _put(chance.randbytes(len(good))))
    yield Fault("garbage behind the head", _put(good[:100] + chance.randbytes(len(good) - 100)))
    yield Fault("a text", _put("妈妈\n".encode() * 500))
    yield Fault("zeros", _put(bytes(len(good))))
    for page in range(pages):
        at = page * PAGE
        yield Fault(f"page {page + 1} zeros", _put(good[:at] + bytes(PAGE) + good[at + PAGE :]))
        yield Fault(f"page {page + 1} garbage", _put(good[:at] + chance.randbytes(PAGE) + good[at + PAGE :]))
        other = chance.randrange(pages) * PAGE
        yield Fault(
            f"page {page + 1} is page {other // PAGE + 1}",
            _put(good[:at] + good[other : other + PAGE] + good[at + PAGE :]),
        )
    for version in (0, 1, 17, 999, 2**31 - 1):
        yield Fault(f"schema {version}", _sql(f"PRAGMA user_version = {version}"))
    for table in ("file", "state", "event", "turn", "coding_row", "document", "code", "problem"):
        yield Fault(f"no table {table}", _sql(f"DROP TABLE {table}"))
    yield Fault("another word in every quote", _sql("UPDATE coding_row SET quote = 'never', note = 'never'"))
    yield Fault("other columns", _sql("ALTER TABLE turn RENAME COLUMN label TO said_by"))
    yield Fault("a folder in its place", _folder)
    yield Fault("a folder with files in its place", lambda db: (_folder(db), (db / "x").write_text("x")))
    for suffix in ("-wal", "-shm", "-journal"):
        yield Fault(f"garbage as {suffix}", _beside(suffix, chance.randbytes(70_000)))
        yield Fault(f"nothing as {suffix}", _beside(suffix, b""))
    yield Fault("another project's -wal", _foreign(foreign, "-wal"))
    yield Fault("another project's -wal and -shm", _foreign(foreign, "-wal", "-shm"))
    yield Fault("another project's index", lambda db: shutil.copy(foreign, db))


def _put(data: bytes) -> Callable[[Path], object]:
    return lambda db: db.write_bytes(data)


def _sql(statement: str) -> Callable[[Path], object]:
    def do(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            db.execute(statement)

    return do


def _folder(db: Path) -> None:
    db.unlink()
    db.mkdir()


def _beside(suffix: str, data: bytes) -> Callable[[Path], object]:
    return lambda db: Path(f"{db}{suffix}").write_bytes(data)


def _foreign(foreign: Path, *suffixes: str) -> Callable[[Path], object]:
    return lambda db: [shutil.copy(f"{foreign}{suffix}", f"{db}{suffix}") for suffix in suffixes]


def answers(project: ProjectFolder, questions: tuple[tuple[str, ...], ...] = QUESTIONS) -> list[tuple[int, str, str]]:
    """Exit status, output and messages of each question."""
    return [_answer(project, question) for question in questions]


def _answer(project: ProjectFolder, question: tuple[str, ...]) -> tuple[int, str, str]:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = run([*question, "-p", str(project.root)])
    return status, out.getvalue(), err.getvalue()


def indexed(project: ProjectFolder) -> bytes:
    """The project's index as it is on disk when nobody has it open."""
    answers(project, QUESTIONS[:1])
    return project.index_db.read_bytes()


def trial(
    project: ProjectFolder, good: bytes, fault: Fault, before: list[tuple[int, str, str]], first: int = 0, *, killed: bool = False
) -> list[str]:  # fmt: skip
    """What is wrong with the answers after a fault; the question with this number is asked first. `killed`: the process that
    had the index open last never closed it, and left SQLite's log of changes beside it."""
    clear(project)
    project.index_db.write_bytes(good)
    if killed:
        shutil.copytree(in_use(project, good), project.index_db.parent, dirs_exist_ok=True)
    closed(project.index_db)
    time.sleep(0.02)  # the system's clock of files ticks in milliseconds
    fault.do(project.index_db)
    order = [*range(first, len(QUESTIONS)), *range(first)]
    wrong = []
    for number in order:
        status, out, err = _answer(project, QUESTIONS[number])
        if "went wrong" in err or (status, out) != before[number][:2]:
            wrong.append(
                f"{fault.name}: {' '.join(QUESTIONS[number])}: {status} {err.strip()[:300] or 'another answer'}"
            )
    return wrong


def in_use(project: ProjectFolder, good: bytes) -> Path:
    """A copy of the index as it is while somebody has it open and has written to it; made beside the project when first needed."""
    place = project.root.with_name(f"{project.root.name}-in-use")
    if not place.exists():
        clear(project)
        project.index_db.write_bytes(good)
        closed(project.index_db)
        index = Index(project)
        index.refresh()
        index.remember("place", "d1:1")
        shutil.copytree(project.index_db.parent, place)
        index.close()
        clear(project)
        project.index_db.write_bytes(good)
    return place


def clear(project: ProjectFolder) -> None:
    """Take the index away with all that stands beside it."""
    shutil.rmtree(project.index_db.parent, ignore_errors=True)
    project.index_db.parent.mkdir()
