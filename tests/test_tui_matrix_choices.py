"""Choosing what the matrix shows by keys: rows, columns, measures, filters, order; the change is seen at once."""

from dataclasses import replace

import pytest
from builders import apply, write_events
from matrices import LIANG, cell, go, grid, here, numbers, status, texts, title, totals, two_families, written
from screens import field, opened, pick, screen_text, type_text, until

from qualcode.files.project_files import read_project
from qualcode.session import Session
from qualcode.tui import matrix_counting
from qualcode.tui.matrix import MatrixScreen
from qualcode.tui.matrix_choice import (
    TOTAL,
    MatrixChoice,
    heading,
    sorted_by,
    transposed,
    with_cell,
    with_cols,
    with_next_cell,
    with_next_cols,
    with_percent,
    with_relation,
    with_rows,
)
from qualcode.tui.matrix_filter import FilterPrompt


@pytest.fixture
def project(tmp_path):
    return two_families(tmp_path / "p")


def headers(pilot):
    return list(grid(pilot).headers)


# -------------------------------------------------------------------- rows and columns


async def test_c_picks_the_columns_from_all_dimensions(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "c", "month")
        assert headers(pilot) == ["2009-02", "2009-06", "total"]
        assert numbers(pilot)["emotion"] == [2, 1, 3]
        assert title(pilot) == "Codes by month · segments"


async def test_r_picks_the_rows(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "r", "role")
        assert numbers(pilot) == {"parent": [1, 0, 1], "child": [1, 3, 4]}


async def test_rows_that_stand_in_the_columns_change_places_with_them(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "r", "case")
        assert list(numbers(pilot)) == ["liang", "zhao"]
        assert headers(pilot) == ["emotion", "longing", "pride", "work", "total"]


async def test_the_project_s_attributes_are_offered(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "c", "place")
        assert headers(pilot) == ["town", "village", "total"]
        assert numbers(pilot)["work"] == [0, 2, 2]


async def test_an_attribute_of_numbers_is_cut_where_the_user_says(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "c", "attr:income:1000,2000")
        await pilot.press("enter")  # nothing goes by what was typed: the second Enter takes it
        assert headers(pilot) == ["under 1000", "1000 to under 2000", "2000 or more", "total"]
        assert numbers(pilot)["emotion"] == [2, 0, 1, 3]


async def test_numbers_are_offered_in_ranges_with_limits_to_start_from(project):
    with Session(project, "c1") as session:
        for number in range(3):
            session.set_case(f"extra{number}", {"income": str(100 + 400 * number)}, new=True)
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "c", "income in ranges")
        assert field(pilot).value == "500,900"  # of 100, 500, 900, 900, 3000
        field(pilot).value = "700"
        await pilot.press("enter")
        assert headers(pilot)[:2] == ["under 700", "700 or more"]
        assert numbers(pilot)["work"] == [0, 2, 2]


async def test_two_dimensions_are_joined_with_a_plus(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "c", "case+role")
        assert headers(pilot) == ["liang · parent", "liang · child", "zhao · child", "total"]
        assert numbers(pilot)["longing"] == [1, 1, 0, 2]


async def test_x_turns_the_matrix_and_the_cursor_stays_on_its_cell(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await go(pilot, "work", "zhao")
        await pilot.press("x")
        assert numbers(pilot) == {"liang": [2, 2, 0, 0, 2], "zhao": [1, 0, 1, 2, 3]}
        assert here(pilot) == ("zhao", "work")
        await pilot.press("x")
        assert here(pilot) == ("work", "zhao")


async def test_o_shows_which_codes_occur_together_by_a_relation(project):
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them."), apply(2, LIANG, "miss them", "work")])
    async with opened(project) as pilot:
        await pilot.press("M", "o")
        await pilot.press("enter")
        assert numbers(pilot)["longing"][3] == 1
        assert "overlapping" in title(pilot)
        await go(pilot, "longing", "work")
        assert "emotion/longing × work: 1 pair of codings that overlap" in status(pilot)
        await pick(pilot, "o", "near:3")
        await pilot.press("enter")
        assert "near each other (3 turns)" in title(pilot)


async def test_codes_in_rows_and_columns_ask_for_a_relation(project):
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them."), apply(2, LIANG, "miss them", "work")])
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "c", "code")
        await pilot.press("down", "down", "down", "enter")
        assert "row contains column" in title(pilot)
        assert numbers(pilot)["longing"][3] == 1
        assert numbers(pilot)["work"][1] == 0


