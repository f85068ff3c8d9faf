"""The re-reading queue: codings made under an older definition."""

import pytest
from builders import apply, edit, event, make_project, open_index, transcript, write_events
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.analysis.filters import Filters
from qualcode.analysis.segments import segments
from qualcode.analysis.stale import stale
from qualcode.errors import UnknownName
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes. 我想妈妈。\n"
CODES = {"emotion": {"definition": "Any feeling."}, "emotion/longing": {"definition": "Wanting someone."}, "work": {}}


@pytest.fixture
def project(tmp_path):
    return make_project(
        tmp_path / "p", {"d1": transcript(BODY, case="liang"), "d2": "Mei: Rain.\n"}, CODES, cases=["liang"]
    )


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        found.notice_hand_edits()
        yield found


def queue(session, **filters):
    return [(row["text"], row["code_id"], row["coder"]) for row in stale(session.index, Filters(**filters))]


def test_nothing_is_to_be_read_again_where_no_definition_changed(session):
    session.code("d1", quote="I miss her.", code="longing")
    session.rename_code("longing", "yearning")
    session.edit_code("longing", color="#112233", key=3, example="x")
    session.move_code("longing", "work")
    assert queue(session) == []


@pytest.mark.parametrize("name", ["definition", "use_when", "do_not_use_when"])
def test_a_coding_made_before_the_rule_changed_is_listed_with_then_and_now(session, name):
    session.code("d1", quote="我想妈妈", code="longing")
    session.edit_code("longing", **{name: "想念不在身边的人。"})
    (row,) = stale(session.index)
    then = "Wanting someone." if name == "definition" else ""
    assert (row["text"], row[f"{name}_before"], row[f"{name}_now"]) == ("我想妈妈", then, "想念不在身边的人。")
    assert (row["case"], row["document"], row["line"], row["changed_by"], row["code_path"]) == (
        "liang", "d1", 2, "c1", "emotion/longing",
    )  # fmt: skip


def test_a_coding_made_after_the_change_is_not_listed(session):
    session.edit_code("longing", definition="Newer.")
    session.code("d1", quote="I miss her.", code="longing")
    assert queue(session) == []


def test_a_definition_changed_and_changed_back_leaves_nothing_to_read(session):
    session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Newer.")
    session.edit_code("longing", definition="Wanting someone.")
    assert queue(session) == []


def test_what_was_coded_in_between_is_listed_when_the_definition_is_changed_back(session):
    session.edit_code("longing", definition="Newer.")
    session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Wanting someone.")
    (row,) = stale(session.index)
    assert (row["definition_before"], row["definition_now"]) == ("Newer.", "Wanting someone.")


def test_then_is_what_the_coder_went_by_though_it_changed_twice_since(session):
    session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Second.")
    session.code("d1", quote="I miss him.", code="longing")
    session.edit_code("longing", definition="Third.")
    assert [(row["text"], row["definition_before"]) for row in stale(session.index)] == [
        ("I miss her.", "Wanting someone."),
        ("I miss him.", "Second."),
    ]


def test_undoing_the_change_empties_the_queue_and_redoing_fills_it(session):
    session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Newer.")
    session.undo()
    assert queue(session) == []
    session.redo()
    assert len(queue(session)) == 1


def test_a_coding_that_was_kept_leaves_the_queue_until_the_next_change(session):
    coding = session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Newer.")
    session.keep(coding.id)
    assert queue(session) == []
    session.edit_code("longing", definition="Newest.")
    assert [row["definition_before"] for row in stale(session.index)] == ["Newer."]


def test_undoing_a_keep_puts_the_coding_back(session):
    coding = session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Newer.")
    session.keep(coding.id)
    session.undo()
    assert len(queue(session)) == 1


def test_a_recoded_or_removed_coding_leaves_the_queue(session):
    one = session.code("d1", quote="I miss her.", code="longing")
    two = session.code("d1", quote="I miss him.", code="longing")
    session.edit_code("longing", definition="Newer.")
    session.recode(one.id, "work")
    session.uncode(two.id)
    assert queue(session) == []


def test_recoding_to_a_code_that_changed_earlier_is_a_decision_of_today(session):
    coding = session.code("d1", quote="I miss her.", code="work")
    session.edit_code("longing", definition="Newer.")
    session.recode(coding.id, "longing")
    assert queue(session) == []


def test_a_note_is_no_decision(session):
    coding = session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Newer.")
    session.note(coding.id, "hm")
    assert len(queue(session)) == 1


def test_each_coders_codings_are_asked_for_by_coder(project, session):
    session.code("d1", quote="I miss her.", code="longing")
    with Session(project, "c2") as other:
        other.code("d1", quote="I miss him.", code="longing")
        other.edit_code("longing", definition="Newer.")
    session.index.refresh()
    assert queue(session, coder="c1") == [("I miss her.", "longing", "c1")]
    assert queue(session, coder="c2") == [("I miss him.", "longing", "c2")]
    assert {row["changed_by"] for row in stale(session.index)} == {"c2"}


