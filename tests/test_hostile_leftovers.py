"""What a stranger's project pretends to have been left half done: nothing from elsewhere is brought in by it, and nothing there emptied."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing

import pytest
from hostile import outside, sound_project
from hostile_paths import went
from screens import at_most

from qualcode.errors import BadFile
from qualcode.files.pseudonym_key import add_name

CODE = ["code", "d1", "longing", "--quote", "Fine."]
REDACT = ["redact", "d1", "--span", "18:23", "--yes"]


@pytest.fixture
def project(tmp_path):
    return sound_project(tmp_path / "p")


def stage(project, files=(), texts=None):
    """A rewriting that was cut off, as far as its plan says."""
    folder = project.root / ".rewriting"
    folder.mkdir()
    (folder / "plan.json").write_text(json.dumps({"v": 1, "files": list(files), "texts": texts or {}}))
    return folder


def entry(project, new="00000", **fields):
    old = project.memo("m1").read_bytes()
    given = {"path": "memos/m1.md", "from": "", "new": new, "old": hashlib.sha256(old).hexdigest(), "size": len(old)}
    return given | fields


@pytest.mark.parametrize("name", ["index.db", ""], ids=["the file", "its folder"])
def test_redacting_empties_no_database_to_which_the_index_is_a_link(project, name):
    away = outside(project)
    with closing(sqlite3.connect(away / "index.db")) as db, db:
        db.execute("CREATE TABLE mine AS SELECT 1 AS x")
    place = project.index_db if name else project.index_db.parent
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(away / name)
    assert went(project.root, REDACT)[:2] == (REDACT, 0)
    with closing(sqlite3.connect(away / "index.db")) as db:
        assert db.execute("SELECT x FROM mine").fetchall() == [(1,)]


def test_a_file_from_elsewhere_is_not_brought_in_as_what_a_rewriting_left(project):
    (stage(project, [entry(project)]) / "00000").symlink_to(outside(project) / "secret.md")
    before = project.memo("m1").read_bytes()
    found = went(project.root, CODE)
    assert (found.status, found.trouble) == (2, "")
    assert ".rewriting/00000: is a link" in found.err
    assert project.memo("m1").read_bytes() == before


def test_a_link_in_the_place_of_a_rewriting_is_refused(project):
    (project.root / ".rewriting").symlink_to(outside(project))
    assert ".rewriting: is a link" in went(project.root, CODE).err


def test_pipes_among_the_files_of_a_rewriting_stop_nothing(project):
    stage(project, texts={"x": {"old": "x", "places": [[0, 1, ""]]}})
    os.mkfifo(project.codings / "anna" / "x.jsonl")
    with at_most(5):
        assert went(project.root, CODE).trouble == ""


@pytest.mark.parametrize(
    "places", [[[-5, 3, "y"]], [[5, 5, ""]], [[4, 6, ""], [3, 8, ""]], [[0, 1, "\ud800"]], [[0, 1, 2]], [[0, 10**9, ""]]], ids=str
)  # fmt: skip
def test_places_that_are_none_are_refused_or_passed_over(project, places):
    old = json.loads(project.coding_file("anna", "d1").read_text().splitlines()[0])["body"]
    stage(project, texts={"d1": {"old": old, "places": places}})
    assert went(project.root, CODE).trouble == ""


@pytest.mark.parametrize("path", [".git/config", ".GIT/config", "../victim", "", ".rewriting/plan.json", "a\0b"])
def test_a_plan_reaches_only_files_of_the_project(project, path):
    stage(project, [entry(project, path=path, new="")])
    found = went(project.root, CODE)
    assert (found.status, found.trouble) == (2, "")
    assert "is no plan" in found.err


@pytest.mark.parametrize("text", ["a: {b", "- x\n", "names: [x]\n", "names:\n  A: B\n x: : y\n"], ids=repr)
def test_a_key_that_cannot_be_read_is_not_added_to_and_its_trouble_is_told(tmp_path, text):
    key = tmp_path / "key.yaml"
    key.write_text(text)
    with pytest.raises(BadFile, match=r"key\.yaml"):
        add_name(key, "A study", "Ben", "Tom", {})
    assert key.read_text() == text
