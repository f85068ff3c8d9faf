"""`qualcode edit`, `update`, `review` and `speakers`."""

import json
import sys

import pytest
from builders import edit, make_project, transcript

from qualcode.files.text_files import read_body

BODY = "Ying: What did you do?\n\nMei: I wrote a letter. I miss her so much.\n\nMei: My hands hurt.\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    project = make_project(
        tmp_path / "study",
        {"d1": transcript(BODY, case="zhao", speakers={"Ying": "ying", "Mei": ""})},
        cases=["zhao"],
        participants=[{"id": "ying", "name": "Ying", "role": "researcher"}],
    )
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    monkeypatch.delenv("VISUAL", raising=False)
    return project


@pytest.fixture
def editor(tmp_path, monkeypatch):
    """Set $EDITOR to a program that replaces words in the file it is given, and keeps its arguments."""

    def command(old, new, name="editor", status=0):
        script = tmp_path / f"{name}.py"
        script.write_text(
            "import sys, pathlib\n"
            f"pathlib.Path({str(tmp_path / 'arguments')!r}).write_text(repr(sys.argv[1:]))\n"
            "path = pathlib.Path(sys.argv[-1])\n"
            f"path.write_text(path.read_text('utf-8').replace({old!r}, {new!r}), 'utf-8')\n"
            f"sys.exit({status})\n",
            "utf-8",
        )
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")

    return command


def body(project):
    return read_body(project.transcript("d1"))


def test_edit_opens_the_text_and_tells_where_codings_stand(study, said, editor):
    said("code", "d1", "work", "--quote", "My hands hurt.")
    editor("a letter", "a long letter")
    status, out, _ = said("edit", "d1")
    assert (status, out) == (0, "d1: 1 place of the text changed; codings: 1 with their words.\n")
    assert body(study) == BODY.replace("a letter", "a long letter")
    (row,) = json.loads(said("segments", "-f", "json")[1])
    assert (row["text"], row["anchor"], row["text_when_coded"]) == ("My hands hurt.", "moved", "")


def test_an_editor_that_changes_nothing_writes_nothing(study, said, editor):
    editor("nowhere", "anything")
    before = study.transcript("d1").read_bytes()
    status, out, _ = said("edit", "d1")
    assert (status, out) == (0, "d1: nothing was changed.\n")
    assert study.transcript("d1").read_bytes() == before
    assert not study.log.exists()


def test_an_editor_that_fails_changes_nothing_and_keeps_what_was_typed(study, said, editor):
    editor("a letter", "a poem", status=3)
    status, _, err = said("edit", "d1")
    assert status == 2
    assert "ended with status 3" in err
    kept = err.split("the text is kept in ")[1].split(". ")[0]
    with open(kept, encoding="utf-8") as file:
        assert "a poem" in file.read()
    assert body(study) == BODY


def test_an_emptied_text_is_refused(study, said, editor):
    editor(BODY, "")
    status, _, err = said("edit", "d1")
    assert (status, body(study)) == (2, BODY)
    assert "would be empty" in err


def test_words_are_replaced_everywhere(study, said):
    said("code", "d1", "work", "--quote", "I wrote a letter.")
    status, out, _ = said("edit", "d1", "--replace", "Mei", "Mei-Ling")
    assert (status, body(study)) == (0, BODY.replace("Mei", "Mei-Ling"))
    assert "2 places" in out
    status, _, err = said("edit", "d1", "--replace", "Xiaoya", "X")
    assert status == 1
    assert "does not occur" in err


