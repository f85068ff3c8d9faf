"""Commands that change codings."""

from __future__ import annotations

from argparse import Namespace

from qualcode.analysis.table import Table
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, talk
from qualcode.core.visible import quoted, visible
from qualcode.errors import BadOption
from qualcode.session import Session


def code(args: Namespace) -> None:
    start, end = span(args.span) if args.span else (None, None)
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        known = {row[0] for row in project.index.rows("SELECT id FROM coding")}
        coding = session.code(args.document, start, end, args.code, quote=args.quote or "", note=args.note)
        table = project.segments(document=coding.document)
    if coding.id in known:
        talk("This passage has that code of yours already.")
    row = next(row for row in table if row["coding_id"] == coding.id)
    columns = ("coding_id", "document", "line", "start", "end", "code_path", "coder", "text", "note")
    emit(Table(table.columns, [row]), args, columns, only_told=True)


def span(text: str) -> tuple[int, int]:
    """START:END as two numbers. Raises BadOption."""
    start, colon, end = text.partition(":")
    if not colon or not all(part.strip().isdecimal() and len(part) < 19 for part in (start, end)):
        raise BadOption(f"{text!r} is not a span: write START:END, two numbers, as in 120:188.")
    return int(start), int(end)


def uncode(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        coding = session.uncode(args.id)
        path = project.code_tree.path(coding.code)
    done = f"Removed: coding {path} on {quoted(coding.text)} in {coding.document} (qualcode undo brings it back)"
    print(visible(done))


def mark(args: Namespace) -> None:
    from qualcode.core.events import EXEMPLARY

    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        wanted = [session.coding(ident) for ident in args.ids]  # all are looked up before any is marked
        with session.batch():
            marked = [session.mark(coding.id, "" if args.off else EXEMPLARY) for coding in wanted]
        paths = [project.code_tree.path(coding.code) for coding in marked]
    for coding, path in zip(marked, paths, strict=True):
        done = "No longer marked" if args.off else "Marked as exemplary"
        print(visible(f"{done}: {quoted(coding.text)} in {coding.document}, {path}"))
