"""What is said when qualcode itself fails: the place in its own code, and none of the words that it was working on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from qualcode.errors import Crashed

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + os.sep
DEBUG = "QUALCODE_DEBUG"
INDEX_GOES = (
    " Before you do, try again: the index, which is only derived from the files, is made anew by the next command, and may have been "
    "damaged."
)
_TEXTUALS_OWN = (
    "TEXTUAL",
    "TEXTUAL_LOG",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_LOCATION",
    "TEXTUAL_SCREENSHOT_FILENAME",
)


def crash_message(error: BaseException) -> str:
    """One line that can be sent to anybody: the kind of error and where in qualcode it arose, not what it says of the data."""
    if isinstance(error, Crashed) and error.__cause__ is not None:
        error = error.__cause__
    return (
        f"Something went wrong inside qualcode ({type(error).__name__} at {_place(error)}). What it showed as saved is on disk. "
        f"Please report this line, which holds nothing of your data. {DEBUG}=1 shows the way there; look that over before you send it."
    )


def _place(error: BaseException) -> str:
    """The innermost place in qualcode's own files, as `tui/matrix.py:120`; else the innermost one."""
    frames = list(_frames(error.__traceback__))
    for file, line in reversed(frames):
        if file.startswith(_PACKAGE):
            return f"{file.removeprefix(_PACKAGE).replace(os.sep, '/')}:{line}"
    return f"{os.path.basename(frames[-1][0])}:{frames[-1][1]}" if frames else "an unknown place"


def _frames(trace: TracebackType | None) -> Iterator[tuple[str, int]]:
    """File and line of each frame, the innermost last; the standard module for this would delay every start."""
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def keep_words_out_of_reports() -> None:
    """From now on no traceback and no image of this process's memory is written by anybody, unless QUALCODE_DEBUG asks for it.

    Nor do the variables count by which developers have Textual write logs, take pictures and connect to another program.
    """
    if os.environ.get(DEBUG):
        return
    for name in _TEXTUALS_OWN:
        os.environ.pop(name, None)
    sys.excepthook = lambda _kind, error, _traceback: _say(error)
    sys.unraisablehook = lambda what: _say(what.exc_value)
    _in_threads()
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    except (ImportError, ValueError, OSError):
        return


def _in_threads() -> None:
    import threading

    def say(what: Any) -> None:
        _say(what.exc_value)

    threading.excepthook = say


def _say(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, (KeyboardInterrupt, SystemExit, BrokenPipeError)):
        print(f"qualcode: {crash_message(error)}", file=sys.stderr)
