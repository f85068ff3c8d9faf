"""Events and their fold into the codings in force."""

import json
from dataclasses import replace

import pytest
from builders import AT, apply, event, event_id
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.anchors import Anchor
from qualcode.core.events import Event, event_data, event_from, fold, standing, subjects

BODY = "I miss her. I miss him."
APPLY = {"v": 1, "id": "a1", "at": AT, "op": "apply", "code": "c", "start": 0, "end": 1, "quote": "I", "body": "h"}


def codings(*events):
    return list(fold(events, "c1", "d1").values())


def only_coding(*events):
    (coding,) = codings(*events)
    return coding


# ------------------------------------------------------------------------------------ what each op means


def test_an_applied_code_is_a_coding_under_the_event_s_id():
    coding = only_coding(apply(1, BODY, "miss", "longing", note="sad"))
    assert (coding.id, coding.coder, coding.document, coding.code) == (event_id(1), "c1", "d1", "longing")
    assert (coding.start, coding.end, coding.text, coding.note) == (2, 6, "miss", "sad")
    assert (coding.created_at, coding.modified_at) == (AT, AT)


def test_the_last_note_counts():
    coding = only_coding(
        apply(1, BODY, "miss"), event(2, "note", coding=1, note="a"), event(3, "note", coding=1, note="b")
    )
    assert coding.note == "b"


def test_an_empty_note_takes_the_note_away():
    assert only_coding(apply(1, BODY, "miss", note="a"), event(2, "note", coding=1)).note == ""


def test_the_last_mark_counts_and_an_empty_one_takes_it_away():
    marked = apply(1, BODY, "miss"), event(2, "mark", coding=1, mark="exemplary")
    assert only_coding(*marked).mark == "exemplary"
    assert only_coding(*marked, event(3, "mark", coding=1, mark="")).mark == ""


def test_a_mark_changes_neither_code_nor_note_nor_what_the_coder_decided():
    before = only_coding(apply(1, BODY, "miss", "longing", note="sad"))
    after = only_coding(apply(1, BODY, "miss", "longing", note="sad"), event(2, "mark", coding=1, mark="exemplary"))
    assert replace(after, mark="") == before


def test_a_mark_taken_away_is_written_although_it_is_empty():
    data = event_data(event(2, "mark", coding=1, mark=""))
    assert data == {"v": 1, "id": event_id(2), "at": AT, "op": "mark", "coding": event_id(1), "mark": ""}
    assert event_from(data) == event(2, "mark", coding=1, mark="")


def test_a_mark_that_is_no_text_is_refused():
    line = {"v": 1, "id": "a2", "at": AT, "op": "mark", "coding": "a1", "mark": True}
    assert event_from(line) == "the event's 'mark' is missing or of the wrong type"


def test_a_moved_coding_has_a_new_span_and_keeps_the_rest():
    moved = event(2, "move", coding=1, start=2, end=10, quote="miss her", body="h2")
    coding = only_coding(apply(1, BODY, "miss", "longing", note="sad"), moved)
    assert coding.anchor == Anchor(2, 10, "miss her", "h2")
    assert (coding.code, coding.note) == ("longing", "sad")


def test_a_recoded_coding_has_another_code_in_its_place():
    coding = only_coding(apply(1, BODY, "miss", "longing"), event(2, "recode", coding=1, code="work"))
    assert (coding.code, coding.text) == ("work", "miss")


def test_a_removed_coding_is_gone():
    assert codings(apply(1, BODY, "miss"), event(2, "remove", coding=1)) == []


def test_what_is_done_to_a_removed_coding_has_no_effect():
    assert codings(apply(1, BODY, "miss"), event(2, "remove", coding=1), event(3, "note", coding=1, note="x")) == []


def test_a_coding_says_when_it_was_changed_last():
    later = replace(event(2, "note", coding=1, note="x"), at="2025-01-01T00:00:00.000Z")
    coding = only_coding(apply(1, BODY, "miss"), later)
    assert (coding.created_at, coding.modified_at) == (AT, "2025-01-01T00:00:00.000Z")


def test_an_event_on_a_coding_of_another_file_is_put_up_with():
    assert codings(event(1, "note", coding=9, note="x"), event(2, "remove", coding=9)) == []


# ------------------------------------------------------------------------------------ undo and redo


