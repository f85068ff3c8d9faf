"""Commands that change codings, and whose codings they are."""

import getpass
import json
import os
import subprocess

import pytest
from builders import DECOMPOSED, FAMILY, events_on_disk, make_project, transcript

from qualcode.core.text import body_hash

LONG = "Researcher: How was it?\n\nLong: Fine. The same. Fine, I said.\n"
SCRIPTS = f"Mei: caf{DECOMPOSED} {FAMILY} 我想妈妈。\nLeila: أمي بعيدة\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    project = make_project(
        tmp_path / "study",
        {"long": transcript(LONG, title="Long in June"), "scripts": SCRIPTS},
        codes={"hidden emotions": {"id": "he"}, "hidden emotions/longing": {"id": "lo"}, "work": {"id": "wo"}},
    )
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


@pytest.fixture
def coded(said):
    """Apply a code; returns the coding as JSON gives it."""

    def command(*argv):
        status, out, _ = said("code", *argv, "-f", "json")
        assert status == 0
        (row,) = json.loads(out)
        return row

    return command


@pytest.fixture
def in_force(said):
    """Text, path and coder of the codings that `segments` lists now."""

    def command():
        rows = json.loads(said("segments", "-f", "json")[1])
        return [(row["text"], row["code_path"], row["coder"]) for row in rows]

    return command


# ------------------------------------------------------------------ code


def test_a_span_counts_characters_of_the_text_from_0_its_end_not_included(study, coded):
    start = LONG.index("The same.")
    row = coded("long", "longing", "--span", f"{start}:{start + 9}")
    assert (row["text"], row["start"], row["end"], row["line"]) == ("The same.", start, start + 9, 3)


def test_a_quote_that_occurs_once_needs_no_span(study, coded):
    row = coded("long", "longing", "--quote", "Fine, I said.")
    assert row["start"] == LONG.index("Fine, I said.")


@pytest.mark.parametrize("quote", [f"caf{DECOMPOSED}", FAMILY, "想妈", "أمي"])
def test_a_quote_of_any_script_is_found_at_its_code_points(study, coded, quote):
    row = coded("scripts", "work", "--quote", quote)
    assert (row["text"], row["start"], row["end"]) == (quote, SCRIPTS.index(quote), SCRIPTS.index(quote) + len(quote))


@pytest.mark.parametrize("code", ["lo", "longing", "hidden emotions/longing"])
def test_a_code_goes_by_id_name_or_path(study, coded, code):
    assert coded("long", code, "--quote", "The same.")["code_path"] == "hidden emotions/longing"


@pytest.mark.parametrize("document", ["long", "Long in June", "transcripts/long.md"])
def test_a_document_goes_by_id_title_or_file(study, coded, document):
    assert coded(document, "work", "--quote", "The same.")["document"] == "long"


def test_the_coding_is_on_disk_with_its_quote_and_the_texts_hash(study, coded):
    row = coded("long", "work", "--quote", "The same.", "--note", "flat")
    (event,) = events_on_disk(study, "c1", "long")
    assert (event.id, event.op, event.code, event.quote, event.note) == (
        row["coding_id"], "apply", "wo", "The same.", "flat",
    )  # fmt: skip
    assert (LONG[event.start : event.end], event.body) == ("The same.", body_hash(LONG))


def test_the_coding_is_printed_for_people_too(study, said):
    status, out, _ = said("code", "long", "longing", "--quote", "The same.", "--note", "flat")
    assert status == 0
    for shown in ("hidden emotions/longing", "The same.", "flat", "c1"):
        assert shown in out


def test_an_ambiguous_quote_is_refused_with_its_places(study, said):
    status, out, err = said("code", "long", "work", "--quote", "Fine")
    first, second = LONG.index("Fine"), LONG.rindex("Fine")
    assert (status, out) == (2, "")
    assert f"{first}:{first + 4}" in err
    assert f"{second}:{second + 4}" in err


def test_the_same_coding_again_is_not_made_twice_and_that_is_said(study, coded, said, in_force):
    first = coded("long", "work", "--quote", "The same.")
    status, out, err = said("code", "long", "work", "--quote", "The same.", "-f", "json")
    assert (status, json.loads(out)[0]["coding_id"], bool(err)) == (0, first["coding_id"], True)
    assert in_force() == [("The same.", "work", "c1")]


def test_two_coders_may_code_the_same_passage_alike(study, coded, in_force):
    coded("long", "work", "--quote", "The same.", "--coder", "c1")
    coded("long", "work", "--quote", "The same.", "--coder", "c2")
    assert in_force() == [("The same.", "work", "c1"), ("The same.", "work", "c2")]


def test_a_span_and_a_quote_together_are_refused(study, said, in_force):
    assert said("code", "long", "work", "--span", "0:3", "--quote", "Fine,")[0] == 2
    assert in_force() == []


def test_a_coding_needs_a_place(study, said):
    status, _, err = said("code", "long", "work")
    assert status == 2
    assert "--span" in err
    assert "--quote" in err


# ------------------------------------------------------------------ uncode, undo, redo


