"""Two clones of a project under git: both are worked on, merged both ways round, worked on and merged again.

After each merge both clones, with the indexes they have and with new ones, must tell the same: the same codings in force on
the same words, the same matrix, the same problems. A coding on words that nobody touched must stand on them.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qualcode.analysis.check import check
from qualcode.analysis.matrix import matrix
from qualcode.analysis.segments import segments
from qualcode.errors import BadFile, QualcodeError
from qualcode.files.folder import ProjectFolder
from qualcode.index.index import Index
from qualcode.session import Session
from qualcode.session.starting import new_project
from tests.builders import open_index

ROUNDS = 150
_LINES = 24
_TEXT = "{label}: token{number:03} and then we waited for the late bus until it was dark.\n"
_ECHO = "I: Mhm.\n"
_WEIGHTS = {
    "code": 14, "uncode": 2, "note": 2, "undo": 2, "add_code": 1, "edit_code": 2, "merge_codes": 1, "correct": 7,
    "set_case": 1, "new_memo": 1, "edit_memo": 1,
}  # fmt: skip


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """150 rounds at scale 1, ten to a project."""
    counts: Counter[str] = Counter()
    begun, rounds = time.monotonic(), max(4, int(ROUNDS * scale))
    for number in range(0, rounds, 10):
        with tempfile.TemporaryDirectory(prefix="clones-") as folder:
            counts += trial(Path(folder), seed + number, min(10, rounds - number), say)
    say(f"{rounds} rounds in {time.monotonic() - begun:.0f} s: {dict(counts)}")
    return {"lost": 0, "crashes": 0, **counts}


def trial(place: Path, seed: int, rounds: int, say: Callable[[str], None]) -> Counter[str]:
    """One project and its two clones through so many rounds; what was counted."""
    chance, counts = random.Random(seed), Counter[str]()
    origin = _origin(place / "origin")
    clones = [Clone(origin, place / name, chance) for name in ("here", "there")]
    for number in range(rounds):
        for clone in clones:
            for _ in range(chance.randrange(1, 8)):
                counts[clone.act()] += 1
            clone.commit()
        heads = [clone.head() for clone in clones]
        for clone, other in ((clones[0], 1), (clones[1], 0)):
            left = clone.merge(clones[other], heads[other])
            counts["conflicts"] += len(left)
            for text in clone.untold(left):
                say(f"seed {seed} round {number}: {text}")
                counts["lost"] += 1
            clone.resolve(left, ours=other == 1)
        counts["merges"] += 2
        counts["doubled ids told"] += _mend_doubled_ids(clones, heads[0])
        for text in differences(clones) + [text for clone in clones for text in clone.misplaced()]:
            say(f"seed {seed} round {number}: {text}")
            counts["lost"] += 1
        if counts["lost"]:
            break
        if chance.random() < 0.5:  # else each goes on from its own merge
            clones[1].take(clones[0])
    for clone in clones:
        clone.session.close()
    return counts


def _mend_doubled_ids(clones: list[Clone], head: str) -> int:
    """Where one side moved what the other changed git may keep both without a conflict: that is told, and mended by hand."""
    mended = 0
    for name in ("codebook.yaml", "project.yaml"):
        told = [
            p
            for clone in clones
            for p in check(ProjectFolder(clone.root))[0]
            if p.path == name and "twice" in p.message
        ]
        for clone in clones if told else ():
            (clone.root / name).write_text(git(clones[0].root, "show", f"{head}:{name}"), encoding="utf-8")
            clone.commit()
            mended += 1
    return mended


def _origin(root: Path) -> Path:
    project = new_project(root, "Two machines")
    for document in ("one", "two"):
        lines = (_TEXT.format(label="IP"[n % 2], number=n) + _ECHO * (n % 3) for n in range(_LINES))
        project.transcript(document).write_text("".join(lines), encoding="utf-8")
    project.codebook_yaml.write_text(
        "title: Codes\ncodes:\n" + "".join(f"  - id: c{n}\n    name: code {n}\n" for n in range(6)), encoding="utf-8"
    )
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "begin")
    return root


def git(root: Path, *command: str, fails: bool = False) -> str:
    """What git says. A failure is an error unless it may fail."""
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.autocrlf=false"]
    done = subprocess.run(["git", "-C", str(root), *who, *command], capture_output=True, text=True, encoding="utf-8")
    assert fails or not done.returncode, (command, done.stdout, done.stderr)
    return done.stdout


class Clone:
    """A clone with a session whose index lives as long as it does."""

    def __init__(self, origin: Path, root: Path, chance: random.Random) -> None:
        git(origin.parent, "clone", "-q", str(origin), str(root))
        self.root, self.chance, self.name, self.count = root, chance, root.name, 0
        for part in ("codings", "log", "memos"):
            (root / part).mkdir(exist_ok=True)
        self.sessions = {who: Session(ProjectFolder(root), who) for who in ("both", self.name)}
        self.session = self.sessions[self.name]

    @property
    def index(self) -> Index:
        return self.session.index

    # ---------------------------------------------------------------- work

    def act(self) -> str:
        """Do something, as the coder of both machines or of this one; what it was."""
        self.session = self.sessions[self.chance.choice(list(self.sessions))]
        verb, self.count = self.chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0], self.count + 1
        self.session.index.refresh()
        try:
            getattr(self, verb)()
        except QualcodeError:
            return "refused"
        except (LookupError, ValueError):
            return "nothing to do"
        return verb

    def code(self) -> None:
        document = self.chance.choice(["one", "two"])
        text = self.session.body(document).text
        if self.chance.random() < 0.6:
            token = f"token{self.chance.randrange(_LINES):03}"
            start, end = text.index(token), text.index(token) + len(token)
        else:
            start = self.chance.randrange(len(text) - 50)
            end = start + self.chance.randrange(3, 50)
        code = self.chance.choice(self.session.index.codebook.live)
        self.session.code(document, start, end, code.id)

    def uncode(self) -> None:
        self.session.uncode(self._own())

    def note(self) -> None:
        self.session.note(self._own(), f"{self.name} {self.count}")

    def undo(self) -> None:
        self.session.undo()

    def add_code(self) -> None:
        self.session.add_code(f"new {self.name} {self.count}", self.chance.choice(["", "c1"]))

    def edit_code(self) -> None:
        self.session.edit_code(f"c{self.chance.randrange(4)}", definition=f"{self.name} {self.count}")

    def merge_codes(self) -> None:
        self.session.merge_codes(*(code.id for code in self.chance.sample(self.session.index.codebook.live, 2)))

    def correct(self) -> None:
        document = self.chance.choice(["one", "two"])
        lines = self.session.body(document).text.split("\n")
        at = self.chance.randrange(len(lines) - 1)
        what = self.chance.randrange(4)
        if what == 0:
            lines[at] = lines[at].replace("late bus", f"bus {self.count}").replace("Mhm.", "Mhm, yes.")
        elif what == 1:
            lines.insert(at, f"P: A line put in by {self.name}, {self.count}.")
        elif what == 2:
            del lines[at]
        else:
            lines[at] = lines[at].replace(" and then", f", {self.name}, and")
        self.session.correct_text(document, "\n".join(lines))

    def set_case(self) -> None:
        self.session.set_case(f"case-{self.chance.randrange(3)}", {"visits": str(self.count)}, new=True)

    def new_memo(self) -> None:
        self.session.new_memo(f"Memo {self.chance.randrange(3)}", text=f"One.\n\n{self.name} {self.count}\n\nThree.\n")

    def edit_memo(self) -> None:
        memo, text = self.chance.choice(self.session.index.rows("SELECT id, text FROM memo ORDER BY id"))
        self.session.edit_memo(memo, text=f"{text}{self.name} {self.count}\n")

    def _own(self) -> str:
        own = self.session.index.rows("SELECT id FROM coding WHERE coder = ? ORDER BY id", [self.session.coder])
        return str(self.chance.choice(own)[0])

    # ---------------------------------------------------------------- git

    def commit(self) -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", f"{self.name} {self.count}")

    def head(self) -> str:
        return git(self.root, "rev-parse", "HEAD").strip()

    def merge(self, other: Clone, commit: str) -> list[str]:
        """Merge what the other had committed; the files in which git left a conflict."""
        git(self.root, "fetch", "-q", str(other.root), commit)
        style = self.chance.choice(["merge", "diff3"])
        git(self.root, "-c", f"merge.conflictStyle={style}", "merge", "-q", "--no-edit", commit, fails=True)
        return git(self.root, "-c", "core.quotePath=false", "diff", "--name-only", "--diff-filter=U").split("\n")[:-1]

    def untold(self, left: list[str]) -> list[str]:
        """Files with a conflict of which nothing is told, or what goes wrong while they are so."""
        if not left:
            return []
        problems, _ = check(ProjectFolder(self.root))
        told = {problem.path for problem in problems if "a conflict that git left" in problem.message}
        self.index.refresh()
        told_here = {problem.path for problem in self.index.problems() if "a conflict that git left" in problem.message}
        with_markers = {name for name in left if "<<<<<<<" in (self.root / name).read_text(encoding="utf-8")}
        found = [f"{name}: a conflict is not told" for name in with_markers - (told & told_here)]
        found += [f"{problem}" for problem in problems if "YAML" in problem.message]
        for name in with_markers & {"codebook.yaml"}:
            try:
                self.session.add_code("into a conflict")
                found.append(f"{name}: written into a conflict")
            except BadFile:
                pass
        return found

    def resolve(self, left: list[str], *, ours: bool) -> None:
        """Take one clone's version of every conflict, the same in both clones, and end the merge."""
        from qualcode.core.conflicts import conflicts, our_side, their_side

        for name in left:
            path = self.root / name
            text = path.read_text(encoding="utf-8")
            path.write_text((our_side if ours else their_side)(text, conflicts(text)), encoding="utf-8")
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", "merged")

    def take(self, other: Clone) -> None:
        """Go on from the other's merge."""
        git(self.root, "fetch", "-q", str(other.root), "main")
        git(self.root, "reset", "-q", "--hard", "FETCH_HEAD")

    # ---------------------------------------------------------------- what it tells

    def answers(self, index: Index) -> dict[str, Any]:
        """What the project tells by this index."""
        return {
            "segments": [tuple(row) for row in segments(index)],
            "in force": index.rows("SELECT id, standing FROM event ORDER BY id, coder, document"),
            "codes": [
                (code.id, code.name, code.parent, code.definition, code.merged_into) for code in index.codebook.codes
            ],
            "matrix": [tuple(row) for row in matrix(index, "code", "document")],
        }

    def misplaced(self) -> list[str]:
        """Codings of words that nobody touched which do not stand on them."""
        found = []
        for ident, document, quote, made, anchor in self.index.rows(
            "SELECT id, document, quote, made_quote, anchor FROM coding WHERE made_quote LIKE 'token%' AND length(made_quote) = 8"
        ):
            there = made in self.index.body(document).text
            if there and (anchor not in ("exact", "moved") or quote != made):
                found.append(f"{self.name}: coding {ident} of {made} is {anchor} on {quote!r}")
            if not there and anchor != "lost":
                found.append(f"{self.name}: coding {ident} of {made}, which is gone, is {anchor} on {quote!r}")
        return found


def differences(clones: list[Clone]) -> list[str]:
    """What differs between the clones, and between the indexes they have and new ones."""
    told: dict[str, dict[str, Any]] = {}
    for clone in clones:
        for session in clone.sessions.values():
            session.index.refresh()
        told[clone.name] = clone.answers(clone.index)
        fresh = open_index(ProjectFolder(clone.root), in_memory=True)
        told[f"{clone.name}, anew"] = clone.answers(fresh)
        fresh.close()
        told[clone.name]["check"] = told[f"{clone.name}, anew"]["check"] = [
            f"{p.path}: {p.message}" for p in sorted(check(ProjectFolder(clone.root))[0])
        ]
    first, *others = told
    found = []
    for other in others:
        for what, rows in told[first].items():
            if rows != told[other][what]:
                ours = [row for row in rows if row not in told[other][what]]
                theirs = [row for row in told[other][what] if row not in rows]
                found.append(f"{what} of {first} and {other} differ: {ours[:3]} {theirs[:3]}")
    return found
