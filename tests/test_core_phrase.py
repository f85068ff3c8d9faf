"""Words looked for as a phrase: prefixes, whole words, any writing system."""

import pytest
from builders import DECOMPOSED, FAMILY

from qualcode.core.phrase import phrase
from qualcode.core.text import FoldedText
from qualcode.errors import BadOption


def found(words, text, **how):
    return [text[start:end] for start, end in phrase(words, **how).spans(FoldedText(text))]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        pytest.param("mother", "My MOTHER, her grandmothers", ["MOTHER", "mother"], id="within words too"),
        pytest.param(
            "evening study", "Evening  study; evening\nstudy", ["Evening  study", "evening\nstudy"], id="any space"
        ),
        pytest.param(
            "evening study", "eveningstudy, evening a study", [], id="a space is needed, nothing else between"
        ),
        pytest.param("child*", "Children, child; grandchild", ["Children", "child"], id="prefix: the whole word"),
        pytest.param("her moth* said", "Her mother said", ["Her mother said"], id="prefix within a phrase"),
        pytest.param("caf*", f"caf{DECOMPOSED}s", [f"caf{DECOMPOSED}s"], id="prefix over combining marks"),
        pytest.param("strass*", "Straßen", ["Straßen"], id="prefix where folding changes lengths"),
        pytest.param("妈妈 不在", "我妈妈不在。", ["妈妈不在"], id="Chinese needs no space"),
        pytest.param("妈*", "妈妈不在", ["妈", "妈"], id="no word goes on in Chinese"),
        pytest.param("أم*", "يا أمي العزيزة", ["أمي"], id="Arabic prefix"),
        pytest.param("a*b", "a*b ab", ["a*b"], id="a star within a word is a star"),
        pytest.param("(?:x", "the (?:x stands", ["(?:x"], id="no regular expressions"),
        pytest.param("e", f"caf{DECOMPOSED}", [], id="no letter without its accent"),
        pytest.param(f"{FAMILY} home", f"{FAMILY} home", [f"{FAMILY} home"], id="emoji with joiners"),
    ],
)
def test_a_phrase_is_found(words, text, expected):
    assert found(words, text) == expected


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        pytest.param("mother", "mother's grandmother, mothers. Mother", ["mother", "Mother"], id="no part of a word"),
        pytest.param("I miss", "I miss; I missed; hi miss", ["I miss"], id="both ends of a phrase"),
        pytest.param("miss*", "missing dismiss", ["missing"], id="with a prefix"),
        pytest.param("妈妈", "我妈妈在", ["妈妈"], id="Chinese has no bounds"),
        pytest.param("cafe", f"caf{DECOMPOSED} cafe", ["cafe"], id="an accent is part of the word"),
        pytest.param("...", "well...then", ["..."], id="signs have no bounds"),
    ],
)
def test_whole_words_only(words, text, expected):
    assert found(words, text, whole=True) == expected


@pytest.mark.parametrize("words", ["", "  \n", "*", "mother *"], ids=ascii)
def test_nothing_to_look_for_is_refused(words):
    with pytest.raises(BadOption, match="words to look for"):
        phrase(words)


def test_a_text_that_has_the_words_apart_is_not_looked_at_closely():
    assert phrase("quiet resilience").may_be_in("quiet resilience")
    assert not phrase("quiet resilience").may_be_in("resilience, quiet")
