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
