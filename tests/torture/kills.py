"""kill -9 of processes at work, at every step and at random moments; then all that was acknowledged is looked for."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from qualcode.errors import QualcodeError
from tests.builders import make_project, transcript
from tests.torture.kill_acts import Acts
from tests.torture.kill_trial import Killed, Study
from tests.torture.kill_worker import CODER

KILLS = 1_000
SCREEN_KILLS = 36
_MOST_STEPS = 400
_SAME_PROJECT = 25  # kills
_FRESH = 20  # every so many kills hit a process of its own making, not a fork of this one


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """1,000 kills at scale 1, two thirds of them aimed at steps one after the other, and some of the terminal interface."""
    from tests.torture.kill_screens import screen_kills

    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="kills-") as place:
        for number, (what, killed) in enumerate(_kills(Path(place), seed, max(4, int(KILLS * scale)))):
            _count(counts, what, killed, say)
            if number % 100 == 99:
                say(f"{counts['faults']} kills, {counts['acknowledged']:,} acts acknowledged")
    counts += Counter(screen_kills(seed, max(1, int(SCREEN_KILLS * scale)), say))
    for name in ("lost", "damaged", "crashes"):
        counts.setdefault(name, 0)
    return dict(counts)


def _count(counts: Counter[str], what: str, killed: Killed, say: Callable[[str], None]) -> None:
    counts["faults"] += killed.died
    counts["acknowledged"] += killed.acknowledged
    counts["lost"] += len(killed.lost)
    counts["damaged"] += len(killed.damaged)
    counts["crashes"] += bool(killed.crashed)
    counts["unacknowledged but done"] += killed.finished
    counts["slowest recovery ms"] = max(counts["slowest recovery ms"], round(killed.recovery * 1000))
    for text in (*killed.lost, *killed.damaged, *filter(None, [killed.crashed])):
        say(f"FAILED {what}, killed in {killed.under_way or 'no act'}: {text}")


def _kills(place: Path, seed: int, count: int) -> Iterator[tuple[str, Killed]]:
    rng = random.Random(seed)
    template = study(place / "template", place / "kept", seed)
    done = 0
    for what, killed in aimed(template, place / "aimed", seed, rng, count * 2 // 3):
        done += killed.died
        yield what, killed
    now = template
    while done < count:
        if done % _SAME_PROJECT == 0:
            now = template.copied(place / "random")
        what = f"random {seed}-{done}"
        killed = now.killed(what, fresh=done % _FRESH == 0)
        done += 1
        yield what, killed


def aimed(template: Study, place: Path, seed: int, rng: random.Random, most: int) -> Iterator[tuple[str, Killed]]:
    """Each kind of act killed before its first step, then each before its second, and so on; where that is too much, by chance."""
    acts = Acts(template.folder, CODER, rng, template.kept)
    kinds = acts.kinds
    acts.session.close()
    plan = [(kind, step) for step in range(1, _MOST_STEPS) for kind in kinds]
    lengths = dict.fromkeys(kinds, _MOST_STEPS)
    done = 0
    if most < len(kinds) * 20:
        rng.shuffle(plan)
        plan = [(kind, 1 + step % 12) for kind, step in plan]
    for kind, step in plan:
        if done >= most:
            return
        if step >= lengths[kind]:
            continue
        what = f"aimed {seed}-{kind} {step}"
        killed = template.copied(place).killed(f"aimed {seed}-{kind}", kind=kind, steps=step)
        if not killed.died:
            lengths[kind] = step
        done += killed.died
        yield what, killed


def study(root: Path, kept: Path, seed: int) -> Study:
    """A small study on which some work was done, so that every act finds something to act on."""
    rng = random.Random(seed)
    turns = [f"{who}: {' '.join(rng.choices('snow house mother letter shoes 想妈妈 home fear work'.split(), k=14))}.\n"
             for who in ("Ann", "Bo") * 8]  # fmt: skip
    documents = {
        f"d{number}": transcript("\n".join(turns[number:]), title=f"Talk {number}", case="liang",
                                 speakers={"Ann": "ann", "Bo": ""})
        for number in range(5)
    }  # fmt: skip
    codes = ("emotion", "emotion/longing", "emotion/fear", "work", "home", "home/far")
    people = [{"id": "ann", "name": "Ann", "role": "child", "case": "liang"}]
    folder = make_project(root, documents, codes, ["liang", "zhao"], people, {"region": "text", "wave": "text"})
    kept.mkdir(exist_ok=True)
    acts = Acts(folder, CODER, rng, kept)
    for kind in ("code", "code_all", "note", "memo", "merge_codes", "code_all", "case", "import", "correct", "code_all",
                 "import_with_comments", "memo", "code", "code", "undo"):  # fmt: skip
        for _ in range(5):
            try:
                acts.do(kind)
                break
            except QualcodeError:
                continue
    acts.session.close()
    return Study(folder, kept)
