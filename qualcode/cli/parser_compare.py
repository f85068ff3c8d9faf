"""The options of `qualcode compare`."""

from __future__ import annotations

from typing import Any

from qualcode.cli.parser_audit import add_as_of

_FORMS = ("table", "md", "html", "docx", "csv", "json", "xlsx")
_BY = "case, document, participant, speaker, role, kind, coder, month, quarter, year, language, attr:NAME, or joined as case+role"


def add_compare(command: Any, project: Any, manifest: Any, filters: Any) -> None:
    """`compare`: two to four things side by side, on paper."""
    sub = command("compare", "comparing:compare", "compare two to four cases (or documents, roles, months ...) side by side",
                  "qualcode compare liang zhao --code 'hidden emotions' -o hidden-emotions.html", project, manifest, filters)  # fmt: skip
    add_as_of(sub)
    sub.add_argument("names", metavar="NAME", nargs="+", help="two to four cases, or whatever --by says")
    sub.add_argument("--by", metavar="DIMENSION", default="case", help=f"what the names are: {_BY} (default: case)")
    sub.add_argument(
        "--order", choices=("codebook", "difference"), default="codebook",
        help="codes as in the codebook (default), or where the rates differ most first",
    )  # fmt: skip
    sub.add_argument(
        "--only", choices=("both", "one"), default="all", help="only codes that all sides have, or that just one has"
    )
    sub.add_argument(
        "-f", "--format", choices=_FORMS,
        help="md, html and docx hold the quotes in columns, csv has one row a code (default: table, or by FILE's ending)",
    )  # fmt: skip
    sub.add_argument("-o", "--output", metavar="FILE", help="write to this file instead of standard output")
    sub.add_argument(
        "--no-bom", action="store_true", help="no byte-order mark at the start of a CSV file (Excel needs it)"
    )
