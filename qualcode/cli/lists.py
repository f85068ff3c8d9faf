"""Commands that only read: lists, matrices, search and the check."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from qualcode.analysis.filters import Filters
from qualcode.analysis.table import Table
from qualcode.cli.output import emit, talk, tell_progress
from qualcode.cli.said import already_said
from qualcode.core.how_many import how_many
from qualcode.notebook import OpenProject, open_project

_FILTERS = ("code", "exact", "case", "document", "speaker", "role", "kind", "coder", "text", "where")


def filters_from(args: Namespace) -> Filters:
    """The filters that the command line gives."""
    return Filters(**{name: getattr(args, name) for name in _FILTERS})


def opened(args: Namespace) -> OpenProject:
    """The project that the command line names, with what could not be read said on standard error."""
    project = open_project(args.project, tell_progress())
    problems = project.index.problems()
    for problem in problems[:5]:
        talk(f"qualcode: {problem}")
        already_said.add(str(problem))
    if len(problems) > 5:
        talk(f"qualcode: and {how_many(len(problems) - 5, 'more problem')}; `qualcode check` lists all.")
    return project


def at_the_time(project: OpenProject, args: Namespace) -> AbstractContextManager[OpenProject]:
    """The project as it stood when `--as-of` says, or as it is."""
    if not args.as_of:
        return nullcontext(project)
    from qualcode.analysis.milestones import local_time

    past = project.as_of(args.as_of)
    talk(f"As of {local_time(past.at, seconds=True)} (the texts are those of today).")
    return past


def documents(args: Namespace) -> None:
    columns = ("document", "title", "case", "kind", "date", "words", "segments", "coders")
    with opened(args) as project:
        emit(project.documents, args, columns)


def cases(args: Namespace) -> None:
    with opened(args) as project:
        table = project.cases
        if (args.format or "table") == "table" and not args.output:
            table = _on_its_side(table)
        emit(table, args)


def _on_its_side(table: Table) -> Table:
    """Cases as columns: a case has many attributes, and they read better below one another."""
    return Table(
        ["", *(row[0] for row in table)], [(name, *(row[name] for row in table)) for name in table.columns[1:]]
    )


def codes(args: Namespace) -> None:
    with opened(args) as project, at_the_time(project, args) as then:
        emit(then.codebook, args, ("code_path", "segments", "segments_with_subcodes", "documents", "cases", "coders"))


def tell_remarks(project: OpenProject, filters: Filters, *, empty: bool, dimensions: Sequence[str] = ()) -> None:
    """Say on standard error which filter lets nothing through, and what could not be compared."""
    from qualcode.analysis.choosing import why_empty
    from qualcode.analysis.remarks import remarks

    for remark in remarks(project.index, filters, dimensions):
        talk(remark)
    if empty:
        talk(why_empty(project.index, filters) or "No codings match.")


def segments(args: Namespace) -> None:
    columns = ("coding_id", "document", "line", "speaker", "code_path", "coder", "text", "note")
    with opened(args) as project, at_the_time(project, args) as then:
        table, displaced = _segments(then, args)
        more = [*(["translation"] if args.translation else []), *(["anchor"] if displaced else [])]
        emit(table, args, (*columns, *more), project.index)
        tell_remarks(then, filters_from(args), empty=not table)
    if displaced:
        talk(
            f"{displaced} of them are not in their place or words any more (column anchor): `qualcode review` lists them."
        )


def _segments(project: OpenProject, args: Namespace) -> tuple[Table, int]:
    """What is asked for, and how many of it are not in their place or words any more."""
    if filters_from(args) == Filters() and not args.translation:
        from qualcode.analysis.all_segments import AllSegments

        every = AllSegments(project.index)
        return every, every.displaced
    table = project.segments(translation=args.translation, **{name: getattr(args, name) for name in _FILTERS})
    anchor = table.columns.index("anchor")
    return table, sum(row[anchor] in ("changed", "lost") for row in table.plain_rows)


def search(args: Namespace) -> int:
    with opened(args) as project:
        table = project.search(args.text, args.case, args.document)
        emit(table, args, ("document", "line", "speaker", "before", "match", "after"))
    talk(f"{how_many(len(table), 'occurrence')} in {how_many(len({row['document'] for row in table}), 'document')}.")
    return 0 if table.rows else 1


def check(args: Namespace) -> int:
    from qualcode.analysis.check import check as check_project
    from qualcode.core.overlay import shown
    from qualcode.files.access import access_remarks
    from qualcode.files.folder import find_project

    problems, looked_at = check_project(find_project(args.project))
    if args.format or args.output or args.manifest is not None:
        emit(
            Table(["path", "line", "message", "advice"], [(p.path, p.line, p.message, p.advice) for p in problems]),
            args,
            only_told=True,
        )
    else:
        from qualcode.core.visible import visible

        for problem in problems:
            print(visible(str(problem)))
    talk(f"{len(problems) or 'No'} problem{'' if len(problems) == 1 else 's'}: {looked_at}.")
    if any(shown(problem.path) != problem.path for problem in problems):
        talk("Names of files stand here under pseudonyms. As they are on disk: qualcode check --real-names")
    for remark in access_remarks(find_project(args.project)):
        talk(remark)
    return 1 if problems else 0
