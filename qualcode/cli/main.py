"""The one place that owns standard error and exit codes: 0 done, 1 problems found or nothing matched, 2 wrong use."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module

from qualcode.cli.parser import make_parser
from qualcode.cli.said import already_said
from qualcode.cli.under_pseudonyms import under_pseudonyms
from qualcode.errors import BadFile, QualcodeError
from qualcode.files.waiting import tell_of_waiting


def run(argv: Sequence[str]) -> int:
    """Carry out one command line and return its exit status."""
    if not all(map(_is_text, argv)):
        return _complain("An argument is not text in this terminal's encoding (UTF-8 is expected). Type it anew.")
    already_said.clear()
    try:
        args = make_parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said what is wrong, or printed the help
        return stop.code if isinstance(stop.code, int) else 2
    if not args.command:
        make_parser().print_help()
        return 0
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us, as with >&-
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (it stays open as they do)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    tell_of_waiting(_say)
    return _guarded(lambda: _under_key(args))


def _under_key(args: Namespace) -> int:
    with under_pseudonyms(args):
        return _guarded(lambda: _carry_out(args))  # here, so that what is said of an error is under pseudonyms too


def _carry_out(args: Namespace) -> int:
    module, _, function = args.command.partition(":")
    status = getattr(import_module(f"qualcode.cli.{module}"), function)(args)
    if getattr(args, "manifest", None) is not None:
        print("No manifest was written: nothing was exported.", file=sys.stderr)
    sys.stdout.flush()
    return int(status or 0)


def _guarded(carry_out: Callable[[], int]) -> int:
    """The exit status; what went wrong is said in one message."""
    try:
        return carry_out()
    except BadFile as error:
        return _complain("\n".join(str(problem) for problem in error.problems if str(problem) not in already_said))
    except QualcodeError as error:
        return _complain(str(error))
    except BrokenPipeError:  # the reader went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:  # the outermost door: what no layer foresaw still gets one clear line
        if isinstance(error, PermissionError) and error.filename:
            return _complain(
                f"You have no permission for {error.filename}. Ask whoever owns it (`ls -l` tells), or mend its mode; a project "
                "is its owner's alone unless it was made with --shared."
            )
        return _complain(f"The system refused: {error}")
    except Exception as error:
        from qualcode.cli.crash import DEBUG, INDEX_GOES, crash_message
        from qualcode.index.left_behind import distrust

        had_index = distrust()
        if os.environ.get(DEBUG):
            raise
        return _complain(crash_message(error) + (INDEX_GOES if had_index else ""))


def _complain(message: str) -> int:
    from qualcode.core.visible import visible_lines

    if message:
        print(f"qualcode: {visible_lines(message)}", file=sys.stderr)
    return 2


def _say(message: str) -> None:
    if message:
        print(message, file=sys.stderr, flush=True)


def _is_text(argument: str) -> bool:
    """False for bytes that are no UTF-8, which Python hands on as halves of characters."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True
