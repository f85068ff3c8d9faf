"""Cases, their attributes and participants are changed in one step each, and project.yaml comes back byte for byte."""

import json

import pytest
from builders import edit, events_on_disk, make_project, open_index, transcript
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualcode.analysis.audit import audit
from qualcode.analysis.lists import participants
from qualcode.errors import BadFile, BadOption, CannotUndo, UnknownName
from qualcode.files.folder import ProjectFolder
from qualcode.session import Session

PROJECT = """\
# A study
title: A study
attributes:
  age: integer    # in years
  only_child: yes/no

cases:
  # from the township
  - id: liang
    name: Liang family   # a pseudonym
    attributes:
      age: 14
      only_child: true
  - id: zhao
    name: Zhao family

participants:
  - {id: mei, name: Mei, role: child, case: liang}
"""


@pytest.fixture
def project(tmp_path):
    made = make_project(tmp_path / "p", {"d1": transcript("Mei: Hi\n", case="liang", speakers={"Mei": "mei"})})
    made.project_yaml.write_text(PROJECT, "utf-8")
    return made


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        yield found


def table(tmp_path, text, name="cases.csv"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def attributes(session):
    session.index.refresh()
    return {case.id: dict(case.attributes) for case in session.index.project.cases}


def test_a_table_adds_cases_and_changes_attributes(session, tmp_path):
    plan = session.import_cases(table(tmp_path, "case,age,town\nliang,15,Chengguan\nzhao,,Changling\nwang,9,\n"))
    assert attributes(session) == {
        "liang": {"age": 15, "only_child": True, "town": "Chengguan"},
        "zhao": {"town": "Changling"},
        "wang": {"age": 9},
    }
    assert plan.attributes == {"town": "text"}
    assert [str(change) for change in plan.changes] == [
        "liang: changed; age 14 → 15, town Chengguan", "zhao: changed; town Changling", "wang: new case; age 9",
    ]  # fmt: skip


def test_all_of_it_is_one_step_and_undo_brings_the_file_back_byte_for_byte(session, project, tmp_path):
    session.import_cases(table(tmp_path, "case,age,town,visits\nliang,15,Chengguan,2\nwang,9,,1.5\n"))
    after = project.project_yaml.read_bytes()
    session.undo()
    assert project.project_yaml.read_text("utf-8") == PROJECT
    session.redo()
    assert project.project_yaml.read_bytes() == after
    session.undo()
    assert project.project_yaml.read_text("utf-8") == PROJECT


def test_a_plan_writes_nothing(session, project, tmp_path):
    session.plan_cases(table(tmp_path, "case,age\nliang,15\n"))
    assert project.project_yaml.read_text("utf-8") == PROJECT
    assert events_on_disk(project, "c1", "") == []


def test_an_empty_cell_says_nothing_unless_it_is_to_erase(session, tmp_path):
    path = table(tmp_path, "case,age\nliang,\nzhao,3\n")
    session.import_cases(path)
    assert attributes(session)["liang"]["age"] == 14
    session.import_cases(path, empty_erases=True)
    assert "age" not in attributes(session)["liang"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            "case,age\nliang,15\nzhao,old\n", 3, "age: 'old' is not a whole number", id="not of the declared type"
        ),
        pytest.param("case,Only child\nliang,perhaps\n", 2, "is not yes or no", id="matched by name, not of its type"),
        pytest.param(
            "case,age\nliang,15\nLiang family,16\n", 3, "'16' here and '15' on line 2", id="two values of one case"
        ),
        pytest.param("case,age\na/b,15\n", 2, "cannot be used as the name of a case", id="no name for a case"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_line_and_nothing_is_written(
    session, project, tmp_path, text, line, message
):
    with pytest.raises(BadFile, match=message) as caught:
        session.import_cases(table(tmp_path, text))
    assert caught.value.problems[0].line == line
    assert project.project_yaml.read_text("utf-8") == PROJECT


def test_types_of_new_attributes_are_told_from_the_whole_column(session, tmp_path):
    text = "case,n,x,ok,day,word,code\nliang,1,1.5,yes,2009-03-02,a,007\nzhao,2,2,no,,9,12\n"
    assert session.import_cases(table(tmp_path, text)).attributes == {
        "n": "integer", "x": "number", "ok": "yes/no", "day": "date", "word": "text", "code": "text",
    }  # fmt: skip


def test_the_type_of_a_new_attribute_fits_values_that_cases_have_already(session, project, tmp_path):
    edit(
        project.project_yaml,
        PROJECT.replace("    name: Zhao family\n", "    name: Zhao family\n    attributes: {town: X}\n"),
    )
    assert session.import_cases(table(tmp_path, "case,town\nliang,7\n")).attributes == {"town": "text"}
    assert attributes(session)["zhao"] == {"town": "X"}


@pytest.mark.parametrize(
    ("header", "case"),
    [("case,age", "liang"), ("age,Case", "14"), ("id,name", "liang"), ("who,age", "liang")],
    ids=["called case", "wherever it stands", "id before name", "else the first"],
)
def test_the_column_that_names_the_case_is_found(session, tmp_path, header, case):
    row = "14,liang" if header == "age,Case" else f"{case},14"
    plan = session.plan_cases(table(tmp_path, f"{header}\n{row}\n"))
    assert [*plan.unchanged, *(change.case for change in plan.changes)] == ["liang"]


def test_cases_go_by_their_names_too_and_a_name_column_names_them(session, tmp_path):
    session.import_cases(table(tmp_path, "id,name,age\nzhao family,The Zhaos,8\nwang,Wang family,9\n"))
    assert [(case.id, case.name) for case in session.index.project.cases][1:] == [
        ("zhao", "The Zhaos"),
        ("wang", "Wang family"),
    ]


def test_rows_without_a_case_are_left_out_and_said(session, project, tmp_path):
    plan = session.import_cases(table(tmp_path, "case,age\n,old\n,3\n"))
    assert (plan.changes, "2 rows without a case were left out." in plan.remarks) == ((), True)
    assert project.project_yaml.read_text("utf-8") == PROJECT


def test_what_is_so_already_is_no_change(session, project, tmp_path):
    plan = session.import_cases(table(tmp_path, "case,age,only child\nliang,14,yes\n"))
    assert (plan.changes, plan.unchanged) == ((), ("liang",))
    assert events_on_disk(project, "c1", "") == []


def test_an_import_is_told_case_by_case(session, tmp_path):
    session.import_cases(table(tmp_path, "case,age,visits\nliang,15,2\nwang,9,1\n"))
    told = [(row["act"], row["object"], row["before"], row["after"]) for row in audit(session.index)]
    assert told == [
        ("declared attribute", "visits", "", '{"type": "integer"}'),
        ("changed case", "liang", '{"age": "14", "visits": null}', '{"age": "15", "visits": "2"}'),
        ("declared case", "wang", "", '{"name": "wang", "age": "9", "visits": "1"}'),
    ]


def test_what_was_changed_by_hand_since_is_not_overwritten_by_undo(session, project, tmp_path):
    session.import_cases(table(tmp_path, "case,age\nliang,15\n"))
    edit(project.project_yaml, project.project_yaml.read_text("utf-8").replace("age: 15", "age: 16"))
    with pytest.raises(CannotUndo, match="changed since"):
        session.undo()
    assert "age: 16" in project.project_yaml.read_text("utf-8")


def test_a_later_change_of_another_attribute_is_no_obstacle(session, tmp_path):
    session.set_case("liang", {"age": "15"})
    first = events_on_disk(session.folder, "c1", "")[-1].id
    session.set_case("liang", {"only_child": "no"})
    session.take_back(first)
    assert attributes(session)["liang"] == {"age": 14, "only_child": False}


def test_a_case_made_by_an_import_stays_while_documents_or_participants_stand_on_it(session, project, tmp_path):
    session.import_cases(table(tmp_path, "case,age\nwang,15\n"))
    with Session(project, coder="c2") as other:
        other.add_participant("anna", "Anna", case="wang")
    with pytest.raises(CannotUndo, match="Participants belong to the case 'wang'"):
        session.undo()


def test_an_attribute_is_set_and_a_new_one_declared(session, project):
    plan = session.set_case("Liang family", {"age": "15", "visits": "2"}, name="The Liangs")
    assert attributes(session)["liang"] == {"age": 15, "only_child": True, "visits": 2}
    assert plan.attributes == {"visits": "integer"}
    assert "name: The Liangs   # a pseudonym" in project.project_yaml.read_text("utf-8")
    session.undo()
    assert project.project_yaml.read_text("utf-8") == PROJECT


def test_a_case_that_is_not_there_is_declared_only_when_asked(session):
    with pytest.raises(UnknownName, match="--new"):
        session.set_case("wang", {"age": "3"})
    session.set_case("wang", {"age": "3"}, new=True)
    assert attributes(session)["wang"] == {"age": 3}


@pytest.mark.parametrize("values", [{"age": "old"}, {"": "3"}, {"a\x1bb": "3"}, {"town": "a\nb"}])
def test_a_value_that_cannot_be_is_refused(session, project, values):
    with pytest.raises(BadOption):
        session.set_case("liang", values)
    assert project.project_yaml.read_text("utf-8") == PROJECT


def test_a_participant_is_added_and_taken_back(session, project):
    session.add_participant("anna", "Anna, K.", "nurse", "Zhao family")
    assert [tuple(row) for row in participants(session.index)] == [
        ("mei", "Mei", "child", "liang", 1, 1), ("anna", "Anna, K.", "nurse", "zhao", 0, 0),
    ]  # fmt: skip
    assert "declared participant anna (Anna, K., nurse, case zhao)" in str(session.undo())
    assert project.project_yaml.read_text("utf-8") == PROJECT


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (("mei",), BadOption),
        (("a/b",), BadOption),
        (("anna", "An\x1bna"), BadOption),
        (("anna", "", "", "nobody"), UnknownName),
    ],
)
def test_a_participant_that_cannot_be_is_refused(session, project, given, error):
    with pytest.raises(error):
        session.add_participant(*given)
    assert project.project_yaml.read_text("utf-8") == PROJECT


