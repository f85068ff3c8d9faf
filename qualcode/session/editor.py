"""The user's own editor: $VISUAL, $EDITOR, or the first that is there. What was typed is never lost."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qualcode.errors import QualcodeError
from qualcode.files.folder import ProjectFolder
from qualcode.files.modes import PRIVATE, make_folder, modes_of
from qualcode.files.saving import cannot_save

_USUAL = ("nano", "vim", "vi")
_PLUS = frozenset("nano pico vim vi nvim gvim view ex emacs emacsclient micro joe jed mg ne kak mcedit gedit".split())
_COLON = {"hx", "helix", "subl", "zed", "kate"}
_GOTO = {"code", "codium", "cursor"}


def run_editor(folder: ProjectFolder, text: str, suffix: str = ".md", line: int = 1) -> str:
    """The text as it is when the user leaves the editor; the terminal is the editor's meanwhile. Editors that are known to
    can begin at a line (counted from 1). The file lies in a folder of its own within the project, where editors put what they
    keep beside it (swap and backup files); all of that is taken away when the text has come back.

    Raises QualcodeError where there is no editor, or it fails; the message names the file in which the text is kept.
    """
    command = _command()
    path = keep_text(folder, text, suffix)
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
    shutil.rmtree(path.parent, ignore_errors=True)
    return edited.replace("\r\n", "\n").replace("\r", "\n")


def keep_text(folder: ProjectFolder, text: str, suffix: str = ".md") -> Path:
    """A new file for the user alone that holds this text: in the project's .qualcode/editing, or in the user's own folder for
    programs' state where the project cannot be written; never in a folder that all share. Raises CannotSave.
    """
    try:
        return _kept(_editing(folder), text, suffix)
    except OSError as error:
        try:
            return _kept(_at_home(), text, suffix)
        except OSError:
            raise cannot_save(folder.index_db.with_name("editing"), error) from error


def _kept(place: Path, text: str, suffix: str) -> Path:
    path = Path(tempfile.mkdtemp(dir=place, prefix=time.strftime("%Y-%m-%d-%H%M-"))) / f"text{suffix}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE.file)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())
    return path


def _editing(folder: ProjectFolder) -> Path:
    """Where texts are while they are edited; each lies in a folder for its editor's user alone."""
    place, modes = folder.index_db.with_name("editing"), modes_of(folder.root)
    make_folder(place.parent, modes)
    make_folder(place, modes)
    return place


def _at_home() -> Path:
    state = os.environ.get("XDG_STATE_HOME", "")
    place = (Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state") / "qualcode"
    place.parent.mkdir(parents=True, exist_ok=True)
    make_folder(place, PRIVATE)
    return place


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
