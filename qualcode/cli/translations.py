"""`qualcode translations ...`: which document is a translation of which, and how their turns are linked."""

from __future__ import annotations

from argparse import Namespace

from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, talk
from qualcode.core.visible import visible
from qualcode.session import Session

_BACK = "(qualcode undo takes it back)"


def listed(args: Namespace) -> None:
    with opened(args) as project:
        table = project.translations
        emit(table, args)
    if not table:
        talk(
            "No document is a translation of another one: qualcode translations link ORIGINAL TRANSLATION makes it one."
        )
    elif any(row["doubtful"] for row in table):
        talk("Some linked turns are spoken by different people: qualcode translations check lists them.")


def check(args: Namespace) -> int:
    from qualcode.analysis.translations import doubtful_links

    with opened(args) as project:
        table, idle = doubtful_links(project.index, args.document)
        if table or args.format or args.output:
            emit(table, args)
    for sentence in idle:
        talk(sentence)
    proposals = [row for row in table if row["proposal"]]
    for row in proposals:
        talk(f"Try: qualcode translations pin {row['translation']} {row['proposal']}")
    talk(f"{len(table) or 'No'} linked turn{' is' if len(table) == 1 else 's are'} spoken by different people.")
    return 1 if table or idle else 0


def link(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        before = project.index.document_info(args.translation)
        names = session.link_translation(args.original, args.translation)
    if before is not None and before.translation_of == names.original:
        talk("Nothing to change: that is so already.")
    else:
        print(visible(f"Linked: {names.translation} is a translation of {names.original} {_BACK}"))


def pin(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        gone = session.pin_turns(args.document, *args.pins)
    more = f"; {', '.join(map(str, gone))} could not hold beside it and went" if gone else ""
    print(visible(f"Linked: {', '.join(args.pins)}{more} {_BACK}"))


def unpin(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        gone = session.unpin_turns(args.document, *args.pins)
    if gone:
        print(visible(f"Taken away: {', '.join(gone)} {_BACK}"))
    else:
        talk("Nothing to change: there is no such link set by hand.")
