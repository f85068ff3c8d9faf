"""Anchors on a text that is rewritten for good, and removed words found wherever they are quoted."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.core.anchors import make_anchor, place
from qualcode.core.carrying import Carrier, Versions
from qualcode.core.removed_words import RemovedWords, marker_for
from qualcode.core.revision import Revision
from qualcode.core.rewriting import Rebasing, Replacing, Rewriting, without
from qualcode.core.text import body_hash

TEXT = "Anna lives in Wuhan. Anna said so."


def rewriting(*replaced, text=TEXT):
    return Rewriting(text, [Replacing(*each) for each in replaced])


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ((0, 4), "Mei"), ((0, 10), "Mei lives"), ((5, 10), "lives"), ((2, 10), "Mei lives"), ((1, 3), "Mei"),
        ((11, 16), "in [place]"), ((14, 20), "[place]."), ((21, 33), "Mei said so"), ((4, 5), " "),
    ],
    ids=["the name", "from the name on", "after it", "from within", "within", "half of a place", "place", "later", "between"],
)  # fmt: skip
def test_a_span_stands_on_what_corresponds_to_its_words(span, words):
    made = rewriting((0, 4, "Mei"), (14, 19, "[place]"), (21, 25, "Mei"))

    start, end = made.span(*span)

    assert made.new == "Mei lives in [place]. Mei said so."
    assert made.new[start:end] == words


@pytest.mark.parametrize("places", [[(0, 4, "a"), (3, 5, "b")], [(4, 4, "a")], [(30, 99, "a")]])
def test_places_that_overlap_or_leave_the_text_are_refused(places):
    with pytest.raises(ValueError, match="overlaps"):
        rewriting(*places)


def test_an_older_wording_loses_all_that_corresponds_to_what_is_replaced():
    old, now = "my boss Mr. Smyth of Foxcon, he shouted", "my boss Mr. Smith of Foxconn, he shouted"
    start = now.index("Smith")

    assert without(old, now, [Replacing(start, start + 16, "[redacted]")]) == "my boss Mr. [redacted], he shouted"


def test_removed_words_are_found_across_lines_marks_and_letter_case():
    words = RemovedWords(["She worked at Foxconn in Longhua for three years."])

    assert words.find("> she WORKED\n> at *Foxconn* in Longhua for 3")
    assert words.masked("he says: worked at Foxconn, in Longhua!", "[x]") == "he says: [x]!"
    assert not words.find("she worked at a mill")


def test_words_with_composed_and_decomposed_accents_are_the_same():
    assert RemovedWords(["José"]).find("Jose\u0301")
    assert RemovedWords(["Jose\u0301"]).find("José")


def test_ten_signs_of_chinese_in_a_row_are_a_quotation():
    words = RemovedWords(["我妈妈在深圳富士康工作了三年多了"])

    assert words.masked("她说「妈妈在深圳富士康工作了」。", "[x]") == "她说「[x]」。"
    assert not words.find("我妈妈在北京")


@pytest.mark.parametrize("passage", ["34", "he", "a b"])
def test_passages_that_say_too_little_are_not_looked_for(passage):
    words = RemovedWords([passage])

    assert words.too_short == [passage]
    assert not words.find(f"x {passage} y")


def test_what_others_say_too_is_no_trace_unless_it_is_long():
    words = RemovedWords(["I do not know what to say about the factory where my brother lost his hand"])
    words.forgive("I do not know what to say")

    assert not words.find("I do not know what to say")
    assert words.find("the factory where my brother lost his hand")


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("hello", "[redacted]"),
        ("", "[redacted]"),
        ("我妈妈", "[已隐去]"),
        ("母はここにいる", "[削除済み]"),
        ("мама", "[удалено]"),
    ],
)
def test_the_marker_is_in_the_texts_own_script(text, marker):
    assert marker_for(text) == marker


# ------------------------------------------------------------------ any text, any codings, any replacements

WORDS = ["Anna", "Wuhan", "said", "I", "noodles", "é", "e\u0301", "生日", "👩‍👩‍👧", "שלום", "Mhm."]
TEXTS = st.lists(st.sampled_from([*WORDS, "\n"]), min_size=3, max_size=30).map(" ".join)


@st.composite
def histories(draw):
    """A text in one to three versions; anchors of two coders on any of them; what is replaced in the last."""
    versions = [draw(TEXTS)]
    for _ in range(draw(st.integers(0, 2))):
        words = versions[-1].split(" ")
        for _ in range(draw(st.integers(1, 3))):
            at = draw(st.integers(0, len(words) - 1))
            words[at : at + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(WORDS), max_size=2))
            words = words or ["I"]
        versions.append(" ".join(words))
    anchors = []
    for _ in range(draw(st.integers(1, 6))):
        text = draw(st.sampled_from(versions))
        if text:
            start = draw(st.integers(0, len(text) - 1))
            anchors.append(make_anchor(text, body_hash(text), start, draw(st.integers(start + 1, len(text)))))
    cuts = sorted(draw(st.sets(st.integers(0, len(versions[-1])), max_size=6)))
    new = st.sampled_from(["[redacted]", "Mei", "林军", "x"])
    replaced = [Replacing(a, b, draw(new)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    return versions, anchors, replaced


@settings(max_examples=100)
@given(histories())
def test_every_coding_stands_on_the_corresponding_words_and_is_as_sure_as_it_was(history):
    versions, anchors, replaced = history
    body = versions[-1]
    steps = [(body_hash(a), body_hash(b), Revision.between(a, b)) for a, b in pairwise(versions)]
    old = Carrier(Versions(steps), body, body_hash(body))
    made = Rewriting(body, replaced)
    rebasing = Rebasing(made, old.place, lambda quote: quote, keep_lost=True)
    before = [rebasing.see(anchor) for anchor in anchors]
    rebasing.settle()
    after = Carrier(Versions((a, made.hash, revision) for a, revision in rebasing.revisions), made.new, made.hash)

    for anchor, was in zip(anchors, before, strict=True):
        new = rebasing.anchor(anchor)
        now = after.place(new)
        if was.state == "lost":
            assert now.state == "lost"
            continue
        assert (now.start, now.end) == made.span(was.start, was.end)
        if was.state in ("exact", "moved"):
            assert (now.state, new.quote) == ("exact", made.new[now.start : now.end])
        elif not rebasing.accepted:
            assert now.state == "changed" or new.quote == made.new[now.start : now.end]


@settings(max_examples=60)
@given(histories())
def test_nothing_of_a_replaced_passage_is_left_in_any_anchor(history):
    versions, anchors, replaced = history
    body = versions[-1].replace("Anna", "Zq7")
    replaced = [Replacing(at, at + 3, "[x]") for at in range(len(body)) if body.startswith("Zq7", at)]
    made = Rewriting(body, replaced)
    rebasing = Rebasing(made, lambda anchor: place(anchor, body, body_hash(body)), lambda quote: "", keep_lost=False)
    anchors = [
        make_anchor(body, body_hash(body), a.start, min(a.end, len(body))) for a in anchors if a.start < len(body)
    ]
    for anchor in anchors:
        rebasing.see(anchor)
    rebasing.settle()

    for anchor in anchors:
        new = rebasing.anchor(anchor)
        assert "Zq7" not in new.quote + new.prefix + new.suffix
