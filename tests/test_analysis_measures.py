"""What the cells of a matrix show: by hand, and against counting one by one on a seeded random project."""

import pytest
from builders import apply, edit, make_project, open_index, transcript, write_events
from test_analysis_cooccurrence import random_project

from qualcode.analysis.filters import Filters
from qualcode.analysis.matrix import matrix
from qualcode.analysis.segments import segments
from qualcode.core.document import Body
from qualcode.errors import BadOption, UnknownName

ONE = "Ma: Ring me soon.\n\nMei: I say nothing now.\n\nMei: Later.\n"  # said: 13 + 18 + 6 = 37 code points, 3 + 4 + 1 words
TWO = "Mei: Snow.\n"
ASKED = "R: Who calls?\n\nMa: I do.\n\nR: And then?\n\nMa: Silence. Nothing.\n\nMei: Snow.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """longing: 'I say' and 'say nothing' overlap in d1 by c1, 'Snow' in d2; work: 'Ring me soon' by c2."""
    project = make_project(
        tmp_path_factory.mktemp("measures") / "p",
        {
            "d1": transcript(ONE, case="zhao", kind="interview", date="2009-03-02", language="en"),
            "d2": transcript(TWO, case="liang", kind="chat", date="2009-06-30"),
            "d3": transcript(ASKED, case="liang", kind="interview"),
        },
        codes=["emotion", "emotion/longing", "work", "q", "q/calls", "q/after"],
        cases={"zhao": {"income": "900", "away": "yes"}, "liang": {"income": "4000"}, "wu": {"income": "about 7"}},
        participants=[{"id": "m", "name": "Mei", "role": "child"}, {"id": "ma", "name": "Ma", "role": "mother"}],
        attributes={"income": "text", "away": "yes/no"},
    )
    write_events(project, "c1", "d1", [apply(1, ONE, "I say"), apply(2, ONE, "say nothing")])
    write_events(project, "c2", "d1", [apply(3, ONE, "Ring me soon", "work")])
    write_events(project, "c1", "d2", [apply(4, TWO, "Snow")])
    write_events(
        project, "c1", "d3",
        [apply(5, ASKED, "Who calls?", "calls"), apply(6, ASKED, "And then?", "after"), apply(7, ASKED, "I do.", "work"),
         apply(8, ASKED, "Nothing.", "longing"), apply(9, ASKED, "Snow.", "emotion")],
    )  # fmt: skip
    found = open_index(project, in_memory=True)
    yield found
    found.close()


def table(made):
    return [tuple(made.columns), *(tuple(row) for row in made.with_totals())]


def test_a_row_of_totals_counts_a_document_once(index):
    made = matrix(index, cell="documents")
    assert table(made)[0] == ("code", "zhao", "liang", "wu", "total")
    assert table(made)[1:4] == [("emotion", 1, 2, 0, 3), ("emotion/longing", 1, 2, 0, 3), ("work", 1, 1, 0, 2)]
    assert table(made)[-1] == ("total", 1, 2, 0, 3)


def test_what_is_written_from_a_notebook_has_the_row_of_totals_as_on_the_command_line(index, tmp_path):
    made = matrix(index, "top-code", "case")
    made.to_csv(tmp_path / "m.csv", bom=False)
    assert (tmp_path / "m.csv").read_text("utf-8").splitlines()[-1] == "total,3,6,0,9"
    assert made.to_json().rstrip().endswith('{"top-code": "total", "zhao": 3, "liang": 6, "wu": 0, "total": 9}\n]')
    assert made.to_text().splitlines()[-1].split() == ["total", "3", "6", "0", "9"]
    assert "<td>total</td><td>3</td><td>6</td><td>0</td><td>9</td></tr></tbody>" in made._repr_html_()
    assert len(made) == len(made.to_dicts()) == 3


def test_an_attribute_may_have_signs_in_its_name_that_join_dimensions(tmp_path):
    project = make_project(
        tmp_path / "p",
        {"d1": transcript(TWO, case="zhao"), "d2": transcript(TWO, case="liang")},
        cases={"zhao": {"a:b+c": "3"}, "liang": {"a:b+c": "x"}},
        participants=[{"id": "m", "name": "Mei", "role": "child"}],
    )
    write_events(project, "c1", "d1", [apply(1, TWO, "Snow", "work")])
    write_events(project, "c1", "d2", [apply(2, TWO, "Snow", "work")])
    index = open_index(project, in_memory=True)
    assert table(matrix(index, "attr:a:b+c", "role"))[1:] == [("3", 1, 1), ("x", 1, 1), ("total", 2, 2)]
    assert matrix(index, "role+attr:a:b+c:0,5+case", "code").row_labels == [
        "child · 0 to under 5 · zhao", "child · (not a number) · liang"
    ]  # fmt: skip


def test_no_text_at_all_is_no_measure(index):
    with pytest.raises(BadOption, match="'0words' is no amount of text"):
        matrix(index, per="0words")


@pytest.mark.parametrize(
    ("cell", "emotion", "total"),
    [
        ("segments", (2, 3, 0, 5), (3, 6, 0, 9)),
        ("cases", (1, 1, 0, 2), (1, 1, 0, 2)),
        ("turns", (1, 3, 0, 4), (2, 6, 0, 8)),
        ("words", (4, 3, 0, 7), (7, 9, 0, 16)),
        ("chars", (16, 17, 0, 33), (28, 41, 0, 69)),
        ("present", (1, 1, 0, 2), (3, 6, 0, 9)),
        ("first-date", ("2009-03-02", "2009-06-30", "", "2009-03-02"), ("2009-03-02", "2009-06-30", "", "2009-03-02")),
    ],
)
def test_measures(index, cell, emotion, total):
    made = matrix(index, cell=cell)
    assert table(made)[1][1:] == emotion
    if cell != "present":
        assert table(made)[-1][1:] == total


def test_present_totals_say_in_how_many_columns_a_row_has_anything(index):
    assert [row["total"] for row in matrix(index, cell="present")] == [2, 2, 2, 1, 1, 1]


def test_coverage_counts_overlapping_codings_once_and_is_measured_against_what_is_said(index):
    """'I say nothing' is 13 of the 37 code points said in zhao's document, and of Mei's 24."""
    assert matrix(index, cell="coverage").values[1][0] == round(100 * 13 / 37, 4)
    by_role = matrix(index, "code", "role", "coverage", Filters(case="zhao"))
    assert by_role.values[1][by_role.col_labels.index("child")] == round(100 * 13 / 24, 4)
    assert by_role.values[1][by_role.col_labels.index("mother")] == 0


def test_coverage_of_no_text_at_all_is_nothing_not_zero(index):
    assert matrix(index, cell="coverage").values[1][2] is None


def test_all_of_a_text_coded_is_a_hundred_per_cent(index):
    made = matrix(index, "document", "coder", "coverage", Filters(document="d2"))
    assert made.values[0][0] == round(100 * 4 / 5, 4)


def test_amounts_per_thousand_words_go_by_the_words_of_the_cells_text(index):
    """zhao's text has 8 words, of which Mei says 5."""
    assert matrix(index, per="1000words").values[1][0] == 2 / 8 * 1000
    made = matrix(index, "code", "role", per="1000words", filters=Filters(case="zhao"))
    assert made.values[1][made.col_labels.index("child")] == 2 / 5 * 1000
    assert matrix(index, per="1000words").values[1][2] is None
    assert matrix(index, "code", "coder", per="100words", filters=Filters(case="zhao")).values[1][0] == 2 / 8 * 100