def test_only_the_coder_who_kept_is_done(project, session):
    mine = session.code("d1", quote="I miss her.", code="longing")
    with Session(project, "c2") as other:
        other.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Newer.")
    session.keep(mine.id)
    assert queue(session) == [("I miss her.", "longing", "c2")]


def test_a_code_stands_for_its_sub_codes_unless_exact(session):
    session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Newer.")
    assert (len(queue(session, code="emotion")), len(queue(session, code="work"))) == (1, 0)
    assert queue(session, code="emotion", exact=True) == []


def test_an_unknown_code_is_said(session):
    with pytest.raises(UnknownName):
        stale(session.index, Filters(code="emotoin"))


def test_a_definition_changed_by_hand_counts_once_it_is_noticed(project, session):
    session.code("d1", quote="I miss her.", code="longing")
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text.replace("Wanting someone.", "Wanting somebody who is away."))
    session.index.refresh()
    session.notice_hand_edits()
    (row,) = stale(session.index)
    assert (row["definition_before"], row["definition_now"]) == ("Wanting someone.", "Wanting somebody who is away.")


def test_a_change_by_hand_is_known_though_the_codebook_was_never_opened_in_between(project):
    with Session(project, "c1") as session:
        session.code("d1", quote="I miss her.", code="longing")
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text.replace("Wanting someone.", "Wanting somebody who is away."))
    with Session(project, "c1") as session:
        session.notice_hand_edits()
        assert len(queue(session)) == 1


def test_codings_that_came_by_a_merge_are_listed_when_the_code_that_stays_changes(session):
    session.code("d1", quote="I miss her.", code="longing")
    session.merge_codes("longing", "work")
    session.edit_code("work", definition="All else.")
    assert queue(session) == [("I miss her.", "work", "c1")]
    assert [row["definition_before"] for row in stale(session.index)] == [""]


def test_keeping_what_fell_together_is_done_with_one_key(session):
    session.code("d1", quote="I miss her.", code="longing")
    session.code("d1", quote="I miss her.", code="work")
    session.merge_codes("longing", "work")
    session.edit_code("work", definition="All else.")
    (row,) = stale(session.index)
    session.keep(row["coding_id"])
    assert queue(session) == []
    session.undo(3)  # the keep, the change, the merge
    assert len(segments(session.index)) == 2


def test_codings_of_deleted_codes_are_not_listed(session):
    session.code("d1", quote="I miss her.", code="longing")
    session.edit_code("longing", definition="Newer.")
    session.delete_code("longing")
    assert queue(session) == []


def test_the_queue_comes_in_codebook_order_then_by_place(session):
    for quote, code in [("I sew shoes.", "emotion"), ("I miss him.", "longing"), ("I miss her.", "emotion")]:
        session.code("d1", quote=quote, code=code)
    session.edit_code("longing", definition="Newer.")
    session.edit_code("emotion", definition="Newer.")
    assert [text for text, _, _ in queue(session)] == ["I miss her.", "I sew shoes.", "I miss him."]


def test_a_log_of_the_older_form_without_places_is_understood(project):
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her.", "longing")])
    states = (
        {"id": "longing", "name": "longing", "definition": "Old."},
        {"id": "longing", "name": "longing", "definition": "Wanting someone."},
    )
    write_events(project, "c1", "", [event(2, "change", what="code", key="longing", before=states[0], after=states[1])])
    index = open_index(project, in_memory=True)
    assert [(row["definition_before"], row["definition_now"]) for row in stale(index)] == [("Old.", "Wanting someone.")]


@settings(max_examples=30)
@given(st.lists(st.sampled_from(["A", "B", "C", "code", "keep", "undo"]), max_size=8))
def test_a_coding_is_listed_just_if_its_definition_then_is_not_that_of_now(tmp_path_factory, acts):
    project = make_project(tmp_path_factory.mktemp("stale") / "p", {"d1": BODY}, codes={"x": {"definition": "A"}})
    with Session(project, "c1") as session:
        session.notice_hand_edits()
        went_by: dict[str, str] = {}
        history = []
        start = 0
        for act in acts:
            now = session.index.codebook["x"].definition
            if act == "code":
                history.append(dict(went_by))
                went_by[session.code("d1", start, start + 1, "x").id] = now
                start += 1
            elif act == "keep" and went_by:
                history.append(dict(went_by))
                ident = next(iter(went_by))
                session.keep(ident)
                went_by[ident] = now
            elif act == "undo" and history:
                session.undo()
                went_by = history.pop()
            elif act in "ABC" and act != now:
                history.append(dict(went_by))
                session.edit_code("x", definition=act)
        now = session.index.codebook["x"].definition
        expected = {ident: text for ident, text in went_by.items() if text != now}
        assert {row["coding_id"]: row["definition_before"] for row in stale(session.index)} == expected
