"""Commands that correct transcripts, and that look after the codings on words that were changed."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from qualcode.cli.changes import span
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import emit, talk
from qualcode.core.visible import quoted, visible
from qualcode.errors import BadOption
from qualcode.session import Session

_REVIEWED = ("coding_id", "state", "document", "line", "code_path", "coder", "text_when_coded", "text_now")


def edit(args: Namespace) -> int | None:
    """Opens the text in the user's editor; 1 where words to be replaced do not occur."""
    from qualcode.analysis.filters import document_id
    from qualcode.session.editor import keep_text, run_editor

    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        document = document_id(session.index, args.document)
        body = session.body(document)
        if args.replace:
            old, new = args.replace
            if not old:
                raise BadOption("Say what to replace: --replace OLD NEW.")
            text = body.text.replace(old, new)
            if old not in body.text:
                talk(f"{quoted(old)} does not occur in {document}; nothing was changed.")
                return 1
        else:
            text = run_editor(session.folder, body.text, line=args.line)
        try:
            print(visible(str(session.correct_text(document, text, seen=body))))
        except BadOption:
            raise
        except Exception:
            if not args.replace:
                talk(f"What you wrote is kept in {keep_text(session.folder, text)}.")
            raise
    return None


def update(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        print(visible(str(session.update_text(args.document, Path(args.file), args.encoding))))


def review(args: Namespace) -> int:
    """Codings to look at; 1 if there are any."""
    document, coder = (getattr(args, name, "") or "" for name in ("document", "coder"))
    with opened(args) as project:
        table = project.review(document=document, coder=coder)
        emit(table, args, _REVIEWED)
    if table:
        talk(
            "Accept what stands there now: qualcode review accept ID (or --all). "
            "Place one by hand: qualcode review place ID --quote TEXT."
        )
    else:
        talk("Every coding stands on the words that were coded.")
    return 1 if table else 0


def accept(args: Namespace) -> int | None:
    if bool(args.ids) == args.all:
        raise BadOption("Say which codings: their ids, or --all.")
    if args.document and not args.all:
        raise BadOption("--document goes with --all.")
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        ids = args.ids
        if args.all:
            mine = project.review(document=args.document, coder=session.coder)
            ids = [row["coding_id"] for row in mine if row["state"] != "lost"]
            if left := len(mine) - len(ids):
                talk(f"{left} of yours lost their place: qualcode review place ID --quote TEXT puts them somewhere.")
        codings = session.accept(ids)
        for coding in codings:
            path = project.code_tree.path(coding.code)
            print(visible(f"Accepted: {path} on {quoted(coding.text)} in {coding.document}"))
    if not codings:
        talk("There is nothing of yours to accept.")
        return 1
    return None


def place(args: Namespace) -> None:
    start, end = span(args.span) if args.span else (None, None)
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        coding = session.rebind(args.id, start, end, quote=args.quote or "")
        path = project.code_tree.path(coding.code)
    print(visible(f"Placed: {path} on {quoted(coding.text)} in {coding.document} (qualcode undo takes that back)"))


def speakers(args: Namespace) -> None:
    raise BadOption("Say what to do: qualcode speakers list DOC, or qualcode speakers rename DOC OLD NEW.")


def list_speakers(args: Namespace) -> None:
    with opened(args) as project:
        emit(project.speakers(args.document), args)


def rename_speaker(args: Namespace) -> None:
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        print(visible(str(session.rename_speaker(args.document, args.old, args.new))))
