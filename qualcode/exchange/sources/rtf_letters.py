"""Which letters the bytes of an RTF file are: by the character set of their font, else by the file's code page."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from qualcode.exchange.sources.word_symbols import symbol

# \fcharset of the RTF specification; 0 is "ANSI", 1 the file's own, 2 symbols
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 78: "shift_jis", 79: "euc_kr", 80: "gb2312", 81: "big5", 83: "mac_greek", 85: "mac_greek",
    86: "mac_turkish", 88: "mac_latin2", 89: "mac_cyrillic", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_WIDE = frozenset({"gbk", "gb18030", "cp950", "big5hkscs", "cp932", "cp949", "johab"})
_HIGH = re.compile(rb"[\x80-\xff]+")
_BY_NAME = {"cyr": "cp1251", "greek": "cp1253", "tur": "cp1254", "baltic": "cp1257", "ce": "cp1250"}


def of_code_page(number: int) -> str:
    """The encoding of a Windows code page, "" for one that is not known."""
    special = {
        936: "gbk",
        54936: "gb18030",
        950: "cp950",
        65001: "utf-8",
        10000: "mac_roman",
        10008: "gb2312",
        28591: "latin-1",
    }
    name = special.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name if number else ""
    except LookupError:
        return ""


def of_charset(number: int, font_name: str, usual: str) -> str:
    """The encoding of a font's character set; `usual` is that of the file. Old files say it by the name: `Arial CYR`."""
    if number <= 1:
        ending = font_name.rstrip(";").rsplit(None, 1)[-1].casefold() if font_name.strip("; ") else ""
        return _BY_NAME.get(ending, usual if number == 1 else _CHARSETS[0])
    return _CHARSETS.get(number, usual)


def letters_of(data: bytes, encoding: str, usual: str) -> str:
    """The bytes as text; U+FFFD for those that are no letters in it.

    Programs write Chinese in a font that is declared as Western: where the file's code page has two bytes a letter, high
    bytes in pairs are read in it.
    """
    if encoding == "cp1252" and usual in _WIDE:
        parts = _HIGH.split(data)
        runs = [_pairs(run, usual) for run in _HIGH.findall(data)]
        return parts[0].decode("ascii") + "".join(
            run + part.decode("ascii") for run, part in zip(runs, parts[1:], strict=True)
        )
    return _decoded(data, encoding)


def _pairs(run: bytes, wide: str) -> str:
    if len(run) % 2 == 0:
        try:
            return run.decode(wide)
        except UnicodeDecodeError:
            pass
    return _decoded(run, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "cp1252":  # five of its bytes have no letter; programs write them as control characters
            return "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in data)
        return data.decode("gb18030" if encoding in ("gbk", "gb2312") else encoding, "replace")


class Fonts:
    """The fonts that a file declares, by number; `usual` is the encoding of its code page, `told` one that overrides all."""

    def __init__(self, told: str = "") -> None:
        self.told = told
        self.usual = told or "cp1252"
        self.default = -1
        self.charsets: dict[int, int] = {}
        self._names: dict[int, str] = {}

    def name(self, font: int, name: bytes) -> None:
        plain = name.decode("latin-1").strip().rstrip(";").strip()
        if plain:
            self._names.setdefault(font, plain[:60])

    def is_symbol(self, font: int) -> bool:
        return self.charsets.get(font) == 2

    def symbols(self, codes: Iterable[int], font: int) -> str:
        return "".join(symbol(self._names.get(font, ""), f"{code:x}") for code in codes)

    def letters(self, data: bytes, font: int, double: bool) -> str:
        """The bytes as text in this font (-1 for the file's default; where `double`, for its code page)."""
        font = self.default if font < 0 and not double else font
        encoding = self.told or self.usual
        if font in self.charsets and not self.told:
            encoding = of_charset(self.charsets[font], self._names.get(font, ""), self.usual)
        return letters_of(data, encoding, self.told or self.usual)
