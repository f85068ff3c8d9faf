"""`qualcode show`: a transcript with its codings, as text."""

from __future__ import annotations

import shutil
import sys
import textwrap
from argparse import Namespace
from collections.abc import Mapping

from qualcode.analysis.filters import document_id
from qualcode.analysis.memo_links import cited_as
from qualcode.analysis.table import Row
from qualcode.cli.lists import opened
from qualcode.cli.output import in_colour
from qualcode.core.document import Body
from qualcode.core.how_many import how_many
from qualcode.core.visible import columns, fit, shorten, visible

_MARGIN = 6


def show(args: Namespace) -> None:
    with opened(args) as project:
        document = document_id(project.index, args.document)
        codings = project.segments(document=document, coder=args.coder)
        body = project.index.body(document)
        cited = cited_as(project.index, document)
        info = next(row for row in project.documents if row["document"] == document)
    width = min(100, shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100)
    facts = [info[name] for name in ("case", "kind", "date", "language") if info[name]]
    print(_bold(visible(info["title"])))
    print(visible(" · ".join([document, *facts, how_many(len(codings), "coding")])))
    starting: dict[int, list[Row]] = {}
    for row in codings:
        starting.setdefault(row["line"], []).append(row)
    for number, line in enumerate(body.lines, 1):
        _print_line(number, line, body, width)
        for row in starting.get(number, []):
            _print_coding(row, cited[row["coding_id"]], width)
    _print_lost(starting.get(0, []), cited, width)


def _print_line(number: int, line: str, body: Body, width: int) -> None:
    turn = body.turn_index(body.starts[number - 1])
    label = 0
    if turn >= 0 and body.turns[turn].line == number - 1:
        label = body.turns[turn].text_start - body.turns[turn].start
    rows = _wrapped(visible(line), width - _MARGIN)
    for index, row in enumerate(rows):
        margin = f"{number:>4}  " if index == 0 else " " * _MARGIN
        print(
            margin + (_bold(row[:label].rstrip()) + row[len(row[:label].rstrip()) :] if index == 0 and label else row)
        )


def _wrapped(text: str, width: int) -> list[str]:
    if columns(text) == len(text):
        return textwrap.wrap(text, width, drop_whitespace=True) or [""]
    rows, row, used = [], "", 0
    for char in text:  # wide signs: cut wherever the row is full
        size = columns(char)
        if used + size > width:
            rows.append(row)
            row, used = "", 0
        row += char
        used += size
    return [*rows, row]


def _print_coding(row: Row, short_id: str, width: int) -> None:
    note = f" — {row['note']}" if row["note"] else ""
    state = "" if row["anchor"] in ("exact", "moved") else f" ({row['anchor']})"
    head = f"      [{row['code_path']}] {row['coder']} #{short_id}{state} "
    room = max(20, width - columns(head))
    text = f"“{shorten(row['text'], max(12, room - len(note) if len(note) < room // 2 else room // 2))}”{note}"
    print(_dim(fit(head + text, width).rstrip()))


def _print_lost(rows: list[Row], cited: Mapping[str, str], width: int) -> None:
    if rows:
        print("\nThe text was changed since; these codings' passages are not where they were:")
        for row in rows:
            _print_coding(row, cited[row["coding_id"]], width)


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m" if in_colour() else text


def _dim(text: str) -> str:
    return f"\x1b[36m{text}\x1b[0m" if in_colour() else text
