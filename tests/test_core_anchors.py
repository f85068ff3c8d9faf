"""Position arithmetic: the quote and the place check each other."""

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.anchors import Placed, find_quote, make_anchor, place
from qualcode.errors import BadSpan


def anchor(body, quote):
    start = body.index(quote)
    return make_anchor(body, "hash", start, start + len(quote))


@pytest.mark.parametrize(
    ("body", "start", "end", "quote"),
    [
        pytest.param("I miss her", 2, 6, "miss", id="ASCII"),
        pytest.param(f"caf{COMPOSED} noir", 0, 4, "caf\u00e9", id="composed"),
        pytest.param(f"caf{DECOMPOSED} noir", 0, 5, "cafe\u0301", id="decomposed"),
        pytest.param("我想妈妈", 2, 4, "妈妈", id="Chinese"),
        pytest.param(f"a{FAMILY}b", 1, 6, FAMILY, id="emoji with joiners"),
        pytest.param("قالت أمي", 5, 8, "أمي", id="Arabic"),
    ],
)
def test_a_span_is_counted_in_code_points(body, start, end, quote):
    made = make_anchor(body, "hash", start, end)
    assert (made.start, made.end, made.quote, made.body) == (start, end, quote, "hash")


def test_a_span_may_reach_to_both_ends():
    assert make_anchor("abc", "hash", 0, 3).quote == "abc"


@pytest.mark.parametrize(
    ("start", "end"),
    [(1, 1), (2, 1), (-1, 2), (0, 4), (4, 5)],
    ids=["empty", "backwards", "negative", "too long", "outside"],
)
def test_a_span_that_is_not_in_the_text_is_refused(start, end):
    with pytest.raises(BadSpan, match=f"{start}:{end} is not in the text, which has 3 characters"):
        make_anchor("abc", "hash", start, end)


def test_a_quote_in_its_place_is_exact():
    assert place(anchor("I miss her", "miss"), "I miss her") == Placed(2, 6, "exact")


def test_a_quote_in_its_place_is_exact_whatever_became_of_the_rest():
    changed = "I miss her, only him, miss you"
    assert place(anchor("I miss her, only her, all day", "miss"), changed) == Placed(2, 6, "exact")


@pytest.mark.parametrize("added", ["So: ", COMPOSED, DECOMPOSED, "妈妈", FAMILY, "أمي "], ids=ascii)
def test_a_quote_that_stands_just_once_elsewhere_has_moved(added):
    found = place(anchor("I miss her", "miss"), added + "I miss her")
    assert found == Placed(2 + len(added), 6 + len(added), "moved")


def test_a_quote_that_is_gone_is_lost():
    assert place(anchor("I miss her", "miss"), "I hate her") == Placed(2, 6, "lost")


def test_a_quote_that_stands_at_several_other_places_is_lost():
    assert place(anchor("I miss her", "miss"), "You miss, they miss").state == "lost"


def test_overlapping_places_are_several_places():
    assert place(anchor("x aa", "aa"), "aaab").state == "lost"


def test_a_quote_is_lost_if_only_its_composition_changed():
    assert place(anchor(f"a caf{COMPOSED}", f"caf{COMPOSED}"), f"a caf{DECOMPOSED}").state == "lost"


@given(st.text("ab\n", max_size=8), st.text("ab\n", min_size=1, max_size=8), st.data())
def test_a_placed_quote_is_always_the_quote(today, old, data):
    start = data.draw(st.integers(0, len(old) - 1))
    made = make_anchor(old, "hash", start, data.draw(st.integers(start + 1, len(old))))
    found = place(made, today)
    assert found.state == "lost" or today[found.start : found.end] == made.quote


@given(st.text(max_size=10), st.text(max_size=10))
def test_a_unique_quote_is_found_behind_any_insertion(before, inserted):
    made = anchor(before + "«quote»", "«quote»")
    if "«quote»" not in inserted + before:
        found = place(made, inserted + before + "«quote»")
        assert found.start == len(inserted) + len(before)
        assert found.state == ("moved" if inserted else "exact")


def test_overlapping_quotes_are_all_found():
    assert list(find_quote("aaa", "aa")) == [0, 1]


def test_an_empty_quote_is_found_nowhere():
    assert list(find_quote("aaa", "")) == []


TURNS = "Ann: Where is she?\n\nBo: Yes, I think so.\n\nCy: Yes, I think so.\n\nDi: Yes, I think so.\n\nEd: No.\n"


@pytest.mark.parametrize("gone", ["Bo", "Cy", "Di"])
def test_the_same_words_of_another_speaker_are_never_taken_for_the_quote(gone):
    start = TURNS.index("Cy: ") + 4
    made = make_anchor(TURNS, "old", start, start + 4)
    found = place(made, TURNS.replace(f"{gone}: Yes, I think so.\n\n", ""), "new")
    assert found.state == "lost" or TURNS.replace(f"{gone}: Yes, I think so.\n\n", "")[: found.start].endswith("Cy: ")


def test_a_short_quote_whose_neighbours_are_gone_is_lost_though_it_occurs_elsewhere():
    made = make_anchor("Ann: I miss her.\n\nBo: What then?\n", "old", 5, 16)
    assert place(made, "Bo: I miss her.\n\nBo: What then?\n", "new").state == "lost"


def test_a_typo_mended_elsewhere_moves_even_a_word_with_its_neighbours():
    old = "Long: I waitd long.\n\nLong: Yes, every Sunday.\n"
    start = old.index("Yes")
    new = old.replace("waitd", "waited")
    assert place(make_anchor(old, "old", start, start + 3), new, "new") == Placed(start + 1, start + 4, "moved")


def test_identical_neighbours_are_no_evidence():
    body = "Yes.\n" * 40
    assert place(make_anchor(body, "old", 100, 104), "Yes.\n" * 39, "new").state == "lost"


def test_in_the_text_that_it_was_made_on_a_quote_stays_however_often_it_is_said():
    body = "Yes.\n" * 40
    assert place(make_anchor(body, "same", 100, 104), body, "same") == Placed(100, 104, "exact")
