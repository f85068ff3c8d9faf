"""The commands that rewrite for good: they say what they would do, ask, search all bytes, and tell what they cannot clean."""

import shutil
import subprocess
import sys

import pytest
from builders import apply, make_project, transcript, write_events

from qualcode.files.pseudonym_key import add_name, remember

BODY = "Anna: I worked at Foxconn in Longhua for years.\n\nBen: I see. And then?\n"
SPAN = f"{BODY.index('Foxconn')}:{BODY.index(' for years')}"


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QUALCODE_CODER", "ann")
    people = [{"id": "p1", "name": "Anna"}, {"id": "p2", "name": "Ben"}]
    texts = {"talk": transcript(BODY, speakers={"Anna": "p1", "Ben": "p2"}, recording="/tapes/talk.mp3")}
    project = make_project(tmp_path / "study", texts, participants=people)
    write_events(project, "bob", "talk", [apply(1, BODY, "I worked at Foxconn", note="Anna's first job")])
    monkeypatch.chdir(project.root)
    return project


def files(project):
    """All files of the project but the index, with their bytes."""
    return {
        path: path.read_bytes() for path in project.root.rglob("*") if path.is_file() and ".qualcode" not in path.parts
    }


def test_redact_says_what_it_changes_and_that_the_words_are_nowhere_any_more(study, said):
    status, out, err = said("redact", "talk", "--span", SPAN, "--yes")

    assert status == 0
    assert "transcripts/talk.md: 1 place of the text" in out
    assert "codings/bob/talk.jsonl: 1 event rewritten" in out
    assert "cannot be undone" in err
    assert "the words are in none of them" in err
    assert "recording: /tapes/talk.mp3" in err
    assert b"I worked at [redacted] for years" in study.transcript("talk").read_bytes()


def test_what_was_quoted_before_a_correction_goes_too(study, said):
    said("memo", "new", "--title", "Work", "--text", "She said: at Foxconn in Longhua for years.")
    said("edit", "talk", "--replace", "Longhua", "Shenzhen")
    said("edit", "talk", "--replace", "I worked", "Oh, I worked")
    body = study.transcript("talk").read_text(encoding="utf-8").split("---\n", 2)[2]

    status, _, err = said("redact", "talk", "--span", f"{body.index('Oh')}:{body.index('.')}", "--yes")

    assert status == 0, err
    assert not [path for path, data in files(study).items() if b"Foxconn" in data or b"Longhua" in data]


def test_what_somebody_said_before_a_correction_is_withdrawn_too(study, said):
    said("memo", "new", "--title", "Work", "--text", "She said: at Foxconn in Longhua for years.")
    said("edit", "talk", "--replace", "Longhua", "Shenzhen")

    said("withdraw", "p1", "--yes")

    assert not [path for path, data in files(study).items() if b"Foxconn" in data or b"Longhua" in data]


def test_what_says_the_same_in_other_words_is_named(study, said):
    study.transcript("talk-zh").write_text(transcript("安娜：我在富士康工作。\n", translation_of="talk"))

    _, _, err = said("redact", "talk", "--span", SPAN, "--yes")

    assert "talk-zh says the same in another language" in err
    assert "the note of bob on coding 000000000000000001" in err


def test_what_stands_there_instead_can_be_said(study, said):
    said("redact", "talk", "--span", SPAN, "--with", "[employer]", "--yes")

    assert b"I worked at [employer] for years" in study.transcript("talk").read_bytes()


@pytest.mark.parametrize("command", [("redact", "talk", "--span", SPAN), ("withdraw", "Anna")])
def test_without_a_yes_nothing_is_changed(study, said, command):
    before = files(study)

    status, out, err = said(*command)

    assert (status, files(study)) == (2, before)
    assert "transcripts/talk.md" in out
    assert "say --yes" in err


