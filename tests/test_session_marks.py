"""Exemplary quotes: marks on codings, in the session, the lists, the log, and on the command line."""

import json

import pytest
from builders import (
    apply,
    edit,
    event,
    events_on_disk,
    fresh_answers,
    make_project,
    open_index,
    transcript,
    write_events,
)

from qualcode.analysis.audit import audit, entries, sentence
from qualcode.analysis.segments import segments
from qualcode.cli.main import run
from qualcode.errors import BadOption
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript(BODY, title="At home")}, ("longing", "grief", "work"))


@pytest.fixture
def session(project):
    with Session(project, "c1") as session:
        yield session


def exemplary(index):
    return [row["text"] for row in segments(index) if row["exemplary"] == "yes"]


def ops(project, coder="c1"):
    return [(event.op, event.mark) for event in events_on_disk(project, coder, "d1") if event.op == "mark"]


def test_a_marked_coding_is_exemplary_in_the_list_and_on_disk(project, session):
    coding = session.code("d1", 5, 16, "longing")
    assert session.mark(coding.id, "exemplary").mark == "exemplary"
    assert (exemplary(session.index), ops(project)) == (["I miss her."], [("mark", "exemplary")])
    assert fresh_answers(project)["segments"][0][-1] == "yes"


def test_the_mark_is_taken_away(session):
    coding = session.code("d1", 5, 16, "longing")
    session.mark(coding.id, "exemplary")
    session.mark(coding.id, "")
    assert exemplary(session.index) == []


def test_marking_again_writes_nothing(project, session):
    coding = session.code("d1", 5, 16, "longing")
    session.mark(coding.id)
    session.mark(coding.id)
    assert ops(project) == [("mark", "exemplary")]


def test_a_mark_of_any_other_name_is_refused(session):
    coding = session.code("d1", 5, 16, "longing")
    with pytest.raises(BadOption, match="golden"):
        session.mark(coding.id, "golden")


def test_somebody_elses_coding_is_not_marked(project, session):
    write_events(project, "c2", "d1", [apply(1, BODY, "I sew shoes.", "work")])
    with Session(project, "c1") as mine, pytest.raises(BadOption, match="c2"):
        mine.mark("000000000000000001")


def test_undo_takes_the_mark_back_and_redo_brings_it_again(session):
    coding = session.code("d1", 5, 16, "longing")
    session.mark(coding.id)
    assert "mark on longing" in str(session.undo())
    assert exemplary(session.index) == []
    session.redo()
    assert exemplary(session.index) == ["I miss her."]


def test_a_mark_survives_a_recoding_and_a_note(session):
    coding = session.code("d1", 5, 16, "longing")
    session.mark(coding.id)
    session.note(coding.id, "yes")
    session.recode(coding.id, "work")
    assert [(row["code"], row["exemplary"]) for row in segments(session.index)] == [("work", "yes")]


def test_recoded_onto_a_twin_the_mark_goes_along(session):
    session.code("d1", 5, 16, "work")
    coding = session.code("d1", 5, 16, "longing")
    session.mark(coding.id)
    session.recode(coding.id, "work")
    assert [(row["code"], row["exemplary"]) for row in segments(session.index)] == [("work", "yes")]


@pytest.mark.parametrize("marked", ["longing", "grief"])
def test_of_twins_of_merged_codes_one_mark_is_enough(session, marked):
    codings = {code: session.code("d1", 5, 16, code) for code in ("longing", "grief")}
    session.mark(codings[marked].id)
    session.merge_codes("longing", "grief")
    assert exemplary(session.index) == ["I miss her."]
    shown = segments(session.index)[0]["coding_id"]
    session.mark(shown, "")
    assert exemplary(session.index) == []
    session.undo()
    assert exemplary(session.index) == ["I miss her."]


def test_joined_codings_keep_the_mark_of_either(session):
    session.code("d1", 5, 16, "longing")
    session.mark(session.code("d1", 10, 28, "grief").id)
    session.merge_codes("longing", "grief")
    assert exemplary(session.index) == ["I miss her. I miss him."]


def test_unmerging_gives_each_its_own_mark_again(session):
    session.code("d1", 5, 16, "longing")
    session.mark(session.code("d1", 5, 16, "grief").id)
    session.merge_codes("longing", "grief")
    session.undo()
    assert [(row["code"], row["exemplary"]) for row in segments(session.index)] == [("grief", "yes"), ("longing", "")]


def test_the_log_says_what_was_marked_and_unmarked(session):
    coding = session.code("d1", 5, 16, "longing")
    session.mark(coding.id)
    session.mark(coding.id, "")
    told = [sentence(entry) for entry in entries(session.index)]
    assert told[1:] == [
        "c1 marked as exemplary: “I miss her.” in d1, longing",
        "c1 took the mark (exemplary) off “I miss her.” in d1, longing",
    ]
    assert [(row["before"], row["after"]) for row in audit(session.index, kind="marked")] == [
        ("", "exemplary"), ("exemplary", "")]  # fmt: skip


def test_as_of_a_moment_before_the_mark_there_is_none(project):
    from qualcode.notebook import open_project

    late = event(2, "mark", coding=1, mark="exemplary")
    later = type(late)(late.id, "2025-01-01T00:00:00.000Z", "mark", coding=late.coding, mark="exemplary")
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her."), later])
    with open_project(project.root) as opened:
        assert exemplary(opened.index) == ["I miss her."]
        assert exemplary(opened.as_of("2024-06-01").index) == []


def test_the_mark_is_found_again_after_the_text_was_corrected(project, session):
    session.mark(session.code("d1", 5, 16, "longing").id)
    edit(project.transcript("d1"), transcript("Interview.\n" + BODY, title="At home"))
    session.index.refresh()
    assert exemplary(session.index) == ["I miss her."]


def test_the_command_marks_and_unmarks_several_in_one_step(project, said, monkeypatch):
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her."), apply(2, BODY, "I sew shoes.", "work")])
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    status, out, _ = said("mark", "0001", "0002")
    assert (status, out.splitlines()[0]) == (0, "Marked as exemplary: “I miss her.” in d1, longing")
    assert [row["exemplary"] for row in json.loads(said("segments", "-f", "json")[1])] == ["yes", "yes"]
    assert run(["undo"]) == 0
    assert ops(project)[-1] == ("mark", "exemplary")
    assert exemplary(open_index(project)) == []
    said("mark", "0001")
    assert said("mark", "0001", "--off")[1].startswith("No longer marked: “I miss her.”")
    assert exemplary(open_index(project)) == []


def test_an_unknown_coding_among_those_to_mark_marks_none(project, said, monkeypatch):
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her.")])
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    status, _, err = said("mark", "0001", "9999")
    assert (status, "9999" in err, ops(project)) == (2, True, [])
