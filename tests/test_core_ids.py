"""Ids sort by time."""

from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.ids import IdMaker, decode, encode


@given(st.integers(0, 2**90 - 1))
def test_decoding_gives_back_what_was_encoded(number):
    assert decode(encode(number, 18)) == number


def test_an_id_has_18_signs():
    assert encode(33, 18) == "000000000000000011"


@given(st.lists(st.integers(0, 2**44), min_size=2, max_size=20))
def test_ids_grow_even_if_the_clock_goes_back(times):
    clock = iter(times)
    make_id = IdMaker(lambda: next(clock), lambda bits: 0)
    made = [make_id() for _ in times]
    assert made == sorted(set(made))


def test_a_new_id_sorts_after_one_seen_from_elsewhere():
    make_id = IdMaker(lambda: 2**40 - 5, lambda bits: 0)
    make_id.saw(encode(2**80, 18))
    assert make_id() > encode(2**80, 18)


def test_ids_of_other_makers_are_put_up_with():
    make_id = IdMaker(lambda: 5, lambda bits: 0)
    for foreign in ("", "note-7", "u" * 18, "é" * 18):
        make_id.saw(foreign)
    assert make_id() == encode(5 << 40, 18)
