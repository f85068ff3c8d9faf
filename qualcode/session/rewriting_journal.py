"""A rewriting carried out so that a kill at any moment loses nothing, and whoever comes next completes it.

All new files are first written to `.rewriting.part/`, which then becomes `.rewriting/`: from then on the rewriting counts. Each
file is put in its place, or taken away; at last the folder goes. Its plan holds no removed words: hashes of the old files,
and where in the old texts something was replaced, so that what others append in between can follow.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from qualcode.core.anchors import make_anchor
from qualcode.core.events import Event
from qualcode.core.rewriting import Replacing, Rewriting
from qualcode.errors import CannotSave
from qualcode.files.event_rewriting import lines_in, rewritten_lines
from qualcode.files.folder import ProjectFolder
from qualcode.files.modes import make_folder
from qualcode.files.saving import cannot_save, locked, locked_folder, replace_file
from qualcode.files.text_files import read_body
from qualcode.index.forgetting import forget_index
from qualcode.session.rewriting_plan import FileChange
from qualcode.session.rewriting_staged import (
    PART,
    PLAN,
    STAGED,
    bytes_there,
    clear_part,
    is_plain,
    is_staged,
    read_plan,
    staged_bytes,
)


def is_under_way(folder: ProjectFolder) -> bool:
    """Whether a rewriting of this project was begun and is not complete, or left something behind."""
    return any((folder.root / name).is_dir() for name in (STAGED, PART))


def finish_rewriting(folder: ProjectFolder) -> None:
    """Complete a rewriting that was cut off, as by a power cut; nothing where there is none. Raises CannotSave, BadFile."""
    if is_under_way(folder):
        left = complete(folder)
        if left:
            raise CannotSave(
                f"A rewriting that had been cut off was completed, save for files that were changed since: {', '.join(left)}. "
                "Look for words in them that were to go, and do it again."
            )


@contextmanager
def all_alone(folder: ProjectFolder) -> Iterator[None]:
    """Hold the folders of all coders, then the project's: nobody codes or changes anything meanwhile."""
    with ExitStack() as held:
        for path in sorted(path for path in folder.codings.glob("*") if path.is_dir()):
            held.enter_context(locked_folder(path))
        held.enter_context(locked_folder(folder.root))
        yield


def stage(folder: ProjectFolder, changes: Sequence[FileChange], texts: Mapping[str, Rewriting]) -> None:
    """Write all that is going to be, durably; when this returns the rewriting is decided. Raises CannotSave."""
    part = folder.root / PART
    try:
        clear_part(part)
        make_folder(part)
        listed = []
        for number, change in enumerate(changes):
            name = f"{number:05}" if change.new is not None else ""
            if change.new is not None:
                replace_file(part / name, change.new)
            listed.append({
                "path": change.relative, "from": change.moved_from, "new": name, "old": _digest(change.old),
                "size": len(change.old),
            })  # fmt: skip
        replaced = {
            document: {"old": _hash_of(text.old), "places": [list(each) for each in text.replaced]}
            for document, text in texts.items()
        }
        plan = {"v": 1, "files": listed, "texts": replaced}
        replace_file(part / PLAN, json.dumps(plan, ensure_ascii=False).encode())
        os.rename(part, folder.root / STAGED)
        _flush(folder.root)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise cannot_save(part, error) from error


def complete(folder: ProjectFolder) -> list[str]:
    """Carry out what was decided, from wherever it stopped; files that somebody changed by hand meanwhile, which are left as
    they are. Raises CannotSave, BadFile."""
    staged = folder.root / STAGED
    with all_alone(folder):
        clear_part(folder.root / PART)
        if not is_staged(staged):
            return []
        plan = read_plan(folder.root, staged)
        left = [name for entry in plan["files"] if (name := _put(folder, staged, entry, plan["texts"]))]
        _follow_appended(folder, plan["texts"])
        forget_index(folder)
        try:
            os.rename(staged, folder.root / PART)  # whole, or not at all: without its plan it could not be completed
            _flush(folder.root)
        except OSError as error:
            raise cannot_save(staged, error) from error
        shutil.rmtree(folder.root / PART, ignore_errors=True)
    return left


