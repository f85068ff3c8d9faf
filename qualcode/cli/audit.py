"""Commands of the audit trail: the log, undo and redo, milestones."""

from __future__ import annotations

from argparse import Namespace

from qualcode.analysis.audit import IN_A_LIST, AuditTable, predicate
from qualcode.analysis.milestones import local_time
from qualcode.analysis.table import Table
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, is_data, talk
from qualcode.core.how_many import how_many
from qualcode.core.visible import quoted, visible
from qualcode.errors import BadOption
from qualcode.session import Session

_FILTERS = ("coder", "code", "case", "since", "until", "kind", "text")


def log(args: Namespace) -> None:
    if args.doc and args.document and args.doc != args.document:
        raise BadOption("Name one document only: DOC or --document.")
    with opened(args) as project:
        table = project.log(args.doc or args.document, **{name: getattr(args, name) for name in _FILTERS})
    emit(table if is_data(args) else _to_read(table), args)
    if not table.rows:
        talk("Nothing in the log matches.")
    elif undone := sum(not entry.in_force for entry in table.entries):
        talk(f"Not in force any more, and marked ✗: {undone} of {how_many(len(table), 'act')}.")


def _to_read(table: AuditTable) -> Table:
    """One line an act: local time, coder, the sentence, and enough of the id for `undo --event`."""
    rows = [
        (
            local_time(entry.at),
            entry.coder,
            ("" if entry.in_force else "✗ ") + predicate(entry, IN_A_LIST),
            entry.event_id[-8:],
        )
        for entry in table.entries
    ]
    return Table(("time", "coder", "act", "id"), rows)


def undo(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        if args.event:
            print(visible(str(session.take_back(args.event))))
        elif args.to:
            print(visible(str(session.undo_to(args.to))))
        else:
            for _ in range(args.count):
                print(visible(str(session.undo()[0])), flush=True)


def redo(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        for _ in range(args.count):
            print(visible(str(session.redo()[0])), flush=True)


def milestone(args: Namespace) -> None:
    if bool(args.name) == bool(args.diff):
        raise BadOption(
            "Give the milestone a name, as in: qualcode milestone 'first cycle done'; "
            "or compare two: qualcode milestone --diff A B."
        )
    with opened(args) as project:
        if args.diff:
            table = project.difference(*args.diff)
            emit(table, args, table.columns[1:])
            return
        with Session(project, who_codes(args.coder)) as session:
            made = session.milestone(args.name)
    counts = f"{how_many(made.codings or 0, 'coding')}, {how_many(made.codes or 0, 'code')}"
    print(visible(f"Milestone {quoted(made.name)}: {counts}, {local_time(made.at)}"))


def milestones(args: Namespace) -> None:
    with opened(args) as project:
        table = project.milestones
    if (args.format or "table") == "table" and not args.output:
        table = Table(table.columns, (row.replaced(at=local_time(row["at"])) for row in table))
    emit(table, args, ("milestone", "at", "coder", "codings", "codes"))
    if not table.rows:
        talk("There is no milestone yet: qualcode milestone 'first cycle done' sets one.")
