"""Concordance: hits with what stands beside them, sorted, filtered, with their codes; and the units they stand in."""

import pytest
from builders import DECOMPOSED, apply, make_project, open_index, transcript, write_events

from qualcode.analysis.kwic import Codes, Passage, Wanted, kwic, lines, passages
from qualcode.core.surroundings import after, before
from qualcode.core.visible import columns
from qualcode.errors import BadOption, UnknownName

D1 = "Mother: I rang home. Nobody was home.\n\nLing: 我想妈妈，妈妈不在。 Mother is far.\nStill Ling, at home\n"
D2 = "[00:01] Ling: Going home late.\n\nBo: I stay home.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    project = make_project(
        tmp_path_factory.mktemp("kwic") / "p",
        {"d1": transcript(D1, case="zhao", kind="interview", speakers={"Mother": "m", "Ling": "l"}),
         "d2": transcript(D2, kind="group", speakers={"Ling": "l", "Bo": "b"})},
        cases=["zhao", "liang"],
        participants=[{"id": "m", "name": "Mother Zhao", "role": "mother", "case": "zhao"},
                      {"id": "l", "name": "Ling", "role": "child", "case": "zhao"},
                      {"id": "b", "name": "Bo", "role": "child", "case": "liang"}],
    )  # fmt: skip
    write_events(project, "c1", "d1", [apply(1, D1, "rang home", "longing"), apply(2, D1, "I rang home.", "work")])
    write_events(project, "c2", "d1", [apply(3, D1, "home", "longing")])
    return open_index(project, in_memory=True)


def found(index, words, *names, **how):
    options = {name: how.pop(name) for name in ("width", "sort") if name in how}
    return [tuple(row[name] for name in names) for row in kwic(index, Wanted(words, **how), **options)]


def test_every_hit_has_its_place_its_speaker_and_what_stands_beside_it(index):
    row = kwic(index, Wanted("home"))[0]
    assert tuple(row) == (
        "d1", 1, 15, 19, "Mother Zhao", "mother", "zhao", "I rang ", "home", ". Nobody was home.", "longing; work",
    )  # fmt: skip


def test_what_stands_beside_stays_within_the_turn_over_its_lines(index):
    assert found(index, "still", "left", "right") == [("我想妈妈，妈妈不在。 Mother is far. ", " Ling, at home")]


def test_neither_the_label_nor_the_time_belongs_to_what_is_said(index):
    assert found(index, "going", "left") == [("",)]


def test_hits_in_labels_are_left_out_and_counted(index):
    table = kwic(index, Wanted("mother"))
    assert ([(row["document"], row["line"]) for row in table], table.in_labels) == ([("d1", 3)], 1)


def test_the_width_counts_terminal_columns(index):
    assert found(index, "不在", "left", "right", width=6) == [("，妈妈", "。 Mot")]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("document", [15, 32, 86]), ("left", [86, 15, 32]), ("right", [32, 86, 15])],
)
def test_hits_are_sorted_by_place_or_by_the_words_beside_them(index, sort, expected):
    assert [start for (start,) in found(index, "home", "start", sort=sort, document="d1")] == expected


def test_the_nearest_word_before_counts_first(index):
    rows = found(index, "home", "left", sort="left")
    assert [left.split()[-1] for (left,) in rows] == ["at", "Going", "rang", "stay", "was"]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"case": "zhao"}, ["d1", "d1", "d1", "d2"]),
        ({"case": "liang"}, ["d2"]),
        ({"document": "d2"}, ["d2", "d2"]),
        ({"role": "mother"}, ["d1", "d1"]),
        ({"speaker": "Ling"}, ["d1", "d2"]),
        ({"kind": "group", "speaker": "Bo"}, ["d2"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_the_search_is_narrowed_where_a_focus_group_goes_by_who_speaks(index, narrowed, expected):
    assert [document for (document,) in found(index, "home", "document", **narrowed)] == expected


def test_unknown_names_and_orders_are_refused_before_anything_is_looked_for(index):
    with pytest.raises(UnknownName, match="No role"):
        lines(index, Wanted("home", role="aunt"))
    with pytest.raises(BadOption, match="words to look for"):
        lines(index, Wanted("  "))
    with pytest.raises(BadOption, match="document, left, right"):
        kwic(index, Wanted("home"), sort="middle")


def test_codes_stand_where_their_codings_overlap_the_hit(index):
    codes = Codes(index)
    start = D1.index("rang")
    assert codes.over("d1", start - 1, start) == ["work"]
    assert codes.over("d1", start, start + 1) == ["longing", "work"]
    assert codes.over("d1", start + 10, start + 20) == []


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("word", ["home", "home", "home"]),
        ("sentence", ["I rang home.", "Nobody was home.", "Still Ling, at home"]),
        ("turn", ["I rang home. Nobody was home.", "我想妈妈，妈妈不在。 Mother is far.\nStill Ling, at home"]),
    ],
)
def test_hits_stand_in_units_each_of_them_once(index, unit, expected):
    hits = found(index, "home", "document", "start", "end", document="d1")
    assert [passage.quote for passage in passages(index, hits, unit)] == expected


def test_a_part_of_a_word_stands_in_its_word_and_a_phrase_in_all_its_sentences(index):
    start = D1.index("body")
    assert passages(index, [("d1", start, start + 4)], "word") == [Passage("d1", start - 2, start + 4, "Nobody")]
    across = D1.index("home. N")
    (passage,) = passages(index, [("d1", across, across + 12)], "sentence")
    assert passage.quote == "I rang home. Nobody was home."


@pytest.mark.parametrize("width", [1, 3, 8])
@pytest.mark.parametrize(
    "text", ["plain words here", "妈妈我想你们回来", f"caf{DECOMPOSED}s {DECOMPOSED}{DECOMPOSED}", "أمي بعيدة جدا"]
)
def test_what_stands_beside_never_takes_more_columns_than_there_are(text, width):
    for at in range(len(text) + 1):
        left, right = before(text, at, 0, width), after(text, at, len(text), width)
        assert (columns(left) <= width, columns(right) <= width) == (True, True)
        assert (text[:at].endswith(left), text[at:].startswith(right)) == (True, True)


def test_no_mark_stands_without_its_letter_before_a_hit():
    assert before(f"x{DECOMPOSED}yz", 5, 0, 2) == "yz"
    assert before(f"{DECOMPOSED}yz"[1:], 3, 0, 5) == "yz"