def test_review_lists_accepts_and_places(study, said):
    said("code", "d1", "work", "--quote", "I wrote a letter.")
    said("code", "d1", "emotion", "--quote", "I miss her so much.")
    said("edit", "d1", "--replace", "a letter", "one letter")
    said("edit", "d1", "--replace", "I miss her so much.", "(cries)")
    status, out, err = said("review", "-f", "json")
    assert status == 1
    rows = {row["text_when_coded"]: row for row in json.loads(out)}
    assert (rows["I wrote a letter."]["state"], rows["I wrote a letter."]["text_now"]) == (
        "changed",
        "I wrote one letter.",
    )
    assert rows["I miss her so much."]["state"] == "lost"
    assert "review accept" in err
    status, out, err = said("review", "accept", "--all")
    assert (status, out) == (0, "Accepted: work on “I wrote one letter.” in d1\n")
    assert "1 of yours lost their place" in err
    status, out, _ = said("review", "place", rows["I miss her so much."]["coding_id"][-6:], "--quote", "(cries)")
    assert (status, out) == (0, "Placed: emotion on “(cries)” in d1 (qualcode undo takes that back)\n")
    status, _, err = said("review", "list")
    assert status == 0
    assert "Every coding stands" in err


def test_check_shows_long_quotes_where_their_words_begin_to_differ(study, said):
    long = "They hurt more in winter than in summer, and most when it rains"
    edit(study.transcript("d1"), transcript(BODY.replace("My hands hurt", long), case="zhao"))
    said("code", "d1", "work", "--quote", f"{long}.")
    edit(study.transcript("d1"), transcript(BODY.replace("My hands hurt", long.replace("rains", "snows")), case="zhao"))
    assert "the coded words “…r, and most when it rains.”" in (told := "".join(said("check")[1:]))
    assert "are now “…r, and most when it snows.” on line" in told


def test_check_counts_and_names_what_was_changed_and_lost(study, said):
    for quote in ("I wrote a letter.", "I miss her so much.", "My hands hurt."):
        said("code", "d1", "work", "--quote", quote)
    edit(study.transcript("d1"), transcript("Rain.\n" + BODY.replace("a letter", "one letter").replace("I miss her so much.", "Well."),
                                            case="zhao", speakers={"Ying": "ying", "Mei": ""}))  # fmt: skip
    status, out, err = said("check")
    assert status == 1
    assert "the coded words “I wrote a letter.”" in out + err
    assert "1 moved with their quote" in out + err
    assert "1 on words that were changed" in out + err
    assert "1 without a place" in out + err


def test_update_takes_a_new_version_of_the_file(study, said, tmp_path):
    new = tmp_path / "corrected.txt"
    new.write_text(BODY.replace("What did", "So what did"), "utf-8")
    said("code", "d1", "work", "--quote", "My hands hurt.")
    status, out, _ = said("update", "d1", str(new))
    assert (status, body(study)) == (0, new.read_text("utf-8"))
    assert "1 with their words" in out
    status, _, err = said("update", "d1", str(tmp_path / "nowhere.txt"))
    assert status == 2
    assert "nowhere.txt" in err


def test_speakers_are_listed_and_renamed(study, said):
    rows = json.loads(said("speakers", "list", "d1", "-f", "json")[1])
    assert [(row["label"], row["role"], row["turns"]) for row in rows] == [("Ying", "researcher", 1), ("Mei", "", 2)]
    status, _, _ = said("speakers", "rename", "d1", "Mei", "Mei Zhao")
    assert status == 0
    assert body(study) == BODY.replace("Mei:", "Mei Zhao:")
    status, _, err = said("speakers", "rename", "d1", "Nobody", "X")
    assert status == 2
    assert "there are: Ying, Mei Zhao" in err


@pytest.mark.parametrize(
    "argv", [("review", "accept"), ("review", "accept", "--all", "abcd"), ("speakers",), ("review", "place", "x")]
)
def test_wrong_use_is_refused(study, said, argv):
    assert said(*argv)[0] == 2


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("vim", "+3 FILE"), ("nano", "+3 FILE"), ("hx", "FILE:3"), ("code", "--goto FILE:3"), ("ed", "FILE")],
)
def test_editors_begin_at_the_line_where_they_can(name, arguments):
    from pathlib import Path

    from qualcode.session.editor import _at_line

    assert " ".join(_at_line([f"/usr/bin/{name}"], Path("FILE"), 3)) == arguments
