"""Who speaks in a text: which labels begin turns, judged over the whole of it, and what changes when one is renamed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qualcode.core.label_likeness import bare_name, is_sound, likeness
from qualcode.core.openings import LONGEST_LABEL, Opening, openings
from qualcode.core.text import split_lines
from qualcode.core.visible import is_printable
from qualcode.errors import BadOption

_SMALL_SHARE = 0.2  # a second style counts from this share of the first one's lines on


@dataclass(frozen=True, slots=True)
class FoundLabel:
    """A label that lines begin with: its commonest style, on how many lines, the first of them (from 0).

    `doubtful` says why it was not taken for a speaker; "" where it was.
    """

    label: str
    style: str
    count: int
    line: int
    doubtful: str = ""


class _Begun:
    """The lines that may begin turns, by index; and how often each label stands in each family of styles."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines: dict[int, list[Opening]] = {}
        self.paragraphs = 0
        self.first_lines: list[int] = []
        for index, line in enumerate(lines):
            if not line or line.isspace():
                continue
            if self.paragraphs < 2:
                self.first_lines.append(index)
            self.paragraphs += 1
            if found := openings(line):
                self.lines[index] = found

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        times = Counter((_family(opening), opening.label) for found in self.lines.values() for opening in found)
        counts: dict[str, dict[str, int]] = {}
        for (family, label), count in times.items():
            if label:
                counts.setdefault(family, {})[label] = count
        return counts

    @cached_property
    def first(self) -> dict[tuple[str, str], tuple[int, str]]:
        """Index of the first line of each label in each family, and its style there."""
        first: dict[tuple[str, str], tuple[int, str]] = {}
        for index, found in self.lines.items():
            for opening in found:
                first.setdefault((_family(opening), opening.label), (index, opening.style))
        return first

    def leads(self, family: str) -> bool:
        """Whether one of the first two lines that are not empty begins with a name in this style."""
        found = [opening for index in self.first_lines for opening in self.lines.get(index, ())]
        return any(_family(opening) == family and likeness(opening.label) == "name" for opening in found)


def _family(opening: Opening) -> str:
    """Styles that one transcript may well mix are one family: all those with a colon, but for headings."""
    style = opening.style
    if style == "tight":
        return "colon" if not opening.label.isascii() and likeness(opening.label) == "name" else "tight"
    if style == "heading":
        return "heading:" if opening.colon else f"heading{opening.at}"  # each level by itself
    return "colon" if opening.colon else style


def find_labels(lines: Sequence[str]) -> list[FoundLabel]:
    """The labels of a text that seem to be speakers, and those that might be (`doubtful`), by their first line."""
    begun = _Begun(lines)
    best: dict[str, FoundLabel] = {}
    for (family, label), doubt in _judged(begun).items():
        line, style = begun.first[family, label]
        found = FoundLabel(label, style, begun.counts[family][label], line, doubt)
        known = best.get(label)
        if known is None or (not doubt, found.count) > (not known.doubtful, known.count):
            best[label] = found
    return sorted(best.values(), key=lambda found: found.line)


def turn_openings(lines: Sequence[str], labels: Collection[str] = ()) -> dict[int, Opening]:
    """The lines on which turns begin, by index, and how. Where labels are declared only those count, in any style.

    A time alone begins a turn of nobody where labelled turns have their times before the label too, or none is labelled;
    elsewhere it is a mark within a turn, or the time of the label on the next line.
    """
    begun = _Begun(lines)
    if labels:
        spoken = ((index, _among(found, labels)) for index, found in begun.lines.items())
    else:
        by_family: dict[str, set[str]] = {}
        for (family, label), doubt in _judged(begun).items():
            if not doubt:
                by_family.setdefault(family, set()).add(label)
        spoken = ((index, _accepted(found, by_family)) for index, found in begun.lines.items())
    turns = {index: opening for index, opening in spoken if opening is not None}
    labelled = [opening.stamped for opening in turns.values() if opening.label]
    return turns if 2 * sum(labelled) >= len(labelled) else dict(_timed(turns, lines))


def _timed(turns: Mapping[int, Opening], lines: Sequence[str]) -> Iterator[tuple[int, Opening]]:
    """The labelled openings, each with the time that has the line above to itself, if any."""
    seconds, below = None, 0
    for index, opening in turns.items():
        if not opening.label:
            if opening.length == len(lines[index]):
                seconds, below = opening.seconds, index + 1
            continue
        if seconds is not None and opening.seconds is None and not any(map(str.strip, lines[below:index])):
            opening = opening._replace(seconds=seconds)
        seconds = None
        yield index, opening


def _among(found: Sequence[Opening], labels: Collection[str]) -> Opening | None:
    for opening in found:
        label = opening.label
        if not label or label in labels:
            return opening
        if label[-1] in ")）" and (name := bare_name(label)) in labels:
            return opening._replace(label=name)
    return None


def _accepted(found: Sequence[Opening], by_family: Mapping[str, Collection[str]]) -> Opening | None:
    for opening in found:
        if accepted := _among([opening], by_family.get(_family(opening), ())):
            return accepted
    return None


