"""When qualcode itself fails: one line with the place in its code, what is saved is saved, and no word of the data is told."""

import os
import subprocess
import sys

import pytest
import test_terminal
from builders import ROOT, make_project, transcript
from screens import codings, opened, until
from test_terminal import Terminal

from qualcode.cli.crash import crash_message
from qualcode.cli.main import run

SECRET = "Shibboleth"
FAILING = """
import sys
from qualcode.cli.crash import keep_words_out_of_reports
keep_words_out_of_reports()
from qualcode.cli.main import run
from qualcode.tui.app import QualcodeApp

def fail(self=None):
    words = "Shibboleth was her name"
    raise KeyError(words)

def fail_in_a_thread(self):
    words = "Shibboleth"
    self.run_worker(fail, thread=True)

QualcodeApp.action_matrix = fail
QualcodeApp.action_compare = fail_in_a_thread
sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture
def project(tmp_path):
    body = f"Mei: I miss her. {SECRET} was her name.\n"
    return make_project(
        tmp_path / "p", {"d1": transcript(body, title="At home")}, codes={"longing": {"key": 1}, "work": {}}
    )


@pytest.fixture
def failing(tmp_path, project, monkeypatch):
    """The app, with keys that make it fail."""
    script = tmp_path / "failing.py"
    script.write_text(FAILING)
    monkeypatch.setattr(test_terminal, "COMMAND", [sys.executable, str(script)])
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return lambda **variables: Terminal("open", project.root, **variables)


@pytest.mark.parametrize("key", ["M", "="], ids=["on a key", "in a thread"])
def test_an_app_that_fails_says_where_and_nothing_of_the_data(failing, project, key):
    with failing() as terminal:
        terminal.shows("I miss her.")
        terminal.type("j1")
        test_terminal.wait_until(lambda: codings(project))
        terminal.type(key)
        assert terminal.ends() == 2
        said = terminal.raw.decode().rpartition("\x1b[?1049l")[2]
        assert "went wrong inside qualcode (KeyError at " in said
        assert "is on disk" in said
        assert SECRET not in said
        assert "Traceback" not in said
        assert "locals" not in said


def test_who_looks_for_the_fault_can_have_the_way_there_without_variables(failing, project):
    with failing(QUALCODE_DEBUG="1") as terminal:
        terminal.shows("I miss her.")
        terminal.type("M")
        assert terminal.ends() not in (0, None)
        said = terminal.raw.decode().rpartition("\x1b[?1049l")[2]
        assert "Traceback" in said
        assert "words = " not in said


def test_a_command_that_fails_says_where_and_nothing_of_the_data(said, project, monkeypatch):
    def fail(*_arguments, **_options):
        raise KeyError(f"{SECRET} was her name")

    monkeypatch.setattr("qualcode.cli.lists.opened", fail)
    status, out, err = said("-p", str(project.root), "codes")
    assert (status, out, SECRET in err, err.count("\n")) == (2, "", False, 1)
    assert "(KeyError at cli/lists.py:" in err


def test_with_the_variable_set_the_way_there_is_shown(project, monkeypatch):
    def fail(*_arguments, **_options):
        raise KeyError("x")

    monkeypatch.setenv("QUALCODE_DEBUG", "1")
    monkeypatch.setattr("qualcode.cli.lists.opened", fail)
    with pytest.raises(KeyError):
        run(["-p", str(project.root), "codes"])


def test_the_place_is_the_innermost_one_in_qualcodes_own_files():
    try:
        run([None])  # type: ignore[list-item]
    except AttributeError as error:
        message = crash_message(error)
    assert "AttributeError at cli/main.py:" in message


@pytest.mark.parametrize(
    "failure",
    [
        "import threading; t = threading.Thread(target=lambda: {}['Shibboleth']); t.start(); t.join()",
        "{}['Shibboleth']",
        "class A:\n    def __del__(self): {}['Shibboleth']\nA()",
    ],
    ids=["a thread", "outside of any command", "while something is cleared away"],
)
def test_no_other_door_lets_a_traceback_out(failure):
    code = f"from qualcode.cli.crash import keep_words_out_of_reports as k\nk()\n{failure}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert "went wrong inside qualcode (KeyError at " in done.stderr
    assert SECRET not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="images of memory are those of POSIX systems")
def test_a_process_that_is_killed_by_a_fault_leaves_no_image_of_its_memory():
    code = (
        "from qualcode.cli.crash import keep_words_out_of_reports as k; k()\n"
        "import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.stdout == "0\n"


def test_developers_variables_of_the_screen_library_write_nothing(tmp_path, project):
    """Its log holds every key and message, its screenshot the screen; its devtools are a connection to another program."""
    log = tmp_path / "textual.log"
    with Terminal(
        "open", project.root, TEXTUAL="devtools,debug", TEXTUAL_LOG=str(log), TEXTUAL_SCREENSHOT="0",
        TEXTUAL_SCREENSHOT_LOCATION=str(tmp_path), TEXTUAL_SCREENSHOT_FILENAME="shot.svg",
    ) as terminal:  # fmt: skip
        terminal.shows("I miss her.")
        terminal.type("q")
        assert terminal.ends() == 0, terminal.raw.decode()[-600:]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p"]


async def test_the_palette_offers_no_picture_of_the_screen(project, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    async with opened(project) as pilot:
        titles = [command.title for command in pilot.app.get_system_commands(pilot.app.screen)]
        assert "Quit" in titles
        assert "Screenshot" not in titles
        pilot.app.action_screenshot()
        await pilot.pause()
    assert not (tmp_path / "home").exists()


async def test_a_summary_that_is_being_typed_is_saved_where_the_app_fails(project, monkeypatch):
    from qualcode.tui.app import QualcodeApp

    def fail(self):
        raise KeyError(SECRET)

    monkeypatch.setattr(QualcodeApp, "action_help", fail)
    kept = []
    with pytest.raises(KeyError):  # noqa: PT012 (the app hands it on as it ends)
        async with opened(project) as pilot:
            pilot.app.screen.keep_typed = lambda: kept.append(True)
            pilot.app.call_later(pilot.app.action_help)
            await until(lambda: pilot.app.crash is not None)
            await pilot.pause()
    assert kept == [True]
