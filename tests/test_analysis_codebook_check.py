"""What `qualcode codebook check` finds; it changes nothing."""

import pytest
from builders import DECOMPOSED, apply, make_project, open_index, write_events

from qualcode.analysis.code_counts import code_counts
from qualcode.analysis.codebook_check import codebook_check

BODY = "Mei: one two three four five six.\n"
WORDS = BODY[5:].rstrip(".\n").split()


def index_of(tmp_path, codes, codings=(), coder="c1"):
    """`codings` are (code, words)."""
    project = make_project(tmp_path / "p", {"d1": BODY}, codes=codes)
    events = [apply(n, BODY, word, code) for n, (code, word) in enumerate(codings, 1)]
    if events:
        write_events(project, coder, "d1", events)
    return open_index(project, in_memory=True)


def found(index, kind=""):
    rows = codebook_check(index)
    return [(row["code_id"], row["other_id"], row["detail"]) for row in rows if kind in ("", row["finding"])]


def defined(*names):
    return {name: {"definition": f"What {name} means."} for name in names}


def test_a_tidy_codebook_has_no_findings(tmp_path):
    assert found(index_of(tmp_path, defined("joy", "grief"), [("joy", "one"), ("grief", "two")])) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Longing", "longing"),
        ("long-term", "long term"),
        ("hidden emotion", "hidden emotions"),
        ("café", f"caf{DECOMPOSED}"),
    ],
    ids=["case", "hyphen", "plural", "composition"],
)
def test_names_that_are_nearly_the_same_are_paired(tmp_path, one, other):
    index = index_of(tmp_path, {"a": {"name": one}, "b": {"name": other}})
    assert [(row[0], row[1]) for row in found(index, "near-duplicate names")] == [("a", "b")]


def test_the_same_name_under_different_parents_is_fine(tmp_path):
    assert (
        found(index_of(tmp_path, {"home": {}, "home/a": {"name": "rain"}, "work": {}, "work/b": {"name": "rain"}}))
        == []
    )


def test_the_same_name_under_one_parent_is_found_once(tmp_path):
    index = index_of(tmp_path, {"home": {}, "home/a": {"name": "rain"}, "home/b": {"name": "rain"}})
    pairs = [(row[0], row[1]) for row in found(index)]
    assert pairs.count(("a", "b")) == 1


def test_codes_on_the_same_passages_are_found_with_how_many(tmp_path):
    both = [(code, word) for code in ("joy", "grief") for word in WORDS[:4]]
    index = index_of(tmp_path, defined("joy", "grief"), [*both, ("joy", "five")])
    assert found(index, "same passages") == [("grief", "joy", "4 passages in common; 4 and 5 in all")]


def test_a_rare_code_beside_a_common_one_is_not_the_same(tmp_path):
    two = [("grief", "one"), ("grief", "two"), *(("joy", word) for word in WORDS)]
    assert found(index_of(tmp_path, defined("joy", "grief"), two), "same passages") == []


def test_codes_that_share_some_passages_only_are_not_the_same(tmp_path):
    some = [*(("joy", word) for word in WORDS[:5]), *(("grief", word) for word in WORDS[2:])]
    assert found(index_of(tmp_path, defined("joy", "grief"), some), "same passages") == []


def test_a_code_in_use_without_a_definition_is_found(tmp_path):
    index = index_of(tmp_path, {"joy": {}, "grief": {}}, [("joy", "one"), ("joy", "two")])
    assert found(index, "no definition") == [("joy", "", "2 codings")]


def test_codings_of_a_deleted_code_are_found_by_coder(tmp_path):
    codes = {"joy": {"deleted": True}, "joy/pride": {"definition": "x"}}
    index = index_of(tmp_path, codes, [("joy", "one"), ("pride", "two")])
    assert sorted(found(index, "deleted, codings do not count")) == [
        ("joy", "", "1 coding of c1"),
        ("pride", "", "1 coding of c1"),
    ]


def test_merged_codes_are_not_held_against_their_target(tmp_path):
    codes = {"joy": {"definition": "x"}, "joys": {"merged_into": "joy"}}
    both = [(code, word) for code in ("joy", "joys") for word in WORDS[:4]]
    assert found(index_of(tmp_path, codes, both)) == []


# ------------------------------------------------------------------------------------ counts


def test_own_codings_and_those_of_sub_codes_are_counted_by_coder(tmp_path):
    index = index_of(tmp_path, ["joy", "joy/pride", "grief"], [("joy", "one"), ("pride", "two"), ("pride", "three")])
    counts = code_counts(index)
    assert (counts["joy"].own, counts["joy"].below, counts["joy"].by_coder) == (1, 3, {"c1": 3})
    assert (counts["joy"].documents, counts["joy"].cases) == ({"d1"}, set())
    assert (counts["grief"].own, counts["grief"].below) == (0, 0)


def test_codings_under_merged_and_deleted_codes_are_counted_where_they_count(tmp_path):
    codes = {"joy": {}, "joys": {"merged_into": "joy"}, "old": {"deleted": True}}
    counts = code_counts(
        index_of(tmp_path, codes, [("joys", "one"), ("joy", "one"), ("joys", "two"), ("old", "three")])
    )
    assert (counts["joy"].own, counts["joys"].own, counts["old"].own) == (2, 0, 0)
