"""Links in memos: found with their spans, cited shortly, rewritten without touching anything else."""

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY, event_id
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.links import line_number, links, relinked, rewritten, short_id, short_ids


def named(text):
    return [(link.kind, link.target, link.place, link.label) for link in links(text)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("[[liang-2009]]", ("document", "liang-2009", "", "")),
        ("[[liang-2009#b7]]", ("document", "liang-2009", "b7", "")),
        ("[[liang-2009#L12]]", ("document", "liang-2009", "L12", "")),
        ("[[document: a#b#12 ]]", ("document", "a#b", "12", "")),
        ("[[code:hidden emotions/longing]]", ("code", "hidden emotions/longing", "", "")),
        ("[[Code: 想念 |the word]]", ("code", "想念", "", "the word")),
        ("[[case:zhao|the Zhaos]]", ("case", "zhao", "", "the Zhaos")),
        ("[[memo:two-silences]]", ("memo", "two-silences", "", "")),
        ("[[coding:01m7zy7ceemf0w44y9]]", ("coding", "01m7zy7ceemf0w44y9", "", "")),
        ("[[code:a: b]]", ("code", "a: b", "", "")),
        ("[[שלום#ab]]", ("document", "שלום", "ab", "")),
    ],
)
def test_a_link_says_what_it_names(written, expected):
    assert named(f"See {written}, or not.") == [expected]


@pytest.mark.parametrize("text", ["[[]]", "[[ ]]", "[[|label]]", "[a]", "[[a\nb]]", "[ [a]]", "[[a]"])
def test_what_only_looks_like_a_link_is_none(text):
    assert links(text) == []


def test_links_in_fenced_code_do_not_count_but_those_after_it_do():
    text = "[[a]]\n```\n[[no]]\n~~~\n[[no]]\n```\n[[b]]\n  ~~~~ r\n[[no]]\n~~~\n[[no]]\n~~~~\n`[[c]]`"
    assert [(link.target, link.line) for link in links(text)] == [("a", 1), ("b", 7), ("c", 13)]


def test_an_open_fence_hides_the_rest():
    assert links("```\n[[a]]\n\n[[b]]") == []


@pytest.mark.parametrize("before", [COMPOSED, DECOMPOSED, "中文", FAMILY, "שלום ", "a\u2028b\f"])
def test_spans_are_code_points_of_the_text(before):
    text = f"{before}\n{before}[[case:zhao|x]] {before}"
    (link,) = links(text)
    assert text[link.start : link.end] == "[[case:zhao|x]]"
    assert link.line == 2


@given(st.text(alphabet="[]|#:ab \n`~é中", max_size=60))
def test_any_text_is_read_without_trouble_and_every_span_is_a_link(text):
    for link in links(text):
        assert text[link.start : link.end].startswith("[[")
        assert text[link.start : link.end].endswith("]]")
        assert text.count("\n", 0, link.start) + 1 == link.line


@given(st.text(alphabet="[]|#:ab \n`~é中", max_size=60))
def test_rewriting_nothing_changes_nothing(text):
    assert rewritten(text, lambda link: None) == text


def test_rewriting_keeps_labels_places_and_all_around():
    text = "é [[code:old|a | b]] and [[ code: old ]] and [[d#ab]].\n"
    assert rewritten(text, lambda link: "new" if link.target == "old" else None) == (
        "é [[code:new|a | b]] and [[code:new]] and [[d#ab]].\n"
    )


def test_a_coding_is_cited_by_four_signs_and_by_more_where_another_ends_alike():
    ids = ["aaaaaaaaaaaaaa1234", "bbbbbbbbbbbbbb5678", "cccccccccccccc5678"]
    assert [short_id(ids, ident) for ident in ids] == ["1234", "b5678", "c5678"]
    assert short_id([event_id(1), event_id(2)], event_id(2)) == "0002"


@given(st.sets(st.text(alphabet="abc", min_size=6, max_size=6), max_size=30))
def test_all_short_ids_at_once_are_those_one_by_one(ids):
    assert short_ids(ids) == {ident: short_id(ids, ident) for ident in ids}


@given(st.sets(st.text(alphabet="ab", min_size=8, max_size=8), min_size=1, max_size=30))
def test_a_short_id_fits_no_other_coding(ids):
    for ident in ids:
        assert [other for other in ids if other.endswith(short_id(ids, ident))] == [ident]


@pytest.mark.parametrize(
    ("place", "line"),
    [("12", 12), ("012", 0), ("L12", 12), ("l7", 7), ("b7", 0), ("", 0), ("L", 0), ("٣", 0), ("9" * 40, 0)],
)
def test_a_place_that_is_a_line(place, line):
    assert line_number(place) == line


def test_links_that_changed_are_changed_in_a_text_that_was_edited_meanwhile():
    before, after = "See [[code:a]] and [[case:x]].\n", "See [[code:b]] and [[case:x]].\n"
    assert (
        relinked("More. See [[code:a|this]] and [[case:x]].\n", before, after)
        == "More. See [[code:b|this]] and [[case:x]].\n"
    )


def test_links_that_say_the_same_now_go_back_each_to_what_it_said():
    before, after = "[[code:b]] and [[code:b]].\n", "[[code:a]] and [[code:b]].\n"
    assert relinked("New. [[code:b]] and [[code:b]].\n", before, after) == "New. [[code:a]] and [[code:b]].\n"


def test_texts_that_differ_in_more_than_links_tell_no_change_of_links():
    assert relinked("x", "See [[code:a]].", "Look at [[code:b]].") is None
