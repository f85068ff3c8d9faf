"""Bytes to text: which encoding a file is in, how sure that is, and what of it could not be read.

Certain are a byte-order mark and valid UTF-8. All else is a guess, by how likely the text is in the languages of each encoding.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from qualcode.core.text import normalise_newlines
from qualcode.core.visible import shorten
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.exchange.sources.not_text import control_sign_of_no_text, kind_of_binary

USUAL = (
    "utf-8, utf-16, gb18030, big5, shift_jis, euc_jp, euc_kr, cp1250 (Central European), cp1251 (Cyrillic), "
    "cp1252 (Western European), cp1253 (Greek), cp1254 (Turkish), cp1255 (Hebrew), cp1256 (Arabic), cp1258 (Vietnamese), "
    "koi8_r, latin-1, mac_roman"
)
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"\x841\x953", "gb18030"),
)  # fmt: skip
# Under these names programs write, and the web reads, the larger sets that Windows has (WHATWG Encoding Standard).
_LARGER_SETS = {
    "gb2312": ("gb18030",), "gbk": ("gb18030",), "big5": ("cp950", "big5hkscs"), "cp950": ("cp950", "big5hkscs"),
    "shift_jis": ("cp932",), "euc_kr": ("cp949",), "euc_jp": ("euc_jp", "euc_jis_2004"), "iso2022_jp": ("iso2022_jp_2",),
}  # fmt: skip
_FAMILIAR = {
    "cp950": "big5", "big5hkscs": "big5", "cp932": "shift_jis", "cp949": "euc_kr", "iso2022_jp_2": "iso2022_jp",
}  # fmt: skip
_NO_ENCODINGS = {"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"}
_LOST = "\ufffd"
_SURROGATES = re.compile("[\ud800-\udfff]")
_PADDING = 8  # zero bytes at the end that are the rest of a disk block and no letters
_LINES_SHOWN = 5
_WHAT_TO_DO = "name it, as --encoding gb18030, or save it as UTF-8"


class Decoded(NamedTuple):
    """A text; `encoding` is "" where it was certain, else the name guessed or given; `runner_up` is the second likeliest
    that gives another text. `losses` are sentences on what could not be read or was left out."""

    text: str
    encoding: str = ""
    runner_up: str = ""
    losses: tuple[str, ...] = ()


def decode(data: bytes, shown_as: str, encoding: str = "") -> Decoded:
    """The text of a file, in the encoding given or else in the likeliest one; a byte-order mark is dropped.

    Raises BadOption for an encoding that there is not, BadFile for what is no text or is not in the encoding given.
    """
    binary = kind_of_binary(data)
    if binary:
        raise BadFile([Problem(shown_as, 0, f"this is not a text file but {binary[0]}", binary[1])])
    decoded = _as_told(data, shown_as, encoding) if encoding else _certain(data) or _guessed(data, shown_as)
    sign = control_sign_of_no_text(decoded.text)
    if sign >= 0:
        raise BadFile([Problem(shown_as, decoded.text.count("\n", 0, sign) + 1, "this is not a text file")])
    return _without_zeros(decoded) if b"\x00" in data else decoded


def _as_told(data: bytes, shown_as: str, encoding: str) -> Decoded:
    shown = shorten(encoding, 40)
    for name in (names := _codecs_named(encoding)):
        try:
            text = data.decode(name)
        except ValueError as error:
            if name == names[-1]:
                message, advice = (
                    f"this is not in the encoding {shown}",
                    "give another encoding, or none to have it guessed",
                )
                raise BadFile([Problem(shown_as, _line_of(data, name, error), message, advice)]) from error
        else:
            break
    return Decoded(_SURROGATES.sub(_LOST, text).removeprefix("\ufeff"), shown)


def _codecs_named(encoding: str) -> tuple[str, ...]:
    """Python's names of the codecs to try, in order. Raises BadOption."""
    try:
        name = codecs.lookup(encoding).name
        if name in _NO_ENCODINGS or not isinstance(b"a".decode(encoding, "replace"), str):
            raise LookupError(name)
    except (LookupError, ValueError, ImportError, AttributeError) as error:
        raise BadOption(f"There is no encoding {shorten(encoding, 40)!r}. Usual ones: {USUAL}.") from error
    return _LARGER_SETS.get(name, (name,))


