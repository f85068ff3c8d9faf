"""Who speaks in an imported text: labels found, and the participants that they stand for."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from qualcode.core.codebook import slug
from qualcode.core.document import Body, Turn
from qualcode.core.project import Participant, ProjectInfo
from qualcode.core.visible import is_printable
from qualcode.errors import BadOption
from qualcode.files.folder import check_name
from qualcode.session.import_names import cut, numbered

_LONGEST_LABEL = 60


class Speaker(NamedTuple):
    """A label that begins so many turns, and the id of the participant for whom it stands ("" for nobody).

    `known` is False where no such participant is declared; `new` is True where the import declares them.
    """

    label: str
    participant: str = ""
    turns: int = 0
    known: bool = True
    new: bool = False


def parse_speakers(given: str | Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """Labels with participant ids from `R=researcher,M=mother-liang`; a label alone has none. A label with a comma stands,
    with its id, in double quotes. Raises BadOption."""
    if isinstance(given, Mapping):
        pairs = [(str(label), str(ident or "")) for label, ident in given.items()]
    else:
        try:
            parts = (
                next(csv.reader([given], skipinitialspace=True, strict=True), []) if isinstance(given, str) else given
            )
        except csv.Error as error:
            raise BadOption(f"The speakers {given!r} cannot be read: write R=researcher,M=mother-liang.") from error
        pairs = [_pair(part) for part in parts if part.strip()]
    found: dict[str, str] = {}
    for label, ident in pairs:
        label = label.strip().rstrip(":：").strip()
        if not label or len(label) > _LONGEST_LABEL or not is_printable(label):
            raise BadOption(
                f"{label!r} cannot be a speaker's label: it is one line of up to {_LONGEST_LABEL} visible signs."
            )
        found[label] = check_name(ident.strip(), "participant") if ident.strip() else ""
    return found


def _pair(part: str) -> tuple[str, str]:
    label, equals, ident = part.rpartition("=")
    if equals and not ident.strip():
        raise BadOption(f"{part.strip()!r} names no participant: write LABEL=ID, or the label alone.")
    return (label, ident) if equals else (part, "")


def turns_of(text: str, declared: Iterable[str], given: Iterable[str]) -> list[Turn]:
    """The turns of a text: of the labels that its file declares (where it does), else of those found; and of those given."""
    declared = frozenset(declared)
    turns = Body(text, declared).turns
    labels = declared | {turn.speaker for turn in turns if turn.speaker} | frozenset(given)
    return Body(text, labels).turns if labels and labels != declared else turns


class Casting:
    """Finds the participants for labels, document by document, and gathers those that are not declared yet."""

    def __init__(self, project: ProjectInfo, given: Mapping[str, str], *, add_unknown: bool) -> None:
        self._known = project.participants
        self._ids = {person.id for person in project.participants}
        self._given = given
        self._add_unknown = add_unknown
        self._new: dict[str, Participant] = {}
        self.heard: set[str] = set()

    def cast(self, turns: Sequence[Turn], declared: Mapping[str, str], case: str) -> tuple[Speaker, ...]:
        """The speakers of a document, in the order in which they first speak."""
        counts: dict[str, int] = {}
        for turn in turns:
            if turn.speaker:
                counts[turn.speaker] = counts.get(turn.speaker, 0) + 1
        self.heard |= set(counts)
        speakers = []
        for label, count in counts.items():
            ident = self._given.get(label) or declared.get(label) or self._by_name(label, case)
            if self._add_unknown or (ident and ident in self._given.values()):
                ident = self._added(label, ident, case)
            speakers.append(Speaker(label, ident, count, self._is_taken(ident), ident in self._new))
        return tuple(speakers)

    def _by_name(self, label: str, case: str) -> str:
        """The participant so called: of the case, else of no case; without a case the only one."""
        alike = [person for person in (*self._known, *self._new.values()) if label in (person.id, person.name)]
        if not case:
            return alike[0].id if len(alike) == 1 else ""
        return next((person.id for wanted in (case, "") for person in alike if person.case == wanted), "")

    def _added(self, label: str, ident: str, case: str) -> str:
        if not ident:
            base = participant_id(label, case)
            ident = base if not self._is_taken(base) else numbered(base, self._is_taken)
        check_name(ident, "participant")
        if ident in self._new and self._new[ident].case != case:
            self._new[ident] = Participant(ident, self._new[ident].name)
        elif ident not in self._ids:
            self._new.setdefault(ident, Participant(ident, label, case=case))
        return ident

    def _is_taken(self, ident: str) -> bool:
        return ident in self._ids or ident in self._new

    @property
    def new(self) -> tuple[Participant, ...]:
        """Participants to declare; one who speaks in documents of several cases belongs to none."""
        return tuple(self._new.values())

    @property
    def unheard(self) -> tuple[str, ...]:
        """Labels that were given and begin no turn of any document."""
        return tuple(label for label in self._given if label not in self.heard)


def participant_id(label: str, case: str) -> str:
    """An id for the participant of a case who speaks under a label, as in `mother-liang`."""
    return cut(slug(f"{label} {case}")) or "participant"


def declared_speakers(value: Any) -> dict[str, str]:
    """Labels with participant ids from front matter: a mapping, or a list of labels."""
    if isinstance(value, Mapping):
        return {str(label): str(ident or "") for label, ident in value.items()}
    return {str(label): "" for label in value or ()} if isinstance(value, (list, tuple)) else {}


def speakers_field(speakers: Sequence[Speaker], declared: Mapping[str, str]) -> dict[str, str] | list[str]:
    """The front matter's `speakers`: a list of labels, or where participants are known a mapping to their ids."""
    found = dict(declared) | {speaker.label: speaker.participant for speaker in speakers}
    return found if any(found.values()) else list(found)
