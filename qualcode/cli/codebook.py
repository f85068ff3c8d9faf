"""`qualcode codebook ...`, `recode`, `stale` and `keep`."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qualcode.analysis.table import Table
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, emit_document, talk
from qualcode.core.codebook import Code, Codebook
from qualcode.core.how_many import how_many
from qualcode.core.overlay import shown_value
from qualcode.core.visible import columns, fit, quoted, visible, visible_lines
from qualcode.errors import BadFile, BadOption
from qualcode.notebook import OpenProject
from qualcode.session import Session

_TEXTS = ("definition", "use_when", "do_not_use_when", "example", "color", "key")
_TITLES = {
    "definition": "Definition",
    "use_when": "Use when",
    "do_not_use_when": "Do not use when",
    "example": "Example",
}


@contextmanager
def _session(args: Namespace) -> Iterator[tuple[OpenProject, Session]]:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        yield project, session


# ---------------------------------------------------------------- reading


def show(args: Namespace) -> None:
    """The tree for reading, or one code's entry; as CSV or JSON all that is known of every code."""
    from qualcode.analysis.codebook_table import codebook_table

    with opened(args) as project:
        book = project.code_tree
        code = book[book.resolve_merge(book.find(args.code).id)] if getattr(args, "code", "") else None
        table = codebook_table(project.index)
        counts = {row["code_id"]: row for row in project.codebook}
    if code is not None:
        table = Table(table.columns, [row for row in table if row["code_id"] == code.id])
    if args.output or args.format not in (None, "table"):
        emit(table, args)
    elif code is not None:
        print(_entry(code, book, counts[code.id]), end="")
    else:
        print(_tree(book, counts), end="")


def _tree(book: Codebook, counts: dict[str, Any]) -> str:
    names = {
        code.id: "  " * book.level(code.id) + code.name + (" (retired)" if code.retired else "") for code in book.live
    }
    width = max([columns(visible(name)) for name in names.values()] + [4])
    lines = [
        f"{'code':<{width}}  {'own':>5}  {'with sub-codes':>14}  {'documents':>9}  {'cases':>5}  {'key':>3}  coders"
    ]
    for ident, name in names.items():
        row = counts[ident]
        lines.append(
            f"{fit(name, width)}  {row['segments']:>5}  {row['segments_with_subcodes']:>14}  {row['documents']:>9}  "
            f"{row['cases']:>5}  {row['key']:>3}  {visible(row['coders'])}".rstrip()
        )
    return "\n".join(lines) + "\n"


def _entry(code: Code, book: Codebook, counts: Any) -> str:
    lines = [
        f"{book.path(code.id)}  ({code.id})"
        + (f"  key {code.key}" if code.key else "")
        + ("  retired" if code.retired else "")
    ]
    lines.append(
        f"{how_many(counts['segments'], 'coding')} of its own, {counts['segments_with_subcodes']} with sub-codes, in "
        f"{how_many(counts['documents'], 'document')} and {how_many(counts['cases'], 'case')}"
        + (f", by {counts['coders']}" if counts["coders"] else "")
    )
    for name, title in _TITLES.items():
        if text := getattr(code, name):
            lines += ["", f"{title}: {text}"]
    return visible_lines("\n".join(lines)) + "\n"


def export(args: Namespace) -> None:
    from datetime import date

    from qualcode.exchange.codebook_export import export_codebook

    args.output = args.output or args.file
    form = args.format or _form_of(args.output)
    with opened(args) as project:
        data = export_codebook(
            project.index, form, date=date.today().isoformat(), bom=not args.no_bom and bool(args.output)
        )
        if form == "docx" and not args.output:
            raise BadOption("A Word file is not for the terminal; name one: -o codebook.docx")
        number = len(project.code_tree.live)
        emit_document(
            data, args, project.index, f"Wrote {how_many(number, 'code')} to {args.output}.", {"codes": number}, form
        )


def _form_of(output: str | None) -> str:
    ending = Path(output).suffix.lower().lstrip(".") if output else ""
    return {"yml": "yaml", "markdown": "md"}.get(ending, ending or "yaml")


def diff(args: Namespace) -> None:
    from qualcode.analysis.codebook_table import difference_table
    from qualcode.core.codebook_diff import differences

    with opened(args) as project:
        table = difference_table(differences(_book(project, args.a), _book(project, args.b)))
        emit(table, args, ("change", "code_before", "code_after", "field", "before", "after"))
    talk(
        f"{how_many(len(table), 'difference')} from {args.a} to {args.b}."
        if table.rows
        else f"{args.a} and {args.b} do not differ."
    )


