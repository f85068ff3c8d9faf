"""The audit trail: who did what when, with before and after."""

import json
import time

import pytest
from builders import (
    AT,
    COMPOSED,
    DECOMPOSED,
    FAMILY,
    apply,
    edit,
    event,
    event_id,
    make_project,
    open_index,
    transcript,
    write_events,
)

from qualcode.analysis.audit import COLUMNS, Wanted, audit, entries, sentence
from qualcode.analysis.audit_places import passage_of
from qualcode.core.events import Event
from qualcode.errors import BadOption, UnknownName
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"
OTHER = "Mei: 我想妈妈。\n"


@pytest.fixture
def project(tmp_path):
    return make_project(
        tmp_path / "p",
        {"d1": transcript(BODY, title="At home", case="liang"), "d2": transcript(OTHER, case="zhao")},
        cases=["liang", "zhao"],
    )


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        yield found


def acts(session, **wanted):
    return [row["act"] for row in audit(session.index, **wanted)]


def told(session, **wanted):
    """The sentences, without the note of the codebook as it was found."""
    found = audit(session.index, **wanted).entries
    return [sentence(entry) for entry in found if entry.act != "noted codebook"]


def sides(session, act):
    """Before and after of the last act of this kind."""
    row = [row for row in audit(session.index) if row["act"] == act][-1]
    return row["before"], row["after"]


# ------------------------------------------------------------------ what was done


def test_the_columns_are_those_that_were_promised(session):
    assert audit(session.index).columns == COLUMNS == (
        "at", "coder", "act", "object", "document", "case", "code", "before", "after", "event_id", "batch",
    )  # fmt: skip


def test_a_coding_is_an_act_with_its_quote(session):
    coding = session.code("d1", 7, 15, "longing")
    (row,) = audit(session.index)
    assert tuple(row)[1:] == (
        "c1", "coded", coding.id, "d1", "liang", "emotion/longing", "", "miss her", coding.id, coding.id,
    )  # fmt: skip


def test_every_act_on_a_coding_says_what_was_before(session):
    coding = session.code("d1", 7, 15, "longing", note="sad")
    session.note(coding.id, "flat")
    session.recode(coding.id, "work")
    session.keep(coding.id)
    session.uncode(coding.id)
    assert acts(session) == ["coded", "noted", "recoded", "kept", "removed coding"]
    assert sides(session, "noted") == ("sad", "flat")
    assert sides(session, "recoded") == ("emotion/longing", "work")
    assert sides(session, "removed coding") == ("miss her", "")


def test_the_sentences_are_plain(session):
    coding = session.code("d1", 7, 15, "longing")
    session.note(coding.id, "flat")
    session.recode(coding.id, "work")
    session.keep(coding.id)
    session.uncode(coding.id)
    session.undo()
    assert told(session) == [
        "c1 coded “miss her” in d1 with emotion/longing",
        "c1 noted “flat” on “miss her” in d1, emotion/longing",
        "c1 recoded “miss her” in d1 from emotion/longing to work",
        "c1 kept work on “miss her” in d1 after reading it again",
        "c1 removed work from “miss her” in d1",
        "c1 undid: removed work from “miss her” in d1",
    ]


def test_what_was_before_is_what_stood_then(session):
    coding = session.code("d1", 7, 15, "longing")
    session.note(coding.id, "one")
    session.note(coding.id, "two")
    session.undo()
    session.note(coding.id, "three")
    assert sides(session, "noted") == ("one", "three")


def test_an_undo_turns_before_and_after_round_and_a_redo_turns_them_back(session):
    coding = session.code("d1", 7, 15, "longing", note="one")
    session.note(coding.id, "two")
    session.undo()
    session.redo()
    assert acts(session)[-2:] == ["undid", "redid"]
    assert sides(session, "undid") == ("two", "one")
    assert sides(session, "redid") == ("one", "two")


def test_what_was_undone_is_marked(session):
    session.code("d1", 7, 15, "longing")
    session.undo()
    assert [(entry.act, entry.in_force) for entry in audit(session.index).entries] == [
        ("coded", False),
        ("undid", True),
    ]


def test_every_verb_on_codes_is_called_by_its_name(session):
    session.add_code("pride", "emotion")
    session.rename_code("pride", "dignity")
    session.move_code("dignity", "work")
    session.shift_code("dignity", "outdent")
    session.edit_code("dignity", definition="Not looked down upon.", color="#112233")
    session.retire_code("dignity")
    session.retire_code("dignity", False)
    session.merge_codes("dignity", "longing")
    assert told(session) == [
        "c1 created code dignity",
        "c1 renamed code pride to dignity (dignity)",
        "c1 moved code dignity under work",
        "c1 moved code dignity to the top",
        "c1 changed color, definition of code dignity",
        "c1 retired code dignity",
        "c1 took back into use code dignity",
        "c1 merged code dignity into emotion/longing",
    ]
    assert acts(session) == [
        "created code", "renamed code", "moved code", "moved code", "changed code", "retired code", "changed code",
        "merged code",
    ]  # fmt: skip


