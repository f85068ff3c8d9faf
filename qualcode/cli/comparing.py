"""`qualcode compare`: two to four sides with a sentence a code and the quotes."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from qualcode.analysis.comparing import Comparison, comparison
from qualcode.analysis.table import Table
from qualcode.cli.lists import at_the_time, filters_from, opened, tell_remarks
from qualcode.cli.output import emit, emit_document, talk
from qualcode.core.how_many import how_many
from qualcode.errors import BadOption
from qualcode.exchange.comparisons import export_comparison, overview, text_sizes
from qualcode.notebook import OpenProject

_WRITTEN = ("md", "html", "docx")


def compare(args: Namespace) -> int:
    """The comparison as a table, or written out."""
    with opened(args) as project, at_the_time(project, args) as then:
        found = comparison(then.index, args.names, args.by, filters_from(args), order=args.order)
        _tell_empty_sides(found)
        shown = found.only(args.only)
        tell_remarks(then, found.filters, empty=False)
        if not shown.rows:
            talk(_nothing(then, found, args))
            return 1
        form = args.format or (Path(args.output).suffix.lower().lstrip(".") if args.output else "table")
        if form in _WRITTEN:
            _write(then, shown, form, args)
        elif form == "table":
            emit(Table(*overview(shown)), args, index=then.index)
            talk("Passages, in brackets per 1,000 words of " + ", ".join(text_sizes(shown)) + ".")
        else:
            emit(shown.table(), args, index=then.index)
    return 0


def _tell_empty_sides(found: Comparison) -> None:
    for number, side in enumerate(found.sides):
        if not side.documents:
            talk(
                f"{found.headers[number]} has no documents" + (" that the filters leave." if _narrowed(found) else ".")
            )
        elif not any(row.shares[number].count for row in found.rows):
            talk(f"{found.headers[number]} has no codings" + (" that match." if _narrowed(found) else "."))


def _narrowed(found: Comparison) -> bool:
    return any(vars(found.filters).values())


def _nothing(project: OpenProject, found: Comparison, args: Namespace) -> str:
    if found.rows:
        held = "that all sides have" if args.only == "both" else "that just one side has"
        return f"There is no code {held}: {len(found.rows)} without --only {args.only}."
    from qualcode.analysis.choosing import why_empty

    return why_empty(project.index, found.filters) or "Nothing that matches is coded on any side."


def _write(project: OpenProject, found: Comparison, form: str, args: Namespace) -> None:
    """The document to standard output or a file, with its manifest where that is asked for."""
    if form == "docx" and not args.output and sys.stdout.isatty():
        raise BadOption("A Word document is no text for a terminal: name a file with -o compare.docx.")
    data = export_comparison(found, form, project.info.title)
    told = f"Wrote {how_many(len(found.rows), 'code')} to {args.output}."
    emit_document(data, args, project.index, told, {"codes": len(found.rows)}, form)
