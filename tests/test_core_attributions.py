"""Whom a manuscript names as the one quoted."""

import pytest

from qualcode.core.attributions import Known, Names, attribution
from qualcode.core.quotations import Paragraph, quotations
from qualcode.core.text import fold

NAMES = Names(
    {
        "long": Known(frozenset({"Long"})), "龙": Known(frozenset({"Long"})), "mei": Known(frozenset({"Mei"})),
        "小雅": Known(frozenset({"Xiaoya"})), "xiaoya": Known(frozenset({"Xiaoya"})), "p07": Known(frozenset({"P07"})),
        "mother liang": Known(frozenset({"Mother Liang"})), "liang": Known(cases=frozenset({"liang"})),
        "liang family": Known(cases=frozenset({"liang"})), "mother": Known(frozenset({"Mother Liang"}), role=True),
        fold("é"): Known(frozenset({"É"})),
    }
)  # fmt: skip


def named(text, *, block=False, before=""):
    paragraphs = [Paragraph(before, 1), Paragraph(text, 2, block)] if before else [Paragraph(text, 1, block)]
    return attribution(quotations(paragraphs)[0], NAMES, {"long", "mei", "mother liang"})


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("“One two three” (Long, interview, 2009-03-02)", {"Long"}),
        ("“One two three” (LONG, interview)", {"Long"}),
        ("“One two three” (long, interview)", {"Long"}),
        ("“One two three” (interview with Long)", {"Long"}),
        ("“One two three” (after a long pause)", set()),
        ("“One two three” (p07)", {"P07"}),
        ("“One two three” (mother, phone)", {"Mother Liang"}),
        ("“One two three” (her mother had left by then)", set()),
        ("“One two three” (Mei had told me about this long before, and he too)", set()),
        ("“One two three” (Long's brother)", set()),
        ("“One two three” — Mother Liang", {"Mother Liang"}),
        ("“One two three” (Long, Mei)", {"Long", "Mei"}),
        ("“One two three” (E\u0301, interview)", {"É"}),
        ("“One two three” (a long café visit)", set()),
        ("Long says: “One two three”", {"Long"}),
        ("It was late. As Long puts it, “one two three”", {"Long"}),
        ("She told Mei: “One two three”", set()),
        ("When Mei left, he said: “One two three”", set()),
        ("A long time ago he said: “One two three”", set()),
        ("“One two three,” says Mei.", {"Mei"}),
        ("“One two three,” Mei says.", {"Mei"}),
        ("“One two three,” and Mei laughed.", set()),
        ("“One two three.” Mei laughed.", set()),
        ("小雅说：“一二三四五”", {"Xiaoya"}),
        ("“一二三四五”（龙，访谈）", {"Long"}),
        ("“一二三四五”（水龙头）", set()),
    ],
)
def test_people_are_named_in_brackets_after_dashes_and_as_those_who_say_it(text, speakers):
    assert named(text).speakers == speakers


def test_labels_in_a_block_name_who_speaks():
    assert named("Long: One two three\nMei: four", block=True).speakers == {"Long", "Mei"}


def test_a_block_is_introduced_by_the_paragraph_before_it():
    assert named("One two three", block=True, before="It was noon. Long tells me:").speakers == {"Long"}


def test_the_longest_name_counts():
    found = named("“One two three” (Mother Liang, interview)")
    assert (found.speakers, found.cases) == ({"Mother Liang"}, set())


def test_cases_and_days_are_named_too():
    found = named("“One two three” (Liang family, 2009-03-02)")
    assert (found.cases, found.dates, found.written) == ({"liang"}, {"2009-03-02"}, ("Liang family",))


def test_a_project_without_names_finds_none():
    assert list(Names({}).within("Long says")) == []
