"""Taking back one act of the past, or all since a moment; milestones. Undo and redo step by step: test_session.py."""

import os
import time

import pytest
from builders import answers, edit, events_on_disk, fresh_answers, make_project, transcript

from qualcode.analysis.audit import audit
from qualcode.analysis.milestones import milestones
from qualcode.core.events import fold
from qualcode.errors import BadOption, CannotSave, CannotUndo, UnknownName
from qualcode.files.project_files import read_codebook
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"


@pytest.fixture
def project(tmp_path):
    return make_project(
        tmp_path / "p", {"d1": transcript(BODY, title="At home"), "d2": "Mei: Rain.\n"}, cases=["liang"]
    )


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        yield found


@pytest.fixture
def other(project):
    with Session(project, coder="c2") as found:
        yield found


def codings(project, document="d1", coder="c1"):
    """(quote, code, note) of each coding in force, from the file alone."""
    folded = fold(events_on_disk(project, coder, document), coder, document)
    return [(coding.text, coding.code, coding.note) for coding in folded.values()]


def code_paths(project):
    book, _ = read_codebook(project.codebook_yaml)
    return [book.path(code.id) for code in book.codes if not code.merged_into]


def act(session, kind, number=-1):
    """The id of an act of this kind, the last one unless told otherwise."""
    session.index.refresh()
    return [row["event_id"] for row in audit(session.index) if row["act"] == kind][number]


def taken_back(session, kind, number=-1):
    return session.take_back(act(session, kind, number))


def files(project):
    """Every file of the project that is not derived."""
    found = (path for path in project.root.rglob("*") if path.is_file() and ".qualcode" not in path.parts)
    return {str(path): path.read_bytes() for path in found}


# ------------------------------------------------------------------ one act


def test_an_old_act_is_taken_back_and_later_ones_stay(project, session):
    first = session.code("d1", 7, 15, "longing")
    session.code("d1", 0, 3, "work")
    change = session.take_back(first.id)
    assert codings(project) == [("Mei", "work", "")]
    assert (change.document, change.codings) == ("d1", (first.id,))


def test_the_end_of_an_id_will_do(project, session):
    coding = session.code("d1", 7, 15, "longing")
    session.take_back(coding.id[-8:].upper())
    assert codings(project) == []


@pytest.mark.parametrize("wanted", ["", "xy", "nothing-like-this", "%%%%", "____"])
def test_an_act_that_is_not_there_is_refused(session, wanted):
    session.code("d1", 7, 15, "longing")
    with pytest.raises(UnknownName, match="qualcode log"):
        session.take_back(wanted)


def test_what_was_done_in_one_go_is_taken_back_in_one_go(project, session):
    with session.batch():
        first = session.code("d1", 7, 15, "longing")
        session.code("d2", 5, 9, "work")
    session.code("d1", 0, 3, "work")
    session.take_back(first.id)
    assert (codings(project), codings(project, "d2")) == ([("Mei", "work", "")], [])


def test_an_undo_taken_back_is_a_redo(project, session):
    session.code("d1", 7, 15, "longing")
    session.undo()
    session.code("d1", 0, 3, "work")
    change = taken_back(session, "undid")
    assert change.text.startswith("Redid: coding emotion/longing")
    assert ("miss her", "longing", "") in codings(project)


def test_a_step_taken_back_is_redone_as_one_step(project, session):
    with session.batch():
        first = session.code("d1", 7, 15, "longing")
        session.code("d2", 5, 9, "work")
    session.take_back(first.id)
    session.redo()
    assert len(codings(project)) == len(codings(project, "d2")) == 1


def test_what_was_undone_is_not_undone_twice(session):
    coding = session.code("d1", 7, 15, "longing")
    session.undo()
    with pytest.raises(CannotUndo, match=f"undone already .* --event {act(session, 'undid')[-8:]}"):
        session.take_back(coding.id)


def test_the_rename_of_a_code_is_taken_back_whatever_else_was_done_since(project, session):
    session.rename_code("longing", "missing")
    session.edit_code("longing", definition="Missing somebody.")
    session.code("d1", 7, 15, "missing")
    taken_back(session, "renamed code")
    book, _ = read_codebook(project.codebook_yaml)
    assert (book["longing"].name, book["longing"].definition) == ("longing", "Missing somebody.")


def test_a_merge_is_taken_back_after_later_codings(project, session):
    session.code("d1", 7, 15, "work")
    session.merge_codes("work", "longing")
    session.code("d1", 0, 3, "longing")
    taken_back(session, "merged code")
    assert code_paths(project) == ["emotion", "emotion/longing", "work"]
    session.index.refresh()
    assert session.index.rows("SELECT quote, code FROM coding ORDER BY start") == [
        ("Mei", "longing"),
        ("miss her", "work"),
    ]


