"""Names in the texts that no pseudonym covers yet, for somebody to look through.

What is offered: participants and speakers' labels; runs of capitalised words that also stand within sentences and are seldom written
small; Chinese surnames with one or two signs behind, or with a title. Other scripts without capitals offer only the former.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from qualcode.analysis.table import Table
from qualcode.core.document import Body
from qualcode.core.overlay import Overlay
from qualcode.core.project import ASKING
from qualcode.core.pseudonym_forms import SURNAMES
from qualcode.core.pseudonyms import Pseudonyms
from qualcode.index.index import Index

COLUMNS = ("name", "times", "documents", "found_as", "document", "line", "around")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_RUN = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['’-][^\W\d_]+)*(?:[ \u00a0][^\W\d_]+(?:['’-][^\W\d_]+)*)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;“\"(\[—–-]['’”)\]]*\s*)$")
_POSSESSIVE = re.compile(r"['’]s?$|(?<=[a-z])['’]$")
_SURNAMES = "".join(sorted(SURNAMES))
_TITLES = "老师|阿姨|叔叔|奶奶|爷爷|医生|校长|主任|师傅|先生|女士"
_CHINESE = re.compile(f"(?:[老小阿][{_SURNAMES}]|[{_SURNAMES}](?:{_TITLES})|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})")
_NOT_IN_NAMES = frozenset(
    "的了是不在有我他她你们这那就也都说到去来会要能和与把被给让很太吗呢吧啊着过么什怎没一二三四五六七八九"
    "十个年月日上下里外前后面边时候于为而以对从"
)
_DATES = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October "
    "November December".split()
)
_SMALL = frozenset(  # words that often begin a sentence in front of a name
    "a all also and are as at because but did do does even every for from had has have he her his how i if in is it just maybe my "
    "no not now of oh on only or our she so some such that the their then there these they this those to was we well were what when "
    "where which who whose why will with yes yet you your".split()
)


@dataclass
class _Seen:
    """A candidate: how often, in which documents, and where first."""

    found_as: str
    times: int = 0
    documents: set[str] = field(default_factory=set)
    first: tuple[str, int, str] = ("", 0, "")
    within: int = 0


def name_candidates(index: Index, key: Pseudonyms | None, least: int = 2) -> Table:
    """Names that the key does not cover and that stand in the texts `least` times or more (participants always), most frequent first."""
    finding = _Finding(index)
    for (document,) in index.rows("SELECT id FROM document ORDER BY rank"):
        finding.look_through(document, index.body(document), key)
    rows = [
        (name, seen.times, len(seen.documents), seen.found_as, *seen.first)
        for name, seen in finding.seen.items()
        if (seen.times >= least and finding.is_likely(name, seen)) or seen.found_as == "participant"
    ]
    covered = {name for name, *_ in rows if key is not None and _is_covered(key, name)}
    return Table(COLUMNS, sorted((row for row in rows if row[0] not in covered), key=lambda row: (-row[1], row[0])))


def _is_covered(key: Pseudonyms, name: str) -> bool:
    left = Overlay(name, key.replacements(name))
    return bool(left) and not any(char.isalpha() for char in _uncovered(name, key))


def _uncovered(text: str, key: Pseudonyms | None) -> str:
    """The text with blanks where the key covers it, so that places stay."""
    if key is None:
        return text
    parts, at = [], 0
    for start, end, _, _ in key.replacements(text):
        parts += [text[at:start], "\x00" * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


class _Finding:
    def __init__(self, index: Index) -> None:
        self.seen: dict[str, _Seen] = {}
        self._small: Counter[str] = Counter()
        people = [person.name for person in index.project.participants if person.role.lower() not in ASKING]
        self._known = {name: "participant" for name in people if name}
        labels = index.rows("SELECT DISTINCT label, role FROM turn WHERE label <> ''")
        asking = {label for label, role in labels if role.lower() in ASKING or label.lower() in ASKING}
        self._known |= {label: "speaker" for label, _ in labels if label not in asking and label not in self._known}
        for name, found_as in self._known.items():
            self.seen[name] = _Seen(found_as)

    def look_through(self, document: str, body: Body, key: Pseudonyms | None) -> None:
        text = _uncovered(body.text, key)
        self._small.update(word for word in _WORD.findall(text) if word.islower())
        for start, name, found_as in (*self._mentions(text), *_capitalised(text), *_chinese(text)):
            if found_as != "known" and name in self._known:
                continue
            seen = self.seen.setdefault(name, _Seen(found_as))
            seen.times += 1
            seen.documents.add(document)
            seen.within += found_as == "known" or not _SENTENCE_START.search(text[max(0, start - 8) : start])
            if not seen.first[0]:
                line = body.line_of(start) + 1
                seen.first = (document, line, " ".join(body.text[max(0, start - 24) : start + len(name) + 24].split()))

    def _mentions(self, text: str) -> Iterator[tuple[int, str, str]]:
        for name in self._known:
            bare = re.escape(name)
            pattern = rf"(?<![^\W_]){bare}(?![^\W_])" if name.isascii() else bare
            for match in re.finditer(pattern, text):
                yield match.start(), name, "known"

    def is_likely(self, name: str, seen: _Seen) -> bool:
        """Whether it is more than a word that begins sentences."""
        if seen.found_as != "capitalised":
            return True
        small = max(self._small[word.lower()] for word in name.split())
        return bool(seen.within) and (" " in name or small <= seen.times // 4)


def _capitalised(text: str) -> Iterator[tuple[int, str, str]]:
    for run in _RUN.finditer(text):
        words = list(_WORD.finditer(run[0]))
        at = 0
        while at < len(words):
            end = at
            while end < len(words) and words[end][0][0].isupper() and not _is_shouted(words[end][0]):
                end += 1
            while end > at and words[at][0].lower() in _SMALL:
                at += 1
            if end > at and end - at <= 4:
                start = run.start() + words[at].start()
                name = _POSSESSIVE.sub("", run[0][words[at].start() : words[end - 1].end()])
                if len(name) > 1 and name not in _DATES and not name.startswith(("I'", "I’")):
                    yield start, name, "capitalised"
            at = max(end, at + 1)


def _is_shouted(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _chinese(text: str) -> Iterator[tuple[int, str, str]]:
    for match in _CHINESE.finditer(text):
        name = match[0]
        if len(name) == 3 and name[2] in _NOT_IN_NAMES:
            name = name[:2]
        if not any(char in _NOT_IN_NAMES for char in name[1:]):
            yield match.start(), name, "surname"


def times_in_texts(index: Index, key: Pseudonyms) -> dict[str, int]:
    """How often the texts name each person of the key, by the name that the key has for them."""
    times: Counter[str] = Counter()
    for (document,) in index.rows("SELECT id FROM document"):
        times.update(found.name for found in key.replacements(index.body(document).text))
    return times
