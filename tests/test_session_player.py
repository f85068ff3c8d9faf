"""Finding a player, starting it at a time, stopping it; what is no recording is refused."""

import os
import sys
import time
from pathlib import Path

import pytest
from builders import make_project
from players import SOUND, fake, recording, said

from qualcode.errors import BadOption, QualcodeError
from qualcode.session.player import PLAYERS, Player, player_command, recording_file


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": "Mei: Hi\n"})


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A PATH with nothing but the fake players that a test puts there."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("QUALCODE_PLAYER", raising=False)
    return folder


# ------------------------------------------------------------------ which player, and how


@pytest.mark.parametrize(
    ("name", "time_option"),
    [
        ("mpv", ["--start=75"]), ("cvlc", ["--start-time=75"]), ("vlc", ["--start-time=75"]), ("ffplay", ["-ss", "75"]),
        ("mplayer", ["-ss", "75"]),
    ],
)  # fmt: skip
def test_each_player_is_told_file_and_time_its_own_way(project, bare, name, time_option):
    path, script = recording(project, "-rec 小雅.mp3"), fake(bare, name)
    player = Player()
    assert player.play(path, 75.9).player == name
    arguments = said(script)
    at = arguments.index(time_option[0])
    assert arguments[at : at + len(time_option)] == time_option
    assert arguments[-1] == str(path)
    assert arguments[-2] == ("-i" if name == "ffplay" else "--")
    assert player.wait() == 0


def test_mpv_is_taken_first_and_fetches_nothing(bare):
    for name in PLAYERS:
        fake(bare, name)
    command = player_command(Path("/a.mp3"), 0)
    assert command.player == "mpv"
    assert {"--ytdl=no", "--access-references=no"} <= set(command.words)


@pytest.mark.parametrize(("name", "window"), [("a.mp3", False), ("a.MP4", True)])
def test_ffplay_opens_a_window_for_film_alone(bare, name, window):
    fake(bare, "ffplay")
    assert ("-nodisp" in player_command(Path("/") / name, 0).words) == (not window)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("play it {seconds} '{file}'", ["it", "12", "/a {seconds}.mp3"]), ("play", ["/a {seconds}.mp3"]),
        ("play --at={seconds}s", ["--at=12s", "/a {seconds}.mp3"]),
    ],
)  # fmt: skip
def test_the_users_own_player_gets_file_and_seconds(bare, monkeypatch, given, expected):
    fake(bare, "mpv")
    monkeypatch.setenv("QUALCODE_PLAYER", given)
    command = player_command(Path("/a {seconds}.mp3"), 12.7)
    assert (command.player, command.words[1:]) == ("play", expected)


def test_a_player_that_cannot_be_understood_or_started_is_said(bare, monkeypatch, project):
    monkeypatch.setenv("QUALCODE_PLAYER", "play 'torn")
    with pytest.raises(BadOption, match="QUALCODE_PLAYER cannot be understood"):
        player_command(Path("/a.mp3"), 0)
    monkeypatch.setenv("QUALCODE_PLAYER", "no-such-player {file}")
    with pytest.raises(QualcodeError, match="no-such-player could not be started"):
        Player().play(recording(project), 0)


def test_without_a_player_it_is_said_how_to_get_one(bare):
    with pytest.raises(QualcodeError, match=r"No player was found: install mpv .*or set QUALCODE_PLAYER"):
        player_command(Path("/a.mp3"), 0)


# ------------------------------------------------------------------ playing and stopping


def test_stopping_ends_the_player_and_all_that_it_started(project, bare):
    inner = fake(bare, "inner", "time.sleep(60)")
    script = fake(bare, "cvlc", f"import subprocess; subprocess.run([{sys.executable!r}, {str(inner)!r}])")
    player = Player()
    player.play(recording(project), 0)
    said(script)
    said(inner)
    process = player._running
    assert player.is_playing
    assert player.stop()
    assert process.poll() is not None
    wait_until_gone(process.pid)
    assert not player.stop()


def wait_until_gone(group, within=10):
    """Wait until nobody is left in a group of processes."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError("something that the player started is still there")


def test_a_player_that_will_not_end_is_killed(project, bare, monkeypatch):
    monkeypatch.setattr("qualcode.session.player._PATIENCE", 0.2)
    ready = "part.with_suffix('.ready').touch(); time.sleep(60)"
    script = fake(bare, "mpv", f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {ready}")
    player = Player()
    player.play(recording(project), 0)
    end = time.monotonic() + 10
    while not script.with_suffix(".ready").exists() and time.monotonic() < end:
        time.sleep(0.01)
    process = player._running
    assert player.stop()
    assert process.poll() is not None


def test_a_player_that_cannot_play_the_file_is_told_of(project, bare):
    fake(bare, "mpv", "sys.exit(2)")
    player = Player()
    player.play(recording(project), 0)
    assert player.wait() == 2
    assert "mpv ended with status 2" in player.failure()


def test_playing_something_else_ends_what_played_before(project, bare):
    fake(bare, "mpv", "time.sleep(60)")
    player = Player()
    player.play(recording(project), 0)
    first = player._running
    player.play(recording(project), 5)
    assert first.poll() is not None
    assert player.is_playing
    player.stop()


# ------------------------------------------------------------------ which file


@pytest.mark.parametrize("place", ["a.mp3", "recordings/a b 小雅.wav", "transcripts/a.mp3"])
def test_a_recording_is_looked_for_from_the_project_folder(project, place):
    path = recording(project, place)
    assert recording_file(project, "d1", place) == path
    assert recording_file(project, "d1", str(path)) == path


def test_a_recording_may_stand_beside_the_transcript(project):
    path = recording(project, "transcripts/a.mp3")
    assert recording_file(project, "d1", "a.mp3") == path


@pytest.mark.parametrize(
    ("named", "data", "message"),
    [
        ("", SOUND, r"No recording is named for d1\. Write `recording: interview\.mp3`.*qualcode recording d1 FILE"),
        ("https://example.org/a.mp3", SOUND, "only files on this computer"),
        ("file:///etc/passwd", SOUND, "only files on this computer"),
        ("gone.mp3", SOUND, r"is not there: .*gone\.mp3"),
        (".", SOUND, "is not there"),
        ("a\0b", SOUND, "only files on this computer"),
        ("a.mp3", b"", "is an empty file"),
        ("a.mp3", b"#EXTM3U\nhttps://example.org/live\n", "is a text, not sound or film"),
        ("a.mp3", "[playlist]\nFile1=小雅".encode()[:-1], "is a text, not sound or film"),
        ("x" * 5000, SOUND, "cannot be read|is not there"),
        ("~nobody-here/a.mp3", SOUND, "cannot be read|is not there"),
    ],
    ids=["none", "web", "file url", "gone", "folder", "null", "empty", "playlist", "cut letter", "too long", "no home"],
)
def test_what_is_no_recording_is_refused_with_what_to_do(project, named, data, message):
    recording(project, "a.mp3", data)
    with pytest.raises(BadOption, match=message):
        recording_file(project, "d1", named)


def test_a_pipe_is_never_opened(project):
    os.mkfifo(project.root / "a.mp3")
    with pytest.raises(BadOption, match="is not there"):
        recording_file(project, "d1", "a.mp3")


def test_control_signs_in_a_name_never_reach_the_terminal(project):
    with pytest.raises(BadOption) as caught:
        recording_file(project, "d1", "a\x1b]0;x\x07.mp3")
    assert "\x1b" not in str(caught.value)
