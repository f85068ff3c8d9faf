"""`qualcode cases ...` and `qualcode participants ...` on the command line."""

import json

import pytest
from builders import make_project

from qualcode.cli.main import run


@pytest.fixture
def study(tmp_path, monkeypatch):
    project = make_project(
        tmp_path / "study",
        {"d1": "---\ncase: liang\n---\nMei: Hi\n"},
        cases={"liang": {"age": "14"}},
        attributes={"age": "integer"},
    )
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    (project.root.parent / "cases.csv").write_text("case,age,town\nliang,15,\nwang,9,Long\x1b[31m\n", "utf-8")
    return project


def test_the_list_is_as_it_was(study, said):
    assert "liang" in said("cases")[1]
    assert said("cases", "-f", "csv")[1].splitlines()[0] == "case,name,documents,segments,codes,age"
    assert json.loads(said("cases", "-f", "json")[1])[0]["age"] == 14


def test_a_dry_run_tells_and_writes_nothing(study, said):
    before = study.project_yaml.read_bytes()
    status, out, err = said("cases", "import", "../cases.csv", "--dry-run")
    assert (status, out.splitlines()[0]) == (0, "liang: changed; age 14 → 15")
    assert "town (text)" in err
    assert "Nothing was written" in err
    assert study.project_yaml.read_bytes() == before
    assert not study.log.exists()


def test_an_import_tells_what_changes_without_driving_the_terminal_and_is_undone(study, said):
    before = study.project_yaml.read_bytes()
    status, out, err = said("cases", "import", "../cases.csv")
    assert status == 0
    assert "wang: new case; age 9, town Long␛[31m" in out
    assert "1 new case, 1 changed, 0 as they were. To take it back: qualcode undo" in err
    assert "\x1b" not in out + err + said("log")[1]
    assert "declared case wang" in said("undo")[1]
    assert study.project_yaml.read_bytes() == before


def test_an_import_as_json_for_scripts(study, said):
    rows = json.loads(said("cases", "import", "../cases.csv", "--dry-run", "-f", "json")[1])
    assert rows[0] == {"case": "liang", "new": False, "attribute": "age", "before": "14", "after": "15"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("case,age\nliang,old\n", "cases.csv:2: age: 'old' is not a whole number"),
        ("case\n", "no row below"),
        ("", "nothing in it"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(study, said, content, words):
    (study.root.parent / "cases.csv").write_text(content, "utf-8")
    status, out, err = said("cases", "import", "../cases.csv")
    assert (status, out) == (2, "")
    assert words in err


def test_a_file_that_is_not_there_is_named(study, said):
    status, _, err = said("cases", "import", "nothing.xlsx")
    assert status == 2
    assert "nothing.xlsx" in err


def test_attributes_are_set(study, said):
    status, out, err = said("cases", "set", "liang", "age=15", "days between calls=2.5", "--name", "Liang family")
    assert (status, out) == (0, "liang: changed; name liang → Liang family, age 14 → 15, days between calls 2.5\n")
    assert "The attribute 'days between calls' is new: it was declared as number" in err
    assert said("cases", "set", "liang", "age=15")[1] == "liang: is so already\n"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["set", "liang"], "Say what to set"),
        (["set", "liang", "age"], "write NAME=VALUE"),
        (["set", "liang", "age=old"], "is not a whole number"),
        (["set", "wang", "age=3"], "To declare a new case: --new"),
    ],
)
def test_wrong_use_is_explained(study, said, argv, words):
    status, out, err = said("cases", *argv)
    assert (status, out) == (2, "")
    assert words in err


def test_participants_are_added_and_listed(study, said):
    assert said("participants", "add", "mei", "--name", "Mei", "--role", "child", "--case", "liang")[0] == 0
    assert said("participants", "-f", "csv")[1].splitlines() == [
        "participant,name,role,case,documents,turns",
        "mei,Mei,child,liang,1,1",
    ]
    assert "There is a participant 'mei' already" in said("participants", "add", "mei")[2]
    assert run(["undo"]) == 0
    assert said("participants", "-f", "json")[1].strip().endswith("[]")
