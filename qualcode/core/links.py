"""Links in memos: `[[document#b7]]`, `[[code:hidden emotions]]`, `[[case:zhao|the Zhaos]]` and their like.

    [[D]]  [[D#b7]]  [[D#12]]  [[D#L12]]     a document, a coding of it by the end of its id, a line of it
    [[code:C]]  [[case:X]]  [[memo:M]]  [[coding:ID]]  [[document:D]]

A label may stand behind `|`. Links count everywhere but in fenced code blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from qualcode.core.text import split_lines

KINDS = ("document", "code", "case", "memo", "coding")
SHORTEST = 2  # signs of a coding's id that are enough for a link
_CITED = 4  # signs with which a coding is cited, where they are enough
_LINK = re.compile(
    r"\[\[(?=[^\S\n]*+[^\[\]|\s])([^\[\]|\n]++)(?:\|([^\[\]\n]*+))?\]\]"
)  # looks at each sign once or twice
_KIND = re.compile(rf"\s*({'|'.join(KINDS)})\s*:\s*(.*\S)\s*", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class Link(NamedTuple):
    """One link: what kind of thing it names and by what; `place` is what stands behind # in a link to a document.

    `[start, end)` is its span in the text, brackets included; `line` counts from 1.
    """

    kind: str
    target: str
    place: str
    label: str
    start: int
    end: int
    line: int

    @property
    def shown(self) -> str:
        """The link as it is written, without its label."""
        prefix = "" if self.kind == "document" else f"{self.kind}:"
        return f"[[{prefix}{self.target}{'#' + self.place if self.place else ''}]]"


def links(text: str) -> list[Link]:
    """Every link of the text, in order."""
    return [_link(match, number, begin) for number, begin, match in _matches(text)]


def _matches(text: str) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Line from 1, offset of that line, match."""
    if "[[" not in text:
        return
    begin, fence = 0, ""
    for number, line in enumerate(split_lines(text), 1):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        else:
            for match in _LINK.finditer(line):
                yield number, begin, match
        begin += len(line) + 1


def _link(match: re.Match[str], line: int, begin: int) -> Link:
    kind, target, place = named(match[1])
    return Link(kind, target, place, (match[2] or "").strip(), begin + match.start(), begin + match.end(), line)


def named(inner: str) -> tuple[str, str, str]:
    """Kind, target and place of what stands between the brackets (without a label)."""
    kinded = _KIND.fullmatch(inner)
    kind, target = (kinded[1].lower(), kinded[2]) if kinded else ("document", inner.strip())
    place = ""
    if kind == "document" and "#" in target:
        target, _, place = (part.strip() for part in target.rpartition("#"))
    return kind, target, place


def line_number(place: str) -> int:
    """The line that a place names, as in `12` or `L12`; 0 where it names none (`0012` is the end of an id, not a line)."""
    digits = place[1:] if place[:1] in ("L", "l") else place
    return (
        int(digits) if digits and place[0] != "0" and digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
    )


def short_id(ids: Iterable[str], ident: str) -> str:
    """The end of a coding's id by which it is cited: 4 signs, more where another of the document's `ids` ends alike."""
    others = [other for other in ids if other != ident]
    for length in range(_CITED, len(ident)):
        end = ident[-length:]
        if not any(other.endswith(end) for other in others):
            return end
    return ident


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """The short id of each of a document's codings."""
    alike: dict[str, list[str]] = {}
    for ident in dict.fromkeys(ids):
        alike.setdefault(ident[-_CITED:], []).append(ident)
    return {ident: short_id(group, ident) for group in alike.values() for ident in group}


def rewritten(text: str, target_of: Callable[[Link], str | None]) -> str:
    """The text with other targets in some links: `target_of` gives the new one, or None to leave a link alone."""
    parts, at = [], 0
    for link in links(text):
        target = target_of(link)
        if target is not None:
            label = (
                f"|{text[link.start : link.end].partition('|')[2][:-2]}" if "|" in text[link.start : link.end] else ""
            )
            parts += [text[at : link.start], link._replace(target=target).shown[:-2], label, "]]"]
            at = link.end
    return "".join([*parts, text[at:]])


def relinked(now: str, before: str, after: str) -> str | None:
    """The text of now with its links changed as they were changed from `before` to `after`; None where those two differ in
    more than links. A link that was written since is changed like the others that say the same, if all of those were."""
    from difflib import SequenceMatcher

    old, new, here = links(before), links(after), links(now)
    if len(old) != len(new) or _without_targets(before) != _without_targets(after):
        return None
    became: dict[tuple[str, str, str], set[str]] = {}
    for was, is_now in zip(old, new, strict=True):
        became.setdefault(_said(was), set()).add(is_now.target)
    targets = {link.start: min(became[_said(link)]) for link in here if len(became.get(_said(link), ())) == 1}
    alike = SequenceMatcher(None, [_said(link) for link in here], [_said(link) for link in old], autojunk=False)
    for at, first, size in alike.get_matching_blocks():
        targets |= {here[at + n].start: new[first + n].target for n in range(size)}
    return rewritten(
        now, lambda link: targets[link.start] if targets.get(link.start, link.target) != link.target else None
    )


def _said(link: Link) -> tuple[str, str, str]:
    return link.kind, link.target, link.place


def _without_targets(text: str) -> str:
    return rewritten(text, lambda link: "")
