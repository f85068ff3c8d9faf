"""`qualcode compare`: the sides that are named, the forms, and what is said where there is nothing."""

import csv
import io
import json
from hashlib import sha256

import pytest
from builders import apply, make_project, transcript, write_events

L1 = "Mother: I miss her. I am proud. " + "so " * 94 + "\n"
Z1 = "Long: I miss them. " + "so " * 197 + "\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Liang: 100 words, longing and pride; Zhao: 200 words, longing; Wu without a document, Xu without a coding."""
    found = make_project(
        tmp_path / "p",
        {
            "l1": transcript(L1, case="liang", kind="interview", date="2009-02-01"),
            "z1": transcript(Z1, case="zhao", kind="chat", date="2009-06-07"),
            "x1": transcript("Xu: Nothing.\n", case="xu"),
        },
        codes=["emotion", "emotion/longing", "emotion/pride", "work"],
        cases=["liang", "zhao", "wu", "xu"],
    )
    write_events(found, "c1", "l1", [apply(1, L1, "I miss her."), apply(2, L1, "I am proud.", "pride")])
    write_events(found, "c1", "z1", [apply(3, Z1, "I miss them.")])
    monkeypatch.chdir(found.root)
    return found


def rows(out):
    return list(csv.DictReader(io.StringIO(out)))


def test_the_table_has_passages_and_rates_per_side_and_who_has_more(project, said):
    status, out, err = said("compare", "liang", "zhao", "--code", "longing")
    assert status == 0
    assert out.splitlines()[2].split() == (
        "emotion/longing 1 (10.0) 1 (5.0) about twice as much in liang, but these are few".split()
    )
    assert "liang 100 words in 1 document, zhao 200 words in 1 document" in err


def test_csv_has_one_row_a_code(project, said):
    status, out, _ = said("compare", "liang", "zhao", "-f", "csv")
    assert status == 0
    assert [row["code"] for row in rows(out)] == ["emotion", "emotion/longing", "emotion/pride"]
    assert rows(out)[0]["sentence"] == (
        "emotion: liang 2 passages in 1 document, zhao 1 in 1; per 1,000 words 20.0 against 5.0: "
        "about 4 times as much in liang, but these are few."
    )
    assert rows(out)[1]["zhao: quotes"] == "“I miss them.” (Long, chat, 2009-06-07; z1, line 1)"


def test_json_has_the_same_numbers(project, said):
    status, out, _ = said("compare", "zhao", "liang", "-f", "json")
    assert status == 0
    assert json.loads(out)[0]["liang: per 1000 words"] == 20.0


@pytest.mark.parametrize(
    ("name", "begins"),
    [("c.html", b"<!DOCTYPE"), ("c.md", b"# liang and zhao"), ("c.docx", b"PK"), ("c.csv", b"\xef\xbb\xbfcode")],
)
def test_the_form_goes_by_the_files_ending(project, said, name, begins):
    status, out, err = said("compare", "liang", "zhao", "-o", name)
    assert (status, out) == (0, "")
    assert (project.root / name).read_bytes().startswith(begins)
    assert f"to {name}" in err


def test_markdown_can_go_to_standard_output(project, said):
    status, out, _ = said("compare", "liang", "zhao", "--format", "md")
    assert status == 0
    assert "## emotion/pride" in out


def test_the_greatest_difference_can_come_first(project, said):
    _, out, _ = said("compare", "liang", "zhao", "--order", "difference", "-f", "csv")
    assert [row["code"] for row in rows(out)] == ["emotion", "emotion/pride", "emotion/longing"]


@pytest.mark.parametrize(("only", "codes"), [("both", ["emotion", "emotion/longing"]), ("one", ["emotion/pride"])])
def test_only_what_both_or_what_one_has(project, said, only, codes):
    _, out, _ = said("compare", "liang", "zhao", "--only", only, "-f", "csv")
    assert [row["code"] for row in rows(out)] == codes


@pytest.mark.parametrize(
    ("names", "by"),
    [
        (["interview", "chat"], "kind"),
        (["2009-02", "2009-06"], "month"),
        (["l1", "z1"], "document"),
        (["Mother", "Long"], "speaker"),
    ],
)
def test_other_things_than_cases_can_be_named(project, said, names, by):
    status, out, _ = said("compare", *names, "--by", by, "--code", "longing", "-f", "csv")
    assert status == 0
    assert [value for name, value in rows(out)[0].items() if name.endswith(": passages")] == ["1", "1"]


def test_filters_narrow_what_is_compared(project, said):
    _, out, _ = said("compare", "liang", "zhao", "--where", "code:pride or code:work", "-f", "csv")
    assert [row["code"] for row in rows(out)] == ["emotion", "emotion/pride"]


# ------------------------------------------------------------------ wrong or nothing


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["liang", "zaho"], "No case is called 'zaho'. Did you mean: zhao?"),
        (["liang"], "2 to 4 sides"),
        (["liang", "zhao", "wu", "xu", "liang"], "2 to 4 sides"),
        (["liang", "liang"], "named twice"),
        (["liang", "zhao", "--by", "size"], "Nothing can be compared by 'size'"),
        (["liang", "zhao", "--case", "liang"], "leave it out"),
        (["liang", "zhao", "--code", "lnging"], "No code is called 'lnging'"),
        (["liang", "zhao", "--where", "kind:"], "kind"),
    ],
)
def test_wrong_use_is_one_message_and_status_2(project, said, argv, says):
    status, out, err = said("compare", *argv)
    assert (status, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_a_case_without_documents_or_codings_is_said(project, said):
    status, _, err = said("compare", "liang", "wu", "xu")
    assert status == 0
    assert "wu has no documents." in err
    assert "xu has no codings." in err


def test_nothing_that_matches_is_status_1_and_says_why(project, said):
    status, out, err = said("compare", "liang", "zhao", "--code", "longing", "--text", "dumplings")
    assert (status, out) == (1, "")
    assert "dumplings" in err


def test_nothing_coded_on_any_side_is_status_1(project, said):
    status, _, err = said("compare", "wu", "xu")
    assert status == 1
    assert "Nothing" in err


def test_no_code_that_all_have_says_how_many_there_are_without_only(project, said):
    status, _, err = said("compare", "liang", "xu", "--only", "both")
    assert status == 1
    assert "3 without --only both" in err


def test_an_output_file_that_cannot_be_written_is_a_message(project, said):
    status, _, err = said("compare", "liang", "zhao", "-o", "no/such/folder/c.html")
    assert status == 2
    assert "no/such/folder" in err


@pytest.mark.parametrize("name", ["c.html", "c.csv"])
def test_a_manifest_tells_what_a_file_was_made_from(project, said, name):
    status, _, _ = said("compare", "liang", "zhao", "--kind", "chat", "-o", name, "--manifest")
    assert status == 0
    made = json.loads((project.root / f"{name}.manifest.json").read_text())
    assert sha256((project.root / name).read_bytes()).hexdigest() in json.dumps(made)
    assert "chat" in json.dumps(made)
