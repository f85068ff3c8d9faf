"""Which differences between a quotation and the text count as changes."""

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.document import Body
from qualcode.core.wording import Wording, pieces_of

TEXT = f"""Researcher: Who knows about this — the trucks?

Long: She asked, "have you eaten?" I said I'd eaten. How should I feel? … Scared, at the caf{COMPOSED}.

Researcher: And then?

Long: Then there was a noise, a machine or something, and she said that's it. {FAMILY} Well-known.

龙：跟别的星期天一样。起得晚，洗了校服。 أمي بعيدة، أمي! ฉันคิดถึงแม่มาก
"""
WORDING = Wording(Body(TEXT, ["Researcher", "Long", "龙"]))
LABELS = {"researcher", "long", "龙", "mother liang"}


def found(quote):
    return [TEXT[start:end] for start, end in WORDING.places(pieces_of(quote, LABELS))]


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("I said I’d eaten", id="curly apostrophe"),
        pytest.param("She asked, ‘have you eaten?’ I said", id="other quotation marks within"),
        pytest.param("about this - the trucks", id="hyphen for a dash"),
        pytest.param("about this--the trucks", id="two hyphens"),
        pytest.param("Well\u2011known", id="another hyphen"),
        pytest.param("I\u00a0said   I'd\neaten", id="spaces and line ends"),
        pytest.param(f"at the caf{DECOMPOSED}", id="decomposed"),
        pytest.param("i said I'd eaten", id="first letter small"),
        pytest.param("Said I'd eaten", id="first letter large"),
        pytest.param("I said I'd eaten,", id="another final mark"),
        pytest.param("I *said* I'd _eaten_", id="emphasis"),
        pytest.param("跟别的星期天一样！", id="Chinese, another final mark"),
        pytest.param("起得晚，\n洗了校服", id="Chinese over two lines"),
        pytest.param("أمي بعيدة", id="Arabic"),
        pytest.param("คิดถึงแม่", id="Thai, within a run of words"),
        pytest.param(f"that's it. {FAMILY} Well", id="emoji with joiners"),
        pytest.param("Long: I said I'd eaten", id="a label that the text has elsewhere"),
        pytest.param("And then?\nThen there was a noise", id="two turns without labels"),
        pytest.param("Researcher: And then?\n**Long:** Then there was", id="two turns with labels"),
        pytest.param("R: And then?\nL: Then there was", id="two turns with initials"),
    ],
)
def test_what_quoting_may_change_is_no_change(quote):
    assert len(found(quote)) == 1


@pytest.mark.parametrize(
    "quote",
    [
        "I said I had eaten",
        "I Said I'd eaten",
        "I said, I'd eaten",
        "at the cafe",
        "跟别的星期日一样",
        "said I'd eat",
        "I'd eaten. Scared",
    ],
)
def test_anything_else_is_a_change(quote):
    assert found(quote) == []


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("She asked ... I said I'd eaten", 'She asked, "have you eaten?" I said I\'d eaten'),
        ("How should I feel? … Scared", "How should I feel? … Scared"),
        ("She asked [...] Then there was a noise", None),
        ("[The mother] asked, “have you eaten?”", 'asked, "have you eaten'),
        ("She [my mother] asked", "She asked"),
        ("[t]hen there was a noise", "Then there was a noise"),
        ("She ask[s], “have you eaten", 'She asked, "have you eaten'),
        ("I [already] … noise", None),
        ("跟别的……起得晚", "跟别的星期天一样。起得晚"),
        ("跟别的［…］起得晚", "跟别的星期天一样。起得晚"),
        ("跟别的(…)起得晚", "跟别的星期天一样。起得晚"),
        ("she said that's it ... She asked", ""),
        ("She asked [hm] that's it", ""),
    ],
)
def test_ellipses_and_insertions_are_allowed_for(quote, expected):
    places = found(quote)
    if expected is None:
        assert places
    else:
        assert places == ([expected] if expected else [])


def test_pieces_far_apart_are_not_one_quotation():
    far = "A: one two three\n\n" + "B: something\n\nA: else\n\n" * 3 + "A: four five six\n"
    assert Wording(Body(far, ["A", "B"])).places(pieces_of("one two three … four five six")) == []


def test_every_place_is_found():
    assert found("أمي") == ["أمي", "أمي"]


SIGNS = st.text(f"ab é{DECOMPOSED}龙妈. ,—“”'’\n{FAMILY}", min_size=1, max_size=40)


@given(SIGNS, SIGNS, SIGNS)
def test_what_was_cut_from_a_text_between_spaces_is_found_in_it(before, quote, after):
    wording = Wording(Body(f"{before} \n{quote} \n{after}"))
    pieces = pieces_of(quote)
    assert not pieces or wording.places(pieces)
