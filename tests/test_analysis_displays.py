"""Codelines, codes over time and frequencies by case: every value counted by hand."""

import pytest
from builders import apply, make_project, open_index, transcript, write_events

from qualcode.analysis.case_counts import behind, frequencies, over_time
from qualcode.analysis.codeline import codeline
from qualcode.analysis.filters import Filters
from qualcode.analysis.periods import labels_of, period_of, periods
from qualcode.analysis.plot import Piece, horizontal_bar, painted, vertical_bar
from qualcode.analysis.plots import codeline_plot, frequencies_plot, over_time_plot, plots_in_width
from qualcode.errors import BadOption

JANUARY = "Mother: I miss them. We phone.\nXiaoya: I miss her.\n"
MARCH = "Mother: It is far.\n"
GROUP = "R: Well?\nXiaoya: I miss her.\nLong: I am proud.\n"
ZHAO = "Long: I work. I am proud.\n"


@pytest.fixture
def project(tmp_path):
    project = make_project(
        tmp_path / "p",
        {
            "l1": transcript(JANUARY, title="Talk", case="liang", kind="interview", date="2009-01-31"),
            "l2": transcript(MARCH, title="Far", case="liang", kind="interview", date="2009-03-01"),
            "z1": transcript(ZHAO, title="Chat", case="zhao", kind="chat", date="2009-03-07"),
            "z2": transcript(ZHAO, title="Undated", case="zhao", kind="chat"),
            "g1": transcript(GROUP, title="Group", kind="group", date="2009-02-01"),
        },
        codes=("emotion", "emotion/longing", "emotion/pride", "work"),
        cases=["liang", "zhao"],
        participants=[
            {"id": "p1", "name": "Mother", "role": "parent", "case": "liang"},
            {"id": "p2", "name": "Xiaoya", "role": "child", "case": "liang"},
            {"id": "p3", "name": "Long", "role": "child", "case": "zhao"},
            {"id": "r", "name": "R", "role": "researcher"},
        ],
    )  # fmt: skip
    write_events(project, "c1", "l1", [apply(1, JANUARY, "I miss them."), apply(2, JANUARY, "I miss her."),
                                       apply(3, JANUARY, "I miss them.", "work")])  # fmt: skip
    write_events(project, "c2", "l1", [apply(4, JANUARY, "I miss them. We phone.")])
    write_events(project, "c1", "z1", [apply(5, ZHAO, "I am proud.", "pride")])
    write_events(project, "c1", "z2", [apply(6, ZHAO, "I work.", "work")])
    write_events(project, "c1", "g1", [apply(7, GROUP, "I miss her."), apply(8, GROUP, "I am proud.", "pride")])
    return project


@pytest.fixture
def index(project):
    index = open_index(project, in_memory=True)
    yield index
    index.close()


def counts(data):
    """What each case has: name of the code to its counts, period by period."""
    return {panel.case: {row.name: list(panel.counts[row.id]) for row in data.rows} for panel in data.panels}


# ------------------------------------------------------------------ codeline


def test_a_codeline_says_where_each_code_runs_in_code_points(index):
    data = codeline(index, "l1")
    assert data.length == len(JANUARY)
    assert [(row.path, [(span.start, span.end, span.coder) for span in spans]) for row, spans in data.rows] == [
        ("emotion/longing", [(8, 20, "c1"), (8, 30, "c2"), (39, 50, "c1")]),
        ("work", [(8, 20, "c1")]),
    ]


def test_a_codeline_knows_turns_lines_and_speakers(index):
    data = codeline(index, "Talk")
    assert [(turn.start, turn.line, turn.speaker) for turn in data.turns] == [(0, 1, "Mother"), (31, 2, "Xiaoya")]
    assert data.speakers == ["Mother", "Xiaoya"]


def test_a_codeline_heeds_filters(index):
    rows = codeline(index, "l1", Filters(code="emotion", coder="c2")).table().rows
    assert [tuple(row)[:6] for row in rows] == [("emotion/longing", 8, 30, 1, "Mother", "c2")]


def test_a_lost_coding_is_counted_but_has_no_place_in_the_codeline(project):
    project.transcript("z1").write_text(transcript("Long: Other words.\n", title="Chat", case="zhao"), encoding="utf-8")
    data = codeline(open_index(project, in_memory=True), "z1")
    assert (list(data.rows), data.lost) == ([], 1)


# ------------------------------------------------------------------ over time


