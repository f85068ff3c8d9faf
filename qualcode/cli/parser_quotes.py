"""Options of `qualcode quotes`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any


def add_quotes(commands: Any, make: Callable[..., argparse.ArgumentParser], *parents: argparse.ArgumentParser) -> None:
    """Add `quotes check` to these sub-parsers. `make` makes a parser for what is within: it takes `prog`, `description`,
    `epilog` and `parents` (the project and listing options)."""
    text = "check a manuscript's quotations against the transcripts"
    example = "Example:\n  qualcode quotes check article.docx -f csv -o quotations.csv"
    group = commands.add_parser("quotes", help=text, description=text[0].upper() + text[1:] + ".", epilog=example)
    within = group.add_subparsers(title="commands", metavar="COMMAND", parser_class=make, required=True)
    check = within.add_parser(
        "check",
        help="verbatim, changed, somebody else's, or not found",
        description=(
            "Look for each quotation of a manuscript (.md, .txt, .docx) in the documents: verbatim, changed (and how),\n"
            "attributed to the wrong speaker or case, or not found. Quotations are text in quotation marks of 3 words\n"
            "or more and block quotations. An ellipsis stands for words left out, [brackets] for words put in.\n"
            "A link such as [[liang-2009-03-02-xiaoya#b7]] after a quotation says which coding it is from.\n"
            "Exit status: 0 all verbatim, 1 some not, 2 the file cannot be read."
        ),
        epilog=example,
        parents=parents,
    )
    check.set_defaults(command="quotes:check")
    check.add_argument("file", metavar="FILE", help="the manuscript")