def test_uncode_removes_and_says_what(study, coded, said, in_force):
    row = coded("long", "longing", "--quote", "The same.")
    status, out, _ = said("uncode", row["coding_id"])
    assert (status, in_force()) == (0, [])
    assert "hidden emotions/longing" in out
    assert "The same." in out


def test_the_end_of_an_id_is_enough(study, coded, said, in_force):
    row = coded("long", "work", "--quote", "The same.")
    assert (said("uncode", row["coding_id"][-8:])[0], in_force()) == (0, [])


def test_a_removal_can_be_undone(study, coded, said, in_force):
    row = coded("long", "work", "--quote", "The same.")
    said("uncode", row["coding_id"])
    assert said("undo")[0] == 0
    assert in_force() == [("The same.", "work", "c1")]


def test_undo_says_what_it_undid(study, coded, said, in_force):
    coded("long", "longing", "--quote", "The same.")
    status, out, _ = said("undo")
    assert (status, in_force()) == (0, [])
    assert "hidden emotions/longing" in out
    assert "The same." in out


def test_undo_takes_back_as_many_steps_as_named(study, coded, said, in_force):
    for quote in ("The same.", "Fine, I said.", "How was it?"):
        coded("long", "work", "--quote", quote)
    said("undo", "2")
    assert in_force() == [("The same.", "work", "c1")]


def test_redo_brings_back_as_many_steps_as_named_and_says_so(study, coded, said, in_force):
    for quote in ("How was it?", "The same."):
        coded("long", "work", "--quote", quote)
    before = in_force()
    said("undo", "2")
    status, out, _ = said("redo", "2")
    assert (status, in_force()) == (0, before)
    assert "The same." in out


def test_undo_reaches_into_other_documents(study, coded, said, in_force):
    coded("scripts", "work", "--quote", "想妈")
    coded("long", "work", "--quote", "The same.")
    said("undo", "2")
    assert in_force() == []


def test_undo_leaves_other_coders_codings_alone(study, coded, said, in_force):
    coded("long", "work", "--quote", "The same.", "--coder", "c1")
    coded("long", "work", "--quote", "Fine, I said.", "--coder", "c2")
    said("undo", "--coder", "c1")
    assert in_force() == [("Fine, I said.", "work", "c2")]


def test_nothing_that_was_done_and_undone_is_lost_from_the_files(study, coded, said):
    coded("long", "work", "--quote", "The same.")
    said("undo")
    said("redo")
    assert [event.op for event in events_on_disk(study, "c1", "long")] == ["apply", "revert", "revert"]


def test_the_log_tells_undo_and_redo(study, coded, said):
    coded("long", "work", "--quote", "The same.")
    said("undo")
    said("redo")
    assert [row["act"] for row in json.loads(said("log", "-f", "json")[1])] == ["coded", "undid", "redid"]


# ------------------------------------------------------------------ who codes


@pytest.fixture
def bare(study, monkeypatch, tmp_path):
    """Nobody is named: no QUALCODE_CODER, no git user. Returns a function that sets git's user."""
    monkeypatch.delenv("QUALCODE_CODER")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def git_user(name):
        subprocess.run(["git", "config", "--global", "user.name", name], check=True)

    return git_user


def coder_of(coded, *argv):
    return coded("long", "work", "--quote", "The same.", *argv)["coder"]


def test_the_option_names_the_coder_before_anything_else(bare, coded, monkeypatch):
    bare("Ann Smith")
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    assert coder_of(coded, "--coder", "c2") == "c2"


def test_without_the_option_the_environment_names_the_coder(bare, coded, monkeypatch):
    bare("Ann Smith")
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    assert coder_of(coded) == "c1"


def test_without_both_gits_user_is_the_coder(bare, coded):
    bare("Ann Smith")
    assert coder_of(coded) == "ann-smith"


def test_without_all_these_the_login_is_the_coder(bare, coded, monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: "reader")
    assert coder_of(coded) == "reader"


def test_where_there_is_no_git_the_login_is_the_coder(bare, coded, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "reader")
    assert coder_of(coded) == "reader"


def test_a_coder_writes_only_their_own_files(study, coded):
    coded("long", "work", "--quote", "The same.", "--coder", "c1")
    before = study.coding_file("c1", "long").read_bytes()
    coded("long", "longing", "--quote", "The same.", "--coder", "c2")
    assert study.coding_file("c1", "long").read_bytes() == before
    assert sorted(os.listdir(study.codings)) == ["c1", "c2"]


@pytest.mark.parametrize("coder", ["../c2", "", ".hidden", "a/b", "x\x1b[31m", "c" * 300])
def test_a_coders_name_cannot_leave_its_folder(study, said, coder, monkeypatch):
    monkeypatch.setenv("QUALCODE_CODER", "")
    status, _, err = said("code", "long", "work", "--quote", "The same.", "--coder", coder)
    names = os.listdir(study.codings) if study.codings.exists() else []
    assert (status, names, "\x1b" in err) == (2, [], False) if coder else (status, len(names)) == (0, 1)
