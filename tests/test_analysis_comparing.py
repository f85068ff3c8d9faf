"""Two to four things side by side, counted by hand."""

import csv
import io

import pytest
from builders import apply, make_project, open_index, transcript, write_events

from qualcode.analysis.citations import citation
from qualcode.analysis.comparing import comparison, one_a_passage
from qualcode.analysis.comparing_sentences import sentence, shown_rates, verdict
from qualcode.analysis.filters import Filters
from qualcode.analysis.segments import segments
from qualcode.analysis.sides import choices
from qualcode.errors import BadOption, UnknownName


def said(label, quotes, words):
    """A turn of just so many words, the quotes first."""
    text = " ".join(quotes)
    return f"{label}: {text} {' '.join(['so'] * (words - len(text.split())))}\n"


L1 = said("Mother", ["I miss her.", "I am proud."], 300) + said("Xiaoya", ["I miss Mum."], 200)
L2 = said("Xiaoya", ["She called late.", "I miss her voice."], 500)
Z1 = said("Long", ["I miss them."], 500)
W1 = said("Wu", ["Nobody left."], 100)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Liang has 1,000 words in two documents, Zhao 500 in one, Wu 100 in one, Ma nothing.

    longing: Liang 3 (one of them coded by two coders) in 2 documents, Zhao 1; pride: Liang 1; work: Wu 1
    """
    project = make_project(
        tmp_path_factory.mktemp("comparing") / "p",
        {
            "l1": transcript(L1, title="Talk", case="liang", kind="interview", date="2009-02-01"),
            "l2": transcript(L2, title="Call", case="liang", kind="phone", date="2009-05-31"),
            "z1": transcript(Z1, title="Chat", case="zhao", kind="interview", date="2009-06-07"),
            "w1": transcript(W1, title="Visit", case="wu", kind="visit"),
        },
        codes=["emotion", "emotion/longing", "emotion/pride", "work", "school"],
        cases=["liang", "zhao", "wu", "ma"],
        participants=[
            {"id": "m", "name": "Mother", "role": "mother", "case": "liang"},
            {"id": "x", "name": "Xiaoya", "role": "child", "case": "liang"},
            {"id": "o", "name": "Long", "role": "child", "case": "zhao"},
        ],
    )
    write_events(project, "c1", "l1", [apply(1, L1, "I miss her."), apply(2, L1, "I am proud.", "pride"),
                                       apply(3, L1, "I miss Mum.")])  # fmt: skip
    write_events(project, "c2", "l1", [apply(4, L1, "I miss her.")])
    write_events(project, "c1", "l2", [apply(5, L2, "I miss her voice.")])
    write_events(project, "c1", "z1", [apply(6, Z1, "I miss them.")])
    write_events(project, "c1", "w1", [apply(7, W1, "Nobody left.", "work")])
    return open_index(project)


def row(found, name):
    return next(row for row in found.rows if row.name == name)


def numbers(found, name):
    return [(share.count, share.documents, share.words) for share in row(found, name).shares]


def rates(found, name):
    return [share.rate for share in row(found, name).shares]


# ------------------------------------------------------------------ numbers


def test_passages_documents_and_words_are_counted_per_side(index):
    assert numbers(comparison(index, ["liang", "zhao"]), "longing") == [(3, 2, 3 + 3 + 4), (1, 1, 3)]


def test_a_passage_that_two_coders_coded_alike_is_one_and_names_both(index):
    quotes = row(comparison(index, ["liang", "zhao"]), "longing").shares[0].quotes
    assert [(quote["text"], quote["coder"]) for quote in quotes] == [
        ("I miss her.", "c1, c2"), ("I miss Mum.", "c1"), ("I miss her voice.", "c1")]  # fmt: skip


def test_rates_are_passages_per_thousand_words_of_each_sides_text(index):
    assert rates(comparison(index, ["liang", "zhao", "wu"]), "longing") == [3.0, 2.0, 0.0]


def test_a_side_tells_how_much_text_it_has(index):
    assert [tuple(side) for side in comparison(index, ["zhao", "liang"]).sides] == [
        ("zhao", "zhao", 500, 1), ("liang", "liang", 1000, 2)]  # fmt: skip


def test_a_theme_counts_the_passages_of_its_sub_codes_but_holds_only_its_own_quotes(index):
    found = comparison(index, ["liang", "zhao"])
    assert numbers(found, "emotion") == [(4, 2, 3 + 3 + 4 + 3), (1, 1, 3)]
    assert row(found, "emotion").shares[0].quotes == ()


def test_a_passage_with_two_sub_codes_counts_once_for_the_theme(index, tmp_path):
    project = make_project(tmp_path / "p", {"a": transcript(Z1, case="a"), "b": transcript(W1, case="b")},
                           codes=["emotion", "emotion/longing", "emotion/pride"], cases=["a", "b"])  # fmt: skip
    write_events(project, "c1", "a", [apply(1, Z1, "I miss them."), apply(2, Z1, "I miss them.", "pride")])
    assert numbers(comparison(open_index(project), ["a", "b"]), "emotion")[0] == (1, 1, 3)


def test_exact_rows_count_only_what_is_coded_with_the_code_itself(index):
    found = comparison(index, ["liang", "zhao"], filters=Filters(exact=True))
    assert [row.name for row in found.rows] == ["longing", "pride"]


# ------------------------------------------------------------------ rows


def test_codes_that_no_side_has_make_no_row(index):
    assert [row.path for row in comparison(index, ["liang", "zhao"]).rows] == [
        "emotion", "emotion/longing", "emotion/pride"]  # fmt: skip


def test_the_greatest_difference_of_rates_comes_first(index):
    found = comparison(index, ["liang", "zhao", "wu"], order="difference")
    assert [(row.name, row.difference) for row in found.rows] == [
        ("work", 10.0), ("emotion", 4.0), ("longing", 3.0), ("pride", 1.0)]  # fmt: skip


@pytest.mark.parametrize(
    ("held", "names"), [("all", ["emotion", "longing", "pride"]), ("both", ["emotion", "longing"]), ("one", ["pride"])]
)
def test_rows_can_be_those_that_all_or_just_one_of_the_sides_have(index, held, names):
    assert [row.name for row in comparison(index, ["liang", "zhao"]).only(held).rows] == names


def test_what_two_of_three_sides_have_is_neither_held_by_all_nor_by_one(index):
    found = comparison(index, ["liang", "zhao", "wu"])
    assert row(found, "longing").holders == (0, 1)
    assert "longing" not in [row.name for held in ("both", "one") for row in found.only(held).rows]


@pytest.mark.parametrize(
    "given",
    [{"codes": ["emotion/longing"]}, {"filters": Filters(code="longing")}],
    ids=["codes", "filter"],
)
def test_narrowed_to_a_code_the_themes_above_make_no_row(index, given):
    assert [row.name for row in comparison(index, ["liang", "zhao"], **given).rows] == ["longing"]


def test_filters_hold_for_the_quotes_and_narrow_the_text_of_each_side(index):
    found = comparison(index, ["liang", "zhao"], filters=Filters(kind="interview"))
    assert numbers(found, "longing") == [(2, 1, 6), (1, 1, 3)]
    assert [side.words for side in found.sides] == [500, 500]


def test_a_filter_of_codings_leaves_the_text_as_it_is(index):
    found = comparison(index, ["liang", "zhao"], filters=Filters(coder="c2"))
    assert numbers(found, "longing") == [(1, 1, 3), (0, 0, 0)]
    assert [side.words for side in found.sides] == [1000, 500]


# ------------------------------------------------------------------ dimensions


@pytest.mark.parametrize(
    ("by", "names", "words", "longing"),
    [
        ("document", ["l1", "z1"], [500, 500], [2, 1]),
        ("participant", ["x", "Long"], [700, 500], [2, 1]),
        ("role", ["child", "mother"], [1200, 300], [3, 1]),
        ("speaker", ["Xiaoya", "Wu"], [700, 100], [2, 0]),
        ("kind", ["interview", "phone", "visit"], [1000, 500, 100], [3, 1, 0]),
        ("coder", ["c1", "c2"], [1600, 500], [4, 1]),
        ("month", ["2009-02", "2009-06", "(no month)"], [500, 500, 100], [2, 1, 0]),
        ("quarter", ["2009-Q1", "2009-Q2"], [500, 1000], [2, 2]),
        ("year", ["2009", "(no year)"], [1500, 100], [4, 0]),
    ],
)
def test_other_things_than_cases_can_be_compared(index, by, names, words, longing):
    found = comparison(index, names, by)
    assert [side.words for side in found.sides] == words
    assert [share.count for share in row(found, "longing").shares] == longing


def test_in_a_focus_group_a_case_has_the_text_of_those_who_belong_to_it(tmp_path):
    group = said("Ann", ["I am tired."], 60) + said("Bea", ["I am fine."], 40) + said("Researcher", ["Why?"], 10)
    project = make_project(
        tmp_path / "p", {"g": transcript(group, speakers={"Ann": "a", "Bea": "b", "Researcher": ""})}, cases=["x", "y"],
        participants=[{"id": "a", "name": "Ann", "case": "x"}, {"id": "b", "name": "Bea", "case": "y"}],
    )  # fmt: skip
    write_events(project, "c1", "g", [apply(1, group, "I am tired.")])
    found = comparison(open_index(project), ["x", "y"])
    assert [side.words for side in found.sides] == [60, 40]
    assert [share.count for share in row(found, "longing").shares] == [1, 0]


def test_choices_stand_in_their_natural_order(index):
    assert [key for key, _ in choices(index, "case")] == ["liang", "zhao", "wu", "ma"]
    assert [key for key, _ in choices(index, "month")] == ["2009-02", "2009-05", "2009-06"]
    assert [key for key, _ in choices(index, "role")] == ["mother", "child"]


def test_attributes_and_joined_dimensions_can_be_compared(tmp_path):
    project = make_project(tmp_path / "p", {"z1": transcript(Z1, case="zhao"), "l1": transcript(L1, case="liang")},
                           cases={"zhao": {"income": "low"}, "liang": {"income": "high"}},
                           participants=[{"id": "m", "name": "Mother", "role": "mother"}])  # fmt: skip
    write_events(project, "c1", "z1", [apply(1, Z1, "I miss them.")])
    index = open_index(project)
    assert [side.words for side in comparison(index, ["low", "high"], "attr:income").sides] == [500, 500]
    joined = comparison(index, ["liang · mother", "zhao · (no role)"], "case+role")
    assert [(side.name, side.words) for side in joined.sides] == [("liang · mother", 300), ("zhao · (no role)", 500)]


def test_an_expression_filters_the_quotes(index):
    found = comparison(index, ["liang", "zhao"], filters=Filters(where="role:child"))
    assert numbers(found, "longing") == [(2, 2, 7), (1, 1, 3)]
    assert [side.words for side in found.sides] == [700, 500]


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("names", "by", "error", "says"),
    [
        (["liang", "zaho"], "case", UnknownName, "Did you mean: zhao?"),
        (["2009-02", "2009-07"], "month", UnknownName, "No month is called '2009-07'"),
        (["liang"], "case", BadOption, "2 to 4 sides; 1 is named"),
        (["liang", "zhao", "wu", "ma", "liang"], "case", BadOption, "5 are named"),
        (["liang", "Liang"], "case", BadOption, "named twice"),
        (["liang", "zhao"], "colour", BadOption, "Nothing can be compared by 'colour'"),
    ],
    ids=["nearest", "month", "one", "five", "twice", "dimension"],
)
def test_wrong_sides_are_told(index, names, by, error, says):
    with pytest.raises(error, match=says.replace("?", r"\?")):
        comparison(index, names, by)


def test_a_filter_on_the_dimension_compared_is_refused(index):
    with pytest.raises(BadOption, match="--case"):
        comparison(index, ["liang", "zhao"], filters=Filters(case="liang"))


def test_an_unknown_order_is_refused(index):
    with pytest.raises(BadOption, match="codebook or difference"):
        comparison(index, ["liang", "zhao"], order="size")


# ------------------------------------------------------------------ sentences

LZ, LZW = ["Liang", "Zhao"], ["Liang", "Zhao", "Wu"]


@pytest.mark.parametrize(
    ("sides", "numbers", "expected"),
    [
        (LZ, [(7, 4, 90, 1.2), (3, 2, 40, 0.6)],
         "Liang 7 passages in 4 documents, Zhao 3 in 2; per 1,000 words 1.2 against 0.6: about twice as much in Liang."),
        (LZ, [(0, 0, 0, 0.0), (1, 1, 9, 0.25)], "only in Zhao, 1 passage in 1 document (0.25 per 1,000 words)."),
        (LZ, [(0, 0, 0, 0.0), (0, 0, 0, 0.0)], "in neither."),
        (LZ, [(5, 1, 9, 0.5), (5, 2, 9, 0.5)],
         "Liang 5 passages in 1 document, Zhao 5 in 2; per 1,000 words 0.5 against 0.5: about the same in both."),
        (LZ, [(1, 1, 9, 0.2), (2, 1, 9, 0.4)],
         "Liang 1 passage in 1 document, Zhao 2 in 1; per 1,000 words 0.20 against 0.40: about twice as much in Zhao, "
         "but these are few."),
        (LZ, [(1200, 40, 9, None), (3, 2, 9, 1.0)], "Liang 1,200 passages in 40 documents, Zhao 3 in 2."),
        (LZW, [(0, 0, 0, 0.0), (4, 2, 9, 1.0), (2, 1, 9, 3.0)],
         "Liang none, Zhao 4 passages in 2 documents, Wu 2 in 1; per 1,000 words 0, 1.0 and 3.0: most in Wu."),
        (LZW, [(9, 2, 9, 3.0), (9, 2, 9, 2.9), (2, 1, 9, 1.0)],
         "Liang 9 passages in 2 documents, Zhao 9 in 2, Wu 2 in 1; per 1,000 words 3.0, 2.9 and 1.0: "
         "most in Liang and Zhao, least in Wu."),
        (LZW, [(0, 0, 0, 0.0)] * 3, "in none of the three."),
        (["a", "b", "c", "d"], [(4, 1, 9, 2.0)] * 4,
         "a 4 passages in 1 document, b 4 in 1, c 4 in 1, d 4 in 1; per 1,000 words 2.0, 2.0, 2.0 and 2.0: "
         "about the same in all four."),
        (["c1", "c2"], [(7, 4, 9, 7.0), (3, 2, 9, 2.0)],
         "c1: 7 passages in 4 documents, c2: 3 in 2; per 1,000 words 7.0 against 2.0: about 4 times as much in c1."),
    ],
    ids=["twice", "only one", "neither", "equal", "few", "no text", "three", "two most", "none of three", "four", "digits"],
)  # fmt: skip
def test_a_sentence_says_who_has_how_much(sides, numbers, expected):
    assert sentence("longing", sides, numbers) == f"longing: {expected}"


def test_between_documents_the_number_of_documents_is_left_out():
    told = sentence("longing", ["“A”", "“B”"], [(5, 1, 9, 5.0), (1, 1, 9, 1.0)], documents=False)
    assert told == "longing: “A” 5 passages, “B” 1; per 1,000 words 5.0 against 1.0: about 5 times as much in “A”."


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(1.09, "about the same in both"), (1.1, "slightly more in Liang"), (1.33, "about a third more in Liang"),
     (1.5, "about half as much again in Liang"), (2.0, "about twice as much in Liang"),
     (2.5, "about 3 times as much in Liang"), (10.4, "about 10 times as much in Liang"),
     (10.5, "more than ten times as much in Liang")],
)  # fmt: skip
def test_how_much_more_is_said_in_words(ratio, words):
    assert verdict(LZ, [(50, 1, 9, ratio), (50, 1, 9, 1.0)]) == words


@pytest.mark.parametrize(
    ("rates", "shown"),
    [([1.2, 0.6], ["1.2", "0.6"]), ([2.4, 0.07], ["2.40", "0.07"]), ([0.0, 0.004], ["0", "0.0040"]), ([0.0], ["0"])],
)
def test_rates_are_shown_with_the_decimals_that_they_need(rates, shown):
    assert shown_rates(rates) == shown


# ------------------------------------------------------------------ as a table


def test_the_table_has_counts_rates_sentence_and_quotes_per_side(index):
    table = comparison(index, ["liang", "zhao"], codes=["longing"]).table()
    (longing,) = table.to_dicts()
    assert [longing[f"liang: {name}"] for name in ("passages", "documents", "words", "per 1000 words")] == [
        3,
        2,
        10,
        3.0,
    ]
    assert longing["comparison"] == "about half as much again in liang, but these are few"
    assert longing["sentence"].startswith("longing: liang 3 passages in 2 documents, zhao 1 in 1;")
    assert longing["zhao: quotes"] == "“I miss them.” (Long, interview, 2009-06-07; z1, line 1)"


def test_quotes_in_a_cell_are_separated_by_a_blank_line(index):
    text = comparison(index, ["liang", "zhao"], codes=["longing"]).table().csv_text()
    cell = next(csv.DictReader(io.StringIO(text)))["liang: quotes"]
    assert [quote.partition("”")[0] for quote in cell.split("\n\n")] == [
        "“I miss her.",
        "“I miss Mum.",
        "“I miss her voice.",
    ]


def test_a_quote_without_speaker_kind_and_date_is_cited_by_its_title(index):
    rows = segments(index, Filters(document="w1"))
    assert (
        citation(rows[0].replaced(speaker="", kind="", date=""), place=True) == "(Visit, no kind, undated; w1, line 1)"
    )


def test_one_a_passage_keeps_passages_apart_that_differ_in_place(index):
    rows = segments(index, Filters(code="longing", case="liang"))
    assert (len(rows), len(one_a_passage(rows))) == (4, 3)
