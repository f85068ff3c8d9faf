"""What taking codes over would do to a codebook."""

import pytest
from builders import COMPOSED, DECOMPOSED

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_plan import Draft, plan, with_parents
from qualcode.errors import BadOption

BOOK = Codebook(
    (
        Code("c1", "Hidden emotions", definition="Kept inside."),
        Code("c2", "longing", "c1", color="#222222"),
        Code("c3", "school"),
        Code("c4", "longing", "c3"),
    )
)


def actions(book, *drafts):
    return [(planned.action, planned.path) for planned in plan(book, drafts)]


def test_a_code_at_a_path_that_is_not_there_is_added():
    [planned] = plan(BOOK, [Draft(("school", "marks"), "", {"definition": "Grades.", "example": ""})])
    assert planned == ("add", "school/marks", "", "school", {"definition": ("", "Grades.")}, "c3", "")


def test_an_id_goes_before_a_path():
    [planned] = plan(BOOK, [Draft(("school", "longing"), "c4", {"definition": "For school."})])
    assert (planned.action, planned.id, planned.fields) == ("change", "c4", {"definition": ("", "For school.")})


def test_an_id_that_the_codebook_does_not_have_is_no_match_but_is_told_for_the_new_code():
    planned = plan(BOOK, [Draft(("school", "longing"), "zz"), Draft(("marks",), "yy")])
    assert [(p.action, p.id, p.draft_id) for p in planned] == [("same", "c4", ""), ("add", "", "yy")]


@pytest.mark.parametrize(
    "path",
    [("HIDDEN  emotions", "Longing"), ("Hidden emotions ", " longing")],
    ids=["case", "spacing"],
)
def test_a_path_matches_whatever_its_case_and_spacing_and_renames_nothing(path):
    assert actions(BOOK, Draft(path)) == [("same", "Hidden emotions/longing")]


def test_a_composed_accent_matches_a_decomposed_one():
    assert actions(Codebook((Code("c", f"caf{COMPOSED}"),)), Draft((f"CAF{DECOMPOSED.upper()}",))) == [
        ("same", f"caf{COMPOSED}")
    ]


def test_an_empty_field_erases_nothing():
    assert actions(BOOK, Draft(("Hidden emotions",), "c1", {"definition": ""})) == [("same", "Hidden emotions")]


def test_line_ends_and_outer_spaces_are_no_change():
    book = Codebook((Code("c", "c", definition="one\ntwo\n"),))
    assert actions(book, Draft(("c",), "c", {"definition": " one\r\ntwo"})) == [("same", "c")]


def test_a_name_that_differs_under_the_same_id_is_a_rename():
    [planned] = plan(BOOK, [Draft(("Schooling",), "c3")])
    assert (planned.path, planned.fields) == ("school", {"name": ("school", "Schooling")})


def test_a_renamed_parent_does_not_move_its_children():
    drafts = [Draft(("Feelings",), "c1"), Draft(("Feelings", "longing"), "c2")]
    assert actions(BOOK, *drafts) == [("change", "Hidden emotions"), ("same", "Hidden emotions/longing")]


def test_a_parent_that_was_renamed_in_its_own_row_only_is_still_the_parent():
    drafts = [Draft(("Feelings",), "c1"), Draft(("Hidden emotions", "longing"), "c2")]
    assert actions(BOOK, *drafts) == [("change", "Hidden emotions"), ("same", "Hidden emotions/longing")]


def test_another_parent_under_the_same_id_is_a_move():
    [planned] = plan(BOOK, [Draft(("school", "longing"), "c2")])
    assert planned.fields == {"parent": ("Hidden emotions", "school")}
    assert (planned.path, planned.parent, planned.parent_id) == ("Hidden emotions/longing", "school", "c3")


def test_a_move_under_a_new_code_names_that_code():
    planned = plan(BOOK, [Draft(("new", "longing"), "c2")])
    assert [(p.action, p.path) for p in planned] == [("add", "new"), ("change", "Hidden emotions/longing")]
    assert (planned[1].parent, planned[1].parent_id) == ("new", "")


def test_codes_that_would_stand_under_one_another_are_refused():
    with pytest.raises(BadOption, match="under one another"):
        plan(BOOK, [Draft(("Hidden emotions", "longing", "Hidden emotions"), "c1")])


def test_parent_and_child_may_change_places():
    drafts = [Draft(("longing", "Hidden emotions"), "c1"), Draft(("longing",), "c2")]
    assert actions(BOOK, *drafts) == [("change", "Hidden emotions/longing"), ("change", "Hidden emotions")]


def test_parents_come_before_their_children_and_implied_ones_are_added():
    drafts = [Draft(("a", "b", "c")), Draft(("a",), "", {"definition": "d"}), Draft(("school", "x"))]
    assert actions(BOOK, *drafts) == [("add", "a"), ("add", "a/b"), ("add", "a/b/c"), ("add", "school/x")]


def test_implied_parents_are_marked_and_come_once():
    found = with_parents([Draft(("a", "b")), Draft(("A", "c"))])
    assert [(draft.path, draft.implied) for draft in found] == [
        (("a",), True),
        (("a", "b"), False),
        (("A", "c"), False),
    ]


def test_a_deleted_or_merged_code_is_not_matched_and_its_id_is_not_used_again():
    book = Codebook((Code("c1", "a", deleted=True), Code("c2", "b", merged_into="c3"), Code("c3", "c")))
    planned = plan(book, [Draft(("a",), "c1"), Draft(("b",), "c2")])
    assert [(p.action, p.id, p.draft_id) for p in planned] == [("add", "", ""), ("add", "", "")]


def test_a_child_of_a_merged_code_is_found_under_the_code_that_took_it_in():
    book = Codebook((Code("c1", "a", merged_into="c2"), Code("c3", "x", "c1"), Code("c2", "b")))
    assert actions(book, Draft(("b", "x"))) == [("same", "b/x")]


def test_twins_under_one_parent_are_told_apart_by_id():
    book = Codebook((Code("a", "x"), Code("a1", "y", "a"), Code("b", "x"), Code("b1", "z", "b")))
    drafts = [Draft(("x",), "a"), Draft(("x", "y"), "a1"), Draft(("x",), "b"), Draft(("x", "z"), "b1")]
    assert {planned.action for planned in plan(book, drafts)} == {"same"}


def test_a_new_code_may_take_the_old_name_of_a_renamed_one():
    drafts = [Draft(("Schooling",), "c3"), Draft(("school",), "", {"definition": "The house."})]
    assert actions(BOOK, *drafts) == [("change", "school"), ("add", "school")]


def test_names_of_any_script_are_planned_as_they_are():
    names = ("想念", "ילדים", "👩‍👩‍👧", f"e{DECOMPOSED}")
    assert actions(Codebook(), Draft(names))[-1] == ("add", "/".join(names))
