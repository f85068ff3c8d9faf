"""Steps from one state of a code to another, the tree that they leave, and their way back."""

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_steps import Step, apply_steps, code_data, code_from, state_of
from qualcode.errors import BadOption, CannotUndo, UnknownName

BOOK = Codebook((Code("a", "a"), Code("b", "b", "a"), Code("c", "c", "a"), Code("d", "d", "c"), Code("e", "e")), "T")


def change(book, key, **values):
    before = state_of(book, key)
    return Step(key, before, {**before, **values})


def back(step):
    return Step(step.key, step.after, step.before)


def tree(book):
    return [(code.id, code.parent) for code in book.codes]


# ------------------------------------------------------------------------------------ states


def test_a_state_has_the_fields_that_are_not_empty_and_the_place():
    book = Codebook((Code("a", "One"), Code("b", "Two", definition="x", key=3)))
    assert state_of(book, "b") == {
        "id": "b", "name": "Two", "key": 3, "definition": "x", "parent": "", "previous": "a",
    }  # fmt: skip


def test_the_first_of_its_siblings_has_no_previous():
    assert state_of(BOOK, "b")["previous"] == ""


def test_a_code_is_made_again_from_its_state():
    code = Code("b", f"Zwei {FAMILY}", "a", "#112233", 4, "d", "u", "n", "x", "", True, False)
    assert code_from("b", {**code_data(code), "parent": "a"}) == code


def test_fields_that_a_newer_log_has_are_left_out():
    assert code_from("b", {"name": "B", "mood": "blue"}) == Code("b", "B")


def test_a_state_without_a_name_gives_the_id_as_name():
    assert code_from("b", {}) == Code("b", "b")


def test_a_step_names_only_what_differs():
    assert change(BOOK, "e", name="E", definition="").changes() == {"name": ("e", "E")}


def test_a_code_that_comes_or_goes_has_no_changed_fields():
    assert Step("x", None, {"name": "x"}).changes() == {}


# ------------------------------------------------------------------------------------ applying


def test_a_new_code_goes_behind_the_sibling_that_its_state_names():
    book = apply_steps(BOOK, [Step("n", None, {"name": "n", "parent": "a", "previous": "b"})])
    assert [code.id for code in book.codes] == ["a", "b", "n", "c", "d", "e"]


def test_a_new_code_goes_last_where_the_sibling_is_not_there_any_more():
    book = apply_steps(BOOK, [Step("n", None, {"name": "n", "parent": "a", "previous": "gone"})])
    assert [code.id for code in book.children["a"]] == ["b", "c", "n"]


def test_a_new_code_goes_to_the_top_where_its_parent_is_not_there_any_more():
    book = apply_steps(BOOK, [Step("n", None, {"name": "n", "parent": "gone", "previous": ""})])
    assert book["n"].parent == ""


def test_a_moved_code_takes_all_below_it_along():
    book = apply_steps(BOOK, [change(BOOK, "c", parent="e", previous="")])
    assert tree(book) == [("a", ""), ("b", "a"), ("e", ""), ("c", "e"), ("d", "c")]


def test_a_code_moves_among_its_siblings():
    book = apply_steps(BOOK, [change(BOOK, "c", previous="")])
    assert [code.id for code in book.codes] == ["a", "c", "d", "b", "e"]


@pytest.mark.parametrize("under", ["c", "d"], ids=["itself", "its own sub-code"])
def test_a_code_cannot_stand_under(under):
    with pytest.raises(BadOption, match="under itself"):
        apply_steps(BOOK, [change(BOOK, "c", parent=under, previous="")])


def test_a_code_cannot_go_under_a_parent_that_is_not_there():
    with pytest.raises(BadOption, match="no code 'gone'"):
        apply_steps(BOOK, [change(BOOK, "c", parent="gone")])


def test_a_code_with_sub_codes_does_not_go():
    with pytest.raises(CannotUndo, match="sub-codes"):
        apply_steps(BOOK, [Step("c", state_of(BOOK, "c"), None)])


def test_a_code_that_is_there_does_not_come_again():
    with pytest.raises(CannotUndo, match="already"):
        apply_steps(BOOK, [Step("c", None, {"name": "c"})])


def test_taking_out_a_code_that_is_gone_already_changes_nothing():
    assert apply_steps(BOOK, [Step("x", {"name": "x"}, None)]) == BOOK


def test_the_title_stays():
    assert apply_steps(BOOK, [change(BOOK, "e", name="E")]).title == "T"


def test_a_field_that_the_step_does_not_change_keeps_what_was_done_since():
    step = change(BOOK, "e", name="E")
    later = apply_steps(BOOK, [change(BOOK, "e", definition="since")])
    assert apply_steps(later, [step])["e"] == Code("e", "E", definition="since")


# ------------------------------------------------------------------------------------ properties

IDS = list("pqrstuvw")
TEXTS = st.sampled_from(["", "short", "妈妈的话", f"caf{COMPOSED}", f"caf{DECOMPOSED}", FAMILY, "two\nlines", "שלום"])


@st.composite
def books(draw):
    codes = []
    for ident in draw(st.permutations(IDS))[: draw(st.integers(1, len(IDS)))]:
        parent = draw(st.sampled_from(["", *(code.id for code in codes)]))
        codes.append(Code(ident, draw(st.sampled_from(["one", "two", FAMILY])), parent, definition=draw(TEXTS)))
    return apply_steps(Codebook(tuple(codes), "title"), [])


