"""`qualcode report`: the study as one HTML file."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from qualcode.cli.lists import filters_from, opened
from qualcode.cli.output import talk
from qualcode.errors import BadOption


def report(args: Namespace) -> int:
    """Write the report; say how large it is and how many codings it shows."""
    from qualcode.analysis.choosing import why_empty
    from qualcode.analysis.report_data import report_data
    from qualcode.exchange.report import report_html
    from qualcode.exchange.report.displays import displays
    from qualcode.files.saving import replace_file

    if args.context < 0:
        raise BadOption("--context is a number of characters, 0 or more.")
    if not args.output and sys.stdout.isatty():
        raise BadOption("A report is no text for a terminal: name a file with -o report.html.")
    filters = filters_from(args)
    with opened(args) as project:
        data = report_data(project.index, filters, title=args.title, anonymous=args.anonymous, context=args.context)
        if data.part and not data.codings:
            talk(f"{why_empty(project.index, filters)} No report was written.")
            return 1
        page = report_html(data, displays(project.index, filters, anonymous=args.anonymous))
    if args.output:
        replace_file(Path(args.output), page)
        talk(f"Wrote {len(data.codings)} codings to {args.output} ({len(page) / 1_000_000:.1f} MB).")
    elif hasattr(sys.stdout, "buffer"):
        sys.stdout.flush()
        sys.stdout.buffer.write(page)
    else:
        print(page.decode(), end="")
    return 0
