"""The options of `qualcode import`."""

from __future__ import annotations

from typing import Any

_KINDS = (
    "text (.txt, .md), Word, OpenDocument, RTF, web pages, EPUB, PDF, subtitles, exports of Zoom, Teams, Otter, Whisper"
)


def add_import(command: Any, project: Any, coder: Any) -> None:
    """`import`, of files and folders."""
    sub = command("import", "importing:import_files", "import transcripts as documents: files, or all files of folders",
                  "qualcode import interviews/*.docx --case liang --kind interview --speakers 'R=researcher,M=mother-liang'",
                  project, coder)  # fmt: skip
    sub.add_argument("files", metavar="FILE|FOLDER", nargs="*", help=f"what can be read: {_KINDS}")
    sub.add_argument("--dry-run", action="store_true", help="show what would be imported, and write nothing")
    _table(sub)
    facts = sub.add_argument_group("facts, for all files; they win over what a file states itself")
    facts.add_argument("--case", metavar="C", default="", help="the case they belong to (declared if it is new)")
    facts.add_argument("--kind", metavar="K", default="", help="interview, field note, chat, ...")
    facts.add_argument("--date", metavar="D", default="", help="YYYY-MM-DD")
    facts.add_argument("--language", metavar="L", default="", help="the language of the text, such as zh")
    facts.add_argument("--title", metavar="T", default="", help="title, for a single file")
    facts.add_argument(
        "--speakers", metavar="LIST", default="",
        help="who speaks, as R=researcher,M=mother-liang: labels with participants' ids, which are declared if they are new; "
        "a label alone is one that could not be told from other words",
    )  # fmt: skip
    sub.add_argument(
        "--add-participants", action="store_true", help="make speakers that are not known participants of the case"
    )
    sub.add_argument(
        "--encoding", metavar="E", default="", help="the encoding of text files (default: found out), such as gb18030"
    )
    sub.add_argument(
        "--comments-as-codes", action="store_true",
        help="make comments and highlights of Word files codings, instead of a memo for review",
    )  # fmt: skip
    sub.add_argument(
        "--again", action="store_true", help="import also files that were imported before, under another id"
    )


def _table(sub: Any) -> None:
    table = sub.add_argument_group("a table of texts, such as answers to a survey (instead of FILE)")
    table.add_argument(
        "--table",
        metavar="FILE",
        default="",
        help=".csv, .tsv or .xlsx: a row a document, the first row names the columns",
    )
    for option, text in (
        ("--text-column", "the text; several as q1,q2: each under its name as a heading (default: by usual names, else the longest)"),
        ("--case-column", "names the case"), ("--id-column", "gives the document's id (default: the case, else the row's number)"),
        ("--date-column", "holds the date"), ("--title-column", "holds the title"),
    ):  # fmt: skip
        table.add_argument(option, metavar="NAME", default="", help=text)
    table.add_argument("--sheet", metavar="S", default="", help="this sheet of a workbook (default: the first)")
    table.add_argument(
        "--attributes-to", metavar="WHAT", choices=("case", "document"), default="",
        help="case or document: whose attributes the other columns are (default: the case's where it has one value throughout)",
    )  # fmt: skip
