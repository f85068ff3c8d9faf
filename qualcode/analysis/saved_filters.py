"""Named filters as project.yaml has them: what each says, how many codings it fits, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qualcode.analysis.filters import Filters
from qualcode.analysis.table import Table
from qualcode.core.project import ProjectInfo
from qualcode.core.query import BadQuery, conditions, parse
from qualcode.errors import Problem, QualcodeError
from qualcode.files.guarded import read_file
from qualcode.files.yaml_text import load_yaml
from qualcode.index.index import Index

COLUMNS = ("name", "expression", "codings", "problem")


def saved_filters(index: Index) -> Table:
    """The saved filters in the order of project.yaml; `codings` is empty where a filter cannot be used, `problem` says why."""
    return Table(COLUMNS, [_row(index, name, expression) for name, expression in index.project.filters.items()])


def _row(index: Index, name: str, expression: str) -> tuple[str, str, int | str, str]:
    try:
        return name, expression, count(index, expression), ""
    except BadQuery as error:
        return name, expression, "", f"at character {error.at + 1}: {error.reason}"
    except QualcodeError as error:
        return name, expression, "", str(error).partition("\n")[0]


def count(index: Index, expression: str) -> int:
    """How many codings an expression fits. Raises BadQuery, UnknownName."""
    from qualcode.analysis.choosing import chosen

    return int(chosen(index, Filters(where=expression)).sum())


def names_in(expression: str) -> list[str]:
    """The saved filters that an expression refers to, in its order. Raises BadQuery."""
    return list(dict.fromkeys(found.value for found in conditions(parse(expression)) if found.field == "filter"))


def refers_to(name: str, expression: str, filters: Mapping[str, str]) -> bool:
    """Whether an expression comes to that filter, directly or by way of others; those that cannot be read lead nowhere."""
    waiting, seen = [expression], set[str]()
    while waiting:
        for found in _readable_names(waiting.pop()):
            if found == name:
                return True
            if found in filters and found not in seen:
                seen.add(found)
                waiting.append(filters[found])
    return False


def _readable_names(expression: str) -> list[str]:
    try:
        return names_in(expression)
    except BadQuery:
        return []


def filter_problems(index: Index) -> Iterator[Problem]:
    """Saved filters that cannot be read, that refer to filters that are not there, or to themselves."""
    project: ProjectInfo | None = index.read_or_none("project")
    if project is None or not project.filters:
        return
    yaml = load_yaml(read_file(index.folder.project_yaml).decode("utf-8", "replace"), "project.yaml")
    for name, expression in project.filters.items():
        if message := _wrong_with(name, expression, project.filters):
            advice = "mend it there, or: qualcode filters save, qualcode filters delete"
            yield Problem("project.yaml", yaml.line(("filters", name)), f"the filter {name!r} {message}", advice)


def _wrong_with(name: str, expression: str, filters: Mapping[str, str]) -> str:
    try:
        missing = [found for found in names_in(expression) if found not in filters]
    except BadQuery as error:
        return f"cannot be read at character {error.at + 1}: {error.reason}"
    if missing:
        return f"refers to filter:{missing[0]}, which is not saved"
    return "refers to itself" if refers_to(name, expression, filters) else ""
