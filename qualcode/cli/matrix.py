"""The comparison matrix on the command line."""

from __future__ import annotations

from argparse import Namespace
from difflib import get_close_matches

from qualcode.analysis.matrix import Matrix
from qualcode.cli.lists import at_the_time, filters_from, opened, tell_remarks
from qualcode.cli.output import emit
from qualcode.errors import UnknownName


def matrix(args: Namespace) -> None:
    from qualcode.analysis.matrix import matrix as made_of

    filters = filters_from(args)
    with opened(args) as project, at_the_time(project, args) as then:
        made = made_of(
            then.index,
            args.rows,
            args.cols,
            args.cell,
            filters,
            percent=args.percent,
            per=args.per,
            relation=args.relation,
        )
        made = _arranged(made, args)
        emit(made.long() if args.long else made, args, index=project.index)
        tell_remarks(then, filters, empty=not any(map(any, made.values)), dimensions=(args.rows, args.cols))


def _arranged(made: Matrix, args: Namespace) -> Matrix:
    if args.transpose:
        made = made.transposed()
    if args.sort:
        made = made.sorted_by(_column(made, args.sort))
    return made.without_empty() if args.hide_empty else made


def _column(made: Matrix, wanted: str) -> int | None:
    """The number of a column by its name, None for the totals. Raises UnknownName, with the nearest."""
    if wanted in ("total", made.total_name):
        return None
    for names in (made.col_labels, made.col_keys):
        if wanted in names:
            return names.index(wanted)
    near = get_close_matches(wanted, made.col_labels, n=1) or made.col_labels[:6]
    raise UnknownName(
        f"The matrix has no column {wanted!r} to sort by; there are: {', '.join([*near, made.total_name])}."
    )
