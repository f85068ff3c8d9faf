"""project.yaml and codebook.yaml to core values, and small changes written back into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_steps import CODE_TEXTS, Step, code_data
from qualcode.core.project import Case, Coder, Participant, ProjectInfo
from qualcode.errors import BadFile, Problem
from qualcode.files.saving import cannot_save, replace_file
from qualcode.files.text_files import read_text
from qualcode.files.yaml_text import LoadedYaml, edit_yaml, load_yaml

__all__ = ["change_codebook", "code_data", "codebook_in", "read_codebook", "read_project"]


def read_project(path: Path, shown_as: str = "project.yaml") -> tuple[ProjectInfo | None, list[Problem]]:
    """What project.yaml says, or why it cannot be used."""
    from qualcode.files.schema import ProjectModel, validate

    text, problems = read_text(path, shown_as)
    if problems:
        return None, problems
    loaded = load_yaml(text, shown_as)
    model, problems = validate(ProjectModel, loaded, shown_as)
    if model is None:
        return None, problems
    problems = [
        *_repeated(loaded, "cases", [case.id for case in model.cases], shown_as),
        *_repeated(loaded, "participants", [person.id for person in model.participants], shown_as),
        *_repeated(loaded, "coders", [coder.id for coder in model.coders], shown_as),
    ]
    cases = []
    for index, case in enumerate(model.cases):
        values: dict[str, str | int | float | bool] = {}
        for name, raw in case.attributes.items():
            value, trouble = _typed(raw, model.attributes.get(name, "text"))
            values[name] = value
            if trouble:
                line = loaded.line(("cases", index, "attributes", name))
                problems.append(Problem(shown_as, line, f"{name}: {raw!r} is not {trouble}"))
        cases.append(Case(case.id, case.name or case.id, values))
    if problems:
        return None, problems
    return ProjectInfo(
        title=model.title,
        description=model.description,
        research_questions=tuple(model.research_questions),
        attribute_types=model.attributes,
        cases=tuple(cases),
        participants=tuple(Participant(p.id, p.name or p.id, p.role, p.case) for p in model.participants),
        coders=tuple(Coder(coder.id, coder.name) for coder in model.coders),
    ), []


def _repeated(loaded: LoadedYaml, section: str, ids: list[str], shown_as: str) -> list[Problem]:
    return [
        Problem(shown_as, loaded.line((section, index)), f"the id {name!r} stands twice under {section}")
        for index, name in enumerate(ids)
        if name in ids[:index]
    ]


def _typed(raw: str, kind: str) -> tuple[str | int | float | bool, str]:
    """The value in its declared type, and what it should have been where it is not."""
    try:
        if kind == "integer":
            return int(raw), ""
        if kind == "number":
            return float(raw), ""
        if kind in ("yes/no", "boolean"):
            return {"yes": True, "true": True, "no": False, "false": False}[raw.strip().casefold()], ""
        if kind == "date":
            from datetime import date

            return date.fromisoformat(raw).isoformat(), ""
    except (ValueError, KeyError):
        return raw, {"integer": "a whole number", "number": "a number", "date": "a date (YYYY-MM-DD)"}.get(
            kind, "yes or no"
        )
    return raw, ""


def read_codebook(path: Path, shown_as: str = "codebook.yaml") -> tuple[Codebook | None, list[Problem]]:
    """What codebook.yaml says, or why it cannot be used. A missing file is an empty codebook."""
    if not path.exists():
        return Codebook(), []
    text, problems = read_text(path, shown_as)
    return (None, problems) if problems else codebook_in(text, shown_as)


def says_nothing(path: Path) -> bool:
    """Whether a codebook file is missing, blank or without `codes:`, as an editor or a full disk may leave it for a while."""
    try:
        return not any(line.startswith("codes:") for line in path.read_text("utf-8", "replace").splitlines())
    except OSError:
        return True


def codebook_in(text: str, shown_as: str = "codebook.yaml") -> tuple[Codebook | None, list[Problem]]:
    """The codebook that a text holds, or why it cannot be used."""
    from qualcode.files.schema import CodebookModel, CodeModel, validate

    loaded = load_yaml(text, shown_as)
    model, problems = validate(CodebookModel, loaded, shown_as)
    if model is None:
        return None, problems
    codes: list[Code] = []
    seen: dict[str, int] = {}

    def walk(models: Iterable[CodeModel], parent: str, place: tuple[str | int, ...]) -> None:
        for index, item in enumerate(models):
            here = (*place, index)
            line = loaded.line((*here, "id"))
            if item.id in seen:
                problems.append(Problem(
                    shown_as, line, f"the code id {item.id!r} stands twice (first on line {seen[item.id]})",
                    "give one of them another id; codings keep to the id"))  # fmt: skip
            seen.setdefault(item.id, line)
            texts = {name: getattr(item, name) for name in CODE_TEXTS}
            codes.append(Code(item.id, item.name, parent, item.color, item.key, retired=item.retired,
                              deleted=item.deleted, **texts))  # fmt: skip
            walk(item.children, item.id, (*here, "children"))

    walk(model.codes, "", ("codes",))
    return (None, problems) if problems else (Codebook(tuple(codes), model.title), [])


def change_codebook(path: Path, steps: Sequence[Step], known: Codebook | None = None) -> Codebook:
    """Change codes in codebook.yaml in one write; the codebook as it is then.

    `known` is what the file holds, where the caller is sure of that. Raises BadFile where the file cannot be read (it
    is then left alone), BadOption or CannotUndo where a step makes no sense, CannotSave.
    """
    from qualcode.files.codebook_text import change_codebook_text

    text = _text_of(path)
    if known is None:
        known, problems = codebook_in(text, path.name)
        if known is None:
            raise BadFile(problems)
    changed, book = change_codebook_text(text, known, steps, lambda new: codebook_in(new, path.name)[0])
    if changed != text:
        replace_file(path, changed.encode("utf-8"))
    return book


def add_case_to_yaml(path: Path, case_id: str) -> None:
    """Write one case more into project.yaml. Raises BadFile, CannotSave."""

    def change(document: Any) -> None:
        if not document.get("cases"):
            document["cases"] = []
        document["cases"].append({"id": case_id, "name": case_id})

    _change_yaml(path, change)


def remove_case_from_yaml(path: Path, case_id: str) -> None:
    """Take a case out of project.yaml. Raises BadFile, CannotSave."""

    def change(document: Any) -> None:
        cases = document.get("cases") or []
        document["cases"] = [entry for entry in cases if str(entry.get("id")) != case_id]

    _change_yaml(path, change)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig") if path.exists() else ""
    except OSError as error:
        raise cannot_save(path, error) from error
    except UnicodeDecodeError as error:
        raise BadFile([Problem(path.name, 0, "not UTF-8 text", "save it as UTF-8")]) from error


def _change_yaml(path: Path, change: Any) -> None:
    text = _text_of(path)
    if problems := load_yaml(text, path.name).problems:
        raise BadFile(problems)
    replace_file(path, edit_yaml(text, change).encode("utf-8"))
