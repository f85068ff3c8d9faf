"""Arguments that nobody would type, given to every command in a process that may write nowhere but in its own folder.

A failure is: an exception, a status other than 0, 1 and 2, a status 2 without a word or after which a file of the project is not
what it was, control characters on standard error, something written outside, more than `SECONDS`.
"""
# ruff: noqa: E501 (odd words are easier to read in rows)

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from builders import event_id
from hostile import IDS, NASTY, NUMBERS, sound_project, write

from qualcode.cli.main import run
from qualcode.cli.parser import make_parser

SECONDS = 20
DRIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
_CHANGES = ("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "sqlite3.connect", "shutil.rmtree")
LEFT_OUT = ("open",)  # the interface is opened elsewhere
_PATHS = re.compile(r"FILE|DIR|PATH|FOLDER|PROJECT|COPY|RECORDING", re.IGNORECASE)
SOUND = [
    "d1", "d2", "longing", "work", "emotion", "liang", "zhao", "mei", "m1", "anna", "ben", "c1", "Fine.", "I waited for the phone.", "18:23",
    event_id(1), event_id(2), "the", "1", "2", "0", "code", "case", "document", "coder", "role", "role:child", "code:longing", "2009-03-01", "children=3",
    "children", "number", "Mei", "Interviewer", "emotion/longing", "week", "#5aa9e6", "d1#1", "code:work", "in.txt", "in.csv", "new", "m.md", "book.yaml", "-",
]  # fmt: skip
ODD = [
    "²", "１２", "1:２", "5:1", "-5:-1", ":", "1:", ":1", "0:99999999999999999999", "1:2:3", "a:b", "0:0", "18:23 ", "+1", " 1", "1_000", "0x10", "1e5", "nan", "inf", "-0",
    "2009-99-99", "0000-00-00", "9999-12-31", "99999-01-01", "2009-02-30", "2009", "09-1-1", "2009-W99", "yesterday", "24:00", "99:99:99", "-1:00", "P1D",
    "a" * 5000, "x" * 100_000, "*" * 300, "(" * 3000, "not " * 3000, "a*" * 300, "[[", "]]", "{", "}", "{0}", "%s%n", "%(prog)s", "%", "\\", "\\1", "(?<x", "a|b", "=", "==", "a=",
    "=b", "a==b", ",", ",,", ", ,", "/", "//", "a/", "/a", "a//b", "../../victim.md", "/etc/passwd", "~root", "~nobody/x", "$HOME", "`id`", "--", "-x", "--nothing", "@file",
    "code:", "code:x and", "filter:", "near(", "date>=", "attr.=1", "chars>=²", "words>=99999999999999999999999", "date>=²", "\0", "a\0b", "\ud800", "\udcff", "\ufeff", "\u202e", "e\u0301",
    "한", "é", "👩‍👩‍👧", "\n", "a\nb", "\t", "\r", "\x1b[2J", "\x9b2J", "", " ", ".", "..", "...", "CON", "nul", "aux.txt", "a.", "a ", "com1", "LPT9", "rgb(1,2,3)", "#12", "red", "on_red",
    "#ＡＢＣ", "participant:", "case:", "participant:mei", "case:zhao", "memo:m1", "coding:x", "0.5", "101%", "1/0", "d1:1", "d1=d2", "1=1", "1=99999999999", "R=researcher", "x=y=z",
    *NASTY, *IDS[:10], *NUMBERS,
]  # fmt: skip


class Command(NamedTuple):
    """A command's words, its positional arguments and its options."""

    words: tuple[str, ...]
    positionals: tuple[argparse.Action, ...]
    options: tuple[argparse.Action, ...]


def commands() -> list[Command]:
    """Every command that has none of its own below it, and those that have and can be given alone too."""
    return [command for command in _below(make_parser(), ()) if command.words and command.words[0] not in LEFT_OUT]


def _below(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[Command]:
    own = [
        action for action in parser._actions if not isinstance(action, (argparse._HelpAction, argparse._VersionAction))
    ]
    groups = [action for action in own if isinstance(action, argparse._SubParsersAction)]
    if parser.get_default("command"):
        plain = [action for action in own if action not in groups]
        yield Command(
            words,
            tuple(one for one in plain if not one.option_strings),
            tuple(one for one in plain if one.option_strings),
        )
    for group in groups:
        for name, below in group.choices.items():
            yield from _below(below, (*words, name))


def arguments(command: Command, chance: random.Random) -> list[str]:
    """One odd command line; most of it makes sense, so that it gets beyond the first look."""
    given = [word for action in command.positionals for word in _values(action, chance)]
    options = [
        list(_option(action, chance)) for action in command.options if action.required and chance.random() < 0.95
    ]
    if command.options:
        some = chance.sample(command.options, min(len(command.options), chance.choice((0, 1, 1, 2, 2, 3, 5))))
        options += [_option(action, chance) for action in some]
    words = [given, *options]
    chance.shuffle(words)
    if chance.random() < 0.05:
        words.append([_odd(chance)])
    if chance.random() < 0.03 and given:
        words = [["--"], given]
    return [*command.words, *(word for part in words for word in part)]


def _option(action: argparse.Action, chance: random.Random) -> list[str]:
    if action.nargs == 0:
        return [action.option_strings[0]]
    name, values = chance.choice(action.option_strings), _values(action, chance)
    return (
        [f"{name}={values[0]}"]
        if name.startswith("--") and len(values) == 1 and chance.random() < 0.7
        else [name, *values]
    )


def _values(action: argparse.Action, chance: random.Random) -> list[str]:
    number = {
        None: 1,
        "?": chance.choice((0, 1, 1)),
        "*": chance.choice((0, 1, 2, 5)),
        "+": chance.choice((1, 1, 2, 5)),
    }.get(action.nargs, 1)  # type: ignore[arg-type]
    return [_value(action, chance) for _ in range(number)]


def _value(action: argparse.Action, chance: random.Random) -> str:
    if action.choices and chance.random() < 0.9:
        return str(chance.choice(list(action.choices)))
    value = chance.choice(SOUND) if chance.random() < 0.5 else _odd(chance)
    if _PATHS.search(f"{action.metavar} {action.dest}"):  # where a user says to write it is written
        return re.sub(r"^[/~]+", "_", value.replace("..", "_")) if value != "-" else value
    return value


def _odd(chance: random.Random) -> str:
    if chance.random() < 0.8:
        return chance.choice(ODD)
    signs = [chr(chance.choice((chance.randrange(32, 127), chance.randrange(0x3000), chance.randrange(0x110000)))) for _ in range(chance.choice((1, 2, 5, 40)))]  # fmt: skip
    return "".join(signs)


# ------------------------------------------------------------------------------------ trials


class Forbidden(BaseException):
    """Something was about to be written outside the folder of the trials, or a program to be started."""


class _Guard:
    """Watches what this process writes, while it is on; it is put on once, as it cannot be taken off again."""

    def __init__(self) -> None:
        self.top = ""
        sys.addaudithook(self._look)

    def _look(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.top:
            return
        writes = event == "open" and isinstance(given[2], int) and given[2] & _WRITES
        if writes or event in _CHANGES:
            self._refuse(event, given[0])
        elif event in ("os.rename", "os.link", "os.symlink"):
            self._refuse(event, given[0 if event == "os.rename" else 1])
            self._refuse(event, given[1])
        elif event == "subprocess.Popen" and not str(given[0]).startswith(sys.prefix):
            raise FileNotFoundError(2, "No such file or directory", str(given[0]))

    def _refuse(self, event: str, place: object) -> None:
        if not isinstance(place, (str, bytes, os.PathLike)) or str(place) in (":memory:", "/dev/null", ""):
            return
        path = os.path.realpath(os.fsdecode(place)).removeprefix("file:")
        if "\0" not in path and not path.startswith((self.top, "/dev/")) and path != self.top.rstrip("/"):
            raise Forbidden(f"{event}: {path}")


_GUARDS: list[_Guard] = []


class Trials:
    """One project, and a folder in which the commands are given."""

    def __init__(self, top: Path) -> None:
        self.top, self.home = top, top / "home"
        self.project = sound_project(top / "p")
        write(top / "victim.md", "v")
        self.kept = top / "kept"
        for name, text in {"in.txt": "A: hi\nB: ho\n", "in.csv": "id,text\n1,hi\n", "m.md": 'Some say "Fine." (Mei, d1).\n', "book.yaml": "codes: [{id: a, name: a}]\n"}.items():  # fmt: skip
            write(top / "work.sound" / name, text)
        with contextlib.redirect_stdout(io.StringIO()):
            run(
                ["stale", "--coder", "c1", "-p", str(self.project.root)]
            )  # what was written by hand is in the log from now on
        shutil.copytree(self.project.root, self.kept)
        self.sound = self._files()
        self.slowest: tuple[float, list[str]] = 0.0, []
        self.statuses: dict[int, int] = {}

    def failure(self, argv: Sequence[str]) -> str:
        """What went wrong with a command line, "" where nothing did."""
        shutil.rmtree(self.top / "work", ignore_errors=True)
        shutil.copytree(self.top / "work.sound", self.top / "work")
        status, said, trouble, seconds = self._run(
            [*argv, "-p", str(self.project.root)] if _takes_project(argv) else list(argv)
        )
        self.slowest = max(self.slowest, (seconds, [word[:60] for word in argv]))
        self.statuses[status] = self.statuses.get(status, 0) + 1
        now = self._files()
        if not trouble and (found := DRIVING.search(said)):
            trouble = f"standard error drives the terminal: {said[max(0, found.start() - 60) : found.start() + 40]!r}"
        if not trouble and status == 2 and not said.strip():
            trouble = "refused without a word"
        if not trouble and ("The system refused" in said or "went wrong inside" in said):
            trouble = said
        if not trouble and status == 2 and now != self.sound:
            trouble = f"refused, and yet changed {sorted(name for name in {*now, *self.sound} if now.get(name) != self.sound.get(name))}: {said}"
        if not trouble and (self.top / "victim.md").read_text() != "v":
            trouble = "a file outside changed"
        if now != self.sound:
            shutil.rmtree(self.project.root, ignore_errors=True)
            shutil.copytree(self.kept, self.project.root)
        return f"{[word if len(word) < 200 else word[:200] + '…' for word in argv]}: {trouble}" if trouble else ""

    def _run(self, argv: list[str]) -> tuple[int, str, str, float]:
        out, err, status, trouble = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO(), -1, ""
        before, begun = Path.cwd(), time.monotonic()
        signal.signal(signal.SIGALRM, _too_long)
        os.chdir(self.top / "work")
        _GUARDS[0].top = f"{os.path.realpath(self.top)}/"
        signal.alarm(SECONDS)
        stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(b"x\n"), "utf-8")
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                status = run(argv)
        except BaseException as error:
            trouble = "too long" if isinstance(error, TooLong) else traceback.format_exc()
        finally:
            signal.alarm(0)
            sys.stdin, _GUARDS[0].top = stdin, ""
            os.chdir(before)
        if not trouble and status not in (0, 1, 2):
            trouble = f"status {status}"
        return status, err.getvalue(), trouble, time.monotonic() - begun

    def _files(self) -> dict[str, bytes]:
        root = self.project.root
        found = {}
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not name.startswith(".qualcode"):
                found[name] = path.read_bytes()
        return found


class TooLong(BaseException):
    """A command took longer than it may."""


def _too_long(number: int, frame: object) -> None:
    raise TooLong


def _takes_project(argv: Sequence[str]) -> bool:
    return argv[0] not in ("demo", "new", "restore") and "--" not in argv


def failures(seed: int, number: int, every: int = 1) -> tuple[list[str], Trials]:
    """So many command lines for every command, or every so manieth."""
    if not _GUARDS:
        _GUARDS.append(_Guard())
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder, _environment(Path(folder)):
        trials = Trials(Path(folder))
        found = []
        for command in commands()[seed % every :: every]:
            for at in range(number):
                argv = arguments(command, random.Random(f"{seed} {' '.join(command.words)} {at}"))
                if failure := trials.failure(argv):
                    found.append(failure)
        return found, trials


@contextlib.contextmanager
def _environment(top: Path) -> Iterator[None]:
    """No programs, a home of one's own, no temporary folder elsewhere."""
    before = dict(os.environ)
    os.environ.update(HOME=f"{top}/home", XDG_CONFIG_HOME=f"{top}/home/c", XDG_DATA_HOME=f"{top}/home/d", PATH=f"{top}/none", EDITOR="none",
                      QUALCODE_CODER="c1", QUALCODE_DEBUG="1")  # fmt: skip
    os.environ.pop("VISUAL", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
