"""Counted things in words."""

import pytest

from qualcode.core.how_many import how_many


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (how_many(0, "coding"), "0 codings"),
        (how_many(1, "coding"), "1 coding"),
        (how_many(2, "coding"), "2 codings"),
        (how_many(1234, "coding"), "1234 codings"),
        (how_many(1234, "coding", form=","), "1,234 codings"),
        (how_many(1, "code has", "codes have"), "1 code has"),
        (how_many(2, "code has", "codes have"), "2 codes have"),
    ],
)
def test_one_is_counted_in_the_singular_and_every_other_number_in_the_plural(told: str, wanted: str) -> None:
    assert told == wanted