async def test_the_diagonal_is_not_shaded(project):
    write_events(project, "c1", "l1", [apply(1, LIANG, "I miss them."), apply(2, LIANG, "miss them", "work")])
    async with opened(project) as pilot:
        await pilot.press("M", "o", "enter")
        rows = grid(pilot).grid_rows
        assert [sorted(row.plain) for row in rows] == [[0], [1], [2], [3]]
        assert grid(pilot).sheet.most == 1


# -------------------------------------------------------------------- cells


async def test_capital_t_picks_any_measure(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "T", "coverage")
        assert written(pilot, "work") == ["·", "36.8", "13.5"]  # 7 of the 19 signs that Long says, of 52 in all
        assert "% of the text is coded" in status(pilot)
        assert title(pilot) == "Codes by case · coverage"


async def test_a_rate_per_thousand_words_is_a_measure(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "T", "per 1000")
        assert written(pilot, "emotion") == ["250.00", "200.00", "230.77"]  # 2 of 8 words, 1 of 5, 3 of 13
        assert "emotion × liang: 250 segments per 1000 words of its text" in status(pilot)


async def test_percent_goes_through_row_column_all_and_none(project):
    async with opened(project) as pilot:
        await pilot.press("M", "percent_sign")
        assert written(pilot, "emotion") == ["66.7", "33.3", "100.0"]
        await pilot.press("percent_sign")
        assert written(pilot, "emotion") == ["100.0", "33.3", "60.0"]
        await pilot.press("percent_sign")
        assert written(pilot, "emotion") == ["40.0", "20.0", "60.0"]
        await pilot.press("percent_sign")
        assert numbers(pilot)["emotion"] == [2, 1, 3]


async def test_cells_can_show_texts(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "T", "first-date")
        assert numbers(pilot)["emotion"] == ["2009-02-01", "2009-06-07", "2009-02-01"]
        await until(lambda: "2009-06-07" in screen_text(pilot))
        assert "first on 2009-02-01" in status(pilot)


async def test_codings_of_sub_codes_can_be_left_out_of_their_theme(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "T", "own codings only")
        assert numbers(pilot)["emotion"] == [0, 0, 0]
        assert "own codings only" in title(pilot)


# -------------------------------------------------------------------- filter


async def test_a_filter_narrows_what_is_counted(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "slash", "role:child and not kind:chat")
        assert numbers(pilot)["emotion"] == [1, 0, 1]
        assert title(pilot) == "Codes by case · segments · filter: role:child and not kind:chat"


async def test_an_empty_filter_is_none(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "slash", "role:child")
        await pilot.press("slash")
        assert field(pilot).value == "role:child"
        field(pilot).value = ""
        await pilot.press("enter")
        assert numbers(pilot)["emotion"] == [2, 1, 3]


async def test_what_cannot_be_read_is_pointed_at_and_nothing_typed_is_lost(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "slash", "role:child and (kind:chat")
        assert isinstance(pilot.app.screen, FilterPrompt)
        assert field(pilot).value == "role:child and (kind:chat"
        assert field(pilot).cursor_position == 25
        await until(lambda: "character 26" in screen_text(pilot) and "closing bracket" in screen_text(pilot))


async def test_a_name_that_is_not_there_is_pointed_at_and_the_matrix_stays(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "slash", "code:wrok")
        await until(lambda: isinstance(pilot.app.screen, FilterPrompt))
        assert field(pilot).value == "code:wrok"
        await until(lambda: "wrok" in screen_text(pilot) and "work" in screen_text(pilot))
        await pilot.press("escape")
        assert numbers(pilot)["emotion"] == [2, 1, 3]


async def test_ctrl_s_saves_the_filter_in_the_project_under_a_name(project):
    async with opened(project) as pilot:
        await pilot.press("M", "slash")
        field(pilot).value = "role:child"
        await pilot.press("ctrl+s")
        field(pilot).value = "the children"
        await pilot.press("enter")
        assert read_project(project.project_yaml)[0].filters == {"the children": "role:child"}
        assert field(pilot).value == "role:child"


