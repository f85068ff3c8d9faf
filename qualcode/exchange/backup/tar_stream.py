"""Tar archives of plain files, read and written as a stream: no links, devices or folders, nothing of unknown size in memory.

Format: POSIX.1-2001 (pax), of which `path` and `size` are understood.
"""

from __future__ import annotations

import tarfile
from typing import NamedTuple, Protocol

BLOCK = 512
END = bytes(2 * BLOCK)
_MOST_PAX = 64 * 1024
_FILE = (b"0", b"\0")


class BadArchive(Exception):
    """What is read is not what qualcode writes; the text says what is wrong."""


class Stream(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


class Member(NamedTuple):
    """A file in the archive, whose `size` bytes come next."""

    name: str
    size: int


def header(name: str, size: int, mtime: int) -> bytes:
    """What comes before a file's bytes. `mtime` is in seconds since 1970."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, max(0, mtime), 0o600
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def padding(size: int) -> bytes:
    """What comes after a file's bytes."""
    return bytes(-size % BLOCK)


def exactly(stream: Stream, size: int) -> bytes:
    """So many bytes. Raises BadArchive where it ends before."""
    found = b""
    while len(found) < size:
        piece = stream.read(size - len(found))
        if not piece:
            raise BadArchive("it ends too early")
        found += piece
    return found


def next_member(stream: Stream) -> Member | None:
    """The next file, None at the end. Raises BadArchive for anything but a plain file."""
    block = exactly(stream, BLOCK)
    if not any(block):
        return None
    _check_sum(block)
    if block[156:157] == b"x":
        told = _pax(exactly(stream, _padded(_size(block, _MOST_PAX)))[: _size(block, _MOST_PAX)])
        block = exactly(stream, BLOCK)
        _check_sum(block)
    else:
        told = {}
    if block[156:157] not in _FILE:
        raise BadArchive(f"{_name(block)!r} is a link, a folder or a device, not a file")
    return Member(told.get("path") or _name(block), int(told["size"]) if "size" in told else _size(block))


def _padded(size: int) -> int:
    return size + -size % BLOCK


def _check_sum(block: bytes) -> None:
    try:
        told = int(block[148:156].strip(b" \0") or b"0", 8)
    except ValueError:
        told = -1
    if told != sum(block[:148]) + 8 * 0x20 + sum(block[156:]):
        raise BadArchive("the head of a file in it is damaged")


def _size(block: bytes, most: int = -1) -> int:
    try:
        size = int(block[124:136].strip(b" \0") or b"0", 8)
    except ValueError as error:
        raise BadArchive("the size of a file in it makes no sense") from error
    if size < 0 or 0 <= most < size:
        raise BadArchive("the head of a file in it is far too long")
    return size


def _name(block: bytes) -> str:
    name, above = (part.split(b"\0", 1)[0] for part in (block[:100], block[345:500]))
    try:
        return (above + b"/" + name if above else name).decode()
    except UnicodeDecodeError as error:
        raise BadArchive("the name of a file in it is no text") from error


def _pax(data: bytes) -> dict[str, str]:
    """The fields of an extended head: `LENGTH NAME=VALUE` and LF, the length counting itself."""
    found: dict[str, str] = {}
    while data:
        length, _, rest = data.partition(b" ")
        if not length.isdigit() or not len(length) < int(length[:6]) <= len(data):
            raise BadArchive("the head of a file in it is damaged")
        record, data = rest[: int(length) - len(length) - 1], data[int(length) :]
        name, _, value = record.removesuffix(b"\n").partition(b"=")
        if name in (b"path", b"size"):
            try:
                found[name.decode()] = value.decode()
            except UnicodeDecodeError as error:
                raise BadArchive("the name of a file in it is no text") from error
    if not found.get("size", "0").isdecimal() or len(found.get("size", "")) > 18:
        raise BadArchive("the size of a file in it makes no sense")
    return found
