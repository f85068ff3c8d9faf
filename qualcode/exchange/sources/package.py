"""Files that are zip packages of XML parts (.docx, .odt, .epub), opened so that nothing in them can do harm.

A package may come from anywhere. Nothing is unpacked to disk, sizes that it declares are not believed, no entity is
expanded and nothing outside of it is looked up. Whatever is wrong with one ends in BadFile.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import Any, NamedTuple, NoReturn

from qualcode.errors import BadFile, BadOption, Problem

LARGEST_PART = 64 * 1024 * 1024  # bytes unpacked
LARGEST_PACKAGE = 256 * 1024 * 1024  # bytes unpacked, of the parts that are read
MOST_ENTRIES = 10_000
MOST_NODES = 3_000_000  # elements, their ends and attributes of one part; each takes about 150 bytes of memory

_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
    OverflowError, LookupError,
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0"
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"'>]*)""")
# those in which ASCII bytes are ASCII letters, so that nothing can be declared unseen (UTF-7 is not among them)
_KNOWN_ENCODING = re.compile(
    rb"(?:utf-?8|utf-?16|ucs-?4|us-ascii|ascii|iso-8859|windows-125|cp125|gb|big5|shift_jis|euc)", re.IGNORECASE
)
_OTHERS = {
    b"{\\rtf": ("an RTF file", ".rtf"), b"%pdf-": ("a PDF file", ".pdf"), b"<!doctype html": ("a web page", ".html"),
    b"<html": ("a web page", ".html"),
}  # fmt: skip


class PackageKind(NamedTuple):
    """How a kind of package is called in messages, and where a sound one comes from."""

    name: str
    program: str
    suffix: str

    @property
    def advice(self) -> str:
        return f"open it in {self.program} and save it anew as {self.suffix}"


class Package:
    """The parts of a package by name. Raises BadFile where the bytes are no package of this kind."""

    def __init__(self, data: bytes, shown_as: str, kind: PackageKind) -> None:
        self.shown_as, self.kind = shown_as, kind
        self._left = LARGEST_PACKAGE
        if data.startswith(_OLE):
            self._refuse_old(data)
        for start, (what, suffix) in _OTHERS.items():
            if data[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(start):
                raise self._problem(f"this is {what} under another name", f"rename it to {suffix}")
        if data.count(b"PK\x01\x02") > MOST_ENTRIES:
            self.refuse(f"it holds more than {MOST_ENTRIES:,} files, which no {kind.name} does")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            self._entries = {_part_name(entry.filename): entry for entry in self._archive.infolist()}
        except _DAMAGE as error:
            raise self._problem(f"this is not {_a(kind.name)}, or it is damaged") from error

    @property
    def names(self) -> list[str]:
        """Names of all parts, in lower case and with `/`, in the order of the file."""
        return list(self._entries)

    def part(self, name: str) -> bytes | None:
        """The bytes of a part, or None where there is none of this name (in capitals or not)."""
        entry = self._entries.get(_part_name(name))
        if entry is None:
            return None
        if entry.flag_bits & 1:
            raise self._problem("it is protected by a password", "save it without one")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            self.refuse(f"{name} in it is packed in a way that no {self.kind.name} uses")
        most = min(LARGEST_PART, self._left)
        try:
            with self._archive.open(entry) as stream:
                data = stream.read(most + 1)
        except _DAMAGE as error:
            raise self._problem(f"{name} in it is damaged") from error
        if len(data) > most:
            self.refuse(f"{name} in it is larger than {most // 1024**2} MB unpacked")
        self._left -= len(data)
        return data

    def xml(self, name: str) -> Any:
        """The root element (lxml) of a part, or None where there is none of this name."""
        data = self.part(name)
        return None if data is None else parse_xml(data, self.shown_as, self.kind, f"{name} in it")

    def refuse(self, message: str) -> NoReturn:
        """Raise BadFile with this message and the usual advice."""
        raise self._problem(message)

    def _problem(self, message: str, advice: str = "") -> BadFile:
        return BadFile([Problem(self.shown_as, 0, message, advice or self.kind.advice)])

    def _refuse_old(self, data: bytes) -> NoReturn:
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise self._problem("it is protected by a password", f"save it as {self.kind.suffix} without one")
        self.refuse("it is protected by a password or in the format of before 2007")


def parse_xml(data: bytes, shown_as: str, kind: PackageKind, what: str = "it") -> Any:
    """The root element of an XML text. Entities, too many elements and (by lxml) too deep ones end in BadFile."""
    try:
        from lxml import etree  # type: ignore[import-untyped,unused-ignore]
    except ImportError as error:
        message = f"Files such as {kind.suffix} need the package lxml: pip install lxml. Or save the text as .txt."
        raise BadOption(message) from error

    def broken(message: str) -> BadFile:
        return BadFile([Problem(shown_as, 0, f"{what} {message}", kind.advice)])

    if trap := _trap(data, kind.name):
        raise broken(trap)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True, remove_comments=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError, AssertionError) as error:
        raise broken(f"is damaged ({_first_line(error)})") from error


def _trap(data: bytes, name: str) -> str:
    """What is wrong with an XML text that must not even be parsed; "" for nothing.

    A document type can give attributes to every element, and entities within entities: both fill the memory.
    """
    start = data[:4]
    wide = b"\0" in start or start[:2] in (b"\xff\xfe", b"\xfe\xff")
    letters = data.replace(b"\0", b"") if wide else data
    if b"<!ENTITY" in letters or b"<!ATTLIST" in letters:
        return f"declares entities or attributes, which no {name} does"
    declared = _ENCODING.match(letters[:200])
    if declared and not _KNOWN_ENCODING.match(declared[1]):
        return f"is in an encoding that no {name} uses"
    if data.count(b"<") + data.count(b"=") > MOST_NODES:
        return f"has more than {MOST_NODES:,} elements and attributes"
    return ""


def _first_line(error: Exception) -> str:
    from qualcode.core.visible import shorten

    return shorten(re.sub(r" \(<string>, line \d+\)$", "", str(error)), 120)


def _part_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _a(name: str) -> str:
    return f"an {name}" if name[:1].lower() in "aeiou" else f"a {name}"