async def test_saved_filters_are_offered(project):
    with Session(project, "c1") as session:
        session.save_filter("the children", "role:child")
    async with opened(project) as pilot:
        await pilot.press("M", "slash", "down")
        assert field(pilot).value == 'filter:"the children"'
        await pilot.press("enter")
        assert numbers(pilot)["emotion"] == [1, 1, 2]


async def test_earlier_filters_are_offered_again(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "slash", "role:child")
        await pilot.press("0", "slash", "down")
        assert field(pilot).value == "role:child"


async def test_a_filter_that_leaves_nothing_says_which_condition_emptied_it(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "slash", "role:child and kind:interview and words>50")
        assert "words>50" in status(pilot)


# -------------------------------------------------------------------- order


async def test_s_sorts_by_the_column_under_the_cursor_and_again_back(project):
    async with opened(project) as pilot:
        await pilot.press("M", "l", "s")
        assert list(numbers(pilot)) == ["work", "emotion", "pride", "longing"]
        assert "sorted by zhao" in title(pilot)
        assert headers(pilot) == ["liang", "↓zhao", "total"]
        await pilot.press("s")
        assert list(numbers(pilot)) == ["emotion", "longing", "pride", "work"]


async def test_the_cursor_stays_on_its_code_when_rows_are_sorted(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await go(pilot, "work", "zhao")
        await pilot.press("s")
        assert here(pilot) == ("work", "↓zhao")
        assert cell(pilot) == (0, 1)


async def test_rows_are_sorted_by_the_totals(project):
    async with opened(project) as pilot:
        await pilot.press("M", "dollar_sign", "s")
        assert list(numbers(pilot)) == ["emotion", "longing", "work", "pride"]


async def test_z_hides_empty_rows_and_columns(project):
    async with opened(project) as pilot:
        await pilot.press("M")
        await pick(pilot, "slash", "case:liang")
        await pilot.press("z")
        assert numbers(pilot) == {"emotion": [2, 2], "longing": [2, 2]}
        assert totals(pilot) == [2, 2]
        assert "empty hidden" in title(pilot)


async def test_codes_in_columns_are_folded_too(project):
    async with opened(project) as pilot:
        await pilot.press("M", "x", "f")
        assert headers(pilot) == ["▸emotion", "work", "total"]
        assert here(pilot) == ("liang", "▸emotion")


async def test_capital_f_folds_all_themes_and_shows_them_again(project):
    async with opened(project) as pilot:
        await pilot.press("M", "F")
        assert list(numbers(pilot)) == ["emotion", "work"]
        await pilot.press("F")
        assert list(numbers(pilot)) == ["emotion", "longing", "pride", "work"]


async def test_zero_brings_all_back_as_it_was_at_first(project):
    async with opened(project) as pilot:
        await pilot.press("M", "t", "x", "z", "percent_sign", "0")
        assert title(pilot) == "Codes by case · segments"
        assert numbers(pilot)["emotion"] == [2, 1, 3]


async def test_every_choice_survives_going_to_a_place_and_back(project):
    async with opened(project) as pilot:
        await pilot.press("M", "l", "s", "z", "enter", "enter", "escape")
        assert isinstance(pilot.app.screen, MatrixScreen)
        assert "sorted by zhao · empty hidden" in title(pilot)
        assert texts(pilot) == ["I am proud."]
        assert here(pilot) == ("emotion", "↓zhao")


# -------------------------------------------------------------------- large projects


async def test_a_large_project_is_counted_in_a_thread_with_the_same_result(project, monkeypatch):
    monkeypatch.setattr(matrix_counting, "QUICK", 0)
    async with opened(project) as pilot:
        await pilot.press("M")
        await until(lambda: numbers(pilot) == {"emotion": [2, 1, 3], "longing": [2, 0, 2], "pride": [0, 1, 1],
                                               "work": [0, 2, 2]})  # fmt: skip
        await pilot.press("t", "t")
        await until(lambda: numbers(pilot)["work"] == [0, 4, 4])


async def test_the_last_of_several_choices_in_a_row_is_shown(project, monkeypatch):
    monkeypatch.setattr(matrix_counting, "QUICK", 0)
    async with opened(project) as pilot:
        await pilot.press("M", "t", "t", "t", "t")
        await until(lambda: title(pilot) == "Codes by case · documents")
        await until(lambda: numbers(pilot)["emotion"] == [1, 1, 2])


async def test_in_a_large_project_a_bad_filter_is_shown_again_too(project, monkeypatch):
    monkeypatch.setattr(matrix_counting, "QUICK", 0)
    async with opened(project) as pilot:
        await pilot.press("M")
        await until(lambda: numbers(pilot))
        await pick(pilot, "slash", "code:wrok")
        await until(lambda: isinstance(pilot.app.screen, FilterPrompt) and field(pilot).value == "code:wrok")
        assert numbers(pilot)["emotion"] == [2, 1, 3]


# -------------------------------------------------------------------- choices as values


def test_percentages_turn_with_the_matrix():
    turned = transposed(MatrixChoice(percent="row"))
    assert (turned.rows, turned.cols, turned.percent) == ("case", "code", "col")


def test_codes_by_codes_have_a_relation_and_no_percentages():
    choice = with_cols(MatrixChoice(percent="row", cell="words"), "code")
    assert (choice.relation, choice.percent, choice.cell) == ("overlap", "", "segments")


def test_a_relation_goes_with_the_codes():
    choice = with_cols(with_relation(MatrixChoice(), "near:2"), "case")
    assert (choice.rows, choice.cols, choice.relation) == ("code", "case", "")


def test_turning_codes_by_codes_twice_gives_the_same():
    choice = with_relation(MatrixChoice(), "follows")
    assert transposed(choice) == replace(choice, turned=True)
    assert transposed(transposed(choice)) == choice


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("segments", "documents"), ("words", "segments"), ("coverage", "segments")],
)
def test_the_common_measures_follow_one_another(cell, expected):
    assert with_next_cell(MatrixChoice(cell=cell)).cell == expected


