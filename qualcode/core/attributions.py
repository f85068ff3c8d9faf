"""Whom a manuscript says a quotation is from, among the people and cases that the project knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from qualcode.core.quotations import Quotation
from qualcode.core.text import fold
from qualcode.core.wording import labels_in

_SHORT = 6  # words in a part of a source between commas; longer ones are prose
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_SAYS = re.compile(
    r"(?:say|said|ask|asked|add|added|tell|told|recall|recalled|explain|explained|reply|replied|repl|answer|answered|write|wrote"
    r"|remember|remembered|think|thought|shout|shouted|put|puts|note|noted|report|reported|call|called|insist|insisted"
    r"|sagt|sagte|fragt|fragte|meint|meinte|erzählt|erzählte|dit|demande|raconte|explique|dice|dijo|pregunta|cuenta)(?:s|es)?"
)
_BEFORE_NAME = re.compile(
    r"(?:(?:and|but|then|so|as|while|und|aber|wie|et|mais|comme|y|pero|como|然后|而|但|正如)\s*)?", re.I
)
_AFTER_NAME = re.compile(
    rf"\s*$|\s+(?:\w+\s+)?{_SAYS.pattern}\b|\s*(?:就|也|又|这样|还|则)?(?:说|问|道|讲|答|告诉|回忆|谈|写|認|认)",
    re.IGNORECASE,
)


class Known(NamedTuple):
    """What a name stands for: speakers (by the name in the turns), cases (by id); `role` where it is only a role's name."""

    speakers: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    role: bool = False


class Attribution(NamedTuple):
    """The names as written near a quotation, the speakers and cases that they stand for, and the days named with them."""

    written: tuple[str, ...] = ()
    speakers: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Names:
    """The names that a project knows, folded, found in text as whole words. The longest counts: in `Mother Liang` there
    is no case `Liang`. A possessive (`Long's mother`) names somebody else."""

    known: Mapping[str, Known]
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", {_plain(name): known for name, known in self.known.items() if name.strip()})
        words = sorted(self.known, key=len, reverse=True)
        either = "|".join(map(_as_words, words)) or r"(?!)"
        object.__setattr__(self, "_pattern", re.compile(rf"(?:{either})(?!['’]s\b|的)"))

    def within(self, text: str) -> Iterator[tuple[str, Known, int, int]]:
        """Each name in the text as written, what it stands for, and its span. A name of a script with capitals counts
        where it has one, or stands alone: `a long day` is nobody's name."""
        text = unicodedata.normalize("NFC", text)
        folded = _plain(text)
        if len(folded) != len(text):  # ß and the like: rather no capitals to go by than wrong places
            text = folded
        for match in self._pattern.finditer(folded):
            written = text[match.start() : match.end()]
            cased = written.lower() != written.upper()
            if not cased or not written.islower() or match[0] == folded.strip() or any(map(str.isdigit, written)):
                yield written, self.known[match[0]], *match.span()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _as_words(name: str) -> str:
    """A pattern for the name as a whole word. Han names have no spaces around them; one of a single sign must stand apart."""
    escaped = re.escape(name)
    if not re.fullmatch(f"[{_HAN}·]+", name):
        return rf"(?<!\w){escaped}(?!\w)"
    return rf"(?<![{_HAN}]){escaped}(?=[^{_HAN}]|[说问道讲答]|$)" if len(name) == 1 else escaped


def attribution(quotation: Quotation, names: Names, labels: Iterable[str] = ()) -> Attribution:
    """Whom the words near the quotation name: its source in brackets or after a dash, labels of its turns, and who
    `says` it just before or after. Words that the project does not know count for nothing."""
    found: dict[str, Known] = {}
    dates: set[str] = set()
    for source in quotation.credits:
        dates.update(re.findall(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", source))
        for part in re.split(r"[,，;；、:：]", source):
            found.update(_in_source(part, names))
    for label, _, _ in labels_in(quotation.text, labels):
        found.update({written: known for written, known, _, _ in names.within(label) if fold(written) == fold(label)})
    found.update(_before(quotation.lead, names))
    found.update(_after(quotation.tail, names))
    return Attribution(
        tuple(found),
        frozenset().union(*(known.speakers for known in found.values())),
        frozenset().union(*(known.cases for known in found.values() if not known.speakers)),
        frozenset(dates),
    )


def _in_source(part: str, names: Names) -> dict[str, Known]:
    length = len(part.split())
    part = part.strip(" \t\n*_.。")
    return {
        written: known
        for written, known, _, _ in names.within(part)
        if length <= _SHORT and (not known.role or known.cases or length <= 3)
    }


def _before(lead: str, names: Names) -> dict[str, Known]:
    """`Long says:`, `as Long puts it,`, `小雅说：`; not `she told Long:`."""
    begin = _BEFORE_NAME.match(lead)
    at = begin.end() if begin else 0
    for written, known, start, end in names.within(lead):
        if start in (0, at) and known.speakers and not known.role and _AFTER_NAME.match(lead, end):
            return {written: known}
    return {}


def _after(tail: str, names: Names) -> dict[str, Known]:
    """`says Long`, `Long says`, `小雅说`; not `and Long laughed`."""
    for written, known, start, end in names.within(tail):
        if not known.speakers or known.role:
            continue
        if start == 0 and tail[end:].strip() and _AFTER_NAME.match(tail, end):
            return {written: known}
        if _SAYS.fullmatch(tail[:start].strip()):
            return {written: known}
    return {}
