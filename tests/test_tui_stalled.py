"""A drive that stalls: the screen says so, takes no blind keys, and goes on when it is back; a command waits and does it once."""

import asyncio
import os
import subprocess
import threading
import time

import pytest
from builders import ROOT, make_project, transcript
from screens import codings, until
from test_terminal import COMMAND, Terminal
from textual import events

from qualcode.tui import held_thread, looking, stalled
from qualcode.tui.held_thread import HeldThread
from qualcode.tui.looking import Looking
from qualcode.tui.stalled import LoopWatch, StalledApp

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"


@pytest.fixture
def project(tmp_path):
    codes = {"emotion": {}, "emotion/longing": {"key": 1}, "work": {"key": 2}}
    return make_project(tmp_path / "p", {"d1": transcript(BODY, title="At home", case="liang")}, codes, cases=["liang"])


@pytest.fixture
def drive(tmp_path):
    from torture import disk
    from torture.stalling import Stalls

    library = disk.compiled(tmp_path)
    if library is None:
        pytest.skip("no C compiler here")
    return Stalls(library, tmp_path / "control")


# ------------------------------------------------------------------------------------ in a terminal


def test_a_key_on_a_drive_that_stalls_says_so_takes_no_blind_keys_and_is_saved_once(project, drive):
    with Terminal("open", project.root, **drive.environment) as terminal:
        terminal.shows("I miss her. I miss him.", "longing")
        drive.arm(project.root, "fsync")
        begun = time.monotonic()
        terminal.type("1")
        terminal.shows("has not answered for", "is not saved until the screen")
        assert time.monotonic() - begun < 8
        assert "Saved:" not in terminal.text
        terminal.type("j22")
        time.sleep(0.3)
        drive.release()
        terminal.shows("Saved: emotion/longing", "answers again")
        terminal.wait(lambda: "has not answered" not in terminal.text and "╰───" in terminal.text)
        assert codings(project) == [("I miss her.", "longing", "")]
        drive.arm(project.root, "fsync")
        terminal.type("j2")
        terminal.shows("has not answered")
        terminal.type("\x11")
        terminal.shows("Ctrl+Q again leaves at once")
        terminal.type("\x11")
        assert terminal.ends() == 2
        assert "may not be saved" in terminal.raw.decode().split("\x1b[?1049l")[-1]
        drive.release()
    assert codings(project)[0] == ("I miss her.", "longing", "")


def test_a_command_on_a_drive_that_stalls_says_nothing_before_it_is_back_and_codes_once(project, drive):
    command = [*COMMAND, "-p", str(project.root), "code", "d1", "longing", "--quote", "sew shoes", "--coder", "c1"]
    drive.arm(project.root, "fsync")
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | drive.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert drive.hangs_within(20)
    os.set_blocking(process.stdout.fileno(), False)
    assert process.stdout.read() is None
    os.set_blocking(process.stdout.fileno(), True)
    drive.release()
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, b"longing" in out) == (0, True)
    assert codings(project) == [("sew shoes", "longing", "")]


# ------------------------------------------------------------------------------------ the watch


async def watched(monkeypatch, hold, *, resting=False):
    """What a watch tells while the loop is held."""
    monkeypatch.setattr(stalled, "AFTER", 0.15)
    monkeypatch.setattr(stalled, "_TICK", 0.05)
    told, back = [], []
    watch = LoopWatch(asyncio.get_running_loop(), told.append, back.append)
    watch.start()
    await asyncio.sleep(0.15)
    if resting:
        with watch.resting():
            hold()
    else:
        hold()
    await asyncio.sleep(0.1)
    watch.stop()
    return bool(told), bool(back), watch.stands


def hang_in_a_file(tmp_path):
    """Wait in a call of a module that deals with files, as one does for a drive."""
    reader, writer = os.pipe()
    threading.Timer(0.6, lambda: os.write(writer, b"x")).start()
    exec("import os\nos.read(handle, 1)", {"__name__": "qualcode.files.saving", "handle": reader})


def compute():
    end = time.monotonic() + 0.6
    while time.monotonic() < end:
        sum(range(1000))


async def test_a_loop_that_waits_for_files_is_told_of_and_that_it_is_back(monkeypatch, tmp_path):
    assert await watched(monkeypatch, lambda: hang_in_a_file(tmp_path)) == (True, True, False)


async def test_a_loop_that_computes_is_not_told_of(monkeypatch):
    assert await watched(monkeypatch, compute) == (False, False, False)


async def test_a_loop_that_waits_for_another_program_is_not_told_of(monkeypatch):
    assert await watched(monkeypatch, lambda: subprocess.run(["sleep", "0.6"])) == (False, False, False)


async def test_an_open_editor_is_not_told_of(monkeypatch, tmp_path):
    assert await watched(monkeypatch, lambda: hang_in_a_file(tmp_path), resting=True) == (False, False, False)


async def test_the_watch_ends_with_the_loop(monkeypatch):
    monkeypatch.setattr(stalled, "_TICK", 0.01)
    monkeypatch.setattr(stalled, "_AFTER_LEAVING", 0.0)
    watch = LoopWatch(asyncio.get_running_loop(), lambda _s: None, lambda _s: None)
    watch.start()
    watch.stop()
    await until(lambda: not watch.is_alive())


def test_a_thread_that_waits_for_another_qualcode_process_is_not_said_to_wait_for_the_drive(monkeypatch):
    held = HeldThread(threading.get_ident())
    monkeypatch.setattr(held_thread, "_modules", lambda _frame: ["threading", "qualcode.files.waiting"])
    assert not held.waits_for_drive()
    monkeypatch.setattr(held_thread, "_modules", lambda _frame: ["qualcode.files.saving", "qualcode.tui.coding"])
    time.sleep(0.05)
    held.begin()
    time.sleep(0.2)
    assert held.waits_for_drive()


def test_a_click_that_was_pressed_unseen_is_none_when_it_is_let_go(monkeypatch):
    app = StalledApp()
    app._loop_watch = type("Stands", (), {"stands": True})()
    down, up = (
        kind(None, 1, 1, 0, 0, 1, shift=False, meta=False, ctrl=False) for kind in (events.MouseDown, events.MouseUp)
    )
    assert app.overlooks(events.Key("1", "1"))
    assert app.overlooks(down)
    app._loop_watch.stands = False
    assert app.overlooks(up)
    assert not app.overlooks(up)
    assert not app.overlooks(events.Key("1", "1"))


# ------------------------------------------------------------------------------------ looks at the folder


def test_one_look_at_a_time_and_a_long_one_is_silence_unless_the_drive_is_always_slow(monkeypatch):
    monkeypatch.setattr(looking, "PATIENCE", 1.0)
    now = [0.0]
    monkeypatch.setattr(looking.time, "monotonic", lambda: now[0])
    look = Looking()
    assert look.begins()
    assert not look.begins()
    now[0] = 0.9
    assert look.silent_for() == 0
    now[0] = 2.5
    assert look.silent_for() == 2
    look.ended()
    assert (look.silent_for(), look.begins()) == (0, True)
    now[0] = 8.0
    assert look.silent_for() == 0
    now[0] = 13.0
    assert look.silent_for() == 10
