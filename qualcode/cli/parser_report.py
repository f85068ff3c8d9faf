"""The options of `qualcode report`."""

from __future__ import annotations

from typing import Any


def add_report(command: Any, project: Any, manifest: Any, filters: Any) -> None:
    """`report`, with the filters that all lists have."""
    sub = command("report", "report:report",
                  "write one HTML file with the study, its codebook, its matrix and every quote, that opens offline",
                  "qualcode report -o report.html", project, manifest, filters)  # fmt: skip
    sub.add_argument("-o", "--output", metavar="FILE", help="the file to write (default: standard output)")
    sub.add_argument("--title", metavar="T", default="", help="the report's title (default: the study's)")
    sub.add_argument(
        "--anonymous", action="store_true", help="leave out notes and memos; coders become Coder 1, Coder 2 and so on"
    )
    sub.add_argument(
        "--context", metavar="N", type=int, default=160,
        help="characters of the transcript before and after each quote, 0 for none (default: 160)",
    )  # fmt: skip
