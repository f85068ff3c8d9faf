"""`qualcode recording` and `qualcode play`."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from qualcode.analysis.filters import document_id
from qualcode.cli.coder import who_codes
from qualcode.cli.lists import opened
from qualcode.cli.output import talk
from qualcode.core.times import clock, seconds_in
from qualcode.core.visible import visible
from qualcode.errors import BadOption, QualcodeError
from qualcode.index.index import Index
from qualcode.session import Session
from qualcode.session.player import Player, recording_file


def recording(args: Namespace) -> None:
    """Write the recording's place into the front matter, or say it."""
    if args.file and args.forget:
        raise BadOption("Give a file, or --forget; not both.")
    with opened(args) as project:
        if not args.file and not args.forget:
            document = document_id(project.index, args.document)
            print(visible(str(recording_file(project.folder, document, _named(project.index, document)))))
            return
        with Session(project, who_codes(args.coder)) as session:
            path = "" if args.forget else _path(session, args.file)
            document = session.set_recording(args.document, path)
        try:
            if path:
                recording_file(project.folder, document, path)
        except QualcodeError as error:
            talk(str(error))
    told = f"The recording of {document} is {path}" if path else f"{document} names no recording any more"
    print(visible(f"{told} (qualcode undo takes it back)"))


def _path(session: Session, given: str) -> str:
    """The path as typed where it holds from the project folder, else as it holds from here."""
    if "://" in given or (not Path(given).is_absolute() and not Path(given).exists()):
        return given
    return session.recording_path(given)


def play(args: Namespace) -> int:
    """Play until the recording ends or Ctrl+C."""
    with opened(args) as project:
        document, seconds = _place(project.index, args)
        file = recording_file(project.folder, document, _named(project.index, document))
    player = Player()
    try:
        command = player.play(file, seconds)
        talk(f"{command.player} plays {file.name} from {clock(seconds)} on; Ctrl+C stops it.")
        player.wait()
        failure = player.failure()
    finally:
        player.stop()
    if failure:
        print(f"qualcode: {visible(failure)}", file=sys.stderr)
        return 2
    return 0


def _place(index: Index, args: Namespace) -> tuple[str, float]:
    """The document and the time from which to play. Raises BadOption, UnknownName."""
    if not args.coding:
        if not args.document:
            raise BadOption("Say what to play: qualcode play DOC, or --coding ID.")
        seconds = seconds_in(args.at) if args.at else 0
        if seconds is None:
            raise BadOption(f"{args.at!r} is no time: write hh:mm:ss, mm:ss or seconds.")
        return document_id(index, args.document), seconds
    from qualcode.analysis.times import stamps_of

    with Session(index.folder, "listener", index=index) as session:
        coding = session.coding(args.coding)
    if args.document and document_id(index, args.document) != coding.document:
        raise BadOption(f"That coding is in {coding.document}, not in {args.document}.")
    start = index.value("SELECT start FROM coding WHERE id = ? AND anchor <> 'lost'", [coding.id])
    begin = stamps_of(index, coding.document).begin(start) if start is not None else None
    if begin is None:
        raise BadOption(f"No turn before that coding in {coding.document} has a time stamp: give the time with --at.")
    return coding.document, begin


def _named(index: Index, document: str) -> str:
    info = index.document_info(document)
    return info.recording if info is not None else ""
