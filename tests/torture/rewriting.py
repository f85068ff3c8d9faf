"""Words taken out for good: killed at any write, with others coding in between, every coding is there and no byte of the words."""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qualcode.analysis.segments import segments
from qualcode.core.pseudonyms import KeyEntry, Pseudonyms
from qualcode.files.folder import ProjectFolder
from qualcode.session import Session
from qualcode.session.rewriting import RewritingWork
from qualcode.session.rewriting_masks import Rewrite
from tests.builders import make_project, open_index, transcript

KILLS = 200
WORDS = "noodles school winter train 生日 école e\u0301cole שלום said went home again Mhm. 👩‍👩‍👧 because money phone".split()
SECRETS = ("Foxconn", "Zephyrine", "龙华富士康厂", "José Ibáñez")
STEPS = ("replace", "rename", "unlink", "fsync", "rmdir")


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Redact, withdraw and apply pseudonyms in random projects, each killed at one random step and then completed."""
    chance = random.Random(seed)
    counts = dict.fromkeys(("faults", "acknowledged", "rewritings", "lost", "leaks", "misplaced"), 0)
    for number in range(max(3, round(KILLS * scale))):
        with tempfile.TemporaryDirectory() as name:
            _trial(Path(name), chance, counts, say)
        if number % 25 == 24:
            say(f"{number + 1} rewritings killed: {counts}")
    counts["lost"] += counts["leaks"] + counts["misplaced"]
    return counts


def _trial(place: Path, chance: random.Random, counts: dict[str, int], say: Callable[[str], None]) -> None:
    folder, secret = _project(place / "study", chance), SECRETS[chance.randrange(len(SECRETS))]
    whole = ProjectFolder(Path(shutil.copytree(folder.root, place / "whole")))
    verb = chance.choice((_redacting, _redacting, _withdrawing, _pseudonyms))
    _rewrite(whole, verb, secret)
    expected = _codings(whole)
    before = _codings(folder)
    counts["acknowledged"] += len(before)
    step = chance.randrange(1, 90)
    killed = _killed_at(step, lambda: _rewrite(folder, verb, secret))
    counts["faults"] += killed
    added = _code_in_between(folder, chance)
    with Session(folder, "ann"):
        pass
    if _holds(folder, secret):
        _rewrite(folder, verb, secret)
    counts["rewritings"] += 1
    now = {ident: told for ident, told in _codings(folder).items() if ident not in added}
    lost = expected.keys() - now.keys()
    misplaced = [ident for ident in now.keys() & expected.keys() if now[ident] != expected[ident]]
    leaks = _holds(folder, secret)
    if lost or misplaced or leaks:
        say(
            f"{verb.__name__} of {secret!r} killed at {step}: lost {sorted(lost)}, misplaced {misplaced[:3]}, words left in {leaks}"
        )
    counts["lost"] += len(lost)
    counts["misplaced"] += len(misplaced)
    counts["leaks"] += len(leaks)


# ---------------------------------------------------------------- projects


def _project(root: Path, chance: random.Random) -> ProjectFolder:
    """Two documents in some versions, two coders' codings on any of them, memos and notes that quote."""
    people = [{"id": f"p{n}", "name": secret, "role": "worker"} for n, secret in enumerate(SECRETS)]
    people.append({"id": "other", "name": "Ben"})
    texts = {name: _text(chance) for name in ("one", "two")}
    speakers = {secret: f"p{n}" for n, secret in enumerate(SECRETS)} | {"Ben": "other"}
    folder = make_project(
        root, {name: transcript(text, speakers=speakers) for name, text in texts.items()}, participants=people
    )
    for coder in ("ann", "bob"):
        with Session(folder, coder) as session:
            for _ in range(chance.randrange(2, 6)):
                _act(session, chance)
            session.new_memo(f"memo of {coder}", text=f"as in:\n\n> {chance.choice(SECRETS)}\n> said\n")
    return folder


