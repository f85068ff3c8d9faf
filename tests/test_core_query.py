"""The filter language: what is read, and where it cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.query import All, Any, BadQuery, Condition, Not, Relation, conjuncts, parse
from qualcode.core.query import conditions as conditions_in
from qualcode.errors import BadOption

EXAMPLE = (
    'code:"hidden emotions" and role:child and not kind:chat and date>=2009-03 and attr.income>1000 '
    "and near(code:phone, code:silence, 2)"
)


def test_the_issues_own_example_is_read_whole():
    parts = conjuncts(parse(EXAMPLE))
    assert [type(part).__name__ for part in parts] == [
        "Condition",
        "Condition",
        "Not",
        "Condition",
        "Condition",
        "Relation",
    ]
    assert [(t.field, t.operator, t.value, t.attribute) for t in conditions_in(parse(EXAMPLE))] == [
        ("code", "=", "hidden emotions", ""), ("role", "=", "child", ""), ("kind", "=", "chat", ""),
        ("date", ">=", "2009-03", ""), ("attr", ">", "1000", "income"), ("code", "=", "phone", ""), ("code", "=", "silence", ""),
    ]  # fmt: skip


def test_and_binds_closer_than_or():
    tree = parse("role:a or role:b and role:c")
    assert isinstance(tree, Any)
    assert isinstance(tree.nodes[1], All)


def test_brackets_and_not_group():
    tree = parse("not (role:a or role:b)")
    assert isinstance(tree, Not)
    assert isinstance(tree.node, Any)


def test_several_values_of_a_field():
    assert [t.value for t in conditions_in(parse("role:(child or mother, father)"))] == ["child", "mother", "father"]
    assert isinstance(parse("role!=(child or mother)"), All)


@pytest.mark.parametrize(
    ("text", "turns", "first"),
    [
        ("near(code:a, code:b, 3)", 3, True),
        ("near(code:a, code:b)", 1, True),
        ("near(code:b, 2)", 2, False),
        ("overlaps(code:b)", 0, False),
        ("within(role:a and kind:b, code:c or code:d)", 0, True),
        ("follows(code:a, code:b)", 1, True),
    ],
)
def test_relations(text, turns, first):
    found = parse(text)
    assert isinstance(found, Relation)
    assert (found.turns, found.first is not None) == (turns, first)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('code:"a b"', "a b"),
        ("code:'a \"b\"'", 'a "b"'),
        (r'code:"a \" b"', 'a " b'),
        ("code:“hidden emotions”", "hidden emotions"),
        ("code:「沉默」", "沉默"),
        ("code:沉默", "沉默"),
        ("code:hidden/longing", "hidden/longing"),
        ("document:a:b", "a:b"),
        ("ROLE:child", "child"),
    ],
)
def test_values_as_people_write_them(text, value):
    found = parse(text)
    assert isinstance(found, Condition)
    assert found.value == value


def test_an_attribute_with_spaces_is_quoted():
    found = parse('attr."household income" <= 1000')
    assert (found.attribute, found.operator, found.value) == ("household income", "<=", "1000")


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("role:child and codee:phone", 15, "did you mean code"),
        ("role child", 5, "is expected"),
        ("(role:child", 11, "closing bracket"),
        ("role:child and", 14, "condition"),
        ("role:child role:mother", 11, "`and`, `or`"),
        ("and role:child", 0, "missing before"),
        ("near(code:a", 11, "closing bracket"),
        ("nearby(code:a, code:b)", 0, "did you mean near"),
        ("overlaps(code:a, code:b, code:c)", 25, "two conditions"),
        ("role>child", 4, "no order"),
        ('role:"child', 5, "not closed"),
        ("words>many", 6, "a number"),
        ("role:", 5, "a value"),
        ("", 0, "empty"),
        ("(" * 200, 100, "nested"),
    ],
)
def test_an_error_points_at_the_place(text, at, message):
    with pytest.raises(BadQuery, match=message) as caught:
        parse(text)
    assert caught.value.at == at
    assert f"character {at + 1}" in str(caught.value)


def test_the_pointer_stands_under_the_place_also_behind_chinese():
    with pytest.raises(BadOption) as caught:
        parse("code:沉默 und role:child")
    *_, shown, pointer = str(caught.value).split("\n")
    assert shown == "  code:沉默 und role:child"
    assert pointer == "  " + " " * len("code:") + "    " + " " + "^"


def test_a_terminal_escape_in_an_expression_is_shown_harmless():
    with pytest.raises(BadQuery) as caught:
        parse("\x1b]0;x\x07:y")
    assert "\x1b" not in str(caught.value)


def refusal(text):
    """The error that reading the text gives, None where it can be read."""
    try:
        parse(text)
    except BadQuery as error:
        return error
    return None


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_place_within_it(text):
    error = refusal(text)
    assert error is None or 0 <= error.at <= len(text)


WORDS = ["role:a", "not", "and", "or", "(", ")", "near(", ",", "code:b", "2", "attr.x>3", " "]


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_row_of_the_languages_own_words_is_read_or_refused(words):
    error = refusal(" ".join(words))
    assert error is None or error.reason


def test_of_a_very_long_expression_what_stands_around_the_place_is_shown():
    text = " or ".join(["role:child"] * 5000) + " or rol:child" + " or role:child" * 5000
    with pytest.raises(BadQuery) as caught:
        parse(text)
    _, shown, pointer = str(caught.value).split("\n")
    assert len(str(caught.value)) < 700
    assert shown[pointer.index("^") :].startswith("rol:child or role:child")
    assert (shown[:4], shown[-2:]) == ("  … ", " …")


def test_a_very_long_word_is_shortened_in_the_message():
    with pytest.raises(BadQuery) as caught:
        parse("x" * 100_000)
    assert len(str(caught.value)) < 700