def test_a_participant_whom_a_document_names_by_now_stays(session, project):
    session.add_participant("anna", "Anna")
    (added,) = events_on_disk(project, "c1", "")
    edit(
        project.transcript("d1"),
        transcript("Mei: Hi\nAnna: Ho\n", case="liang", speakers={"Mei": "mei", "Anna": "anna"}),
    )
    with pytest.raises(CannotUndo, match="name the participant 'anna'"):
        session.take_back(added.id)


def test_a_broken_project_file_is_left_alone(session, project, tmp_path):
    edit(project.project_yaml, "title: [\n")
    with pytest.raises(BadFile):
        session.add_participant("anna")
    with pytest.raises(BadFile):
        session.import_cases(table(tmp_path, "case,age\nliang,15\n"))
    assert project.project_yaml.read_text("utf-8") == "title: [\n"


def test_log_lines_of_older_versions_are_undone_and_redone(project):
    log = project.log_file("c1")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(json.dumps({"v": 1, "id": "000000000000000001", "at": "2024-03-05T10:00:00.000Z", "op": "change",
                               "what": "case", "key": "wang", "before": None, "after": {"id": "wang"}}) + "\n")  # fmt: skip
    with_case = PROJECT.replace("    name: Zhao family\n", "    name: Zhao family\n  - id: wang\n    name: wang\n")
    project.project_yaml.write_text(with_case, "utf-8")
    with Session(ProjectFolder(project.root), coder="c1") as session:
        session.undo()
        assert project.project_yaml.read_text("utf-8") == PROJECT
        session.redo()
    assert project.project_yaml.read_text("utf-8") == with_case