def _text(chance: random.Random) -> str:
    turns = []
    for _ in range(chance.randrange(3, 8)):
        words = chance.choices(WORDS, k=chance.randrange(3, 12))
        words.insert(chance.randrange(len(words)), chance.choice(SECRETS))
        turns.append(f"{chance.choice((*SECRETS, 'Ben', 'Ben'))}: {' '.join(words)}")
    return "\n\n".join(turns) + "\n"


def _act(session: Session, chance: random.Random) -> None:
    document = chance.choice(("one", "two"))
    body = session.body(document).text
    if chance.random() < 0.25:
        words = body.split(" ")
        words[chance.randrange(1, len(words))] = chance.choice(WORDS)
        session.correct_text(document, " ".join(words))
        return
    start = chance.randrange(len(body) - 1)
    end = chance.randrange(start + 1, min(len(body), start + 60) + 1)
    coding = session.code(document, start, end, chance.choice(("longing", "work")), note=chance.choice(("", *SECRETS)))
    if chance.random() < 0.2:
        session.undo()
    elif chance.random() < 0.2:
        session.uncode(coding.id)


def _code_in_between(folder: ProjectFolder, chance: random.Random) -> set[str]:
    """What somebody codes who has had the project open since before: nothing, or a passage."""
    if chance.random() < 0.5 or not folder.transcript("two").exists():
        return set()
    with Session(folder, "cyd") as session:
        return {session.code("two", 0, 2, "work").id}


# ---------------------------------------------------------------- rewritings


def _rewrite(folder: ProjectFolder, verb: Callable[[RewritingWork, str], Iterator[Rewrite]], secret: str) -> None:
    with RewritingWork(folder, "ann") as session:
        for rewrite in verb(session, secret):
            session.carry_out_rewriting(session.plan_rewriting(rewrite))


def _redacting(session: RewritingWork, secret: str) -> Iterator[Rewrite]:
    """Every place of every document; labels and names in project.yaml by pseudonyms, last."""
    for document in ("one", "two"):
        body = session.body(document)
        spans = [
            (at, at + len(secret)) for at in range(len(body)) if body.text.startswith(secret, at)
            and any(turn.text_start <= at < turn.end for turn in body.turns)
        ]  # fmt: skip
        if spans:
            yield session.redaction(document, spans)
    yield from _pseudonyms(session, secret)


def _withdrawing(session: RewritingWork, secret: str) -> Iterator[Rewrite]:
    if any(person.name == secret for person in session.index.project.participants):
        yield session.withdrawal(secret)
    yield from _pseudonyms(session, secret)


def _pseudonyms(session: RewritingWork, secret: str) -> Iterator[Rewrite]:
    yield session.pseudonymisation(Pseudonyms([KeyEntry(secret, "Quill")]))


# ---------------------------------------------------------------- killing, looking


def _killed_at(step: int, work: Callable[[], None]) -> bool:
    """Whether a process of its own, doing this, was killed (-9) before its step number so many."""
    child = os.fork()
    if not child:
        try:
            with _counted(step):
                work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("the rewriting failed by itself")
    return os.WIFSIGNALED(status)


@contextmanager
def _counted(step: int) -> Iterator[None]:
    left = [step]

    def counting(do):  # type: ignore[no-untyped-def]
        def change(*args, **options):  # type: ignore[no-untyped-def]
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return do(*args, **options)

        return change

    for name in STEPS:
        setattr(os, name, counting(getattr(os, name)))
    yield


def _codings(folder: ProjectFolder) -> dict[str, tuple[str, str]]:
    """Every coding in force with its quote and whether it stands on its words."""
    index = open_index(folder, in_memory=True)
    try:
        return {row["coding_id"]: (row["text"], row["anchor"].replace("moved", "exact")) for row in segments(index)}
    finally:
        index.close()


def _holds(folder: ProjectFolder, secret: str) -> list[str]:
    forms = {unicodedata.normalize(form, secret).encode() for form in ("NFC", "NFD")}
    files = (path for path in folder.root.rglob("*") if path.is_file())
    return [folder.relative(path) for path in files if any(form in path.read_bytes() for form in forms)]
