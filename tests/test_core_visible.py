"""Text made safe to show, one sign for one, and the columns it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.visible import columns, fit, quoted_apart, shorten, visible, visible_lines


@given(st.text(st.characters(exclude_categories=())))
def test_visible_text_has_as_many_signs_as_the_text(text):
    assert len(visible(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b[31m", "␛[31m", id="escape"),
        pytest.param("a\nb", "a␊b", id="line end"),
        pytest.param("a\tb", "a b", id="tab"),
        pytest.param("a\u202eb", "a\ufffdb", id="right-to-left override"),
        pytest.param("é中أ", "é中أ", id="letters stay"),
    ],
)
def test_what_could_drive_a_terminal_becomes_a_sign(text, shown):
    assert visible(text) == shown


def test_line_ends_may_be_kept():
    assert visible_lines("a\n\x1bb") == "a\n␛b"


def test_a_short_form_is_one_line_with_an_ellipsis():
    assert shorten("one\n two three", 8) == "one two…"


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        pytest.param("I wrote a letter.", "I wrote one.", ("“I wrote a letter.”", "“I wrote one.”"), id="short ones whole"),
        pytest.param("Grandma makes noodles on Sundays and rice.", "Grandma makes noodles on Sundays and bread.",
                     ("“…dles on Sundays and rice.”", "“…dles on Sundays and bread.”"), id="long ones where they differ"),
        pytest.param("Ring me. " * 9, "Ring me. " * 9, ("“Ring me. Ring me. Ring me. Ring me. Rin…”",) * 2, id="alike"),
        pytest.param("Ring me. " * 9, "Ring me. " * 8,
                     ("“…e. Ring me. Ring me. Ring me.”", "“…e. Ring me. Ring me.”"), id="one goes on"),
    ],
)  # fmt: skip
def test_two_quotes_are_shown_from_a_little_before_they_differ(one, other, shown):
    assert quoted_apart(one, other, 40) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc", 3), ("中文", 4), ("é", 1), ("e\u0301", 1), ("أمي", 3)],
    ids=["ASCII", "Chinese", "composed", "decomposed", "Arabic"],
)
def test_columns_are_those_that_a_terminal_uses(text, expected):
    assert columns(text) == expected


@given(st.text(), st.integers(1, 30))
def test_fitted_text_takes_just_the_width(text, width):
    assert columns(fit(text, width)) == width
