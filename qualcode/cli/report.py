"""`qualcode report`: the study as one HTML file."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from qualcode.cli.lists import filters_from, opened
from qualcode.cli.output import emit_document, manifest_path, talk
from qualcode.core.how_many import how_many
from qualcode.errors import BadOption

if TYPE_CHECKING:
    from qualcode.analysis.report_data import ReportData


def report(args: Namespace) -> int:
    """Write the report; say how large it is and how many codings it shows."""
    from qualcode.analysis.choosing import why_empty
    from qualcode.analysis.report_data import report_data
    from qualcode.exchange.report import report_html
    from qualcode.exchange.report.displays import displays

    if args.context < 0:
        raise BadOption("--context is a number of characters, 0 or more.")
    if not args.output and sys.stdout.isatty():
        raise BadOption("A report is no text for a terminal: name a file with -o report.html.")
    if args.output and Path(args.output).suffix.lower() not in (".html", ".htm"):
        raise BadOption(
            f"A report is a web page, so its file ends in .html: -o {Path(args.output).stem or 'report'}.html."
        )
    manifest_path(args)  # a report takes its time, so what cannot be written is said before
    filters = filters_from(args)
    with opened(args) as project:
        data = report_data(project.index, filters, title=args.title, anonymous=args.anonymous, context=args.context)
        if data.part and not data.codings:
            talk(f"{why_empty(project.index, filters)} No report was written.")
            return 1
        page = report_html(data, displays(project.index, filters, anonymous=args.anonymous))
        told = f"Wrote {how_many(len(data.codings), 'coding')} to {args.output} ({len(page) / 1_000_000:.1f} MB)."
        counts = {"codings": len(data.codings), "documents": len(data.documents), "cases": len(data.cases)}
        emit_document(page, _named_in(args, data), project.index, told, counts, "html")
    return 0


def _named_in(args: Namespace, data: ReportData) -> Namespace:
    """The options as a manifest may tell them: without the names of coders where the report has none."""
    if not args.anonymous:
        return args
    return Namespace(**vars(args) | {"coder": "", "where": "", "part": data.part})
