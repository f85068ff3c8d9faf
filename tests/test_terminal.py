"""End to end: a child process in a real terminal, once a bare pty read by pyte, once tmux."""

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import uuid

import pyte
import pytest
from builders import make_project, transcript
from screens import codings

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"
PATIENCE = 10.0
COMMAND = [sys.executable, "-m", "qualcode"]


@pytest.fixture
def project(tmp_path):
    return make_project(
        tmp_path / "p",
        {"d1": transcript(BODY, title="At home", case="liang"), "d2": transcript("小雅：我想妈妈。\n", title="在家")},
        codes={"emotion": {}, "emotion/longing": {"key": 1, "color": "#ff0000"}, "work": {"key": 2}},
        cases=["liang", "zhao"],
    )


class Terminal:
    """A child process on a pty; what it writes is kept as bytes and as a screen."""

    def __init__(self, *arguments, columns=120, rows=30, **variables):
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw, self.status = b"", None
        self.pid, self.handle = pty.fork()
        if self.pid == 0:
            # os.environ, not what the C library holds: readline puts COLUMNS and LINES there, which would count as the size
            shown = {
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "TEXTUAL_ANIMATIONS": "none",
                "QUALCODE_CODER": "c1",
            }
            kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(sys.executable, [*COMMAND, *map(str, arguments)], kept | shown | variables)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.handle is not None:
            os.close(self.handle)

    def read(self):
        """Take in what has come; False once the child has closed its end."""
        if not select.select([self.handle], [], [], 0.02)[0]:
            return True
        try:
            data = os.read(self.handle, 1 << 16)
        except OSError:
            return False
        if b"\x1b[?2026$p" in data:
            os.write(self.handle, b"\x1b[?2026;2$y")
        self.raw += data
        self._stream.feed(data)
        return bool(data)

    @property
    def text(self):
        return "\n".join(self.screen.display)

    def wait(self, condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, "timed out; the screen was:\n" + self.text
            assert self.read(), "the program ended; it said:\n" + self.raw.decode(errors="replace")[-2000:]

    def shows(self, *texts):
        self.wait(lambda: all(text in self.text for text in texts))

    def type(self, keys):
        os.write(self.handle, keys if isinstance(keys, bytes) else keys.encode())

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.handle, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def ends(self):
        """Wait for the child to end; its exit status."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.handle is not None:
                self.read()
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.status = os.waitstatus_to_exitcode(status)
                while self.handle is not None and select.select([self.handle], [], [], 0)[0] and self.read():
                    pass
                return self.status
            time.sleep(0.01)
        raise AssertionError("the program did not end; the screen was:\n" + self.text)

    def cell_of(self, text):
        """Column and row of a text on the screen, from 1, as mouse reports count."""
        row = next(row for row, line in enumerate(self.screen.display) if text in line)
        return self.screen.display[row].index(text) + 1, row + 1

    def mouse(self, button, cell, state="M"):
        self.type(f"\x1b[<{button};{cell[0]};{cell[1]}{state}")


def open_in(project, *more, **options):
    return Terminal("open", project.root, *more, **options)


def wait_until(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_passage_is_coded_with_two_keys_and_is_on_disk_after_leaving(project):
    with open_in(project) as terminal:
        terminal.shows("I miss her. I miss him.", "longing")
        terminal.type("j1")
        terminal.shows("I miss him.”")
        assert codings(project) == [("I miss him.", "longing", "")]
        terminal.type("q")
        assert terminal.ends() == 0
        assert codings(project) == [("I miss him.", "longing", "")]


def test_a_code_is_picked_by_typing_part_of_its_name(project):
    with open_in(project) as terminal:
        terminal.shows("I miss her.", "longing")
        terminal.type("c")
        terminal.shows("Enter takes it")
        terminal.type("wor\r")
        wait_until(lambda: terminal.read() and codings(project) == [("I miss her.", "work", "")])


def test_leaving_gives_the_terminal_back_as_it_was(project):
    with open_in(project) as terminal:
        terminal.shows("I miss her.", "longing")
        terminal.type("q")
        assert terminal.ends() == 0
        assert terminal.raw.rfind(b"\x1b[?1049l") > terminal.raw.rfind(b"\x1b[?1049h") >= 0
        assert terminal.raw.rfind(b"\x1b[?25h") > terminal.raw.rfind(b"\x1b[?25l")
        assert b"Traceback" not in terminal.raw


def test_the_text_is_corrected_in_the_users_editor_and_comes_back_with_its_coding(project, tmp_path):
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import pathlib, sys\npath = pathlib.Path(sys.argv[-1])\n"
        "path.write_text('Ling: Snow.\\n' + path.read_text('utf-8').replace('sew', 'mend'), 'utf-8')\n",
        "utf-8",
    )
    with open_in(project, VISUAL="", EDITOR=f"{sys.executable} {editor}") as terminal:
        terminal.shows("I miss her.", "Help")
        terminal.type("1")
        wait_until(lambda: codings(project))
        terminal.type("E")
        terminal.shows("Snow.", "I mend shoes.", "codings: 1 with their words")
        terminal.type("u")
        terminal.shows("I sew shoes.")
        terminal.type("q")
        assert terminal.ends() == 0
    assert project.transcript("d1").read_text("utf-8").endswith(BODY)


def test_from_the_matrix_to_the_quotes_place_and_back(project):
    with open_in(project) as terminal:
        terminal.shows("I miss her.", "longing")
        terminal.type("1")
        terminal.shows("I miss her.”")
        terminal.type("M")
        terminal.shows("liang", "zhao", "total")
        terminal.type("\r")
        terminal.shows("Mei, no kind, undated")
        terminal.type("\r")
        terminal.shows("Ling: I sew shoes.")
        terminal.type("\x1b")
        terminal.shows("liang", "zhao", "total")


def test_the_mouse_of_a_terminal_drags_a_selection_that_is_coded(project):
    with open_in(project) as terminal:
        terminal.shows("I miss her. I miss him.", "longing")
        begin, end = terminal.cell_of("her."), terminal.cell_of("miss him")
        terminal.mouse(0, begin)
        terminal.mouse(32, end)
        terminal.mouse(0, end, "m")
        terminal.shows("EXTENDING")
        terminal.type("1")
        wait_until(lambda: terminal.read() and codings(project) == [("her. I miss", "longing", "")])


def test_a_transcript_cannot_send_its_own_sequences_to_the_terminal(project):
    project.transcript("d1").write_text(
        transcript("Mei: Hi \x1b]0;owned\x07 \x1b[5mblink. There.\n", title="T\x1b]0;owned\x07", case="liang"),
        encoding="utf-8",
    )
    with open_in(project, "--document", "d1") as terminal:
        terminal.shows("blink. There.", "longing")
        terminal.type("j1")
        terminal.shows("There.”")
        assert b"\x1b]0;owned" not in terminal.raw
        assert b"\x1b[5m" not in terminal.raw
        assert "owned" not in terminal.screen.title


def test_panels_fold_with_the_window_and_come_back(project):
    with open_in(project, columns=150) as terminal:
        terminal.shows("I miss her.", "longing", "At home  ", "在")
        terminal.resize(80, 24)
        terminal.wait(lambda: "longing" not in terminal.text and "I miss her." in terminal.text)
        terminal.resize(30, 6)
        terminal.shows("small")
        terminal.resize(150, 30)
        terminal.shows("I miss her.", "longing")


def test_without_colours_all_works(project):
    with open_in(project, NO_COLOR="1") as terminal:
        terminal.shows("I miss her.", "longing")
        terminal.type("1")
        terminal.shows("I miss her.”")
        terminal.type("q")
        assert terminal.ends() == 0


def test_a_closed_terminal_ends_the_program_and_loses_nothing(project):
    with open_in(project) as terminal:
        terminal.shows("I miss her.", "longing")
        terminal.type("1")
        wait_until(lambda: terminal.read() and codings(project))
        os.close(terminal.handle)
        terminal.handle = None
        terminal.ends()
        assert codings(project) == [("I miss her.", "longing", "")]


def test_the_program_killed_right_after_a_coding_was_shown_has_it_on_disk(project):
    with open_in(project) as terminal:
        terminal.shows("I miss her.", "longing")
        terminal.type("1")
        terminal.shows("I miss her.”")
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.ends()
        assert codings(project) == [("I miss her.", "longing", "")]


@pytest.mark.parametrize(
    ("break_it", "arguments", "named"),
    [
        (lambda p: None, ["--document", "nobody"], "nobody"),
        (lambda p: p.project_yaml.write_text("title: [x\n"), [], "project.yaml"),
        (lambda p: shutil.rmtree(p.root), [], "p"),
    ],
    ids=["unknown document", "broken project.yaml", "no project"],
)
def test_what_cannot_be_opened_is_one_message_and_no_traceback(project, break_it, arguments, named):
    break_it(project)
    with open_in(project, *arguments) as terminal:
        assert terminal.ends() == 2
        said = terminal.raw.decode()
        assert named in said
        assert "Traceback" not in said
        assert "\x1b[?1049h" not in said


def test_without_a_terminal_it_says_so(project):
    done = subprocess.run(
        [*COMMAND, "open", str(project.root)], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------------ tmux


class Tmux:
    """A server of its own, never the developer's."""

    def __init__(self, *command, columns=120, rows=30):
        self.socket = "qualcode-" + uuid.uuid4().hex[:8]
        variables = ["COLORTERM=truecolor", "TEXTUAL_ANIMATIONS=none", "QUALCODE_CODER=c1"]
        self(
            "new-session",
            "-d",
            "-x",
            str(columns),
            "-y",
            str(rows),
            "-s",
            "t",
            "env",
            "-u",
            "NO_COLOR",
            *variables,
            *command,
        )

    def __call__(self, *arguments):
        of_here = ("TMUX", "COLUMNS", "LINES")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(of_here)} | {"LC_ALL": "C.UTF-8"}
        return subprocess.run(
            ["tmux", "-L", self.socket, "-f", "/dev/null", *arguments],
            env=environment, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self("kill-server")

    def keys(self, *keys):
        self("send-keys", "-t", "t", *keys)

    def wait(self, condition, *flags):
        end = time.monotonic() + PATIENCE
        while not condition(text := self("capture-pane", "-p", *flags, "-t", "t")):
            assert time.monotonic() < end, "timed out; the screen was:\n" + text
            time.sleep(0.02)
        return text

    def shows(self, *texts):
        return self.wait(lambda screen: all(text in screen for text in texts))


needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


@pytest.fixture
def tmux(project):
    and_say = ["sh", "-c", '"$@"; echo "left with $?"; exec sleep 60', "sh"]
    with Tmux(*and_say, *COMMAND, "open", str(project.root)) as found:
        found.shows("I miss her. I miss him.", "longing")
        yield found


@needs_tmux
def test_in_tmux_a_passage_is_coded_and_the_program_left(project, tmux):
    tmux.keys("j", "1")
    tmux.shows("I miss him.”")
    tmux.keys("q")
    tmux.shows("left with 0")
    assert codings(project) == [("I miss him.", "longing", "")]


@needs_tmux
def test_in_tmux_a_coding_has_a_bracket_and_its_codes_colour(project, tmux):
    tmux.keys("1")
    tmux.wait(lambda screen: any("[" in line and "longing" in line and "Mei:" in line for line in screen.split("\n")))
    tmux.wait(lambda screen: "38;2;255;0;0m" in screen, "-e")


@needs_tmux
def test_in_tmux_chinese_is_shown_and_coded(project, tmux):
    tmux.keys("o")
    tmux.shows("Open a document")
    tmux.keys("-l", "在家")
    tmux.keys("Enter")
    tmux.shows("我想妈妈。")
    tmux.keys("1")
    wait_until(lambda: codings(project, document="d2") == [("我想妈妈。", "longing", "")])


@needs_tmux
def test_in_tmux_the_window_is_resized(project, tmux):
    tmux("resize-window", "-t", "t", "-x", "80", "-y", "24")
    tmux.wait(lambda screen: "longing" not in screen and "I miss her." in screen)
    tmux("resize-window", "-t", "t", "-x", "30", "-y", "6")
    tmux.shows("small")
    tmux("resize-window", "-t", "t", "-x", "150", "-y", "40")
    tmux.shows("I miss her.", "longing")


@needs_tmux
def test_in_tmux_escape_is_told_from_a_sequence(project, tmux):
    tmux.keys("v", "j")
    tmux.shows("EXTENDING")
    tmux.keys("Escape")
    tmux.wait(lambda screen: "EXTENDING" not in screen)