def _book(project: OpenProject, wanted: str) -> Codebook:
    """A codebook by file, project folder, date, milestone, or `now`."""
    if wanted == "now":
        return project.code_tree
    path = Path(wanted).expanduser()
    if (path / "project.yaml").is_file():
        path = path / "codebook.yaml"
    if path.is_file():
        from qualcode.exchange.codebook_files import read_book

        return read_book(path)
    from qualcode.analysis.as_of import moment_of
    from qualcode.analysis.history import codebook_at

    try:
        moment = moment_of(project.index, wanted)
    except BadOption as error:
        raise BadOption(f"{wanted!r} is no file here, and no date or milestone either. {error}") from error
    return codebook_at(project.index, moment)


def check(args: Namespace) -> int:
    from qualcode.analysis.codebook_check import codebook_check

    with opened(args) as project:
        table = codebook_check(project.index)
        emit(table, args, ("finding", "code_path", "other_path", "detail"))
    talk(f"{len(table) or 'No'} finding{'' if len(table) == 1 else 's'}; nothing was changed.")
    return 1 if table.rows else 0


# ---------------------------------------------------------------- changing


def _say(args: Namespace, session: Session, done: Any, code: str) -> None:
    if args.format == "json":
        book = session.index.codebook
        print(
            json.dumps(
                shown_value({"done": str(done), "code_id": code, "code_path": book.path(code) if code else ""}),
                ensure_ascii=False,
            )
        )
    else:
        print(visible(str(done)))


def add(args: Namespace) -> None:
    with _session(args) as (_, session):
        code = session.add_code(args.name, args.parent, **_given(args))
        _say(args, session, f"Added: {session.index.codebook.path(code.id)} ({code.id})", code.id)


def _given(args: Namespace) -> dict[str, Any]:
    return {name: getattr(args, name) for name in _TEXTS if getattr(args, name) is not None}


def rename(args: Namespace) -> None:
    _do(args, lambda session: session.rename_code(args.code, args.name))


def _do(args: Namespace, work: Callable[[Session], Any]) -> None:
    with _session(args) as (_, session):
        done = work(session)
        _say(args, session, done, done.code)


def move(args: Namespace) -> None:
    under = args.parent if args.parent is not None else args.under
    if args.shift:
        if under is not None or args.after or args.first:
            raise BadOption(f"--{args.shift} moves by one place; it takes no other place.")
        _do(args, lambda session: session.shift_code(args.code, args.shift))
        return
    if under is None and not args.top and not args.after and not args.first:
        raise BadOption("Say where to: a PARENT, --top, --up, --down, --indent, --outdent, --first, or --after CODE.")
    _do(args, lambda session: _moved(session, args, under))


def _moved(session: Session, args: Namespace, under: str | None) -> Any:
    book = session.index.codebook
    if under is None and not args.top:  # among its siblings, or beside the one that it shall follow
        beside = book.find(args.after or args.code)
        under = beside.parent
    return session.move_code(args.code, "" if args.top else under or "", "" if args.first else args.after)


def merge(args: Namespace) -> None:
    named: list[str] = [*args.codes, *([args.into] if args.into else [])]
    codes, into = named[:-1], named[-1]
    if not codes:
        raise BadOption("Name the codes to merge, then the one that stays: qualcode codebook merge CODE INTO")
    with _session(args) as (_, session), session.batch():
        for name in (*codes, into):  # all names are looked up before anything is done
            session.index.codebook.find(name)
        for code in codes:
            done = session.merge_codes(code, into)
            _say(args, session, done, done.code)


def edit(args: Namespace) -> None:
    given = _given(args) | ({"name": args.name} if args.name is not None else {})
    with _session(args) as (_, session):
        done = session.edit_code(args.code, **given) if given else _edited(session, args.code)
        _say(args, session, done, done.code)


def _edited(session: Session, wanted: str) -> Any:
    """Change a code by way of the user's editor; what was written is kept where it is refused."""
    from qualcode.session.code_entry import edit_entry, save_entry

    code = session.index.codebook.find(wanted)
    return save_entry(session, code, edit_entry(session.folder, code))


def retire(args: Namespace) -> None:
    _do(args, lambda session: session.retire_code(args.code, not args.back))


def delete(args: Namespace) -> None:
    with _session(args) as (_, session):
        count = session.count(args.code)
        if (count.codings or count.codes > 1) and not args.yes:
            raise BadOption(
                f"{session.index.codebook.path(session.index.codebook.find(args.code).id)!r} has {count}, which would not count any "
                "more. Say --yes to delete it all the same (qualcode undo brings it back), or retire it, or merge it."
            )
        done = session.delete_code(args.code)
        _say(args, session, done, "")


