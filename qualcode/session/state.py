"""Changes to state files (codebook.yaml, project.yaml, transcripts): made, taken back and made again by one rule.

A `change` event in log/<coder>.jsonl has the state of one thing before and after; None is "not there".
`put` brings a thing into a logged state, `refuse` says why that would harm what stands on it by now.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qualcode.core.codebook import Code
from qualcode.errors import CannotUndo
from qualcode.exchange.texts import read_source
from qualcode.files.project_files import (
    add_case_to_yaml,
    add_code_to_yaml,
    remove_case_from_yaml,
    remove_code_from_yaml,
)
from qualcode.files.saving import cannot_save, replace_file
from qualcode.files.transcripts import transcript_bytes
from qualcode.index.index import Index


def put(index: Index, what: str, key: str, value: Any) -> None:
    """Bring the code, case or document `key` into the state `value` on disk. Raises CannotUndo, CannotSave, BadFile."""
    _KINDS[what][0](index, key, value)


def refuse(index: Index, what: str, key: str, going: set[str]) -> None:
    """Raise CannotUndo where taking the thing away would orphan what stands on it by now.

    `going` holds what goes in the same step, which therefore does not count: ids of codings and of documents.
    """
    _KINDS[what][1](index, key, going)


@contextmanager
def as_it_was_on_failure(path: Path) -> Iterator[None]:
    """Put the file back as it was if the block fails; needs no room on the disk, which may be full.

    The old file is kept under a second name meanwhile: files are replaced, never written over.
    """
    backup = path.with_name(f".before-{path.name}")
    try:
        backup.unlink(missing_ok=True)
        existed = path.exists()
        if existed:
            os.link(path, backup)
    except OSError as error:
        raise cannot_save(path, error) from error
    try:
        yield
    except BaseException:
        if existed:
            os.replace(backup, path)
        else:
            path.unlink(missing_ok=True)
        raise
    finally:
        backup.unlink(missing_ok=True)


def state_file(index: Index, what: str, key: str) -> Path:
    """The file that holds the state of such a thing."""
    folder = index.folder
    return {"code": folder.codebook_yaml, "case": folder.project_yaml}.get(what) or folder.transcript(key)


def _put_code(index: Index, key: str, value: Any) -> None:
    path = index.folder.codebook_yaml
    if value is None:
        remove_code_from_yaml(path, key)
        return
    data = dict(value)
    parent = data.pop("parent", "")
    add_code_to_yaml(path, Code(parent=parent if parent in index.codebook else "", **data))


def _refuse_code(index: Index, key: str, going: set[str]) -> None:
    book = index.codebook
    if key not in book:
        raise CannotUndo(f"The code {key!r} is not in the codebook any more; nothing was undone.")
    used = _others(index, "code", key, going)
    below = len(book.children.get(key, ()))
    if used or below:
        raise CannotUndo(
            f"The code {book.path(key)!r} is in use by now ({used} codings, {below} sub-codes): "
            "taking back its creation would orphan them."
        )


def _put_case(index: Index, key: str, value: Any) -> None:
    change = remove_case_from_yaml if value is None else add_case_to_yaml
    change(index.folder.project_yaml, key)


def _refuse_case(index: Index, key: str, going: set[str]) -> None:
    documents = {document for (document,) in index.rows("SELECT id FROM document WHERE kase = ?", [key])}
    if documents - going:
        raise CannotUndo(f"Documents belong to the case {key!r} by now: taking back its creation would orphan them.")


def _put_document(index: Index, key: str, value: Any) -> None:
    path = index.folder.transcript(key)
    if value is None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_save(path, error) from error
        return
    data = transcript_bytes(value["fields"], read_source(index.folder.root / value["source"]).body)
    if file_hash(data) != value["hash"]:
        raise CannotUndo(f"{value['source']} is not what was imported then; the document cannot be made again from it.")
    replace_file(path, data, make_folder=True)


def _refuse_document(index: Index, key: str, going: set[str]) -> None:
    path = index.folder.transcript(key)
    used = _others(index, "document", key, going)
    if used:
        raise CannotUndo(f"Document {key!r} has {used} codings by now: taking back its import would orphan them.")
    logged = index.value(
        """SELECT "after" FROM event WHERE what = 'document' AND "key" = ? ORDER BY id DESC LIMIT 1""", [key]
    )
    if path.exists() and file_hash(path.read_bytes()) not in (logged or ""):
        raise CannotUndo(f"Document {key!r} was changed since its import, so the import is not taken back.")


def _others(index: Index, column: str, key: str, going: set[str]) -> int:
    """How many codings of a code or document are not taken away in the same go."""
    return sum(ident not in going for (ident,) in index.rows(f"SELECT id FROM coding WHERE {column} = ?", [key]))


def file_hash(data: bytes) -> str:
    """SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


_KINDS: dict[str, tuple[Callable[[Index, str, Any], None], Callable[[Index, str, set[str]], None]]] = {
    "code": (_put_code, _refuse_code),
    "case": (_put_case, _refuse_case),
    "document": (_put_document, _refuse_document),
}
