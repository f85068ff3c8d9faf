"""The codebook without tombstones."""

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_live import live_book, names_from_top


def paths(*codes):
    book = live_book(Codebook(codes))
    return [book.path(code.id) for code in book.codes]


def test_deleted_codes_go_with_all_below_them():
    assert paths(Code("a", "a", deleted=True), Code("b", "b", "a"), Code("c", "c")) == ["c"]


def test_children_of_a_merged_code_stand_under_its_target_after_it():
    codes = (Code("a", "a", merged_into="t"), Code("b", "b", "a"), Code("t", "t"), Code("u", "u", "t"))
    assert sorted(paths(*codes)) == ["t", "t/b", "t/u"]
    assert paths(*codes)[0] == "t"


def test_a_code_merged_into_its_own_child_leaves_the_child_at_the_top():
    assert paths(Code("a", "a", merged_into="b"), Code("b", "b", "a"), Code("c", "c", "b")) == ["b", "b/c"]


def test_a_code_merged_into_one_that_is_not_there_stays():
    assert paths(Code("a", "a", merged_into="zz"), Code("b", "b", "a")) == ["a", "a/b"]


def test_a_codebook_without_tombstones_stays_as_it_is():
    book = Codebook((Code("a", "a"), Code("b", "b", "a"), Code("c", "c")), "Title")
    assert live_book(book) == book


def test_names_come_from_the_top():
    assert names_from_top(Codebook((Code("a", "one"), Code("b", "two", "a"))), "b") == ("one", "two")
