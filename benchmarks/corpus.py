"""Seeded projects of any size: one long interview with codings."""

from __future__ import annotations

import random
from pathlib import Path

from qualcode.core.anchors import make_anchor
from qualcode.core.events import Event
from qualcode.core.ids import encode
from qualcode.core.text import body_hash
from qualcode.files.event_log import event_lines

_WORDS = (
    "the we they it so and but when home school family work money time mother father night morning bus road year never always "
    "maybe difficult quiet phone letter village city kitchen window table rain harvest teacher exam friend brother tired glad"
).split()
_HAN = "那时候我们住在村里他去城里打工每个月打一次电话问学习问身体我说都好其实不是那样的"


def project_with(folder: Path, lines: int, codings: int, seed: int = 7) -> Path:
    """Write a project with one document of so many lines (a twentieth of them Chinese) and so many codings by c1."""
    rng = random.Random(seed)
    (folder / "transcripts").mkdir(parents=True)
    (folder / "codings" / "c1").mkdir(parents=True)
    (folder / "project.yaml").write_text("title: Bench\ncases:\n  - {id: a, name: A}\n", encoding="utf-8")
    codes = "".join(
        f"  - id: k{n}\n    name: code {n}\n" + (f"    key: {n}\n" if 0 < n < 10 else "") for n in range(40)
    )
    (folder / "codebook.yaml").write_text(f"codes:\n{codes}", encoding="utf-8")
    body = "\n".join(_line(rng, number) for number in range(lines)) + "\n"
    front = "---\ntitle: Long interview\ncase: a\n---\n"
    (folder / "transcripts" / "long.md").write_text(front + body, encoding="utf-8")
    hashed = body_hash(body)
    events = []
    for number in range(codings):
        start = rng.randrange(len(body) - 600)
        anchor = make_anchor(body, hashed, start, start + rng.choice((40, 90, 150, 400)))
        events.append(
            Event(encode(number + 1, 18), "2026-01-05T09:00:00.000Z", "apply", code=f"k{rng.randrange(10, 40)}",
                  start=anchor.start, end=anchor.end, quote=anchor.quote, body=anchor.body)
        )  # fmt: skip
    (folder / "codings" / "c1" / "long.jsonl").write_bytes(event_lines(events))
    return folder


def _line(rng: random.Random, number: int) -> str:
    speaker = "Researcher" if number % 2 == 0 else "Mother"
    if rng.random() < 0.05:
        return f"{speaker}: " + "".join(rng.choice(_HAN) for _ in range(rng.choice((20, 60)))) + "。"
    sentences = rng.choice((1, 1, 2, 2, 3, 6))
    said = (
        " ".join(rng.choice(_WORDS) for _ in range(rng.choice((4, 8, 12, 18)))).capitalize() + "."
        for _ in range(sentences)
    )
    return f"{speaker}: " + " ".join(said)


def study_with(folder: Path, codes: int = 120, codings: int = 20_000, documents: int = 200, seed: int = 7) -> Path:
    """Write a study: two cases, two coders, a codebook in two levels with definitions; the first two sub-codes (t0-0, t0-1)
    have 1,000 codings each, the rest share the others."""
    rng = random.Random(seed)
    for part in ("transcripts", "codings/c1", "codings/c2"):
        (folder / part).mkdir(parents=True)
    (folder / "project.yaml").write_text(
        "title: Bench\ncases:\n  - {id: a, name: A}\n  - {id: b, name: B}\n", encoding="utf-8"
    )
    (folder / "codebook.yaml").write_text(_codebook(rng, codes), encoding="utf-8")
    leaves = [f"t{top}-{leaf}" for top in range(codes // 10) for leaf in range(9)][2:]
    wanted = ["t0-0"] * 1_000 + ["t0-1"] * 1_000 + [rng.choice(leaves) for _ in range(codings - 2_000)]
    rng.shuffle(wanted)
    share = -(-codings // documents)
    for number in range(documents):
        body = "\n".join(_line(rng, line) for line in range(300)) + "\n"
        hashed = body_hash(body)
        front = f"---\ntitle: Interview {number}\ncase: {'ab'[number % 2]}\n---\n"
        (folder / "transcripts" / f"i{number:03}.md").write_text(front + body, encoding="utf-8")
        for coder, part in (("c1", wanted[number * share : number * share + share * 4 // 5]),
                            ("c2", wanted[number * share + share * 4 // 5 : (number + 1) * share])):  # fmt: skip
            events = []
            for at, code in enumerate(part):
                start = rng.randrange(len(body) - 600)
                anchor = make_anchor(body, hashed, start, start + rng.choice((40, 90, 150)))
                ident = encode((number * 1000 + at) * 10 + (coder == "c2") + 1, 18)
                events.append(Event(ident, "2026-01-05T09:00:00.000Z", "apply", code=code, start=anchor.start, end=anchor.end,
                                    quote=anchor.quote, body=anchor.body, prefix=anchor.prefix, suffix=anchor.suffix))  # fmt: skip
            (folder / "codings" / coder / f"i{number:03}.jsonl").write_bytes(event_lines(events))
    return folder


def _codebook(rng: random.Random, codes: int) -> str:
    def text(words: int) -> str:
        return " ".join(rng.choice(_WORDS) for _ in range(words))

    def entry(indent: str, ident: str, name: str) -> list[str]:
        lines = [
            f"{indent}- id: {ident}",
            f"{indent}  name: {name}",
            f"{indent}  definition: >-",
            f"{indent}    {text(14)}",
        ]
        return [
            *lines,
            f"{indent}    {text(10)}",
            f"{indent}  use_when: {text(12)}",
            f"{indent}  do_not_use_when: {text(12)}",
        ]

    lines = ["# Made by a seeded generator.", "title: Bench", "codes:"]
    for top in range(codes // 10):
        lines += [*entry("  ", f"t{top}", f"theme {top}"), "    children:"]
        for leaf in range(9):
            lines += entry("      ", f"t{top}-{leaf}", f"code {top} {leaf}")
    return "\n".join(lines) + "\n"
