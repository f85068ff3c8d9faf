"""YAML in: every scalar as the text that stands there (no `no` that turns False), with the line of every value.

YAML out: a document that people wrote by hand is changed in place, comments and order kept (ruamel.yaml).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from qualcode.errors import Problem

Path = tuple[str | int, ...]
_MOST_NODES = 200_000
_MOST_LEVELS = 100
_LONGEST = 100_000  # signs of a value: ruamel takes minutes to write a million
_LONGEST_KEY = 1_000


@dataclass
class LoadedYaml:
    """A YAML document as dicts, lists and strings; `lines` maps paths such as ("cases", 0, "id") to lines from 1."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the value at the path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load_yaml(text: str, shown_as: str, first_line: int = 1) -> LoadedYaml:
    """Parse YAML of unknown origin; trouble is returned in `problems`, never raised."""
    import yaml

    loaded = LoadedYaml()
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        if (line := _too_deep(yaml.parse(text, Loader=loader))) is not None:
            raise _Refused(line + first_line, f"nested more than {_MOST_LEVELS} levels deep")
        node = yaml.compose(text, Loader=loader)
        loaded.value = _Builder(loaded, first_line).build(node, ()) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if mark and error.context_mark and mark.line >= text.rstrip("\n").count("\n") + 1:
            mark = error.context_mark  # something was opened and never closed: say where it was opened
        line = (mark.line if mark else 0) + first_line
        loaded.problems.append(Problem(shown_as, line, f"not valid YAML: {error.problem or error.context}"))
    except yaml.YAMLError as error:
        line = text.count("\n", 0, max(0, getattr(error, "position", 0))) + first_line
        loaded.problems.append(Problem(shown_as, line, f"not valid YAML: {getattr(error, 'reason', error)}"))
    except _Refused as refused:
        loaded.problems.append(Problem(shown_as, refused.line, str(refused)))
    except RecursionError:
        loaded.problems.append(Problem(shown_as, first_line, "nested too deeply to be read"))
    return loaded


def _too_deep(events: Iterable[Any]) -> int | None:
    """The line (from 0) on which the nesting passes what the C parser can compose without crashing."""
    level = 0
    for event in events:
        name = type(event).__name__
        level += name.endswith("StartEvent") - name.endswith("EndEvent")
        if level > _MOST_LEVELS:
            return int(event.start_mark.line)
    return None


class _Refused(Exception):
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


class _Builder:
    """Nodes to values. A node that aliases repeat is built once and counted each time: no small file grows without end."""

    def __init__(self, loaded: LoadedYaml, first_line: int) -> None:
        self._loaded, self._first_line = loaded, first_line
        self._built: dict[int, tuple[Any, int]] = {}
        self._open: set[int] = set()
        self._count = 0

    def build(self, node: Any, path: Path) -> Any:
        line = node.start_mark.line + self._first_line
        self._loaded.lines.setdefault(path, line)
        before = self._count
        value, size = self._built.get(id(node), (None, 1))
        self._count += size
        if id(node) in self._open or self._count > _MOST_NODES:
            raise _Refused(line, "an alias that contains itself, or far too many values")
        if id(node) not in self._built:
            self._open.add(id(node))
            value = self._value(node, path, line)
            self._open.discard(id(node))
            self._built[id(node)] = (value, self._count - before)
        return value

    def _value(self, node: Any, path: Path, line: int) -> Any:
        if node.id == "scalar":
            if len(node.value) > _LONGEST:
                raise _Refused(line, f"a value of more than {_LONGEST:,} signs")
            return node.value
        if node.id == "sequence":
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.id != "scalar":
                raise _Refused(key_node.start_mark.line + self._first_line, "a key must be plain text")
            key = key_node.value
            if len(key) > _LONGEST_KEY:
                raise _Refused(key_node.start_mark.line + self._first_line, "a key that is far too long")
            if key in mapping:
                raise _Refused(key_node.start_mark.line + self._first_line, f"the key {key!r} stands here twice")
            mapping[key] = self.build(value_node, (*path, key))
            self._loaded.lines[(*path, key)] = key_node.start_mark.line + self._first_line
        return mapping


def edit_yaml(text: str, change: Callable[[Any], None]) -> str:
    """The YAML text after `change` was applied to its parsed form; comments, order and quoting stay."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    offset = 2 if indents_sequences(text) else 0
    yaml.indent(mapping=2, sequence=2 + offset, offset=offset)
    document = yaml.load(text)
    comments = text.rstrip("\n") + "\n" if document is None and text.strip() else ""
    document = CommentedMap() if document is None else document
    change(document)
    out = io.StringIO()
    yaml.dump(document, out)
    return comments + out.getvalue()


def indents_sequences(text: str) -> bool:
    """Whether the file writes `codes:` with its `- ` indented below it (as qualcode does) or flush."""
    previous = ""
    for line in text.split("\n"):
        if line.lstrip().startswith("- ") and previous.rstrip().endswith(":") and not previous.lstrip().startswith("#"):
            return len(line) - len(line.lstrip()) > len(previous) - len(previous.lstrip())
        if line.strip():
            previous = line
    return True
