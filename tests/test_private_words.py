"""Participants' words are in the project and in named outputs, nowhere else; and nothing reaches a network."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from builders import ROOT
from main_paths import MARKS

WATCHED = {
    "HOME": "home", "TMPDIR": "tmp", "TEMP": "tmp", "TMP": "tmp", "XDG_CACHE_HOME": "cache", "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run", "SQLITE_TMPDIR": "tmp",
}  # fmt: skip


def sources(folder):
    """A file of each kind that can be imported, with a marker in it."""
    from docx import Document

    folder.mkdir(parents=True)
    line = f"Mei: I ate {MARKS['text']}.\n"
    (folder / "one.txt").write_text(line)
    (folder / "two.txt").write_text(line + "Ling: Yes.\n", encoding="utf-16")
    (folder / "three.html").write_text(f"<html><body><p>{line}</p></body></html>")
    (folder / "four.rtf").write_text(r"{\rtf1 " + line + r"\par}")
    (folder / "five.vtt").write_text(f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mei>{MARKS['text']}\n")
    document = Document()
    document.add_paragraph(line.strip())
    document.save(str(folder / "six.docx"))


def went(top, *mischief):
    """What the main paths did in a process of their own, on a copy of the demonstration, and the folders that were watched."""
    shutil.copytree(
        ROOT / "projects" / "left-behind-children", top / "study", ignore=shutil.ignore_patterns(".qualcode")
    )
    sources(top / "out" / "sources")
    for name in set(WATCHED.values()):
        (top / "watched" / name).mkdir(parents=True)
    editor = top / "out" / "editor"
    editor.write_text('#!/bin/sh\ncp "$1" "$1~"\necho "More." >> "$1"\n')
    editor.chmod(0o755)
    environment = os.environ | {name: str(top / "watched" / place) for name, place in WATCHED.items()}
    environment |= {"QUALCODE_CODER": "reader", "EDITOR": str(editor), "VISUAL": "", "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [sys.executable, str(ROOT / "tests" / "main_paths.py"), str(top), *mischief]
    done = subprocess.run(
        argv,
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stderr, top / "watched"


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    return went(tmp_path_factory.mktemp("paths"), "short")


def held(path):
    """The bytes of a file, and of the files that are packed in it."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            data += b"".join(packed.read(name) for name in packed.namelist())
    return data


def marked(folder):
    """Files below a folder in which a marker stands in any encoding."""
    wanted = [
        mark.encode(encoding)
        for mark in MARKS.values()
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
    ]
    return [
        str(path.relative_to(folder)) for path in sorted(Path(folder).rglob("*"))
        if path.is_file() and any(mark in held(path) for mark in wanted)
    ]  # fmt: skip


def test_the_main_paths_were_gone(paths):
    answer, _, _ = paths
    assert answer["statuses"] == {}, answer["said"]
    assert answer["commands"] > 30
    assert answer["screens"] > 12
    assert answer["written"] > 100


def test_nothing_reached_for_a_network(paths):
    assert paths[0]["network"] == []


def test_no_file_was_opened_for_writing_but_in_the_project_and_for_named_outputs(paths):
    assert paths[0]["elsewhere"] == []


def test_nothing_lies_in_home_or_in_folders_for_temporary_files(paths):
    assert [str(path) for path in paths[2].rglob("*") if path.is_file()] == []


def test_what_is_said_beside_the_data_holds_no_words_of_participants(paths):
    answer, err, _ = paths
    assert answer["told"] == []
    assert [mark for mark in MARKS.values() if mark in err] == []


def test_the_words_are_where_they_belong(paths):
    top = paths[2].parent
    found = marked(top / "study")
    assert "transcripts/zhao-2009-06-08-long.md" in found
    assert {"matrix.xlsx", "segments.xlsx", "report.html"} <= set(marked(top / "out"))


def test_nothing_that_was_being_edited_is_left(paths):
    assert list((paths[2].parent / "study" / ".qualcode").rglob("text.*")) == []


@pytest.mark.parametrize(("mischief", "where"), [("connect", "network"), ("scribble", "elsewhere")])
def test_a_connection_or_a_file_elsewhere_would_be_noticed(tmp_path, mischief, where):
    code = (
        "import sys, os, json; sys.path.insert(0, 'tests'); import main_paths; from pathlib import Path\n"
        "main_paths.commands = lambda top, short: []\n"
        "async def none(study): return 0\n"
        "main_paths.screens = none\n"
        f"sys.argv = ['main_paths.py', {str(tmp_path)!r}, {mischief!r}]; main_paths.main()"
    )
    (tmp_path / "study").mkdir()
    (tmp_path / "tmp").mkdir()
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)[where] != []