def test_before_it_is_done_it_is_said_what_will_be_done(project, session):
    with session.batch():
        coding = session.code("d1", 7, 15, "longing")
        session.code("d2", 5, 9, "work")
    before = files(project)
    text = session.foresee(coding.id)
    assert text == (
        "This takes back that c1 coded “miss her” in d1 with emotion/longing, with 1 act more done in the same go."
    )
    assert files(project) == before


def test_undo_does_not_take_back_what_was_noticed_in_the_same_go(project, session):
    with session.batch():  # the first change of all notes the codebook as it was found
        session.add_code("pride")
        session.code("d1", 7, 15, "pride")
    session.undo()
    found = audit(session.index, kind="noted codebook").entries
    assert [entry.in_force for entry in found] == [True]


# ------------------------------------------------------------------ what stands in the way


def refused(project, session, ident, match):
    """It is refused in both ways, and nothing is written."""
    before = files(project)
    for verb in (session.take_back, session.foresee):
        with pytest.raises(CannotUndo, match=match):
            verb(ident)
    assert files(project) == before


@pytest.mark.parametrize(
    ("verb", "named"),
    [
        (lambda s, i: s.note(i, "sad"), "noted “sad”"),
        (lambda s, i: s.recode(i, "work"), "recoded “miss her”"),
        (lambda s, i: s.keep(i), "kept emotion/longing"),
        (lambda s, i: s.uncode(i), "removed emotion/longing"),
    ],
    ids=["note", "recode", "keep", "remove"],
)
def test_a_coding_is_not_taken_back_under_later_acts_on_it(project, session, verb, named):
    coding = session.code("d1", 7, 15, "longing")
    verb(session, coding.id)
    later = audit(session.index)[-1]["event_id"]
    refused(project, session, coding.id, rf"later acts stand on it: .* c1 {named}.*--event {later[-8:]}")


def test_it_is_taken_back_once_the_later_acts_were(project, session):
    coding = session.code("d1", 7, 15, "longing")
    session.note(coding.id, "sad")
    taken_back(session, "noted")
    session.take_back(coding.id)
    assert codings(project) == []


def test_a_note_is_not_taken_back_under_a_later_note(project, session):
    coding = session.code("d1", 7, 15, "longing")
    session.note(coding.id, "one")
    session.note(coding.id, "two")
    refused(project, session, act(session, "noted", 0), "c1 noted “two”")
    taken_back(session, "noted")
    taken_back(session, "noted", 0)
    assert codings(project) == [("miss her", "longing", "")]


def test_a_recoding_is_taken_back_under_a_later_note(project, session):
    coding = session.code("d1", 7, 15, "longing")
    session.recode(coding.id, "work")
    session.note(coding.id, "sad")
    taken_back(session, "recoded")
    assert codings(project) == [("miss her", "longing", "sad")]


def test_a_removal_is_not_taken_back_where_the_passage_was_coded_so_again(project, session):
    coding = session.code("d1", 7, 15, "longing")
    session.uncode(coding.id)
    session.code("d1", 7, 15, "longing")
    refused(project, session, act(session, "removed coding"), "c1 coded “miss her”")


def test_a_coding_does_not_come_back_under_a_code_that_is_gone(project, session):
    session.add_code("pride")
    coding = session.code("d1", 7, 15, "pride")
    session.uncode(coding.id)
    session.delete_code("pride")
    refused(project, session, act(session, "removed coding"), "c1 deleted code pride")


def test_a_code_is_not_taken_away_under_others_codings(project, session, other):
    session.add_code("pride")
    other.code("d1", 7, 15, "pride")
    refused(project, session, act(session, "created code"), "c2 coded “miss her” in d1 with pride")


def test_a_code_is_not_taken_away_under_its_sub_codes(project, session, other):
    session.add_code("pride")
    other.add_code("of work", "pride")
    refused(project, session, act(session, "created code", 0), "pride")


def test_a_rename_is_not_taken_back_under_a_later_rename_by_anybody(project, session, other):
    session.rename_code("longing", "missing")
    other.rename_code("missing", "yearning")
    refused(project, session, act(session, "renamed code", 0), "c2 renamed code missing to yearning")


def test_many_later_acts_are_named_up_to_a_few(project, session, other):
    session.add_code("pride")
    for at in range(9):
        other.code("d1", at, at + 3, "pride")
    refused(project, session, act(session, "created code"), "c2 coded .*; and 5 more")


