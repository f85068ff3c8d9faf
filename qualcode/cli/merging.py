"""`qualcode merge`: what another copy of the project would bring in, and bringing it in."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, talk
from qualcode.core.visible import visible
from qualcode.errors import BadOption

if TYPE_CHECKING:
    from qualcode.session.merging.plan import Plan

_MOST_TOLD = 20
_COLUMNS = ("kind", "name", "field", "here", "there", "outcome", "advice")


def merge(args: Namespace) -> int:
    """Exit status: 0 all of theirs is here, 1 something of theirs was not taken (or nothing was done), 2 not possible."""
    from qualcode.session import Session

    if bool(args.other) == args.copies:
        raise BadOption(
            "Say what to merge: the folder of another copy, or --copies for what a file-syncing tool left here."
        )
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        given = {"unrelated": args.unrelated, "prefer_theirs": args.theirs}
        if args.copies and args.dry_run:
            plan, done = session.foresee_copies(prefer_copies=args.theirs), False
            _report(plan, args)
        elif args.copies:
            plan, done = session.merge_copies(
                prefer_copies=args.theirs, agreed=lambda plan: _report(plan, args) and _agreed(args)
            )
        elif args.dry_run:
            plan, done = session.foresee_merge(args.other, **given), False
            _report(plan, args)
        else:
            plan, done = session.merge(args.other, **given, agreed=lambda plan: _report(plan, args) and _agreed(args))
    if not plan.brings and not args.dry_run:
        _report(plan, args)
    return _status(plan, args, done)


def _status(plan: Plan, args: Namespace, done: bool) -> int:
    if done:
        talk(
            "Done. `qualcode log` tells what came; `qualcode undo` takes back what it changed here (others' codings stay)."
        )
    elif plan.brings:
        talk("Nothing was written." + ("" if args.dry_run else " To do it: the same with --yes."))
    if plan.undecided:
        where = "the conflict copies stay" if args.copies else "the other copy still has them"
        talk(f"{len(plan.undecided)} not taken; {where}. What to do:")
        for item in plan.undecided[:_MOST_TOLD]:
            talk(visible(f"- {item.name}{f' ({item.field})' if item.field else ''}: {item.advice or item.outcome}"))
        if len(plan.undecided) > _MOST_TOLD:
            talk("- and so on: column `advice` (-o FILE keeps it whole).")
    return 1 if plan.undecided or (plan.brings and not done and not args.dry_run) else 0


def _report(plan: Plan, args: Namespace) -> bool:
    if plan.items:
        emit(plan.table, args, _COLUMNS)
    talk(visible(plan.summary))
    return True


def _agreed(args: Namespace) -> bool:
    if args.yes:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        return input("Bring this in? [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        return False
