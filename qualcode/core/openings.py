"""How a line may begin a turn: a speaker's label in one of the styles in which transcripts write it.

One line is looked at here, whoever speaks in the rest; `core.speakers` judges over the whole text which of these count.
Only the first signs of a line are looked at, and all repetitions are bounded: a line of a megabyte costs no more than another.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

LONGEST_LABEL = 60  # code points
_HEAD = 200  # code points of a line that are looked at
_DEEPEST = 8  # signs of indentation; what stands further in is a quotation

_SPACES = " \t\u00a0\u2009\u202f\u3000"
_INDENT = _SPACES + "\ufeff\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
_SPACE = f"[{_SPACES}]"
_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,9})?"
_GAP = rf"{_SPACE}{{0,8}}"
_UNTIL = rf"(?:{_GAP}(?:-->|[-–—]){_GAP}{_TIME})?"
_LABEL = rf"(?P<label>[^\s:：\[\]][^:：\n]{{0,{LONGEST_LABEL - 1}}}?)"
_AFTER = rf"(?:[(\[（](?P<after>{_TIME}){_UNTIL}[)\]）]{_GAP})?"
_COLON = r"(?::(?=\s|$)|(?<!\d)：|：(?!\d))"
_TIGHT = r"(?P<tight>:)(?=[^\W\d_]|[“\"'«「『¿¡(（…])"


class Opening(NamedTuple):
    """A label at the beginning of a line, in one of the styles: colon, tight (a colon with no space behind it), bold,
    bracket, heading, dash, time (a line of its own with a time), stamp (a time alone: the label is "").

    The label is `line[at : at + len(label)]`; the words begin `length` code points into the line. `colon` says whether a
    colon ends the label; `seconds` is the time that stands with it, `stamped` whether that stands before it.
    """

    label: str
    style: str
    colon: bool
    at: int
    length: int
    seconds: float | None = None
    stamped: bool = False


@lru_cache(maxsize=32)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_HEADING = "#{1,6}[ \t]+"
_LEADING_STAMP = rf"(?:\[({_TIME}){_UNTIL}\]|\(({_TIME}){_UNTIL}\)|({_TIME}){_UNTIL}(?=[ \t])){_SPACE}*"
_SIMPLE = (  # the commonest style, without anything that another one may begin with
    r"([^\s:：\[\]【［*_#(（\-–—\d\ufeff\u200e-\u2069]"
    rf"[^:：\n(（*\-–—]{{0,{LONGEST_LABEL - 1}}})(?::(?=\s|$)|：(?!\d)){_SPACE}*"
)
_PLAIN = rf"{_LABEL}{_GAP}{_AFTER}(?:{_COLON}|{_TIGHT}){_SPACE}*"
_BOLD = (
    rf"(?P<mark>\*{{1,3}}|_{{1,3}})(?P<label>[^\s:：*\[\]][^:：*\n]{{0,{LONGEST_LABEL - 1}}}?){_GAP}{_AFTER}"
    rf"(?:(?P=mark){_GAP}{_COLON}|:(?P=mark)(?=\s|$)|：(?P=mark)|{_COLON}){_SPACE}*"
)
_BOLD_ALONE = (
    rf"(?P<mark>\*{{2,3}}|__)(?P<label>[^\s*][^*\n]{{0,{LONGEST_LABEL - 1}}}?)(?P=mark)(?={_SPACE}|$){_SPACE}*"
)
_BRACKET = (
    rf"[\[【［](?P<label>[^\s\[\]【】［］][^\[\]【】［］\n]{{0,{LONGEST_LABEL - 1}}})[\]】］]{_GAP}"
    rf"(?:[(\[（]?(?P<after>{_TIME}){_UNTIL}[)\]）]?{_GAP})?{_COLON}?{_SPACE}*"
)
_DASH = rf"(?P<label>[^\s:：\[\]\-–—][^:：\n]{{0,39}}?){_SPACE}[-–—]{_SPACE}+(?=\S)"
_TIME_LINE = rf"{_LABEL}{_SPACE}{_GAP}[(\[]?(?P<after>{_TIME}){_UNTIL}[)\]]?{_SPACE}*$"
_COLONS = frozenset(":：")
_BRACKETS = frozenset("[【［")
_MARKS = _BRACKETS | frozenset("#*_")
_MAY_BEGIN_A_STAMP = frozenset("0123456789[(")


def openings(line: str) -> list[Opening]:
    """What the line may begin with, the likeliest first; a time in brackets that leads it comes last, as a label of nobody."""
    head = line[:_HEAD]
    colon = ":" in head or "：" in head
    if colon and (simple := _compiled(_SIMPLE).match(line)):
        return [Opening(simple[1].rstrip(_SPACES), "colon", True, 0, simple.end())]
    if not (colon or line[:1] in _MARKS or _has_dash(head) or head.lstrip(_INDENT)[:1] in _MARKS):
        return []
    at = len(head) - len(head.lstrip(_INDENT))
    if at > _DEEPEST or at == len(head):
        return []
    heading = _compiled(_HEADING).match(line, at) if line[at] == "#" else None
    at = heading.end() if heading else at
    if not colon or line[at : at + 1] not in _MAY_BEGIN_A_STAMP:
        return _labels(line, at, bool(heading))
    match = _compiled(_LEADING_STAMP).match(line, at)
    if match is None:
        return _labels(line, at, bool(heading))
    seconds, after = _seconds(match[match.lastindex or 0]), match.end()
    if not heading and (simple := _compiled(_SIMPLE).match(line, after)):
        found = [Opening(simple[1].rstrip(_SPACES), "colon", True, after, simple.end(), seconds, True)]
    else:
        rest = _labels(line, after, bool(heading), may_stand_alone=line[at].isdigit())
        found = [opening._replace(seconds=seconds, stamped=True) for opening in rest]
    if line[at] == "[":
        found.append(Opening("", "stamp", False, after, after, seconds, True))
    return found


def _labels(line: str, at: int, heading: bool, may_stand_alone: bool = False) -> list[Opening]:
    """The labels from there on; `may_stand_alone`: the rest of the line may be one, as after a time."""
    if heading:
        label = _read(_BOLD, "heading", line, at) or _read(_PLAIN, "heading", line, at)
        label = label or _read(_TIME_LINE, "heading", line, at) or _whole_line(line, at, "heading")
        return [label] if label else []
    first = line[at : at + 1]
    found: list[Opening | None] = []
    if first in _BRACKETS:
        found.append(_read(_BRACKET, "bracket", line, at))
    elif line.find(":", at, at + _HEAD) > 0 or line.find("：", at, at + _HEAD) > 0:
        found.append((_read(_BOLD, "bold", line, at) if first in "*_" else None) or _read(_PLAIN, "colon", line, at))
        found.append(_read(_TIME_LINE, "time", line, at) if len(line) < _HEAD else None)
    if first and first in "*_" and not any(found):
        found.append(_read(_BOLD_ALONE, "bold", line, at))
    if may_stand_alone and not any(found):
        found.append(_whole_line(line, at, "time"))
    if _has_dash(line[at : at + _HEAD]):
        found.append(_read(_DASH, "dash", line, at))
    return [opening for opening in found if opening is not None]


def _read(pattern: str, style: str, line: str, at: int) -> Opening | None:
    match = _compiled(pattern).match(line, at)
    if match is None:
        return None
    named = match.re.groupindex
    if style == "colon" and match["tight"]:
        style = "tight"
    colon = style not in ("dash", "time") and match[0].rstrip(_SPACES + "*_")[-1:] in _COLONS
    stamp = match["after"] if "after" in named else None
    return _opening(line, match.start("label"), match.end("label"), style, colon, match.end(), stamp)


def _whole_line(line: str, at: int, style: str) -> Opening | None:
    if len(line) >= _HEAD:
        return None
    return _opening(line, at, len(line), style, False, len(line), None)


def _opening(
    line: str, begin: int, end: int, style: str, colon: bool, length: int, stamp: str | None
) -> Opening | None:
    """The opening, its label freed of the signs that only set it off; None where no label is left, or a long one."""
    around = _SPACES + ("*#" if style == "heading" else "*")
    label = line[begin:end].rstrip(around)
    begin += len(label) - len(label.lstrip(around))
    label = label.lstrip(around)
    if not label or len(label) > LONGEST_LABEL:
        return None
    return Opening(label, style, colon, begin, length, _seconds(stamp) if stamp else None)


def _has_dash(head: str) -> bool:
    return " - " in head or " – " in head or " — " in head


def _seconds(stamp: str) -> float:
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total
