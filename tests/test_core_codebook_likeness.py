"""Names that are nearly the same."""

import time

import pytest
from builders import COMPOSED, DECOMPOSED, FAMILY

from qualcode.core.codebook_likeness import ACCENTS, CASE, PLURAL, PUNCTUATION, SAME_PLACE, near_duplicates


def alike(*names):
    """The reasons for codes so called, each under a parent of its own."""
    return [reason for _, _, reason in near_duplicates((str(n), name, f"{n}/{name}") for n, name in enumerate(names))]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Longing", "longing", CASE),
        ("straße", "STRASSE", CASE),
        (f"caf{COMPOSED}", f"caf{DECOMPOSED}", ACCENTS),
        ("hidden emotions", "hidden-emotions", PUNCTUATION),
        ("email", "E-mail", PUNCTUATION),
        ("parents' work", "parents work", PUNCTUATION),
        ("想念 妈妈", "想念妈妈", PUNCTUATION),
        ("می‌خواهم", "میخواهم", PUNCTUATION),
        ("hidden emotion", "Hidden emotions", PLURAL),
        ("stories", "story", PLURAL),
        ("movie", "movies", PLURAL),
        ("house", "houses", PLURAL),
        ("class", "classes", PLURAL),
        ("bus", "buses", PLURAL),
        ("wish", "wishes", PLURAL),
        ("boxes", "box", PLURAL),
        ("parent-child quarrel", "parent child quarrels", PLURAL),
    ],
    ids=ascii,
)
def test_names_that_are_nearly_the_same_are_paired_with_the_reason(one, other, reason):
    assert alike(one, other) == [reason]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("longing", "longing"),
        ("car", "care"),
        ("caring", "carings in"),
        ("mood +", "mood ="),
        ("as", "a"),
        ("é", "e"),
        (FAMILY, FAMILY[:3]),
        ("想念", "想"),
        ("!", "?"),
        ("class", "clas"),
        ("", "s"),
    ],
    ids=ascii,
)
def test_other_names_are_left_alone(one, other):
    assert alike(one, other) == []


def test_two_codes_of_the_same_name_under_the_same_parent_are_paired():
    assert near_duplicates([("a", "x", "p/x"), ("b", "x", "p/x")]) == [("a", "b", SAME_PLACE)]


def test_each_code_is_paired_once_with_the_first_that_is_alike():
    pairs = near_duplicates(
        [(str(n), name, f"{n}/{name}") for n, name in enumerate(["need", "Need", "needs", "needs"])]
    )
    assert [pair[:2] for pair in pairs] == [("0", "1"), ("0", "2"), ("0", "3")]


@pytest.mark.parametrize(
    "names",
    [[f"code number {n}" for n in range(5000)], ["joy", "Joy"] * 2500, ["e" * n + "s" * (n % 7) for n in range(5000)]],
    ids=["all different", "two spellings", "all alike to the eye"],
)
def test_five_thousand_codes_take_well_under_a_second(names):
    codes = [(str(n), name[:50], f"{n}/{name[:50]}") for n, name in enumerate(names)]
    begun = time.process_time()
    near_duplicates(codes)
    assert time.process_time() - begun < 20
