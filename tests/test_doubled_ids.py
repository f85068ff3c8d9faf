"""An id that stands twice, as git leaves it where one moved an entry and another edited it: read once, told, not written over."""

import pytest
from builders import edit, events_on_disk, make_project, transcript

from qualcode.cli.main import run
from qualcode.errors import BadFile
from qualcode.files.project_files import codebook_in
from qualcode.index.index import Index
from qualcode.session import Session

BODY = "P: We waited long.\n"
CODES = """codes:
- id: work
  name: work
  children:
  - id: pay
    name: pay
- id: home
  name: home
  children:
  - id: work
    name: labour
    children:
    - id: hours
      name: hours
"""
PROJECT = """title: A study
cases:
- id: liang
  name: Liang
- id: zhao
- id: liang
  name: Liang family
participants:
- id: anna
  case: liang
- id: anna
  case: zhao
"""


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path / "p", {"one": transcript(BODY, case="liang")}, cases=["liang", "zhao"])
    edit(project.codebook_yaml, CODES)
    return project


def places(index, file):
    return [(problem.line, problem.message) for problem in index.problems(file)]


def test_the_first_of_two_codes_is_read_at_a_cold_start_too_and_the_second_told_with_its_line(project):
    index = Index(project)
    index.refresh()
    assert [(code.id, code.name, code.parent) for code in index.codebook.codes] == [
        ("work", "work", ""), ("pay", "pay", "work"), ("home", "home", ""), ("hours", "hours", "work")]  # fmt: skip
    assert places(index, "codebook.yaml") == [(10, "the code id 'work' stands twice (first on line 2, which is read)")]
    index.close()


def test_passages_are_coded_meanwhile_but_the_codebook_is_not_written(project, capsys):
    before = project.codebook_yaml.read_bytes()
    with Session(project, "ann") as session:
        session.code("one", quote="We waited", code="work")
        for change in (
            lambda: session.rename_code("home", "house"), lambda: session.add_code("new"),
            lambda: session.merge_codes("pay", "home"),
        ):  # fmt: skip
            with pytest.raises(BadFile, match=r"codebook.yaml:10: .*delete the other"):
                change()
        assert session.notice_hand_edits() == 0
    assert project.codebook_yaml.read_bytes() == before
    assert [event.op for event in events_on_disk(project, "ann", "one")] == ["apply"]
    assert not project.log_file("ann").exists()
    assert run(["check", "-p", str(project.root)]) == 1
    assert "codebook.yaml:10" in "".join(capsys.readouterr())


def test_mended_it_is_written_again(project):
    with Session(project, "ann") as session:
        edit(
            project.codebook_yaml, CODES.replace("  - id: work\n    name: labour\n", "  - id: toil\n    name: labour\n")
        )
        session.rename_code("home", "house")
    assert "name: house" in project.codebook_yaml.read_text()


def test_two_cases_and_participants_alike_are_read_once_told_and_not_written_over(project):
    edit(project.project_yaml, PROJECT)
    with Session(project, "ann") as session:
        index = session.index
        assert [(case.id, case.name) for case in index.project.cases] == [("liang", "Liang"), ("zhao", "zhao")]
        assert [(person.id, person.case) for person in index.project.participants] == [("anna", "liang")]
        assert places(index, "project.yaml") == [
            (6, "the id 'liang' stands twice under cases (first on line 3, which is read)"),
            (11, "the id 'anna' stands twice under participants (first on line 9, which is read)"),
        ]
        with pytest.raises(BadFile, match=r"project.yaml:6"):
            session.set_case("liang", {"city": "Chengdu"})
    assert project.project_yaml.read_text() == PROJECT
    assert not project.log_file("ann").exists()


def test_a_codebook_that_is_brought_in_may_hold_no_id_twice(project):
    book, problems = codebook_in(CODES)
    assert (book, len(problems)) == (None, 1)
