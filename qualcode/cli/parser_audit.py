"""Options of the audit trail: `log`, `undo`, `redo`, `milestone`, `milestones`, and `--as-of` of the lists."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

_MOMENT = "a date (2026-11-20), a local time ('2026-11-20 18:00') or a milestone"


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add `--as-of` to a command that only reads."""
    parser.add_argument(
        "--as-of", metavar="DATE", default="", help=f"the project as it stood then: {_MOMENT}; texts are today's"
    )


def add_audit(
    command: Callable[..., Any], project: argparse.ArgumentParser, coder: argparse.ArgumentParser,
    listing: argparse.ArgumentParser,
) -> None:  # fmt: skip
    """Add the commands. `command` makes one from its name, target, help, example and parents."""
    sub = command("log", "audit:log", "who did what, when, with before and after",
                  "qualcode log --code longing --since 2026-11-01 -f csv -o audit.csv", project, listing)  # fmt: skip
    sub.add_argument("doc", metavar="DOC", nargs="?", default="", help="acts on this document")
    sub.add_argument("--coder", metavar="N", default="", help="acts of this coder")
    sub.add_argument("--document", metavar="D", default="", help="acts on this document")
    sub.add_argument("--code", metavar="C", default="", help="acts on this code, its sub-codes and their codings")
    sub.add_argument("--case", metavar="X", default="", help="acts on this case and its documents")
    sub.add_argument("--since", "--from", metavar="D", default="", help=f"from then on: {_MOMENT}")
    sub.add_argument("--until", "--to", metavar="D", default="", help="up to then, likewise (a date: its end)")
    sub.add_argument(
        "--kind", metavar="K", default="",
        help="coding, note, codebook, memo, document, case, participant, attribute, milestone or undo, or just one act, "
        "such as 'merged code'",
    )  # fmt: skip
    sub.add_argument("--text", metavar="WORDS", default="", help="acts that hold these words")
    sub = command("undo", "audit:undo", "take back your last step, or the last N, or any one act of the past",
                  "qualcode undo --to '2026-11-20 18:00'", project, coder)  # fmt: skip
    which = sub.add_mutually_exclusive_group()
    which.add_argument("count", metavar="N", nargs="?", type=_positive, default=1, help="how many steps")
    which.add_argument(
        "--event",
        metavar="ID",
        default="",
        help="this act, with all done in the same go (4 signs of the id's end will do)",
    )
    which.add_argument("--to", metavar="DATE", default="", help=f"all that you did after {_MOMENT}, as one step")
    sub = command("redo", "audit:redo", "do again what was undone", "qualcode redo", project, coder)
    sub.add_argument("count", metavar="N", nargs="?", type=_positive, default=1, help="how many steps")
    sub = command("milestone", "audit:milestone", "give this moment a name, or compare two moments",
                  "qualcode milestone 'first cycle done'", project, coder, listing)  # fmt: skip
    sub.add_argument("name", metavar="NAME", nargs="?", default="")
    sub.add_argument(
        "--diff", metavar=("A", "B"), nargs=2,
        help="codes and codings at two milestones or dates, and how far they agree (unit: one character of the texts)",
    )  # fmt: skip
    command("milestones", "audit:milestones", "list the milestones", "qualcode milestones", project, listing)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of steps")
    return int(text)