def test_before_and_after_of_a_code_are_the_fields_that_changed(session):
    session.edit_code("longing", definition="Missing somebody.", use_when="It is said.")
    before, after = sides(session, "changed code")
    assert json.loads(before) == {"definition": "", "use_when": ""}
    assert json.loads(after) == {"definition": "Missing somebody.", "use_when": "It is said."}


def test_a_moved_code_tells_its_parents_by_their_paths(session):
    session.move_code("longing", "work")
    assert tuple(map(json.loads, sides(session, "moved code"))) == ({"parent": "emotion"}, {"parent": "work"})


def test_a_code_that_is_gone_goes_by_the_name_that_it_had(session):
    session.add_code("pride", "emotion")
    session.delete_code("pride")
    assert [row["code"] for row in audit(session.index)] == ["emotion/pride", "emotion/pride"]
    assert told(session)[-1] == "c1 deleted code emotion/pride"


def test_a_change_by_hand_is_said_to_be_one(project, session):
    session.notice_hand_edits()
    edit(project.codebook_yaml, project.codebook_yaml.read_text("utf-8").replace("name: work", "name: labour"))
    session.index.refresh()
    session.notice_hand_edits()
    assert told(session) == ["c1 renamed code work to labour (labour) (by hand)"]


def test_documents_cases_and_milestones_are_acts(project, session, tmp_path):
    (tmp_path / "talk.txt").write_text("Mei: Rain.\n")
    session.import_documents([tmp_path / "talk.txt"], case="sun")
    session.milestone("first cycle done")
    assert told(session) == [
        "c1 declared case sun", "c1 imported document talk from sources/talk.txt", "c1 set the milestone “first cycle done”",
    ]  # fmt: skip
    assert acts(session) == ["declared case", "imported document", "milestone"]
    assert [(row["object"], row["document"], row["case"]) for row in audit(session.index)] == [
        ("sun", "", "sun"), ("talk", "talk", "sun"), ("first cycle done", "", ""),
    ]  # fmt: skip


def test_memos_are_acts(session):
    memo = session.new_memo("On longing", "code:longing", text="It is said little.")
    session.edit_memo(memo.id, text="It is hardly said.")
    session.delete_memo(memo.id)
    assert acts(session) == ["wrote memo", "edited memo", "deleted memo"]
    assert told(session)[1] == "c1 edited memo “On longing” (text)"
    assert {(row["object"], row["code"]) for row in audit(session.index)} == {(memo.id, "emotion/longing")}
    assert json.loads(sides(session, "edited memo")[0]) == {"text": "It is said little.\n"}


@pytest.mark.parametrize("quote", [COMPOSED, DECOMPOSED, FAMILY, "妈妈", "אמא"])
def test_every_writing_system_is_told_as_it_is(tmp_path, quote):
    body = f"Mei: a {quote} b\n"
    project = make_project(tmp_path / "p", {"d1": body})
    with Session(project, "c1") as session:
        session.code("d1", code="longing", quote=quote)
        assert sides(session, "coded") == ("", quote)
        assert acts(session, text=quote) == ["coded"]


def test_a_sentence_cannot_drive_a_terminal(project):
    write_events(project, "c1", "d1", [apply(1, BODY, "miss her", note="\x1b]0;x\x07")])
    (line,) = [sentence(entry) for entry in audit(open_index(project)).entries]
    assert "\x1b" not in line


# ------------------------------------------------------------------ logs that nobody of us wrote


def change(number, what, key, before, after, **fields):
    return Event(event_id(number), AT, "change", what=what, key=key, before=before, after=after, **fields)


@pytest.mark.parametrize(
    "state", [None, [], "text", 7, float("nan"), {"name": 7, "parent": {"a": 1}}, {"codes": "many"}]
)
@pytest.mark.parametrize("what", ["code", "case", "document", "memo", "milestone", "codebook", "something newer"])
def test_a_log_with_odd_states_is_told_all_the_same(project, what, state):
    write_events(project, "c1", "", [change(1, what, "k", None, state), change(2, what, "k", state, {"name": "x"}),
                                     event(3, "revert", target=2), event(4, "revert", target=99)])  # fmt: skip
    index = open_index(project)
    told = [*audit(index).entries, *(audit(index, kind="noted codebook").entries if what == "codebook" else ())]
    assert len([sentence(entry) for entry in told]) == 4
    for wanted in ({"document": "d1"}, {"case": "liang"}, {"code": "work"}, {"text": "name"}, {"kind": "memo"}):
        audit(index, **wanted)


def test_reverts_of_reverts_without_end_are_told_in_time(project):
    chain = [apply(1, BODY, "miss her"), *(event(n, "revert", target=n - 1) for n in range(2, 4000))]
    write_events(project, "c1", "d1", chain)
    index = open_index(project)
    started = time.process_time()
    found = audit(index).entries
    assert time.process_time() - started < 20
    assert [entry.act for entry in found][:4] == ["coded", "undid", "redid", "undid"]


