"""Lines, words and case-folded search, in code points."""

from itertools import pairwise

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.text import (
    FoldedText,
    body_hash,
    count_words,
    fold,
    join_words,
    line_starts,
    normalise_newlines,
    split_lines,
    word_pattern,
)


def occurrences(text, needle):
    return list(FoldedText(text).occurrences(needle))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\nb", "a\nb", id="LF stays"),
        pytest.param("a\r\nb\rc\r\n", "a\nb\nc\n", id="CRLF and CR become LF"),
        pytest.param("a\u2028b\x0cc", "a\u2028b\x0cc", id="line separator and form feed are text"),
    ],
)
def test_only_line_ends_are_normalised(text, expected):
    assert normalise_newlines(text) == expected


def test_lines_are_cut_at_lf_alone():
    assert split_lines("a\u2028b\x0bc\n\nd") == ["a\u2028b\x0bc", "", "d"]


def test_line_starts_end_one_past_the_text():
    assert list(line_starts(["ab", "", "c"])) == [0, 3, 4, 6]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", "e3b0c44298fc1c14", id="empty (FIPS 180-4)"),
        pytest.param("abc", "ba7816bf8f01cfea", id="abc (FIPS 180-4)"),
    ],
)
def test_the_hash_is_the_beginning_of_sha_256(body, expected):
    assert body_hash(body) == expected


def test_composed_and_decomposed_letters_are_different_bodies():
    assert body_hash(COMPOSED) != body_hash(DECOMPOSED)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param(" ... !\n", 0, id="no letters"),
        pytest.param("I don't know.", 3, id="apostrophe"),
        pytest.param("I don’t know.", 3, id="curly apostrophe"),
        pytest.param("my mother-in-law, 42", 3, id="hyphens and a number"),
        pytest.param("caf\u00e9 au lait", 3, id="composed accent"),
        pytest.param("cafe\u0301 au lait", 3, id="decomposed accent"),
        pytest.param("我想妈妈。", 4, id="each Han sign is a word"),
        pytest.param("ab中文cd", 4, id="Han between letters"),
        pytest.param("أمّي بعيدة", 2, id="Arabic with a vowel mark"),
        pytest.param(f"{FAMILY} home", 1, id="emoji are no words"),
    ],
)
def test_words_are_counted(text, words):
    assert count_words(text) == words


@given(st.text(st.characters(max_codepoint=127)))
def test_the_fast_count_for_ascii_agrees_with_the_full_one(text):
    assert count_words(text) == sum(1 for _ in word_pattern().finditer(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("\u00c9", COMPOSED, id="upper and lower"),
        pytest.param(COMPOSED, DECOMPOSED, id="composed and decomposed"),
        pytest.param("STRASSE", "Straße", id="sharp s"),
        pytest.param("ΟΔΟΣ", "οδος", id="final sigma"),
    ],
)
def test_folding_makes_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "needle", "spans"),
    [
        pytest.param("Mother, mother", "MOTHER", [(0, 6), (8, 14)], id="letter case"),
        pytest.param("aaaaa", "aa", [(0, 2), (2, 4)], id="hits do not overlap"),
        pytest.param("abc", "", [], id="nothing is nowhere"),
        pytest.param("un cafe\u0301 noir", "CAFÉ", [(3, 8)], id="composed needle, decomposed text"),
        pytest.param("un caf\u00e9 noir", "cafe\u0301", [(3, 7)], id="decomposed needle, composed text"),
        pytest.param("un caf\u00e9 noir", "noir", [(8, 12)], id="behind a composed accent"),
        pytest.param("un cafe\u0301 noir", "noir", [(9, 13)], id="behind a decomposed accent"),
        pytest.param("Die Straße ist", "STRASSE", [(4, 10)], id="sharp s as ss"),
        pytest.param("Straße, Haus", "haus", [(8, 12)], id="behind a sharp s"),
        pytest.param("İstanbul ve izmir", "İSTANBUL", [(0, 8)], id="dotted capital I"),
        pytest.param("İstanbul ve izmir", "izmir", [(12, 17)], id="behind a dotted capital I"),
        pytest.param("我想妈妈，妈妈不在", "妈妈", [(2, 4), (5, 7)], id="a Chinese word of two signs"),
        pytest.param("قالت أمي: أمي", "أمي", [(5, 8), (10, 13)], id="Arabic"),
        pytest.param("אמא שלי, אמא", "אמא", [(0, 3), (9, 12)], id="Hebrew"),
        pytest.param(f"{FAMILY} home", FAMILY, [(0, 5)], id="a whole emoji"),
        pytest.param(f"{FAMILY} home", "home", [(6, 10)], id="behind an emoji with joiners"),
    ],
)
def test_every_occurrence_is_found_where_it_stands(text, needle, spans):
    assert occurrences(text, needle) == spans


