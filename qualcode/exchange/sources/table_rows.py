"""Tables as lines of text; a table that is a transcript (who, perhaps when, what) becomes turns.

A row `Mother Liang | words` is written `Mother Liang: words`, a row `00:12 | Mother Liang | words` is written
`[00:12] Mother Liang: words`. In all other tables a row is a line with a tab between its cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_STAMP = re.compile(r"\[?(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d+)?\]?")
_NUMBER = re.compile(r"#?\d{1,6}[.)]?")
_SENTENCE = re.compile(r"[.?!…。？！]['\"”’»」』)\]]*$")
_QUESTION = re.compile(r"[?？]['\"”’»」』)\]]*$")
_WHO = frozenset("speaker who sprecher sprecherin locuteur hablante 说话人 說話人 发言人 發言人".split())
_HEADER = _WHO | frozenset(
    "name person participant time timestamp start no no. # nr turn zeit 时间 時間 序号 序號".split()
)
_ROLE = re.compile(
    r"(?i:interviewer|interviewee|respondent|moderator|participant|speaker)(?: ?\d{1,3})?|[QAIR]|[A-Z]{1,2}\d{1,3}"
)
_LONGEST_LABEL = 40


class Cell(NamedTuple):
    """A cell's text, and the places in the builder's pieces that are free for a sign before and after it."""

    start: int
    end: int
    text: str


class Turns(NamedTuple):
    """Signs by place, the cells to leave out (row numbers), and the rows that are no turns (headings, merged cells)."""

    signs: dict[int, str]
    left_out: list[Cell]
    other_rows: list[Sequence[Cell]]


def as_turns(rows: Sequence[Sequence[Cell]]) -> Turns | None:
    """How to write a table as turns; None for a table that is no transcript."""
    width = Counter(len(row) for row in rows).most_common(1)[0][0] if rows else 0
    if not 2 <= width <= 4:
        return None
    regular = [row for row in rows if len(row) == width]
    header = [row for row in regular[:1] if any(_plain(cell).casefold() in _HEADER for cell in row[:-1])]
    spoken = regular[len(header) :]
    words = [row[-1] for row in spoken]
    kinds = [
        _kind([row[column] for row in spoken], words, bool(header) and _plain(header[0][column]).casefold() in _WHO)
        for column in range(width - 1)
    ]
    if kinds.count("label") != 1 or any(not kind or kinds.count(kind) > 1 for kind in kinds):
        return None
    turns = Turns({}, [], [row for row in rows if len(row) != width] + header)
    for row in spoken:
        _write(row, kinds, turns)
    return turns


def _kind(column: list[Cell], words: list[Cell], is_who: bool) -> str:
    """What a column holds: "stamp", "number", "label", or "" for something else; `is_who` where its heading says so."""
    filled = [text for cell in column if (text := _plain(cell))]
    if not filled:
        return ""
    if all(_STAMP.fullmatch(text) for text in filled):
        return "stamp"
    if all(_NUMBER.fullmatch(text) for text in filled):
        return "number"
    labels = [text.rstrip(" :：") for text in filled]
    if not all(_may_be_label(text) for text in filled):
        return ""
    return "label" if is_who or _are_speakers(labels, words) else ""


def _are_speakers(labels: list[str], words: list[Cell]) -> bool:
    """Whether these speak: most come again, or are roles such as Q and A, or questions stand among the sentences beside them.

    A list of facts (`Place | Shanghai`) or of themes, each with a description, is no talk.
    """
    if len(labels) < 2:
        return False
    counts = Counter(labels)
    recurring = sum(count for count in counts.values() if count > 1)
    roles = sum(1 for label in labels if _ROLE.fullmatch(label))
    said = [text for cell in words if (text := cell.text.strip())]
    sentences = sum(1 for text in said if len(text) > 60 or _SENTENCE.search(text[-8:]))
    if 3 * recurring >= 2 * len(labels) and 3 * sentences >= len(said):
        return True
    asked = any(_QUESTION.search(text[-8:]) for text in said)
    return 2 * roles >= len(labels) or (asked and 3 * sentences >= 2 * len(said))


def _may_be_label(text: str) -> bool:
    short = len(text) <= _LONGEST_LABEL and len(text.split()) <= 5
    inner = text.rstrip(":：")
    return short and any(char.isalpha() for char in text) and not any(mark in inner for mark in ":：;!?。；！？\n\t")


def _write(row: Sequence[Cell], kinds: list[str], turns: Turns) -> None:
    label = row[kinds.index("label")]
    before_label = True
    for cell, kind in zip(row, kinds, strict=False):
        text = _plain(cell)
        if kind == "number":
            turns.left_out.append(cell)
        elif kind == "label" and text:
            stamp_follows = "stamp" in kinds[kinds.index("label") :] and bool(_plain(row[kinds.index("stamp")]))
            turns.signs[cell.end] = " " if text.endswith((":", "：")) or stamp_follows else ": "
        elif kind == "stamp" and text:
            colon = ":" if not before_label and _plain(label) else ""
            turns.signs[cell.start] = "" if text.startswith("[") else "["
            turns.signs[cell.end] = ("" if text.endswith("]") else "]") + colon + " "
        before_label = before_label and kind != "label"


def _plain(cell: Cell) -> str:
    return cell.text.strip() if len(cell.text) < 4 * _LONGEST_LABEL else cell.text
