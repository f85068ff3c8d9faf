"""An index that several processes have open, or that one of them holds and never lets go of."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from builders import answers, fresh_answers, make_project, open_index, transcript

from qualcode.cli.main import run
from qualcode.files import waiting
from qualcode.index import turns
from qualcode.index.index import Index
from qualcode.session import Session

BODY = "Ann: I sew shoes and I miss home.\n\nBo: We wait.\n"
OPEN = """
import sys
from pathlib import Path
from qualcode.files.folder import ProjectFolder
from qualcode.index.index import Index
from qualcode.index.turns import in_turn
index = Index(ProjectFolder(Path(sys.argv[1])))
index.refresh()
"""
STAY = "print('there', flush=True)\nsys.stdin.readline()\n"
HOLDS = {
    "the turn": "folder = in_turn(index.folder.index_db.parent)\nfolder.__enter__()\n",
    "the database": "index.db.execute('PRAGMA locking_mode = EXCLUSIVE')\nindex.db.execute('BEGIN EXCLUSIVE')\n",
    "the project": "from qualcode.files.saving import locked_folder\nfolder = locked_folder(index.folder.root)\nfolder.__enter__()\n",
}


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY)})
    with Session(project, "ann") as session:
        session.code("d1", quote="I sew shoes", code="work")
    return project


@pytest.fixture
def elsewhere(project):
    """Starts another process that opens the index, does this, and stays."""
    begun = []

    def start(then=""):
        process = subprocess.Popen(
            [sys.executable, "-c", OPEN + then + STAY, project.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        begun.append(process)
        assert process.stdout.readline() == "there\n"
        return process

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def is_on_disk(index):
    return bool(index.value("SELECT file <> '' FROM pragma_database_list"))


def test_an_index_that_others_have_open_is_not_taken_away_though_it_is_damaged(project, elsewhere):
    other = elsewhere()
    before = os.stat(project.index_db).st_ino
    good = project.index_db.read_bytes()
    project.index_db.write_bytes(good[:4096] + bytes(len(good) - 4096))
    index = open_index(project)
    assert answers(index) == fresh_answers(project)
    assert os.stat(project.index_db).st_ino == before
    other.communicate("\n")
    index._tried_at = 0
    index.refresh()
    assert is_on_disk(index)
    assert answers(index) == fresh_answers(project)
    index.close()


def test_another_file_in_the_place_of_one_that_others_have_open_is_not_believed(project, elsewhere, tmp_path):
    elsewhere()
    copy = tmp_path / "other.db"
    copy.write_bytes(project.index_db.read_bytes())
    with sqlite3.connect(copy) as db:
        db.execute("UPDATE coding_row SET quote = 'never'")
    db.close()
    os.replace(copy, project.index_db)
    index = open_index(project)
    assert answers(index) == fresh_answers(project)
    index.close()


def test_opening_it_twice_leaves_the_locks_of_the_first_alone(project):
    first = open_index(project)
    with Session(project, "ann") as session:  # the same process, as some screens do
        session.code("d1", quote="We wait", code="work")
    log = project.index_db.with_name("index.db-wal")
    subprocess.run([sys.executable, "-c", OPEN + "index.close()", project.root], check=True)
    assert log.exists(), "another process took the log of changes for nobody's"
    first.close()


def test_processes_that_open_and_close_all_the_time_use_one_index(project):
    open_index(project).close()
    before = os.stat(project.index_db).st_ino
    work = (
        OPEN
        + "for n in range(40):\n    index.close()\n    index = Index(index.folder)\n    index.refresh()\n    index.remember('n', str(n))\n"
    )
    others = [subprocess.Popen([sys.executable, "-c", work, project.root]) for _ in range(3)]
    assert [other.wait(60) for other in others] == [0, 0, 0]
    assert os.stat(project.index_db).st_ino == before
    index = Index(project)
    assert index.refresh() is False
    index.close()


def test_after_a_kill_the_index_is_believed_as_it_was_left(project, elsewhere):
    other = elsewhere("index.remember('place', 'd1:3')\n")
    other.kill()
    other.wait()
    assert project.index_db.with_name("index.db-wal").stat().st_size
    index = Index(project)
    assert (index.refresh(), index.recall("place")) == (False, "d1:3")
    index.close()


def test_after_a_kill_in_a_write_it_is_built_anew(project, elsewhere):
    other = elsewhere(
        "index.remember('place', 'd1:3')\nindex.db.execute(\"UPDATE coding_row SET quote = 'x'\")\nindex.db.commit()\n"
    )
    other.kill()
    other.wait()
    index = Index(project)
    assert index.refresh() is True
    assert answers(index) == fresh_answers(project)
    index.close()


@pytest.mark.parametrize("held", ["the turn", "the database"])
def test_a_stopped_process_that_holds_the_index_stops_nobody_else(project, elsewhere, held, monkeypatch, capsys):
    monkeypatch.setattr(turns, "PATIENCE", 0.3)
    monkeypatch.setattr(turns, "SILENCE", 0.1)
    monkeypatch.setattr(waiting, "SILENCE", 0.1)
    elsewhere(HOLDS[held]).send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    assert run(["code", "d1", "--quote", "We wait", "work", "--coder", "bo", "-p", str(project.root)]) == 0
    assert run(["segments", "-f", "csv", "-p", str(project.root)]) == 0
    assert time.monotonic() - begun < 10
    out, err = capsys.readouterr()
    assert out.count("We wait") == 2  # what was coded, and among all
    assert err.count("Waiting for another qualcode process (it holds the index)") == 2


def test_a_stopped_process_that_holds_the_project_is_told_of(project, elsewhere, monkeypatch, capsys):
    monkeypatch.setattr("qualcode.files.saving.PATIENCE", 0.4)
    monkeypatch.setattr(waiting, "SILENCE", 0.1)
    elsewhere(HOLDS["the project"]).send_signal(signal.SIGSTOP)
    assert run(["segments", "-p", str(project.root)]) == 0
    assert "Waiting" not in capsys.readouterr().err
    assert run(["codebook", "add", "fear", "--coder", "ann", "-p", str(project.root)]) == 2
    err = capsys.readouterr().err
    assert "Waiting for another qualcode process (it holds the folder p)" in err
    assert "Nothing was changed" in err


def test_an_open_index_goes_on_in_memory_while_it_is_held(project, elsewhere, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.3)
    index = open_index(project)
    elsewhere(HOLDS["the turn"]).send_signal(signal.SIGSTOP)
    with Session(project, "ann", index=index) as session:
        coding = session.code("d1", quote="We wait", code="work")
        assert index.value("SELECT quote FROM coding WHERE id = ?", [coding.id]) == "We wait"
        assert not is_on_disk(index)
