"""Which turn of a translation answers to which turn of the original."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.alignment import Pin, align, doubts, parse_pin, turns_with_words, usable_pins, with_pin
from qualcode.core.document import Body


def linked(left, right, *pins):
    return {one: list(others) for one, others in align(range(left), range(right), map(pin, pins)).of_original.items()}


def pin(text):
    found = parse_pin(text)
    assert found is not None
    return found


def test_turns_are_linked_by_their_order():
    assert linked(3, 3) == {0: [0], 1: [1], 2: [2]}


def test_surplus_turns_of_either_side_hang_on_the_last_link():
    assert linked(2, 4) == {0: [0], 1: [1, 2, 3]}
    assert linked(4, 2) == {0: [0], 1: [1], 2: [1], 3: [1]}


def test_from_a_pin_on_turns_go_by_order_again():
    assert linked(4, 5, "3=4") == {0: [0], 1: [1, 2], 2: [3], 3: [4]}


def test_between_two_pins_the_surplus_stays_between_them():
    assert linked(6, 6, "3=2", "5=5") == {0: [0], 1: [0], 2: [1], 3: [2, 3], 4: [4], 5: [5]}


def test_turns_before_the_first_link_without_a_partner_stay_unlinked():
    found = align(range(2), range(3), [pin("1=2")])
    assert (found.of_translation, found.unlinked, found.surplus) == ({1: (0,), 2: (1,)}, 1, 0)


def test_one_side_without_turns_links_nothing():
    found = align(range(0), range(3))
    assert (found.pairs, found.of_original, found.unlinked) == ((), {}, 3)


def test_turns_in_which_nothing_is_said_are_left_out():
    body = Body("Mei: Hi\nLing:\nMei: 走吧\nLing: \u3000\n")
    assert turns_with_words(body) == [0, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12=13", Pin(11, 12)), (" 1 = 1 ", Pin(0, 0)), ("0=1", None), ("1", None), ("1=", None), ("a=b", None), ("1=2=3", None),
        ("-1=2", None), ("123456789=1", None), ("", None),
    ],
)  # fmt: skip
def test_a_pin_is_two_numbers_counted_from_one(text, expected):
    assert parse_pin(text) == expected
    assert expected is None or parse_pin(str(expected)) == expected


def test_a_new_pin_drives_out_those_that_cross_or_repeat_it():
    old = [pin("2=2"), pin("4=4"), pin("6=7")]
    assert with_pin(old, pin("4=5")) == [pin("2=2"), pin("4=5"), pin("6=7")]
    assert with_pin(old, pin("3=6")) == [pin("2=2"), pin("3=6"), pin("6=7")]


def test_of_pins_that_contradict_each_other_the_first_as_written_holds():
    assert usable_pins(map(pin, ["4=2", "2=3", "5=5", "9=9"]), range(6), range(6)) == [pin("4=2"), pin("5=5")]


def test_a_link_of_two_people_is_doubtful_and_the_pin_that_mends_it_is_proposed():
    original = ["R", "L", "R", "L", "R", "L"]
    translation = ["R", "L", "L", "R", "L", "R", "L"]
    found = doubts(align(range(6), range(7)), original, translation)
    assert [(doubt.original, doubt.translation) for doubt in found] == [(2, 2), (3, 3), (4, 4), (5, 5)]
    assert [doubt.better for doubt in found] == [pin("3=4"), None, None, None]
    mended = align(range(6), range(7), [pin("3=4")])
    assert doubts(mended, original, translation) == []


def test_a_turn_too_many_in_the_original_is_proposed_the_other_way():
    original, translation = ["R", "L", "L", "R", "L", "R"], ["R", "L", "R", "L", "R"]
    assert doubts(align(range(6), range(5)), original, translation)[0].better == pin("4=3")


def test_people_who_speak_on_one_side_only_tell_nothing():
    assert doubts(align(range(2), range(2)), ["研究者", "龙"], ["Researcher", "Long"]) == []


_pins = st.lists(st.builds(Pin, st.integers(0, 12), st.integers(0, 12)), max_size=6)


@given(st.integers(0, 10), st.integers(0, 10), _pins)
def test_links_never_cross_and_every_turn_is_linked_or_counted(left, right, pins):
    found = align(range(left), range(right), pins)
    links = sorted((one, other) for one, others in found.of_original.items() for other in others)
    back = sorted((one, other) for other, ones in found.of_translation.items() for one in ones)
    assert links == back
    assert all(a <= c and b <= d for (a, b), (c, d) in pairwise(links))
    assert len(found.of_original) + len(found.of_translation) + found.unlinked == left + right
    assert len(found.pairs) * 2 + found.surplus + found.unlinked == left + right


@given(st.integers(1, 12), st.integers(1, 12), _pins, st.builds(Pin, st.integers(0, 11), st.integers(0, 11)))
def test_a_new_pin_always_holds(left, right, pins, new):
    kept = with_pin(usable_pins(pins, range(left), range(right)), new)
    assert all(one.fits(other) for one in kept for other in kept if one is not other)
    if new.original < left and new.translation < right:
        assert new in align(range(left), range(right), kept).pairs