@pytest.mark.parametrize("reverts", range(7))
def test_a_chain_of_undo_and_redo_ends_as_its_length_says(reverts):
    chain = [apply(1, BODY, "miss"), *(event(n, "revert", target=n - 1) for n in range(2, reverts + 2))]
    assert len(codings(*chain)) == (reverts + 1) % 2


def test_a_reverted_removal_brings_the_coding_back_as_it_was():
    before = [apply(1, BODY, "miss"), event(2, "note", coding=1, note="x")]
    after = [*before, event(3, "remove", coding=1), event(4, "revert", target=3)]
    assert codings(*after) == codings(*before)


def test_a_reverted_note_leaves_the_one_before_it():
    noted = [event(2, "note", coding=1, note="a"), event(3, "note", coding=1, note="b"), event(4, "revert", target=3)]
    assert only_coding(apply(1, BODY, "miss"), *noted).note == "a"


def test_a_note_on_a_coding_undone_and_redone_is_still_there():
    reverts = [event(3, "revert", target=1), event(4, "revert", target=3)]
    assert only_coding(apply(1, BODY, "miss"), event(2, "note", coding=1, note="a"), *reverts).note == "a"


def test_the_same_event_undone_twice_and_redone_once_stays_undone():
    twice = [event(2, "revert", target=1), event(3, "revert", target=1), event(4, "revert", target=3)]
    assert codings(apply(1, BODY, "miss"), *twice) == []


def test_a_revert_of_nothing_known_is_put_up_with():
    assert len(codings(apply(1, BODY, "miss"), event(2, "revert", target=77))) == 1


def test_reverts_are_about_the_coding_that_their_target_is_about():
    chain = [apply(1, BODY, "miss"), event(2, "note", coding=1, note="x"), event(3, "revert", target=2),
             event(4, "revert", target=3), event(5, "revert", target=99)]  # fmt: skip
    one = event_id(1)
    assert subjects(chain) == {event_id(1): one, event_id(2): one, event_id(3): one, event_id(4): one, event_id(5): ""}


def test_reverts_in_a_circle_come_to_an_end():
    circle = [event(1, "revert", target=2), event(2, "revert", target=1)]
    assert set(subjects(circle)) == {event_id(1), event_id(2)}
    assert len(standing(circle)) == 1


# ------------------------------------------------------------------------------------ order makes no difference


@st.composite
def histories(draw):
    """Events in the order in which they happened, each about one that came before it."""
    events = [apply(1, BODY, "miss")]
    for number in range(2, draw(st.integers(2, 14))):
        op = draw(st.sampled_from(["apply", "note", "move", "recode", "remove", "revert", "revert"]))
        earlier = draw(st.integers(1, number - 1))
        quote = draw(st.sampled_from(["miss", "her", "I miss him"]))
        placed = apply(number, BODY, quote, draw(st.sampled_from(["longing", "work"])))
        if op == "apply":
            events.append(placed)
        elif op == "move":
            events.append(replace(placed, op="move", code="", coding=event_id(earlier)))
        else:
            fields = {"note": {"note": str(number)}, "recode": {"code": "work"}}.get(op, {})
            events.append(event(number, op, **{"target" if op == "revert" else "coding": earlier}, **fields))
    return events


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_lines_makes_no_difference(events, random):
    shuffled = random.sample(events, len(events))
    assert fold(shuffled, "c1", "d1") == fold(events, "c1", "d1")
    assert standing(shuffled) == standing(events)


@given(histories(), st.data())
def test_a_union_merge_gives_the_same_either_way_round(events, data):
    common = data.draw(st.integers(0, len(events)))
    mine = [event for event in events[common:] if data.draw(st.booleans())]
    theirs = [event for event in events[common:] if event not in mine]
    base = events[:common]
    one, other = base + mine + theirs, base + theirs + mine
    assert list(fold(one, "c1", "d1").items()) == list(fold(other, "c1", "d1").items())
    assert fold(one, "c1", "d1") == fold(events, "c1", "d1")


@given(histories())
def test_lines_that_occur_twice_count_once(events):
    assert fold(events + events, "c1", "d1") == fold(events, "c1", "d1")


