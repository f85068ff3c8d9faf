"""Who speaks where several are called alike: matrices, filters and rates go by whom a document names."""

import pytest
from builders import apply, make_project, open_index, transcript, write_events

from qualcode.analysis.choosing import chosen
from qualcode.analysis.filters import Filters
from qualcode.analysis.matrix import matrix
from qualcode.core.project import Participant, ProjectInfo
from qualcode.core.query import BadQuery

GROUP = "ML: We left early.\n\nMZ: I ring every Sunday evening.\n\nGZ: They ring.\n"  # 3, 5 and 2 words
HOME = "Mother: I count the days.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """A focus group of two mothers who are both called Mother and a grandmother who says nothing that is coded."""
    project = make_project(
        tmp_path_factory.mktemp("people") / "p",
        {
            "group": transcript(GROUP, speakers={"ML": "m-liang", "MZ": "m-zhao", "GZ": "g-wu"}),
            "home": transcript(HOME, case="zhao", speakers={"Mother": ""}),
        },
        cases={"liang": {"away": "yes"}, "zhao": {"away": "no"}, "wu": {"away": "yes"}},
        participants=[
            {"id": "m-liang", "name": "Mother", "role": "mother", "case": "liang"},
            {"id": "m-zhao", "name": "Mother", "role": "mother", "case": "zhao"},
            {"id": "g-wu", "name": "Grandmother", "role": "grandmother", "case": "wu"},
        ],
    )
    write_events(
        project, "c1", "group", [apply(1, GROUP, "We left early."), apply(2, GROUP, "I ring every Sunday evening.")]
    )
    write_events(project, "c1", "home", [apply(3, HOME, "I count the days.")])
    found = open_index(project, in_memory=True)
    yield found
    found.close()


def row(made, label):
    return next(tuple(values) for name, *values in made if name == label)


def test_rates_go_by_the_words_of_the_case_of_whom_the_document_names(index):
    made = matrix(index, "code", "case", "segments", per="1words")
    assert made.columns == ("code", "liang", "zhao", "wu", "total")
    assert row(made, "emotion/longing") == pytest.approx((0.33, 0.22, 0.0, 0.21), abs=0.005)  # 1/3, 2/(5+4), 0/2, 3/14


def test_participants_who_are_called_alike_are_told_apart_by_whom_the_document_names(index):
    made = matrix(index, "code", "participant")
    assert made.columns == ("code", "m-liang", "m-zhao", "Grandmother", "total")
    assert row(made, "emotion/longing") == (1, 2, 0, 3)
    assert row(matrix(index, "code", "participant", per="1words"), "emotion/longing") == pytest.approx(
        (0.33, 0.22, 0.0, 0.21), abs=0.005
    )


def test_an_attribute_of_a_case_that_speaks_but_is_not_coded_counts_its_text(index):
    made = matrix(index, "code", "attr:away", "segments", per="1words")
    assert made.columns == ("code", "no", "yes", "total")
    assert row(made, "emotion/longing") == pytest.approx((0.22, 0.2, 0.21), abs=0.005)  # 2/9, 1/(3+2), 3/14


def test_a_filter_on_a_participant_takes_the_one_whom_the_document_names(index):
    assert chosen(index, Filters(where="participant:m-zhao")).tolist() == [
        True,
        False,
        True,
    ]  # "home" stands first: it has a case


def test_a_name_that_several_participants_have_is_refused_with_their_ids(index):
    with pytest.raises(BadQuery, match="several participants are called 'Mother': m-liang, m-zhao; give the id"):
        chosen(index, Filters(where="participant:Mother"))


def test_an_unknown_participant_is_answered_with_the_nearest(index):
    with pytest.raises(BadQuery, match="did you mean: g-wu"):
        chosen(index, Filters(where="participant:g-wo"))


def test_a_label_stands_for_the_one_so_called_of_the_documents_case():
    mothers = tuple(Participant(f"m-{case}", "Mother", "mother", case) for case in ("liang", "zhao"))
    project = ProjectInfo("A study", participants=mothers)
    assert project.participant_for("Mother", case="zhao") == mothers[1]
    assert project.participant_for("Mother", case="wu") == mothers[0]
    assert project.participant_for("Mother", "m-liang", "zhao") == mothers[0]
    assert project.participant_for("") is None
