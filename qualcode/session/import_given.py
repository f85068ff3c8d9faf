"""What the user says of the files that they import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from qualcode.core.document import is_date
from qualcode.core.visible import is_printable
from qualcode.errors import BadOption
from qualcode.files.folder import check_name
from qualcode.session.import_speakers import parse_speakers


@dataclass(frozen=True)
class Given:
    """What the user says of the files; facts given win over those that a file states."""

    case: str = ""
    kind: str = ""
    date: str = ""
    language: str = ""
    title: str = ""
    speakers: str | Mapping[str, str] | Iterable[str] = ""
    encoding: str = ""
    comments_as_codes: bool = False
    add_participants: bool = False
    again: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Given:
        """Raises BadOption for what an import knows nothing of, or cannot use."""
        known = {one.name for one in fields(cls)}
        if unknown := set(values) - known:
            raise BadOption(
                f"An import knows nothing of {', '.join(sorted(unknown))}; it takes: {', '.join(sorted(known))}."
            )
        return cls(**values).checked()

    def checked(self) -> Given:
        """The same, with what can be tidied tidied. Raises BadOption."""
        if self.date and not is_date(self.date):
            raise BadOption(f"{self.date!r} is not a date: write it as YYYY-MM-DD.")
        for name, value in self.facts.items():
            if not is_printable(value):
                raise BadOption(f"The {name} {value!r} cannot be used: it is one line of visible signs.")
        case = check_name(self.case, "case") if self.case else ""
        return replace(self, case=case, speakers=parse_speakers(self.speakers))

    @property
    def facts(self) -> dict[str, str]:
        """The front-matter fields that were given."""
        values = {name: getattr(self, name) for name in ("title", "case", "kind", "date", "language")}
        return {name: value for name, value in values.items() if value}

    @property
    def casting(self) -> Mapping[str, str]:
        """Labels given, with participant ids."""
        return self.speakers if isinstance(self.speakers, Mapping) else parse_speakers(self.speakers)
