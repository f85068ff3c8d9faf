"""Times within a recording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.times import clock, seconds_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:01:05", 65), ("1:05", 65), ("65", 65), ("01:02:03.9", 3723), ("01:02:03,9", 3723), ("90:00", 5400), ("0", 0),
        ("00:61", None), ("1:60:00", None), ("", None), ("ten", None), ("1:2:3:4", None), ("-5", None), ("1e9", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_whole_seconds(text, expected):
    assert seconds_in(text) == expected


@given(st.integers(0, 999 * 3600))
def test_what_is_written_is_read_again(seconds):
    assert seconds_in(clock(seconds)) == seconds


def test_parts_of_a_second_are_dropped():
    assert clock(59.999) == "00:00:59"
