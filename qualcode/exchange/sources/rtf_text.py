"""The tokens of an RTF file put together to lines: what each control word means to a reader of the text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from qualcode.exchange.sources import Remark
from qualcode.exchange.sources.body_builder import Built
from qualcode.exchange.sources.rtf_body import Paragraph, RtfBody
from qualcode.exchange.sources.rtf_letters import Fonts, of_code_page
from qualcode.exchange.sources.rtf_tokens import Token
from qualcode.exchange.sources.rtf_words import ENDS, HIGHLIGHTS, KEPT_WHEN_STARRED, NAMED, SIGNS, SKIPPED, SYMBOLS
from qualcode.exchange.sources.word_symbols import UNKNOWN

_DEEPEST = 20_000
_BODY, _NOTE, _COMMENT, _NAME, _SKIP = "body", "note", "comment", "name", "skip"


class TooDeep(Exception):
    """More groups within groups than any program writes."""


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group until it ends."""

    into: str = _BODY
    font: int = -1
    fallback: int = 1  # letters behind \u for programs without Unicode
    hidden: bool = False
    deleted: bool = False
    highlight: int = 0
    double: bool = False
    wide_font: int = -1


class RtfText:
    """Takes the tokens one by one; `counts` says what was not plain text."""

    def __init__(self, encoding: str = "") -> None:
        self.body = RtfBody()
        self.counts: Counter[str] = Counter()
        self._fonts = Fonts(encoding)
        self._states = [_State()]
        self._opened = [b""]  # for each open group, the destination that began in it
        self._pending = bytearray()
        self._half = 0  # the first half of a letter beyond U+FFFF
        self._skip = 0  # letters still to pass over behind \u
        self._starred = False
        self._table_entry = -1  # the font or style that is being declared
        self._name: list[str] = []
        self._graphic = False
        self.cut_short = False

    @property
    def _state(self) -> _State:
        return self._states[-1]

    def take(self, token: Token) -> None:
        kind, value, number = token
        if kind in ("text", "bytes"):
            if self._skip and kind == "bytes":
                self._skip -= 1
                return
            if self._skip:
                passed = min(self._skip, len(value))
                self._skip -= passed
                value = value[passed:]
            if self._half and value:
                self._flush()
            self._pending += value
        elif kind == "group":
            self._flush()
            self._skip = 0
            self._open() if value == b"{" else self._close()
        elif kind == "sign" and value == b"*":
            self._starred = True
        elif self._skip and value != b"u" and (kind == "sign" or (value in SIGNS and value not in ENDS)):
            self._skip -= 1
        elif kind == "sign":
            self._symbol(value)
        else:
            self._word(value, number)

    def finish(self) -> tuple[Built, list[Remark]]:
        """The body and the comments in it. What is still open is closed."""
        self._flush()
        self.cut_short = len(self._states) > 1
        return self.body.finish()

    def _open(self) -> None:
        if len(self._states) > _DEEPEST:
            raise TooDeep
        self._states.append(self._state)
        self._opened.append(b"")
        self._starred = False

    def _close(self) -> None:
        if len(self._states) < 2:
            return
        self._states.pop()
        word = self._opened.pop()
        if word == b"annotation":
            self.body.end_comment()
        elif word in NAMED:
            self._end_name(word)
        self._starred = False

    def _end_name(self, word: bytes) -> None:
        name = "".join(self._name).strip()
        self._name = []
        if word == b"atnauthor":
            self.body.author = name
        elif word == b"atnref":
            self.body.name_comment(f"comment {name}")
        elif word in (b"atrfstart", b"atrfend"):
            self.body.mark(f"comment {name}", "start" if word == b"atrfstart" else "end")

    def _set(self, **changes: object) -> None:
        self._states[-1] = replace(self._state, **changes)  # type: ignore[arg-type]

    def _destination(self, word: bytes) -> None:
        starred, self._starred = self._starred, False
        outer = self._states[-2].into if len(self._states) > 1 else _BODY
        self._opened[-1] = word
        if word == b"ud" and starred:
            self._set(into=self._states[-3].into if len(self._states) > 2 else _BODY)
        elif outer == _SKIP and word not in NAMED:
            self._set(into=_SKIP)
        elif word == b"footnote" and outer == _BODY:
            self._say(f"[^{len(self.body.notes) + 1}]")
            self.body.notes.append([])
            self._set(into=_NOTE)
        elif word == b"annotation":
            self.body.begin_comment()
            self._set(into=_COMMENT)
        elif word in NAMED:
            self._name = []
            self._set(into=_NAME)
        elif word in SKIPPED or (starred and word not in KEPT_WHEN_STARRED):
            self._count_skipped(word)
            self._set(into=_SKIP)

    def _count_skipped(self, word: bytes) -> None:
        if word in (b"listtext", b"pntext"):
            self.body.paragraph.listed = True
        elif word in (b"pict", b"NeXTGraphic"):
            self.counts["picture"] += 1
            self._graphic = word == b"NeXTGraphic"
        elif word == b"objdata":
            self.counts["embedded"] += 1
        elif word.startswith((b"header", b"footer")):
            self.counts["header"] = 1

    def _symbol(self, value: bytes) -> None:
        self._flush()
        if value in (b"\n", b"\r", b"\r\n"):
            self._word(b"par", None)
        elif value in SYMBOLS:
            self._say(SYMBOLS[value])

    def _word(self, word: bytes, number: int | None) -> None:
        if word in ENDS:
            self._skip = 0
        if word == b"u":
            self._unicode(number or 0)
            return
        self._flush()
        if self._starred or word in SKIPPED or word == b"footnote":
            self._destination(word)
            return
        if word in SIGNS:
            self._say(SIGNS[word])
            return
        action = getattr(self, f"_do_{word.decode('ascii')}", None)
        if action is not None:
            action(number)
        elif self._state.into == _SKIP:
            self._declare(word, number)

    def _unicode(self, number: int) -> None:
        if not self._half:
            self._flush()
        code = number % 0x10000 if number < 0x10000 else number
        self._skip = self._state.fallback
        if 0xD800 <= code < 0xDC00:
            self._half = code
            return
        if self._half and 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((self._half - 0xD800) << 10) + (code - 0xDC00)
        self._half = 0
        if 0xF000 <= code <= 0xF0FF and self._fonts.is_symbol(self._state.font):
            self._say(self._fonts.symbols((code - 0xF000,), self._state.font))
        elif code < 0x110000 and not 0xD800 <= code < 0xE000 and code:
            self._say(chr(code))
        else:
            self._say("\ufffd")

    def _declare(self, word: bytes, number: int | None) -> None:
        """Fonts and styles, which are declared in parts of the file that are not text."""
        if word == b"outlinelevel" and self._table_entry >= 0:
            self.body.levels[self._table_entry] = (number or 0) + 1

    def _within(self, word: bytes) -> bool:
        return self._state.into == _SKIP and word in self._opened[-4:]

    def _do_f(self, number: int | None) -> None:
        if self._within(b"fonttbl"):
            self._table_entry = number or 0
        elif self._state.double:
            self._set(font=number or 0, wide_font=number or 0)
        else:
            self._set(font=number or 0)

    def _do_af(self, number: int | None) -> None:
        if self._state.double:
            self._set(wide_font=number or 0)

    def _do_fcharset(self, number: int | None) -> None:
        if self._table_entry >= 0:
            self._fonts.charsets[self._table_entry] = number or 0

    def _do_deff(self, number: int | None) -> None:
        self._fonts.default = number or 0

    def _do_s(self, number: int | None) -> None:
        if self._within(b"stylesheet"):
            self._table_entry = number or 0
        else:
            self.body.paragraph.style = number or 0

    def _do_ansicpg(self, number: int | None) -> None:
        self._fonts.usual = of_code_page(number or 0) or self._fonts.usual

    def _do_mac(self, number: int | None) -> None:
        self._fonts.usual = "mac_roman"

    def _do_pc(self, number: int | None) -> None:
        self._fonts.usual = "cp437"

    def _do_pca(self, number: int | None) -> None:
        self._fonts.usual = "cp850"

    def _do_uc(self, number: int | None) -> None:
        self._set(fallback=max(0, min(number if number is not None else 1, 32)))

    def _do_v(self, number: int | None) -> None:
        self.counts["hidden"] += number != 0 and not self._state.hidden and self._state.into == _BODY
        self._set(hidden=number != 0)

    def _do_deleted(self, number: int | None) -> None:
        self.counts["tracked"] += number != 0 and not self._state.deleted
        self._set(deleted=number != 0)

    def _do_revised(self, number: int | None) -> None:
        self.counts["tracked"] += number != 0

    def _do_plain(self, number: int | None) -> None:
        self._set(hidden=False, deleted=False, highlight=0, font=self._fonts.default, double=False, wide_font=-1)

    def _do_highlight(self, number: int | None) -> None:
        self._set(highlight=number or 0)

    def _do_dbch(self, number: int | None) -> None:
        self._set(double=True)

    def _do_loch(self, number: int | None) -> None:
        self._set(double=False)

    _do_hich = _do_loch

    def _do_pard(self, number: int | None) -> None:
        if self._state.into == _BODY:
            self.body.paragraph = Paragraph(listed=self.body.paragraph.listed)

    def _do_intbl(self, number: int | None) -> None:
        if self._state.into == _BODY:
            self.body.paragraph.in_table = True

    def _do_outlinelevel(self, number: int | None) -> None:
        if self._state.into == _SKIP:
            self._declare(b"outlinelevel", number)
        else:
            self.body.paragraph.level = (number or 0) + 1

    def _do_par(self, number: int | None) -> None:
        if self._state.into in (_NOTE, _COMMENT):
            self._say("\n")
        elif self._state.into == _BODY and not self._state.deleted:
            self.body.line_end()

    def _do_page(self, number: int | None) -> None:
        if self._state.into == _BODY and self.body.builder.line_has_text:
            self.body.end_paragraph()

    _do_sect = _do_column = _do_page

    def _do_cell(self, number: int | None) -> None:
        if self._state.into == _BODY:
            self.body.end_cell()

    def _do_nestrow(self, number: int | None) -> None:
        if self._state.into == _BODY and self.body.builder.line_has_text:
            self.body.end_paragraph()

    def _do_row(self, number: int | None) -> None:
        if self._state.into == _BODY:
            self.body.end_row()

    def _flush(self) -> None:
        if self._half and self._pending:
            self._half = 0
            self._say("\ufffd")
        if not self._pending:
            return
        data, self._pending = bytes(self._pending), bytearray()
        state = self._state
        if state.into == _SKIP:
            self._name_font(data)
            return
        if self._graphic:
            self._graphic = False
            data = data.removeprefix(b"\xac")  # TextEdit's stand-in for a picture
        font = state.wide_font if state.double else state.font
        self._say(
            self._fonts.symbols(data, font)
            if self._fonts.is_symbol(font)
            else self._fonts.letters(data, font, state.double)
        )

    def _name_font(self, data: bytes) -> None:
        if self._table_entry >= 0 and self._within(b"fonttbl") and self._opened[-1] in (b"", b"fonttbl"):
            self._fonts.name(self._table_entry, data)

    def _say(self, words: str) -> None:
        state = self._state
        if state.hidden or state.deleted or not words:
            return
        self.counts["symbol"] += words == UNKNOWN
        if state.into == _BODY:
            color = HIGHLIGHTS[state.highlight] if 0 < state.highlight < len(HIGHLIGHTS) else ""
            self.body.text(words, color)
        elif state.into == _NOTE:
            self.body.note(words)
        elif state.into == _COMMENT:
            self.body.comment(words)
        elif state.into == _NAME:
            self._name.append(words)
