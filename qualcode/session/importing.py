"""Files from elsewhere, made ready to become documents. Nothing is written here; all are looked at before one is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualcode.core.codebook import slug
from qualcode.core.document import Body, is_date
from qualcode.errors import BadOption
from qualcode.exchange.sources import read_source
from qualcode.files.folder import ProjectFolder, check_name
from qualcode.files.transcripts import transcript_bytes


@dataclass(frozen=True)
class Planned:
    """A document about to be written: its id, transcript file and the file it comes from."""

    id: str
    data: bytes
    fields: Mapping[str, Any]
    source: bytes
    source_name: str
    guessed_encoding: str
    turns: int
    speakers: tuple[str, ...]
    words: int


def plan_import(folder: ProjectFolder, files: Sequence[Path], given: Mapping[str, str]) -> list[Planned]:
    """What importing these files would write. `given` holds case, kind, date and title, which win over front matter.

    Raises BadOption, BadFile.
    """
    if given.get("date"):
        _check_date(given["date"])
    if given.get("case"):
        check_name(given["case"], "case")
    if given.get("title") and len(files) > 1:
        raise BadOption("--title fits one file only.")
    planned = [_plan(folder, path, given) for path in files]
    ids = [item.id for item in planned]
    for item in planned:
        if ids.count(item.id) > 1:
            raise BadOption(f"Two of these files would become the document {item.id!r}; rename one of them.")
    return planned


def _plan(folder: ProjectFolder, path: Path, given: Mapping[str, str]) -> Planned:
    imported = read_source(path)
    document = check_name(slug(path.stem) or "document", "document")
    if folder.transcript(document).exists():
        raise BadOption(
            f"There is a document {document!r} already; rename {path.name} if it is another one. Nothing was imported."
        )
    body = Body(imported.body, imported.fields.get("speakers") or ())
    fields: dict[str, Any] = {"title": " ".join(path.stem.replace("_", " ").split())}
    fields |= {name: value for name, value in imported.fields.items() if value}
    fields |= {name: value for name, value in given.items() if value}
    try:
        check_name(str(fields.get("case") or "none"), "case")
    except BadOption as error:
        raise BadOption(f"{path.name}: {error}") from error
    labels = tuple(dict.fromkeys(turn.speaker for turn in body.turns if turn.speaker))
    words = sum(1 for _ in imported.body.split())
    return Planned(
        document, transcript_bytes(fields, imported.body), fields, path.read_bytes(), check_name(path.name, "source file"),
        imported.encoding, len(body.turns), labels, words,
    )  # fmt: skip


def _check_date(text: str) -> None:
    if not is_date(text):
        raise BadOption(f"{text!r} is not a date: write it as YYYY-MM-DD.")


def free_source_path(folder: ProjectFolder, name: str, data: bytes) -> Path:
    """Where to keep the file under sources/: under its own name, unless another file has it."""
    path, number = folder.sources / name, 2
    while path.exists() and path.read_bytes() != data:
        path = folder.sources / f"{Path(name).stem}-{number}{Path(name).suffix}"
        number += 1
    return path
