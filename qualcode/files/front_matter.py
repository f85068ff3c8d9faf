"""Single fields of a document's front matter set in place; every byte of the rest, the text below it included, stays."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from qualcode.core.text import normalise_newlines
from qualcode.errors import BadFile, Problem
from qualcode.files.text_files import FENCE, split_front_matter
from qualcode.files.yaml_text import edit_yaml, load_yaml

FIELDS = ("translation_of", "aligned", "recording", "duration")  # new ones are written in this order
_OTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]")  # line ends in YAML, letters like others here
_LINE_END = re.compile(r"\r\n|\r|\n")
Value = str | Sequence[str] | Mapping[str, str]


def matter_fields(data: bytes, names: Sequence[str], shown_as: str) -> dict[str, Any]:
    """These fields as the file has them; "" for those that it does not have. Raises BadFile."""
    loaded = _loaded(_parts(data, shown_as)[1], shown_as)
    return {name: loaded.get(name) or "" for name in names}


def set_matter(data: bytes, values: Mapping[str, Value], shown_as: str) -> bytes:
    """The transcript file with these fields set (empty ones taken away); a file without front matter gets one.

    Comments, order and the text below stay as they are. Raises BadFile where the front matter cannot be read.
    """
    mark, matter, body, newline = _parts(data, shown_as)
    for name, value in values.items():
        matter = _set(matter, name, value, shown_as)
    head = f"{FENCE}{matter}{FENCE}".replace("\n", newline).encode() if matter.strip() else b""
    return mark + head + body


def _parts(data: bytes, shown_as: str) -> tuple[bytes, str, bytes, str]:
    """Byte-order mark, front matter (with LF), the bytes below it, and the line end that the file uses."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    rest = data[len(mark) :]
    try:
        raw = rest.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadFile([Problem(shown_as, line, "not UTF-8 text", "save it as UTF-8")]) from error
    ends = _LINE_END.finditer(raw)
    newline = next((end[0] for end in _LINE_END.finditer(raw)), "\n")
    text = normalise_newlines(raw)
    matter, body = split_front_matter(text)
    if not text.startswith(FENCE) or (not matter and body == text):
        return mark, "", rest, newline
    lines = text.count("\n", 0, len(text) - len(body))
    start = next(islice(ends, lines - 1, None)).end() if body else len(raw)
    return mark, matter, raw[start:].encode(), newline


def _loaded(matter: str, shown_as: str) -> dict[str, Any]:
    loaded = load_yaml(matter, shown_as, first_line=2)
    if loaded.problems:
        raise BadFile(loaded.problems)
    if loaded.value in (None, ""):
        return {}
    if not isinstance(loaded.value, dict):
        raise BadFile([_refusal(shown_as)])
    return loaded.value


def _refusal(shown_as: str) -> Problem:
    return Problem(shown_as, 2, "the front matter is not a list of fields (name: value)", "mend it in a text editor")


def _set(matter: str, name: str, value: Value, shown_as: str) -> str:
    before = _loaded(matter, shown_as)
    wanted = {key: kept for key, kept in before.items() if key != name}
    if value:
        wanted[name] = _plain(value)
    for changed in (_by_lines(matter, name, value), _by_yaml(matter, name, value)):
        if changed is not None and _reads_as(changed, wanted, shown_as):
            return changed
    advice = f"set {name} in a text editor; nothing was written"
    raise BadFile([Problem(shown_as, 2, "the front matter is written in a way that cannot be changed safely", advice)])


def _reads_as(matter: str, wanted: Mapping[str, Any], shown_as: str) -> bool:
    loaded = load_yaml(matter, shown_as)
    return not loaded.problems and (loaded.value or {}) == wanted


def _by_lines(matter: str, name: str, value: Value) -> str | None:
    """The lines of this field alone replaced; None where a comment stands among them, or YAML counts lines otherwise."""
    if _OTHER_LINE_ENDS.search(matter):
        return None
    lines = [f"{line}\n" for line in matter.removesuffix("\n").split("\n")] if matter else []
    at = load_yaml(matter, "").lines
    starts = sorted(line - 1 for path, line in at.items() if len(path) == 1)
    first = at[(name,)] - 1 if (name,) in at else _place_of_new(name, at, lines)
    last = next((start for start in starts if start > first), len(lines)) if (name,) in at else first
    while last > first + 1 and _belongs_below(lines[last - 1]):
        last -= 1
    if any("#" in line for line in lines[first:last]):
        return None
    return "".join([*lines[:first], *([_line(name, value)] if value else []), *lines[last:]])


def _place_of_new(name: str, at: Mapping[tuple[str | int, ...], int], lines: Sequence[str]) -> int:
    """Before the first field that comes later in the order of FIELDS, so that what is taken away comes back to its place."""
    later = FIELDS[FIELDS.index(name) + 1 :] if name in FIELDS else ()
    place = min((at[(other,)] - 1 for other in later if (other,) in at), default=len(lines))
    while 0 < place < len(lines) and _belongs_below(lines[place - 1]):
        place -= 1
    return place


def _belongs_below(line: str) -> bool:
    """Whether the line is a comment on what comes after it."""
    return not line.strip() or line.startswith("#")


def _line(name: str, value: Value) -> str:
    import yaml

    if not isinstance(value, (str, Mapping)):
        return f"{name}: [" + ", ".join(f'"{item}"' for item in value) + "]\n"
    return str(yaml.safe_dump({name: _plain(value)}, allow_unicode=True, sort_keys=False, width=1_000_000))


def _plain(value: Value) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, str) else list(value)


def _by_yaml(matter: str, name: str, value: Value) -> str | None:
    def change(document: Any) -> None:
        if value:
            document[name] = _plain(value)
        else:
            document.pop(name, None)

    try:
        changed = edit_yaml(matter, change)
    except Exception:  # ruamel refuses some YAML (tags, duplicate anchors) by exceptions of many kinds
        return None
    return changed if changed.endswith("\n") or not changed else changed + "\n"
