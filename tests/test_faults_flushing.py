"""Nothing is called saved before it is on disk: the file flushed, and the folder too where a name in it changed."""

import os
import shutil
import subprocess
import sys

import pytest
from builders import PACKAGE, make_project, transcript
from flushed import STRACE, Step, steps_of, unflushed

from qualcode.files import saving
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"
ACTS = {
    "a coding in a new file": lambda s, files: s.code("d1", 5, 16, "longing"),
    "a coding in a file that is there": lambda s, files: s.code("d1", 17, 28, "longing"),
    "a coding in many files": lambda s, files: s.code_all([("d1", 5, 6, "I"), ("d2", 5, 6, "I")], "work"),
    "a change of the codebook": lambda s, files: s.rename_code("work", "labour"),
    "an import": lambda s, files: s.import_documents(files, case="zhao"),
    "a memo": lambda s, files: s.new_memo("On longing", "code:longing", text="Often.\n"),
    "a memo edited": lambda s, files: s.edit_memo("on-longing", text="Rarely.\n"),
    "a memo deleted": lambda s, files: s.delete_memo("on-longing"),
    "a correction": lambda s, files: s.correct_text("d1", BODY.replace("sew", "mend")),
    "a case": lambda s, files: s.set_case("zhao", {"region": "north"}),
    "an undo": lambda s, files: s.undo(),
    "an undo of an import": lambda s, files: s.take_back(_imported(s)),
    "a redo of an import": lambda s, files: s.redo(),
}


def _imported(session):
    return session.index.value("SELECT id FROM event WHERE what = 'document' ORDER BY id LIMIT 1")


def study(place):
    project = make_project(place / "p", {"d1": transcript(BODY), "d2": transcript(BODY)}, cases=["liang"])
    files = [place / "a.txt", place / "b.vtt"]
    files[0].write_text("Ann: Hello.\n", encoding="utf-8")
    files[1].write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Bo>Snow.\n", encoding="utf-8")
    return project, files


class Recorder:
    """Stands between qualcode and the system, on every system, and notes what is written, flushed and named."""

    def __init__(self, monkeypatch):
        self.steps, self._paths, self._patch = [], {}, monkeypatch
        flush, replace, unlink, write = saving.flush, os.replace, os.unlink, saving._write_all
        mkstemp, make, opened = saving.tempfile.mkstemp, os.mkdir, os.open
        self._instead(saving, "flush", lambda fd: (self._note("flush", self._path(fd)), flush(fd))[1])
        self._instead(saving, "_write_all", lambda f, data: (self._note("write", f.name), write(f, data))[1])
        self._instead(os, "replace", lambda a, b: (self._note("rename", b, a), replace(a, b))[1])
        self._instead(os, "unlink", lambda p, **k: (unlink(p, **k), self._note("unname", p))[0])
        self._instead(os, "mkdir", lambda p, *a, **k: (make(p, *a, **k), self._note("name", p))[0])
        self._instead(saving.tempfile, "mkstemp", lambda **k: self._begun(mkstemp(**k)))
        self._instead(os, "open", lambda p, *a, **k: self._known(p, opened(p, *a, **k)))

    def said(self, what):
        self._note("said", what)

    def _instead(self, where, name, value):
        self._patch.setattr(where, name, value)

    def _note(self, what, path, source=""):
        self.steps.append(Step(what, str(path), str(source)))

    def _begun(self, made):
        self._known(made[1], made[0])
        self._note("write", made[1])
        return made

    def _known(self, path, handle):
        status = os.fstat(handle)
        self._paths[status.st_dev, status.st_ino] = os.path.abspath(path)
        return handle

    def _path(self, handle):
        status = os.fstat(handle)
        return self._paths.get((status.st_dev, status.st_ino), "") or _named(handle)


def _named(handle):
    return os.readlink(f"/proc/self/fd/{handle}") if os.path.exists("/proc/self/fd") else ""


@pytest.mark.skipif(not os.path.exists("/proc/self/fd"), reason="names of open files are asked of Linux")
def test_each_act_is_flushed_before_it_returns(tmp_path, monkeypatch):
    project, files = study(tmp_path)
    with Session(project, coder="c1") as session:
        recorder = Recorder(monkeypatch)
        for name, act in ACTS.items():
            act(session, files)
            recorder.said(name)
    assert "\n".join(unflushed(recorder.steps, str(project.root))) == ""
    assert sum(step.what == "flush" for step in recorder.steps) > len(ACTS) * 2


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_the_system_sees_each_act_flushed_before_it_is_called_saved(tmp_path):
    study(tmp_path)
    traced = subprocess.run(
        ["strace", "-f", "-y", "-s", "40", "-e", f"trace={STRACE}", "-o", tmp_path / "trace", sys.executable, __file__, tmp_path],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": f"{PACKAGE.parent}:{PACKAGE.parent / 'tests'}"},
    )  # fmt: skip
    if "ptrace" in traced.stderr.lower() and traced.returncode:
        pytest.skip("strace may not look at processes here")
    steps = list(steps_of((tmp_path / "trace").read_text("utf-8", "replace")))
    assert [step.path for step in steps if step.what == "said"] == list(ACTS), traced.stderr
    assert "\n".join(unflushed(steps, str(tmp_path / "p"))) == ""


def test_the_note_of_a_change_is_on_disk_before_the_first_file_is_replaced(tmp_path, monkeypatch):
    project, _ = study(tmp_path)
    with Session(project, coder="c1") as session:
        recorder = Recorder(monkeypatch)
        monkeypatch.setattr("qualcode.files.under_way.flush", saving.flush)
        session.rename_code("work", "labour")
    whats = [(step.what, "/doing/" in step.path or step.path.endswith("codebook.yaml")) for step in recorder.steps]
    assert ("flush", True) in whats
    assert whats.index(("flush", True)) < whats.index(("rename", True))


def test_the_drive_itself_is_flushed_where_the_system_can_be_asked_to(tmp_path, monkeypatch):
    asked = []
    fake = type("fcntl", (), {"F_FULLFSYNC": 51, "fcntl": lambda handle, what: asked.append(what)})
    monkeypatch.setattr(saving, "fcntl", fake)
    with open(tmp_path / "f", "wb") as file:
        saving.flush(file.fileno())
    assert asked == [51]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([Step("write", "/p/a"), Step("said", "x")], ["x: /p/a was not flushed"]),
        ([Step("name", "/p/a"), Step("said", "x")], ["x: /p was not flushed, where /p/a changed"]),
        ([Step("write", "/p/.t"), Step("rename", "/p/a", "/p/.t")], ["/p/.t became /p/a before it was flushed"]),
        ([Step("write", "/p/a"), Step("write", "/p/log/c")], ["the log was written before /p/a was flushed"]),
        ([Step("write", "/p/a"), Step("flush", "/p/a"), Step("said", "x")], []),
    ],
)
def test_what_was_not_flushed_is_found(steps, told):
    assert unflushed(steps, "/p") == told


if __name__ == "__main__":
    from pathlib import Path

    at = Path(sys.argv[1])
    with Session(at / "p", coder="c1") as worker:
        for said, do in ACTS.items():
            do(worker, [at / "a.txt", at / "b.vtt"])
            os.write(1, f"SAVED {said}\n".encode())
