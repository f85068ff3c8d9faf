"""Writing and reading backups as streams of bytes; what is read is checked against the list before and while it is handed on."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import IO, Any

from qualcode import __version__
from qualcode.exchange.backup import listing as heads
from qualcode.exchange.backup.listing import Contents, Entry, ListReader
from qualcode.exchange.backup.tar_stream import BLOCK, END, BadArchive, Stream, exactly, header, next_member, padding

_PIECE = 1024 * 1024
_LEVEL = 3  # of gzip: half as long as the usual 6, and a tenth larger
_MOST_AT_THE_END = 64 * 1024
Progress = Callable[[int, int], None]
Take = Callable[[Entry], AbstractContextManager[Callable[[bytes], Any]]]


class Changed(Exception):
    """A file is not any more what it was when the list was made; its path."""


def write_archive(
    out: IO[bytes], contents: Contents, opened: Callable[[Entry], IO[bytes]], progress: Progress | None = None
) -> None:
    """Write the backup: the list, then each file as `opened`. Raises Changed, OSError."""
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=out, mtime=0) as packed:
        listed = heads.listing(contents, __version__)
        packed.write(header(heads.NAME, len(listed), 0) + listed + padding(len(listed)))
        for number, entry in enumerate(contents.entries):
            packed.write(header(heads.TOP + entry.path, entry.size, entry.mtime_ns // 10**9))
            _copy(entry, opened, packed)
            packed.write(padding(entry.size))
            if progress is not None:
                progress(number + 1, len(contents.entries))
        packed.write(END)


def _copy(entry: Entry, opened: Callable[[Entry], IO[bytes]], packed: gzip.GzipFile) -> None:
    digest, left = hashlib.sha256(), entry.size
    with opened(entry) as file:
        while left and (piece := file.read(min(_PIECE, left))):
            digest.update(piece)
            packed.write(piece)
            left -= len(piece)
    if left or digest.hexdigest() != entry.sha256:
        raise Changed(entry.path)


def read_archive(
    stream: IO[bytes], take: Take, before: Callable[[Contents], Any] | None = None, progress: Progress | None = None
) -> Contents:
    """Read a backup to its end. `before` is told what is in it before any of it comes; for each file `take` gives what its
    bytes are handed to. Raises BadArchive, which names the file where something is wrong, at the latest when all has been read.
    """
    at = "its beginning"
    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
            contents = _list(unpacked)
            if before is not None:
                before(contents)
            for number, entry in enumerate(contents.entries):
                at = entry.path
                _take(unpacked, entry, take)
                if progress is not None:
                    progress(number + 1, len(contents.entries))
            at = "its end"
            _end(unpacked)
    except BadArchive as error:
        raise BadArchive(f"{error} (at {at})") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadArchive(f"it is damaged or cut short (at {at})") from error
    return contents


def _list(stream: Stream) -> Contents:
    member = next_member(stream)
    if member is None or member.name != heads.NAME:
        raise BadArchive("this is no backup of qualcode's")
    if member.size > heads.MOST_LISTED:
        raise BadArchive("its list of files is far too long")
    reader = ListReader()
    for line in _lines(stream, member.size):
        reader.take(line)
    exactly(stream, -member.size % BLOCK)
    return reader.contents


def _lines(stream: Stream, size: int) -> Iterator[bytes]:
    rest = b""
    while size:
        piece = exactly(stream, min(_PIECE, size))
        size -= len(piece)
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        if len(rest) > _PIECE:
            raise BadArchive("its list of files is damaged")
    if rest:
        raise BadArchive("its list of files is damaged")


def _take(stream: Stream, entry: Entry, take: Take) -> None:
    member = next_member(stream)
    if member is None or (member.name, member.size) != (heads.TOP + entry.path, entry.size):
        raise BadArchive("what comes is not what its list says")
    digest, left = hashlib.sha256(), entry.size
    with take(entry) as put:
        while left:
            piece = exactly(stream, min(_PIECE, left))
            digest.update(piece)
            put(piece)
            left -= len(piece)
        if digest.hexdigest() != entry.sha256:
            raise BadArchive("its bytes are not those that were saved")
    exactly(stream, -entry.size % BLOCK)


def _end(stream: Stream) -> None:
    """After the last file nothing may come but the zeros with which archives end."""
    if next_member(stream) is not None:
        raise BadArchive("more comes than its list says")
    found = _rest(stream)
    if any(found) or len(found) > _MOST_AT_THE_END:
        raise BadArchive("something follows after its end")


def _rest(stream: Stream) -> bytes:
    found = b""
    while len(found) <= _MOST_AT_THE_END and (piece := stream.read(_MOST_AT_THE_END)):
        found += piece
    return found