def import_file(args: Namespace) -> int:
    """Show the plan, then carry it out: after a yes on a terminal, at once elsewhere."""
    from qualcode.core.codebook_plan import plan
    from qualcode.exchange.codebook_import import read_drafts

    drafts = read_drafts(Path(args.file))
    with _session(args) as (_, session):
        planned = plan(session.index.codebook, drafts)
        changes = [item for item in planned if item.action != "same"]
        for item in changes:
            print(visible_lines(_planned(item)))
        same = len(planned) - len(changes)
        talk(
            f"{sum(i.action == 'add' for i in changes)} to add, {sum(i.action == 'change' for i in changes)} to change, {same} the same."
        )
        if args.dry_run or not changes:
            return 0
        if not args.yes and not _agreed():
            talk("Nothing was changed.")
            return 0
        talk(f"{session.import_codes(planned)} (qualcode undo takes it back)")
    return 0


def _agreed() -> bool:
    """On a terminal only a yes is one; elsewhere what is not answered goes on, but a no that was piped in counts."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _confirmed("Do it? [y/N] ")
    from select import select

    try:
        answer = sys.stdin.readline() if select([sys.stdin], [], [], 0)[0] else ""
    except (OSError, ValueError):  # standard input is closed, or is nothing that can be waited for
        return True
    return answer.strip().casefold() not in ("n", "no")


def _confirmed(question: str) -> bool:
    try:
        return input(question).strip().casefold() in ("y", "yes")
    except EOFError:
        return False


def _planned(item: Any) -> str:
    if item.action == "add":
        return f"+ {visible(item.path)}" + (" (with a definition)" if "definition" in item.fields else "")
    lines = [f"~ {visible(item.path)}"]
    for name, (before, after) in item.fields.items():
        lines += [f"    {name.replace('_', ' ')}: {quoted(str(before), 60)} -> {quoted(str(after), 60)}"]
    return "\n".join(lines)


# ---------------------------------------------------------------- drift


def recode(args: Namespace) -> None:
    with _session(args) as (project, session), session.batch():
        for ident in args.ids:
            before = session.coding(ident)
            after = session.recode(ident, args.code)
            path = project.code_tree.path
            print(
                visible(
                    f"Recoded: {path(before.code)} is now {path(after.code)} on {quoted(after.text)} in {after.document}"
                )
            )


def keep(args: Namespace) -> int:
    from qualcode.analysis.filters import Filters
    from qualcode.analysis.stale import stale as stale_codings

    if bool(args.ids) == bool(args.code):
        raise BadOption("Name the codings by their ids, or all of a code that are to be read again: --code CODE.")
    with _session(args) as (project, session):
        idents = args.ids
        if args.code:
            session.notice_hand_edits()
            own = project.index.value("SELECT 1 FROM coding WHERE coder = ? LIMIT 1", [session.coder])
            if own:
                found = stale_codings(project.index, Filters(code=args.code, coder=session.coder))
                idents = [row["coding_id"] for row in found]
        for coding in session.keep_all(idents) if idents else ():
            print(visible(f"Kept: {project.code_tree.path(coding.code)} on {quoted(coding.text)} in {coding.document}"))
    if not idents:
        talk("No coding of yours of that code was made under an older definition.")
    return 0 if idents else 1


def stale(args: Namespace) -> None:
    from qualcode.analysis.filters import Filters
    from qualcode.analysis.stale import stale as stale_codings
    from qualcode.errors import CannotSave

    coder = who_codes(args.coder)
    with opened(args) as project:
        try:
            with Session(project, coder) as session:
                session.notice_hand_edits()
        except (CannotSave, BadFile):  # a project that may only be read is still worth asking
            talk("Changes made to codebook.yaml by hand could not be logged here.")
        table = stale_codings(project.index, Filters(code=args.code, coder=coder if args.mine or args.coder else ""))
        if args.output or args.format not in (None, "table"):
            emit(table, args)
        else:
            print("".join(_stale_lines(row) for row in table), end="")
    if table.rows:
        talk(
            f"{how_many(len(table), 'coding was', 'codings were')} made under an older definition. "
            "To read again: qualcode open, then R; or keep, recode, uncode."
        )
    else:
        talk("No codings were made under an older definition.")


def _stale_lines(row: Any) -> str:
    lines = [
        f"{row['code_path']} · {row['coder']} · {row['document']}:{row['line']} · {row['coding_id']}",
        f"  {quoted(row['text'], 200)}",
    ]
    for name, title in _TITLES.items():
        if name != "example" and row[f"{name}_before"] != row[f"{name}_now"]:
            lines += [
                f"  {title}, then: {row[f'{name}_before'] or '(none)'}",
                f"  {title}, now:  {row[f'{name}_now'] or '(none)'}",
            ]
    return visible_lines("\n".join(lines)) + "\n\n"