def test_the_index_follows(session, project, tmp_path):
    session.import_cases(table(tmp_path, "case,age\nwang,15\n"))
    fresh = open_index(project, in_memory=True)
    assert fresh.rows("SELECT id, attributes FROM kase") == session.index.rows("SELECT id, attributes FROM kase")
    fresh.close()


CELLS = st.sampled_from(
    [
        "liang",
        "zhao",
        "wang",
        "Liang family",
        "14",
        "yes",
        "",
        "2.5",
        "x y",
        "妈妈",
        '"a\nb"',
        "2009-03-02",
        "a: b",
        "- #",
        "=1",
    ]
)
HEADERS = st.sampled_from(["case,age,new", "id,name,only child"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.booleans(), HEADERS)
def test_any_table_is_imported_and_taken_back_byte_for_byte_or_refused(
    session, project, tmp_path, rows, erases, header
):
    path = table(tmp_path, "\n".join([header, *(",".join(row) for row in rows)]) + "\n")
    try:
        plan = session.import_cases(path, empty_erases=erases)
    except (BadFile, BadOption):
        assert project.project_yaml.read_text("utf-8") == PROJECT
        return
    assert not session.index.problems("project.yaml")
    if plan.steps:
        session.undo()
    assert project.project_yaml.read_text("utf-8") == PROJECT
