"""Formats and manifests on the command line."""

import hashlib
import io
import json
import os
import shutil
import sys

import openpyxl
import pytest
from builders import apply, make_project, transcript, write_events

from qualcode.cli.main import run

BODY = "Mei: I miss her. I wait.\nLing: 我想妈妈。\n"
LISTS = [
    ["documents"], ["cases"], ["codes"], ["segments"], ["matrix"], ["search", "miss"], ["check"], ["log"], ["milestones"],
    ["codebook", "show"], ["codebook", "check"], ["stale"], ["review"], ["translations"], ["participants"], ["filters"],
]  # fmt: skip


@pytest.fixture
def study(tmp_path, monkeypatch):
    project = make_project(
        tmp_path / "study",
        {"d1": transcript(BODY, case="liang", kind="visit"), "d2": transcript(BODY, case="zhao", kind="chat")},
        cases=["liang", "zhao"],
    )
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss", "longing"), apply(2, BODY, "I wait", "work")])
    write_events(project, "c2", "d2", [apply(3, BODY, "我想妈妈", "longing")])
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


@pytest.fixture
def seen(monkeypatch, said):
    """Run a command whose standard output is a terminal of 60 columns."""

    def command(*argv):
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        monkeypatch.setenv("COLUMNS", "60")
        return said(*argv)

    return command


@pytest.mark.parametrize("form", ["csv", "json"])
def test_data_never_drives_a_terminal_and_is_whole_elsewhere(tmp_path, monkeypatch, seen, said, form):
    body = "Mei: a \x1b]0;owned\x07 \u202e b.\n"
    project = make_project(tmp_path / "hostile", {"d1": transcript(body)})
    write_events(project, "c1", "d1", [apply(1, body, body[5:-2])])
    monkeypatch.chdir(project.root)
    written = said("segments", "-f", form)[1]
    assert "\u202e" in written
    shown = seen("segments", "-f", form)[1]
    assert "owned" in shown
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(shown)


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
@pytest.mark.parametrize(
    ("form", "begins"),
    [("xlsx", b"PK"), ("json", b"["), ("md", b"| "), ("html", b"<!DOCTYPE html>"), ("latex", b"% needs")],
)
def test_every_list_comes_in_every_format(study, command, form, begins, capsysbinary):
    assert run([*command, "-f", form]) in (0, 1)
    assert capsysbinary.readouterr().out.startswith(begins)


@pytest.mark.parametrize(
    ("file", "begins"),
    [
        ("t.xlsx", b"PK"),
        ("t.md", b"| document |"),
        ("t.html", b"<!DOCTYPE"),
        ("t.tex", b"% needs"),
        ("t.txt", b"document  "),
    ],
)
def test_the_ending_of_the_file_decides(study, said, file, begins):
    assert said("documents", "-o", file)[0] == 0
    assert (study.root / file).read_bytes().startswith(begins)


def test_the_format_in_words_goes_before_the_ending(study, said):
    said("documents", "-f", "csv", "--no-bom", "-o", "t.json")
    assert (study.root / "t.json").read_text().startswith("document,")


def test_an_ending_that_names_no_format_is_refused_and_nothing_is_written(study, said):
    status, _, err = said("documents", "-o", "t.ods")
    assert (status, "say it with -f" in err, (study.root / "t.ods").exists()) == (2, True, False)


def test_a_workbook_is_not_for_a_terminal(study, seen):
    status, out, err = seen("segments", "-f", "xlsx")
    assert (status, out) == (2, "")
    assert err == "qualcode: An Excel workbook is no text for a terminal: name a file with -o table.xlsx.\n"


def test_a_workbook_goes_through_a_pipe_whole(study, capsysbinary):
    run(["matrix", "-f", "xlsx"])
    book = openpyxl.load_workbook(io.BytesIO(capsysbinary.readouterr().out))
    assert book.sheetnames == ["matrix", "quotes"]


def test_what_is_for_reading_has_the_columns_worth_reading_and_a_workbook_has_all(study, said):
    assert said("segments", "-f", "md")[1].splitlines()[0] == (
        r"| coding\_id | document | line | speaker | code\_path | coder | text | note |"
    )
    said("segments", "-o", "s.xlsx")
    assert openpyxl.load_workbook(study.root / "s.xlsx").active.max_column == 25


def wide_study(study, number):
    for n in range(number):
        study.transcript(f"interview-{n:05}").write_text(transcript(BODY), encoding="utf-8")


def test_a_matrix_that_is_too_wide_for_the_terminal_shows_what_fits_and_says_so(study, seen):
    wide_study(study, 40)
    status, out, err = seen("matrix", "--cols", "document")
    assert status == 0
    assert max(map(len, out.splitlines())) <= 60
    assert err.splitlines()[0] == "39 of 44 columns have no room here; -o table.csv (or .xlsx, .html) has all."


