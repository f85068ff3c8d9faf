"""A participant or a case withdrawn: what is theirs goes for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from qualcode.core.document import Turn
from qualcode.core.project import ASKING, Participant, ProjectInfo
from qualcode.core.removed_words import RemovedWords, marker_for
from qualcode.core.rewriting import Replacing
from qualcode.errors import BadOption, UnknownName
from qualcode.index.index import Index
from qualcode.session.earlier_wordings import earlier_wordings
from qualcode.session.redacting import fit_marker
from qualcode.session.rewriting_masks import Rewrite
from qualcode.session.rewriting_plan import sources_of

_LONG = 40  # code points of a line that is looked for byte by byte
_SHORT_LABEL = 3  # code points up to which a label in capitals says nobody's name


class _Spoken(NamedTuple):
    """A document, its turns, and of each speaker's label whom it stands for."""

    document: str
    turns: list[Turn]
    people: Mapping[str, Participant | None]


def withdrawal(index: Index, whom: str, marker: str) -> Rewrite:
    """The rewriting that takes out whatever a participant said, or all of a case.

    Documents go in which nobody else tells anything (those who ask do not count), with their translations; in others only
    the turns of those concerned. Raises UnknownName, BadOption.
    """
    marker = fit_marker(marker)
    project = index.project
    case, people = _whom(project, whom)
    spoken = [_spoken(index, document) for (document,) in index.rows("SELECT id FROM document ORDER BY rank")]
    gone = _documents_going(index, spoken, case, people)
    texts, going, labels = {}, {}, {}
    for each in spoken:
        theirs = [turn for turn in each.turns if _is_theirs(turn, each, people)]
        if each.document in gone or not theirs:
            continue
        body = index.body(each.document).text
        labels[each.document] = _new_labels(each, theirs, project, people)
        texts[each.document] = list(
            _replacing(body, theirs, labels[each.document], marker or marker_for(body, withdrawn=True))
        )
        going[each.document] = [(turn.start, turn.end) for turn in theirs]
    words, passages = _words(index, spoken, gone, going)
    codings = frozenset(_codings(index, gone, going))
    mark = marker or marker_for("".join(passages), withdrawn=True)
    return Rewrite(
        "withdrew", "case" if case else "participant", lambda text: words.masked(text, mark), words.find, mark, texts,
        going=going, documents=frozenset(gone), memos=frozenset(_memos(index, case, gone, codings)),
        cases=frozenset([case] if case else []), people=frozenset(people), codings=codings, labels=labels,
        sources_gone=frozenset(sources_of(index, [*gone, *texts])), passages=passages,
        names_to_read=tuple(_names(project, case, people, gone)), remarks=tuple(_perhaps_asking(spoken, texts, people)),
    )  # fmt: skip


def _whom(project: ProjectInfo, whom: str) -> tuple[str, set[str]]:
    """The case ("" for a participant) and the participants that a name stands for."""
    kind, colon, name = whom.partition(":")
    name = name if colon and kind in ("case", "participant") else whom
    kind = kind if name != whom else ""
    cases = [case.id for case in project.cases if name in (case.id, case.name) and kind != "participant"]
    people = [person.id for person in project.participants if name in (person.id, person.name) and kind != "case"]
    if len(cases) + len(people) > 1:
        raise BadOption(f"{name!r} is a participant and a case, or several: write participant:ID or case:ID.")
    if not cases and not people:
        raise UnknownName(
            f"There is no participant or case {name!r}: qualcode participants and qualcode cases list them."
        )
    if cases:
        return cases[0], {person.id for person in project.participants if person.case == cases[0]}
    return "", {people[0]}


def _spoken(index: Index, document: str) -> _Spoken:
    info, turns = index.document_info(document), index.body(document).turns
    speakers, case = (info.speakers, info.case) if info is not None else ({}, "")
    project = index.project
    labels = {turn.speaker for turn in turns if turn.speaker}
    return _Spoken(
        document, turns, {label: project.participant_for(label, speakers.get(label, ""), case) for label in labels}
    )


def _is_theirs(turn: Turn, spoken: _Spoken, people: set[str]) -> bool:
    person = spoken.people.get(turn.speaker)
    return person is not None and person.id in people


def _documents_going(index: Index, spoken: list[_Spoken], case: str, people: set[str]) -> set[str]:
    gone = {document for (document,) in index.rows("SELECT id FROM document WHERE kase = ? AND kase <> ''", [case])}
    for each in spoken:
        tell = {label: person for label, person in each.people.items() if person is None or person.role not in ASKING}
        if tell and all(person is not None and person.id in people for person in tell.values()):
            gone.add(each.document)
    pairs = index.rows("SELECT id, translation_of FROM document WHERE translation_of <> ''")
    while more := {other for pair in pairs for other in pair if gone & {*pair}} - gone:
        gone |= more
    return gone & {each.document for each in spoken}


