"""The shape of project.yaml, codebook.yaml and front matter (pydantic), and trouble with them as problems."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from qualcode.core.alignment import parse_pin
from qualcode.core.document import is_date
from qualcode.core.times import seconds_in
from qualcode.errors import BadOption, Problem
from qualcode.files.folder import check_name
from qualcode.files.yaml_text import LoadedYaml


def _plain(value: Any) -> Any:
    """Null and absent alike are empty text."""
    return "" if value is None else value


def _name(value: str) -> str:
    try:
        return check_name(value, "id")
    except BadOption as error:
        raise ValueError(str(error)) from error


def _code_name(value: str) -> str:
    if not value.strip():
        raise ValueError("a code needs a name")
    if "/" in value:
        raise ValueError("a code's name cannot hold a slash, which stands between the levels of a path")
    return value.strip()


def _color(value: str) -> str:
    if value and not (len(value) == 7 and value[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in value[1:])):
        raise ValueError('a colour is written as "#rrggbb", in quotes')
    return value.lower()


def _date(value: str) -> str:
    if value and not is_date(value):
        raise ValueError("a date is written as YYYY-MM-DD")
    return value


def _duration(value: str) -> str:
    if value and seconds_in(value) is None:
        raise ValueError("a duration is written as hh:mm:ss")
    return value


def _pins(value: Any) -> Any:
    """`aligned` may be a single pin, or nothing."""
    return () if value in (None, "") else (value,) if isinstance(value, str) else value


def _pin(value: str) -> str:
    if parse_pin(value) is None:
        raise ValueError("turns are aligned as 12=13: turn 12 of the original is turn 13 of this translation")
    return value


def _or_empty(kind: type) -> BeforeValidator:
    """`cases:` with nothing below it is an empty list, not an error."""
    return BeforeValidator(lambda value: kind() if value in (None, "") else value)


Model = TypeVar("Model", bound=BaseModel)
Text = Annotated[str, BeforeValidator(_plain)]
Id = Annotated[str, AfterValidator(_name)]


def _speakers(value: Any) -> Any:
    """`speakers` may be a list of labels, or labels with participant ids."""
    if isinstance(value, list):
        return {label: "" for label in value if isinstance(label, str)}
    return value or {}


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore")


class CaseModel(_Model):
    id: Id
    name: Text = ""
    attributes: Annotated[dict[str, Text], _or_empty(dict)] = Field(default_factory=dict)


class ParticipantModel(_Model):
    id: Id
    name: Text = ""
    role: Text = ""
    case: Text = ""


class CoderModel(_Model):
    id: Id
    name: Text = ""


class ProjectModel(_Model):
    title: str
    description: Text = ""
    research_questions: Annotated[list[str], _or_empty(list)] = Field(default_factory=list)
    attributes: Annotated[dict[str, Text], _or_empty(dict)] = Field(default_factory=dict)
    cases: Annotated[list[CaseModel], _or_empty(list)] = Field(default_factory=list)
    participants: Annotated[list[ParticipantModel], _or_empty(list)] = Field(default_factory=list)
    coders: Annotated[list[CoderModel], _or_empty(list)] = Field(default_factory=list)
    filters: Annotated[dict[str, Text], _or_empty(dict)] = Field(default_factory=dict)


class CodeModel(_Model):
    id: Id
    name: Annotated[str, AfterValidator(_code_name)]
    color: Annotated[Text, AfterValidator(_color)] = ""
    key: Annotated[int, _or_empty(int)] = Field(default=0, ge=0, le=9)
    definition: Text = ""
    use_when: Text = ""
    do_not_use_when: Text = ""
    example: Text = ""
    merged_into: Text = ""
    retired: Annotated[bool, _or_empty(bool)] = False
    deleted: Annotated[bool, _or_empty(bool)] = False
    children: Annotated[list[CodeModel], _or_empty(list)] = Field(default_factory=list)


class CodebookModel(_Model):
    title: Text = ""
    codes: Annotated[list[CodeModel], _or_empty(list)] = Field(default_factory=list)


class FrontMatterModel(_Model):
    title: Text = ""
    case: Text = ""
    kind: Text = ""
    date: Annotated[Text, AfterValidator(_date)] = ""
    language: Text = ""
    translation_of: Text = ""
    provenance: Text = ""
    speakers: Annotated[dict[str, Text], BeforeValidator(_speakers)] = Field(default_factory=dict)
    attributes: Annotated[dict[str, Text], _or_empty(dict)] = Field(default_factory=dict)
    aligned: Annotated[tuple[Annotated[str, AfterValidator(_pin)], ...], BeforeValidator(_pins)] = ()
    recording: Text = ""
    duration: Annotated[Text, AfterValidator(_duration)] = ""


def _about(value: Any) -> Any:
    """`project`, or a mapping; names that are not text do not fit."""
    if value in (None, "", "project"):
        return {}
    things = ("case", "document", "code", "coding")
    if not isinstance(value, dict) or not all(
        thing in things and isinstance(name, str) and name for thing, name in value.items()
    ):
        raise ValueError(
            "a memo is about `project`, or about a {case: ..., document: ..., code: ..., coding: ...} by id"
        )
    return value


class MemoModel(_Model):
    title: Text = ""
    about: Annotated[dict[str, str], BeforeValidator(_about)] = Field(default_factory=dict)
    kind: Text = ""
    date: Annotated[Text, AfterValidator(_date)] = ""
    author: Text = ""


def validate(model: type[Model], loaded: LoadedYaml, shown_as: str) -> tuple[Model | None, list[Problem]]:
    """The loaded YAML as that model, or every place where it does not fit, with its line."""
    if loaded.problems:
        return None, loaded.problems
    try:
        return model.model_validate({} if loaded.value in (None, "") else loaded.value), []
    except ValidationError as error:
        return None, [
            Problem(shown_as, loaded.line(tuple(item["loc"])), _sentence(item))
            for item in error.errors(include_url=False)
        ]


def validate_fields(model: type[Model], loaded: LoadedYaml, shown_as: str) -> tuple[Model | None, list[Problem]]:
    """Like `validate`, but a field that does not fit is left out and the others are kept."""
    valid, problems = validate(model, loaded, shown_as)
    if valid is not None or not isinstance(loaded.value, dict):
        return valid, problems
    try:
        model.model_validate(loaded.value)
    except ValidationError as error:
        bad = {item["loc"][0] for item in error.errors(include_url=False) if item["loc"]}
        kept = {name: value for name, value in loaded.value.items() if name not in bad}
        valid, _ = validate(model, LoadedYaml(kept, loaded.lines), shown_as)
    return valid, problems


def _sentence(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"] if isinstance(part, str))
    message = str(item["msg"]).removeprefix("Value error, ")
    if item["type"] == "missing":
        return f"{where!r} is missing"
    return f"{where}: {message[0].lower()}{message[1:]}" if where else message
