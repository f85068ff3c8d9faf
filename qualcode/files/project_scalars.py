"""Values of a project.yaml as they are written: after a colon, between braces, as the lines of an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualcode.files.codebook_text import one_line
from qualcode.files.project_states import value_of

MISSING = "missing"  # what `matter` says of a field or section that is not in the file at all


def entry_lines(entry: Mapping[str, Any], column: int, on_one_line: bool) -> list[str]:
    """An entry of a list as YAML lines, its dash in this column; attributes always have lines of their own."""
    if on_one_line and "attributes" not in entry:
        return [f"{' ' * column}- {{{', '.join(f'{name}: {between_braces(value)}' for name, value in entry.items())}}}"]
    indent = " " * (column + 2)
    lines = [f"{indent}{name}: {one_line(value)}" for name, value in entry.items() if name != "attributes"]
    if values := entry.get("attributes"):
        lines += [
            f"{indent}attributes:",
            *(f"{indent}  {one_line(name)}:{as_written(values[name])}" for name in values),
        ]
    return [f"{' ' * column}- {lines[0].lstrip()}", *lines[1:]]


def value_as_written(state: Mapping[str, Any] | None, name: str) -> str:
    """A field as it is written after the colon: as it stood in the file once, else as qualcode writes it."""
    matter = (state or {}).get("matter")
    known = matter.get(name) if isinstance(matter, dict) else None
    return known if isinstance(known, str) and known else as_written(value_of(state, name))


def field_as_written(state: Mapping[str, Any] | None, name: str) -> str | None:
    """Like `value_as_written`, "" for a field that the state leaves empty, None for one that was not in the file at all."""
    if (state or {}).get(name):
        return value_as_written(state, name)
    matter = (state or {}).get("matter")
    return None if isinstance(matter, dict) and matter.get(name) == MISSING else ""


def as_written(value: str) -> str:
    """A value as qualcode writes it after a colon. Numbers, dates and yes or no stand bare: project.yaml is read as text."""
    bare = (
        value.isascii()
        and value.replace("-", "").replace(".", "").isalnum()
        and not value.startswith(("-.", "--", "."))
    )
    return f" {value}" if bare else f" {one_line(value)}" if value else ""


def between_braces(text: str) -> str:
    """A value as it is written between braces."""
    written = one_line(text)
    if written[:1] in "'\"" or not any(sign in written for sign in ",[]{}#:?"):
        return written
    import yaml

    return str(yaml.safe_dump(text, allow_unicode=True, width=1 << 30, default_style='"')).removesuffix("\n")


def for_braces(raw: str) -> str:
    """What is written after a colon, fit to stand between braces too."""
    bare = raw.strip()
    if not bare:
        return ' ""'
    return raw if not any(sign in bare for sign in ",[]{}") or bare[:1] in "'\"" else f" {between_braces(bare)}"
