"""An index that was altered and yet bears this machine's mark and note, so that it is believed."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

import pytest
from builders import ROOT, edit, events_on_disk, open_index, transcript
from hostile import BODY, sound_project
from screens import at_most

from qualcode.cli.main import run
from qualcode.files.folder import ProjectFolder
from qualcode.index.left_behind import closed
from qualcode.index.schema import is_as_made
from qualcode.session import Session

sys.path.insert(0, str(ROOT))
from tests.torture.hostile_index import PLANTED, planted


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    monkeypatch.delenv("QUALCODE_DEBUG", raising=False)
    project = sound_project(tmp_path / "p")
    open_index(project).close()
    return project


def alter(project: ProjectFolder, *statements: str) -> None:
    with closing(sqlite3.connect(project.index_db, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)
    closed(project.index_db)  # the note says that this is how it was left


@pytest.mark.parametrize("alteration", [*planted()][::3], ids=range(len(PLANTED[::3])))
def test_nothing_that_somebody_planted_in_the_index_is_run(project, alteration):
    with closing(sqlite3.connect(project.index_db, isolation_level=None)) as db:
        alteration.do(db)
    closed(project.index_db)
    with at_most(5):
        index = open_index(project)
    assert is_as_made(index.db)
    assert index.value("SELECT count(*) FROM coding") == 3
    assert index.value("SELECT count(*) FROM file WHERE path = 'transcripts/d1.md'") == 1
    index.close()


def test_the_trials_know_what_is_planted():
    assert len(PLANTED) > 25


def test_an_index_over_which_qualcode_fails_is_made_anew_by_the_next_command(project, said):
    said("timeline", "-p", str(project.root))
    alter(project, "UPDATE document SET date = 'nan-na'")
    assert run(["timeline", "-p", str(project.root)]) == 2
    assert run(["timeline", "-p", str(project.root)]) == 0


def test_what_is_said_of_a_failure_leads_to_trying_again(project, capsys):
    alter(project, "UPDATE document SET date = 'nan-na'")
    run(["timeline", "-p", str(project.root)])
    assert "try again: the index" in capsys.readouterr().err


def test_a_text_that_the_index_only_pretends_to_have_known_is_logged_as_no_correction(project):
    alter(project, "UPDATE known_text SET body = 'Another text altogether.'")
    edit(project.transcript("d1"), transcript(BODY.replace("Fine", "Well")))
    with Session(project, "c1") as session:
        session.notice_text_edits()
        session.code("d1", 2, 6, "work")
    assert "text" not in [event.what for event in events_on_disk(project, "c1", "")]