@pytest.mark.parametrize(
    ("text", "needle"),
    [
        pytest.param("caf\u00e9", "e", id="e in a composed é"),
        pytest.param("cafe\u0301", "e", id="e in a decomposed é"),
        pytest.param("cafe\u0301", "\u0301", id="the accent alone"),
        pytest.param("Fuß", "s", id="half a sharp s"),
        pytest.param("한국", "하", id="a Hangul syllable without its final"),
        pytest.param(FAMILY, "\U0001f469", id="a woman in a family emoji"),
    ],
)
def test_no_part_of_a_character_is_found(text, needle):
    assert occurrences(text, needle) == []


@given(st.text("abAB ", max_size=30), st.text("abAB ", min_size=1, max_size=3))
def test_ascii_hits_are_those_of_a_naive_scan(text, needle):
    expected, at = [], 0
    while at + len(needle) <= len(text):
        hit = text[at : at + len(needle)].lower() == needle.lower()
        expected += [(at, at + len(needle))] if hit else []
        at += len(needle) if hit else 1
    assert occurrences(text, needle) == expected


@given(st.lists(st.sampled_from(["ß", "İ", COMPOSED, DECOMPOSED, "中", FAMILY, "ﬁ", "أ", "ΐ", "한", " ", "\n"])))
def test_offsets_hold_behind_letters_that_folding_lengthens(pieces):
    before = "".join(pieces) + " "
    assert occurrences(before + "Kind", "kind") == [(len(before), len(before) + 4)]


@given(st.text("aAéÉe\u0301\u0323ßsİiıﬁf中", max_size=20), st.text("aée\u0301ßsiﬁf中", min_size=1, max_size=3))
def test_a_hit_says_the_same_as_what_was_looked_for(text, needle):
    spans = occurrences(text, needle)
    assert all(fold(text[start:end]) == fold(needle) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param("she said", "yes", "she said yes", id="English"),
        pytest.param("그녀는", "말했다", "그녀는 말했다", id="Korean writes spaces"),
        pytest.param("我想", "妈妈", "我想妈妈", id="Chinese"),
        pytest.param("パー", "ティー", "パーティー", id="Japanese"),
        pytest.param("สวัสดี", "ครับ", "สวัสดีครับ", id="Thai"),
        pytest.param("我用", "iPad", "我用iPad", id="Chinese before Latin"),
        pytest.param("是的。", "Yes", "是的。Yes", id="a full-width mark"),
        pytest.param("他说“好”", "“真的”", "他说“好”“真的”", id="quotation marks between Chinese"),
        pytest.param("he said “no”", "“why”", "he said “no” “why”", id="quotation marks between English"),
        pytest.param("a ", "b", "a b", id="a space there already"),
        pytest.param("a", "\u3000b", "a\u3000b", id="a wide space there already"),
        pytest.param("", "b", "b", id="nothing before"),
        pytest.param("a", "", "a", id="nothing behind"),
    ],
)
def test_pieces_are_joined_by_a_space_where_the_script_writes_spaces(left, right, expected):
    assert join_words(left, right) == expected


@given(st.text(max_size=8), st.text(max_size=8))
def test_joining_adds_one_space_at_most(left, right):
    assert join_words(left, right) in (left + right, f"{left} {right}")
