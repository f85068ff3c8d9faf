"""The place nearest to a quotation, and the difference."""

import pytest
from builders import FAMILY

from qualcode.core.document import Body
from qualcode.core.likeness import nearest
from qualcode.core.wording import Wording, pieces_of

TEXT = f"""Researcher: What sort of day was it?

Long: The same as other Sundays. I got up late, I washed my uniform, I did some English. At noon I had noodles.

龙：跟别的星期天一样。起得晚，洗了校服，看了会儿英语。

Mei: Come to the sports ground before evening study {FAMILY} dont ask, bring the ruler.
"""
WORDING = Wording(Body(TEXT, ["Researcher", "Long", "龙", "Mei"]))


def near(quote):
    return nearest(quote, pieces_of(quote), WORDING)


@pytest.mark.parametrize(
    ("quote", "difference"),
    [
        ("the same as all Sundays", "The same as [-other-] {+all+} Sundays"),
        ("The same as Sundays", "The same as [-other-] Sundays"),
        ("The same as most other Sundays", "The same as {+most+} other Sundays"),
        ("I got up late. I washed my uniform", "I got up late[-,-]{+.+} I washed my uniform"),
        ("I got up late, i washed my uniform", "I got up late, [-I-] {+i+} washed my uniform"),
        ("跟每个星期天一样", "跟[-别的-]{+每个+}星期天一样"),
        ("The same as all Sundays … At noon I had noodles", "The same as [-other-] {+all+} Sundays"),
        ("The same as other Sundays … At noon she had noodles", "At noon [-I-] {+she+} had noodles"),
        (f"evening study {FAMILY} don’t ask", f"evening study {FAMILY} [-dont-] {{+don’t+}} ask"),
        ("Met at the sports ground before evening", "[-Come to-] {+Met at+} the sports ground before evening"),
        ("[t]he same as all Sundays", "The same as [-other-] {+all+} Sundays"),
    ],
)
def test_the_difference_shows_what_is_there_and_what_is_quoted(quote, difference):
    assert near(quote).difference == difference


def test_the_place_is_that_of_the_words_quoted():
    found = near("the same as all Sundays")
    assert TEXT[found.start : found.end] == "The same as other Sundays"


@pytest.mark.parametrize(
    "quote",
    ["I washed my uniform, I did some English … I got up late", "The same [hm] I did some English"],
    ids=["another order", "too much for brackets"],
)
def test_pieces_that_are_all_there_but_not_so_are_said_to_be(quote):
    assert near(quote).difference.startswith("its 2 parts are there, but in another order")


@pytest.mark.parametrize(
    "quote", ["I would like to see the sea someday", "他们都说我像我姥爷", "noodles and the ruler and the day"]
)
def test_other_words_are_near_nothing(quote):
    assert near(quote) is None


def test_a_long_difference_is_shown_with_few_words_around():
    found = near("I got up late, I washed my shirt, I did some English. At noon I had noodles")
    assert found.difference == "… up late, I washed my [-uniform-] {+shirt+}, I did some English. …"
