"""Logs of format 1 must be read for ever: never change the files in golden/, only add some."""

import json
from pathlib import Path

import pytest

from qualcode.core.events import Coding, event_data, fold, standing
from qualcode.core.text import body_hash
from qualcode.files.event_log import read_events

GOLDEN = Path(__file__).parent / "golden"
OPS = {"apply", "note", "move", "recode", "remove", "revert"}


def golden_events(name="codings-v1.jsonl"):
    loaded = read_events(GOLDEN / name, name)
    assert loaded.problems == []
    return loaded.events


def json_lines(name):
    return [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]


def as_listed(coding: Coding) -> dict[str, object]:
    return {
        "id": coding.id, "code": coding.code, "start": coding.start, "end": coding.end, "quote": coding.text,
        "note": coding.note, "created_at": coding.created_at, "modified_at": coding.modified_at,
    }  # fmt: skip


def test_the_golden_log_uses_every_operation():
    assert {event.op for event in golden_events()} == OPS


def test_the_golden_log_folds_to_the_golden_codings():
    codings = fold(golden_events(), "c1", "interview").values()
    assert [as_listed(coding) for coding in codings] == json_lines("codings-v1-in-force.jsonl")


def test_golden_quotes_stand_at_their_golden_places():
    body = (GOLDEN / "interview.txt").read_bytes().decode("utf-8")
    for coding in fold(golden_events(), "c1", "interview").values():
        assert body[coding.start : coding.end] == coding.text
        assert coding.anchor.body == body_hash(body)


def test_every_golden_line_is_written_today_with_the_fields_it_had():
    written = [event_data(event) for event in golden_events()]
    assert written == json_lines("codings-v1.jsonl")


def test_golden_marks_are_read_and_written_as_they_were():
    assert [event_data(event) for event in golden_events("marks-v1.jsonl")] == json_lines("marks-v1.jsonl")
    marks = {coding.text: coding.mark for coding in fold(golden_events("marks-v1.jsonl"), "c1", "interview").values()}
    assert marks == {"miss her": "exemplary", "妈妈": "", "👩‍👩‍👧": "exemplary"}


def test_the_golden_project_log_is_read_with_before_and_after():
    (change,) = (event for event in standing(golden_events("log-v1.jsonl")) if event.op == "change")
    assert (change.what, change.key, change.before) == ("code", "pride-7k2m", None)
    assert change.after == {"id": "pride-7k2m", "name": "pride", "color": "#d8c35a", "parent": "emotion"}


@pytest.mark.parametrize(
    "line",
    ['{"v": 2, "id": "x", "at": "t", "op": "apply"}', '{"v": 1, "id": "x", "at": "t", "op": "bless"}'],
    ids=["newer format", "unknown operation"],
)
def test_lines_of_a_newer_qualcode_are_reported_and_the_rest_is_read(tmp_path, line):
    path = tmp_path / "interview.jsonl"
    path.write_bytes(line.encode() + b"\n" + (GOLDEN / "codings-v1.jsonl").read_bytes())
    loaded = read_events(path, "interview.jsonl")
    assert loaded.events == golden_events()
    ((number, message),) = [(problem.line, problem.message) for problem in loaded.problems]
    assert (number, "newer qualcode" in message) == (1, True)
