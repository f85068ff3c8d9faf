"""The options of the comparison matrix."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable

from qualcode.cli.parser_audit import add_as_of

CELLS = (
    "segments", "documents", "cases", "turns", "words", "chars", "coverage", "present", "quotes", "summaries", "first-date",
)  # fmt: skip
DIMENSIONS = (
    "code", "top-code", "case", "document", "participant", "speaker", "role", "kind", "coder", "month", "quarter", "year",
    "language",
)  # fmt: skip


def add_matrix(
    command: Callable[..., ArgumentParser], project: ArgumentParser, listing: ArgumentParser, filters: ArgumentParser
) -> None:
    """`qualcode matrix`."""
    sub = command("matrix", "matrix:matrix", "print a comparison matrix",
                  "qualcode matrix --rows code --cols case+role --percent row -f csv -o matrix.csv", project, listing, filters)  # fmt: skip
    add_as_of(sub)
    sub.add_argument(
        "--rows", metavar="DIMENSION", default="code",
        help=f"one of: {', '.join(DIMENSIONS)}, attr:NAME, attr:NAME:0,1000,4000 (ranges), turn-of:CODE (by the question before it, "
        "questions being coded with CODE or its sub-codes); several joined with +, as case+role (default: code)",
    )  # fmt: skip
    sub.add_argument(
        "--cols", metavar="DIMENSION", default="case", help="likewise (default: case); code by code is co-occurrence"
    )
    sub.add_argument(
        "--cell", metavar="WHAT", default="segments",
        help=f"what to show: {', '.join(CELLS)}; for code by code segments (pairs), documents, cases, present, jaccard, "
        "c-coefficient (default: segments)",
    )  # fmt: skip
    share = sub.add_mutually_exclusive_group()
    share.add_argument("--percent", metavar="OF", default="", help="per cent of the row's, col's or total's number")
    share.add_argument(
        "--per", metavar="AMOUNT", default="", help="for so much text of the cell, as 1000words or 1000chars"
    )
    sub.add_argument(
        "--relation", metavar="R", default="",
        help="for code by code: overlap (default), same-turn, near:N (at most N turns between), contains, follows",
    )  # fmt: skip
    sub.add_argument("--hide-empty", action="store_true", help="leave out rows and columns in which there is nothing")
    sub.add_argument("--sort", metavar="COLUMN", default="", help="rows by this column (or total), the greatest first")
    sub.add_argument("--transpose", action="store_true", help="rows and columns changed about")
    sub.add_argument("--long", action="store_true", help="one row a quote, with the names of its row and column")
