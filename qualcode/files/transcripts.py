"""Transcript files: front matter and body to a document, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qualcode.core.document import Body, DocumentInfo
from qualcode.errors import Problem
from qualcode.files.text_files import FENCE, read_text, split_front_matter
from qualcode.files.yaml_text import load_yaml

_FIELDS = (
    "title", "case", "kind", "date", "language", "translation_of", "provenance", "speakers", "attributes", "aligned",
    "recording", "duration",
)  # fmt: skip


@dataclass(frozen=True)
class Transcript:
    """A document as read: what its front matter says, its body, and the file's line on which the body begins."""

    info: DocumentInfo
    body: Body
    first_line: int
    problems: list[Problem]


def read_transcript(path: Path, document: str, shown_as: str) -> Transcript:
    """Read one transcript. With broken front matter the text still loads, under the document's id as title;
    a single field that does not fit is left out and reported."""
    text, problems = read_text(path, shown_as)
    matter, body_text = split_front_matter(text)
    info, trouble = _info(matter, document, shown_as)
    first_line = text.count("\n", 0, len(text) - len(body_text)) + 1
    return Transcript(info, Body(body_text, info.speakers), first_line, [*problems, *trouble])


def _info(matter: str, document: str, shown_as: str) -> tuple[DocumentInfo, list[Problem]]:
    fallback = DocumentInfo(document, document)
    if not matter.strip():
        return fallback, []
    from qualcode.files.schema import FrontMatterModel, validate_fields

    loaded = load_yaml(matter, shown_as, first_line=2)
    model, problems = validate_fields(FrontMatterModel, loaded, shown_as)
    if model is None:
        return fallback, problems
    values = {name: getattr(model, name) for name in _FIELDS}
    return DocumentInfo(id=document, **(values | {"title": model.title or document})), problems


def transcript_bytes(fields: Mapping[str, object], body: str) -> bytes:
    """A transcript file: front matter without empty fields, then the body."""
    import yaml

    matter = yaml.safe_dump(
        {name: value for name, value in fields.items() if value}, allow_unicode=True, sort_keys=False, width=4096
    )
    return f"{FENCE}{matter}{FENCE}{body}".encode()