def test_a_month_without_a_document_has_no_data_and_one_with_a_document_has_zero(index):
    data = over_time(index, Filters(kind="interview"))
    assert data.periods == ["2009-01", "2009-02", "2009-03"]
    assert counts(data)["liang"] == {"emotion": [3, None, 0], "work": [1, None, 0]}
    assert counts(data)["zhao"] == {"emotion": [None, None, None], "work": [None, None, None]}


def test_what_is_said_in_a_focus_group_counts_for_the_case_of_who_speaks(index):
    data = over_time(index)
    assert counts(data)["liang"]["emotion"] == [3, 1, 0]
    assert counts(data)["zhao"]["emotion"] == [None, 1, 1]
    assert [panel.case for panel in data.panels] == ["liang", "zhao"]


def test_undated_documents_and_their_codings_are_told_and_in_no_period(index):
    data = over_time(index)
    assert (data.undated, data.undated_codings) == (["z2"], 1)
    assert counts(data)["zhao"]["work"] == [None, 0, 0]


def test_a_month_in_which_the_role_asked_for_does_not_speak_has_no_data(index):
    data = over_time(index, Filters(role="child"))
    assert data.periods == ["2009-01", "2009-02", "2009-03"]
    assert counts(data)["liang"] == {"emotion": [1, 1, None], "work": [0, 0, None]}


def test_a_document_that_the_coder_asked_for_has_not_touched_is_no_data(index):
    data = over_time(index, Filters(coder="c2"))
    assert counts(data) == {"liang": {"emotion": [1], "work": [0]}, "zhao": {"emotion": [None], "work": [None]}}


def test_codes_as_rows_count_their_sub_codes_unless_exact(index):
    rolled = counts(over_time(index, rows="code"))["liang"]
    assert rolled == {"emotion": [3, 1, 0], "longing": [3, 1, 0], "pride": [0, 0, 0], "work": [1, 0, 0]}
    assert counts(over_time(index, Filters(exact=True), rows="code"))["liang"] == {
        "longing": [3, 1, 0], "pride": [0, 0, 0], "work": [1, 0, 0],
    }  # fmt: skip


def test_one_code_is_one_row(index):
    assert counts(over_time(index, rows="longing"))["liang"] == {"longing": [3, 1, 0]}
    assert counts(over_time(index, Filters(code="longing")))["zhao"] == {"longing": [None, 0, 0]}


@pytest.mark.parametrize(
    ("by", "columns", "emotion"),
    [("year", ["2009"], [4]), ("quarter", ["2009-Q1"], [4]), ("month", ["2009-01", "2009-02", "2009-03"], [3, 1, 0]),
     ("date", ["2009-01-31", "2009-02-01", "2009-03-01", "2009-03-07"], [3, 1, 0, None])],
    ids=["year", "quarter", "month", "date"],
)  # fmt: skip
def test_periods_are_months_quarters_years_or_days(index, by, columns, emotion):
    data = over_time(index, by=by)
    assert (data.periods, counts(data)["liang"]["emotion"]) == (columns, emotion)


def test_rates_are_codings_to_a_thousand_words_of_the_documents_there_are(index):
    data = over_time(index, per_words=True)
    liang = data.panels[0]
    assert liang.ground[0].words == 8  # I miss them We phone I miss her
    assert [data.value(liang, "emotion", at) for at in range(3)] == [375.0, 333.3, 0.0]


def test_rates_of_a_role_go_by_the_words_of_that_role(index):
    data = over_time(index, Filters(role="child"), per_words=True)
    assert [ground and ground.words for ground in data.panels[0].ground] == [3, 3, None]
    assert data.value(data.panels[0], "emotion", 0) == 333.3


def test_the_table_has_a_row_for_each_case_code_and_period(index):
    rows = [tuple(row) for row in over_time(index, Filters(case="zhao"), rows="work").table()]
    assert rows == [("zhao", "work", "2009-02", 0, 1, 3, 0.0), ("zhao", "work", "2009-03", 0, 1, 5, 0.0)]


def test_documents_that_nobody_has_coded_are_told(index):
    assert over_time(index).uncoded == 1


def test_behind_a_number_are_just_its_segments(index):
    data = over_time(index)
    for panel in data.panels:
        for row in data.rows:
            for at, count in enumerate(panel.counts[row.id]):
                table = behind(index, Filters(), data, panel.case, row.id, at)
                assert len(table) == (count or 0)
    assert [row["text"] for row in behind(index, Filters(), data, "zhao", "emotion", 2)] == ["I am proud."]


