"""Every export can say what it was made from."""

import hashlib
import json
import shutil

import pytest
from builders import ROOT

from qualcode.cli.main import run


@pytest.fixture
def study(tmp_path, monkeypatch):
    folder = tmp_path / "study"
    demonstration = ROOT / "projects" / "left-behind-children"
    shutil.copytree(demonstration, folder, ignore=shutil.ignore_patterns(".qualcode"))
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    "words",
    ["documents", "cases", "participants", "codes", "search phone", "log --code longing", "milestones", "memos", "check",
     "codebook diff 2009-06-30 now", "codebook check", "translations", "filters", "speakers list zhao-2009-06-08-long",
     "framework list", "segments --code longing", "kwic phone"],
)  # fmt: skip
def test_a_list_writes_its_manifest_beside_it(study, words):
    run([*words.split(), "-o", "out.csv", "--manifest"])
    made = json.loads((study / "out.csv.manifest.json").read_text("utf-8"))
    assert made["output"]["sha256"] == hashlib.sha256((study / "out.csv").read_bytes()).hexdigest()
    assert made["command"].startswith("qualcode")
    assert len(made["transcripts"]) == 35


@pytest.mark.parametrize(
    "words", ["codebook export -o out.yaml", "codebook export -o out.docx", "memos -o out.docx", "memos -o out.md"]
)
def test_a_document_writes_its_manifest_beside_it(study, words):
    assert run([*words.split(), "--manifest"]) == 0
    out = study / words.split()[-1]
    made = json.loads((study / f"{out.name}.manifest.json").read_text("utf-8"))
    assert made["output"]["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()


def test_a_manifest_without_a_file_is_refused_before_anything_is_written(study, capsys):
    assert run(["documents", "--manifest"]) == 2
    said = capsys.readouterr()
    assert (said.out, "-o FILE" in said.err) == ("", True)


def test_a_manifest_that_has_nothing_to_tell_of_is_said(study, capsys):
    assert run(["milestone", "first draft", "--manifest", "m.json", "--coder", "c1"]) == 0
    assert "No manifest was written" in capsys.readouterr().err
    assert not (study / "m.json").exists()
