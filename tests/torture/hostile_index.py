"""An index that somebody altered and that bears this machine's mark, note and all, so that it is believed: what comes of it.

Every question must be answered as from the files, or be refused in one message; an altered index must not be met twice. What
cannot be told from inside (an answer that is wrong in itself, such as another word in a quote) is counted as `believed`.
"""
# ruff: noqa: E501 (statements are easier to read in rows)

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from hostile import NASTY, outside, sound_project
from hostile_paths import Went, went

from qualcode.files.folder import ProjectFolder
from qualcode.index.left_behind import closed

READING: tuple[list[str], ...] = tuple(map(str.split, (
    "documents -f json", "segments -f json", "matrix -f json", "codes -f json", "cases -f json", "check", "log -f json", "memos -f json",
    "show d1", "search waited", "kwic waited", "stale", "review", "saturation", "framework", "compare liang zhao", "codeline d1",
    "translations", "timeline", "network", "frequencies", "speakers list d1", "segments --where code:longing -f json",
)))  # fmt: skip
CHANGING: tuple[list[str], ...] = (
    ["code", "d1", "longing", "--quote", "Fine."], ["undo"], ["codebook", "rename", "work", "toil"], ["memo", "new", "--text", "x"],
    ["redact", "d1", "--span", "18:23", "--yes"],
)  # fmt: skip
SECONDS = 20
_DEEP = "[" * 5_000 + "]" * 5_000
VALUES: tuple[object, ...] = (
    None, 0, 1, -1, 2**62, -(2**63), 1.5, float("inf"), "", "x", "null", "[]", "{}", "[1]", '{"a": 1}', "d1", "../../x",
    b"", b"\xff\0\xed\xa0\x80",
    "nul\0l", "x" * 2_000_000, _DEEP, *NASTY,
)  # fmt: skip


class Alteration(NamedTuple):
    """What is done to the database, which must take it as one connection."""

    name: str
    do: Callable[[sqlite3.Connection], object]


def rows_and_values(db: sqlite3.Connection, chance: random.Random, number: int) -> Iterator[Alteration]:
    """Other values in columns, every column once and then at random; rows less, rows twice, rows that nobody wrote."""
    columns = [(table, name) for table in _tables(db) for name in _columns(db, table)]
    for at in range(number):
        table, column = columns[at] if at < len(columns) else chance.choice(columns)
        value, where = chance.choice(VALUES), chance.choice(("1", "1", "random() % 2"))
        yield Alteration(f"{table}.{column} = {value!r:.40} where {where}", _set(table, column, value, where))
        if at % 10 == 0:
            yield Alteration(f"{table} empty", _run(f'DELETE FROM "{table}"'))
            yield Alteration(f"{table} has a row of nobody's", _row(table, _columns(db, table), chance))
            other = chance.choice(_columns(db, table))
            yield Alteration(
                f"{table}.{column} is {other}", _run(f'UPDATE OR IGNORE "{table}" SET "{column}" = "{other}"')
            )


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT"
PLANTED = (
    "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END",
    "CREATE TRIGGER t AFTER INSERT ON state BEGIN INSERT INTO problem VALUES ('pwned', 0, 'pwned', ''); END",
    "CREATE TRIGGER t BEFORE DELETE ON coding_row BEGIN SELECT RAISE(FAIL, 'pwned'); END",
    "CREATE TRIGGER t AFTER UPDATE ON file BEGIN SELECT load_extension('x'); END",
    f"CREATE TRIGGER t AFTER DELETE ON turn BEGIN INSERT INTO problem {ENDLESS} 'pwned', x, '', '' FROM c; END",
    f"DROP TABLE file; CREATE VIEW file AS {ENDLESS} x AS id, 'p' || x AS path, 1 AS size, 1 AS mtime_ns, '' AS coder, '' AS document FROM c",
    f"DROP VIEW coding; CREATE VIEW coding AS {ENDLESS} x AS id, * FROM c",
    "DROP TABLE kase; CREATE VIEW kase AS SELECT writefile('pwned', 'x') AS id, 1 AS rank, '' AS name, '' AS attributes",
    "DROP TABLE document_text; CREATE VIRTUAL TABLE document_text USING fts5(document, folded)",
    "DROP TABLE memo; CREATE VIRTUAL TABLE memo USING rtree(id, a, b)",
    "CREATE TABLE more (y, x GENERATED ALWAYS AS (zeroblob(900000000)) VIRTUAL)",
    "CREATE INDEX more ON code(abs(rank))", "CREATE TABLE more AS SELECT * FROM event", "ANALYZE", "DROP INDEX event_undo", "DROP TABLE turn",
    'CREATE TABLE "x""; DROP TABLE file; --" (y)', "ALTER TABLE event ADD COLUMN more TEXT DEFAULT 'x'",
    "ALTER TABLE turn RENAME COLUMN label TO said_by", "ALTER TABLE state RENAME TO state2",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'CREATE TABLE file (rubbish' WHERE name = 'file'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'event'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'turn') WHERE name = 'code'",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET tbl_name = 'code' WHERE name = 'event_undo'",
    "PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', 'y', 'y', 2, 'CREATE TABLE y (x)')",
    "PRAGMA user_version = 0", "PRAGMA user_version = 99", "PRAGMA user_version = -1", "PRAGMA auto_vacuum = FULL; VACUUM",
    "PRAGMA page_size = 65536; PRAGMA journal_mode = DELETE; VACUUM", "PRAGMA journal_mode = DELETE", "PRAGMA encoding = 'UTF-16'",
)  # fmt: skip


