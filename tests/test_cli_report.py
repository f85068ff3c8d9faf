"""`qualcode report`: the file it writes, and what it says."""

import hashlib
import json
import shutil

import pytest
from builders import ROOT

DEMONSTRATION = ROOT / "projects" / "left-behind-children"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A copy of the demonstration project, with the current folder in it."""
    folder = tmp_path / "demo"
    shutil.copytree(DEMONSTRATION, folder, ignore=shutil.ignore_patterns(".qualcode"))
    monkeypatch.chdir(folder)
    return folder


def test_it_writes_one_file_and_says_how_much_is_in_it(here, said):
    status, out, err = said("report", "-o", "report.html")
    assert (status, out) == (0, "")
    assert "Wrote 603 codings to report.html" in err
    assert (here / "report.html").read_bytes().startswith(b"<!DOCTYPE html>")


def test_the_same_command_writes_the_same_bytes(here, said):
    said("report", "-o", "one.html")
    said("report", "-o", "two.html")
    assert (here / "one.html").read_bytes() == (here / "two.html").read_bytes()


def test_filters_make_it_a_report_on_a_part(here, said):
    said("report", "--where", "role:child and not kind:chat", "--case", "zhao", "-o", "part.html")
    page = (here / "part.html").read_text("utf-8")
    assert "A part of the study: case: zhao; where: role:child and not kind:chat" in page
    assert "Chengguan township" not in page


def test_anonymous_leaves_memos_and_coders_names_out(here, said):
    said("report", "--anonymous", "-o", "report.html")
    page = (here / "report.html").read_text("utf-8")
    assert "Loud, and not all of one kind" not in page
    assert "First coder" not in page
    assert "Coder 2" in page


def test_a_title_of_ones_own(here, said):
    said("report", "--title", "Two <families>", "-o", "report.html")
    assert "<title>Two &lt;families&gt;</title>" in (here / "report.html").read_text("utf-8")


def test_where_nothing_matches_it_says_which_filter_did_it_and_writes_nothing(here, said):
    status, _, err = said("report", "--case", "liang", "--role", "villager", "-o", "report.html")
    assert status == 1
    assert "role:villager is true of none of the 294 codings left by case:liang" in err
    assert not (here / "report.html").exists()


def test_a_name_that_is_not_there_is_said_with_the_nearest(here, said):
    status, _, err = said("report", "--case", "lian", "-o", "report.html")
    assert status == 2
    assert "Did you mean: liang?" in err


def test_context_is_a_number_of_characters(here, said):
    status, _, err = said("report", "--context", "-1", "-o", "report.html")
    assert (status, err) == (2, "qualcode: --context is a number of characters, 0 or more.\n")


def test_without_a_file_it_goes_to_standard_output(here, capfdbinary):
    from qualcode.cli.main import run

    assert run(["report"]) == 0
    assert capfdbinary.readouterr().out.endswith(b"</html>\n")


def test_a_folder_that_is_not_there_is_refused(here, said):
    status, _, err = said("report", "-o", "nowhere/report.html")
    assert status == 2
    assert "nowhere" in err


def test_a_file_that_is_no_web_page_by_its_name_is_refused(here, said):
    status, _, err = said("report", "-o", "report.pdf")
    assert (status, "-o report.html" in err) == (2, True)
    assert not (here / "report.pdf").exists()


def test_a_manifest_says_what_it_was_made_from(here, said):
    said("report", "--where", "role:child", "-o", "report.html", "--manifest")
    made = json.loads((here / "report.html.manifest.json").read_text("utf-8"))
    assert made["options"] == {"context": 160, "format": "html", "where": "role:child"}
    assert made["output"]["sha256"] == hashlib.sha256((here / "report.html").read_bytes()).hexdigest()
    assert made["counts"] == {"codings": 247, "documents": 13, "cases": 2}


def test_the_manifest_of_an_anonymous_report_names_no_coder(here, said):
    said("report", "--anonymous", "--coder", "c2", "--where", "coder:c2", "-o", "report.html", "--manifest")
    made = json.loads((here / "report.html.manifest.json").read_text("utf-8"))
    assert made["options"]["part"] == "coder: Coder 2; where: coder:Coder 2"
    assert (list(made["events"]), list(made["memos"])) == (["all"], ["all"])
    assert "c2" not in {*made["options"].values()}
