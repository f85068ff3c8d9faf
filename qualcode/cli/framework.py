"""`qualcode framework`: the table of summaries, its cells one by one, and writing them."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from qualcode.analysis.citations import citation
from qualcode.analysis.framework import Cell, Framework, cell_of, framework
from qualcode.analysis.table import Table
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import filters_from, opened
from qualcode.cli.memos import from_editor, given_text, typed_text_kept
from qualcode.cli.output import emit, emit_document, talk
from qualcode.core.how_many import how_many
from qualcode.core.visible import shorten, visible, visible_lines
from qualcode.errors import BadOption
from qualcode.index.index import Index
from qualcode.session import Session

_LISTED = ("case", "code", "quotes", "state", "added", "removed", "reworded", "memo")
_SIGNS = {"missing": "!", "outdated": "~", "written": " ", "empty": ""}
_OWN_FORMS = ("docx", "html", "xlsx")


def table(args: Namespace) -> None:
    with opened(args) as project:
        found = framework(project.index, args.codes, all_codes=args.all_codes, filters=filters_from(args))
        form = args.format or (Path(args.output).suffix.lower().lstrip(".") if args.output else "")
        turned = args.rows == "code"
        if form in _OWN_FORMS:
            _export(project.index, found, f"Framework: {project.info.title}", form, args)
        elif form == "json":
            emit(_with_quotes(found) if args.quotes else found.list(), args, index=project.index)
        elif form in ("", "table"):
            emit(_overview(found, turned), args, index=project.index)
        else:
            emit(found.table(turned=turned, quotes=args.quotes), args, index=project.index)
        _tell(found)


def _export(index: Index, found: Framework, title: str, form: str, args: Namespace) -> None:
    from qualcode.exchange.framework_export import export_framework
    from qualcode.exchange.framework_sheet import sheet_of

    if form != "html" and not args.output and sys.stdout.isatty():
        raise BadOption(f"A file of this kind is no text for a terminal: name one with -o framework.{form}.")
    data = export_framework(sheet_of(found, title, turned=args.rows == "code", quotes=args.quotes), form)
    told = f"Wrote {how_many(len(found.cases), 'case')} by {how_many(len(found.codes), 'code')} to {args.output}."
    counts = {
        "cases": len(found.cases),
        "codes": len(found.codes),
        "summaries": sum(bool(c.memo) for c in found.cells.values()),
    }
    emit_document(data, args, index, told, counts, form)


def _with_quotes(found: Framework) -> Table:
    """A row a cell, with the list of its quotes."""
    cells = found.list()
    quoted = ([{"coding_id": quote["coding_id"], "text": quote["text"], "citation": citation(quote), "link": found.link(quote)}
               for quote in found.all_quotes.get((row["case_id"], row["code_id"]), ())] for row in cells)  # fmt: skip
    return Table((*cells.columns, "quoted"), [(*row, quotes) for row, quotes in zip(cells, quoted, strict=True)])


def _overview(found: Framework, turned: bool) -> Table:
    """The table for a terminal: in each cell its sign, its quotes, and how the summary begins."""
    whole = found.table(turned=turned)
    rows, columns = (found.codes, found.cases) if turned else (found.cases, found.codes)
    return Table(whole.columns, [
        (row.name, *(_brief(found.cell(column.id, row.id) if turned else found.cell(row.id, column.id)) for column in columns))
        for row in rows
    ])  # fmt: skip


def _brief(cell: Cell) -> str:
    return (
        " · ".join(filter(None, [f"{_SIGNS[cell.state]} {cell.quotes}".strip(), cell.summary]))
        if cell.state != "empty"
        else ""
    )


def _tell(found: Framework) -> None:
    missing, outdated = len(found.due("missing")), len(found.due("outdated"))
    due = [f"{how_many(number, 'cell')} {words}" for number, words in (
        (missing, "with quotes but no summary"), (outdated, "with codings changed since the summary was written"),
    ) if number]  # fmt: skip
    talk(
        f"{', '.join(due)} (qualcode framework list)."
        if due
        else "Every cell with quotes has a summary of them as they are."
    )


def listed(args: Namespace) -> None:
    with opened(args) as project:
        found = framework(project.index, args.codes, all_codes=args.all_codes, filters=filters_from(args))
        state = "missing" if args.missing else "outdated" if args.outdated else ""
        shown = found.list(found.due(state) if state else None)
        emit(shown, args, _LISTED)
        if not shown:
            talk(f"No cell is {state}." if state else "No cell has quotes or a summary.")


def show(args: Namespace) -> None:
    with opened(args) as project:
        found = cell_of(project.index, args.case, args.code)
        (cell,) = found.cells.values()
        quotes = [
            (row["text"], citation(row, coder=True), found.link(row))
            for row in found.quotes(cell.case.id, cell.code.id)
        ]
    print(visible(f"{cell.case.name} × {cell.code.name}"))
    print(visible(" · ".join(filter(None, [f"memo:{cell.memo}" if cell.memo else "", cell.remark]))))
    if cell.summary:
        print("\n" + visible_lines(cell.summary.strip("\n")))
    for text, source, link in quotes:
        print("\n" + visible_lines(f"“{text}”\n{source} {link}"))


def write(args: Namespace) -> None:
    args.stdin = None
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        (cell,) = cell_of(project.index, args.case, args.code).cells.values()
        given = given_text(args)
        text = from_editor(session.folder, cell.summary) if given is None else given
        with typed_text_kept(session.folder, text, given is None):
            written = session.summarise(cell.case.id, cell.code.id, text, seen=cell.summary)
    place = visible(f"{cell.case.name} × {cell.code.name}")
    if written is None:
        print(f"Took the summary of {place} away (qualcode undo brings it back)" if cell.summary
              else f"Nothing was written: {place} has no summary.")  # fmt: skip
    elif written.text == cell.summary:
        print(f"Nothing was changed: {place}. To confirm it as it is: qualcode framework keep")
    else:
        print(
            f"Summary of {place}: {shorten(written.text, 60)} (memo {visible(written.id)}; qualcode undo takes it back)"
        )


def keep(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        kept = session.keep_summary(args.case, args.code)
    print(visible(f"Kept as it is: memo {kept.id}, {kept.title}"))
