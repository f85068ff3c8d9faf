"""`qualcode filters`: expressions that are saved under a name."""

from __future__ import annotations

from argparse import Namespace

from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, talk
from qualcode.core.visible import visible
from qualcode.session import Session


def show(args: Namespace) -> None:
    from qualcode.analysis.saved_filters import saved_filters

    with opened(args) as project:
        table = saved_filters(project.index)
        broken = any(row["problem"] for row in table)
        emit(table, args, ("name", "expression", "codings", *(["problem"] if broken else [])))
    if not table:
        talk("No filter is saved yet: qualcode filters save NAME EXPRESSION.")


def save(args: Namespace) -> None:
    from qualcode.analysis.saved_filters import count

    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        number = count(project.index, args.expression)  # names that are not there are told before anything is saved
        session.save_filter(args.name, args.expression)
    print(visible(f"Saved filter {args.name}: {args.expression} (codings that match: {number})"))


def delete(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        session.delete_filter(args.name)
    print(visible(f"Deleted filter {args.name} (qualcode undo brings it back)"))
