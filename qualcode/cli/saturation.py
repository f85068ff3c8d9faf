"""`qualcode saturation`: new codes an interview."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from qualcode.analysis.saturation import SaturationTable, read_order, saturation
from qualcode.cli.lists import filters_from, opened, tell_remarks
from qualcode.cli.output import emit, talk
from qualcode.files.saving import replace_file

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
        _picture(table, args.output)
    else:
        emit(table, args, _SHOWN)
    for remark in table.remarks:
        talk(remark)
    talk(table.sentence)
    return 0 if table.answered else 1


def _picture(table: SaturationTable, output: str | None) -> None:
    from qualcode.exchange.pictures import saturation_svg

    text = saturation_svg(table, "Saturation")
    if output:
        replace_file(Path(output), text.encode("utf-8", "replace"))
        talk(f"Wrote {output}.")
    else:
        print(text, end="")
