"""Lines that somebody, or a disk, took out of an event file: nothing in the file tells that, the index does."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import edit, make_project, open_index, transcript

from qualcode.analysis.check import check
from qualcode.errors import CannotSave
from qualcode.files import saving
from qualcode.files.folder import ProjectFolder
from qualcode.session import Session

BODY = "Mei: I miss her. I work far away.\nResearcher: And you?\nMei: I miss him.\n"


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    made = make_project(tmp_path / "p", {"d1": transcript(BODY), "d2": transcript(BODY)})
    with Session(made, "c1") as session:
        for quote in ("miss her", "far away", "miss him"):
            session.code("d1", quote=quote, code="longing")
    return made


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def without_the_last_line(path: Path) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def told(project: ProjectFolder) -> list[str]:
    return [
        problem.message.partition(" stood ")[0] for problem in check(project)[0] if problem.path.startswith("codings")
    ]


@pytest.mark.parametrize(
    ("damage", "what"), [(emptied, "3 events"), (without_the_last_line, "1 event"), (Path.unlink, "3 events")]
)
@pytest.mark.parametrize("read_before", [False, True], ids=["check first", "read first"])
def test_codings_that_are_gone_from_their_file_are_told_until_they_are_back(
    project: ProjectFolder, damage: Callable[[Path], None], what: str, read_before: bool
) -> None:
    path = project.coding_file("c1", "d1")
    whole = path.read_bytes()
    damage(path)
    if read_before:
        index = open_index(project)
        assert [problem.message.partition(" stood ")[0] for problem in index.problems()] == [what]
        index.close()
    assert told(project) == [what]
    with Session(project, "c1") as session:  # work goes on, and the file grows
        session.code("d1", quote="And you?", code="work")
        path.write_bytes(path.read_bytes() + b"\n")
        session.index.refresh()
        assert [problem.message.partition(" stood ")[0] for problem in session.index.problems()] == [what]
    assert told(project) == [what]
    path.write_bytes(whole + path.read_bytes())
    assert told(project) == []
    assert open_index(project).problems() == []


def test_codings_that_stand_in_another_file_now_are_not_gone(project: ProjectFolder) -> None:
    path = project.coding_file("c1", "d1")
    copy = path.with_name("d1.sync-conflict-20260101-101010-ABCDEFG.jsonl")
    path.rename(copy)
    assert open_index(project).value("SELECT count(*) FROM coding") == 3
    assert not any("stood in it" in problem.message for problem in open_index(project).problems())
    copy.unlink()
    assert any("3 events stood in it" in problem.message for problem in open_index(project).problems())


def test_lines_that_were_refused_and_cut_off_again_are_not_missed(
    project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(project, "c1") as session:

        def step() -> None:
            with monkeypatch.context() as disk, session.step():
                session.code("d1", quote="work", code="work")
                session.code("d2", quote="work", code="work")
                disk.setattr(saving, "flush", refuse)
                session.code("d2", quote="far", code="work")

        with pytest.raises(CannotSave):
            step()
        session.index.refresh()
        assert session.index.problems() == []
    assert told(project) == []


def refuse(*_given: object) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_rewritten_file_with_the_same_events_lacks_nothing(project: ProjectFolder) -> None:
    path = project.coding_file("c1", "d1")
    edit(path, "".join(reversed(path.read_text("utf-8").splitlines(keepends=True))))
    assert open_index(project).problems() == []