@given(histories())
def test_undoing_all_newest_first_leaves_nothing(events):
    number = len(events) + 1
    while undoable := [event for event in standing(events) if event.op != "revert"]:
        events = [*events, event(number, "revert", target=undoable[-1].id)]
        number += 1
    assert fold(events, "c1", "d1") == {}


@given(histories())
def test_an_undo_and_its_redo_change_nothing(events):
    number = len(events) + 1
    done = [event for event in standing(events) if event.op != "revert"]
    if done:
        reverts = [event(number, "revert", target=done[-1].id), event(number + 1, "revert", target=number)]
        assert fold(events + reverts, "c1", "d1") == fold(events, "c1", "d1")


@given(histories())
def test_folding_the_events_of_each_coding_alone_gives_the_whole(events):
    about = subjects(events)
    apart = {}
    for coding in set(about.values()):
        apart |= fold([event for event in events if about[event.id] == coding], "c1", "d1")
    assert apart == fold(events, "c1", "d1")


# ------------------------------------------------------------------------------------ to JSON and back

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(histories())
def test_an_event_written_and_read_is_the_same(events):
    assert [event_from(json.loads(json.dumps(event_data(event)))) for event in events] == events


@given(before=JSON_VALUES, after=JSON_VALUES)
def test_a_change_written_and_read_is_the_same(before, after):
    change = Event("c1", AT, "change", batch="b1", what="code", key="longing", before=before, after=after)
    assert event_from(json.loads(json.dumps(event_data(change)))) == change


def test_fields_that_an_op_does_not_need_are_left_out():
    assert event_data(event(2, "remove", coding=1)) == {
        "v": 1, "id": event_id(2), "at": AT, "op": "remove", "coding": event_id(1),
    }  # fmt: skip


def test_a_span_that_begins_at_0_is_written_out():
    assert event_data(apply(1, BODY, "I miss"))["start"] == 0


def test_the_version_stands_first():
    assert next(iter(event_data(apply(1, BODY, "miss")))) == "v"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"v": 2}, "written by a newer qualcode (format 2; this one reads up to 1)", id="newer format"),
        pytest.param(
            {"op": "bless"}, "written by a newer qualcode (operation 'bless' is not known to this one)", id="new op"
        ),
        pytest.param({"v": None}, "not an event of qualcode (no usable v and op)", id="no version"),
        pytest.param({"v": "1"}, "not an event of qualcode (no usable v and op)", id="version as text"),
        pytest.param({"op": None}, "not an event of qualcode (no usable v and op)", id="no op"),
        pytest.param({"id": ""}, "the event's 'id' is missing or of the wrong type", id="empty id"),
        pytest.param({"at": 5}, "the event's 'at' is missing or of the wrong type", id="time as number"),
        pytest.param({"start": "0"}, "the event's 'start' is missing or of the wrong type", id="start as text"),
        pytest.param({"start": True}, "the event's 'start' is missing or of the wrong type", id="start as truth"),
        pytest.param({"end": 1.5}, "the event's 'end' is missing or of the wrong type", id="end as fraction"),
        pytest.param({"end": 0}, "the event's span is empty or runs backwards", id="empty span"),
        pytest.param({"start": -1}, "the event's span is empty or runs backwards", id="negative start"),
        pytest.param({"note": 7}, "the event's 'note' is of the wrong type", id="note as number"),
        pytest.param({"batch": []}, "the event's 'batch' is of the wrong type", id="batch as list"),
    ],
)
def test_what_is_no_good_event_says_why(change, message):
    assert event_from(APPLY | change) == message


@pytest.mark.parametrize("data", [[], "x", 3, None], ids=["list", "text", "number", "null"])
def test_a_line_that_is_no_object_is_no_event(data):
    assert event_from(data) == "not an event (a JSON object was expected)"


def test_fields_of_later_versions_are_read_over():
    assert isinstance(event_from(APPLY | {"weight": 3}), Event)


def test_a_revert_cancels_its_target_even_where_a_wrong_clock_gave_it_the_smaller_id():
    late = apply(9, BODY, "miss")
    assert codings(late, event(1, "revert", target=9)) == []


def test_a_chain_of_ten_thousand_reverts_is_followed():
    chain = [apply(1, BODY, "miss"), *(event(n, "revert", target=n - 1) for n in range(2, 10_002))]
    assert len(codings(*chain)) == 1
