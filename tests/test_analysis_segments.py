"""Retrieval of coded segments."""

import pytest
from builders import DECOMPOSED, FAMILY, apply, event, event_id, make_project, open_index, transcript, write_events

from qualcode.analysis.filters import Filters
from qualcode.analysis.segments import COLUMNS, segments
from qualcode.errors import UnknownName

MEI = f"Mei: I miss my caf{DECOMPOSED} {FAMILY}.\nLing: 我想妈妈。\n"
LEILA = "ليلى: أمي بعيدة\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    project = make_project(
        tmp_path_factory.mktemp("segments") / "p",
        {
            "d1": transcript(MEI, title="At home", case="zhao", kind="visit", date="2009-01-31"),
            "d2": transcript(LEILA, case="liang"),
        },
        cases=["liang", "zhao"],
        participants=[{"id": "p1", "name": "Ling", "role": "mother"}],
    )
    events = [
        apply(1, MEI, "妈妈", "longing", note="again"),
        apply(2, MEI, FAMILY, "work"),
        apply(3, MEI, f"caf{DECOMPOSED}", "emotion"),
    ]
    write_events(project, "c1", "d1", events)
    write_events(project, "c2", "d1", [apply(4, MEI, "I miss"), apply(5, MEI, "Mei"), event(6, "remove", coding=5)])
    write_events(project, "c1", "d2", [apply(7, LEILA, "أمي", "longing")])
    return open_index(project, in_memory=True)


def texts(index, **filters):
    return [row["text"] for row in segments(index, Filters(**filters))]


def test_segments_come_in_document_order_then_by_place(index):
    assert texts(index) == ["أمي", "I miss", f"caf{DECOMPOSED}", FAMILY, "妈妈"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(f"caf{DECOMPOSED}", (15, 20, 1), id="decomposed"),
        pytest.param(FAMILY, (21, 26, 1), id="emoji with joiners"),
        pytest.param("妈妈", (36, 38, 2), id="Chinese"),
        pytest.param("أمي", (6, 9, 1), id="Arabic"),
    ],
)
def test_places_are_code_points_and_lines_of_the_body(index, text, place):
    (row,) = [row for row in segments(index) if row["text"] == text]
    assert (row["start"], row["end"], row["line"]) == place


def test_a_segment_tells_all_there_is_to_know(index):
    row = dict(zip(COLUMNS, segments(index)[4], strict=True))
    expected = {
        "coding_id": event_id(1), "case": "zhao", "document": "d1", "title": "At home", "kind": "visit", "date": "2009-01-31",
        "speaker": "Ling", "role": "mother", "code": "longing", "code_path": "emotion/longing", "coder": "c1",
        "note": "again", "anchor": "exact", "code_id": "longing", "words": 2,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(
            {"code": "emotion"}, ["أمي", "I miss", f"caf{DECOMPOSED}", "妈妈"], id="a code and those below it"
        ),
        pytest.param({"code": "emotion", "exact": True}, [f"caf{DECOMPOSED}"], id="a code alone"),
        pytest.param({"code": "Emotion/LONGING"}, ["أمي", "I miss", "妈妈"], id="a path in other case"),
        pytest.param({"case": "liang"}, ["أمي"], id="case"),
        pytest.param({"document": "at home", "coder": "c2"}, ["I miss"], id="title and coder"),
        pytest.param({"speaker": "LING"}, ["妈妈"], id="speaker"),
        pytest.param({"role": "mother"}, ["妈妈"], id="role"),
        pytest.param({"role": "(no role)", "case": "zhao"}, ["I miss", f"caf{DECOMPOSED}", FAMILY], id="no role"),
        pytest.param({"kind": "visit", "code": "work"}, [FAMILY], id="kind and code"),
        pytest.param({"text": "CAF\u00c9"}, [f"caf{DECOMPOSED}"], id="text, composed upper case"),
        pytest.param({"text": "妈"}, ["妈妈"], id="text, Chinese"),
        pytest.param({"text": "nowhere"}, [], id="text that is nowhere"),
    ],
)
def test_filters_narrow_by_all_that_was_given(index, filters, expected):
    assert texts(index, **filters) == expected


def test_an_unknown_name_is_refused_with_what_there_is(index):
    with pytest.raises(UnknownName, match="There are: liang, zhao"):
        segments(index, Filters(case="nobody"))


def test_codings_of_one_place_come_by_the_codes_name_then_by_coder_and_those_without_a_document_last(tmp_path):
    project = make_project(
        tmp_path / "p", {"z": transcript(MEI, case="liang"), "a": transcript(MEI, case="zhao")},
        codes={"Zeal": {"id": "c1"}, "Anger": {"id": "c2"}, "Joy": {"id": "c3"}}, cases=["liang", "zhao"],
    )  # fmt: skip
    write_events(project, "ann", "gone", [apply(9, MEI, "I miss", "c2")])
    write_events(project, "bea", "z", [apply(8, MEI, "I miss", "c2"), apply(7, MEI, "I", "c2")])
    write_events(
        project, "ann", "z", [apply(1, MEI, "I miss", "c1"),
            apply(2, MEI, "I miss", "c2"), apply(3, MEI, "I miss", "c3"), apply(4, MEI, "Mei", "unknown")],
    )  # fmt: skip
    write_events(project, "ann", "a", [apply(5, MEI, "I miss", "c1")])
    rows = segments(open_index(project))
    assert [(row["document"], row["text"], row["code"], row["coder"]) for row in rows] == [
        ("z", "Mei", "unknown", "ann"), ("z", "I", "Anger", "bea"), ("z", "I miss", "Anger", "ann"),
        ("z", "I miss", "Anger", "bea"), ("z", "I miss", "Joy", "ann"), ("z", "I miss", "Zeal", "ann"),
        ("a", "I miss", "Zeal", "ann"), ("gone", "I miss", "Anger", "ann"),
    ]  # fmt: skip
    assert (rows[7]["title"], rows[7]["kind"], rows[0]["code_path"]) == ("gone", "", "unknown")
