"""Memo files: front matter and text to a memo, and back without losing what people wrote beside it."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

from qualcode.core.codebook import slug
from qualcode.core.memo import FIELDS, About, Memo
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.files.folder import ProjectFolder
from qualcode.files.names_elsewhere import folded, names_in, off_devices
from qualcode.files.text_files import FENCE, read_text, split_front_matter
from qualcode.files.yaml_text import edit_yaml, load_yaml

_LONGEST_NAME = 60


class ReadMemo(NamedTuple):
    """A memo as read, its front matter as it stands there, and what did not fit."""

    memo: Memo
    matter: str
    problems: list[Problem]


def read_memo(path: Path, ident: str, shown_as: str) -> ReadMemo:
    """Read one memo. Fields that do not fit are left out and reported; the text loads in any case."""
    text, problems = read_text(path, shown_as)
    matter, body = split_front_matter(text)
    first_line = text.count("\n", 0, len(text) - len(body)) + 1
    fields, trouble = _fields(matter, shown_as)
    title = fields.pop("title", "") or _first_heading(body) or ident
    return ReadMemo(Memo(ident, title, text=body, first_line=first_line, **fields), matter, [*problems, *trouble])


def _fields(matter: str, shown_as: str) -> tuple[dict[str, Any], list[Problem]]:
    if not matter.strip():
        return {}, []
    from qualcode.files.schema import MemoModel, validate_fields

    model, problems = validate_fields(MemoModel, load_yaml(matter, shown_as, first_line=2), shown_as)
    if model is None:
        return {}, problems
    fields = {name: getattr(model, name) for name in FIELDS}
    return fields | {"about": About.of(model.about), "title": " ".join(model.title.split())}, problems


def _first_heading(body: str) -> str:
    """The first line of a memo that somebody wrote without front matter."""
    line = next((line for line in body[:2_000].split("\n") if line.strip()), "")
    return " ".join(line.strip("#* \t").split())[:80]


def memo_bytes(memo: Memo, matter: str = "") -> bytes:
    """A memo file. `matter` is the front matter to build on: only fields that changed are written into it, so that other
    fields, comments and order stay. Raises BadFile where it is not YAML, BadOption for text that is none."""
    matter = _edited(matter, memo) if matter.strip() else plain_matter(memo)
    text = memo.text if not memo.text or memo.text.endswith("\n") else memo.text + "\n"
    try:
        return f"{FENCE}{matter}{FENCE}{text}".encode()
    except UnicodeEncodeError as error:
        raise BadOption(
            "This text holds half a character (a lone surrogate) and cannot be kept. Type it anew."
        ) from error


def plain_matter(memo: Memo) -> str:
    """Front matter with nothing in it but the memo's own fields."""
    import yaml

    about = memo.about.data
    shown = about if isinstance(about, str) else _Inline(about)
    values = {"title": memo.title, "about": shown, "kind": memo.kind, "date": memo.date, "author": memo.author}
    dumper: Any = type("Dumper", (yaml.SafeDumper,), {})
    dumper.add_representer(
        _Inline, lambda self, data: self.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
    )
    text: str = yaml.dump(
        {name: value for name, value in values.items() if value}, Dumper=dumper, allow_unicode=True, sort_keys=False,
        width=4096,
    )  # fmt: skip
    return text.replace(f"date: '{memo.date}'", f"date: {memo.date}") if memo.date else text


class _Inline(dict[str, str]):
    """Written as {case: liang, code: longing}."""


def _edited(matter: str, memo: Memo) -> str:
    loaded = load_yaml(matter, f"memos/{memo.id}.md", first_line=2)
    if loaded.problems or not isinstance(loaded.value, dict):
        raise BadFile(loaded.problems or [Problem(f"memos/{memo.id}.md", 2, "the front matter is not a list of fields",
                                                  "mend it in a text editor; nothing was written")])  # fmt: skip
    now, _ = _fields(matter, "")

    def change(document: Any) -> None:
        for name in FIELDS:
            value = memo.about.data if name == "about" else getattr(memo, name)
            if (name == "about" and now.get("about") == memo.about) or value == now.get(name, ""):
                continue
            if value:
                document[name] = value
            else:
                document.pop(name, None)

    try:
        changed = edit_yaml(matter, change)
    except Exception as error:  # ruamel refuses some YAML (a 30th of February, tags) by exceptions of many kinds
        message, advice = "the front matter cannot be changed safely", "mend it in a text editor; nothing was written"
        raise BadFile([Problem(f"memos/{memo.id}.md", 2, message, advice)]) from error
    return changed if changed.endswith("\n") else changed + "\n"


def free_memo_id(folder: ProjectFolder, title: str) -> str:
    """An id for a new memo: its title as letters, digits and hyphens, numbered where a memo has that name already."""
    name, parts = slug(title) or "memo", ""
    for word in name.split("-"):
        if len(f"{parts}-{word}".encode()) > _LONGEST_NAME and parts:
            break
        parts = f"{parts}-{word}" if parts else word
    base = off_devices(unicodedata.normalize("NFC", parts.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")), "memo")
    ident, number = base, 2
    there = set(map(folded, names_in(folder.memos)))
    while folded(f"{ident}.md") in there or folder.memo(ident).exists():
        ident, number = f"{base}-{number}", number + 1
    return ident
