"""Damaged event files: what is whole is read, what is damaged is named, nothing changes in silence."""

import random
import shutil
from itertools import chain
from pathlib import Path

import pytest
from builders import apply, event
from torture import log_faults as faults

from qualcode.core.events import event_data
from qualcode.files.event_log import append_events, event_lines, read_events
from qualcode.files.line_sums import mended, sum_fits, with_sum

GOLDEN = Path(__file__).parent / "golden"
BODY = "I miss her. 妈妈 sews 12 shoes."
EVENTS = [
    apply(1, BODY, "miss her", note="3 times"),
    apply(2, BODY, "妈妈"),
    event(3, "remove", coding=1),
    event(4, "revert", target=3),
]
GOOD = event_lines(EVENTS)
LINES = GOOD.splitlines(keepends=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return faults.study(tmp_path_factory.mktemp("faults") / "p")


@pytest.fixture
def project(made, tmp_path):
    return type(made)(shutil.copytree(made.root, tmp_path / "p"))


def loaded(tmp_path, data):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(data)
    return read_events(path, "d1.jsonl")


def told(problems):
    return [(problem.line, problem.message) for problem in problems]


# ------------------------------------------------------------------------------------ sums


def test_each_line_ends_in_the_crc_of_what_stands_before():
    published = b"cbf43926"  # the check value of CRC-32/ISO-HDLC in the catalogue of CRC algorithms
    assert with_sum(b"123456789}") == b'123456789, "sum": "' + published + b'"}'
    assert all(sum_fits(line.rstrip()) for line in LINES)


def test_lines_without_a_sum_are_as_good_as_ever():
    for name in ("codings-v1.jsonl", "marks-v1.jsonl", "log-v1.jsonl"):
        assert b'"sum"' not in (GOLDEN / name).read_bytes()
        assert read_events(GOLDEN / name, name).problems == []


def test_what_is_read_is_what_was_written(tmp_path):
    assert loaded(tmp_path, GOOD).events == EVENTS
    assert "sum" not in event_data(EVENTS[0])


def test_any_one_byte_that_changed_is_found_by_the_sum():
    line = LINES[1].rstrip()
    for at in range(len(line)):
        for change in (1, 0x20, 0x80, 0xFF):
            assert mended(line[:at] + bytes([line[at] ^ change]) + line[at + 1 :]) == line


def test_a_line_with_one_changed_byte_is_read_as_it_was_written_and_named(tmp_path):
    found = loaded(tmp_path, GOOD.replace(b"3 times", b"8 times"))
    assert found.events == EVENTS
    assert told(found.problems) == [(1, "one byte of this line is not as it was written; it is read as it was written")]


def test_a_line_that_was_edited_is_read_as_it_stands_and_named(tmp_path):
    found = loaded(tmp_path, GOOD.replace(b"3 times", b"never"))
    assert [found.events[0].note, *found.events[1:]] == ["never", *EVENTS[1:]]
    ((line, message),) = told(found.problems)
    assert (line, "damaged, or edited by hand" in message) == (1, True)
    assert 'take its "sum" out' in found.problems[0].advice


def test_an_edit_that_was_meant_is_quiet_once_its_sum_is_taken_out(tmp_path):
    line = LINES[0].replace(b"3 times", b"never")
    meant = line[: line.index(b', "sum"')] + b"}\n"
    assert loaded(tmp_path, meant + b"".join(LINES[1:])).problems == []


def test_two_events_of_one_id_are_named(tmp_path):
    twin = event_lines([apply(2, BODY, "shoes")])
    assert told(loaded(tmp_path, GOOD + twin).problems) == [(5, f"two events in this file have the id {EVENTS[1].id}")]


# ------------------------------------------------------------------------------------ lines and their ends


def test_lines_that_ran_together_are_all_read_and_named(tmp_path):
    found = loaded(tmp_path, LINES[0].rstrip() + b"".join(LINES[1:]))
    assert found.events == EVENTS
    assert told(found.problems) == [
        (1, "2 events together with something else, on one line; all whole events are read")
    ]


@pytest.mark.parametrize("data", [GOOD.replace(b"\n", b"\r"), GOOD.replace(b"\n", b""), LINES[0] + GOOD[:-1].replace(b"\n", b"")],
                         ids=["CR only", "no line ends", "two ran together at the end"])  # fmt: skip
def test_whole_lines_without_a_line_end_are_never_set_aside(tmp_path, data):
    path = tmp_path / "d1.jsonl"
    path.write_bytes(data)
    append_events(path, [event(9, "remove", coding=2)])
    assert path.read_bytes().startswith(data)
    assert not path.with_name("d1.jsonl.torn").exists()
    assert {one.id for one in read_events(path, "x").events} == {
        one.id for one in (*EVENTS, event(9, "remove", coding=2))
    }


def test_a_file_of_zeros_says_that_its_lines_are_gone(tmp_path):
    found = loaded(tmp_path, bytes(700))
    assert told(found.problems) == [(1, "700 zero bytes, as a power cut leaves them: what stood here is gone")]
    assert "backup" in found.problems[0].advice


# ------------------------------------------------------------------------------------ all faults, a part of each kind


@pytest.mark.parametrize("name", [faults.CODINGS, faults.LOG])
def test_however_a_file_is_damaged_what_is_whole_is_read_and_the_rest_is_named(project, name):
    good, chance = (project.root / name).read_bytes(), random.Random(name)
    some = [*chance.sample(list(faults.cuts(good)), 80), *chance.sample(list(faults.flips(good, chance, 1)), 300)]
    wrong = [faults.reading(good, fault) for fault in [*some, *faults.others(good, chance)]]
    assert list(chain(*wrong)) == []


@pytest.mark.parametrize("name", [faults.CODINGS, faults.LOG])
def test_work_goes_on_beside_the_damage_and_all_is_back_when_it_is_mended(project, name):
    good, chance = (project.root / name).read_bytes(), random.Random(name)
    kinds = [*chance.sample(list(faults.cuts(good)), 3), *chance.sample(list(faults.flips(good, chance, 1)), 2)]
    kinds += chance.sample(list(faults.others(good, chance)), 7)
    assert [wrong for fault in kinds for wrong in faults.living(project, name, fault)] == []


def test_check_names_the_damaged_line_and_its_status_is_1(project, said):
    path = project.root / faults.CODINGS
    path.write_bytes(path.read_bytes().replace("三 of 30".encode(), "三 of 38".encode()))
    status, out, err = said("check", "-p", str(project.root))
    assert (status, "codings/c1/d1.jsonl:" in out + err) == (1, True)
    assert "one byte of this line is not as it was written" in out + err