def test_more_periods_than_can_be_shown_are_refused_with_what_to_do():
    with pytest.raises(BadOption, match="--by quarter or year"):
        periods(["1950-01-01", "2020-01-01"], "month")


@pytest.mark.parametrize(
    ("by", "period", "labels"),
    [("month", "2009-11", ("2009", "Nov")), ("quarter", "2009-Q4", ("2009", "Q4")), ("year", "2009", ("2009", "")),
     ("date", "2009-11-30", ("2009", "11-30")), ("", "", ("", ""))],
)  # fmt: skip
def test_a_day_lies_in_its_period(by, period, labels):
    assert period_of("2009-11-30", by) == period
    assert labels_of(period) == labels


def test_months_between_are_there_across_years():
    assert periods(["2010-02-01", "2009-11-30", ""], "month") == ["2009-11", "2009-12", "2010-01", "2010-02"]


# ------------------------------------------------------------------ frequencies


def test_frequencies_count_undated_documents_too(index):
    assert counts(frequencies(index)) == {
        "liang": {"emotion": [4], "work": [1]}, "zhao": {"emotion": [2], "work": [1]},
    }  # fmt: skip


def test_the_frequencies_are_those_of_the_matrix(index):
    from qualcode.analysis.matrix import matrix

    made = frequencies(index, rows="code")
    assert {row.path: [panel.counts[row.id][0] for panel in made.panels] for row in made.rows} == {
        row[0]: list(row[1:3]) for row in matrix(index)
    }


# ------------------------------------------------------------------ in block characters


def test_a_share_above_nothing_is_always_seen():
    assert (vertical_bar(0), vertical_bar(0.001), vertical_bar(1)) == (" ", "▁", "█")
    assert (horizontal_bar(0, 4), horizontal_bar(0.001, 4), horizontal_bar(0.5, 4), horizontal_bar(1, 4)) == (
        "    ", "▏   ", "██  ", "████",
    )  # fmt: skip


def test_pieces_stand_at_their_columns_wide_signs_too():
    assert painted([Piece(1, "小雅"), Piece(6, "ab")], 9) == " 小雅 ab "
    assert painted([Piece(0, "aaaa"), Piece(1, "b")], 4) == "abaa"
    assert painted([Piece(0, "e\u0301x")], 3) == "e\u0301x "


def test_a_codeline_is_drawn_over_the_whole_width(index):
    head, mother, xiaoya, *rest = codeline_plot(codeline(index, "l1"), len(JANUARY)).lines(15)
    assert head == " " * 15 + "1" + " " * 30 + "2"
    assert mother == "Mother       1 " + "▬" * 30
    assert xiaoya == "Xiaoya       1 " + " " * 31 + "▬" * 19
    assert rest == [
        "emotion",
        "  longing    3 " + " " * 8 + "█" * 21 + "▉" + " " * 9 + "█" * 10 + "▉",
        "work         1 " + " " * 8 + "█" * 11 + "▉",
    ]


def test_over_time_shows_no_data_otherwise_than_zero(index):
    lines = over_time_plot(over_time(index, Filters(kind="interview", case="liang"))).lines(14)
    assert [line.split() for line in lines] == [
        ["liang"], ["2009"], ["Jan", "Feb", "Mar"],
        ["emotion", "3", "█3", "░░", "0"], ["work", "1", "▃1", "░░", "0"],
    ]  # fmt: skip


def test_frequencies_are_bars_to_one_scale_with_their_numbers(index):
    lines = frequencies_plot(frequencies(index), 40).lines(14)
    assert [line.split() for line in lines] == [
        ["liang", "zhao"],
        ["emotion", "6", "█" * 14, "4", "█" * 7, "2"],
        ["work", "2", "███▌", "1", "███▌", "1"],
    ]


def test_cases_that_do_not_fit_beside_each_other_stand_below_each_other(index):
    data = over_time(index)
    assert [[panel.case for panel in band] for band in plots_in_width(data, 40, 20)] == [["liang"], ["zhao"]]
    assert len(plots_in_width(data, 80, 20)) == 1


def test_an_expression_on_documents_leaves_months_without_them_as_no_data(index):
    data = over_time(index, Filters(where="kind:interview and code:work"))
    assert counts(data)["liang"] == {"emotion": [0, None, 0], "work": [1, None, 0]}
    assert counts(data)["zhao"]["work"] == [None, None, None]
