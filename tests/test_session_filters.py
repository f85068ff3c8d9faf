"""Named filters: saved in project.yaml, whose comments and order stay, as one undo step each; hand edits are fine."""

import json

import pytest
from builders import apply, edit, make_project, open_index, transcript, write_events

from qualcode.analysis.audit import entries, sentence
from qualcode.analysis.check import check
from qualcode.core.query import BadQuery
from qualcode.errors import BadFile, BadOption, UnknownName
from qualcode.session import Session

PROJECT = """\
# A study
title: A study
cases:
  - id: liang
    name: Liang family   # a pseudonym
# what we look at again and again
filters:
  children: role:child   # their own words
  late years: "date>=2009-06"
participants:
  - {id: mei, name: Mei, role: child, case: liang}
"""
BODY = "Mei: I miss her.\nLing: I sew shoes.\n"


@pytest.fixture
def project(tmp_path):
    documents = {"d1": transcript(BODY, case="liang", speakers={"Mei": "mei", "Ling": ""})}
    made = make_project(tmp_path / "p", documents, ("longing", "work"), cases=["liang"])
    made.project_yaml.write_text(PROJECT, "utf-8")
    write_events(made, "c1", "d1", [apply(1, BODY, "I miss her."), apply(2, BODY, "I sew shoes.", "work")])
    return made


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        yield found


def saved(session):
    session.index.refresh()
    return dict(session.index.project.filters)


def text(session):
    return session.folder.project_yaml.read_text("utf-8")


def test_filters_are_read_in_their_order(session):
    assert list(saved(session).items()) == [("children", "role:child"), ("late years", "date>=2009-06")]


def test_a_filter_that_is_saved_stands_in_the_file_and_nothing_else_changes(session):
    session.save_filter("about work", "code:work and not role:child")
    assert saved(session)["about work"] == "code:work and not role:child"
    line = '  about work: "code:work and not role:child"\n'
    before, at, after = (
        text(session).partition(line) if line in text(session) else text(session).partition(line.replace('"', ""))
    )
    assert (at != "", before + after) == (True, PROJECT)


def test_a_filter_saved_again_is_changed_in_its_place_with_its_comment(session):
    session.save_filter("children", "role:child and kind:interview")
    assert "  children: role:child and kind:interview   # their own words\n" in text(session)
    assert list(saved(session)) == ["children", "late years"]


def test_undo_brings_project_yaml_back_byte_for_byte_and_redo_the_change(session):
    session.save_filter("children", "words>5")
    session.save_filter("new", "code:work")
    session.delete_filter("late years")
    after = text(session)
    for _ in range(3):
        session.undo()
    assert text(session) == PROJECT
    for _ in range(3):
        session.redo()
    assert saved(session) == {"children": "words>5", "new": "code:work"}
    assert text(session) == after


def test_the_first_filter_makes_the_section_and_undo_takes_it_away(session):
    bare = "title: A study\ncases: []   # none\n"
    edit(session.folder.project_yaml, bare)
    session.save_filter("mine", "coder:c1")
    assert saved(session) == {"mine": "coder:c1"}
    session.undo()
    assert text(session) == bare


@pytest.mark.parametrize(
    "expression",
    ['code:"hidden emotions" and (role:child or attr.income>1000)', "text:#小芳 and near(code:longing, code:work, 2)",
     "text:'a: b' and not kind:chat", "text:{x} or text:[y]", "note:no"],
)  # fmt: skip
def test_an_expression_of_any_signs_comes_back_as_it_was_saved(session, expression):
    session.save_filter("x", expression)
    assert saved(session)["x"] == expression
    fresh = open_index(session.folder, in_memory=True)
    assert fresh.project.filters["x"] == expression
    fresh.close()


def test_saving_what_is_saved_already_writes_nothing(session):
    session.save_filter("children", "role:child")
    assert text(session) == PROJECT
    assert not session.folder.log_file("c1").exists()


def test_an_expression_that_cannot_be_read_is_not_saved_and_the_place_is_told(session):
    with pytest.raises(BadQuery) as error:
        session.save_filter("x", "role:child andd kind:chat")
    assert (error.value.at, text(session)) == (11, PROJECT)


def test_a_filter_can_refer_to_another_saved_one_but_not_to_one_that_is_not_there(session):
    session.save_filter("both", 'filter:children and filter:"late years"')
    with pytest.raises(UnknownName, match="childrne"):
        session.save_filter("more", "not filter:childrne")


@pytest.mark.parametrize("expression", ["filter:x", "not filter:x", "role:child or filter:via"])
def test_a_filter_cannot_come_to_refer_to_itself(session, expression):
    session.save_filter("x", "code:work")
    session.save_filter("via", "filter:x and words>2")
    with pytest.raises(BadOption, match="refer to itself"):
        session.save_filter("x", expression)
    assert saved(session)["x"] == "code:work"


