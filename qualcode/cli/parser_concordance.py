"""Options of `kwic` and `saturation`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from copy import copy
from typing import Any


def add_concordance(
    command: Callable[..., Any], project: argparse.ArgumentParser, coder: argparse.ArgumentParser,
    listing: argparse.ArgumentParser, filters: argparse.ArgumentParser,
) -> None:  # fmt: skip
    """Add the commands. `command` makes one from its name, target, help, example and parents."""
    _kwic(command("kwic", "kwic:listed", "list words with what stands either side, aligned (a concordance), and code the places",
                  "qualcode kwic 'home*' --case liang --sort right", project, coder, listing))  # fmt: skip
    sub = command("saturation", "saturation:show", "count the new codes that each interview brings, and say when they run dry",
                  "qualcode saturation --base 4 --run 2 --threshold 5", project, _with_picture(listing), filters)  # fmt: skip
    sub.add_argument(
        "--base", metavar="N", type=_count, default=4, help="the first so many interviews are the base (default: 4)"
    )
    sub.add_argument("--run", metavar="N", type=_count, default=2, help="so many interviews are a run (default: 2)")
    sub.add_argument(
        "--threshold", metavar="PERCENT", type=_percent, default=5.0,
        help="saturation: a run brings new codes of at most this share of the base's codes (default: 5)",
    )  # fmt: skip
    sub.add_argument(
        "--order", metavar="ORDER", default="date",
        help="date, import, or a file with a document a line (id or title): only those count (default: date)",
    )  # fmt: skip
    sub.add_argument(
        "--top", action="store_true", help="count themes, the codes at the top, instead of each code as applied"
    )
    sub.add_argument(
        "--all-documents",
        action="store_true",
        help="documents in which nothing is coded count too, as bringing nothing",
    )


def _kwic(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("words", metavar="WORDS", nargs="+", help="a word, or several as a phrase; child* finds children")
    sub.add_argument("--word", action="store_true", help="whole words only (scripts without spaces have none)")
    sub.add_argument(
        "--width",
        metavar="N",
        type=_count,
        default=40,
        help="columns of text on either side, within the turn (default: 40)",
    )
    sub.add_argument(
        "--sort", choices=("document", "left", "right"), default="document",
        help="by place, by the words before the hit (nearest first), or by those after it (default: document)",
    )  # fmt: skip
    where = sub.add_argument_group("where to look")
    where.add_argument("--case", metavar="X", default="", help="in this case only")
    where.add_argument("--document", metavar="D", default="", help="in this document only")
    where.add_argument("--speaker", metavar="S", default="", help="only what this speaker says")
    where.add_argument("--role", metavar="R", default="", help="only what speakers in this role say, such as mother")
    where.add_argument("--kind", metavar="K", default="", help="in this kind of document only, such as interview")
    coding = sub.add_argument_group("coding the places")
    coding.add_argument("--apply", metavar="CODE", default="", help="code every place listed, as one step for undo")
    coding.add_argument(
        "--unit", choices=("word", "sentence", "turn"), default="sentence", help="how much is coded (default: sentence)"
    )
    coding.add_argument("--dry-run", action="store_true", help="only say what --apply would code")


def _with_picture(listing: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The options of a list, with SVG among the formats."""
    parent = argparse.ArgumentParser(add_help=False)
    for action in listing._actions:
        own = copy(action)
        if own.dest == "format":
            own.choices, own.help = (*(own.choices or ()), "svg"), f"{own.help}; svg: a picture"
        parent._add_action(own)
    return parent


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) < 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _percent(text: str) -> float:
    try:
        share = float(text.removesuffix("%"))
    except ValueError:
        share = -1.0
    if not 0 <= share <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a percentage from 0 to 100")
    return share
