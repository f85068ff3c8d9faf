"""`qualcode memos` and `qualcode memo ...`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qualcode.analysis.table import Table
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, emit_document, talk
from qualcode.core.how_many import how_many
from qualcode.core.memo import Memo
from qualcode.core.visible import shorten, visible, visible_lines
from qualcode.errors import BadFile, BadOption, Problem, QualcodeError
from qualcode.files.folder import ProjectFolder
from qualcode.notebook import OpenProject
from qualcode.session import Session

_COLUMNS = ("memo", "title", "about", "kind", "date", "author", "words")
_OWN_FORMS = ("md", "docx")


def listed(args: Namespace) -> int:
    """The list."""
    from qualcode.analysis.memos import memos

    with opened(args) as project:
        table = memos(project.index, args.about, args.kind, args.author, args.text)
        form = args.format or (Path(args.output).suffix.lower().lstrip(".") if args.output else "")
        if form in _OWN_FORMS:
            _export(project, table, form, args)
        else:
            emit(table, args, _COLUMNS)
    if not table:
        talk("No memos match.")
    return 0


def _export(project: OpenProject, table: Table, form: str, args: Namespace) -> None:
    from qualcode.exchange.memos import export_memos

    if form == "docx" and not args.output and sys.stdout.isatty():
        raise BadOption("A Word document is no text for a terminal: name a file with -o memos.docx.")
    data = export_memos(table, form, title=f"Memos: {project.info.title}")
    told = f"Wrote {how_many(len(table), 'memo')} to {args.output}."
    emit_document(data, args, project.index, told, {"memos": len(table)}, form)


def verbs(args: Namespace) -> None:
    raise BadOption("Say what to do: qualcode memo new, show, edit or delete (qualcode memo --help). "
                    "`qualcode memos` lists them.")  # fmt: skip


def show(args: Namespace) -> None:
    """The memo for reading, or as a table row, CSV or JSON."""
    from qualcode.analysis.memo_names import shown_about
    from qualcode.analysis.memos import memo

    with opened(args) as project:
        found = memo(project.index, args.memo)
        if args.format or args.output:
            emit(_row(project, found), args)
            return
        about = shown_about(project.index, found.about)
    facts = [found.kind, about, found.date, found.author, project.folder.relative(project.folder.memo(found.id))]
    print(visible(found.title))
    print(visible(" · ".join(filter(None, facts))))
    print("\n" + visible_lines(found.text), end="")


def new(args: Namespace) -> None:
    args.stdin = args.name if args.name == "-" else None
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        given = given_text(args)
        text = from_editor(session.folder, "") if given is None else given
        title = args.title or ("" if args.stdin else args.name) or shorten(text.strip().split("\n")[0].lstrip("# "), 60)
        if given is None and not text.strip():
            talk("Nothing was written, so no memo was made.")
            return
        with typed_text_kept(session.folder, text, given is None):
            written = session.new_memo(title, args.about, args.kind, text)
        emit(_row(project, written), args, _COLUMNS, only_told=True)
    talk(f"Wrote {project.folder.relative(project.folder.memo(written.id))}; qualcode undo takes it back.")


def edit(args: Namespace) -> None:
    from qualcode.analysis.memos import memo

    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        before = memo(project.index, args.memo)
        given = given_text(args)
        outside = given is None and args.title is None and args.kind is None and args.about is None
        text = from_editor(session.folder, before.text) if outside else given
        seen = before.text if outside else None
        with typed_text_kept(session.folder, text or "", outside):
            after = session.edit_memo(
                before.id, text=text, title=args.title, kind=args.kind, about=args.about, seen=seen
            )
        emit(_row(project, after), args, _COLUMNS, only_told=True)
    same = (before.state, before.id) == (after.state, after.id)
    talk("Nothing was changed." if same else f"Changed memo {after.id}; qualcode undo takes it back.")


def delete(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        gone = session.delete_memo(args.memo)
    print(visible(f"Deleted: memo {gone.id} “{gone.title}” (qualcode undo brings it back)"))


def _row(project: OpenProject, memo: Memo) -> Table:
    from qualcode.analysis.memos import memos

    table = memos(project.index)
    return Table(table.columns, [row for row in table if row["memo"] == memo.id])


def given_text(args: Namespace) -> str | None:
    """The text that the command line gives or names; None where it does neither."""
    if args.stdin or args.file == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if args.file is None:
        return args.text  # type: ignore[no-any-return]
    try:
        data = Path(args.file).read_bytes()
    except OSError as error:
        raise BadFile([Problem(args.file, 0, f"cannot be read ({error.strerror or error})")]) from error
    return _decoded(data, args.file)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile([Problem(name, line, "not UTF-8 text", "save it as UTF-8")]) from error


def from_editor(folder: ProjectFolder, text: str) -> str:
    if not _has_terminal() and not (os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise BadOption(
            "There is no terminal here for an editor: give the text with --text, --file FILE, or - for standard input."
        )
    from qualcode.session.editor import run_editor

    return run_editor(folder, text)


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def typed_text_kept(folder: ProjectFolder, text: str, typed: bool) -> Iterator[None]:
    """What was typed in an editor is kept in a file that the message names, if saving it is refused."""
    try:
        yield
    except QualcodeError as error:
        if not typed:
            raise
        from qualcode.session.editor import keep_text

        raise QualcodeError(f"{error} What you wrote is kept in {keep_text(folder, text)}.") from error