def _put(folder: ProjectFolder, staged: Path, entry: Mapping[str, Any], texts: Mapping[str, Any]) -> str:
    """Put one file in its place; its name where it is neither what it was nor what it shall be."""
    path = folder.root / entry["path"]
    try:
        if not entry["new"]:
            path.unlink(missing_ok=True)
            _without_empty_folder(folder, path.parent)
            _flush(path.parent if path.parent.exists() else folder.root)
            return ""
        new = staged_bytes(staged, entry["new"])
        was = folder.root / entry["from"] if entry["from"] else path
        if was.suffix == ".jsonl" and is_plain(was):
            with open(was, "rb") as file, locked(file.fileno()):  # whoever appends waits, then finds the new file
                return _replaced(folder, was, path, new, entry, texts)
        return _replaced(folder, was, path, new, entry, texts)
    except OSError as error:
        raise cannot_save(path, error) from error


def _replaced(
    folder: ProjectFolder, was: Path, path: Path, new: bytes, entry: Mapping[str, Any], texts: Mapping[str, Any]
) -> str:
    if was != path and not was.exists():  # it was moved before the kill
        return ""
    data = bytes_there(was)
    events, size = path.suffix == ".jsonl", entry["size"]
    if was != path:
        if _digest(data[:size]) != entry["old"]:
            return str(entry["from"])
        replace_file(path, new + (_followed(folder, data[size:], texts) if events else b""), make_folder=True)
        was.unlink()
        _flush(was.parent)
        return ""
    if data == new or (events and new and data.startswith(new)):
        return ""
    if _digest(data[:size]) != entry["old"] or (len(data) > size and not events):
        return str(entry["path"])
    replace_file(path, new + _followed(folder, data[size:], texts), make_folder=True)
    return ""


def _without_empty_folder(folder: ProjectFolder, path: Path) -> None:
    if path != folder.root and path.parent != folder.root and not any(path.iterdir()):
        path.rmdir()


def _follow_appended(folder: ProjectFolder, texts: Mapping[str, Any]) -> None:
    """Codings that others appended to rewritten files, made on the old texts."""
    old = {text["old"] for text in texts.values()}
    for document in texts:
        for path in folder.codings.glob("*/*.jsonl"):
            if path.stem.startswith(document) and is_plain(path):
                with open(path, "rb") as file, locked(file.fileno()):
                    data = file.read()
                    new = _followed(folder, data, texts) if any(digest.encode() in data for digest in old) else data
                    if new != data:
                        replace_file(path, new)


def _followed(folder: ProjectFolder, data: bytes, texts: Mapping[str, Any]) -> bytes:
    """Event lines whose anchors, where made on a text as it was before, stand on the rewritten one."""
    if not data:
        return data
    by_hash = {text["old"]: (document, text["places"]) for document, text in texts.items()}

    def one(event: Event) -> Event:
        if event.op not in ("apply", "move") or event.body not in by_hash:
            return event
        document, places = by_hash[event.body]
        return _on_new_text(event, read_body(folder.transcript(document)), [Replacing(*place) for place in places])

    return rewritten_lines(lines_in(data), one, keep_torn=True)


def _on_new_text(event: Event, body: str, places: Sequence[Replacing]) -> Event:
    from dataclasses import replace

    length = len(body) - sum(len(new) - (end - start) for start, end, new in places)
    if event.end > length or (places and places[-1].end > length):
        return event
    start, end = Rewriting("\0" * length, places).span(event.start, event.end)
    anchor = make_anchor(body, _hash_of(body), start, end)
    return replace(
        event, start=start, end=end, quote=anchor.quote, body=anchor.body, prefix=anchor.prefix, suffix=anchor.suffix
    )


def _hash_of(text: str) -> str:
    from qualcode.core.text import body_hash

    return body_hash(text)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _flush(path: Path) -> None:
    from qualcode.files.saving import sync_folder

    sync_folder(path)