def _line_of(data: bytes, encoding: str, error: Exception) -> int:
    if not isinstance(error, UnicodeDecodeError):
        return 0
    before = data[: error.start].decode(encoding, "ignore")
    return normalise_newlines(before).count("\n") + 1


def _certain(data: bytes) -> Decoded | None:
    """The text, if it begins with a byte-order mark that is borne out, is valid UTF-8, or sent as ASCII by shift signs."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text, broken = _read(data[len(mark) :], encoding)
            if not _too_much_is_lost(text):
                return Decoded(text, losses=_lost_places(text, encoding) if broken else ())
    if b"\x1b$" in data or b"~{" in data:
        from qualcode.exchange.sources.guessing import seven_bit

        encoding = seven_bit(data)
        if encoding:
            return Decoded(data.decode(encoding), _familiar(encoding), "utf-8")
    try:
        return None if b"\x00" in data else Decoded(data.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _guessed(data: bytes, shown_as: str) -> Decoded:
    from qualcode.exchange.sources.guessing import ranked

    kept = _without_padding(data)
    best, *others = ranked(kept)
    text, broken = _read(kept, best.encoding)
    if _too_much_is_lost(text):
        raise BadFile([Problem(shown_as, 0, "its encoding cannot be made out", _WHAT_TO_DO)])
    losses = _lost_places(text, best.encoding) if broken else ()
    if len(kept) < len(data):
        text = text.rstrip("\x00")
        losses += ("Zero bytes at the end were left out.",)
    if best.encoding == "utf-8" and not broken:
        return Decoded(text, losses=losses)
    name = _familiar(best.encoding)
    runner_up = next((other for one in others if (other := _familiar(one.encoding)) != name), "")
    return Decoded(text, name, runner_up, losses)


def _read(data: bytes, encoding: str) -> tuple[str, bool]:
    """The text, and whether some of it is broken and stands there as U+FFFD."""
    for name in (encoding, *_LARGER_SETS.get(encoding, ())):
        try:
            return data.decode(name), False
        except UnicodeDecodeError:
            continue
    return data.decode(encoding, "replace"), True


def _too_much_is_lost(text: str) -> bool:
    return text.count(_LOST) > max(2, len(text) // 20)


def _lost_places(text: str, encoding: str) -> tuple[str, ...]:
    """A sentence on the places that are not valid in the encoding, with their lines (counted in the file)."""
    places = text.count(_LOST)
    if not places:
        return ()
    lines, line, at = [], 1, 0
    text = normalise_newlines(text)
    for _ in range(places):
        found = text.index(_LOST, at)
        line += text.count("\n", at, found)
        at = found + 1
        if line not in lines:
            lines.append(line)
        if len(lines) > _LINES_SHOWN:
            break
    shown = ", ".join(map(str, lines[:_LINES_SHOWN])) + (" and more" if len(lines) > _LINES_SHOWN else "")
    what = "One sign is" if places == 1 else f"{places:,} signs are"
    where = "line" if len(lines) == 1 else "lines"
    return (f"{what} broken ({where} {shown}): not valid {_familiar(encoding)}. \ufffd stands there.",)


def _without_padding(data: bytes) -> bytes:
    """The bytes without the zero bytes that fill a file's last block after a crash; those that may belong to a letter stay."""
    kept = data.rstrip(b"\x00")
    if len(data) - len(kept) < _PADDING:
        return data
    return data[: -(-len(kept) // 4) * 4] if b"\x00" in kept else kept


def _without_zeros(decoded: Decoded) -> Decoded:
    """The text without the zero signs that some recorders leave in it: the rest of the world's programs cut a text there."""
    text = decoded.text.replace("\x00", "")
    if len(text) == len(decoded.text):
        return decoded
    return decoded._replace(text=text, losses=(*decoded.losses, "Zero bytes within the text were left out."))


def _familiar(encoding: str) -> str:
    return _FAMILIAR.get(encoding, encoding)
