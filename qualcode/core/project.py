"""A study: its cases with typed attributes, its participants, its coders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ASKING = ("researcher", "interviewer", "moderator", "facilitator")  # roles of those who ask rather than tell


@dataclass(frozen=True, slots=True)
class Case:
    """A bounded unit of the study, such as a family; attribute values are typed as the project declares."""

    id: str
    name: str
    attributes: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone who speaks or is spoken of; `role` is what comparisons by role go by."""

    id: str
    name: str
    role: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Coder:
    """Someone who codes; the id names their folder under codings/."""

    id: str
    name: str = ""


@dataclass(frozen=True)
class ProjectInfo:
    """What project.yaml says."""

    title: str
    description: str = ""
    research_questions: tuple[str, ...] = ()
    attribute_types: Mapping[str, str] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    participants: tuple[Participant, ...] = ()
    coders: tuple[Coder, ...] = ()
    filters: Mapping[str, str] = field(default_factory=dict)  # expressions by name

    def participant_for(self, label: str, participant_id: str = "", case: str = "") -> Participant | None:
        """Whom a speaker label stands for: the participant the document names, else the one so called, of the document's case
        first; "" stands for nobody."""
        wanted = participant_id or label
        by_id = next((person for person in self.participants if person.id == wanted), None)
        so_called = [person for person in self.participants if person.name == label] if label else []
        return by_id or next((person for person in so_called if person.case == case), next(iter(so_called), None))
