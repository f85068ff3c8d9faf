"""Commands that rewrite a project for good: `redact`, `withdraw`, `pseudonyms apply`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qualcode.cli.changes import span
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import talk
from qualcode.core.how_many import how_many
from qualcode.core.visible import visible
from qualcode.errors import BadOption

if TYPE_CHECKING:
    from qualcode.session.rewriting import RewritingWork, Rewritten
    from qualcode.session.rewriting_masks import Rewrite
    from qualcode.session.rewriting_plan import RewritePlan
    from qualcode.session.rewriting_proof import Remaining

_LISTED = 200  # places


def redact(args: Namespace) -> int:
    """1 where words remain somewhere in the project."""
    from qualcode.session.rewriting import RewritingWork

    spans = [span(text) for text in args.span]
    with opened(args) as project, RewritingWork(project, who_codes(args.coder)) as session:
        rewrite = session.redaction(
            args.document, spans, args.marker, remove_codings=args.remove_codings, keep_sources=args.keep_sources
        )
        return _do(session, rewrite, args)


def withdraw(args: Namespace) -> int:
    """1 where words remain somewhere in the project."""
    from qualcode.session.rewriting import RewritingWork

    with opened(args) as project, RewritingWork(project, who_codes(args.coder)) as session:
        return _do(session, session.withdrawal(args.whom, args.marker), args)


def apply(args: Namespace) -> int:
    """1 where names of the key remain somewhere in the project."""
    from qualcode.files.pseudonym_key import key_of
    from qualcode.session.rewriting import RewritingWork

    with opened(args) as project, RewritingWork(project, who_codes(args.coder)) as session:
        key = key_of(session.folder)
        if key is None:
            raise BadOption("This project has no key of pseudonyms: qualcode pseudonyms add NAME PSEUDONYM begins one.")
        return _do(session, session.pseudonymisation(key, keep_sources=args.keep_sources), args)


def _do(session: RewritingWork, rewrite: Rewrite, args: Namespace) -> int:
    """Report, ask, rewrite, report what is left."""
    plan, places = session.plan_rewriting(rewrite), None
    if not plan.changes and not rewrite.texts:
        talk("There is nothing to rewrite: nothing in this project holds any of it.")
    else:
        _report(plan)
        for remark in () if args.yes else rewrite.remarks:
            talk(f"{remark}.")
        if not args.yes and not _agreed():
            talk("Nothing was changed.")
            return 0
        done = session.carry_out_rewriting(plan)
        _told(done)
        places = done.remaining
    return _left(session, rewrite, places)


def _report(plan: RewritePlan) -> None:
    for change in plan.changes:
        print(visible(f"{change.moved_from or change.relative}: {change.told}"))
    for line in plan.told():
        print(visible(line))
    gone = sum(change.new is None for change in plan.changes)
    talk(
        f"{how_many(len(plan.changes) - gone, 'file is', 'files are')} rewritten and {gone} taken away, event files of all coders "
        "among them. This is for good: it cannot be undone."
    )


def _agreed() -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadOption("Nothing was changed: this is for good, so say --yes when you have read what it does.")
    try:
        return input("Write `yes` to do it: ").strip().casefold() == "yes"
    except EOFError:
        return False


def _told(done: Rewritten) -> None:
    talk(
        f"Done: {how_many(done.changed, 'file')} rewritten, {done.gone} taken away; the index was emptied and built anew."
    )
    for name in done.left:
        talk(f"{name} was changed at that very moment and left as it is: look at it, and do this again.")
    talk("What no program can take away:")
    for line in done.remains:
        talk(f"- {line}")


def _left(session: RewritingWork, rewrite: Rewrite, places: Sequence[Remaining] | None) -> int:
    from qualcode.session.rewriting_proof import mentions, remaining, unsearched

    for remark in rewrite.remarks:
        talk(f"{remark}.")
    for passage in rewrite.unsought:
        talk(f"{passage!r} says too little to be looked for elsewhere; it went from this place only.")
    if closed := unsearched(session.folder):
        talk(f"Not searched, as their bytes tell no words: {', '.join(closed[:20])}.")
    spoken_of = mentions(session.folder, rewrite.names_to_read)
    if spoken_of:
        talk("To be read by somebody: these lines speak of who was withdrawn.")
    for place in spoken_of[:_LISTED]:
        print(visible(str(place)))
    places = remaining(session.folder, rewrite) if places is None else places
    if not places:
        talk("All bytes of the project were searched: the words are in none of them.")
        return 0
    talk(
        f"The words still stand in {how_many(len(places), 'place')}; take them out there by hand, or say why they may stay:"
    )
    for place in places[:_LISTED]:
        print(visible(str(place)))
    return 1
