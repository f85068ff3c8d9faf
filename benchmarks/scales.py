"""Seeded studies of three sizes, made once and kept: 24, 300 or 3,000 interviews, up to a million codings."""

from __future__ import annotations

import os
import random
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from qualcode.core.anchors import make_anchor
from qualcode.core.events import Event
from qualcode.core.ids import encode
from qualcode.core.text import body_hash
from qualcode.files.event_log import event_lines

FOLDER_VARIABLE = "QUALCODE_BENCH_CORPORA"
COMMON_WORD = "really"
_VERSION = "1"  # raise it when the same size and seed shall give other files
_COMMON = (
    "the and to i of a it that in you was is we they so but like have for on my with not be this do know just what at there "
    "think me really because about had if all when as or out up get would can then she he were them been time people how "
    "very one from going said no some more things lot our who want work your could did her his by now here only also where "
    "well good yes mean feel school go home day much way year family back first right down even other little always never "
    "make see say told two after before still take need come help life should mother father child house money trust phone "
    "friend bus stop find problem teacher village city job change talk hear learn worry hope afraid alone together road "
    "night morning letter wait week month old young same hard easy strange happy sad angry tired better weak long short"
).split()
_STEMS = (
    "act adapt agree attach attend belong borrow call care carry choose clean cook count decide depend doubt earn expect fail "
    "fear field forget gather grow harvest hide hold imagine keep leave lend listen lose marry miss move nurse obey order pay "
    "plant play pray quarrel read regret remain rent repair return save scold send settle share shout sign sleep spend stay "
    "study suffer teach train travel visit walk wander wash weep win wonder worry write"
).split()
_ENDINGS = ("", "s", "ed", "ing", "er", "ers", "able", "less", "ment", "ful", "ness", "ly")
_HAN = (
    "我们 他们 自己 觉得 因为 所以 但是 时候 知道 没有 现在 以前 后来 父母 孩子 学校 老师 工作 朋友 家里 "
    "生活 压力 帮助 理解 问题 希望 害怕 担心 高兴 难过 生气 习惯 城市 农村 医院 困难 机会 改变 未来 家庭 "
    "母亲 父亲 奶奶 爷爷 邻居 等待 离开 回来 关系 感情 安全 努力 故事 春节 电话 一起 可能 一定 真的 其实 "
    "比较 非常 慢慢 突然 一直 已经 开始 最后 当时 那个 这个 什么 怎么 说实话"
).split()
_ROLES = ("child", "mother", "grandparent")
_KINDS = ("interview", "interview", "interview", "chat", "field note")
_FIRST_DAY = date(2023, 1, 1)
_DAYS = 730
_BOUNDARY = re.compile(r"[\u4e00-\u9fff]{1,2}[，。]?|[^\s\u4e00-\u9fff]+")


class Scale(NamedTuple):
    """How large a study is; `words` are those of one interview."""

    interviews: int
    words: int
    cases: int
    codings: int
    codes: int
    coders: int


SCALES = {
    "S": Scale(24, 3_000, 2, 500, 20, 2),
    "M": Scale(300, 6_000, 40, 20_000, 120, 3),
    "L": Scale(3_000, 6_000, 300, 1_000_000, 400, 5),
    "W": Scale(300, 300, 300, 20_000, 400, 3),  # wide: L's codes and cases with M's codings
}


class _Applied(NamedTuple):
    """A code on the words from `first` to before `last`, by a coder."""

    first: int
    last: int
    code: str
    coder: str


def scale_project(name: str, seed: int = 20260701) -> Path:
    """The study of this size, one of SCALES, in $QUALCODE_BENCH_CORPORA or the folder for temporary files; made once."""
    kept = Path(os.environ.get(FOLDER_VARIABLE) or Path(tempfile.gettempdir(), "qualcode-benchmarks"))
    made, mark = kept / name, kept / f"{name}.made"
    said = f"{_VERSION} {seed} {SCALES[name]}"
    if not (mark.exists() and mark.read_text(encoding="utf-8") == said):
        shutil.rmtree(made, ignore_errors=True)
        write_study(made, SCALES[name], seed)
        mark.write_text(said, encoding="utf-8")
    return made


