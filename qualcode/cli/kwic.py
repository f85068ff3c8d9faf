"""`qualcode kwic`: a concordance, and the coding of all that it lists."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace

from qualcode.analysis.kwic import Concordance, Wanted, kwic, passages
from qualcode.analysis.table import Row
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, form_of, in_colour, talk
from qualcode.core.how_many import how_many
from qualcode.core.surroundings import before
from qualcode.core.visible import columns, fit, visible
from qualcode.errors import BadOption
from qualcode.notebook import OpenProject

_WIDE = 160
_WIDEST = 30  # columns of the place and of the speaker


def listed(args: Namespace) -> int:
    if args.dry_run and not args.apply:
        raise BadOption("--dry-run says what --apply CODE would code: name the code.")
    wanted = Wanted(" ".join(args.words), args.word, args.case, args.document, args.speaker, args.role, args.kind)
    with opened(args) as project:
        table = kwic(project.index, wanted, width=args.width, sort=args.sort)
        if args.output or args.manifest is not None or form_of(args) != "table":
            emit(table, args, index=project.index)
        else:
            _print(table, args.width)
        _tell(table)
        if args.apply and table.rows:
            _apply(project, table, args)
    return 0 if table.rows else 1


def _tell(table: Concordance) -> None:
    number, documents = len(table), len({row["document"] for row in table})
    labels = f" {table.in_labels} more in speakers' labels are left out." if table.in_labels else ""
    talk(f"{how_many(number, 'hit')} in {how_many(documents, 'document')}.{labels}")


def _apply(project: OpenProject, table: Concordance, args: Namespace) -> None:
    from qualcode.session import Session

    with Session(project, who_codes(args.coder)) as session:
        spans = passages(project.index, ((row["document"], row["start"], row["end"]) for row in table), args.unit)
        done = session.code_all(spans, args.apply, dry_run=args.dry_run)
    several = f" {len(table)} hits stand in {how_many(len(spans), args.unit)}." if len(spans) < len(table) else ""
    if args.dry_run:
        talk(f"Would code: {done}.{several} Nothing was written.")
    else:
        talk(f"Coded: {done}.{several}" + (" qualcode undo takes all of it back." if done.coded else ""))


def _print(table: Concordance, width: int) -> None:
    """The hits aligned: place and speaker, what stands before, the hit, what stands after, the codes."""
    if not table.rows:
        return
    room = (shutil.get_terminal_size((_WIDE, 24)).columns if sys.stdout.isatty() else 0) or None
    heads = [(f"{visible(row['document'])}:{row['line']}", visible(row["speaker"])) for row in table]
    sizes = [min(_WIDEST, max(columns(head[part]) for head in heads)) for part in (0, 1)]
    if room is not None:
        width = max(8, min(width, (room - sum(sizes) - 30) // 2))
    longest = min(_WIDEST, max(columns(_one_line(row["hit"])) for row in table))
    for row, head in zip(table, heads, strict=True):
        place = "  ".join(fit(text, size) for text, size in zip(head, sizes, strict=True) if size)
        print(f"{place}  {_aligned(row, width, longest)}".rstrip())


def _aligned(row: Row, width: int, longest: int) -> str:
    left, hit, right = (_one_line(row[name]) for name in ("left", "hit", "right"))
    left = before(left, len(left), 0, width)
    shown = f"\x1b[1;7m{hit}\x1b[0m" if in_colour() else f"[{hit}]"
    text = " " * (width - columns(left)) + left + shown
    if not row["codes"]:
        return text + right
    return f"{text}{fit(right, width + max(0, longest - columns(hit)))}  {{{visible(row['codes'])}}}"


def _one_line(text: str) -> str:
    return visible(text.replace("\n", " "))