@pytest.mark.parametrize(
    ("percent", "first", "totals"),
    [("row", [66.6667, 33.3333], (100.0, [66.6667, 33.3333])), ("col", [100.0, 100.0], (100.0, [100.0, 100.0])),
     ("total", [66.6667, 33.3333], (100.0, [66.6667, 33.3333]))],
)  # fmt: skip
def test_percentages(index, percent, first, totals):
    made = matrix(index, "code", "case", percent=percent, filters=Filters(code="longing", where="date:2009"))
    assert made.values[0][:2] == first
    assert (made.row_totals[0], made.col_totals[:2]) == totals


def test_an_empty_row_has_no_percentages(index):
    assert matrix(index, percent="row", filters=Filters(where="code:longing")).values[2] == [None, None, None]


def test_quotes_stand_with_their_citation_a_blank_line_between(index):
    made = matrix(index, cell="quotes")
    assert made.values[1][0] == "I say (Mei, interview, 2009-03-02)\n\nsay nothing (Mei, interview, 2009-03-02)"
    assert made.row_totals[1] == 4


def test_one_row_a_quote_names_row_and_column(index):
    made = matrix(index, filters=Filters(code="longing")).long()
    assert made.columns[:3] == ("matrix_code", "matrix_case", "coding_id")
    assert [(row[0], row[1], row["text"]) for row in made] == [
        ("emotion/longing", "zhao", "I say"), ("emotion/longing", "zhao", "say nothing"), ("emotion/longing", "liang", "Snow"),
        ("emotion/longing", "liang", "Nothing."),
    ]  # fmt: skip


