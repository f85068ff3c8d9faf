"""`qualcode quotes check`."""

import argparse
import json
import shutil

import pytest
from builders import ROOT

from qualcode.cli import quotes
from qualcode.cli.parser_quotes import add_quotes

SAME = "“The same as other Sundays. I got up late” (Long)."
ALL = "“The same as all Sundays. I got up late” (Long)."


@pytest.fixture
def check(tmp_path, capsys):
    """Check a manuscript of this text against the demonstration project; returns status, standard output and error."""
    shutil.copytree(ROOT / "projects" / "left-behind-children", tmp_path / "p", ignore=shutil.ignore_patterns(".qualcode"))  # fmt: skip

    def run(text, **options):
        path = tmp_path / "paper.md"
        path.write_text(text, encoding="utf-8")
        given = {"project": str(tmp_path / "p"), "file": str(path), "format": None, "output": None, "no_bom": False}
        status = quotes.check(argparse.Namespace(**(given | options)))
        return status, *capsys.readouterr()

    return run


def test_a_manuscript_with_verbatim_quotations_only_passes(check):
    assert check(SAME) == (0, "", "1 quotation: 1 verbatim.\n")


def test_a_changed_quotation_is_shown_with_its_place_and_the_difference(check):
    status, out, err = check(f"{SAME}\n\n{ALL}\n")
    assert status == 1
    assert out == (
        "line 3: changed, attributed to Long\n"
        "  “The same as all Sundays. I got up late”\n"
        "  in zhao-2009-06-08-long, line 7, Long\n"
        "  The same as [-other-] {+all+} Sundays. I got up late\n"
    )
    assert err == "2 quotations: 1 verbatim, 1 changed.\n"


def test_a_wrong_citation_of_verbatim_words_is_a_problem_too(check):
    status, out, err = check("“The same as other Sundays” [[zhao-2009-06-08-long#zzzz]]")
    assert status == 1
    assert out.startswith("line 1: verbatim, but cited wrongly\n")
    assert err == "1 quotation: 1 verbatim. 1 of the verbatim is cited wrongly.\n"


def test_json_and_csv_have_all_columns(check, tmp_path):
    _, out, _ = check(ALL, format="json")
    assert json.loads(out)[0]["status"] == "changed"
    check(ALL, output=str(tmp_path / "q.csv"))
    assert (tmp_path / "q.csv").read_text("utf-8-sig").startswith("line,status,quote,document,case,speaker,start,end,")


def test_a_manuscript_without_quotations_is_said_to_have_none(check):
    status, out, err = check("No quotation here.")
    assert (status, out) == (1, "")
    assert err.startswith("No quotations in ")


def test_control_characters_of_a_manuscript_do_not_reach_the_terminal(check):
    _, out, _ = check("“One \x1b]0;x\x07 two three four”")
    assert "\x1b" not in out
    assert "␛" in out


def test_the_command_line_knows_the_command_and_shows_an_example(capsys):
    parser = argparse.ArgumentParser()
    add_quotes(parser.add_subparsers(), argparse.ArgumentParser)
    args = parser.parse_args(["quotes", "check", "paper.md"])
    assert (args.command, args.file) == ("quotes:check", "paper.md")
    for words in (["quotes", "--help"], ["quotes", "check", "--help"]):
        with pytest.raises(SystemExit):
            parser.parse_args(words)
        assert "Example:" in capsys.readouterr().out