def write_study(folder: Path, scale: Scale, seed: int) -> None:
    """Write a whole study: the same size and seed give the same bytes."""
    rng = random.Random(f"{seed} {scale}")
    coders = [f"c{number}" for number in range(1, scale.coders + 1)]
    codes = _code_ids(scale.codes)
    for part in ("transcripts", *(f"codings/{coder}" for coder in coders)):
        (folder / part).mkdir(parents=True)
    (folder / "project.yaml").write_text(_project_yaml(rng, scale, coders), encoding="utf-8")
    (folder / "codebook.yaml").write_text(_codebook_yaml(rng, codes), encoding="utf-8")
    favoured = rng.sample(codes, len(codes))
    for number in range(scale.interviews):
        ident, day = f"i{number:04}", _FIRST_DAY + timedelta(rng.randrange(_DAYS))
        body = _body(rng, scale.words, chinese=0.9 if number % 12 == 7 else 0.05)
        front = _front_matter(rng, number, number * scale.cases // scale.interviews, day)
        (folder / "transcripts" / f"{ident}.md").write_text(front + body, encoding="utf-8")
        share = scale.codings // scale.interviews + (number < scale.codings % scale.interviews)
        applied = _applied(rng, body, share, favoured, coders)
        for coder, events in _events(rng, number, body, day, applied, coders):
            (folder / "codings" / coder / f"{ident}.jsonl").write_bytes(event_lines(events))


def _project_yaml(rng: random.Random, scale: Scale, coders: Sequence[str]) -> str:
    lines = ["title: Families, from a seeded generator", "attributes:"]
    lines += ["  region: text", "  income: number", "  children: integer", "  farm: yes/no", "  since: date", "cases:"]
    for case in range(scale.cases):
        lines += [f"  - id: f{case:03}", f"    name: Family {case:03}", "    attributes:",
                  f"      region: {rng.choice(('north', 'south', 'coast', 'hills'))}",
                  f"      income: {rng.randrange(2_000, 90_000) / 10}", f"      children: {rng.randint(1, 4)}",
                  f"      farm: {rng.choice(('true', 'false'))}", f"      since: {2000 + rng.randrange(20)}-05-01"]  # fmt: skip
    lines += ["participants:", "  - {id: researcher, name: Researcher, role: researcher}"]
    lines += [
        f"  - {{id: f{case:03}-{role}, name: {role.capitalize()} {case:03}, role: {role}, case: f{case:03}}}"
        for case in range(scale.cases)
        for role in _ROLES
    ]
    return "\n".join([*lines, "coders:", *(f"  - {{id: {coder}, name: Coder {coder}}}" for coder in coders)]) + "\n"


def _code_ids(codes: int) -> list[str]:
    """A tenth of them themes, `t00`, the others below these, `t00-01`; parents first."""
    themes = max(2, codes // 10)
    below = [codes // themes - 1 + (theme < codes % themes) for theme in range(themes)]
    return [
        ident
        for theme in range(themes)
        for ident in (f"t{theme:02}", *(f"t{theme:02}-{leaf:02}" for leaf in range(below[theme])))
    ]


def _codebook_yaml(rng: random.Random, codes: Sequence[str]) -> str:
    lines = ["title: Codes, from a seeded generator", "codes:"]
    for ident in codes:
        indent = "      " if "-" in ident else "  "
        lines += [f"{indent}- id: {ident}", f"{indent}  name: {rng.choice(_STEMS)} {ident[1:]}",
                  f"{indent}  definition: {' '.join(rng.choices(_COMMON, k=14))}."]  # fmt: skip
        if "-" not in ident:
            lines.append("    children:")
    return "\n".join(lines) + "\n"


def _front_matter(rng: random.Random, number: int, case: int, day: date) -> str:
    kind, language = rng.choice(_KINDS), "zh" if number % 12 == 7 else "en"
    speakers = "".join(f"  {role.capitalize()}: f{case:03}-{role}\n" for role in _ROLES)
    return (
        f"---\ntitle: Talk {number}\ncase: f{case:03}\nkind: {kind}\ndate: {day}\nlanguage: {language}\n"
        f"speakers:\n  Researcher: researcher\n{speakers}---\n"
    )


def _body(rng: random.Random, words: int, chinese: float) -> str:
    """Questions and answers in turn, an empty line between them; so large a share of the answers is Chinese."""
    turns, left = [], words
    while left > 0:
        asks = len(turns) % 2 == 0
        length = min(left, rng.randint(8, 40) if asks else rng.randint(30, 220))
        speaker = "Researcher" if asks else rng.choice(_ROLES).capitalize()
        said = _han(rng, length) if not asks and rng.random() < chinese else _english(rng, length)
        turns.append(f"{speaker}: {said}\n")
        left -= length
    return "\n".join(turns)


def _english(rng: random.Random, words: int) -> str:
    said, at = rng.choices(_VOCABULARY, cum_weights=_RANKS, k=words), 0
    while at < words:
        said[at] = said[at].capitalize()
        at = min(words, at + rng.randint(5, 18))
        said[at - 1] += "."
    return " ".join(said)


def _han(rng: random.Random, words: int) -> str:
    said = rng.choices(_HAN, k=words)
    return "".join(word + "，" if at % 9 == 8 else word for at, word in enumerate(said)) + "。"


_VOCABULARY = _COMMON + [stem + ending for stem in _STEMS for ending in _ENDINGS]
_RANKS = list(accumulate(1 / (rank + 2.7) for rank in range(len(_VOCABULARY))))


def _applied(
    rng: random.Random, body: str, codings: int, codes: Sequence[str], coders: Sequence[str]
) -> list[tuple[int, int, str, str]]:
    """Start, end, code and coder of each coding; a quarter of them second readings of a colleague's span."""
    words = [match.span() for match in _BOUNDARY.finditer(body)]
    weights = list(accumulate(1 / (rank + 4) ** 0.8 for rank in range(len(codes))))
    made: dict[_Applied, None] = {}
    drawn: list[_Applied] = []
    while len(made) < codings:
        if drawn and rng.random() < 0.25:
            new = _second_reading(rng, rng.choice(drawn), len(words), coders)
            new = new._replace(code=rng.choices(codes, cum_weights=weights)[0]) if rng.random() < 0.3 else new
        else:
            first = rng.randrange(len(words) - 80)
            code = rng.choices(codes, cum_weights=weights)[0]
            new = _Applied(first, first + rng.randint(5, 80), code, rng.choice(coders))
        if new not in made:
            made[new] = None
            drawn.append(new)
    return [(words[one.first][0], words[one.last - 1][1], one.code, one.coder) for one in made]


def _second_reading(rng: random.Random, one: _Applied, words: int, coders: Sequence[str]) -> _Applied:
    first = max(0, one.first + rng.randint(-4, 4))
    last = max(first + 5, min(words, one.last + rng.randint(-6, 6)))
    return _Applied(first, last, one.code, rng.choice([coder for coder in coders if coder != one.coder]))


def _events(
    rng: random.Random, number: int, body: str, day: date, applied: Sequence[tuple[int, int, str, str]],
    coders: Sequence[str],
) -> Iterator[tuple[str, list[Event]]]:  # fmt: skip
    """Each coder's events, made one after another from ten days after the interview; a twentieth bear a note."""
    hashed = body_hash(body)
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(10)
    found: dict[str, list[Event]] = {coder: [] for coder in coders}
    for start, end, code, coder in applied:
        moment += timedelta(milliseconds=rng.randint(2_000, 60_000))
        milliseconds = int(moment.timestamp() * 1000)
        ident = encode(milliseconds << 40 | number << 26 | rng.getrandbits(26), 18)
        anchor = make_anchor(body, hashed, start, end)
        note = " ".join(rng.choices(_COMMON, k=9)) if rng.random() < 0.05 else ""
        at = f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"
        found[coder].append(
            Event(ident, at, "apply", code=code, start=start, end=end, quote=anchor.quote, body=hashed,
                  prefix=anchor.prefix, suffix=anchor.suffix, note=note)
        )  # fmt: skip
    yield from found.items()
