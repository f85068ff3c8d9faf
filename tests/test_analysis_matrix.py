"""Comparison matrices, against a project that was counted by hand."""

import itertools

import pytest
from builders import apply, event, make_project, open_index, transcript, write_events

from qualcode.analysis.filters import Filters
from qualcode.analysis.lists import cases
from qualcode.analysis.matrix import DIMENSIONS, matrix
from qualcode.analysis.segments import segments
from qualcode.errors import BadOption, UnknownName
from qualcode.session import Session

MEI = "Mei: I miss her. I am proud.\n"
LING = "Ling: I sew shoes. I miss him.\n"
NOTES = "Rain fell.\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Seven codings by two coders: five in case zhao or liang, one in notes without a case, one in a text since lost.

    d1 (zhao):  c1 longing 'I miss her', c1 pride 'I am proud', c1 emotion on both (6 words), c2 longing 'I miss her'
    d2 (liang): c1 work 'I sew shoes', c2 longing 'I miss him'
    d3 (none):  c2 work 'Rain'
    """
    project = make_project(
        tmp_path_factory.mktemp("matrix") / "p",
        {
            "d1": transcript(MEI, case="zhao", kind="interview"),
            "d2": transcript(LING, case="liang", kind="visit"),
            "d3": NOTES,
        },
        codes=["emotion", "emotion/longing", "emotion/pride", "work", "school"],
        cases=["zhao", "liang", "wu"],
        participants=[{"id": "p1", "name": "Mei", "role": "child"}, {"id": "p2", "name": "Ling", "role": "mother"}],
    )
    both = "I miss her. I am proud"
    write_events(
        project,
        "c1",
        "d1",
        [apply(1, MEI, "I miss her"), apply(2, MEI, "I am proud", "pride"), apply(3, MEI, both, "emotion")],
    )
    write_events(project, "c1", "d2", [apply(4, LING, "I sew shoes", "work")])
    write_events(project, "c2", "d1", [apply(5, MEI, "I miss her")])
    write_events(
        project, "c2", "d2", [apply(6, LING, "I miss him"), apply(7, LING, "Ling"), event(8, "remove", coding=7)]
    )
    write_events(project, "c2", "d3", [apply(9, NOTES, "Rain", "work")])
    return project


@pytest.fixture(scope="module")
def index(project):
    found = open_index(project, in_memory=True)
    yield found
    found.close()


def shown(made):
    return [made.columns, *(tuple(row) for row in made)]


# ------------------------------------------------------------------------------------ values


def test_segments_of_codes_by_cases(index):
    assert shown(matrix(index)) == [
        ("code", "zhao", "liang", "wu", "(no case)", "total"),
        ("emotion", 4, 1, 0, 0, 5),
        ("emotion/longing", 2, 1, 0, 0, 3),
        ("emotion/pride", 1, 0, 0, 0, 1),
        ("work", 0, 1, 0, 1, 2),
        ("school", 0, 0, 0, 0, 0),
    ]


def test_exact_counts_leave_sub_codes_out(index):
    assert shown(matrix(index, filters=Filters(exact=True)))[1:] == [
        ("emotion", 1, 0, 0, 0, 1),
        ("emotion/longing", 2, 1, 0, 0, 3),
        ("emotion/pride", 1, 0, 0, 0, 1),
        ("work", 0, 1, 0, 1, 2),
        ("school", 0, 0, 0, 0, 0),
    ]


def test_documents_are_counted_once_in_cells_and_totals(index):
    assert shown(matrix(index, cell="documents"))[1:] == [
        ("emotion", 1, 1, 0, 0, 2),
        ("emotion/longing", 1, 1, 0, 0, 2),
        ("emotion/pride", 1, 0, 0, 0, 1),
        ("work", 0, 1, 0, 1, 2),
        ("school", 0, 0, 0, 0, 0),
    ]


def test_words_of_all_quotes_are_added_up(index):
    assert shown(matrix(index, cell="words"))[1:] == [
        ("emotion", 15, 3, 0, 0, 18),
        ("emotion/longing", 6, 3, 0, 0, 9),
        ("emotion/pride", 3, 0, 0, 0, 3),
        ("work", 0, 3, 0, 1, 4),
        ("school", 0, 0, 0, 0, 0),
    ]


def test_totals_of_rows_over_code_columns_count_each_coding_once(index):
    assert shown(matrix(index, "case", "code")) == [
        ("case", "emotion", "emotion/longing", "emotion/pride", "work", "school", "total"),
        ("zhao", 4, 2, 1, 0, 0, 4),
        ("liang", 1, 1, 0, 1, 0, 2),
        ("wu", 0, 0, 0, 0, 0, 0),
        ("(no case)", 0, 0, 0, 1, 0, 1),
    ]


def test_coders_by_documents(index):
    assert shown(matrix(index, "coder", "document")) == [
        ("coder", "d1", "d2", "d3", "total"),
        ("c1", 3, 1, 0, 4),
        ("c2", 1, 1, 1, 3),
    ]


def test_roles_by_kinds(index):
    assert shown(matrix(index, "role", "kind")) == [
        ("role", "interview", "visit", "(no kind)", "total"),
        ("child", 4, 0, 0, 4),
        ("mother", 0, 2, 0, 2),
        ("(no role)", 0, 0, 1, 1),
    ]


def test_speakers_by_coders_in_words(index):
    assert shown(matrix(index, "speaker", "coder", cell="words")) == [
        ("speaker", "c1", "c2", "total"),
        ("Mei", 12, 3, 15),
        ("Ling", 3, 3, 6),
        ("(no speaker)", 0, 1, 1),
    ]


@pytest.mark.parametrize(
    ("filters", "totals"),
    [
        pytest.param(Filters(coder="c1"), [3, 1, 1, 1, 0], id="coder"),
        pytest.param(Filters(case="zhao"), [4, 2, 1, 0, 0], id="case"),
        pytest.param(Filters(case="(no case)"), [0, 0, 0, 1, 0], id="no case"),
        pytest.param(Filters(text="MISS"), [4, 3, 0, 0, 0], id="text"),
        pytest.param(Filters(role="mother", kind="visit"), [1, 1, 0, 1, 0], id="role and kind"),
    ],
)
def test_filters_narrow_what_is_counted(index, filters, totals):
    assert [row["total"] for row in matrix(index, filters=filters)] == totals


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("emotion", [("emotion", 5), ("emotion/longing", 3), ("emotion/pride", 1)]),
        ("longing", [("emotion/longing", 3)]),
    ],
    ids=["with sub-codes", "without"],
)
def test_a_filter_on_the_code_leaves_its_rows(index, code, expected):
    assert [(row["code"], row["total"]) for row in matrix(index, filters=Filters(code=code))] == expected


def test_a_filter_on_the_columns_leaves_that_column(index):
    assert matrix(index, filters=Filters(case="zhao")).columns == ("code", "zhao", "total")


# ------------------------------------------------------------------------------------ the quotes behind the numbers


def measured(quotes, cell):
    if cell == "words":
        return sum(row["words"] for row in quotes)
    return len({row["document"] for row in quotes}) if cell == "documents" else len(quotes)


def assert_every_number_has_its_quotes(made):
    for row, values in enumerate(made):
        for col, value in enumerate(values[1:-1]):
            assert measured(made.quotes(row, col), made.cell) == value
        assert measured(made.quotes(row, None), made.cell) == values[-1]


@pytest.mark.parametrize("exact", [False, True], ids=["with sub-codes", "exact"])
@pytest.mark.parametrize("cell", ["segments", "documents", "words"])
@pytest.mark.parametrize("rows", DIMENSIONS)
def test_every_cell_leads_to_the_quotes_that_it_counts(index, rows, cell, exact):
    for cols in DIMENSIONS:
        if cols != rows:
            assert_every_number_has_its_quotes(matrix(index, rows, cols, cell, Filters(exact=exact)))


@pytest.mark.parametrize(
    "filters",
    [Filters(code="emotion"), Filters(coder="c2"), Filters(text="miss"), Filters(role="child")],
    ids=["code", "coder", "text", "role"],
)
def test_every_cell_of_a_filtered_matrix_leads_to_its_quotes(index, filters):
    for rows, cols in itertools.permutations(DIMENSIONS, 2):
        assert_every_number_has_its_quotes(matrix(index, rows, cols, filters=filters))


def test_the_quotes_of_a_cell_are_the_passages(index):
    assert [row["text"] for row in matrix(index).quotes(1, 0)] == ["I miss her", "I miss her"]
    assert [row["text"] for row in matrix(index).quotes(3, 3)] == ["Rain"]


# ------------------------------------------------------------------------------------ codes that changed


def codes_and_totals(index, **filters):
    return [(row["code"], row["total"]) for row in matrix(index, filters=Filters(**filters))]


def coded_project(folder, codes, *events):
    project = make_project(folder, {"d1": MEI}, codes=codes)
    write_events(project, "c1", "d1", events)
    return open_index(project, in_memory=True)


def test_codings_of_a_merged_code_count_for_the_code_it_was_merged_into(tmp_path):
    index = coded_project(
        tmp_path / "p", {"longing": {}, "missing": {"merged_into": "longing"}},
        apply(1, MEI, "I miss her", "missing"), apply(2, MEI, "I am proud", "longing"),
    )  # fmt: skip
    assert codes_and_totals(index) == [("longing", 2)]


def test_asking_for_a_merged_code_gives_the_codings_of_the_code_it_was_merged_into(tmp_path):
    index = coded_project(
        tmp_path / "p", {"longing": {}, "missing": {"merged_into": "longing"}}, apply(1, MEI, "I miss her", "missing")
    )
    assert codes_and_totals(index, code="missing") == [("longing", 1)]


def test_a_code_that_left_the_codebook_is_still_counted(tmp_path):
    index = coded_project(tmp_path / "p", ["work"], apply(1, MEI, "I miss her", "gone"))
    assert codes_and_totals(index) == [("work", 0), ("gone", 1)]


def test_a_code_that_left_the_codebook_is_told_from_one_that_took_its_name(tmp_path):
    index = coded_project(
        tmp_path / "p",
        {"new": {"name": "longing"}},
        apply(1, MEI, "I miss her", "longing"),
        apply(2, MEI, "I am proud", "new"),
    )
    made = matrix(index)
    assert codes_and_totals(index) == [("longing", 1), ("longing", 1)]
    assert [[row["text"] for row in made.quotes(number, None)] for number in (0, 1)] == [["I am proud"], ["I miss her"]]


# ------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rows": "colour"}, "no dimension 'colour'; there are: code, top-code, case, document"),
        ({"rows": "case", "cols": "case"}, "both 'case'"),
        ({"cell": "hours"}, "cannot show 'hours'; it can show: segments, documents, cases"),
    ],
    ids=["dimension", "twice the same", "cell"],
)
def test_what_a_matrix_cannot_do_is_refused(index, options, message):
    with pytest.raises(BadOption, match=message):
        matrix(index, **options)


@pytest.mark.parametrize("name", ["code", "case", "document", "speaker", "role", "kind", "coder"])
def test_a_filter_by_an_unknown_name_is_refused(index, name):
    with pytest.raises(UnknownName, match="nobody"):
        matrix(index, filters=Filters(**{name: "nobody"}))


def test_a_focus_group_counts_by_the_case_of_whoever_speaks(tmp_path):
    project = make_project(
        tmp_path / "p",
        {
            "group": transcript(
                "An: I miss her.\nBo: I miss him.\nCi: Rain.\n", speakers={"An": "an", "Bo": "bo", "Ci": ""}
            ),
            "own": transcript("Bo: My hands hurt.\n", case="zhao", speakers={"Bo": "bo"}),
        },
        cases=["liang", "zhao"],
        participants=[{"id": "an", "name": "An", "case": "liang"}, {"id": "bo", "name": "Bo", "case": "zhao"}],
    )
    with Session(project, "c1") as session:
        for document, quote in (
            ("group", "I miss her."),
            ("group", "I miss him."),
            ("group", "Rain."),
            ("own", "My hands hurt."),
        ):
            session.code(document, quote=quote, code="work")
        (row,) = [row for row in matrix(session.index, "code", "case").rows if row[0] == "work"]
        assert list(row[1:]) == [1, 2, 1, 4]
        assert {row["text"] for row in segments(session.index, Filters(case="zhao"))} == {
            "I miss him.",
            "My hands hurt.",
        }
        assert {row["case"]: (row["documents"], row["segments"]) for row in cases(session.index)} == {
            "liang": (1, 1),
            "zhao": (2, 2),
        }
