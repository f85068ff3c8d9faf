"""Coding all that was found, as one step."""

import pytest
from builders import events_on_disk, make_project, transcript
from screens import codings

from qualcode.errors import BadSpan, UnknownName
from qualcode.session import Session
from qualcode.session.coding_all import CodedAll

D1 = "Mei: I miss her. I miss him.\n"
D2 = "Bo: I miss home.\n"
HER, HIM, HOME = ("d1", 5, 16, "I miss her."), ("d1", 17, 28, "I miss him."), ("d2", 4, 16, "I miss home.")


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript(D1), "d2": transcript(D2)})


def test_all_passages_are_coded_in_one_step(project):
    with Session(project, "c1") as session:
        assert session.code_all([HER, HIM, HOME], "longing") == CodedAll("emotion/longing", 3, 2, 0)
    assert [quote for quote, _, _ in codings(project)] == ["I miss her.", "I miss him."]
    assert codings(project, document="d2") == [("I miss home.", "longing", "")]
    batches = {event.batch for document in ("d1", "d2") for event in events_on_disk(project, "c1", document)}
    assert len(batches) == 1
    assert "" not in batches


def test_one_undo_takes_all_back_and_one_redo_brings_all_again(project):
    with Session(project, "c1") as session:
        session.code_all([HER, HIM, HOME], "longing")
        session.undo()
        assert (codings(project), codings(project, document="d2")) == ([], [])
        session.redo()
    assert len(codings(project)) + len(codings(project, document="d2")) == 3


def test_passages_that_have_the_code_from_the_same_coder_are_left_as_they_are(project):
    with Session(project, "c1") as session:
        session.code("d1", 5, 28, "longing")  # covers both
        session.code("d2", 4, 16, "work")
        assert session.code_all([HER, HIM, HOME], "longing") == CodedAll("emotion/longing", 1, 1, 2)


def test_what_another_coder_coded_does_not_count_as_coded(project):
    with Session(project, "c2") as other:
        other.code("d1", 5, 16, "longing")
    with Session(project, "c1") as session:
        assert session.code_all([HER], "longing").coded == 1


def test_the_same_passage_twice_is_coded_once(project):
    with Session(project, "c1") as session:
        assert session.code_all([HER, HER], "longing") == CodedAll("emotion/longing", 1, 1, 0)
    assert len(codings(project)) == 1


def test_a_dry_run_writes_nothing(project):
    with Session(project, "c1") as session:
        assert session.code_all([HER, HOME], "longing", dry_run=True) == CodedAll("emotion/longing", 2, 2, 0)
    assert not project.coding_file("c1", "d1").exists()


def test_nothing_is_coded_where_one_text_has_other_words_there_by_now(project):
    with Session(project, "c1") as session, pytest.raises(BadSpan, match="so nothing was coded"):
        session.code_all([HOME, ("d1", 5, 16, "I miss you.")], "longing")
    assert not project.coding_file("c1", "d2").exists()


@pytest.mark.parametrize(
    "passage", [("d1", 5, 5, ""), ("d1", -3, -1, "m."), ("d1", 20, 99, "x")], ids=["empty", "before", "beyond"]
)
def test_a_passage_that_is_none_is_refused(project, passage):
    with Session(project, "c1") as session, pytest.raises(BadSpan):
        session.code_all([passage], "longing")


def test_an_unknown_code_is_refused(project):
    with Session(project, "c1") as session, pytest.raises(UnknownName):
        session.code_all([HER], "joy")


def test_it_says_what_it_did():
    assert (
        str(CodedAll("emotion/longing", 3, 2, 1))
        == "emotion/longing on 3 passages in 2 documents (1 had it from you already)"
    )
    assert str(CodedAll("work", 0, 0, 0)) == "work on 0 passages"
    assert str(CodedAll("work", 1, 1, 0)) == "work on 1 passage in 1 document"
