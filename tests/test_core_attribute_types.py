"""Types of attributes, told from a column of values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.attribute_types import TYPES, infer_type, typed


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["14", "", "-9", "0"], "integer"),
        (["2.5", "3"], "number"),
        (["007", "12"], "text"),
        (["1e5", "3"], "text"),
        (["nan"], "text"),
        (["yes", "No", "TRUE"], "yes/no"),
        (["2009-03-02", ""], "date"),
        (["2009-02-30"], "text"),
        (["14", "about 14"], "text"),
        (["", " "], "text"),
        (["四"], "text"),
        (["9" * 400], "text"),
    ],
)
def test_the_type_is_the_narrowest_that_all_values_fit(values, kind):
    assert infer_type(values) == kind


@pytest.mark.parametrize(
    ("raw", "kind", "value", "trouble"),
    [
        ("14", "integer", 14, ""),
        ("2.5", "number", 2.5, ""),
        ("yes", "yes/no", True, ""),
        ("2009-03-02", "date", "2009-03-02", ""),
        ("old", "integer", "old", "a whole number"),
        ("inf", "number", "inf", "a number"),
        ("maybe", "yes/no", "maybe", "yes or no"),
        ("soon", "date", "soon", "a date (YYYY-MM-DD)"),
        ("anything", "a type of tomorrow", "anything", ""),
    ],
)
def test_a_value_is_read_in_its_type_or_said_not_to_fit(raw, kind, value, trouble):
    assert typed(raw, kind) == (value, trouble)


@given(st.lists(st.text(max_size=8), max_size=5))
def test_every_value_fits_the_type_told_from_it(values):
    kind = infer_type(values)
    assert kind in TYPES
    assert not any(typed(value.strip(), kind)[1] for value in values if value.strip())
