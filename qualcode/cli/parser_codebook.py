"""The options of `qualcode codebook ...` and of the commands on drift."""

from __future__ import annotations

import argparse
from typing import Any


def add_codebook(command: Any, group: Any, project: Any, coder: Any, listing: Any, manifest: Any) -> None:
    """`codebook` with its verbs; `recode`, `stale` and `keep`."""
    sub = group(
        "codebook", "codebook:show", "show and change the codebook: add, rename, move, merge, edit, export, import, diff ...",
        "qualcode codebook show", project, listing,
    )  # fmt: skip
    _reading(sub, project, coder, listing, manifest)
    _changing(sub, project, coder)
    _drift(command, project, coder, listing)


def _reading(sub: Any, project: Any, coder: Any, listing: Any, manifest: Any) -> None:
    show = sub("show", "codebook:show", "print the code tree with counts, or one code's entry",
               "qualcode codebook show longing", project, listing)  # fmt: skip
    show.add_argument("code", metavar="CODE", nargs="?", default="", help="id, name or path (default: the whole tree)")
    export = sub("export", "codebook:export", "write the codebook as YAML, CSV, Markdown or a Word table for an appendix",
                 "qualcode codebook export -o codebook.docx", project, manifest)  # fmt: skip
    export.add_argument(
        "-f", "--format", choices=("yaml", "csv", "md", "docx"), help="default: by FILE's ending, else yaml"
    )
    export.add_argument("file", metavar="FILE", nargs="?", default=None, help="the same as -o FILE")
    export.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
    export.add_argument(
        "--no-bom", action="store_true", help="no byte-order mark at the start of a CSV file (Excel needs it)"
    )
    diff = sub("diff", "codebook:diff", "what is new, gone, renamed or redefined between two codebooks or two dates",
               "qualcode codebook diff 2009-06-30 now", project, listing)  # fmt: skip
    diff.add_argument(
        "a", metavar="A", help="a codebook file (YAML, CSV), a project folder, a date, a milestone, or now"
    )
    diff.add_argument("b", metavar="B", nargs="?", default="now", help="likewise (default: now)")
    sub("check", "codebook:check", "list codes that look alike: by name, or by standing on the same passages",
        "qualcode codebook check", project, listing)  # fmt: skip


def _changing(sub: Any, project: Any, coder: Any) -> None:
    parents = (project, coder, _said_as())
    bring = sub("import", "codebook:import_file", "add and change codes from a file: YAML, or CSV as of qualcode, Taguette, MAXQDA",
                "qualcode codebook import codes.csv --dry-run", project, coder)  # fmt: skip
    bring.add_argument("file", metavar="FILE")
    bring.add_argument("--dry-run", action="store_true", help="only show what would be added or changed")
    bring.add_argument("--yes", action="store_true", help="do not ask")
    add = sub("add", "codebook:add", "add a code", "qualcode codebook add 'hidden emotions/pride' --definition 'Joy in what one did.'",
              *parents)  # fmt: skip
    add.add_argument("name", metavar="NAME", help="a name, or a path whose upper part exists")
    add.add_argument("--parent", "--under", metavar="CODE", default="", help="the code that it goes under")
    _texts(add)
    rename = sub("rename", "codebook:rename", "give a code another name; links in memos follow",
                 "qualcode codebook rename longing 'longing for presence'", *parents)  # fmt: skip
    rename.add_argument("code", metavar="CODE")
    rename.add_argument("name", metavar="NAME")
    move = sub("move", "codebook:move", "put a code under another one, or to another place among its siblings",
               "qualcode codebook move longing 'parent-child alienation'", *parents)  # fmt: skip
    move.add_argument("code", metavar="CODE")
    move.add_argument("under", metavar="PARENT", nargs="?", default=None, help="the code that it goes under")
    place = move.add_mutually_exclusive_group()
    place.add_argument("--parent", "--under", "--to", metavar="CODE", default=None, help="the same as PARENT")
    place.add_argument("--top", action="store_true", help="to the top of the codebook")
    for name, text in (("up", "one place up"), ("down", "one place down"), ("indent", "under the sibling before it"),
                       ("outdent", "beside its parent")):  # fmt: skip
        place.add_argument(f"--{name}", dest="shift", action="store_const", const=name, help=text)
    among = move.add_mutually_exclusive_group()
    among.add_argument("--after", metavar="CODE", default=None, help="behind this sibling")
    among.add_argument("--first", action="store_true", help="before all siblings (default: behind them)")
    merge = sub("merge", "codebook:merge", "merge codes into another: their codings count there from now on",
                "qualcode codebook merge 'then and now' intensity", *parents)  # fmt: skip
    merge.add_argument("codes", metavar="CODE", nargs="+", help="the codes to merge, then the one that stays")
    merge.add_argument("--into", metavar="CODE", default="", help="the code that stays")
    edit = sub("edit", "codebook:edit", "change a code's texts, colour or key; without options in $EDITOR",
               "qualcode codebook edit longing --use-when 'Wishes that are said aloud.'", *parents)  # fmt: skip
    edit.add_argument("code", metavar="CODE")
    edit.add_argument("--name", metavar="T", default=None, help="name")
    _texts(edit)
    retire = sub("retire", "codebook:retire", "take a code out of use: its codings stay, it is not offered any more",
                 "qualcode codebook retire 'then and now'", *parents)  # fmt: skip
    retire.add_argument("code", metavar="CODE")
    retire.add_argument("--back", action="store_true", help="bring it back into use")
    delete = sub("delete", "codebook:delete", "delete a code with its sub-codes; says how many codings stop counting",
                 "qualcode codebook delete 'then and now' --yes", *parents)  # fmt: skip
    delete.add_argument("code", metavar="CODE")
    delete.add_argument("--yes", action="store_true", help="also where there are codings")


def _texts(parser: argparse.ArgumentParser) -> None:
    for option, text in (
        ("--definition", "what the code means"), ("--use-when", "when to use it"),
        ("--do-not-use-when", "when another code fits better"), ("--example", "an example"),
        ("--color", "#rrggbb"), ("--key", "the digit that applies it (0: none)"),
    ):  # fmt: skip
        parser.add_argument(option, metavar="T", default=None, help=text)


def _said_as() -> argparse.ArgumentParser:
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("-f", "--format", choices=("text", "json"), default="text", help="how to say what was done")
    return parent


def _drift(command: Any, project: Any, coder: Any, listing: Any) -> None:
    recode = command("recode", "codebook:recode", "put another code in the place of a coding's, as when splitting a code",
                     "qualcode recode 01m7zy7ceemf0w44y9 longing", project, coder)  # fmt: skip
    recode.add_argument("ids", metavar="ID", nargs="+", help="codings by id, or enough of its end")
    recode.add_argument("code", metavar="CODE", help="the code that they get")
    stale = command("stale", "codebook:stale", "list codings made under an older definition of their code, to be read again",
                    "qualcode stale --code longing", project, coder, listing)  # fmt: skip
    stale.add_argument("--code", metavar="C", default="", help="only of this code and its sub-codes")
    stale.add_argument("--mine", action="store_true", help="only your own codings")
    keep = command("keep", "codebook:keep", "confirm codings of yours that were read again under the new definition",
                   "qualcode keep 01m7zy7ceemf0w44y9", project, coder)  # fmt: skip
    keep.add_argument("ids", metavar="ID", nargs="*", help="codings by id, or enough of its end")
    keep.add_argument(
        "--code", metavar="C", default="", help="all of yours that `stale` lists for this code and its sub-codes"
    )
