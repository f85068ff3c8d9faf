"""`qualcode codeline`, `timeline`, `frequencies` and `network`: drawn, as numbers, as pictures."""

import csv
import json
from hashlib import sha256

import pytest
from builders import apply, make_project, transcript, write_events
from lxml import etree

from qualcode.cli.main import run

BODY = "Mother: I miss them. We phone.\nXiaoya: I miss her.\n"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def project(tmp_path, monkeypatch):
    project = make_project(
        tmp_path / "p",
        {
            "l1": transcript(BODY, title="Talk", case="liang", kind="interview", date="2009-01-31"),
            "l2": transcript(BODY, title="Later", case="liang", kind="chat", date="2009-03-31"),
            "z1": transcript(BODY, title="Undated", case="zhao", kind="chat"),
        },
        cases=["liang", "zhao"],
    )
    write_events(project, "c1", "l1", [apply(1, BODY, "I miss them."), apply(2, BODY, "I miss them. We phone.", "work"),
                                       apply(3, BODY, "I miss her.")])  # fmt: skip
    write_events(project, "c1", "z1", [apply(4, BODY, "I miss her.", "emotion"), apply(5, BODY, "We phone.", "work")])
    monkeypatch.chdir(project.root)
    return project


def printed(capsys, *words):
    """Standard output and standard error of a command that goes well."""
    assert run(list(words)) == 0
    return capsys.readouterr()


def rows(text):
    return list(csv.reader(text.lstrip("\ufeff").splitlines()))


def test_timeline_draws_no_data_otherwise_than_zero_and_says_what_it_means(project, capsys):
    said = printed(capsys, "timeline", "--case", "liang")
    assert [line.split() for line in said.out.splitlines()[2:]] == [
        ["liang"], ["2009"], ["Jan", "Feb", "Mar"], ["emotion", "2", "█2", "░░", "0"], ["work", "1", "▄1", "░░", "0"],
    ]  # fmt: skip
    assert "░ no data" in said.err


def test_timeline_names_undated_documents_on_standard_error(project, capsys):
    said = printed(capsys, "timeline", "-f", "csv")
    assert "One document has no date, so it and the 2 codings there are left out: z1." in said.err
    assert "z1" not in said.out


def test_timeline_as_csv_leaves_cells_without_data_empty(project, capsys):
    found = rows(printed(capsys, "timeline", "--code", "longing", "--case", "liang", "-f", "csv").out)
    assert found[0] == ["case", "code", "period", "segments", "documents", "words", "per_1000_words"]
    assert found[1:] == [
        ["liang", "emotion/longing", "2009-01", "2", "1", "8", "250.0"],
        ["liang", "emotion/longing", "2009-02", "", "0", "0", ""],
        ["liang", "emotion/longing", "2009-03", "0", "1", "8", "0.0"],
    ]


def test_timeline_by_quarter_and_per_1000_words(project, capsys):
    said = printed(capsys, "timeline", "--by", "quarter", "--per", "1000words", "--case", "liang", "--rows", "code")
    assert "by quarter · codings per 1000 words" in said.out
    assert "█125.0" in said.out  # two codings in sixteen words


def test_frequencies_draw_bars_and_as_json_give_numbers(project, capsys):
    assert "emotion  3 ██" in printed(capsys, "frequencies").out
    found = json.loads(printed(capsys, "frequencies", "--rows", "code", "-f", "json").out)
    assert {(row["case"], row["code"]): row["segments"] for row in found} == {
        ("liang", "emotion"): 2, ("liang", "emotion/longing"): 2, ("liang", "work"): 1,
        ("zhao", "emotion"): 1, ("zhao", "emotion/longing"): 0, ("zhao", "work"): 1,
    }  # fmt: skip


def test_codeline_draws_each_code_and_as_csv_gives_its_places(project, capsys):
    assert "  longing" in printed(capsys, "codeline", "Talk").out
    found = rows(printed(capsys, "codeline", "l1", "--code", "work", "-f", "csv").out)
    assert found[1][:4] == ["work", "8", "30", "1"]


def test_codeline_says_what_has_lost_its_place(project, capsys):
    project.transcript("z1").write_text(transcript("Mother: Quite other words now.\n", case="zhao"), encoding="utf-8")
    assert "2 codings have lost their place" in printed(capsys, "codeline", "z1").err