def _perhaps_asking(spoken: list[_Spoken], texts: Mapping[str, object], people: set[str]) -> Iterator[str]:
    """Of documents that stay: who alone speaks in them besides, and may be the interviewer."""
    alone: dict[str, list[str]] = {}
    for each in spoken:
        others = [label for label, person in each.people.items() if person is None or person.id not in people]
        if each.document in texts and len(others) == 1:
            person = each.people[others[0]]
            if person is None or person.role not in ASKING:
                alone.setdefault(others[0], []).append(each.document)
    for label, documents in alone.items():
        one = len(documents) == 1
        yield (
            f"In {', '.join(documents[:5])}{f' and {len(documents) - 5} more' if len(documents) > 5 else ''} only {label} speaks "
            f"besides, so {'it stays' if one else 'they stay'}, title and name too. If {label} is who asks: say so in project.yaml "
            f"(role: researcher), withdraw then, and {'it goes' if one else 'they go'} as a whole"
        )


def _new_labels(each: _Spoken, theirs: list[Turn], project: ProjectInfo, people: set[str]) -> dict[str, str]:
    """Labels that name somebody who is withdrawn, and what they become."""
    named = [label for label in dict.fromkeys(turn.speaker for turn in theirs) if not _is_code(label, people)]
    taken = {*each.people}
    new: dict[str, str] = {}
    for label in named:
        number = 1
        while (made := "Withdrawn" if number == 1 else f"Withdrawn {number}") in taken:
            number += 1
        taken.add(made)
        new[label] = made
    return new


def _is_code(label: str, people: set[str]) -> bool:
    """Whether a label says nobody's name: "R", "B2", or the id that a participant has for a name, as "P012"."""
    short = len(label) <= _SHORT_LABEL and label.isascii() and not any(char.islower() for char in label)
    return short or (label in people and any(char.isdigit() for char in label))


def _replacing(body: str, theirs: list[Turn], labels: Mapping[str, str], marker: str) -> Iterator[Replacing]:
    for turn in theirs:
        at = body.find(turn.speaker, turn.start, turn.text_start)
        if turn.speaker in labels and at >= 0:
            yield Replacing(at, at + len(turn.speaker), labels[turn.speaker])
        words = body[turn.text_start : turn.end]
        start = turn.text_start + len(words) - len(words.lstrip())
        if words.strip():
            yield Replacing(start, start + len(words.strip()), marker)


def _words(
    index: Index, spoken: list[_Spoken], gone: set[str], going: Mapping[str, list[tuple[int, int]]]
) -> tuple[RemovedWords, list[str]]:
    """What was said and is to go, without what others say as well; and its long lines."""
    said: list[str] = []
    for each in spoken:
        body = index.body(each.document)
        if each.document in gone:
            spans = [
                (turn.text_start, turn.end)
                for turn in each.turns
                if (person := each.people.get(turn.speaker)) is None or person.role not in ASKING
            ]
        else:
            spans = list(going.get(each.document, ()))
        said += [body.text[start:end] for start, end in spans]
        said += earlier_wordings(index, each.document, body, spans)
    words = RemovedWords(passage for passage in said if len(passage) >= _LONG // 4)
    lines = {line for passage in said for line in passage.split("\n") if len(line) >= _LONG}
    for each in spoken:
        if each.document not in gone:
            others = index.body(each.document).text
            for start, end in reversed(going.get(each.document, ())):
                others = others[:start] + others[end:]
            words.forgive(others)
    return words, sorted(lines)


def _codings(index: Index, gone: set[str], going: Mapping[str, list[tuple[int, int]]]) -> Iterator[str]:
    for ident, document, start, end, anchor in index.rows('SELECT id, document, start, "end", anchor FROM coding_row'):
        within = any(low <= start and end <= high for low, high in going.get(document, ()))
        if document in gone or (within and anchor != "lost"):
            yield ident


def _memos(index: Index, case: str, gone: set[str], codings: frozenset[str]) -> Iterator[str]:
    for memo, of_case, document, coding in index.rows("SELECT id, kase, document, coding FROM memo"):
        if (case and of_case == case) or document in gone or coding in codings:
            yield memo


def _names(project: ProjectInfo, case: str, people: set[str], gone: set[str]) -> Iterator[str]:
    yield from sorted(gone)
    for person in project.participants:
        if person.id in people:
            yield from dict.fromkeys((person.name, person.id))
    for each in project.cases:
        if each.id == case:
            yield from dict.fromkeys((each.name, each.id))
