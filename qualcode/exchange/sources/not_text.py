"""Files that are no text, known by their first bytes: what they are, and what to do with them."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x06\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")

_STRAY = 3  # control characters that any text may have, as a terminal's recording does
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF file", "give it the ending .pdf"),
    (b"{\\rtf", "a rich text file", "give it the ending .rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word, Excel or PowerPoint file", "open it there and save it as .docx"),
    (b"\x89PNG", "a picture (PNG)", ""), (b"\xff\xd8\xff", "a picture (JPEG)", ""), (b"GIF8", "a picture (GIF)", ""),
    (b"II*\x00", "a picture (TIFF)", ""), (b"MM\x00*", "a picture (TIFF)", ""),
    (b"ID3", "a recording", "import its transcript"), (b"OggS", "a recording", "import its transcript"),
    (b"fLaC", "a recording", "import its transcript"), (b"\x1aE\xdf\xa3", "a film", "import its transcript"),
    (b"\x1f\x8b", "a packed file (gzip)", "unpack it first"), (b"7z\xbc\xaf'\x1c", "a packed file (7z)", "unpack it first"),
    (b"Rar!\x1a", "a packed file (rar)", "unpack it first"), (b"\xfd7zXZ\x00", "a packed file (xz)", "unpack it first"),
    (b"BZh91AY&SY", "a packed file (bzip2)", "unpack it first"),
    (b"\x7fELF", "a program", ""), (b"\xca\xfe\xba\xbe", "a program", ""), (b"\xcf\xfa\xed\xfe", "a program", ""),
    (b"SQLite format 3\x00", "a database (SQLite)", "export its texts from the program that made it"),
)  # fmt: skip
_IN_ZIP: tuple[tuple[bytes, str, str], ...] = (
    (b"word/document", "a Word file", ".docx"), (b"xl/workbook", "an Excel file", ".xlsx"),
    (b"ppt/presentation", "a PowerPoint file", ".pptx"), (b"mimetypeapplication/epub", "an electronic book", ".epub"),
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text", ".odt"),
)  # fmt: skip


def kind_of_binary(data: bytes) -> tuple[str, str] | None:
    """What the file is and what to do with it, where it is certainly no text: `("a PDF file", "give it the ending .pdf")`."""
    if data.startswith(b"PK\x03\x04"):
        for sign, what, ending in _IN_ZIP:
            if sign in data:
                return f"{what} ({ending})", f"give it the ending {ending}"
        return "a packed file (zip)", "unpack it first"
    if data.startswith(b"MZ") and b"\x00" in data[:64]:
        return "a program", ""
    if (data.startswith(b"RIFF") and data[8:12] in (b"WAVE", b"AVI ")) or (
        data[4:8] == b"ftyp" and b"\x00" in data[:4]
    ):
        return "a recording or film", "import its transcript"
    for sign, what, advice in _SIGNATURES:
        if data.startswith(sign) and (len(sign) > 4 or sign[0] > 0x7F or _has_controls(data[:64])):
            return what, advice
    return None


def _has_controls(data: bytes) -> bool:
    """Whether there are bytes that no text has: a diary may begin with the letters GIF8 or ID3."""
    return any(byte < 0x20 and byte not in b"\t\n\r\x0c\x1b" for byte in data)


def control_sign_of_no_text(text: str) -> int:
    """Where the first control character is, if so many of the text's first signs are such, or zeros, that it is none; else -1."""
    head = text[:2048]
    if head.replace("\n", "").isprintable():
        return -1
    places = [found.start() for found in _CONTROLS.finditer(head)]
    many = len(places) * 20 > len(head) + head.count("\x00") * 10
    stray = len(places) <= _STRAY and "\x00" not in head and len(places) * 3 < len(head)
    return places[0] if many and not stray else -1
