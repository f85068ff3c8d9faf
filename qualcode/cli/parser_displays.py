"""The options of `qualcode codeline`, `timeline`, `frequencies` and `network`."""

from __future__ import annotations

import argparse
from typing import Any

_PERIODS = ("month", "quarter", "year", "date")


def add_displays(
    command: Any, project: argparse.ArgumentParser, manifest: argparse.ArgumentParser, filters: argparse.ArgumentParser
) -> None:
    """The displays, in the terminal and as pictures."""
    pictures = _pictures(manifest)
    sub = command("codeline", "displays:codeline", "draw which code runs where in a document",
                  "qualcode codeline zhao-2009-06-08-long -o codeline.svg", project, pictures, filters)  # fmt: skip
    sub.add_argument("doc", metavar="DOC", help="a document by id or title")
    sub = command("timeline", "displays:timeline", "draw codes over time, a panel for each case",
                  "qualcode timeline --by quarter --code longing", project, pictures, filters)  # fmt: skip
    sub.add_argument("--by", choices=_PERIODS, default="month", help="how long a period is (default: month)")
    _rows(sub, "themes, or every code that is used (default: the code of --code, else themes)")
    _per(sub)
    sub = command("frequencies", "displays:frequencies", "draw how often codes were used in each case",
                  "qualcode frequencies --rows code -o frequencies.html", project, pictures, filters)  # fmt: skip
    _rows(sub, "themes, or every code that is used (default: the code of --code, else themes)")
    _per(sub)
    sub = command("network", "displays:network", "list and draw which codes occur together",
                  "qualcode network --relation same-turn --least 3 -o network.svg", project, pictures, filters)  # fmt: skip
    sub.add_argument(
        "--relation", metavar="R", default="overlap",
        help="what together means: overlap, same-turn, or near:N for at most N turns between (default: overlap)",
    )  # fmt: skip
    sub.add_argument(
        "--least", metavar="N", type=_number, default=0,
        help="only pairs that meet so often (default: all in a table, as many as can be read in a picture)",
    )  # fmt: skip
    _rows(sub, "themes with their sub-codes, or codes as they were applied (default: code)")


def _pictures(manifest: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parent = argparse.ArgumentParser(add_help=False, parents=[manifest])
    parent.add_argument(
        "-f", "--format", choices=("table", "csv", "xlsx", "json", "md", "latex", "svg", "html"),
        help="drawn in signs (table), a picture (svg, html), or the numbers (the others; default: by FILE's ending, else table)",
    )  # fmt: skip
    parent.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
    parent.add_argument(
        "--no-bom", action="store_true", help="no byte-order mark at the start of a CSV file (Excel needs it)"
    )
    return parent


def _rows(sub: argparse.ArgumentParser, text: str) -> None:
    sub.add_argument("--rows", choices=("top-code", "code"), default="", help=text)


def _per(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--per", choices=("1000words",), default="", help="to 1000 words instead of as they are")


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)
