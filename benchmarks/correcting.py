"""Correcting a coded text: 200 scattered edits, 5,000 codings carried over; the floor is reading and writing the bytes."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
import tracemalloc
from functools import partial
from pathlib import Path

from benchmarks.corpus import project_with
from qualcode.core.anchors import Anchor, Placed, make_anchor
from qualcode.core.carrying import Carrier, Versions
from qualcode.core.revision import Revision
from qualcode.core.text import body_hash
from qualcode.index.index import Index
from qualcode.session import Session

_WORDS = [f"word{number}" for number in range(2_000)] + ["the", "and", "she", "home", "Mhm."] * 300


def run(rounds: int = 5) -> None:
    """Medians in ms for a text of 300,000 characters in turns, and in one line."""
    print(f"{'text':>10} {'bytes':>8} {'compare':>9} {'carry':>9} {'memory':>8}  untouched words in their place")
    for name, joint in (("turns", "\n"), ("one line", " ")):
        chance = random.Random(3)
        old, new, edits = _texts(chance, joint)
        spans = [
            (start, start + chance.randint(5, 200)) for start in sorted(chance.sample(range(len(old) - 300), 5_000))
        ]
        floor, compare, carry = [], [], []
        for _ in range(rounds):
            floor.append(_timed(lambda old=old, new=new: (old.encode().decode(), new.encode()))[0])
            took, revision = _timed(lambda old=old, new=new: Revision.between(old, new))
            compare.append(took)
            hashes = body_hash(old), body_hash(new)
            anchors = [make_anchor(old, hashes[0], *span) for span in spans]
            versions = Versions([(*hashes, revision)])
            took, placed = _timed(partial(_carried, anchors, Carrier(versions, new, hashes[1])))
            carry.append(took)
        tracemalloc.start()
        Revision.between(old, new)
        memory = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        untouched = [
            found.start == span[0] + shift
            for span, found in zip(spans, placed, strict=True)
            if (shift := _shift(span, edits)) is not None
        ]
        print(f"{name:>10} {statistics.median(floor):>6.1f}ms {statistics.median(compare):>7.1f}ms "
              f"{statistics.median(carry):>7.1f}ms {memory:>6.1f}MB  {sum(untouched)} of {len(untouched)}")  # fmt: skip
    _in_a_project()
    print("goal: under a second, all untouched words exact")


def _carried(anchors: list[Anchor], carrier: Carrier) -> list[Placed]:
    return [carrier.place(anchor) for anchor in anchors]


def _in_a_project() -> None:
    """The whole verb: text written, change logged, 5,000 codings in the index again."""
    with tempfile.TemporaryDirectory() as folder:
        project = project_with(Path(folder, "p"), 2_600, 5_000)
        with Session(project, coder="c1") as session:
            text = session.body("long").text
            chance = random.Random(5)
            for at in sorted(chance.sample(range(len(text) - 10), 200), reverse=True):
                text = text[:at] + chance.choice(["", "well, "]) + text[at + chance.choice([0, 1, 4]) :]
            took, done = _timed(lambda: session.correct_text("long", text))
            print(f"correct_text: {took:.0f} ms for {len(text):,} characters: {done}")
            took, _ = _timed(lambda: session.undo())
            print(f"undo: {took:.0f} ms")
        took, _ = _timed(lambda: Index(session.folder, in_memory=True).refresh())
        print(f"index built anew: {took:.0f} ms")


def _texts(chance: random.Random, joint: str) -> tuple[str, str, list[tuple[int, int, int]]]:
    """Both texts, and each edit with its place, what it removed and what it inserted (in code points)."""
    lines: list[str] = []
    while sum(map(len, lines)) < 300_000:
        words = " ".join(chance.choice(_WORDS) for _ in range(chance.randint(1, 40)))
        lines.append(f"{chance.choice(['Researcher', 'Mother'])}: {words}{joint}")
    old, parts, at, edits = "".join(lines), [], 0, []
    for place in sorted(chance.sample(range(len(old) - 10), 200)):
        if place >= at:
            removed, inserted = chance.choice([(0, "zz"), (1, ""), (5, "brand new words ")])
            parts += [old[at:place], inserted]
            edits.append((place, removed, len(inserted)))
            at = place + removed
    return old, "".join([*parts, old[at:]]), edits


def _shift(span: tuple[int, int], edits: list[tuple[int, int, int]]) -> int | None:
    """By how much an untouched span is shifted; None for one that an edit touched."""
    start, end = span
    if any(at < end and at + removed > start and (removed or at > start) for at, removed, _ in edits):
        return None
    return sum(inserted - removed for at, removed, inserted in edits if at + removed <= start)


def _timed(work):  # type: ignore[no-untyped-def]
    begin = time.perf_counter()
    done = work()
    return (time.perf_counter() - begin) * 1e3, done
