"""`qualcode cases import`, `cases set` and `qualcode participants ...`."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from qualcode.analysis.table import Table
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, talk
from qualcode.core.how_many import how_many
from qualcode.core.visible import visible
from qualcode.errors import BadOption
from qualcode.session import Session

if TYPE_CHECKING:
    from qualcode.session.case_plans import CasePlan


def import_file(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        plan = session.plan_cases(
            args.file,
            case_column=args.case_column,
            encoding=args.encoding,
            sheet=args.sheet,
            empty_erases=args.empty_erases,
        )
        if not args.dry_run:
            session.carry_out_cases(plan)
    for remark in plan.remarks:
        talk(remark)
    if args.format or args.output:
        emit(_table(plan), args)
    else:
        for change in plan.changes:
            print(visible(str(change)))
    _tell(plan, dry_run=args.dry_run)


def _table(plan: CasePlan) -> Table:
    rows = [(change.case, change.new, name, before, after)
            for change in plan.changes for name, (before, after) in (change.values or {"": ("", "")}).items()]  # fmt: skip
    return Table(["case", "new", "attribute", "before", "after"], rows)


def _tell(plan: CasePlan, *, dry_run: bool) -> None:
    if plan.attributes:
        told = ", ".join(f"{name} ({kind})" for name, kind in plan.attributes.items())
        talk(f"New attributes in project.yaml: {told}.")
    new = sum(change.new for change in plan.changes)
    counts = f"{how_many(new, 'new case')}, {len(plan.changes) - new} changed, {len(plan.unchanged)} as they were"
    ending = " Nothing was written." if dry_run or not plan.steps else " To take it back: qualcode undo"
    talk(f"{counts}.{ending}")


def set_case(args: Namespace) -> None:
    values = dict(_pair(text) for text in args.values)
    if not values and not args.name and not args.new:
        raise BadOption("Say what to set: qualcode cases set CASE NAME=VALUE ...")
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        plan = session.set_case(args.case, values, name=args.name, new=args.new)
    for change in plan.changes:
        print(visible(str(change)))
    for case in plan.unchanged:
        print(visible(f"{case}: is so already"))
    for name, kind in plan.attributes.items():
        talk(
            f"The attribute {name!r} is new: it was declared as {kind} in project.yaml. If that was a slip: qualcode undo"
        )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BadOption(f"{text!r} is no attribute with a value: write NAME=VALUE, as in child_age=14.")
    return name, value


def participants(args: Namespace) -> None:
    with opened(args) as project:
        emit(project.participants, args)


def add_participant(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        person = session.add_participant(args.id, args.name, args.role, args.case)
    facts = [person.name, person.role, f"case {person.case}" if person.case else ""]
    print(
        visible(
            f"Added participant {person.id}: {', '.join(fact for fact in facts if fact)} (qualcode undo takes it back)"
        )
    )