def test_a_filter_that_another_one_uses_is_not_deleted(session):
    session.save_filter("both", "filter:children and words>2")
    with pytest.raises(BadOption, match="'both' refers to 'children'"):
        session.delete_filter("children")


def test_deleting_a_filter_that_is_not_there_names_those_that_are(session):
    with pytest.raises(UnknownName, match="children, late years"):
        session.delete_filter("childern")


@pytest.mark.parametrize(
    "name", ["", "  ", 'a"b', "a\x1bb", "x" * 61], ids=["empty", "blank", "quote", "escape", "long"]
)
def test_a_name_that_could_not_be_written_in_an_expression_is_refused(session, name):
    with pytest.raises(BadOption, match="filter's name"):
        session.save_filter(name, "role:child")


def test_the_log_says_what_was_saved_changed_and_deleted(session):
    session.save_filter("mine", "coder:c1")
    session.save_filter("mine", "coder:c2")
    session.delete_filter("mine")
    told = [sentence(entry) for entry in entries(session.index) if entry.what == "filter"]
    assert told == [
        "c1 saved filter mine (coder:c1)",
        "c1 changed filter mine from coder:c1 to coder:c2",
        "c1 deleted filter mine (coder:c2)",
    ]


def test_a_filter_edited_by_hand_counts_at_once(session):
    edit(session.folder.project_yaml, PROJECT.replace("role:child", "role:mother"))
    assert saved(session)["children"] == "role:mother"


def test_undo_does_not_run_over_what_was_edited_by_hand_since(session):
    session.save_filter("children", "words>5")
    edit(session.folder.project_yaml, text(session).replace("words>5", "words>7"))
    with pytest.raises(Exception, match="changed since"):
        session.undo()
    assert saved(session)["children"] == "words>7"


@pytest.mark.parametrize("value", ["{a: b}", "[role:child]"])
def test_a_value_that_is_no_text_is_a_problem_with_its_line_and_nothing_is_saved_over_it(session, value):
    edit(session.folder.project_yaml, PROJECT.replace("role:child   # their own words", value))
    session.index.refresh()
    (problem,) = session.index.problems()
    assert (problem.path, problem.line) == ("project.yaml", 8)
    with pytest.raises(BadFile):
        session.save_filter("x", "role:child")


def test_check_names_filters_that_cannot_be_read_or_lead_nowhere_or_in_a_circle(session):
    odd = "filters:\n  a: role=\n  b: filter:gone\n  c: filter:d\n  d: not filter:c\n"
    edit(session.folder.project_yaml, f"title: A study\n{odd}")
    found = [(p.line, p.message) for p in check(session.folder)[0] if "filter" in p.message]
    assert [line for line, _ in found] == [3, 4, 5, 6]
    assert "cannot be read at character 6" in found[0][1]
    assert [message.split(" ", 3)[3] for _, message in found[1:]] == [
        "refers to filter:gone, which is not saved", "refers to itself", "refers to itself"]  # fmt: skip


def test_a_broken_filter_in_the_file_can_be_saved_anew_or_deleted(session):
    edit(session.folder.project_yaml, PROJECT.replace("role:child   #", "role=   #"))
    session.save_filter("children", "role:child")
    session.delete_filter("late years")
    assert saved(session) == {"children": "role:child"}


# ------------------------------------------------------------------ the command


@pytest.fixture
def here(project, monkeypatch):
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


def listed(said):
    return [(row["name"], row["codings"]) for row in json.loads(said("filters", "-f", "json")[1])]


def test_the_command_lists_filters_with_the_codings_that_match(here, said):
    assert listed(said) == [("children", 1), ("late years", 0)]


def test_the_command_saves_and_deletes(here, said):
    status, out, _ = said("filters", "save", "anything", "filter:children or code:work")
    assert (status, out) == (0, "Saved filter anything: filter:children or code:work (codings that match: 2)\n")
    assert listed(said)[-1] == ("anything", 2)
    assert said("filters", "delete", "anything")[0] == 0
    assert listed(said) == [("children", 1), ("late years", 0)]


def test_an_expression_with_an_unknown_name_is_not_saved(here, said):
    status, _, err = said("filters", "save", "x", "code:longign")
    assert (status, "longing" in err) == (2, True)
    assert here.project_yaml.read_text("utf-8") == PROJECT


def test_a_filter_that_cannot_be_read_is_listed_with_what_is_wrong(here, said):
    edit(here.project_yaml, PROJECT.replace("role:child   #", "role=   #"))
    status, out, _ = said("filters")
    assert (status, "at character 6" in out, "late years" in out) == (0, True, True)


def test_where_nothing_is_saved_that_is_said(here, said):
    edit(here.project_yaml, "title: A study\n")
    status, _, err = said("filters")
    assert (status, "No filter is saved yet" in err) == (0, True)
