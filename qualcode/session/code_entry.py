"""A code's entry as a text to be edited, in $EDITOR or in the app's form, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qualcode.core.codebook import Code
from qualcode.errors import BadOption, QualcodeError
from qualcode.files.folder import ProjectFolder

if TYPE_CHECKING:
    from qualcode.session.codebook import Changed, CodebookWork

FIELDS = ("name", "definition", "use_when", "do_not_use_when", "example", "color", "key")


def entry_text(code: Code) -> str:
    """The entry as YAML with every field, empty ones included."""
    head = "# Save and leave the editor to keep the changes; leave it without saving to keep all as it was.\n"
    return head + _as_yaml({name: getattr(code, name) for name in FIELDS})


def _as_yaml(fields: Mapping[str, Any]) -> str:
    from qualcode.files.codebook_text import field_lines

    lines: list[str] = []
    for name, value in fields.items():
        lines += field_lines(name, value, 0) if value else [f"{name}:"]
    return "\n".join(lines) + "\n"


def fields_in(text: str) -> dict[str, Any]:
    """The fields that an edited entry holds. Raises BadOption, saying the line, where it is no entry."""
    from qualcode.files.yaml_text import load_yaml

    loaded = load_yaml(text, "the entry")
    if loaded.problems:
        raise BadOption(str(loaded.problems[0]))
    if not isinstance(loaded.value, dict):
        raise BadOption("The entry holds no fields (name: ..., definition: ...); nothing was changed.")
    unknown = set(loaded.value) - set(FIELDS)
    if unknown or any(not isinstance(value, str) for value in loaded.value.values()):
        raise BadOption(
            f"The entry has what no code has: {', '.join(sorted(unknown)) or 'lists'}; nothing was changed."
        )
    return {name: loaded.value[name] for name in FIELDS if name in loaded.value}


def edit_entry(folder: ProjectFolder, code: Code) -> dict[str, Any]:
    """The fields of a code as they come back from the user's editor.

    Raises QualcodeError where there is no editor or it fails; BadOption, naming the file in which the text is kept, where
    what came back is no entry.
    """
    from qualcode.session.editor import keep_text, run_editor

    text = run_editor(folder, entry_text(code), ".yaml")
    try:
        return fields_in(text)
    except BadOption as error:
        raise BadOption(f"{error} What you wrote is kept in {keep_text(folder, text, '.yaml')}.") from error


def save_entry(session: CodebookWork, code: Code, fields: Mapping[str, Any]) -> Changed:
    """Save what was changed in the editor, where the code was as in `code` when it opened; other fields stay as they are by now.

    Raises BadOption, naming the file in which it is kept, where that is refused, or a field was changed elsewhere meanwhile.
    """
    from qualcode.session.alone import changing_alone
    from qualcode.session.editor import keep_text

    edited = {name: value for name, value in fields.items() if _differ(value, getattr(code, name))}
    try:
        with changing_alone(session):
            session.index.refresh()
            now = session.index.codebook
            since = [
                name for name in edited if code.id in now and _differ(getattr(now[code.id], name), getattr(code, name))
            ]
            if since:
                raise BadOption(
                    f"The {', '.join(since)} of {code.name!r} was changed elsewhere meanwhile; nothing was saved."
                )
            return session.edit_code(code.id, **edited)
    except QualcodeError as error:
        kept = keep_text(session.folder, _as_yaml(fields), ".yaml")
        raise BadOption(f"{error} What you wrote is kept in {kept}.") from error


def _differ(one: Any, other: Any) -> bool:
    """Whether two values of a field say different things; nothing, "" and 0 do not."""
    return str(one or "").strip() != str(other or "").strip()
