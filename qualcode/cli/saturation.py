"""`qualcode saturation`: new codes an interview."""

from __future__ import annotations

from argparse import Namespace

from qualcode.analysis.saturation import SaturationTable, read_order, saturation
from qualcode.cli.lists import filters_from, opened, tell_remarks
from qualcode.cli.output import emit, emit_document, talk
from qualcode.notebook import OpenProject

_SHOWN = ("number", "document", "date", "new_codes", "codes_so_far", "run_new", "percent", "saturated", "which")


def show(args: Namespace) -> int:
    with opened(args) as project:
        order = args.order if args.order in ("date", "import") else read_order(project.index, args.order)
        table = saturation(
            project.index, filters_from(args), base=args.base, run=args.run, threshold=args.threshold, order=order,
            top=args.top, all_documents=args.all_documents,
        )  # fmt: skip
        tell_remarks(project, filters_from(args), empty=not any(row["codings"] for row in table))
        if args.format == "svg" or (not args.format and str(args.output or "").lower().endswith(".svg")):
            _picture(project, table, args)
        else:
            emit(table, args, _SHOWN, project.index)
    for remark in table.remarks:
        talk(remark)
    talk(table.sentence)
    return 0 if table.answered else 1


def _picture(project: OpenProject, table: SaturationTable, args: Namespace) -> None:
    from qualcode.exchange.manifest import counts_of
    from qualcode.exchange.pictures import saturation_svg

    picture = saturation_svg(table, "Saturation").encode("utf-8", "replace")
    emit_document(picture, args, project.index, f"Wrote {args.output}.", counts_of(table), "svg")
