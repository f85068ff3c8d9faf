"""`qualcode kwic` and `qualcode saturation`."""

import csv
import io
import json

import pytest
from builders import apply, make_project, transcript, write_events
from screens import codings

from qualcode.cli.main import run
from qualcode.core.visible import columns

D1 = "Mother: I rang home. Nobody was home.\n\nLing: 我想妈妈，妈妈不在。 Come home, Mother.\n"
D2 = "Bo: We stay home, home is here.\n"
PEOPLE = [{"id": "m", "name": "Mother Zhao", "role": "mother", "case": "zhao"}]


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = make_project(
        tmp_path / "p",
        {"d1": transcript(D1, title="One", case="zhao", date="2020-01-01", speakers={"Mother": "m", "Ling": ""}),
         "d2": transcript(D2, title="Two", date="2020-01-02")},
        cases=["zhao"], participants=PEOPLE,
    )  # fmt: skip
    write_events(made, "c2", "d1", [apply(1, D1, "rang home", "longing")])
    monkeypatch.chdir(made.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return made


def said(capsys, *words):
    status = run(words)
    out, err = capsys.readouterr()
    return status, out, err


# ------------------------------------------------------------------ kwic


def test_hits_stand_one_below_another_with_place_speaker_and_codes(project, capsys):
    status, out, err = said(capsys, "kwic", "home", "--width", "12")
    rows = out.splitlines()
    assert (status, len(rows)) == (0, 5)
    assert rows[0].startswith("d1:1  Mother Zhao")
    assert "I rang [home]. Nobody was" in rows[0]
    assert rows[0].endswith("{longing}")
    assert {columns(row[: row.index("[home]")]) for row in rows} == {rows[0].index("[home]")}
    assert err == "5 hits in 2 documents.\n"


def test_chinese_is_aligned_by_the_columns_it_takes(project, capsys):
    _, out, _ = said(capsys, "kwic", "妈妈", "--width", "10")
    assert len({columns(row[: row.index("[")]) for row in out.splitlines()}) == 1


def test_json_and_csv_have_all_columns(project, capsys):
    _, out, _ = said(capsys, "kwic", "rang", "-f", "json")
    assert json.loads(out) == [
        {"document": "d1", "line": 1, "start": 10, "end": 14, "speaker": "Mother Zhao", "role": "mother", "case": "zhao",
         "left": "I ", "hit": "rang", "right": " home. Nobody was home.", "codes": "longing"}
    ]  # fmt: skip
    assert run(["kwic", "home", "-o", "hits.csv"]) == 0
    rows = list(csv.DictReader(io.StringIO((project.root / "hits.csv").read_text("utf-8-sig"))))
    assert [row["start"] for row in rows] == ["15", "32", "61", "12", "18"]


def test_several_words_are_a_phrase_and_a_star_is_the_rest_of_a_word(project, capsys):
    assert len(said(capsys, "kwic", "was", "home")[1].splitlines()) == 1
    assert "[Nobody was] home" in said(capsys, "kwic", "nobod* was")[1]


def test_nothing_found_is_exit_status_1(project, capsys):
    status, out, err = said(capsys, "kwic", "nowhere", "--apply", "longing")
    assert (status, out, err) == (1, "", "0 hits in 0 documents.\n")


def test_hits_in_labels_are_left_out_and_that_is_said(project, capsys):
    status, out, err = said(capsys, "kwic", "mother")
    assert (status, len(out.splitlines())) == (0, 1)
    assert "1 hit in 1 document. 1 more in speakers' labels are left out." in err


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (["--case", "zhao"], 3),
        (["--document", "Two"], 2),
        (["--role", "mother"], 2),
        (["--speaker", "Bo"], 2),
        (["--word"], 5),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_the_search_can_be_narrowed(project, capsys, options, number):
    assert len(said(capsys, "kwic", "home", *options)[1].splitlines()) == number


def test_apply_codes_all_hits_in_one_step_and_undo_takes_them_back(project, capsys):
    status, _, err = said(capsys, "kwic", "home", "--apply", "longing")
    assert status == 0
    assert (
        "Coded: emotion/longing on 4 passages in 2 documents. 5 hits stand in 4 sentences. qualcode undo takes all of it back."
        in err
    )
    assert [quote for quote, _, _ in codings(project)] == ["I rang home.", "Nobody was home.", "Come home, Mother."]
    assert run(["undo"]) == 0
    assert codings(project) + codings(project, document="d2") == []


def test_apply_again_codes_nothing_twice(project, capsys):
    said(capsys, "kwic", "home", "--apply", "longing", "--unit", "turn")
    _, _, err = said(capsys, "kwic", "home", "--apply", "longing", "--unit", "word")
    assert "Coded: emotion/longing on 0 passages (5 had it from you already)." in err
    assert "undo" not in err
    assert len(codings(project)) == 2


def test_a_dry_run_says_what_would_be_coded_and_writes_nothing(project, capsys):
    _, _, err = said(capsys, "kwic", "home", "--apply", "longing", "--dry-run")
    assert "Would code: emotion/longing on 4 passages in 2 documents." in err
    assert not project.coding_file("c1", "d1").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["kwic", "home", "--dry-run"], "name the code"),
        (["kwic", "*"], "words to look for"),
        (["kwic", "home", "--apply", "joy"], "No code is called 'joy'"),
        (["kwic", "home", "--role", "aunt"], "No role is called 'aunt'"),
        (["kwic", "home", "--width", "0"], "not a number from 1 on"),
        (["saturation", "--base", "x"], "not a number from 1 on"),
        (["saturation", "--threshold", "120"], "not a percentage"),
        (["saturation", "--order", "none.txt"], "none.txt"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_said_in_one_message(project, capsys, words, message):
    status, _, err = said(capsys, *words)
    assert (status, message in err, "Traceback" in err) == (2, True, False)


def test_hostile_text_cannot_drive_the_terminal(tmp_path, monkeypatch, capsys):
    made = make_project(tmp_path / "p", {"d1": transcript("Bo\x1b: \x1b]0;owned\x07 home\n")})
    monkeypatch.chdir(made.root)
    _, out, _ = said(capsys, "kwic", "home")
    assert "\x1b" not in out


# ------------------------------------------------------------------ saturation


def test_saturation_tells_new_codes_an_interview_and_too_few_of_them(project, capsys):
    write_events(project, "c1", "d2", [apply(2, D2, "home is here", "work")])
    status, out, err = said(capsys, "saturation")
    assert status == 1
    assert [line.split()[:5] for line in out.splitlines()[2:]] == [
        ["1", "d1", "2020-01-01", "1", "1"], ["2", "d2", "2020-01-02", "1", "2"],
    ]  # fmt: skip
    assert "Too few interviews to tell: there are 2, and a base of 4 with a run of 2 needs 6" in err


def test_saturation_with_other_sizes_and_a_list(project, capsys):
    write_events(project, "c1", "d2", [apply(2, D2, "home is here", "longing")])
    (project.root / "order.txt").write_text("Two\nOne\n")
    status, out, err = said(capsys, "saturation", "--base", "1", "--run", "1", "--order", "order.txt", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(out.replace("\r\n", "\n"))))
    assert status == 0
    assert [(row["document"], row["new_codes"], row["percent"], row["saturated"]) for row in rows] == [
        ("d2", "1", "", ""), ("d1", "0", "0.0", "yes"),
    ]  # fmt: skip
    assert (
        "Saturation at 1+1: interview 2 brought 0 new codes, 0.0% of the 1 code in the base of 1 (threshold 5%)." in err
    )


def test_an_unknown_document_in_the_list_is_said_with_its_line(project, capsys):
    (project.root / "order.txt").write_text("One\nThree\n")
    status, _, err = said(capsys, "saturation", "--order", "order.txt")
    assert status == 2
    assert "order.txt:2: No document is called 'Three'" in err


def test_saturation_as_a_picture(project, capsys):
    assert said(capsys, "saturation", "-f", "svg")[1].startswith(("<svg", "<?xml"))
    said(capsys, "saturation", "-o", "saturation.svg")
    assert "</svg>" in (project.root / "saturation.svg").read_text("utf-8")


@pytest.mark.parametrize("command", [["kwic", "home"], ["saturation", "-o", "out.svg"]], ids=["concordance", "picture"])
def test_a_manifest_says_what_the_output_was_made_from(project, capsys, command):
    output = [] if "-o" in command else ["-o", "out.csv"]
    said(capsys, *command, *output, "--manifest", "made.json")
    made = json.loads((project.root / "made.json").read_text("utf-8"))
    assert command[0] in json.dumps(made)
