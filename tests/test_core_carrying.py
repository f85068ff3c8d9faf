"""A text is corrected, and every coding stays with its words: what holds under any edits."""

import json
import random
from itertools import pairwise

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.core.anchors import Placed, make_anchor
from qualcode.core.carrying import Carrier, Versions
from qualcode.core.revision import Revision, revision_data, revision_from
from qualcode.core.text import body_hash
from qualcode.core.textdiff import compare

TEXT = """Researcher: Who decides about school at home?

Mother Liang: Her grandmother does. I only hear about it on Sundays.

Researcher: Mhm.

Mother Liang: I send money. I ask whether she eats enough.

Researcher: Mhm.

Mother Liang: She says yes. She always says yes.
"""
PIECES = st.sampled_from(
    [
        "she",
        "says ",
        "yes",
        ". ",
        "\n",
        "\n\n",
        "Mhm.\n",
        "M: ",
        "妈妈",
        "生日",
        COMPOSED,
        DECOMPOSED,
        FAMILY,
        "أمي ",
        "a",
        "b ",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


def versions_of(*texts):
    """The known versions of a text, each from the one before."""
    return Versions((body_hash(old), body_hash(new), Revision.between(old, new)) for old, new in pairwise(texts))


def anchor(text, quote, at=0):
    start = -1
    for _ in range(at + 1):
        start = text.index(quote, start + 1)
    return make_anchor(text, body_hash(text), start, start + len(quote))


def carried(quote, *texts, at=0):
    """Where a quote of the first text stands in the last, and the words there."""
    placed = Carrier(versions_of(*texts), texts[-1], body_hash(texts[-1])).place(anchor(texts[0], quote, at))
    words = texts[-1][placed.start : placed.end] if placed.state != "lost" else ""
    return placed, words


# ---------------------------------------------------------------- comparing and logging


@given(TEXTS, TEXTS)
def test_a_revision_leads_there_and_back(old, new):
    revision = Revision.between(old, new)
    assert revision.apply(old) == new
    assert revision.inverse().apply(new) == old
    assert revision_from(json.loads(json.dumps(revision_data(revision)))) == revision


@given(TEXTS, TEXTS)
def test_what_is_the_same_is_the_same_and_is_used_once(old, new):
    compared = compare(old, new)
    taken_old, taken_new = set(), set()
    for a, b, length in (*compared.same, *compared.moved):
        assert length > 0
        assert old[a : a + length] == new[b : b + length]
        assert not taken_old & set(range(a, a + length))
        assert not taken_new & set(range(b, b + length))
        taken_old |= set(range(a, a + length))
        taken_new |= set(range(b, b + length))
    assert list(compared.same) == sorted(compared.same)
    assert [same.new for same in compared.same] == sorted(same.new for same in compared.same)


@pytest.mark.parametrize(
    "data",
    [None, {}, [], {"edits": 3}, {"edits": [[0, "a"]]}, {"edits": [[-1, "a", "b"]]}, {"edits": [["0", "a", "b"]]},
     {"edits": [[0, "abc", ""], [1, "b", ""]]}, {"edits": [], "moved": [[0, 0]]}, {"edits": [], "moved": [[0, 5, 3], [1, 9, 3]]},
     {"edits": [[True, "a", "b"]]}],
)  # fmt: skip
def test_what_is_no_revision_is_not_taken_for_one(data):
    assert revision_from(data) is None


def test_a_revision_refuses_another_text():
    with pytest.raises(ValueError, match="another text"):
        Revision.between("one two", "one three").apply("one four")


# ---------------------------------------------------------------- codings


@settings(max_examples=300)
@given(TEXTS.filter(len), st.data())
def test_words_that_were_not_touched_are_kept_exactly(old, data):
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    at = data.draw(st.one_of(st.integers(0, start), st.integers(end, len(old))))
    room = start - at if at <= start else len(old) - at
    removed = data.draw(st.integers(0, min(6, max(0, room))))
    new = old[:at] + data.draw(TEXTS) + old[at + removed :]
    made = make_anchor(old, body_hash(old), start, end)
    placed = Carrier(versions_of(old, new), new, body_hash(new)).place(made)
    assert placed.state in ("exact", "moved")
    assert new[placed.start : placed.end] == made.quote


@settings(max_examples=200)
@given(TEXTS.filter(len), st.lists(TEXTS, min_size=1, max_size=3), st.data())
def test_there_and_back_again_leaves_all_as_before(old, between, data):
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    made = make_anchor(old, body_hash(old), start, end)
    versions = versions_of(old, *between, old)
    assert Carrier(versions, old, body_hash(old)).place(made) == Placed(start, end, "exact")


@settings(max_examples=200)
@given(TEXTS.filter(len), TEXTS, st.data())
def test_whatever_happens_a_coding_is_in_the_text_or_lost(old, new, data):
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    made = make_anchor(old, body_hash(old), start, end)
    placed = Carrier(versions_of(old, new), new, body_hash(new)).place(made)
    if placed.state == "lost":
        assert (placed.start, placed.end) == (start, end)
    else:
        assert 0 <= placed.start < placed.end <= len(new)
        assert (new[placed.start : placed.end] == made.quote) == (placed.state != "changed")
        assert (placed.start == start) == (placed.state == "exact") or placed.state == "changed"


@pytest.mark.parametrize(
    ("old", "new", "quote", "state", "words"),
    [
        pytest.param("grandmother", "granny", "I only hear about it on Sundays.", "moved", None, id="an edit before it"),
        pytest.param("eats enough", "eats well", "I only hear about it on Sundays.", "exact", None, id="an edit after it"),
        pytest.param("I only", "I onyl", "I only hear about it", "changed", "I onyl hear about it", id="within it"),
        pytest.param("I send money.", "(pause)", "I send money.", "lost", "", id="replaced by something else"),
        pytest.param("money", "cash", "money", "changed", "cash", id="a word for a word"),
        pytest.param("I send money. ", "", "I send money.", "lost", "", id="taken out"),
        pytest.param("I send money.", "Well, I send money.", "I send money.", "moved", None, id="words before it in its turn"),
        pytest.param("I send money.", "I send money, dear.", "I send money", "exact", None, id="words right after it"),
        pytest.param("Researcher", "R", "I send money.", "moved", None, id="a label changed everywhere"),
        pytest.param("I send", "M: I send", "I send money.", "moved", None, id="a label put in before it"),
        pytest.param("send money. I ask", "send money.\n\nL: I ask", "I send money. I ask", "changed",
                     "I send money.\n\nL: I ask", id="a turn divided within it"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_coding(old, new, quote, state, words):
    placed, found = carried(quote, TEXT, TEXT.replace(old, new))
    assert (placed.state, found, placed.known) == (state, quote if words is None else words, True)


def test_a_name_replaced_everywhere_changes_only_codings_that_hold_it():
    renamed = TEXT.replace("Mother Liang", "Mother L.")
    assert carried("She always says yes.", TEXT, renamed)[1] == "She always says yes."
    placed, words = carried("Mother Liang: She says yes.", TEXT, renamed)
    assert (placed.state, words) == ("changed", "Mother L.: She says yes.")


@pytest.mark.parametrize("at", [0, 1])
def test_each_of_two_equal_turns_keeps_its_own_coding(at):
    changed = TEXT.replace("Who decides", "So who decides").replace("I send money.", "I send them money.")
    placed, words = carried("Mhm.", TEXT, changed, at=at)
    assert (words, changed[: placed.start].count("Mhm.")) == ("Mhm.", at)


def test_a_paragraph_that_moved_takes_its_codings_along():
    lines = TEXT.split("\n\n")
    moved = "\n\n".join([lines[0], lines[3], lines[2], lines[1], *lines[4:]])
    for quote in ("I send money.", "I only hear about it on Sundays.", "Mother Liang: I send money. I ask"):
        placed, words = carried(quote, TEXT, moved)
        assert (words, placed.start) == (quote, moved.index(quote))


def test_a_sentence_that_moved_within_its_turn_takes_its_coding_along():
    moved = TEXT.replace("I send money. I ask whether she eats enough.", "I ask whether she eats enough. I send money.")
    assert carried("I ask whether she eats enough.", TEXT, moved)[1] == "I ask whether she eats enough."


def test_words_that_were_taken_out_and_put_back_have_their_coding_again():
    without = TEXT.replace("I send money. ", "")
    again = TEXT.replace("Who decides", "So who decides")
    placed, words = carried("I send money.", TEXT, without, again)
    assert (placed.state, words) == ("moved", "I send money.")


def test_the_same_words_said_elsewhere_do_not_count():
    text = "M: What did you do then?\nL: Nothing.\nM: And later?\nL: I slept.\nM: What did you do then?\nL: I ate.\n"
    edited = text.replace("M: What did you do then?\nL: Nothing.", "M: (asks about the afternoon)\nL: Nothing.")
    placed, _ = carried("What did you do then?", text, edited)
    assert placed.state == "lost"


def test_corrections_of_two_people_at_once_meet():
    mine, yours = TEXT.replace("grandmother", "granny"), TEXT.replace("eats enough", "eats well")
    both = mine.replace("eats enough", "eats well")
    versions = Versions(
        (body_hash(old), body_hash(new), Revision.between(old, new))
        for old, new in [(TEXT, mine), (TEXT, yours), (mine, both)]
    )
    for body, quote in (
        (mine, "granny does"),
        (yours, "she eats well"),
        (TEXT, "I send money."),
        (yours, "She says yes."),
    ):
        placed = Carrier(versions, both, body_hash(both)).place(anchor(body, quote))
        assert (both[placed.start : placed.end], placed.state != "lost") == (quote, True)


def test_a_log_that_does_not_fit_the_text_is_no_use_but_does_no_harm():
    versions = Versions([(body_hash(TEXT), body_hash("x" + TEXT), Revision.between("one", "two"))])
    placed = Carrier(versions, "x" + TEXT, body_hash("x" + TEXT)).place(
        anchor(TEXT, "I only hear about it on Sundays.")
    )
    assert (placed.state, placed.known) == ("moved", False)


def test_an_event_that_claims_other_words_than_stood_there_counts_by_its_words():
    made = anchor(TEXT, "I send money.")
    forged = make_anchor(TEXT, body_hash(TEXT), 0, 13)
    forged = type(forged)(forged.start, forged.end, made.quote, forged.body, made.prefix, made.suffix)
    new = "x" + TEXT
    placed = Carrier(versions_of(TEXT, new), new, body_hash(new)).place(forged)
    assert new[placed.start : placed.end] == "I send money."


def test_two_hundred_scattered_edits_leave_every_untouched_coding_exact():
    chance = random.Random(4)
    words = [f"word{number}" for number in range(300)] + ["the", "and", "Mhm.", "she"] * 40
    old = "".join(
        f"{chance.choice('RM')}: {' '.join(chance.choice(words) for _ in range(chance.randint(1, 30)))}\n"
        for _ in range(600)
    )
    edits = sorted(chance.sample(range(len(old)), 200))
    parts, at, made = [], 0, []
    for place in edits:
        if place < at:
            continue
        removed, inserted = chance.choice([(0, "zz"), (1, ""), (5, "brand new ")])
        parts += [old[at:place], inserted]
        made.append((place, removed, len(inserted)))
        at = place + removed
    new = "".join([*parts, old[at:]])
    carrier = Carrier(versions_of(old, new), new, body_hash(new))
    untouched = 0
    for _ in range(500):
        start = chance.randrange(len(old) - 200)
        end = start + chance.randint(5, 150)
        if any(place < end and place + removed > start and (removed or place > start) for place, removed, _ in made):
            continue
        shift = sum(inserted - removed for place, removed, inserted in made if place + removed <= start)
        placed = carrier.place(make_anchor(old, body_hash(old), start, end))
        assert (placed.start, new[placed.start : placed.end]) == (start + shift, old[start:end])
        untouched += 1
    assert untouched > 200