def test_what_has_no_shares_becomes_segments_when_shares_are_wanted():
    assert with_percent(MatrixChoice(cell="coverage"), "row").cell == "segments"


def test_summaries_are_of_codes_and_cases_only():
    assert with_cols(with_cell(MatrixChoice(), "summaries"), "month").cell == "segments"


def test_the_columns_never_are_what_the_rows_are():
    choice = MatrixChoice(rows="role", cols="case")
    assert with_next_cols(choice).cols == "kind"


@pytest.mark.parametrize("spec", ["case+role", "code+case"])
def test_joined_rows_leave_to_the_columns_what_they_do_not_hold(spec):
    choice = with_rows(MatrixChoice(rows="code", cols="case"), spec)
    assert not set(choice.rows.split("+")) & set(choice.cols.split("+"))


def test_sorting_by_the_same_column_again_is_the_natural_order():
    choice = sorted_by(MatrixChoice(), TOTAL)
    assert choice.sorted_by == TOTAL
    assert sorted_by(choice, TOTAL) == MatrixChoice()


def test_the_heading_says_all_of_it():
    choice = MatrixChoice(rows="code", cols="case", percent="col", where="role:child", hide_empty=True)
    assert heading(choice, "zhao", "c1") == (
        "Codes by case · segments, % of column · filter: role:child · only c1 · sorted by zhao · empty hidden"
    )


async def test_a_filter_that_matches_nothing_says_first_which_condition_it_was(project):
    async with opened(project, size=(80, 24)) as pilot:
        await pilot.press("M", "z")
        await pick(pilot, "slash", "role:child and date<1990")
        await until(lambda: status(pilot).startswith("No codings match: date<1990"))
        await pilot.press("z", "down")
        await until(lambda: status(pilot).startswith("No codings match: date<1990"))


async def test_undoing_a_saved_filter_is_said_and_stays_said(project):
    async with opened(project) as pilot:
        await pilot.press("M", "slash")
        await type_text(pilot, "role:child")
        await pilot.press("ctrl+s")
        await type_text(pilot, "kids")
        await pilot.press("enter")
        await until(lambda: "kids" in read_project(project.project_yaml)[0].filters)
        await pilot.press("escape", "u")
        await until(lambda: "Undid: saved filter kids" in status(pilot))
        await pilot.pause(1.5)
        assert "Undid: saved filter kids" in status(pilot)
