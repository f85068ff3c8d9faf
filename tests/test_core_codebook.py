"""The code tree."""

import pytest
from builders import DECOMPOSED

from qualcode.core.codebook import PALETTE, Code, Codebook, slug
from qualcode.errors import UnknownName

BOOK = Codebook(
    (
        Code("c1", "Hidden emotions", color="#111111"),
        Code("c2", "longing", "c1"),
        Code("c3", "for mother", "c2", color="#222222"),
        Code("c4", "school"),
        Code("c5", "longing", "c4"),
        Code("c6", "café"),
    )
)


def test_a_path_names_the_codes_from_the_top():
    assert BOOK.path("c3") == "Hidden emotions/longing/for mother"


def test_a_code_that_is_not_there_goes_by_its_id():
    assert BOOK.path("gone") == "gone"


def test_the_level_is_the_depth_in_the_tree():
    assert [BOOK.level(code) for code in ("c1", "c2", "c3")] == [0, 1, 2]


def test_ancestors_begin_with_the_code_itself():
    assert [code.id for code in BOOK.ancestors("c3")] == ["c3", "c2", "c1"]


def test_with_ancestors_ends_with_the_theme_and_a_code_that_is_not_here_stands_alone():
    assert BOOK.with_ancestors("c3") == ["c3", "c2", "c1"]
    assert BOOK.with_ancestors("elsewhere") == ["elsewhere"]


def test_descendants_come_in_codebook_order_with_the_code_first():
    assert BOOK.with_descendants("c1") == ["c1", "c2", "c3"]


def test_children_are_listed_by_parent():
    assert [code.id for code in BOOK.children[""]] == ["c1", "c4", "c6"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param("c5", "c5", id="id"),
        pytest.param("school/longing", "c5", id="path"),
        pytest.param("HIDDEN  Emotions / Longing", "c2", id="path in other case and spacing"),
        pytest.param("for mother", "c3", id="name"),
        pytest.param(f"caf{DECOMPOSED}", "c6", id="decomposed name"),
    ],
)
def test_a_code_is_found_by_what_it_is_called(wanted, expected):
    assert BOOK.find(wanted).id == expected


def test_an_id_goes_before_a_name():
    book = Codebook((Code("a", "b"), Code("b", "c")))
    assert book.find("b").name == "c"


def test_a_shared_name_is_refused_with_all_paths():
    with pytest.raises(UnknownName, match="Hidden emotions/longing, school/longing"):
        BOOK.find("longing")


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean: school"):
        BOOK.find("scool")


@pytest.mark.parametrize(
    ("code", "color"),
    [("c1", "#111111"), ("c2", "#111111"), ("c3", "#222222"), ("c5", PALETTE[1])],
    ids=["own", "inherited", "own below another", "palette by place at the top"],
)
def test_a_colour_is_its_own_or_inherited_or_from_the_palette(code, color):
    assert BOOK.color(code) == color


def test_merges_are_followed_to_their_end():
    book = Codebook((Code("a", "a", merged_into="b"), Code("b", "b", merged_into="c"), Code("c", "c")))
    assert book.resolve_merge("a") == "c"


def test_merges_in_a_circle_come_to_an_end():
    book = Codebook((Code("a", "a", merged_into="b"), Code("b", "b", merged_into="a")))
    assert book.resolve_merge("a") in {"a", "b"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Hidden emotions!", "hidden-emotions", id="spaces and marks"),
        pytest.param("想念 妈妈", "想念-妈妈", id="Chinese"),
        pytest.param(f"Caf{DECOMPOSED}", "caf\u00e9", id="decomposed becomes composed"),
        pytest.param("?!", "", id="nothing left"),
    ],
)
def test_a_slug_keeps_letters_of_any_script(name, expected):
    assert slug(name) == expected
