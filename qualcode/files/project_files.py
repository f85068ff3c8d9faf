"""project.yaml and codebook.yaml to core values, and small changes written back into them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qualcode.core.codebook import Code, Codebook
from qualcode.core.project import Case, Coder, Participant, ProjectInfo
from qualcode.errors import BadFile, Problem, UnknownName
from qualcode.files.saving import cannot_save, replace_file
from qualcode.files.text_files import read_text
from qualcode.files.yaml_text import LoadedYaml, edit_yaml, load_yaml

CODE_TEXTS = ("definition", "use_when", "do_not_use_when", "example", "merged_into")


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
    from qualcode.files.schema import CodebookModel, CodeModel, validate

    if not path.exists():
        return Codebook(), []
    text, problems = read_text(path, shown_as)
    if problems:
        return None, problems
    loaded = load_yaml(text, shown_as)
    model, problems = validate(CodebookModel, loaded, shown_as)
    if model is None:
        return None, problems
    codes: list[Code] = []
    seen: set[str] = set()

    def walk(models: Iterable[CodeModel], parent: str, place: tuple[str | int, ...]) -> None:
        for index, item in enumerate(models):
            here = (*place, index)
            if item.id in seen:
                problems.append(Problem(shown_as, loaded.line(here), f"the code id {item.id!r} stands twice"))
            seen.add(item.id)
            texts = {name: getattr(item, name) for name in CODE_TEXTS}
            codes.append(Code(item.id, item.name, parent, item.color, item.key, retired=item.retired, **texts))
            walk(item.children, item.id, (*here, "children"))

    walk(model.codes, "", ("codes",))
    return (None, problems) if problems else (Codebook(tuple(codes), model.title), [])


def code_data(code: Code) -> dict[str, Any]:
    """The code as it is written to YAML and logged: no empty fields, parent left to the place in the tree."""
    data: dict[str, Any] = {"id": code.id, "name": code.name}
    for name in ("color", "key", *CODE_TEXTS, "retired"):
        if value := getattr(code, name):
            data[name] = value
    return data


def add_code_to_yaml(path: Path, code: Code) -> None:
    """Write one code more into codebook.yaml, last among its siblings. Raises BadFile, CannotSave."""

    def change(document: Any) -> None:
        siblings = document
        if code.parent:
            siblings = next((entry for entry in _entries(document) if str(entry.get("id")) == code.parent), None)
            if siblings is None:
                raise UnknownName(
                    f"The code {code.parent!r} is not in codebook.yaml any more, so nothing can go under it."
                )
        field = "children" if code.parent else "codes"
        if not siblings.get(field):
            siblings[field] = []
        siblings[field].append(code_data(code))

    _change_yaml(path, change)


def remove_code_from_yaml(path: Path, code_id: str) -> None:
    """Take a childless code out of codebook.yaml. Raises BadFile, CannotSave."""

    def change(document: Any) -> None:
        for holder, field in [(document, "codes"), *((entry, "children") for entry in _entries(document))]:
            entries = holder.get(field) or []
            for index, entry in enumerate(entries):
                if str(entry.get("id")) == code_id:
                    del entries[index]
                    if not entries and field == "children":
                        del holder[field]
                    return

    _change_yaml(path, change)


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


def _entries(holder: Any) -> Iterable[Any]:
    for entry in holder.get("codes" if "codes" in holder else "children") or []:
        yield entry
        yield from _entries(entry)


def _change_yaml(path: Path, change: Any) -> None:
    try:
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    except OSError as error:
        raise cannot_save(path, error) from error
    except UnicodeDecodeError as error:
        raise BadFile([Problem(path.name, 0, "not UTF-8 text", "save it as UTF-8")]) from error
    if problems := load_yaml(text, path.name).problems:
        raise BadFile(problems)
    replace_file(path, edit_yaml(text, change).encode("utf-8"))
