"""`qualcode translations ...`, `qualcode recording` and `qualcode play`."""

import json

import pytest
from builders import apply, make_project, transcript, write_events
from players import SOUND, fake, recording
from players import said as told_to

ZH = "研究者：吃了吗？\n小雅：吃了。\n研究者：想家吗？\n小雅：我想妈妈。\n"
EN = "[00:00:03] Researcher: Eaten?\n[00:01:05] Xiaoya: Yes.\nResearcher: Homesick?\nXiaoya: I miss her.\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    people = [{"id": "r", "name": "Researcher"}, {"id": "x", "name": "Xiaoya"}]
    found = make_project(
        tmp_path / "p",
        {
            "zh": transcript(ZH, language="zh", speakers={"研究者": "r", "小雅": "x"}),
            "en": transcript(EN, language="en", speakers={"Researcher": "r", "Xiaoya": "x"}),
        },
        participants=people,
    )
    write_events(found, "c1", "zh", [apply(1, ZH, "我想妈妈")])
    write_events(found, "c1", "en", [apply(2, EN, "I miss her")])
    monkeypatch.chdir(found.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return found


@pytest.fixture
def bin_folder(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("QUALCODE_PLAYER", raising=False)
    return folder


def test_documents_are_linked_listed_and_undone(project, said):
    assert said("translations")[0] == 0
    assert "qualcode translations link ORIGINAL TRANSLATION" in said("translations")[2]
    assert said("translations", "link", "zh", "en")[:2] == (
        0, "Linked: en is a translation of zh (qualcode undo takes it back)\n",
    )  # fmt: skip
    status, out, _ = said("translations", "-f", "json")
    assert (status, [(row["original"], row["translation"], row["turns"]) for row in json.loads(out)]) == (
        0,
        [("zh", "en", 4)],
    )
    said("undo")
    assert json.loads(said("translations", "-f", "json")[1]) == []


def test_linking_what_is_linked_already_changes_nothing(project, said):
    said("translations", "link", "zh", "en")
    assert said("translations", "link", "zh", "en") == (0, "", "Nothing to change: that is so already.\n")


def test_links_of_different_people_are_found_and_mended_as_proposed(project, said):
    said("translations", "link", "zh", "en")
    assert said("translations", "pin", "en", "2=3")[0] == 0
    status, out, err = said("translations", "check", "en", "-f", "json")
    assert (status, len(json.loads(out)), "2 linked turns are spoken by different people." in err) == (1, 2, True)
    proposal = next(line for line in err.splitlines() if line.startswith("Try: qualcode "))
    assert said(*proposal.removeprefix("Try: qualcode ").split())[0] == 0
    assert said("translations", "check")[0] == 0


def test_a_pin_that_goes_for_another_one_is_said(project, said):
    said("translations", "link", "zh", "en")
    said("translations", "pin", "en", "2=2", "4=4")
    assert "2=2 could not hold beside it and went" in said("translations", "pin", "en", "1=3")[1]
    assert said("translations", "unpin", "en", "all")[1].startswith("Taken away: 1=3, 4=4 ")
    assert said("translations", "unpin", "en", "all")[2].startswith("Nothing to change")


@pytest.mark.parametrize(
    "words",
    [("pin", "en", "1=1"), ("check", "en"), ("link", "zh", "nobody"), ("link", "zh", "zh")],
    ids=["no pair", "nothing to check", "no document", "itself"],
)
def test_wrong_use_is_refused_in_one_line(project, said, words):
    status, out, err = said("translations", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_segments_come_with_both_quotes_and_with_times(project, said):
    said("translations", "link", "zh", "en")
    rows = {row["document"]: row for row in json.loads(said("segments", "--translation", "-f", "json")[1])}
    assert (rows["zh"]["translation"], rows["zh"]["translation_document"]) == ("I miss her.", "en")
    assert (rows["en"]["translation"], rows["en"]["time_start"]) == ("我想妈妈。", "00:01:05")
    assert "translation" not in json.loads(said("segments", "-f", "json")[1])[0]


def test_a_recording_is_named_said_and_forgotten(project, said):
    path = recording(project, "recordings/a.mp3")
    assert (
        said("recording", "en", str(path))[1]
        == "The recording of en is recordings/a.mp3 (qualcode undo takes it back)\n"
    )
    assert said("recording", "en")[1] == f"{path}\n"
    assert said("recording", "en", "--forget")[0] == 0
    assert said("recording", "en")[0] == 2


def test_a_recording_that_is_not_there_yet_is_named_with_a_warning(project, said):
    status, _, err = said("recording", "en", "later.mp3")
    assert (status, "is not there" in err) == (0, True)
    assert "recording: later.mp3\n" in project.transcript("en").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "start"),
    [(("en",), 0), (("en", "--at", "01:05"), 65), (("--coding", "0002"), 65), (("en", "--coding", "0002"), 65)],
    ids=["beginning", "a time", "a coding", "both"],
)
def test_play_starts_the_player_at_the_time(project, said, bin_folder, words, start):
    recording(project)
    said("recording", "en", "a.mp3")
    script = fake(bin_folder, "mpv")
    assert said("play", *words)[0] == 0
    assert told_to(script)[0] == f"--start={start}"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "Say what to play"), (("en", "--at", "noon"), "'noon' is no time"), (("zh",), "No recording is named for zh"),
        (("zh", "--coding", "0002"), "That coding is in en"), (("--coding", "0001"), "has a time stamp"),
        (("en",), "No player was found"),
    ],
    ids=["nothing", "no time", "no recording", "another document", "no stamp", "no player"],
)  # fmt: skip
def test_what_cannot_be_played_is_said(project, said, bin_folder, words, message):
    recording(project)
    said("recording", "en", "a.mp3")
    status, _, err = said("play", *words)
    assert (status, message in err) == (2, True)


def test_a_player_that_fails_makes_the_command_fail(project, said, bin_folder):
    recording(project, data=SOUND)
    said("recording", "en", "a.mp3")
    fake(bin_folder, "mpv", "sys.exit(3)")
    status, _, err = said("play", "en")
    assert (status, "mpv ended with status 3" in err) == (2, True)
