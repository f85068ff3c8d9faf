"""Backups through age or gpg: bytes go in and out by pipes, so that nothing unencrypted is ever on the disk.

The tools ask for passphrases themselves, at the terminal; qualcode never sees one.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from qualcode.errors import BadOption, QualcodeError

_AGE = (b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----")
_GPG_ARMOUR = b"-----BEGIN PGP MESSAGE-----"
_GPG_TAGS = (1, 3, 18, 20)  # packets with which an encrypted message begins
_PIECE = 1024 * 1024


class Encryption(NamedTuple):
    """The command of a tool that encrypts what comes in by standard input."""

    tool: str
    arguments: tuple[str, ...]


def encryption_to(recipients: Sequence[str]) -> Encryption:
    """For these recipients: age's public keys (age1..., ssh-...) or files of them, or keys of gpg by mail or fingerprint.

    Raises BadOption where that tool is not installed, or both would be needed.
    """
    of_age = [name.startswith(("age1", "ssh-")) or os.path.isfile(name) for name in recipients]
    if any(of_age) != all(of_age):
        raise BadOption(
            "Some of these recipients are age's and some gpg's; an archive can be encrypted by one of them."
        )
    if all(of_age):
        arguments = [part for name in recipients for part in (("-R", name) if os.path.isfile(name) else ("-r", name))]
        return _installed(Encryption("age", tuple(arguments)))
    to = [part for name in recipients for part in ("--recipient", name)]
    return _installed(Encryption("gpg", (*_gpg(), *_NO_LOOKUP, "--encrypt", *to)))


def encryption_by_passphrase() -> Encryption:
    """By a passphrase, for which age, or else gpg, asks at the terminal. Raises BadOption where neither is installed."""
    if shutil.which("age") or not shutil.which("gpg"):
        return _installed(Encryption("age", ("-p",)))
    return Encryption("gpg", (*_gpg(), "--symmetric"))


_NO_LOOKUP = (
    "--no-auto-key-locate",
    "--disable-dirmngr",
)  # else gpg asks servers for a recipient whose key is not here


def _gpg() -> tuple[str, ...]:
    return ("--quiet", "--output", "-") if sys.stdin.isatty() else ("--quiet", "--batch", "--output", "-")


def _installed(wanted: Encryption) -> Encryption:
    if shutil.which(wanted.tool):
        return wanted
    other = {"age": "gpg", "gpg": "age"}[wanted.tool]
    has_other = (
        f"{other} is here, and takes recipients of its own kind" if shutil.which(other) else f"{other} will do too"
    )
    raise BadOption(
        f"{wanted.tool} is not installed, so nothing was encrypted or saved. Install it (https://age-encryption.org, or the "
        f"package {'gnupg' if wanted.tool == 'gpg' else 'age'} of your system); {has_other}."
    )


def encrypt(encryption: Encryption, out: Callable[[bytes], object], write: Callable[[IO[bytes]], None]) -> None:
    """Have `write` write to the tool, and hand what comes out of it to `out`. Raises QualcodeError where the tool fails."""
    failed: list[BaseException] = []

    def carry(stream: IO[bytes]) -> None:
        try:
            while piece := stream.read(_PIECE):
                out(piece)
        except BaseException as error:
            failed.append(error)
            while stream.read(_PIECE):  # so that the tool does not wait for somebody to take it
                continue

    with _running([encryption.tool, *encryption.arguments], subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        carrier = threading.Thread(target=carry, args=(process.stdout,))
        carrier.start()
        try:
            with suppress(BrokenPipeError), process.stdin as into:  # its status tells why it stopped listening
                write(into)
        except BaseException:
            process.kill()
            raise
        finally:
            carrier.join()
        status = process.wait()
    if failed:
        raise failed[0]
    if status:
        raise QualcodeError(
            f"{encryption.tool} did not encrypt it (status {status}; it says why above). Nothing was saved."
        )


@contextmanager
def opened(path: Path, identity: str = "") -> Iterator[IO[bytes]]:
    """The bytes of a backup as they were before they were encrypted, if they were.

    `identity` is a file with age's secret key. Raises QualcodeError where the tool is missing or fails, OSError.
    """
    with open(path, "rb", buffering=0) as file:  # the tool reads on where we leave off
        tool = _tool(file.read(64))
        file.seek(0)
        if not tool:
            yield io.BufferedReader(file)
            return
        arguments = ("-d", *(("-i", identity) if identity else ())) if tool == "age" else ("--quiet", "--decrypt")
        if not shutil.which(tool):
            raise QualcodeError(
                f"{path} is encrypted by {tool}, which is not installed here. Install it, then do it again."
            )
        with _running([tool, *arguments], file) as process:
            assert process.stdout is not None
            try:
                yield process.stdout
            except BaseException:
                process.stdout.close()
                if _ended(process):
                    raise QualcodeError(_not_opened(path, tool, identity)) from None
                raise
            while process.stdout.read(_PIECE):
                continue
            if process.wait():
                raise QualcodeError(_not_opened(path, tool, identity))


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether the tool itself failed, and not for our not listening any more."""
    try:
        return process.wait(timeout=1) > 0
    except subprocess.TimeoutExpired:
        return False


def _not_opened(path: Path, tool: str, identity: str) -> str:
    hint = "" if identity or tool == "gpg" else " A file encrypted to a key is opened by --identity FILE."
    return f"{tool} could not open {path}: it is damaged, or not meant for your key (what it says stands above).{hint}"


def _tool(head: bytes) -> str:
    if head.startswith(_AGE):
        return "age"
    if head.startswith(_GPG_ARMOUR):
        return "gpg"
    first = head[0] if head else 0
    tag = first & 0x3F if first & 0x40 else first >> 2 & 0x0F
    return "gpg" if first & 0x80 and tag in _GPG_TAGS else ""


@contextmanager
def _running(command: Sequence[str], source: int | IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    environment = dict(os.environ)
    with suppress(OSError):
        environment.setdefault("GPG_TTY", os.ttyname(0))
    process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        if process.stdout is not None:
            process.stdout.close()
        process.wait()
