"""Readers of what qualcode itself keeps: keys of pseudonyms, where they are, acts and rewritings under way, backups, conflicts, copies."""
# ruff: noqa: E501 (odd data is easier to read in rows)

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from hostile import BODY, sound_project

KEY = "names:\n  Mei Li:\n    pseudonym: Lan\n    variants: {Meimei: Lanlan, 梅: 兰}\n  Zhao: Wu\n"
PLAN = {"v": 1, "files": [{"path": "memos/m1.md", "from": "", "new": "00000", "old": "a" * 64, "size": 5}],
        "texts": {"d1": {"old": "x", "places": [[0, 5, "[redacted]"]]}}}  # fmt: skip
CONFLICT = "title: A\n<<<<<<< HEAD\ncodes: [{id: a, name: a}]\n||||||| base\ncodes: []\n=======\ncodes: [{id: b, name: b}]\n>>>>>>> theirs\n"
ENTRIES = ({"inode": 0}, {"makes": "transcripts/x.md", "hash": "0" * 64}, {"replaces": "codebook.yaml", "kept": ".before-1-codebook.yaml"},
           {"appends": "log/c1.jsonl", "lines": '{"v": 1, "id": "000000000000000001", "op": "note"}\n'}, {"put": True})  # fmt: skip


def _key(data: bytes, folder: Path) -> object:
    from qualcode.files.pseudonym_key import read_key

    path = folder / "pseudonyms.yaml"
    path.write_bytes(data)
    return read_key(path)


def _added_key(data: bytes, folder: Path) -> object:
    from qualcode.files.pseudonym_key import add_name

    path = folder / "pseudonyms.yaml"
    path.write_bytes(data)
    return add_name(path, "A study", "Ben", "Tom", {"Benny": "Tommy"})


def _key_places(data: bytes, folder: Path) -> object:
    from qualcode.files.folder import ProjectFolder
    from qualcode.files.pseudonym_key import place_of

    os.environ["XDG_CONFIG_HOME"] = str(folder)
    (folder / "qualcode").mkdir(exist_ok=True)
    (folder / "qualcode" / "pseudonyms.json").write_bytes(data)
    return place_of(ProjectFolder(folder))


def _project(folder: Path) -> Any:
    from qualcode.files.folder import ProjectFolder

    return ProjectFolder(folder / "p") if (folder / "p").exists() else sound_project(folder / "p")


def _act(data: bytes, folder: Path) -> object:
    from qualcode.files.after_a_crash import settle

    project = _project(folder)
    place = project.index_db.parent / "doing"
    place.mkdir(parents=True, exist_ok=True)
    note = place / "act-1.jsonl"
    note.touch()
    note.write_bytes(data.replace(b'"inode": 0', b'"inode": %d' % note.stat().st_ino))
    return settle(project)


def _plan(data: bytes, folder: Path) -> object:
    from qualcode.session.rewriting_staged import read_plan

    staged = folder / ".rewriting"
    staged.mkdir(exist_ok=True)
    (staged / "plan.json").write_bytes(data)
    return read_plan(folder, staged)


def _backup(data: bytes, folder: Path) -> object:
    from qualcode.session.restoring import verify

    path = folder / "b.qcbackup"
    path.write_bytes(data)
    return verify(path)


def _conflicts(data: bytes, folder: Path) -> object:
    from qualcode.files.text_files import read_text

    path = folder / "codebook.yaml"
    path.write_bytes(data)
    return read_text(path, "codebook.yaml")


def _attributes(data: bytes, folder: Path) -> object:
    from qualcode.cli.main import run

    project = _project(folder)
    (project.root / ".gitattributes").write_bytes(data)
    (project.root / ".gitignore").write_bytes(data)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return run(["check", "-p", str(project.root)])


def _phrase(data: bytes, folder: Path) -> object:
    from qualcode.cli.main import run

    project = _project(folder)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return run(["kwic", "-p", str(project.root), "--", data.decode("utf-8", "replace").replace("\0", "")])


def _made_backup() -> bytes:
    import tempfile

    from qualcode.cli.main import run

    with (
        tempfile.TemporaryDirectory(prefix="hostile-") as folder,
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
    ):
        project = sound_project(Path(folder) / "p")
        run(["backup", f"{folder}/b", "-p", str(project.root)])
        return next(path for path in Path(folder).iterdir() if path.is_file()).read_bytes()


def own_files() -> Mapping[str, tuple[Callable[[bytes, Path], object], list[bytes], int]]:
    """Each by name: how it is read, sound seeds, its share of the inputs."""
    act = "".join(json.dumps(entry) + "\n" for entry in ENTRIES).encode()
    return {
        "keys of pseudonyms": (_key, [KEY.encode()], 15),
        "keys of pseudonyms changed": (_added_key, [KEY.encode()], 5),
        "places of keys": (_key_places, [b'{"/a": "/b/pseudonyms.yaml"}'], 10),
        "acts under way": (_act, [act], 10),
        "rewritings under way": (_plan, [json.dumps(PLAN).encode()], 10),
        "backups": (_backup, [_made_backup()], 10),
        "conflicts of git": (_conflicts, [CONFLICT.encode(), BODY.encode()], 20),
        "attributes of git": (_attributes, [b"codings/** merge=union\nlog/** merge=union\ntranscripts/** -text\n"], 1),
        "words looked for": (_phrase, [b"wait*", b'"I waited"', "妈妈 d?d".encode()], 2),
    }
