"""What an export was made from, so that it can be made again: a JSON file beside it.

Format 1 has, in this order: `manifest` (1), `qualcode` (its version), `command` and `options` (as given; no folders), `output` (name
and SHA-256), `counts`, `project` (SHA-256 of project.yaml and codebook.yaml), `transcripts` (hash of each text, as in the events),
`events` and `memos` (SHA-256 of each file; for an anonymous report one over all, since the files go by their coders' names). Nothing
in it depends on the clock, the machine or who runs it: the same project and command give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any

from qualcode import __version__
from qualcode.analysis.table import Table
from qualcode.files.folder import ProjectFolder, event_files, memo_files
from qualcode.index.index import Index

FORMAT = 1


def manifest(
    index: Index, command: str, options: Mapping[str, Any], output: str, sha256: str, counts: Mapping[str, int]
) -> dict[str, Any]:
    """The manifest of an output: its file's name ("" for standard output) and the hash of its bytes."""
    folder = index.folder
    named = _as_one if options.get("anonymous") else dict
    return {
        "manifest": FORMAT,
        "qualcode": __version__,
        "command": command,
        "options": {name: _without_folder(value) for name, value in sorted(options.items())},
        "output": {"file": PurePath(output).name, "sha256": sha256},
        "counts": dict(counts),
        "project": _hashes(folder, [folder.project_yaml, folder.codebook_yaml]),
        "transcripts": dict(index.rows("SELECT id, hash FROM document ORDER BY id")),
        "events": named(_hashes(folder, [Path(file.path) for file in event_files(folder)])),
        "memos": named(_hashes(folder, [Path(file.path) for file in memo_files(folder)])),
    }


def manifest_bytes(made: Mapping[str, Any]) -> bytes:
    """The manifest as a file."""
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def counts_of(table: Table) -> dict[str, int]:
    """How many rows a table has, and how many codings in how many documents stand behind it, where it tells."""
    counts = {"rows": len(table)}
    source = table.quotes(None, None) if hasattr(table, "all_quotes") and hasattr(table, "quotes") else table
    for count, column in (("codings", "coding_id"), ("documents", "document")):
        if column in source.columns:
            at = source.columns.index(column)
            counts[count] = len({row[at] for row in source.plain_rows})
    return counts


def _hashes(folder: ProjectFolder, files: Iterable[Path]) -> dict[str, str]:
    return {folder.relative(path): _sha256(path) for path in files if path.exists()}


def _as_one(hashes: Mapping[str, str]) -> dict[str, str]:
    """One hash of them all, which names no file."""
    return {"all": hashlib.sha256("\n".join(sorted(hashes.values())).encode()).hexdigest()}


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _without_folder(value: Any) -> Any:
    """A file elsewhere goes by its name: where somebody keeps it is nobody's business."""
    return PurePath(value).name if isinstance(value, str) and PurePath(value).is_absolute() else value
