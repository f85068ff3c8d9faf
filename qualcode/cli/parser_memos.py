"""The options of `qualcode memos` and `qualcode memo ...`."""

from __future__ import annotations

from typing import Any

_KINDS = "analytic, methodological, reflexive, summary or to-do"
_ABOUT = "project, case:X, document:D, code:C, coding:ID, case:X code:C (a cell), or the bare name of one of these"


def add_memos(command: Any, group: Any, project: Any, coder: Any, listing: Any, manifest: Any) -> None:
    """`memos`, the list, and `memo` with its verbs."""
    sub = command("memos", "memos:listed", "list memos, and export them as CSV, Markdown or Word",
                  "qualcode memos --about case:liang -o memos.docx", project, manifest)  # fmt: skip
    sub.add_argument("--about", metavar="A", default="", help=_ABOUT)
    sub.add_argument("--kind", metavar="K", default="", help=_KINDS)
    sub.add_argument("--author", metavar="N", default="", help="a coder")
    sub.add_argument(
        "--text", metavar="WORDS", default="", help="memos whose title or text holds this, letter case aside"
    )
    sub.add_argument(
        "-f", "--format", choices=("table", "csv", "json", "md", "docx"), help="default: table, or by FILE's ending"
    )
    sub.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
    sub.add_argument(
        "--no-bom", action="store_true", help="no byte-order mark at the start of a CSV file (Excel needs it)"
    )
    sub = group("memo", "memos:verbs", "write, show, edit and delete a memo", "qualcode memo show tutor-and-researcher",
                project, coder)  # fmt: skip
    _verbs(sub, project, coder, listing)


def _verbs(sub: Any, project: Any, coder: Any, listing: Any) -> None:
    new = sub("new", "memos:new", "write a memo; without a text in your editor",
              "qualcode memo new --title 'Two silences' --about 'case:liang code:longing' --text 'Compare with Long.'",
              project, coder, listing)  # fmt: skip
    new.add_argument(
        "name", metavar="TITLE", nargs="?", default="", help="its title; - takes the text from standard input"
    )
    new.add_argument("--title", metavar="T", default="", help="its title, from which its id is made (also as TITLE)")
    new.add_argument("--about", metavar="A", default="project", help=f"{_ABOUT} (default: project)")
    new.add_argument("--kind", metavar="K", default="analytic", help=f"{_KINDS} (default: analytic)")
    _text(new, stdin=False)
    show = sub("show", "memos:show", "print a memo", "qualcode memo show tutor-and-researcher | less", project, listing)
    show.add_argument("memo", metavar="ID", help="the memo's id (its file's name) or title")
    edit = sub("edit", "memos:edit", "change a memo; without options in your editor",
               "qualcode memo edit tutor-and-researcher --kind methodological", project, coder, listing)  # fmt: skip
    edit.add_argument("memo", metavar="ID", help="the memo's id (its file's name) or title")
    edit.add_argument("--title", metavar="T", help="another title; the id stays")
    edit.add_argument("--about", metavar="A", help=_ABOUT)
    edit.add_argument("--kind", metavar="K", help=_KINDS)
    _text(edit)
    gone = sub("delete", "memos:delete", "delete a memo; `qualcode undo` brings it back",
               "qualcode memo delete tutor-and-researcher", project, coder)  # fmt: skip
    gone.add_argument("memo", metavar="ID", help="the memo's id (its file's name) or title")


def _text(sub: Any, *, stdin: bool = True) -> None:
    text = sub.add_mutually_exclusive_group()
    text.add_argument(
        "--text", metavar="TEXT", help="its text, in Markdown; [[links]] lead to codings, codes, cases, memos"
    )
    text.add_argument("--file", metavar="FILE", help="take the text from this file; - for standard input")
    if stdin:
        text.add_argument("stdin", metavar="-", nargs="?", choices=("-",), help="take the text from standard input")
