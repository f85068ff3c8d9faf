"""Changes to state files (codebook.yaml, project.yaml, transcripts): made, taken back and made again by one rule.

A `change` event in log/<coder>.jsonl has the state of one thing before and after; None is "not there".
`put` brings things from one logged state into another, `refuse` says why that would harm what stands on them by now.
Kinds of things: code (codebook.yaml); case, participant, attribute, a case's with its type, and filter (project.yaml); document
(transcripts/), text, its body, and matter, fields of its front matter; memo (memos/). `milestone` and `codebook` (the
codebook as it was first seen) are only noted in the log and have no file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.core.how_many import how_many
from qualcode.errors import BadFile, CannotUndo
from qualcode.files.project_files import (
    change_codebook,
    change_project,
)
from qualcode.files.project_states import SECTIONS
from qualcode.files.saving import remove_file, replace_file
from qualcode.files.transcripts import transcript_bytes
from qualcode.index.index import Index
from qualcode.index.text_rows import forget_older_text, forget_text
from qualcode.session.importing import body_from
from qualcode.session.matter_states import put_matter
from qualcode.session.memo_states import put_memos
from qualcode.session.text_states import put_texts


def put(index: Index, what: str, steps: Sequence[Step], *, book_known: bool = False) -> None:
    """Bring things of one kind into other states on disk. Raises CannotUndo, CannotSave, BadFile, BadOption.

    `book_known`: codebook.yaml holds what the index has, though its entry changed since, as when it got a second name.
    """
    if what == "code":
        _put_codes(index, steps, book_known)
    elif what in _KINDS:
        _KINDS[what][0](index, steps)


def refuse(index: Index, what: str, key: str, going: set[str]) -> None:
    """Raise CannotUndo where taking the thing away would orphan what stands on it by now.

    `going` holds what goes in the same step, which therefore does not count: ids of codings, documents and codes.
    """
    if what in _KINDS:
        _KINDS[what][1](index, key, going)


def state_file(index: Index, what: str, key: str) -> Path | None:
    """The file that holds the state of such a thing; None where only the log does."""
    folder = index.folder
    if what in ("document", "text", "matter"):
        return folder.transcript(key)
    if what == "memo":
        return folder.memo(key)
    if what in SECTIONS:
        return folder.project_yaml
    return folder.codebook_yaml if what == "code" else None


def _put_codes(index: Index, steps: Sequence[Step], known: bool = False) -> None:
    path = index.folder.codebook_yaml
    if index.is_read(path) and (problems := index.problems(path.name)):
        raise BadFile(problems)
    book = index.codebook if known or index.is_fresh(path) else None
    index.absorb_codebook(change_codebook(path, steps, book))


def _refuse_code(index: Index, key: str, going: set[str]) -> None:
    book = index.codebook
    if key not in book:
        raise CannotUndo(f"The code {key!r} is not in the codebook any more; nothing was undone.")
    used = _others(index, "code", key, going)
    below = sum(child.id not in going for child in book.children.get(key, ()))
    if used or below:
        raise CannotUndo(
            f"The code {book.path(key)!r} is in use by now ({used} codings, {below} sub-codes): "
            "taking back its creation would orphan them."
        )


def _put_in_project(what: str) -> Callable[[Index, Sequence[Step]], None]:
    return lambda index, steps: change_project(index.folder.project_yaml, what, steps)


def _refuse_case(index: Index, key: str, going: set[str]) -> None:
    documents = {document for (document,) in index.rows("SELECT id FROM document WHERE kase = ?", [key])}
    if documents - going:
        raise CannotUndo(f"Documents belong to the case {key!r} by now: taking back its creation would orphan them.")
    people = {person.id for person in index.project.participants if person.case == key}
    if {f"participant {person}" for person in people} - going:
        raise CannotUndo(f"Participants belong to the case {key!r} by now: taking back its creation would orphan them.")


def _refuse_participant(index: Index, key: str, going: set[str]) -> None:
    speakers = index.rows("SELECT id, speakers FROM document")
    documents = {document for document, mapping in speakers if key in json.loads(mapping).values()}
    if documents - going:
        raise CannotUndo(
            f"Documents name the participant {key!r} by now: taking back their creation would orphan that."
        )


def _put_documents(index: Index, steps: Sequence[Step]) -> None:
    for step in steps:
        _put_document(index, step.key, step.after)


def _put_document(index: Index, key: str, value: Any) -> None:
    path = index.folder.transcript(key)
    if value is not None and path.exists() and file_hash(path.read_bytes()) == value["hash"]:
        forget_older_text(index, key)  # an import has just written it
        return
    forget_text(index, key)
    if value is None:
        remove_file(path)
        return
    body = body_from(index.folder.root / value["source"], value.get("how") or {})
    data = transcript_bytes(value["fields"], body)
    if file_hash(data) != value["hash"]:
        raise CannotUndo(f"{value['source']} is not what was imported then; the document cannot be made again from it.")
    replace_file(path, data, make_folder=True)


def _refuse_document(index: Index, key: str, going: set[str]) -> None:
    path = index.folder.transcript(key)
    used = _others(index, "document", key, going)
    if used:
        codings = how_many(used, "coding")
        raise CannotUndo(f"Document {key!r} has {codings} by now, which would be orphaned by taking back its import.")
    logged = index.value(
        """SELECT "after" FROM event WHERE what = 'document' AND "key" = ? ORDER BY id DESC LIMIT 1""", [key]
    )
    if path.exists() and file_hash(path.read_bytes()) not in (logged or ""):
        raise CannotUndo(f"Document {key!r} was changed since its import, so the import is not taken back.")


def _others(index: Index, column: str, key: str, going: set[str]) -> int:
    """How many codings of a code or document are not taken away in the same go."""
    column = "made_code" if column == "code" else column
    return sum(ident not in going for (ident,) in index.rows(f"SELECT id FROM coding_row WHERE {column} = ?", [key]))


def file_hash(data: bytes) -> str:
    """SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


_KINDS: dict[str, tuple[Callable[[Index, Sequence[Step]], None], Callable[[Index, str, set[str]], None]]] = {
    "code": (_put_codes, _refuse_code),
    "case": (_put_in_project("case"), _refuse_case),
    "participant": (_put_in_project("participant"), _refuse_participant),
    "attribute": (_put_in_project("attribute"), lambda index, key, going: None),  # values stay readable without a type
    "filter": (_put_in_project("filter"), lambda index, key, going: None),
    "document": (_put_documents, _refuse_document),
    "matter": (put_matter, lambda index, key, going: None),
    "text": (put_texts, lambda index, key, going: None),  # codings are carried along, whichever way the text goes
    "memo": (put_memos, lambda index, key, going: None),  # nothing stands on a memo
}