@st.composite
def books_and_steps(draw):
    """A codebook and steps that make sense one after the other."""
    book = begin = draw(books())
    steps = []
    for _ in range(draw(st.integers(1, 6))):
        there = [code.id for code in book.codes]
        gone = [ident for ident in IDS if ident not in book]
        kind = draw(st.sampled_from(["add", "remove", "move", "field"]))
        if kind == "add" and gone:
            parent = draw(st.sampled_from(["", *there]))
            before = [code.id for code in book.children.get(parent, ())]
            state = {"name": "new", "definition": draw(TEXTS), "parent": parent,
                     "previous": draw(st.sampled_from(["", *before]))}  # fmt: skip
            step = Step(draw(st.sampled_from(gone)), None, {k: v for k, v in state.items() if v or k in ("previous",)})
        elif kind == "remove" and (leaves := [ident for ident in there if not book.children.get(ident)]):
            key = draw(st.sampled_from(leaves))
            step = Step(key, state_of(book, key), None)
        elif there:
            key = draw(st.sampled_from(there))
            if kind == "field":
                step = change(book, key, definition=draw(TEXTS), retired=draw(st.booleans()))
            else:
                others = [ident for ident in there if ident not in book.with_descendants(key)]
                parent = draw(st.sampled_from(["", *others]))
                siblings = [code.id for code in book.children.get(parent, ()) if code.id != key]
                step = change(book, key, parent=parent, previous=draw(st.sampled_from(["", *siblings])))
        else:
            continue
        steps.append(step)
        book = apply_steps(book, [step])
    return begin, steps, book


@given(books_and_steps())
def test_steps_taken_back_in_reverse_leave_the_codebook_as_it_was(case):
    begin, steps, after = case
    assert apply_steps(after, [back(step) for step in reversed(steps)]) == begin


@given(books_and_steps())
def test_parents_stand_before_their_children_and_no_code_stands_twice(case):
    _, _, after = case
    seen = {""}
    for code in after.codes:
        assert code.parent in seen
        assert code.id not in seen
        seen.add(code.id)


@given(books_and_steps())
def test_steps_all_at_once_are_the_steps_one_by_one(case):
    begin, steps, after = case
    assert apply_steps(begin, steps) == after


@given(books(), st.data())
def test_a_state_says_where_the_code_stands(book, data):
    key = data.draw(st.sampled_from([code.id for code in book.codes]))
    leaf = book if not book.children.get(key) else None
    if leaf is not None:
        state = state_of(book, key)
        without = apply_steps(book, [Step(key, state, None)])
        assert apply_steps(without, [Step(key, None, state)]) == book


# ------------------------------------------------------------------------------------ what can be seen of it

MERGED = Codebook((
    Code("a", "joy"), Code("a1", "pride", "a"), Code("b", "grief", merged_into="a"), Code("b1", "tears", "b"),
    Code("x", "old", deleted=True), Code("x1", "older", "x"), Code("y", "kept"), Code("z", "pride", "y", merged_into="x"),
))  # fmt: skip


def test_live_codes_are_neither_merged_nor_deleted_nor_below_a_deleted_one():
    assert [code.id for code in MERGED.live] == ["a", "a1", "b1", "y"]


def test_sub_codes_of_a_merged_code_are_children_of_its_target():
    assert [code.id for code in MERGED.live_children["a"]] == ["a1", "b1"]


@pytest.mark.parametrize(("code", "gone"), [("a", False), ("b", False), ("x", True), ("x1", True), ("z", True)])
def test_codings_count_nowhere_under_a_deleted_code_and_what_was_merged_into_it(code, gone):
    assert MERGED.is_gone(code) is gone


def test_a_merge_in_a_circle_ends():
    book = Codebook((Code("a", "a", merged_into="b"), Code("b", "b", merged_into="a")))
    assert book.resolve_merge("a") in ("a", "b")
    assert book.live == ()


def test_a_live_code_is_found_before_a_namesake_that_was_merged_away():
    book = Codebook((Code("a", "joy", merged_into="c"), Code("b", "joy"), Code("c", "c")))
    assert book.find("joy").id == "b"


def test_a_merged_code_is_still_found_by_its_name():
    assert MERGED.find("grief").id == "b"


@pytest.mark.parametrize("wanted", ["x", "old", "older", "old/older"])
def test_a_deleted_code_is_not_found(wanted):
    with pytest.raises(UnknownName):
        MERGED.find(wanted)


def test_namesakes_are_told_apart_by_their_paths():
    book = Codebook((Code("a", "home"), Code("b", "rain", "a"), Code("c", "work"), Code("d", "rain", "c")))
    with pytest.raises(UnknownName, match="home/rain, work/rain"):
        book.find("Rain")
    assert book.find("WORK / rain").id == "d"


def test_namesakes_under_one_parent_are_told_apart_by_their_ids():
    book = Codebook((Code("a", "rain"), Code("b", "rain")))
    with pytest.raises(UnknownName, match=r"rain \(a\), rain \(b\)"):
        book.find("rain")


def test_a_name_is_found_however_its_accents_are_composed():
    assert Codebook((Code("a", f"caf{COMPOSED}"),)).find(f"CAF{DECOMPOSED}".casefold()).id == "a"