@pytest.mark.parametrize(("answer", "changed"), [("no", False), ("y", False), ("yes", True)])
def test_on_a_terminal_only_a_whole_yes_does_it(study, said, monkeypatch, answer, changed):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: answer)
    before = files(study)

    said("redact", "talk", "--span", SPAN)

    assert (files(study) != before) is changed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("redact", "talk", "--span", "5:9999", "--yes"), "not in the text"),
        (("redact", "talk", "--span", "5", "--yes"), "not a span"),
        (("redact", "nobody", "--span", "1:2", "--yes"), "nobody"),
        (("redact", "talk", "--span", SPAN, "--with", "a\nb", "--yes"), "visible signs"),
        (("withdraw", "Zoe", "--yes"), "no participant or case"),
        (("pseudonyms", "apply", "--yes"), "no key of pseudonyms"),
    ],
)
def test_wrong_use_is_told_and_nothing_is_changed(study, said, arguments, told):
    before = files(study)

    status, _, err = said(*arguments)

    assert (status, files(study)) == (2, before)
    assert told in err


def test_words_that_still_stand_somewhere_are_listed_with_status_1(study, said):
    (study.root / "plan.txt").write_text("ask\nFoxconn in Longhua\n")

    status, out, _ = said("redact", "talk", "--span", SPAN, "--yes")

    assert status == 1
    assert "plan.txt:2: holds words" in out


def test_withdraw_lists_who_still_speaks_of_them(study, said):
    study.memos.mkdir()
    study.memo("m").write_text("Anna is brave.\n")

    status, out, _ = said("withdraw", "Anna", "--yes")

    assert status == 0
    assert "memos/m.md:1: speaks of 'Anna'" in out


def test_pseudonyms_apply_rewrites_and_shows_real_places(study, said, tmp_path):
    add_name(tmp_path / "key.yaml", "study", "Anna", "Mei", {})
    remember(study, tmp_path / "key.yaml")

    status, out, _ = said("pseudonyms", "apply", "--yes")

    assert status == 0
    assert "transcripts/talk.md" in out
    assert study.transcript("talk").read_text().endswith(BODY.replace("Anna", "Mei"))
    assert not any(b"Anna" in data for data in files(study).values())


def test_commits_backups_versions_and_exports_are_named_with_how_to_clean_them(study, said):
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@y", "-C", str(study.root)]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], check=True)
    for name in ("old.zip", "study.age", "out.csv.manifest.json"):
        (study.root.parent / name).write_text("{}")
    (study.root / ".stversions").mkdir()

    _, _, err = said("redact", "talk", "--span", SPAN, "--yes")

    assert "git: 1 commit of" in err
    assert "git filter-repo" in err
    for name in ("old.zip", "study.age", "out.csv", ".stversions"):
        assert name in err


def test_a_rewriting_that_was_cut_off_is_a_problem(study, said):
    (study.root / ".rewriting").mkdir()

    status, out, _ = said("check")

    assert status == 1
    assert ".rewriting: redact, withdraw or pseudonyms apply was cut off" in out


def test_pseudonyms_apply_says_which_file_gets_which_name(said, tmp_path):
    root = make_project(tmp_path / "people", {"guihua-1": transcript("Ann: Guihua left.\n")}).root
    key = tmp_path / "key.yaml"
    key.write_text("Guihua: Yulan\n", encoding="utf-8")
    assert said("pseudonyms", "use", str(key), "-p", str(root))[0] == 0
    _, out, _ = said("pseudonyms", "apply", "-p", str(root))
    (line,) = [line for line in out.splitlines() if line.startswith("transcripts/")]
    assert line.startswith("transcripts/guihua-1.md: ")
    assert line.endswith("becomes yulan-1.md")


def test_withdraw_says_before_it_asks_which_interviews_stay_for_the_one_who_may_be_asking(study, said):
    status, _, err = said("withdraw", "Anna")
    assert status == 2
    assert "In talk only Ben speaks besides, so it stays" in err
    assert "role: researcher" in err
