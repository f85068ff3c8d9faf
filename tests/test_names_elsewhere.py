"""Names that macOS or Windows could not hold, or not beside each other: no new ones, and those that are there are told."""

from __future__ import annotations

import os
import unicodedata

import pytest
from builders import make_project, transcript

from qualcode.analysis.check import check
from qualcode.errors import BadOption, QualcodeError
from qualcode.files.memos import free_memo_id
from qualcode.files.names_elsewhere import is_device
from qualcode.session import Session
from qualcode.session.import_names import source_name

BODY = "Mei: Fine.\n"
WORDS = {"é": ("é", unicodedata.normalize("NFD", "é"))}


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY)})
    with Session(project, "anna") as session:
        session.code("d1", 5, 9, "longing")
    return project


def told(project):
    return [str(problem) for problem in check(project)[0]]


@pytest.mark.parametrize("name", ["con", "CON", "Nul.md", "aux.2009.md", "com1", "LPT9.jsonl", "com²", "con .md"])
def test_names_of_devices_are_known_whatever_their_ending(name):
    assert is_device(name)


@pytest.mark.parametrize("name", ["connie", "com", "com10", "x.con", "auxiliary", "lpt"])
def test_other_names_are_no_devices(name):
    assert not is_device(name)


@pytest.mark.parametrize("coder", ["Anna", "ANNA", "aux", "Nul"])
def test_a_newcomer_gets_no_name_that_another_system_could_not_hold(project, coder):
    with pytest.raises(BadOption, match="--coder"):
        Session(project, coder)
    assert os.listdir(project.codings) == ["anna"]


@pytest.mark.parametrize("coder", ["Anna", "aux"])
def test_who_has_such_a_name_already_goes_on(project, coder):
    (project.codings / coder).mkdir()
    with Session(project, coder) as session:
        session.code("d1", 5, 9, "work")
    assert project.coding_file(coder, "d1").exists()


def test_no_memo_document_or_source_gets_the_name_of_a_device(project, tmp_path):
    assert free_memo_id(project, "Con") == "memo-con"
    table = tmp_path / "in.csv"
    table.write_text("id,text\nNUL,hi\n")
    (tmp_path / "aux.txt").write_text("A: hi\n")
    assert source_name(tmp_path / "aux.txt") == "source-aux.txt"
    with Session(project, "anna") as session:
        session.import_documents([tmp_path / "aux.txt"])
    assert sorted(os.listdir(project.transcripts)) == ["d1.md", "document-aux.md"]


def test_a_row_of_a_table_called_like_a_device_is_imported_under_another_name(project, tmp_path, said):
    table = tmp_path / "in.csv"
    table.write_text("id,text\nNUL,hi\nD1,ho\n")
    status, _, err = said("import", "--table", str(table), "-p", str(project.root), "--coder", "anna")
    assert sorted(os.listdir(project.transcripts)) == ["d1.md", "document-nul.md"]
    assert status == 1
    assert "there is a document 'd1' already" in err


def test_what_differs_only_in_letter_case_from_what_is_there_is_no_new_document_or_memo(project, tmp_path):
    project.transcript("d1").rename(project.transcript("D1"))
    (tmp_path / "d1.txt").write_text("A: hi\n")
    with Session(project, "anna") as session, pytest.raises(QualcodeError, match="there is a document 'D1' already"):
        session.import_documents([tmp_path / "d1.txt"])
    project.memos.mkdir(exist_ok=True)
    (project.memos / "A.md").write_text("x\n")
    assert free_memo_id(project, "A") == "a-2"


def test_check_tells_names_that_only_this_system_holds(project):
    for name in ("D1.md", "nul.md", "What?.md", "x .md", f"{WORDS['é'][0]}.md", f"{WORDS['é'][1]}.md"):
        (project.transcripts / name).write_text(BODY)
    (project.codings / "Anna").mkdir()
    project.sources.mkdir(exist_ok=True)
    (project.sources / "Con.txt").write_text("x")
    found = told(project)
    for start, words in (
        ("codings/anna: ", "same name as 'Anna'"),
        ("transcripts/d1.md: ", "only letter case differs"),
        ("transcripts/nul.md: ", "Windows has no files of this name"),
        ("transcripts/What?.md: ", "cannot be used as the name of a document"),
        ("transcripts/x .md: ", "cannot be used"),
        ("transcripts/é.md: ", "accents are stored otherwise"),
        ("sources/Con.txt: ", "Windows has no files"),
    ):
        assert [line for line in found if unicodedata.normalize("NFC", line).startswith(start) and words in line], start


def test_a_project_with_sound_names_is_told_of_nothing(project):
    assert told(project) == []
