"""Thematic saturation after Guest, Namey & Chen (2020)."""

import pytest

from qualcode.core.saturation import new_codes, reached, runs
from qualcode.errors import BadOption

PUBLISHED = [20, 9, 5, 3, 4, 3, 1, 0]  # 37 codes in the base of four; then 4, 3, 1 and 0 new ones


def test_the_published_example_gives_19_11_and_3_percent():
    assert [round(run.percent) for run in runs(PUBLISHED)] == [19, 11, 3]
    assert [(run.last, run.new) for run in runs(PUBLISHED)] == [(6, 7), (7, 4), (8, 1)]


def test_the_published_example_is_saturated_at_6_plus_2():
    run = reached(runs(PUBLISHED, base=4, run=2), threshold=5)
    assert (run.last - 2, 2) == (6, 2)


def test_the_published_example_is_not_saturated_at_0_percent_with_these_interviews():
    assert reached(runs(PUBLISHED), threshold=0) is None
    assert reached(runs([*PUBLISHED, 0]), threshold=0).last == 9


def test_a_run_that_brings_just_the_threshold_is_enough():
    assert reached(runs([20, 1], base=1, run=1), threshold=5).last == 2
    assert reached(runs([20, 1], base=1, run=1), threshold=4.9) is None


def test_the_first_run_counts_even_if_later_ones_bring_more():
    assert reached(runs([10, 0, 5, 0], base=1, run=1)).last == 2


def test_runs_of_three_move_on_by_one():
    assert [run.new for run in runs([4, 4, 3, 2, 1, 0], base=2, run=3)] == [6, 3]


@pytest.mark.parametrize("new", [[], [3], [3, 1, 0, 0, 2]], ids=["none", "one", "one less than needed"])
def test_too_few_interviews_have_no_run(new):
    assert runs(new) == []


def test_a_base_without_codes_has_no_percentage_and_no_saturation():
    found = runs([0, 0, 0, 0, 2, 0])
    assert [(run.new, run.percent) for run in found] == [(2, None)]
    assert reached(found) is None


@pytest.mark.parametrize("sizes", [(0, 2), (4, 0), (-1, 2)])
def test_a_base_or_run_without_interviews_is_refused(sizes):
    with pytest.raises(BadOption):
        runs(PUBLISHED, *sizes)


def test_a_code_is_new_once_where_it_first_comes_up():
    assert new_codes([["b", "a", "b"], [], ["a", "c"], ["c"]]) == [["b", "a"], [], ["c"], []]