def test_an_import_is_not_taken_back_under_codings(project, session, other, tmp_path):
    (tmp_path / "talk.txt").write_text("Mei: Rain.\n")
    session.import_documents([tmp_path / "talk.txt"])
    other.code("talk", 5, 9, "work")
    refused(project, session, act(session, "imported document"), "c2 coded “Rain” in talk")


def test_a_memo_is_not_taken_back_under_a_later_edit_of_its_text(project, session):
    memo = session.new_memo("On longing", text="one")
    session.edit_memo(memo.id, text="two")
    session.edit_memo(memo.id, text="three")
    refused(project, session, act(session, "edited memo", 0), "edited memo “On longing”")


def test_a_memos_old_title_comes_back_and_its_later_text_stays(project, session):
    memo = session.new_memo("On longing", text="one")
    session.edit_memo(memo.id, title="On missing")
    session.edit_memo(memo.id, text="two")
    taken_back(session, "edited memo", 0)
    text = project.memo(memo.id).read_text("utf-8")
    assert "title: On longing" in text
    assert text.rstrip().endswith("two")


def test_what_was_changed_by_hand_is_not_undone_by_a_command(project, session):
    session.notice_hand_edits()
    edit(project.codebook_yaml, project.codebook_yaml.read_text("utf-8").replace("name: work", "name: labour"))
    session.index.refresh()
    session.notice_hand_edits()
    refused(project, session, act(session, "renamed code"), "by hand")
    (noted,) = audit(session.index, kind="noted codebook")
    refused(project, session, noted["event_id"], "noticed")


# ------------------------------------------------------------------ somebody else's acts


def test_others_codings_are_left_to_them(project, session, other):
    coding = other.code("d1", 7, 15, "longing")
    refused(project, session, coding.id, "That is c2's act")


def test_another_coders_change_of_the_codebook_is_answered_by_an_opposite_one(project, session, other):
    other.edit_code("longing", definition="Missing somebody.")
    other.edit_code("longing", color="#112233")
    theirs = project.log_file("c2").read_bytes()
    change = taken_back(session, "changed code", 0)
    book, _ = read_codebook(project.codebook_yaml)
    assert (book["longing"].definition, book["longing"].color) == ("", "#112233")
    assert project.log_file("c2").read_bytes() == theirs
    assert change.text == "Took back that c2 changed definition of code emotion/longing."
    session.undo()
    assert read_codebook(project.codebook_yaml)[0]["longing"].definition == "Missing somebody."


def test_another_coders_merge_is_answered_in_one_step(project, session, other):
    other.add_code("pride")
    other.add_code("of work", "pride")
    session.code("d1", 7, 15, "pride")
    other.merge_codes("pride", "longing")
    assert "with 1 act more" in session.foresee(act(session, "merged code"))
    taken_back(session, "merged code")
    assert code_paths(project) == ["emotion", "emotion/longing", "work", "pride", "pride/of work"]
    session.undo()
    assert "emotion/longing/of work" in code_paths(project)


def test_another_coders_undo_of_a_code_is_answered_too(project, session, other):
    other.rename_code("longing", "missing")
    other.undo()
    taken_back(session, "undid")
    assert "emotion/missing" in code_paths(project)


def test_another_coders_memo_is_taken_away_and_brought_back(project, session, other):
    memo = other.new_memo("On longing", text="one")
    taken_back(session, "wrote memo")
    assert not project.memo(memo.id).exists()
    session.undo()
    assert project.memo(memo.id).exists()


def test_another_coders_milestone_can_be_taken_away(session, other):
    other.milestone("first cycle")
    taken_back(session, "milestone")
    assert milestones(session.index) == []
    session.milestone("first cycle")
    assert [found.coder for found in milestones(session.index)] == ["c1"]


# ------------------------------------------------------------------ back to a moment


def pause():
    """So that the next act falls into another millisecond."""
    time.sleep(0.003)


def now(session):
    at = session.index.value("SELECT max(at) FROM event")
    pause()
    return at


def test_all_since_a_moment_is_undone_as_one_step_and_redone_as_one(project, session):
    coding = session.code("d1", 7, 15, "longing")
    moment = now(session)
    session.note(coding.id, "sad")
    session.add_code("pride")
    session.rename_code("pride", "dignity")
    session.code("d1", 0, 3, "dignity")
    session.code("d2", 5, 9, "work")
    text = session.undo_to(moment).text
    assert "5 acts" in text
    assert (codings(project), codings(project, "d2")) == ([("miss her", "longing", "")], [])
    assert code_paths(project) == ["emotion", "emotion/longing", "work"]
    session.redo()
    assert [note for _, _, note in codings(project)] == ["sad", ""]
    assert "dignity" in code_paths(project)
    assert len(codings(project, "d2")) == 1
    assert answers(session.index) == fresh_answers(project)


