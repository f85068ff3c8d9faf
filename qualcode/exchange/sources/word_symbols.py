"""Signs of Word's symbol fonts as Unicode: what automatic correction makes of :) and -->, ticks, bullets, Greek letters."""

from __future__ import annotations

_WINGDINGS = dict(zip(
    (0x4A, 0x4B, 0x4C, 0x6C, 0x6E, 0x6F, 0x77, 0x9F, 0xA7, 0xA8, 0xD8, 0xDF, 0xE0, 0xE1, 0xE2, 0xE7, 0xE8, 0xF3, 0xFB, 0xFC,
     0xFD, 0xFE),
    "☺😐☹●■□◆•▪◻➢←→↑↓🡄🡆⬄✗✓☒☑", strict=True,
))  # fmt: skip
# capital and small letters in the order of the Latin ones; the Symbol font has no sign of its own for some
_SYMBOL = dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True))
_SYMBOL |= dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
_SYMBOL |= dict(zip(
    (0xA3, 0xAB, 0xAC, 0xAD, 0xAE, 0xAF, 0xB0, 0xB1, 0xB3, 0xB4, 0xB7, 0xB8, 0xB9, 0xBB, 0xBC, 0xDB, 0xDC, 0xDE),
    "≤↔←↑→↓°±≥×•÷≠≈…⇔⇐⇒", strict=True,
))  # fmt: skip
_FONTS = {"wingdings": _WINGDINGS, "symbol": _SYMBOL}
UNKNOWN = "\ufffd"


def symbol(font: str, code: str) -> str:
    """The sign for w:sym: its hexadecimal code, often from U+F000 on, in this font; U+FFFD for one that is not known."""
    try:
        number = int(code, 16)
    except ValueError:
        return UNKNOWN
    low = number - 0xF000 if 0xF000 <= number <= 0xF0FF else number
    if low < 0x100:
        known = _FONTS.get(font.casefold())
        if known is None and number >= 0xF000:
            return UNKNOWN
        return (known or {}).get(low, chr(low) if low >= 0x20 and known is None else UNKNOWN)
    return chr(number) if number < 0xD800 or 0xE000 <= number < 0x110000 else UNKNOWN
