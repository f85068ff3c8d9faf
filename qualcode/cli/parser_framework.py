"""The options of `qualcode filters ...` and `qualcode framework ...`."""

from __future__ import annotations

import argparse
from typing import Any


def add_filters(group: Any, project: Any, coder: Any, listing: Any) -> None:
    """`filters`, which lists the saved ones, with the verbs that save and delete them."""
    sub = group("filters", "saved_filters:show", "list the saved filters, with how many codings match; save and delete them",
                "qualcode filters", project, listing)  # fmt: skip
    save = sub("save", "saved_filters:save", "save an expression of --where under a name, to be used as filter:NAME",
               "qualcode filters save children 'role:child and not kind:chat'", project, coder)  # fmt: skip
    save.add_argument("name", metavar="NAME")
    save.add_argument("expression", metavar="EXPR", help="as for --where; a filter of this name is changed")
    delete = sub("delete", "saved_filters:delete", "delete a saved filter", "qualcode filters delete children",
                 project, coder)  # fmt: skip
    delete.add_argument("name", metavar="NAME")


def add_framework(group: Any, project: Any, coder: Any, listing: Any, manifest: Any, filters: Any) -> None:
    """`framework`, the table of summaries, with its verbs."""
    sub = group("framework", "framework:table", "cases by codes, in each cell your summary beside its quotes",
                "qualcode framework --case zhao --quotes -o framework.docx", project, manifest, filters, _table())  # fmt: skip
    _verbs(sub, project, coder, listing, filters)


def _table() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--rows", choices=("case", "code"), default="case", help="what the rows are (default: case)")
    _columns(parser)
    parser.add_argument("--quotes", action="store_true", help="the quotes of each cell below its summary")
    parser.add_argument(
        "-f", "--format", choices=("table", "csv", "xlsx", "docx", "html", "json"),
        help="default: table, or by FILE's ending; json has a row a cell",
    )  # fmt: skip
    parser.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
    parser.add_argument(
        "--no-bom", action="store_true", help="no byte-order mark at the start of a CSV file (Excel needs it)"
    )
    return parser


def _columns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--codes",
        metavar="C",
        nargs="+",
        default=[],
        help="these codes, with the quotes of their sub-codes (default: the top codes)",
    )
    parser.add_argument("--all-codes", action="store_true", help="every code of the codebook")


def _verbs(sub: Any, project: Any, coder: Any, listing: Any, filters: Any) -> None:
    cells = sub("list", "framework:listed", "list the cells, with what is missing or older than its codings",
                "qualcode framework list --missing", project, listing, filters)  # fmt: skip
    _columns(cells)
    which = cells.add_mutually_exclusive_group()
    which.add_argument("--missing", action="store_true", help="cells with quotes but no summary")
    which.add_argument(
        "--outdated", action="store_true", help="cells whose codings have changed since their summary was written"
    )
    show = sub("show", "framework:show", "print a cell: its summary, then its quotes",
               "qualcode framework show zhao 'hidden emotions'", project)  # fmt: skip
    write = sub("set", "framework:write", "write the summary of a cell; without a text in your editor",
                "qualcode framework set zhao 'hidden emotions' --text 'He waits, and does not say so.'",
                project, coder)  # fmt: skip
    keep = sub("keep", "framework:keep", "confirm an outdated summary that was read again and is right",
               "qualcode framework keep liang 'parent-child alienation'", project, coder)  # fmt: skip
    for verb in (show, write, keep):
        verb.add_argument("case", metavar="CASE", help="id or name")
        verb.add_argument("code", metavar="CODE", help="id, name or path")
    text = write.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="TEXT", help="the summary, in Markdown; an empty one takes it away")
    text.add_argument("--file", metavar="FILE", help="take the text from this file; - for standard input")
