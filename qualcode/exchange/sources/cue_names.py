"""Names before the words of subtitles, `Name: words`: which of them are speakers, judged over the whole file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from qualcode.exchange.sources.spoken import Cue, label_of

_PREFIX = re.compile(
    r"[\s>\-–—]{0,8}(?P<name>\[[^\[\]:：]{1,60}\]|[^\s\[\]:：>\-–—][^\[\]:：]{0,59}?)[ \t]{0,4}(?::(?=\s|$)|：)[ \t]*"
)
_MOSTLY = 0.5  # of all cues: where so many have a name, naming is the file's way
_SENTENCE_SIGNS = frozenset('!?;"“”„。！？；，、…()<>{}=')
_PARTICLES = frozenset(
    "al av bin binti da de del della den der des di do dos du e el ibn la le of ten ter van von y zu".split()
)
_OPENERS = frozenset(
    "a about after again all also and another answers are as at because before but by did do does finally first for from had "
    "has have he here her his how however i i'm if in is it it's its just last like maybe me my next no not note notes now of ok "
    "okay on one or our pause please question reason remember right second see she similarly so still that that's the their them "
    "then there these they thing third this those though three time today two was we well were what when where which who why "
    "with yeah yes yet you your".split()
)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def with_speakers(cues: Sequence[Cue]) -> tuple[list[Cue], int]:
    """The cues cut where a speaker's name stands before the words, and how many took the speaker over from the one before.

    Where most cues have a name, one without has no known speaker. Where names stand only at a change, they hold
    until the next one.
    """
    opening = [_names(cue.text) for cue in cues]
    accepted = speaker_labels(opening)
    if not accepted:
        return list(cues), 0
    named = [[name for name in names if name in accepted] for names in opening]
    pieces = [list(_cut(cue, accepted)) for cue in cues]
    if not _only_at_changes(named):
        return [piece for cut in pieces for piece in cut], 0
    carried, taken_over, speaker = [], 0, ""
    for cut in pieces:
        for piece in cut:
            taken_over += bool(speaker and not piece.speaker)
            speaker = piece.speaker or speaker
            carried.append(piece._replace(speaker=speaker))
    return carried, taken_over


def speaker_labels(opening: Sequence[Sequence[str]]) -> frozenset[str]:
    """Which labels name speakers, given the likely one of each line of each cue ("" for none)."""
    counts = Counter(name for names in opening for name in names if name)
    leading = {names[0] for names in opening}
    mostly = sum(1 for names in opening if any(names)) >= _MOSTLY * len(opening)
    return frozenset(
        name for name, count in counts.items() if (count > 1 or name in leading) and _is_speaker(name, count, mostly)
    )


def _is_speaker(name: str, count: int, mostly: bool) -> bool:
    words = name.split()
    if len(words) > 6 or words[0].casefold() in _OPENERS:
        return False
    if any(sign in _SENTENCE_SIGNS for sign in re.sub(r" ?\([^()]{1,24}\)$", "", name)):
        return False
    return (looks_like_name(name) and (mostly or count > 1)) or (mostly and count > 2)


def looks_like_name(name: str) -> bool:
    """Each word with a capital, a digit or in a script without capitals: `Anna K.`, `Hurst, Peter`, `P07`, `奶奶`."""
    words = name.split()
    if not words or len(words) > 5 or words[0].casefold() in _OPENERS or name.endswith(("!", "?", ",", ";")):
        return False
    if _UNSPACED.search(name):
        return len(name) <= 8
    if any(word.endswith(".") and len(word) > 5 for word in words):
        return False
    return all(not word.strip("(\"'“‘-")[:1].islower() or word.casefold() in _PARTICLES for word in words)


def _only_at_changes(named: Sequence[Sequence[str]]) -> bool:
    """Whether names stand where the speaker changes and only there: hardly ever the same one twice running."""
    if sum(1 for names in named if names) >= _MOSTLY * len(named):
        return False
    run = [name for names in named for name in names]
    same = sum(1 for before, name in pairwise(run) if before == name)
    return len(run) >= 4 and len(set(run)) >= 2 and same <= 0.1 * len(run)


def _names(text: str) -> list[str]:
    return [found[0] if (found := _prefix(line)) else "" for line in text.split("\n")]


def _prefix(line: str) -> tuple[str, int] | None:
    """The label that the line may begin with, and where the words begin."""
    found = _PREFIX.match(line)
    if not found or not any(sign.isalpha() for sign in found["name"]):
        return None
    return label_of(found["name"]), found.end()


def _cut(cue: Cue, accepted: frozenset[str]) -> Iterable[Cue]:
    speaker, lines = "", list[str]()
    for line in cue.text.split("\n"):
        found = _prefix(line)
        if found and found[0] in accepted:
            if lines:
                yield cue._replace(speaker=speaker, text="\n".join(lines))
            speaker, lines = found[0], [line[found[1] :]]
        else:
            lines.append(line)
    yield cue._replace(speaker=speaker, text="\n".join(lines))