def test_summaries_are_the_newest_memos_about_case_and_code(tmp_path):
    from qualcode.session import Session

    project = make_project(tmp_path / "p", {"d1": transcript(ONE, case="zhao")}, cases=["zhao"])
    with Session(project, "c1") as session:
        session.new_memo(
            "Old", about="case:zhao code:longing", kind="summary", text="First thoughts.", day="2026-01-01"
        )
        session.new_memo("New", about="case:zhao code:longing", kind="summary", text="She waits.", day="2026-02-01")
        made = matrix(session.index, cell="summaries")
        assert made.values[made.row_labels.index("emotion/longing")] == ["She waits."]
        assert matrix(session.index, "case", "code", "summaries").values[0][1] == "She waits."
        with pytest.raises(BadOption, match="about a case and a code"):
            matrix(session.index, "role", "case", "summaries")


def test_a_summary_is_one_in_the_matrix_as_in_the_framework_however_its_kind_is_written(tmp_path):
    from qualcode.analysis.framework import framework

    project = make_project(tmp_path / "p", {"d1": transcript(ONE, case="zhao")}, codes=["longing"], cases=["zhao"])
    project.memos.mkdir()
    edit(
        project.memos / "cell.md",
        "---\ntitle: Cell\nabout: {case: zhao, code: longing}\nkind: Summary\ndate: 2026-01-01\n---\nShe waits.\n",
    )
    found = open_index(project)
    in_framework = framework(found).cell("zhao", "longing").summary.strip()
    assert matrix(found, cell="summaries").values == [[in_framework]] == [["She waits."]]


@pytest.mark.parametrize(
    ("spec", "labels"),
    [
        ("top-code", ["emotion", "work", "q"]),
        ("participant", ["Mei", "Ma", "(no participant)"]),
        ("month", ["2009-03", "2009-06", "(no month)"]),
        ("quarter", ["2009-Q1", "2009-Q2", "(no quarter)"]),
        ("year", ["2009", "(no year)"]),
        ("language", ["en", "(no language)"]),
        ("attr:income", ["900", "4000", "about 7"]),
        ("attr:income:0,1000,4000", ["under 0", "0 to under 1000", "1000 to under 4000", "4000 or more"]),
        ("attr:away", ["yes", "(no away)"]),
        ("turn-of:q", ["q", "q/calls", "q/after", "(no turn-of:q)"]),
        ("kind+coder", ["chat · c1", "interview · c1", "interview · c2"]),
    ],
)
def test_dimensions_in_their_natural_order(index, spec, labels):
    made = matrix(index, spec, "coder" if "coder" not in spec else "case")
    assert [label.replace("question", "turn-of:q") for label in made.row_labels] == labels


def test_an_answer_belongs_to_the_marked_question_before_it(index):
    made = matrix(index, "turn-of:q", "code", filters=Filters(document="d3", exact=True))
    codes = made.col_labels
    by_question = {
        made.row_labels[r]: {codes[c] for c, value in enumerate(row) if value} for r, row in enumerate(made.values)
    }
    assert by_question["q/calls"] == {"q/calls", "work"}
    assert by_question["q/after"] == {"q/after", "emotion/longing", "emotion"}


def test_several_dimensions_joined_keep_every_combination_that_speaks(index):
    made = matrix(index, "case+role", "code")
    assert made.row_labels == ["zhao · child", "zhao · mother", "liang · child", "liang · mother", "liang · (no role)"]
    assert made.values[0][:2] == [2, 2]


