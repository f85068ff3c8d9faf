"""`qualcode import --table`: what is said before and after a table of texts is brought in."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qualcode.cli.coder import who_codes
from qualcode.cli.importing import status, summary, tell_done, tell_plan
from qualcode.cli.output import talk, tell_progress
from qualcode.core.how_many import how_many
from qualcode.core.visible import visible
from qualcode.errors import BadOption

if TYPE_CHECKING:
    from qualcode.session.tables import TablePlan

_COLUMNS = ("text", "case", "id", "date", "title")
_SHOWN = 10  # documents in a preview


def import_table(args: Namespace, given: Mapping[str, Any]) -> int:
    """Exit status as of `import`."""
    from qualcode.cli.lists import opened
    from qualcode.session import Session

    if not args.table:
        raise BadOption("Options on columns, sheets and attributes are for tables: qualcode import --table FILE.")
    if args.files:
        raise BadOption("Import files or a table, not both in one go.")
    asked = {name: getattr(args, f"{name}_column") for name in _COLUMNS}
    asked |= {"sheet": args.sheet, "attributes_to": args.attributes_to}
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        try:
            plan = session.plan_table(args.table, asked, given)
            if args.dry_run:
                _preview(plan, project.info)
                tell_plan(plan.documents, plan.documents.failed)
                return status(plan.documents, len(plan.documents.planned) + plan.there, plan.documents.failed)
            done = session.carry_out_table(plan, tell_progress("Writing documents"))
        except KeyboardInterrupt:
            talk("Stopped: nothing was imported, and the project is as it was.")
            return 130
    for item in done.documents:
        print(summary(item))
    _tell_table(plan)
    tell_done(plan.documents, done)
    failed = (*plan.documents.failed, *done.failed)
    tell_plan(plan.documents, failed)
    return status(plan.documents, len(done.documents) + plan.there, failed)


def _preview(plan: TablePlan, project: Any) -> None:
    from qualcode.session.import_preview import preview

    planned = plan.documents.planned
    print("\n\n".join(preview(item, project) for item in planned[:_SHOWN]))
    if len(planned) > _SHOWN:
        talk(f"{how_many(len(planned) - _SHOWN, 'document')} more would be imported.")
    _tell_table(plan)


def _tell_table(plan: TablePlan) -> None:
    for remark in plan.remarks:
        talk(remark)
    if plan.cases.attributes:
        told = ", ".join(f"{name} ({kind})" for name, kind in plan.cases.attributes.items())
        talk(f"New attributes in project.yaml: {told}.")
    for change in plan.cases.changes[:_SHOWN]:
        talk(visible(str(change)))
    if len(plan.cases.changes) > _SHOWN:
        talk(f"and {how_many(len(plan.cases.changes) - _SHOWN, 'case')} more, new or changed.")