def test_nothing_is_left_out_where_no_terminal_looks_on(study, said):
    wide_study(study, 40)
    _, out, err = said("matrix", "--cols", "document")
    assert len(out.splitlines()[0].split()) == 44
    assert "no room" not in err


# ------------------------------------------------------------------ manifests


def read(path):
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("command", [["segments"], ["matrix"], ["matrix", "--long"]], ids=" ".join)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "html"])
def test_a_manifest_stands_beside_the_file_with_its_hash(study, said, command, ending):
    status, out, err = said(*command, "-o", f"t.{ending}", "--manifest")
    assert (status, out, f"t.{ending}.manifest.json" in err) == (0, "", True)
    found = read(study.root / f"t.{ending}.manifest.json")
    assert found["output"] == {
        "file": f"t.{ending}", "sha256": hashlib.sha256((study.root / f"t.{ending}").read_bytes()).hexdigest(),
    }  # fmt: skip
    assert (found["counts"]["codings"], found["counts"]["documents"]) == (3, 2)


def test_a_manifest_tells_the_options_as_given(study, said):
    said("segments", "--code", "emotion", "--where", "kind:visit", "-o", "s.csv", "--manifest", "m.json")
    found = read(study.root / "m.json")
    assert (found["command"], found["options"], found["counts"]) == (
        "qualcode segments", {"code": "emotion", "format": "csv", "where": "kind:visit"}, {"rows": 1, "codings": 1, "documents": 1},
    )  # fmt: skip


def test_a_manifest_tells_the_dimensions(study, said):
    said("matrix", "--rows", "case", "--cols", "code", "--percent", "row", "-o", "m.csv", "--manifest")
    assert read(study.root / "m.csv.manifest.json")["options"] == {
        "cell": "segments", "cols": "code", "format": "csv", "percent": "row", "rows": "case",
    }  # fmt: skip


def test_what_went_to_standard_output_has_its_hash_in_the_manifest_named(study, capsysbinary):
    assert run(["segments", "-f", "csv", "--manifest", "m.json"]) == 0
    out = capsysbinary.readouterr().out
    assert read(study.root / "m.json")["output"] == {"file": "", "sha256": hashlib.sha256(out).hexdigest()}


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--manifest"], "name one with -o FILE, or say --manifest FILE"),
        (["-o", "a.csv", "--manifest", "./a.csv"], "cannot both be"),
    ],
    ids=["without a place", "in the place of the output"],
)
def test_a_manifest_that_has_no_place_is_refused_before_anything_is_written(study, said, argv, message):
    status, out, err = said("segments", *argv)
    assert (status, out, message in err, (study.root / "a.csv").exists()) == (2, "", True, False)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "html"])
def test_the_same_project_and_command_give_the_same_bytes_wherever_and_whenever(
    study, said, tmp_path, monkeypatch, ending
):
    def exported(folder):
        monkeypatch.chdir(folder)
        assert said("matrix", "--rows", "code", "-o", f"t.{ending}", "--manifest")[0] == 0
        return [(folder / name).read_bytes() for name in (f"t.{ending}", f"t.{ending}.manifest.json")]

    here = exported(study.root)
    there = tmp_path / "elsewhere"
    shutil.copytree(study.root, there, ignore=shutil.ignore_patterns(".qualcode", "t.*"))
    os.utime(there / "project.yaml", (0, 0))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("USER", "somebody")
    assert exported(there) == here


@pytest.mark.parametrize(
    "command",
    [["matrix", "--long", "-f", "csv"], ["matrix", "--rows", "code", "--cols", "code", "--long", "-f", "csv"], ["report"],
     ["matrix", "--cell", "quotes", "-f", "json"], ["segments", "-f", "csv"], ["matrix", "-f", "xlsx"]],
    ids=" ".join,
)  # fmt: skip
def test_the_bytes_do_not_tell_in_which_order_files_were_read(tmp_path, command, capsysbinary):
    written = []
    for name, coders in (("one", ("c1", "c2")), ("other", ("c2", "c1"))):
        documents = {"d1": transcript(BODY, case="liang"), "d2": transcript(BODY, case="zhao")}
        project = make_project(tmp_path / name / "study", documents, cases=["liang", "zhao"])
        for document, numbers in (
            (("d2", (1, 2)), ("d1", (3, 4))) if name == "one" else (("d1", (3, 4)), ("d2", (1, 2)))
        ):
            for coder in coders:
                number = numbers[coder == "c2"]
                events = [apply(number, BODY, "I miss"), apply(number + 10, BODY, "I miss", "work")]
                write_events(project, coder, document, events)
                assert run(["codes", "-p", str(project.root)]) == 0  # the index takes over what is there so far
        capsysbinary.readouterr()
        assert run([*command, "-p", str(project.root)]) == 0
        written.append(capsysbinary.readouterr().out)
    assert written[0] == written[1]
