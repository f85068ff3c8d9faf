"""Changes written into the text of a project.yaml: only the places concerned, so that comments, order and layout stay.

Every change is checked by reading the new text: where that does not give just what was meant, the file is written by
ruamel.yaml instead, which may lay it out anew; where that fails too nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.errors import BadFile, Problem
from qualcode.files.project_layout import CannotCut, Layout
from qualcode.files.project_states import (
    MAPPINGS,
    SECTIONS,
    changed_attributes,
    changed_fields,
    new_entry,
    project_after,
    says_the_same,
    value_of,
)
from qualcode.files.yaml_text import edit_yaml, load_yaml


def change_project_text(text: str, what: str, steps: Sequence[Step], shown_as: str = "project.yaml") -> str:
    """The text (LF lines) after these steps of things of one kind: case, participant, attribute or filter.

    Raises BadFile where the text cannot be read, or its layout defeats us; CannotUndo where a step does not fit what it says.
    """
    for run in _runs(steps):
        loaded = load_yaml(text, shown_as)
        if loaded.problems:
            raise BadFile(loaded.problems)
        wanted = project_after(loaded.value, what, run)
        text = _changed(text, what, run, wanted, shown_as)
    return text


def _changed(text: str, what: str, steps: Sequence[Step], wanted: Any, shown_as: str) -> str:
    try:
        changed = Layout(text).after(what, steps)
        if _holds(changed, wanted, shown_as):
            return changed
    except CannotCut:
        pass
    changed = _by_ruamel(text, what, steps)
    if changed and _holds(changed, wanted, shown_as):
        return changed
    raise BadFile([Problem(shown_as, 0, "its layout cannot be changed safely, so nothing was written",
                           "make this change in a text editor; qualcode takes it over")])  # fmt: skip


def _by_ruamel(text: str, what: str, steps: Sequence[Step]) -> str:
    """The text as a YAML library writes it; "" where that cannot read it as we do."""
    from ruamel.yaml.error import YAMLError

    try:
        return edit_yaml(text, lambda document: _edit(document, what, steps))
    except (YAMLError, AttributeError, TypeError, ValueError, LookupError):
        return ""


def _holds(text: str, wanted: Any, shown_as: str) -> bool:
    loaded = load_yaml(text, shown_as)
    return not loaded.problems and says_the_same(loaded.value, wanted)


def _runs(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """The steps in runs in which each thing is named once."""
    run: dict[str, Step] = {}
    for step in steps:
        if step.key in run:
            yield list(run.values())
            run = {}
        run[step.key] = step
    if run:
        yield list(run.values())


def with_layout(text: str, what: str, steps: Sequence[Step]) -> list[Step]:
    """The steps, their states saying how the text is laid out where undoing them could not tell."""
    try:
        layout = Layout(text)
        return [layout.noted(what, step, number == 0) for number, step in enumerate(steps)]
    except CannotCut:
        return list(steps)


def _edit(document: Any, what: str, steps: Sequence[Step]) -> None:
    """The steps taken in the document that the library has read."""
    section = document.get(SECTIONS[what])
    for step in steps:
        if what in MAPPINGS:
            section = section if section else {}
            if step.after is None:
                section.pop(step.key, None)
            else:
                section[step.key] = value_of(step.after, MAPPINGS[what])
            continue
        section = section if section else []
        now = next((entry for entry in section if str(entry.get("id")) == step.key), None)
        if step.after is None:
            section.remove(now)
        elif now is None:
            section.append(new_entry(what, step.key, step.after))
        else:
            for name, value in changed_fields(what, step.before, step.after).items():
                now[name] = value
            for name, text in changed_attributes(step.before, step.after).items() if what == "case" else ():
                values = now.get("attributes") or {}
                now["attributes"] = values
                if text is None:
                    values.pop(name, None)
                else:
                    values[name] = text
    document[SECTIONS[what]] = section
