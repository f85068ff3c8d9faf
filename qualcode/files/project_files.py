"""project.yaml and codebook.yaml to core values, and small changes written back into them."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from qualcode.core.attribute_types import typed
from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_steps import CODE_TEXTS, Step, code_data
from qualcode.core.project import Case, Coder, Participant, ProjectInfo
from qualcode.core.text import normalise_newlines
from qualcode.errors import BadFile, Problem
from qualcode.files.conflicted import is_conflict, refuse_conflicted
from qualcode.files.guarded import read_file
from qualcode.files.saving import cannot_save, replace_file
from qualcode.files.text_files import read_text
from qualcode.files.yaml_text import LoadedYaml, load_yaml

__all__ = [
    "change_codebook", "change_project", "code_data", "codebook_in", "is_doubled", "read_codebook", "read_project", "states_in_project",
    "steps_with_layout",
]  # fmt: skip


_MEND = "where git put two versions together, keep of both what is right and delete the other"


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=_WithId)


def read_project(path: Path, shown_as: str = "project.yaml") -> tuple[ProjectInfo | None, list[Problem]]:
    """What project.yaml says, or why it cannot be used. Of things with the same id the first is read, and the others are told."""
    from qualcode.files.schema import ProjectModel, validate

    text, left = read_text(path, shown_as)
    if any(not is_conflict(problem) for problem in left):
        return None, left
    loaded = load_yaml(text, shown_as)
    model, problems = validate(ProjectModel, loaded, shown_as)
    if model is None:
        return None, left or problems
    left += _repeated(loaded, shown_as)
    problems = []
    cases = []
    for index, case in _firsts(model.cases):
        values: dict[str, str | int | float | bool] = {}
        for name, raw in case.attributes.items():
            if not raw.strip():
                continue  # `age:` with nothing behind it: no value
            value, trouble = typed(raw, model.attributes.get(name, "text"))
            values[name] = value
            if trouble:
                line = loaded.line(("cases", index, "attributes", name))
                problems.append(Problem(shown_as, line, f"{name}: {raw!r} is not {trouble}"))
        cases.append(Case(case.id, case.name or case.id, values))
    if problems:
        return None, left or problems
    return ProjectInfo(
        title=model.title,
        description=model.description,
        research_questions=tuple(model.research_questions),
        attribute_types=model.attributes,
        cases=tuple(cases),
        participants=tuple(Participant(p.id, p.name or p.id, p.role, p.case) for _, p in _firsts(model.participants)),
        coders=tuple(Coder(coder.id, coder.name) for _, coder in _firsts(model.coders)),
        filters=model.filters,
    ), left


def _firsts(things: Iterable[Thing]) -> list[tuple[int, Thing]]:
    """Things with their places in the list; of those with the same id the first."""
    first: dict[str, tuple[int, Thing]] = {}
    for index, thing in enumerate(things):
        first.setdefault(thing.id, (index, thing))
    return list(first.values())


def _repeated(loaded: LoadedYaml, shown_as: str) -> list[Problem]:
    """Where something stands a second time, as git may put it together without a conflict."""
    found = []
    for section in ("cases", "participants", "coders"):
        entries = loaded.value.get(section) if isinstance(loaded.value, dict) else None
        first: dict[str, int] = {}
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            name, line = entry.get("id") if isinstance(entry, dict) else None, loaded.line((section, index))
            if isinstance(name, str) and first.setdefault(name, line) != line:
                found.append(Problem(
                    shown_as, line, f"the id {name!r} stands twice under {section} (first on line {first[name]}, which is read)",
                    f"{_MEND}, or give it another id"))  # fmt: skip
    return found


def read_codebook(path: Path, shown_as: str = "codebook.yaml") -> tuple[Codebook | None, list[Problem]]:
    """What codebook.yaml says, or why it cannot be used. A missing file is an empty codebook.

    Of codes with the same id the first is read, and the others are told.
    """
    if not path.exists():
        return Codebook(), []
    text, left = read_text(path, shown_as)
    if any(not is_conflict(problem) for problem in left):
        return None, left
    book, problems, doubled = _codebook_in(text, shown_as)
    return book, left or problems or doubled


def is_doubled(problem: Problem) -> bool:
    """Whether a problem tells that something stands in the file a second time."""
    return " stands twice " in problem.message


def says_nothing(path: Path) -> bool:
    """Whether a codebook file is missing, blank or without `codes:`, as an editor or a full disk may leave it for a while."""
    try:
        return not any(line.startswith("codes:") for line in read_file(path).decode("utf-8", "replace").splitlines())
    except OSError:
        return True


def codebook_in(text: str, shown_as: str = "codebook.yaml") -> tuple[Codebook | None, list[Problem]]:
    """The codebook that a text holds, or why it cannot be used; not where a code stands in it twice."""
    book, problems, doubled = _codebook_in(text, shown_as)
    return (None if doubled else book), problems or doubled


def _codebook_in(text: str, shown_as: str) -> tuple[Codebook | None, list[Problem], list[Problem]]:
    """Likewise, read without the codes that stand in it for a second time, which the last list names."""
    from qualcode.files.schema import CodebookModel, CodeModel, validate

    loaded = load_yaml(text, shown_as)
    model, problems = validate(CodebookModel, loaded, shown_as)
    if model is None:
        return None, problems, []
    codes: list[Code] = []
    doubled: list[Problem] = []
    seen: dict[str, int] = {}

    def walk(models: Iterable[CodeModel], parent: str, place: tuple[str | int, ...]) -> None:
        for index, item in enumerate(models):
            here = (*place, index)
            line = loaded.line((*here, "id"))
            if item.id in seen:
                doubled.append(Problem(
                    shown_as, line, f"the code id {item.id!r} stands twice (first on line {seen[item.id]}, which is read)",
                    f"{_MEND}, or give one of them another id; codings keep to the id"))  # fmt: skip
            else:
                seen[item.id] = line
                texts = {name: getattr(item, name) for name in CODE_TEXTS}
                codes.append(Code(item.id, item.name, parent, item.color, item.key, retired=item.retired,
                                  deleted=item.deleted, **texts))  # fmt: skip
            walk(item.children, item.id, (*here, "children"))

    walk(model.codes, "", ("codes",))
    return (None, problems, doubled) if problems else (Codebook(tuple(codes), model.title), [], doubled)


def change_codebook(path: Path, steps: Sequence[Step], known: Codebook | None = None) -> Codebook:
    """Change codes in codebook.yaml in one write; the codebook as it is then.

    `known` is what the file holds, where the caller is sure of that. Raises BadFile where the file cannot be read (it
    is then left alone), BadOption or CannotUndo where a step makes no sense, CannotSave.
    """
    from qualcode.files.codebook_text import change_codebook_text

    text = _text_of(path)
    if known is None or not text:
        known, problems = codebook_in(text, path.name)
        if known is None:
            raise BadFile(problems)
    changed, book = change_codebook_text(text, known, steps, lambda new: codebook_in(new, path.name)[0])
    if changed != text:
        replace_file(path, changed.encode("utf-8"))
    return book


def change_project(path: Path, what: str, steps: Sequence[Step]) -> None:
    """Bring things of one kind (`what`: case, participant, attribute, filter) in project.yaml into other states, in one write;
    comments, order and layout stay.

    Raises BadFile, CannotSave, CannotUndo where something is not there as a step expects it.
    """
    from qualcode.files.project_text import change_project_text

    text, end, mark = _text_with_line_end(path)
    if doubled := _repeated(load_yaml(text, path.name), path.name):
        raise BadFile(doubled)
    changed = change_project_text(text, what, steps, path.name)
    if changed != text:
        replace_file(path, mark + changed.replace("\n", end).encode("utf-8"))


def steps_with_layout(path: Path, what: str, steps: Sequence[Step]) -> list[Step]:
    """The steps, their states saying how project.yaml is laid out, so that undo brings it back byte for byte."""
    from qualcode.files.project_text import with_layout

    return with_layout(_text_with_line_end(path)[0], what, steps)


def states_in_project(path: Path, what: str) -> dict[str, dict[str, Any]]:
    """The states of all things of one kind as project.yaml has them now. Raises BadFile."""
    from qualcode.files.project_states import entries, state_in

    loaded = load_yaml(_text_with_line_end(path)[0], path.name)
    if loaded.problems:
        raise BadFile(loaded.problems)
    return {key: state_in(entry, what, key) for key, entry in entries(loaded.value, what).items()}


def _text_with_line_end(path: Path) -> tuple[str, str, bytes]:
    """The text with LF lines, the line end that the file has throughout, and its byte-order mark or none."""
    refuse_conflicted([path], path.parent)
    try:
        data = _bytes_if_there(path)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise cannot_save(path, error) from error
    except UnicodeDecodeError as error:
        raise BadFile([Problem(path.name, 0, "not UTF-8 text", "save it as UTF-8")]) from error
    end = "\r\n" if text.count("\r\n") == text.count("\n") > 0 else "\n"
    return normalise_newlines(text), end, BOM_UTF8 if data.startswith(BOM_UTF8) else b""


def _text_of(path: Path) -> str:
    refuse_conflicted([path], path.parent)
    try:
        return normalise_newlines(_bytes_if_there(path).decode("utf-8-sig"))
    except OSError as error:
        raise cannot_save(path, error) from error
    except UnicodeDecodeError as error:
        raise BadFile([Problem(path.name, 0, "not UTF-8 text", "save it as UTF-8")]) from error


def _bytes_if_there(path: Path) -> bytes:
    """The bytes of a file; none where its folder can be listed and has no such file. Raises OSError."""
    try:
        return read_file(path)
    except FileNotFoundError:
        if path.name in os.listdir(path.parent):
            raise
        return b""
