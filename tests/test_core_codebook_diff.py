"""Two codebooks side by side."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_diff import differences

EMOTION = Code("c1", "emotion", definition="Any feeling.", color="#111111")
LONGING = Code("c2", "longing", "c1")
WORK = Code("c3", "work")
BOOK = Codebook((EMOTION, LONGING, WORK))


def changed(**fields):
    """BOOK with `longing` changed."""
    return Codebook((EMOTION, WORK, replace(LONGING, **fields)))


def test_a_codebook_does_not_differ_from_itself():
    assert differences(BOOK, BOOK) == []


def test_the_order_of_siblings_does_not_count():
    assert differences(BOOK, Codebook((WORK, EMOTION, LONGING))) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": "missing"}, ("renamed", "c2", "emotion/longing", "emotion/missing", "name", "longing", "missing")),
        ({"parent": "c3"}, ("moved", "c2", "emotion/longing", "work/longing", "parent", "emotion", "work")),
        ({"parent": ""}, ("moved", "c2", "emotion/longing", "longing", "parent", "emotion", "")),
        ({"definition": "d"}, ("redefined", "c2", "emotion/longing", "emotion/longing", "definition", "", "d")),
        ({"example": "é"}, ("redefined", "c2", "emotion/longing", "emotion/longing", "example", "", "é")),
        ({"color": "#222222"}, ("recoloured", "c2", "emotion/longing", "emotion/longing", "color", "", "#222222")),
        ({"retired": True}, ("retired", "c2", "emotion/longing", "emotion/longing", "retired", "no", "yes")),
        ({"merged_into": "c3"}, ("merged", "c2", "emotion/longing", "work", "merged_into", "", "work")),
        ({"deleted": True}, ("gone", "c2", "emotion/longing", "", "", "", "")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_each_kind_of_change_is_told_with_before_and_after(fields, expected):
    assert differences(BOOK, changed(**fields)) == [expected]


def test_each_text_that_changed_is_a_difference_of_its_own():
    found = differences(BOOK, changed(definition="d", use_when="u", do_not_use_when="n", example="e"))
    assert [difference.field for difference in found] == ["definition", "use_when", "do_not_use_when", "example"]


def test_one_code_may_differ_in_several_ways():
    found = differences(BOOK, changed(name="missing", parent="c3"))
    assert [difference.kind for difference in found] == ["renamed", "moved"]


def test_codes_below_a_renamed_one_have_not_moved():
    found = differences(BOOK, Codebook((replace(EMOTION, name="feeling"), LONGING, WORK)))
    assert [(difference.kind, difference.code_id) for difference in found] == [("renamed", "c1")]


def test_new_codes_and_gone_ones_are_told_with_their_path():
    found = differences(Codebook((EMOTION, LONGING)), Codebook((EMOTION, Code("c9", "joy", "c1"))))
    assert [difference[:4] for difference in found] == [
        ("new", "c9", "", "emotion/joy"),
        ("gone", "c2", "emotion/longing", ""),
    ]


def test_codebooks_without_common_ids_are_matched_by_path():
    other = Codebook((Code("x1", "Emotion", color="#111111"), Code("x2", "longing", "x1"), Code("x3", "work")))
    found = differences(BOOK, other)
    assert [(difference.kind, difference.code_id, difference.field) for difference in found] == [
        ("renamed", "x1", "name"),
        ("redefined", "x1", "definition"),
    ]


def test_a_code_deleted_and_made_again_under_its_name_is_gone_and_new():
    again = Codebook((EMOTION, replace(LONGING, deleted=True), Code("c8", "longing", "c1"), WORK))
    assert [difference.kind for difference in differences(BOOK, again)] == ["new", "gone"]


def test_what_was_merged_into_a_deleted_code_is_gone():
    after = Codebook((EMOTION, replace(LONGING, merged_into="c3"), replace(WORK, deleted=True)))
    assert [difference.kind for difference in differences(BOOK, after)] == ["gone", "gone"]


NAMES = st.sampled_from(["a", "A", "é", "妈妈", "שלום"])
BOOKS = st.dictionaries(st.sampled_from("pqrst"), st.tuples(NAMES, st.sampled_from(["", "p", "q"]))).map(
    lambda codes: Codebook(
        tuple(
            Code(key, name, parent if parent in codes and parent < key else "")
            for key, (name, parent) in sorted(codes.items())
        )
    )
)


@given(BOOKS, BOOKS)
def test_what_is_new_one_way_is_gone_the_other_way(one, other):
    there = {difference.code_id for difference in differences(one, other) if difference.kind == "new"}
    back = {difference.code_id for difference in differences(other, one) if difference.kind == "gone"}
    assert there == back


@given(BOOKS)
def test_no_codebook_differs_from_itself(book):
    assert differences(book, book) == []