def _judged(begun: _Begun) -> dict[tuple[str, str], str]:
    """For each label of each family why it is doubtful, "" where it is not. What cannot be a speaker is left out."""
    kinds = {family: {label: likeness(label) for label in counts} for family, counts in begun.counts.items()}
    talks = {
        family: _Talk(family, counts, kinds[family], begun.paragraphs, begun.leads(family))
        for family, counts in begun.counts.items()
    }
    most = max((talk.names for talk in talks.values()), default=0)
    judged: dict[tuple[str, str], str] = {}
    for family, talk in talks.items():
        for label, kind in kinds[family].items():
            if kind and not (label[-1] in ")）" and (name := bare_name(label)) != label and kinds[family].get(name)):
                judged[family, label] = talk.doubt(label, kind, most)
    return judged


class _Talk:
    """The labels of one family of styles, and how much of the text they begin."""

    def __init__(
        self, family: str, counts: Mapping[str, int], kinds: Mapping[str, str], paragraphs: int, leads: bool
    ) -> None:
        self.family, self.counts, self.paragraphs, self.leads = family, counts, paragraphs, leads
        lines: Counter[str] = Counter()
        for label, kind in kinds.items():
            lines[kind] += counts[label]
        self.names, self.lower = lines["name"], lines["lower"]
        self.lines = lines["name"] + lines["role"]
        self.recurring = [label for label, count in counts.items() if count > 1 and kinds[label] == "name"]
        self.all_upper = all(label.isupper() for label in self.recurring)

    def doubt(self, label: str, kind: str, most: int) -> str:
        """Why this label is not taken for a speaker, or ""; `most` is how many lines the commonest style has."""
        if self.family in ("colon", "heading:"):
            return self._doubt_with_colon(kind, self.counts[label], self.names >= most)
        if kind != "name" and (kind != "role" or self.family in ("tight", "dash")):
            return "it is no name"
        if self.family == "bracket" and is_sound(label):
            return "it says what was heard"
        if self.lines < _SMALL_SHARE * most:
            return "most labels are written in another style"
        if len(self.counts) < 2 and (self.family != "time" or self.counts[label] < 2):
            return "nobody else speaks"
        if len(self.recurring) < 2 and not self._fills_the_text():
            return "there is more text than talk in this style"
        if self.counts[label] > 1 or (kind == "name" and (not self.recurring or self.all_upper == label.isupper())):
            return ""
        return "it occurs once"

    def _fills_the_text(self) -> bool:
        """Whether so few labels begin so much of the text that it must be talk; dashes, bold type and headings where
        no label comes back are lists and articles."""
        if not self.recurring and self.family not in ("bracket", "time"):
            return False
        own_line = self.family == "time" or self.family.startswith("heading")
        share = 0.3 if own_line else 0.66 if self.family == "bold" else 0.4
        return self.lines >= share * self.paragraphs

    def _doubt_with_colon(self, kind: str, count: int, prevails: bool) -> str:
        if kind == "phrase":
            often = count >= max(3, 0.2 * (self.lines + count), 0.1 * self.paragraphs)
            return "" if often else "it begins like a sentence"
        if kind == "lower":
            often = count >= 3 and 2 * self.lower >= self.paragraphs
            return "" if often else "it is written in lower case"
        if kind == "role":
            recurs = count >= max(2, 0.02 * self.lines)
            alone = not self.recurring and prevails and 2 * self.lines >= self.paragraphs
            return "" if recurs or alone else "it occurs once and is no name"
        if count > 1:
            talk = len(self.recurring) > 1 or self.leads or 50 * self.names >= self.paragraphs
            return "" if talk else "it is rare in a long text"
        talk = bool(self.recurring) or (prevails and (self.leads or self.names >= 0.4 * self.paragraphs))
        return "" if talk else "it occurs once, in running text"


def rename_label(body: str, old: str, new: str, labels: Collection[str] = (), *, merge: bool = False) -> str:
    """The text with one speaker's label changed wherever it begins a turn, its style kept.

    `labels` are the declared ones, the old among them. Raises BadOption for a label that would not be read back in just
    the old one's places, or that somebody else bears already, unless both are one person (`merge`).
    """
    if old == new:
        return body
    _check_label(new)
    lines = split_lines(body)
    before = turn_openings(lines, labels)
    if not merge and any(opening.label == new for opening in before.values()):
        raise BadOption(f"There is a speaker {new!r} already; choose another label.")
    for index, opening in before.items():
        if opening.label == old:
            line = lines[index]
            lines[index] = line[: opening.at] + new + line[opening.at + len(old) :]
    after = turn_openings(lines, [new if label == old else label for label in labels])
    wanted = [(index, new if opening.label == old else opening.label) for index, opening in before.items()]
    found = [(index, opening.label) for index, opening in after.items()]
    if wanted != found:
        place = min(set(wanted) ^ set(found))[0]
        raise BadOption(
            f"With the label {new!r} the turns would no longer be the same (line {place + 1} of the text); "
            "choose another one, or declare the document's speakers in its front matter."
        )
    return "\n".join(lines)


def _check_label(label: str) -> None:
    if not label or label != label.strip() or len(label) > LONGEST_LABEL:
        raise BadOption(f"A speaker's label has 1 to {LONGEST_LABEL} signs and no space at either end.")
    if not is_printable(label.replace("\u00a0", " ")) or ":" in label or "：" in label:
        raise BadOption(f"{label!r} cannot be a speaker's label: no colons, line ends or control characters.")
