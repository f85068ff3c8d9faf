"""What notebooks and scripts see."""

import subprocess
import sys

import pytest
from builders import ROOT, apply, make_project, transcript, write_events

import qualcode
from qualcode.errors import BadOption, ProjectNotFound, QualcodeError

BODY = "Mei: I miss her.\n"


@pytest.fixture
def folder(tmp_path):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY, case="zhao")}, cases=["zhao"])
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her")])
    return project


def loaded_modules(code, *args):
    script = f"import sys\n{code}\nprint(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script, *args], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in run.stdout.split()}


@pytest.mark.parametrize("name", qualcode.__all__)
def test_every_public_name_can_be_used(name):
    assert getattr(qualcode, name) is not None


def test_public_names_are_listed():
    assert dir(qualcode) == sorted(qualcode.__all__)


def test_other_names_are_not_there():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = qualcode.nothing


def test_all_errors_have_one_base():
    errors = [getattr(qualcode, name) for name in qualcode.__all__]
    assert all(
        issubclass(error, QualcodeError) for error in errors if isinstance(error, type) and issubclass(error, Exception)
    )


def test_importing_qualcode_loads_next_to_nothing():
    assert not loaded_modules("import qualcode") & {"textual", "pydantic", "yaml", "ruamel", "sqlite3", "regex"}


def test_working_in_a_notebook_never_loads_textual(folder):
    code = (
        "import qualcode\nproject = qualcode.open_project(sys.argv[1])\nproject.matrix(); project.segments(); project.search('her')\n"
        "qualcode.Session(project, coder='c2').code('d1', code='work', quote='I miss')"
    )
    assert not loaded_modules(code, str(folder.root)) & {"textual", "rich"}


def test_a_project_answers_questions(folder):
    with qualcode.open_project(folder.root) as project:
        assert (project.info.title, project.code_tree.path("longing")) == ("A study", "emotion/longing")
        assert [
            len(table)
            for table in (project.documents, project.cases, project.codebook, project.segments(), project.log())
        ] == [1, 1, 3, 1, 1]
        assert project.matrix(rows="code", cols="case")[1]["zhao"] == 1
        assert project.search("MISS")[0]["start"] == 7


def test_every_question_sees_the_files_as_they_are(folder):
    with qualcode.open_project(folder.root) as project:
        write_events(folder, "c2", "d1", [apply(2, BODY, "her")])
        assert len(project.segments()) == 2


def test_a_session_and_its_project_see_the_same(folder):
    with qualcode.open_project(folder.root) as project:
        qualcode.Session(project, coder="c2").code("d1", code="work", quote="her")
        assert [row["text"] for row in project.segments(coder="c2")] == ["her"]


def test_a_filter_that_does_not_exist_is_refused_with_those_that_do(folder):
    with qualcode.open_project(folder.root) as project, pytest.raises(BadOption, match="colour; there are: code, case"):
        project.segments(colour="red")


def test_a_folder_without_a_project_is_refused(tmp_path):
    with pytest.raises(ProjectNotFound, match="qualcode new"):
        qualcode.open_project(tmp_path)


def test_a_project_shows_its_title(folder):
    with qualcode.open_project(folder.root) as project:
        assert repr(project) == "<qualcode project 'A study': 1 document>"


def test_words_in_context_and_saturation(folder):
    with qualcode.open_project(folder.root) as project:
        assert [(row["left"], row["hit"], row["codes"]) for row in project.kwic("miss", case="zhao")] == [
            ("I ", "miss", "longing")
        ]
        table = project.saturation(base=1, run=1)
        assert [row["new_codes"] for row in table] == [1]
        assert table.sentence.startswith("Too few interviews to tell")
        with pytest.raises(BadOption, match="coder"):
            project.kwic("miss", coder="c1")


def test_cases_side_by_side(tmp_path):
    project = make_project(
        tmp_path / "p", {"a": transcript(BODY, case="x"), "b": transcript("Ann: Hi.\n", case="y")}, cases="xy"
    )
    write_events(project, "c1", "a", [apply(1, BODY, "I miss her")])
    with qualcode.open_project(project.root) as opened:
        found = opened.compare("x", "y", code="longing")
        assert found.sentence(found.rows[0]) == "longing: only in x, 1 passage in 1 document (333.3 per 1,000 words)."
        assert found.table().to_dicts()[0]["x: passages"] == 1


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.md"])
def test_any_table_can_be_written_to_a_file(folder, tmp_path, name):
    with qualcode.open_project(folder.root) as project:
        for table in (project.documents, project.segments(), project.matrix()):
            qualcode.write_table(table, tmp_path / name)
            assert (tmp_path / name).stat().st_size > 0