def test_acts_on_a_coding_that_is_not_there_are_told(project):
    write_events(project, "c1", "d1", [event(5, "note", coding=99, note="stray"), event(6, "remove", coding=99)])
    assert [entry.act for entry in audit(open_index(project)).entries] == ["noted", "removed coding"]


# ------------------------------------------------------------------ conditions


@pytest.fixture
def busy(project):
    """Two coders at work; one index that has seen it all."""
    with Session(project, "c1") as session, Session(project, "c2") as other:
        coding = session.code("d1", 7, 15, "longing")
        session.note(coding.id, "sad")
        other.code("d2", 5, 9, "work", note="妈妈")
        session.rename_code("work", "labour")
        session.undo()
        session.index.refresh()
        yield session


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"coder": "c2"}, ["coded"]),
        ({"document": "d1"}, ["coded", "noted"]),
        ({"document": "At home"}, ["coded", "noted"]),
        ({"case": "zhao"}, ["coded"]),
        ({"code": "emotion"}, ["coded", "noted"]),
        ({"code": "work"}, ["coded", "renamed code", "undid"]),
        ({"kind": "coding"}, ["coded", "coded"]),
        ({"kind": "note"}, ["noted"]),
        ({"kind": "codebook"}, ["renamed code"]),
        ({"kind": "renamed code"}, ["renamed code"]),
        ({"kind": "merged code"}, []),
        ({"kind": "undo"}, ["undid"]),
        ({"kind": "redid"}, []),
        ({"text": "sad"}, ["noted"]),
        ({"text": "妈妈 coded"}, ["coded"]),
        ({"text": "labour undid"}, ["undid"]),
        ({"since": "2000-01-01", "until": "2000-01-01"}, []),
        ({"since": "2000-01-01", "kind": "note"}, ["noted"]),
    ],
)
def test_the_log_can_be_narrowed(busy, wanted, expected):
    assert acts(busy, **wanted) == expected


def test_what_was_done_in_one_go_can_be_asked_for(session):
    with session.batch():
        session.code("d1", 7, 15, "longing")
        session.code("d1", 7, 15, "work")
    session.code("d1", 0, 3, "work")
    batch = audit(session.index)[0]["batch"]
    assert acts(session, batch=batch) == ["coded", "coded"]


def test_acts_on_a_merged_codes_codings_are_found_under_the_code_that_it_went_into(session):
    session.code("d1", 7, 15, "work")
    session.merge_codes("work", "longing")
    assert "coded" in acts(session, code="longing")


def test_a_code_that_is_gone_can_still_be_asked_for(session):
    session.add_code("pride", "emotion")
    session.delete_code("pride")
    assert acts(session, code="emotion/pride") == ["created code", "deleted code"]


@pytest.mark.parametrize(
    ("wanted", "error"),
    [({"kind": "dancing"}, BadOption), ({"coder": "nobody"}, UnknownName), ({"document": "d9"}, UnknownName),
     ({"code": "nothing"}, UnknownName), ({"case": "wu"}, UnknownName), ({"since": "soon"}, BadOption)],
)  # fmt: skip
def test_what_is_not_there_is_refused(busy, wanted, error):
    with pytest.raises(error):
        audit(busy.index, **wanted)


def test_since_and_until_take_a_milestone(session):
    session.code("d1", 7, 15, "longing")
    session.milestone("first cycle")
    session.code("d1", 0, 3, "work")
    assert acts(session, until="first cycle") == ["coded", "milestone"]
    assert acts(session, since="FIRST  cycle") == ["milestone", "coded"]


# ------------------------------------------------------------------ pages and places


def test_pages_put_together_are_the_whole_log(session):
    for at in range(25):
        session.code("d1", at, at + 2, "longing")
    session.undo(5)
    whole = [entry.event_id for entry in entries(session.index)]
    found, beyond = [], ""
    while page := entries(session.index, Wanted(), newest_first=True, limit=7, beyond=beyond):
        found += page
        beyond = page[-1].event_id
    assert [entry.event_id for entry in found] == whole[::-1]


def test_an_entry_is_the_same_on_a_page_as_in_the_whole_log(busy):
    page = entries(busy.index, newest_first=True, limit=3)
    assert page[::-1] == entries(busy.index)[-3:]


def test_an_act_on_a_coding_has_a_place_also_when_the_coding_is_gone(session):
    coding = session.code("d1", 7, 15, "longing")
    session.uncode(coding.id)
    assert {passage_of(session.index, entry) for entry in audit(session.index).entries} == {("d1", 7, 15)}


def test_an_act_whose_passage_is_not_in_the_text_any_more_has_no_place(project, session):
    coding = session.code("d1", 7, 15, "longing")
    session.uncode(coding.id)
    edit(project.transcript("d1"), transcript("Mei: Rain.\n"))
    session.index.refresh()
    assert passage_of(session.index, audit(session.index).entries[0]) is None


def test_a_long_log_is_told_in_seconds(project):
    write_events(project, "c1", "d1", [apply(n, BODY, "miss her") for n in range(1, 20_001)])
    index = open_index(project, in_memory=True)
    started = time.process_time()
    assert len(audit(index)) == 20_000
    assert time.process_time() - started < 30
