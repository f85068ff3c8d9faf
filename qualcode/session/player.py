"""Playing a document's recording from a moment on, in whatever player the computer has."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from qualcode.core.visible import visible
from qualcode.errors import BadOption, QualcodeError
from qualcode.files.folder import ProjectFolder

_LOOKED_AT = 512  # bytes at a recording's beginning that must not all be text: playlists lead elsewhere
_PATIENCE = 1.0  # seconds that a player has to end before it is killed
_SOUND = frozenset(
    (".mp3", ".wav", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wma", ".amr", ".aif", ".aiff", ".ds2", ".dss")
)


def _mpv(file: str, seconds: int) -> list[str]:
    return [f"--start={seconds}", "--no-terminal", "--force-window=no", "--audio-display=no", "--keep-open=no", "--idle=no",
            "--resume-playback=no", "--sub-auto=no", "--audio-file-auto=no", "--ytdl=no", "--access-references=no", "--", file]  # fmt: skip


def _vlc(file: str, seconds: int) -> list[str]:
    return ["--intf=dummy", "--quiet", "--play-and-exit", "--no-video-title-show", f"--start-time={seconds}", "--", file]  # fmt: skip


def _ffplay(file: str, seconds: int) -> list[str]:
    """ffplay knows no `--`: an absolute path cannot be taken for an option."""
    window = ["-nodisp"] if Path(file).suffix.lower() in _SOUND else []
    return [*window, "-autoexit", "-loglevel", "quiet", "-ss", str(seconds), "-i", file]


def _mplayer(file: str, seconds: int) -> list[str]:
    return ["-really-quiet", "-noconsolecontrols", "-ss", str(seconds), "--", file]


# Looked for in this order. cvlc is VLC's own name for itself without a window.
PLAYERS: Mapping[str, Callable[[str, int], list[str]]] = {
    "mpv": _mpv, "cvlc": _vlc, "vlc": _vlc, "ffplay": _ffplay, "mplayer": _mplayer,
}  # fmt: skip


class Command(NamedTuple):
    """What to start, and the player's name for people."""

    player: str
    words: list[str]


class Player:
    """Plays one recording at a time; a new one, or `stop`, ends the one before."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        self.command: Command | None = None

    @property
    def is_playing(self) -> bool:
        return self._running is not None and self._running.poll() is None

    def play(self, file: Path, seconds: float) -> Command:
        """Start playing a file at a time, detached from this terminal. Raises QualcodeError where no player can be started."""
        self.stop()
        command = player_command(file, seconds)
        try:
            self._running = subprocess.Popen(
                command.words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        except (OSError, ValueError) as error:
            raise QualcodeError(
                f"{command.player} could not be started ({getattr(error, 'strerror', None) or error}): {_ADVICE}"
            ) from error
        self.command = command
        return command

    def stop(self) -> bool:
        """End what is playing; False where nothing was."""
        running, self._running = self._running, None
        if running is None or running.poll() is not None:
            return False
        _end(running, signal.SIGTERM)
        try:
            running.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            _end(running, getattr(signal, "SIGKILL", signal.SIGTERM))
            with suppress(subprocess.TimeoutExpired):
                running.wait(_PATIENCE)
        return True

    def wait(self) -> int:
        """Wait until the player has ended; its exit status (0 where nothing plays)."""
        return self._running.wait() if self._running is not None else 0

    def failure(self) -> str:
        """A sentence where the player ended with an error, else ""."""
        status = self._running.poll() if self._running is not None else None
        if not status or self.command is None:
            return ""
        return (
            f"{self.command.player} ended with status {status} and may not be able to play this file. "
            "QUALCODE_PLAYER names another player."
        )


def _end(running: subprocess.Popen[bytes], how: int) -> None:
    """Signal the player with all that it started itself (cvlc is a script that starts VLC)."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(running.pid, how)
        else:
            running.terminate()


_ADVICE = "install mpv (Debian: apt install mpv; macOS: brew install mpv; Windows: winget install mpv) or set QUALCODE_PLAYER."


def player_command(file: Path, seconds: float) -> Command:
    """What plays a file from a time on: QUALCODE_PLAYER with {file} and {seconds} in it, else the first player there is.

    Raises QualcodeError where there is none, BadOption where QUALCODE_PLAYER cannot be understood.
    """
    path, at = str(file), max(0, int(seconds))
    if given := os.environ.get("QUALCODE_PLAYER", "").strip():
        try:
            words = shlex.split(given)
        except ValueError as error:
            raise BadOption(f"QUALCODE_PLAYER cannot be understood ({error}): {given}") from error
        if not any("{file}" in word for word in words):
            words.append("{file}")
        values = {"{seconds}": str(at), "{file}": path}
        return Command(Path(words[0]).name, [words[0], *(_filled(word, values) for word in words[1:])])
    for name, arguments in PLAYERS.items():
        if found := shutil.which(name):
            return Command(name, [found, *arguments(path, at)])
    raise QualcodeError(f"No player was found: {_ADVICE}")


def _filled(word: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():  # the path comes last: what looks like a placeholder in it stays
        word = word.replace(name, value)
    return word


def recording_file(folder: ProjectFolder, document: str, recording: str) -> Path:
    """The file that a document's front matter names as its recording, absolute.

    Looked for from the project folder and from the transcript's. Raises BadOption, saying what to do, where none is named, it
    is no file on this computer, is empty, or is a text such as a playlist.
    """
    if not recording:
        raise BadOption(
            f"No recording is named for {document}. Write `recording: interview.mp3` (a path from the project folder) into the "
            f"front matter of {folder.relative(folder.transcript(document))}, or: qualcode recording {document} FILE"
        )
    shown = visible(recording)
    if "://" in recording or "\0" in recording:
        raise BadOption(f"The recording of {document} is {shown}: only files on this computer are played.")
    given = Path(recording)
    try:
        tried = [given.expanduser()] if given.is_absolute() or recording.startswith("~") else [
            folder.root / given, folder.transcripts / given]  # fmt: skip
        path = next((path.absolute() for path in tried if path.is_file()), None)
        if path is None:
            raise BadOption(
                f"The recording of {document} is not there: {', '.join(visible(str(path)) for path in tried)}. "
                f"Put it there, or say where it is: qualcode recording {document} FILE"
            )
        with path.open("rb") as file:
            head = file.read(_LOOKED_AT)
    except (OSError, RuntimeError) as error:
        raise BadOption(
            f"The recording of {document} cannot be read ({getattr(error, 'strerror', None) or error}): {shown}"
        ) from error
    if not head:
        raise BadOption(f"The recording of {document} is an empty file: {shown}. Copy it anew.")
    if _is_text(head):
        raise BadOption(
            f"The recording of {document} is a text, not sound or film: {shown}. Name the recording itself."
        )
    return path


def _is_text(head: bytes) -> bool:
    """Whether it begins like a text. Sound and film have bytes that text has not."""
    text = head.decode("utf-8", "ignore")
    whole = len(head) - len(text.encode()) < 4  # a letter may be cut at the end
    return whole and not any(sign < " " and sign not in "\t\n\r\f" for sign in text)