def test_a_code_joined_with_a_role_rolls_its_sub_codes_up(index):
    made = matrix(index, "code+role", "case")
    values = dict(zip(made.row_labels, made.values, strict=True))
    assert values["emotion · child"] == [2, 2, 0]
    assert values["emotion/longing · child"] == [2, 1, 0]
    assert [row["text"] for row in made.quotes(made.row_labels.index("emotion · child"), 1)] == ["Snow", "Snow."]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rows": "rol"}, "did you mean role"),
        ({"rows": "code+role", "cols": "code"}, "A coding has one code"),
        ({"rows": "case+case"}, "twice"),
        ({"rows": "attr:income:5,3"}, "ascending numbers"),
        ({"percent": "rows"}, "row, col, total"),
        ({"per": "many"}, "1000words"),
        ({"percent": "row", "per": "1000words"}, "makes no number"),
        ({"percent": "row", "cell": "quotes"}, "makes no number"),
        ({"cell": "jaccard"}, "codes by codes"),
        ({"relation": "overlap"}, "between codes"),
        ({"rows": "code", "cols": "code", "percent": "row"}, "no percentages"),
    ],
)
def test_what_makes_no_sense_is_refused(index, options, message):
    with pytest.raises(BadOption, match=message):
        matrix(index, **options)


def test_an_unknown_attribute_is_answered_with_the_nearest(index):
    with pytest.raises(UnknownName, match="income"):
        matrix(index, rows="attr:incom")


def test_other_views_of_a_matrix_keep_their_numbers_and_quotes(index):
    made = matrix(index)
    turned = made.transposed()
    assert turned.values == [list(column) for column in zip(*made.values, strict=True)]
    assert (turned.row_totals, turned.col_totals, turned.grand_total) == (
        made.col_totals,
        made.row_totals,
        made.grand_total,
    )
    assert [row["text"] for row in turned.quotes(0, 1)] == [row["text"] for row in made.quotes(1, 0)]
    by_total = made.sorted_by(None)
    assert by_total.row_labels == ["emotion", "emotion/longing", "work", "q", "q/calls", "q/after"]
    assert made.sorted_by(1).row_labels[:2] == ["emotion", "emotion/longing"]
    assert made.without_empty().col_labels == ["zhao", "liang"]
    assert [row["text"] for row in made.without_empty().quotes(2, 0)] == ["Ring me soon"]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("exact", [False, True], ids=["with sub-codes", "exact"])
@pytest.mark.parametrize("rows", ["code", "top-code", "code+speaker"])
def test_every_number_is_that_of_counting_one_by_one(tmp_path, seed, exact, rows):
    project, texts = random_project(tmp_path / "p", seed)
    index = open_index(project, in_memory=True)
    bodies = {name: Body(text) for name, text in texts.items()}
    every = segments(index)
    book = index.codebook

    def turns(row):
        body = bodies[row["document"]]
        first = max(0, body.turn_index(row["start"]))
        return {(row["document"], n) for n in range(first, max(first, body.turn_index(row["end"] - 1)) + 1)}

    def measure(found, cell):
        return {
            "segments": len(found), "documents": len({row["document"] for row in found}), "cases": len({row["case"] for row in found}),
            "turns": len(set().union(*map(turns, found))), "words": sum(row["words"] for row in found),
            "chars": sum(row["end"] - row["start"] for row in found), "present": int(bool(found)),
        }[cell]  # fmt: skip

    for cell in ("segments", "documents", "cases", "turns", "words", "chars", "present"):
        made = matrix(index, rows, "case", cell, Filters(exact=exact))
        for r, key in enumerate(made.row_keys):
            code, _, speaker = key.partition("\x1f")
            below = {code} if exact and rows != "top-code" else set(book.with_descendants(code))
            of_row = [row for row in every if row["code_id"] in below and (not speaker or row["speaker"] == speaker)]
            for c, case in enumerate(made.col_keys):
                found = [row for row in of_row if row["case"] == case]
                assert made.values[r][c] == measure(found, cell)
                assert [row["coding_id"] for row in made.quotes(r, c)] == [row["coding_id"] for row in found]
            if cell != "present":
                assert made.row_totals[r] == measure(of_row, cell)


@pytest.mark.parametrize("seed", range(6))
def test_coverage_is_that_of_marking_every_sign(tmp_path, seed):
    project, texts = random_project(tmp_path / "p", seed)
    index = open_index(project, in_memory=True)
    made = matrix(index, "code", "speaker", "coverage")
    for r, code in enumerate(made.row_keys):
        below = set(index.codebook.with_descendants(code))
        marked = {
            (row["document"], at)
            for row in segments(index)
            if row["code_id"] in below
            for at in range(row["start"], row["end"])
        }
        for c, speaker in enumerate(made.col_keys):
            said = {(name, at) for name, text in texts.items() for turn in Body(text).turns if turn.speaker == speaker
                    for at in range(turn.text_start, turn.end)}  # fmt: skip
            assert made.values[r][c] == (round(100 * len(said & marked) / len(said), 4) if said else None)