def test_what_was_undone_after_the_moment_comes_back(project, session):
    session.code("d1", 7, 15, "longing")
    moment = now(session)
    session.undo()
    session.code("d1", 0, 3, "work")
    session.undo_to(moment)
    assert codings(project) == [("miss her", "longing", "")]
    session.redo()
    assert codings(project) == [("Mei", "work", "")]


def test_acts_of_others_stay(project, session, other):
    session.code("d1", 7, 15, "longing")
    moment = now(session)
    session.code("d1", 0, 3, "work")
    other.code("d1", 0, 3, "work")
    session.undo_to(moment)
    assert codings(project, coder="c2") == [("Mei", "work", "")]


def test_where_one_act_cannot_be_undone_none_is(project, session, other):
    session.code("d1", 7, 15, "longing")
    moment = now(session)
    session.add_code("pride")
    session.code("d1", 0, 3, "work")
    other.code("d1", 0, 3, "pride")
    before = files(project)
    with pytest.raises(CannotUndo, match="c2 coded “Mei” in d1 with pride"):
        session.undo_to(moment)
    assert files(project) == before


def test_a_moment_after_which_nothing_was_done_is_said_to_be_one(session):
    session.code("d1", 7, 15, "longing")
    with pytest.raises(CannotUndo, match="c1 did nothing after 2999-01-01"):
        session.undo_to("2999-01-01")


def test_where_only_undos_came_after_the_moment_they_are_undone(project, session):
    session.code("d1", 7, 15, "longing")
    moment = now(session)
    session.undo()
    assert "redo" not in session.undo_to(moment).text
    assert codings(project) == [("miss her", "longing", "")]


def test_a_milestone_is_a_moment_to_go_back_to(project, session):
    session.code("d1", 7, 15, "longing")
    session.milestone("first cycle")
    session.code("d1", 0, 3, "work")
    session.undo_to("first cycle")
    assert codings(project) == [("miss her", "longing", "")]
    assert [found.name for found in milestones(session.index)] == ["first cycle"]


def test_going_back_to_what_is_no_moment_is_refused(session):
    with pytest.raises(BadOption, match="2026-11-20"):
        session.undo_to("last tuesday")


def test_hand_edits_are_not_touched_by_going_back(project, session):
    session.notice_hand_edits()
    moment = now(session)
    edit(project.codebook_yaml, project.codebook_yaml.read_text("utf-8").replace("name: work", "name: labour"))
    session.index.refresh()
    session.notice_hand_edits()
    session.code("d1", 0, 3, "labour")
    session.undo_to(moment)
    assert "labour" in code_paths(project)


def test_a_disk_that_is_full_leaves_the_codebook_as_it_was(project, session, monkeypatch):
    session.rename_code("longing", "missing")
    before, ident = files(project), act(session, "renamed code")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotSave):
        session.take_back(ident)
    assert files(project) == before


# ------------------------------------------------------------------ milestones


def test_a_milestone_is_on_disk_with_its_counts(project, session):
    session.code("d1", 7, 15, "longing")
    made = session.milestone("  first   cycle done ")
    assert (made.name, made.coder, made.codings, made.codes) == ("first cycle done", "c1", 1, 3)
    event = events_on_disk(project, "c1", "")[-1]
    assert (event.what, event.key, event.after) == ("milestone", "first cycle done", {"codings": 1, "codes": 3})


@pytest.mark.parametrize("name", ["First  Cycle", "first cycle"])
def test_a_second_milestone_of_the_name_is_refused(session, other, name):
    other.milestone("first cycle")
    with pytest.raises(BadOption, match="already"):
        session.milestone(name)


@pytest.mark.parametrize("name", ["", "  ", "2026-11-20", "2026-11-20 18:00", "a\x1b]0;b", "x" * 200])
def test_a_name_that_cannot_be_is_refused(project, session, name):
    with pytest.raises(BadOption):
        session.milestone(name)
    assert not project.log_file("c1").exists()


@pytest.mark.parametrize("name", ["Durchgang eins – ü", "第一轮", "סבב ראשון"])
def test_a_milestone_may_be_called_in_any_script(session, name):
    session.milestone(name)
    assert [found.name for found in milestones(session.index)] == [name]


def test_a_milestone_is_a_step_of_its_own_for_undo(project, session):
    session.code("d1", 7, 15, "longing")
    session.milestone("first cycle")
    session.undo()
    assert (len(codings(project)), milestones(session.index)) == (1, [])
    session.redo()
    assert len(milestones(session.index)) == 1
