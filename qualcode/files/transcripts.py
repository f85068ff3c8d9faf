"""Transcript files: front matter and body to a document, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qualcode.core.document import Body, DocumentInfo
from qualcode.errors import Problem
from qualcode.files.project_files import read_text
from qualcode.files.yaml_text import load_yaml

_FENCE = "---\n"
_FIELDS = ("title", "case", "kind", "date", "language", "translation_of", "provenance", "speakers", "attributes")


@dataclass(frozen=True)
class Transcript:
    """A document as read: what its front matter says, its body, and the file's line on which the body begins."""

    info: DocumentInfo
    body: Body
    first_line: int
    problems: list[Problem]


def split_front_matter(text: str) -> tuple[str, str]:
    """The YAML between the two `---` lines ("" where there is none) and the body after them."""
    if not text.startswith(_FENCE):
        return "", text
    end = text.find("\n" + _FENCE, len(_FENCE) - 1)
    if end < 0 and text.endswith("\n---"):
        return text[len(_FENCE) : -3], ""
    if end < 0:
        return "", text
    return text[len(_FENCE) : end + 1], text[end + 1 + len(_FENCE) :]


def read_body(path: Path) -> str:
    """The body alone, without looking at the front matter; "" where the file cannot be read."""
    return split_front_matter(read_text(path, path.name)[0])[1]


def read_transcript(path: Path, document: str, shown_as: str) -> Transcript:
    """Read one transcript. With broken front matter the text still loads, under the document's id as title."""
    text, problems = read_text(path, shown_as)
    matter, body_text = split_front_matter(text)
    info, trouble = _info(matter, document, shown_as)
    first_line = text.count("\n", 0, len(text) - len(body_text)) + 1
    return Transcript(info, Body(body_text, info.speakers), first_line, [*problems, *trouble])


def _info(matter: str, document: str, shown_as: str) -> tuple[DocumentInfo, list[Problem]]:
    fallback = DocumentInfo(document, document)
    if not matter.strip():
        return fallback, []
    from qualcode.files.schema import FrontMatterModel, validate

    loaded = load_yaml(matter, shown_as, first_line=2)
    model, problems = validate(FrontMatterModel, loaded, shown_as)
    if model is None:
        return fallback, problems
    values = {name: getattr(model, name) for name in _FIELDS}
    return DocumentInfo(id=document, **(values | {"title": model.title or document})), []


def transcript_bytes(fields: Mapping[str, object], body: str) -> bytes:
    """A transcript file: front matter without empty fields, then the body."""
    import yaml

    matter = yaml.safe_dump(
        {name: value for name, value in fields.items() if value}, allow_unicode=True, sort_keys=False, width=4096
    )
    return f"{_FENCE}{matter}{_FENCE}{body}".encode()