def planted() -> Iterator[Alteration]:
    """Triggers, views, virtual tables and other tables, with the right version."""
    for statements in PLANTED:
        yield Alteration(
            statements[:70],
            _run(*statements.split("; ") if "BEGIN" not in statements and '""' not in statements else (statements,)),
        )


def damaged(good: bytes, chance: random.Random, number: int) -> Iterator[tuple[str, bytes]]:
    """The file with bytes, runs of bytes or whole pages changed, its head left (else the mark is gone)."""
    for _ in range(number):
        data, kind = bytearray(good), chance.choice(("bit", "bytes", "run", "page", "cut"))
        at = chance.randrange(100, len(data))
        if kind == "bit":
            data[at] ^= 1 << chance.randrange(8)
        elif kind == "bytes":
            for _ in range(20):
                data[chance.randrange(100, len(data))] = chance.randrange(256)
        elif kind == "run":
            length = chance.choice((2, 8, 64, 500))
            data[at : at + length] = chance.randbytes(length)
        elif kind == "page":
            page, other = (chance.randrange(1, len(data) // 4096) * 4096 for _ in range(2))
            data[page : page + 4096] = good[other : other + 4096]
        else:
            del data[at:]
        yield f"{kind} at {at}", bytes(data)


# ------------------------------------------------------------------------------------ trials


class Trials:
    """One project, its sound index, and what the questions answer from it."""

    def __init__(self, top: Path) -> None:
        self.project = sound_project(top / "p")
        outside(self.project)
        (self.project.root.parent / "victim.md").write_text("v")
        self.right = [_key(went(self.project.root, argv)) for argv in READING]
        self.kept = top / "kept"
        shutil.copytree(self.project.root, self.kept)
        self.good = self.project.index_db.read_bytes()
        self.beside = _beside(self.project)
        self.counts: Counter[str] = Counter()
        self.told: list[str] = []
        self.slowest = 0.0

    def altered(self, alteration: Alteration, order: int, *, changing: bool = False) -> list[str]:
        """What is wrong after an alteration; the question with this number is asked first."""
        self.project.index_db.unlink(missing_ok=True)
        self.project.index_db.write_bytes(self.good)
        with (
            contextlib.closing(sqlite3.connect(self.project.index_db, isolation_level=None)) as db,
            contextlib.suppress(sqlite3.IntegrityError),
        ):
            alteration.do(db)
        return self._asked(alteration.name, order, changing)

    def damaged(self, name: str, data: bytes, order: int) -> list[str]:
        """The same for other bytes of the file."""
        self.project.index_db.write_bytes(data)
        return self._asked(name, order, False)

    def _asked(self, name: str, order: int, changing: bool) -> list[str]:
        for suffix in ("-wal", "-shm", "-journal"):
            Path(f"{self.project.index_db}{suffix}").unlink(missing_ok=True)
        closed(self.project.index_db)
        wrong, kinds = [], set()
        questions = [(argv, self.right[n]) for n, argv in enumerate(READING)]
        questions = [*questions[order % len(READING) :], *questions[: order % len(READING)]][:8]
        for argv, right in questions:
            found = self._went(argv)
            if found.status < 0 and _key(self._went(argv)) == right:  # refused as a crash, with the advice to try again
                kinds.add("made anew")
                continue
            kinds.add(
                "refused" if found.status == 2 and right[0] != 2 else "right" if _key(found) == right else "believed"
            )
            wrong += [f"{name}: {' '.join(argv)}: {found.trouble}"] if found.trouble else []
        if changing:
            wrong += [f"{name}: {argv}: {found.trouble}" for argv in CHANGING if (found := self._went(argv)).trouble]
            shutil.rmtree(self.project.root)
            shutil.copytree(self.kept, self.project.root)
        worst = next(kind for kind in ("believed", "refused", "made anew", "right") if kind in kinds)
        self.counts[worst] += 1
        self.told.append(f"{worst}: {name}")
        if _beside(self.project) != self.beside:
            wrong.append(f"{name}: something beside the project changed")
        return wrong

    def _went(self, argv: list[str]) -> Went:
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(SECONDS)
        try:
            found = went(self.project.root, argv, SECONDS)
        finally:
            signal.alarm(0)
        self.slowest = max(self.slowest, found.seconds)
        return found


class TooLong(BaseException):
    """A question took longer than it may."""


def _too_long(number: int, frame: object) -> None:
    raise TooLong


def failures(seed: int, number: int) -> tuple[list[str], Counter[str], float, list[str]]:
    """Some `number` of alterations of each kind: what went wrong, how the answers were, seconds of the slowest."""
    chance, wrong = random.Random(f"{seed} index"), []
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        trials = Trials(Path(folder))
        with contextlib.closing(sqlite3.connect(trials.project.index_db)) as db:
            altered = [*planted(), *rows_and_values(db, chance, number)]
        chance.shuffle(altered)
        for at, alteration in enumerate(altered[: max(number, 10)]):
            wrong += trials.altered(alteration, at * 5, changing=at % 8 == 0)
        for at, (name, data) in enumerate(damaged(trials.good, chance, number // 2)):
            wrong += trials.damaged(name, data, at * 5)
        return wrong, trials.counts, trials.slowest, trials.told


def _key(found: Went) -> tuple[int, str]:
    return found.status, found.out


def _beside(project: ProjectFolder) -> dict[str, bytes]:
    top = project.root.parent
    return {
        str(path): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and not path.is_relative_to(project.root)
    }


def _tables(db: sqlite3.Connection) -> list[str]:
    return [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f'PRAGMA table_info("{table}")')]


def _run(*statements: str) -> Callable[[sqlite3.Connection], object]:
    return lambda db: [db.execute(statement).fetchall() for statement in statements]


def _set(table: str, column: str, value: object, where: str) -> Callable[[sqlite3.Connection], object]:
    def do(db: sqlite3.Connection) -> None:
        with _nothing_asked_of(db):
            db.execute(f'UPDATE OR REPLACE "{table}" SET "{column}" = ? WHERE {where}', [value])

    return do


def _row(table: str, columns: list[str], chance: random.Random) -> Callable[[sqlite3.Connection], object]:
    def do(db: sqlite3.Connection) -> None:
        with _nothing_asked_of(db):
            values = [chance.choice(VALUES) for _ in columns]
            db.execute(f'INSERT OR REPLACE INTO "{table}" VALUES ({", ".join("?" * len(columns))})', values)

    return do


@contextlib.contextmanager
def _nothing_asked_of(db: sqlite3.Connection) -> Iterator[None]:
    """Have tables take NULL where they must not, and look as before afterwards."""
    before = db.execute(
        "SELECT rowid, sql FROM sqlite_master WHERE sql LIKE '%NOT NULL%' AND type = 'table'"
    ).fetchall()
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table' AND sql NOT LIKE '%WITHOUT ROWID%'"
    )
    db.execute("PRAGMA writable_schema = RESET")
    try:
        yield
    finally:
        db.execute("PRAGMA writable_schema = ON")
        db.executemany("UPDATE sqlite_master SET sql = ?2 WHERE rowid = ?1", before)
        db.execute("PRAGMA writable_schema = RESET")
