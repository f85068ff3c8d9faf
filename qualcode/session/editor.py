"""The user's own editor: $VISUAL, $EDITOR, or the first that is there. What was typed is never lost."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from qualcode.errors import QualcodeError
from qualcode.files.saving import cannot_save

_USUAL = ("nano", "vim", "vi")
_PLUS = frozenset("nano pico vim vi nvim gvim view ex emacs emacsclient micro joe jed mg ne kak mcedit gedit".split())
_COLON = {"hx", "helix", "subl", "zed", "kate"}
_GOTO = {"code", "codium", "cursor"}


def run_editor(text: str, suffix: str = ".md", line: int = 1) -> str:
    """The text as it is when the user leaves the editor; the terminal is the editor's meanwhile. Editors that are known to
    can begin at a line (counted from 1).

    Raises QualcodeError where there is no editor, or it fails; the message names the file in which the text is kept.
    """
    command = _command()
    path = keep_text(text, suffix)
    try:
        status = subprocess.run([*command, *_at_line(command, path, line)], check=False).returncode
    except OSError as error:
        raise _failed(command, f"could not be started ({error.strerror or error})", path) from error
    if status < 0:
        raise _failed(command, f"was ended by signal {-status}", path)
    if status:
        raise _failed(command, f"ended with status {status}", path)
    try:
        edited = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise QualcodeError(
            f"The editor left no file behind ({error.strerror or error}): nothing was changed."
        ) from error
    except UnicodeDecodeError as error:
        raise _failed(command, "saved something that is not UTF-8 text", path) from error
    path.unlink(missing_ok=True)
    return edited.replace("\r\n", "\n").replace("\r", "\n")


def keep_text(text: str, suffix: str = ".md") -> Path:
    """A new file in the system's folder for temporary files, for the user alone, that holds this text. Raises CannotSave."""
    try:
        handle, name = tempfile.mkstemp(prefix="qualcode-", suffix=suffix)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise cannot_save(Path(tempfile.gettempdir()), error) from error
    return Path(name)


def _at_line(command: list[str], path: Path, line: int) -> list[str]:
    """The arguments that open a file, at a line where the editor knows how."""
    name = Path(command[0]).name.casefold().removesuffix(".exe")
    if line > 1 and name in _PLUS:
        return [f"+{line}", str(path)]
    if line > 1 and name in _COLON:
        return [f"{path}:{line}"]
    return ["--goto", f"{path}:{line}"] if line > 1 and name in _GOTO else [str(path)]


def _command() -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        if given := os.environ.get(name, "").strip():
            try:
                return shlex.split(given)
            except ValueError as error:
                raise QualcodeError(f"${name} cannot be understood ({error}): {given}") from error
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise QualcodeError(
            "There is no terminal here for an editor: set EDITOR to a command that needs none, or use the options."
        )
    found = next((path for path in map(shutil.which, _USUAL) if path), None)
    if found is None:
        raise QualcodeError(
            f"No editor was found: set EDITOR to the command of yours (none of {', '.join(_USUAL)} is here either)."
        )
    return [found]


def _failed(command: list[str], what: str, path: Path) -> QualcodeError:
    return QualcodeError(
        f"The editor ({shlex.join(command)}) {what}. Nothing was changed; the text is kept in {path}. "
        "Mend $VISUAL or $EDITOR, then do it again."
    )