def test_network_lists_pairs_with_their_coefficients(project, capsys):
    found = rows(printed(capsys, "network", "-f", "csv").out)
    assert found == [
        ["code_a", "code_b", "count", "n_a", "n_b", "jaccard", "c"],
        ["emotion/longing", "work", "1", "2", "2", "0.333", "0.333"],
    ]


def test_network_of_themes_counts_their_sub_codes(project, capsys):
    found = rows(printed(capsys, "network", "--rows", "top-code", "-f", "csv").out)
    assert found[1][:5] == ["emotion", "work", "1", "3", "2"]


@pytest.mark.parametrize("narrowed", [["--case", "liang"], ["--where", "kind:interview"]], ids=lambda words: words[0])
def test_network_counts_only_what_filters_leave(project, capsys, narrowed):
    found = rows(printed(capsys, "network", *narrowed, "-f", "csv").out)
    assert found[1][:5] == ["emotion/longing", "work", "1", "2", "1"]
    assert "No two codes meet" in printed(capsys, "network", "--kind", "chat").err


def test_network_by_turn_and_least(project, capsys):
    assert len(rows(printed(capsys, "network", "--relation", "same-turn", "-f", "csv").out)) == 2
    said = printed(capsys, "network", "--least", "2")
    assert "No two codes meet 2 times." in said.err


@pytest.mark.parametrize(
    "command", [["timeline"], ["frequencies"], ["codeline", "l1"], ["network"]], ids=lambda c: c[0]
)
def test_a_picture_is_written_by_its_ending_and_printed_by_its_format(project, capsys, command):
    said = printed(capsys, *command, "-o", "picture.svg")
    assert "Wrote picture.svg." in said.err
    assert said.out == ""
    written = (project.root / "picture.svg").read_bytes()
    assert etree.fromstring(written).tag == f"{SVG}svg"
    assert printed(capsys, *command, "-f", "svg").out.encode() == written


@pytest.mark.parametrize(
    "command", [["timeline"], ["frequencies"], ["codeline", "l1"], ["network"]], ids=lambda c: c[0]
)
def test_a_page_holds_the_picture(project, capsys, command):
    page = printed(capsys, *command, "-f", "html").out
    assert page.startswith("<!DOCTYPE html>")
    assert printed(capsys, *command, "-f", "svg").out in page


def test_what_the_terminal_shows_can_be_written_to_a_file(project, capsys):
    shown = printed(capsys, "timeline").out
    printed(capsys, "timeline", "-o", "timeline.txt")
    assert (project.root / "timeline.txt").read_text("utf-8") == shown


def test_nothing_found_says_which_filter_emptied_it(project, capsys):
    assert "kind:chat" in printed(capsys, "timeline", "--where", "code:longing and kind:chat").err


@pytest.mark.parametrize(
    "words", [["codeline", "nope"], ["timeline", "--code", "nope"], ["network", "--relation", "beside"],
              ["frequencies", "--where", "code:"]], ids=lambda words: words[0],
)  # fmt: skip
def test_unknown_names_and_relations_are_one_clear_message(project, capsys, words):
    assert run(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err


def test_a_picture_that_cannot_be_written_is_a_message(project, capsys):
    assert run(["timeline", "-o", "nowhere/at/all.svg"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_a_display_changes_no_file_of_the_project(project, capsys):
    def state():
        return {p: p.read_bytes() for p in project.root.rglob("*") if p.is_file() and ".qualcode" not in p.parts}

    before = state()
    for command in (["timeline"], ["frequencies"], ["codeline", "l1"], ["network"]):
        printed(capsys, *command)
    assert state() == before


def test_a_picture_has_its_manifest_beside_it(project, capsys):
    printed(capsys, "timeline", "--where", "kind:interview", "-o", "timeline.svg", "--manifest")
    made = json.loads((project.root / "timeline.svg.manifest.json").read_text("utf-8"))
    assert made["output"]["sha256"] == sha256((project.root / "timeline.svg").read_bytes()).hexdigest()
    assert (made["options"]["where"], made["options"]["format"]) == ("kind:interview", "svg")


def test_the_numbers_come_as_a_workbook_and_in_markdown_too(project, capsys):
    printed(capsys, "frequencies", "-o", "frequencies.xlsx")
    assert (project.root / "frequencies.xlsx").read_bytes().startswith(b"PK")
    assert "| liang | emotion |" in printed(capsys, "frequencies", "-f", "md").out


def test_a_file_whose_ending_says_nothing_is_refused(project, capsys):
    assert run(["timeline", "-o", "timeline.png"]) == 2
    assert not (project.root / "timeline.png").exists()
