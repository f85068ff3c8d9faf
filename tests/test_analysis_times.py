"""When in the recording a passage is said."""

import pytest
from builders import apply, make_project, open_index, transcript, write_events
from hypothesis import given
from hypothesis import strategies as st

from qualcode.analysis.segments import segments
from qualcode.analysis.times import Stamps, stamps_of

BODY = (
    "Recorded at home.\n"
    "[00:00:04] Mei: I miss 妈妈. So much.\n"
    "Ling: No stamp here.\n"
    "[00:01:30.9] Mei: It rains.\n"
    "[01:00:00] Ling: The end. 再见\n"
)
PLAIN = "Mei: No times at all.\n"


def times(tmp_path, *quotes, **matter):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY, **matter), "d2": PLAIN})
    write_events(project, "c1", "d1", [apply(n, BODY, quote) for n, quote in enumerate(quotes, 1)])
    write_events(project, "c1", "d2", [apply(9, PLAIN, "No times")])
    rows = segments(open_index(project))
    return {row["text"]: (row["time_start"], row["time_end"]) for row in rows}


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("miss 妈妈", ("00:00:04", "00:01:30")), ("No stamp here", ("00:00:04", "00:01:30")),
        ("So much.\nLing: No stamp here.\n[00:01:30.9] Mei: It", ("00:00:04", "01:00:00")), ("It rains", ("00:01:30", "01:00:00")),
        ("The end", ("01:00:00", "01:02:03")), ("at home", ("", "00:00:04")), ("[00:01:30.9]", ("00:01:30", "01:00:00")),
    ],
)  # fmt: skip
def test_a_passage_is_said_from_its_turns_stamp_to_the_next_one(tmp_path, quote, expected):
    assert times(tmp_path, quote, duration="01:02:03")[quote] == expected


def test_without_a_duration_the_end_of_the_last_turn_is_not_known(tmp_path):
    assert times(tmp_path, "The end")["The end"] == ("01:00:00", "")


def test_a_document_without_stamps_has_no_times(tmp_path):
    assert times(tmp_path, "The end")["No times"] == ("", "")


def test_a_lost_passage_has_no_times(tmp_path):
    project = make_project(tmp_path / "p", {"d1": BODY.replace("It rains", "Sunshine")})
    write_events(project, "c1", "d1", [apply(1, BODY, "It rains")])
    row = segments(open_index(project))[0]
    assert (row["anchor"], row["time_start"], row["time_end"]) == ("lost", "", "")


def test_a_duration_that_is_none_is_a_problem_of_the_file(tmp_path):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY, duration="an hour")})
    assert [problem.message for problem in open_index(project).problems()] == [
        "duration: a duration is written as hh:mm:ss"
    ]


def test_the_columns_stand_behind_those_that_were_there_before(tmp_path):
    columns = segments(open_index(make_project(tmp_path / "p", {"d1": BODY}))).columns
    assert columns.index("words") + 1 == columns.index("time_start") == columns.index("time_end") - 1


def test_one_document_can_be_asked_alone(tmp_path):
    index = open_index(make_project(tmp_path / "p", {"d1": BODY, "d2": PLAIN}))
    assert stamps_of(index, "d1").begin(BODY.index("It rains")) == 90.9
    assert len(stamps_of(index, "d2")) == 0


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500)), max_size=8), st.integers(0, 60), st.integers(1, 60))
def test_a_passage_never_ends_before_it_begins_however_stamps_jump(stamped, start, length):
    stamps = Stamps(stamped, "00:05:00")
    begin, end = stamps.begin(start), stamps.end(start, start + length)
    assert begin is None or end >= begin
    assert (begin is None) == (not any(at <= start for at, _ in stamped))
