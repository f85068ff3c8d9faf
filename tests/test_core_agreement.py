"""Agreement beyond chance, checked against published tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.agreement import Agreement, cohen_kappa, compare_spans

PUBLISHED = [
    # 50 grant proposals read by two people, yes or no: the most reprinted example of all (p_o = 0.70, p_e = 0.50)
    ("grant proposals", (20, 5, 10, 15), 0.70, 0.40),
    # Feinstein, A. R. and Cicchetti, D. V. (1990), High agreement but low kappa: I. The problems of two paradoxes,
    # Journal of Clinical Epidemiology 43, 543-549: the same p_o with even and with uneven marginal totals
    ("balanced totals", (40, 9, 6, 45), 0.85, 0.70),
    ("unbalanced totals", (80, 10, 5, 5), 0.85, 0.32),
]


@pytest.mark.parametrize(("table", "share", "kappa"), [row[1:] for row in PUBLISHED], ids=[row[0] for row in PUBLISHED])
def test_kappa_and_share_are_what_was_published(table, share, kappa):
    found = Agreement(*table)
    assert (round(found.share, 2), round(found.kappa, 2)) == (share, kappa)


@pytest.mark.parametrize("table", [(0, 0, 0, 0), (7, 0, 0, 0), (0, 0, 0, 7)], ids=["nothing", "all by both", "none"])
def test_where_chance_alone_would_agree_always_kappa_is_undefined(table):
    assert cohen_kappa(*table) is None


def test_perfect_agreement_is_one_and_none_beyond_chance_is_zero():
    assert (cohen_kappa(5, 0, 0, 5), cohen_kappa(25, 25, 25, 25)) == (1.0, 0.0)


def test_no_units_have_no_share():
    assert Agreement(0, 0, 0, 0).share is None


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda at: (at[0], min(50, at[0] + at[1]))))


@given(SPANS, SPANS)
def test_spans_count_as_if_every_code_point_were_looked_at(a, b):
    in_a, in_b = ({at for start, end in spans for at in range(start, end)} for spans in (a, b))
    by_hand = (len(in_a & in_b), len(in_a - in_b), len(in_b - in_a), 50 - len(in_a | in_b))
    assert tuple(compare_spans(a, b, 50)) == by_hand


@given(SPANS, SPANS)
def test_agreement_is_the_same_either_way_round(a, b):
    assert compare_spans(a, b, 50).kappa == compare_spans(b, a, 50).kappa
