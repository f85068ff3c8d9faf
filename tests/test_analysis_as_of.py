"""The project as it stood at a moment, and two moments side by side."""

import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest
from builders import answers, edit, fresh_answers, make_project, transcript, write_events
from hypothesis import given, settings
from hypothesis import strategies as st

import qualcode
from qualcode.analysis import lists
from qualcode.analysis.as_of import as_of, moment_of
from qualcode.analysis.audit import audit
from qualcode.analysis.matrix import matrix
from qualcode.analysis.milestone_diff import difference
from qualcode.analysis.segments import segments
from qualcode.core.moments import Moment
from qualcode.errors import BadOption, CannotUndo, QualcodeError
from qualcode.session import Session

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"
CODES = ("emotion", "emotion/longing", "emotion/pride", "work", "work/shoes")


def study(folder):
    documents = {
        "d1": transcript(BODY, title="At home", case="liang"),
        "d2": transcript("Mei: 我想妈妈。\n", case="zhao"),
    }
    return make_project(folder, documents, codes=CODES, cases=["liang", "zhao"])


@pytest.fixture
def project(tmp_path):
    return study(tmp_path / "p")


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        yield found


def newest(index):
    """The moment of the newest event."""
    rows = index.rows("SELECT at, id FROM event ORDER BY id DESC LIMIT 1")
    return Moment(*rows[0]) if rows else Moment("0")


def picture(index):
    """All that a reader of tables can see, byte for byte."""
    tables = (segments(index), lists.codes(index), matrix(index), matrix(index, "coder", "document"), audit(index))
    return [table.csv_text() for table in tables]


# ------------------------------------------------------------------ as it was indexed then

CODE_NAMES = st.sampled_from(["emotion", "longing", "pride", "work", "shoes", "new-a", "new-b"])
PLACES = st.sampled_from([("d1", 5, 15), ("d1", 7, 20), ("d1", 7, 15), ("d1", 30, 40), ("d2", 5, 8)])
NUMBER = st.integers(0, 5)


def newest_codings(session):
    return [row[0] for row in session.index.rows("SELECT id FROM coding WHERE coder = ? ORDER BY id", [session.coder])]


def pick(found, number):
    return found[number % len(found)] if found else "none"


STEPS = st.one_of(
    st.tuples(st.just("code"), PLACES, CODE_NAMES).map(lambda v: lambda s: s.code(*v[1], v[2])),
    st.tuples(NUMBER).map(lambda v: lambda s: s.uncode(pick(newest_codings(s), v[0]))),
    st.tuples(NUMBER).map(lambda v: lambda s: s.note(pick(newest_codings(s), v[0]), f"note {v[0]}")),
    st.tuples(NUMBER, CODE_NAMES).map(lambda v: lambda s: s.recode(pick(newest_codings(s), v[0]), v[1])),
    st.tuples(CODE_NAMES, CODE_NAMES).map(lambda v: lambda s: s.merge_codes(*v)),
    st.tuples(CODE_NAMES, st.sampled_from(["Ann", "Bob"])).map(lambda v: lambda s: s.rename_code(*v)),
    st.tuples(CODE_NAMES, CODE_NAMES).map(lambda v: lambda s: s.move_code(*v)),
    st.tuples(CODE_NAMES, st.sampled_from(["up", "down", "indent", "outdent"])).map(
        lambda v: lambda s: s.shift_code(*v)
    ),
    CODE_NAMES.map(lambda v: lambda s: s.delete_code(v)),
    CODE_NAMES.map(lambda v: lambda s: s.edit_code(v, definition="Read again.")),
    st.tuples(st.sampled_from(["new-a", "new-b"]), CODE_NAMES).map(lambda v: lambda s: s.add_code(*v)),
    st.just(lambda s: s.undo()),
    st.just(lambda s: s.redo()),
    NUMBER.map(lambda v: lambda s: s.take_back(audit(s.index)[-1 - v % len(audit(s.index))]["event_id"])),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["c1", "c2"]), STEPS), min_size=2, max_size=14))
def test_the_project_as_of_a_moment_is_the_project_as_it_was_indexed_then(steps):
    with tempfile.TemporaryDirectory() as folder:
        project = study(Path(folder) / "p")
        with Session(project, "c1") as one, Session(project, "c2") as two:
            sessions, seen = {"c1": one, "c2": two}, []
            for coder, step in steps:
                with suppress(QualcodeError, ZeroDivisionError):
                    step(sessions[coder])
                one.index.refresh()
                two.index.refresh()
                seen.append((newest(one.index), picture(one.index)))
            for moment, then in seen:
                past = as_of(one.index, moment)
                assert picture(past) == then
                past.close()


@settings(max_examples=60)
@given(st.lists(STEPS, min_size=2, max_size=14), NUMBER)
def test_going_back_to_a_moment_gives_what_was_there_then_and_redo_what_is_there_now(steps, number):
    with tempfile.TemporaryDirectory() as folder, Session(study(Path(folder) / "p"), "c1") as session:
        seen = []
        session.notice_hand_edits()
        for step in steps:
            with suppress(QualcodeError, ZeroDivisionError):
                step(session)
            seen.append((newest(session.index), picture(session.index)[:-1]))
            time.sleep(0.002)
        moment, then = seen[-1 - number % len(seen)]
        with suppress(CannotUndo):
            text = session.undo_to(moment.at).text
            assert picture(session.index)[:-1] == then
            assert answers(session.index) == fresh_answers(session.folder)
            if "redo" in text:
                session.redo()
                assert picture(session.index)[:-1] == seen[-1][1]


# ------------------------------------------------------------------ one by one


def test_codings_made_later_are_not_there_and_those_removed_later_are(session):
    first = session.code("d1", 7, 15, "longing")
    moment = newest(session.index)
    session.uncode(first.id)
    session.code("d1", 0, 3, "work")
    assert [row["text"] for row in segments(as_of(session.index, moment))] == ["miss her"]
    assert [row["text"] for row in segments(session.index)] == ["Mei"]


def test_an_undo_that_came_later_does_not_count(session):
    session.code("d1", 7, 15, "longing")
    moment = newest(session.index)
    session.undo()
    assert len(segments(as_of(session.index, moment))) == 1


def test_codes_have_the_names_of_then(session):
    session.code("d1", 7, 15, "longing")
    moment = newest(session.index)
    session.rename_code("longing", "missing")
    assert segments(as_of(session.index, moment))[0]["code_path"] == "emotion/longing"


def test_a_merge_that_came_later_is_not_made(session):
    session.code("d1", 7, 15, "work")
    moment = newest(session.index)
    session.merge_codes("work", "longing")
    assert segments(as_of(session.index, moment))[0]["code"] == "work"


def test_siblings_stand_in_the_order_of_then(project, session):
    session.merge_codes("work", "emotion")
    with Session(project, "c2") as other:
        other.move_code("pride", "emotion")
    session.index.refresh()
    moment = newest(session.index)
    session.undo()
    assert [row["code_id"] for row in lists.codes(as_of(session.index, moment))] == [
        "emotion", "longing", "shoes", "pride",
    ]  # fmt: skip


def test_where_the_log_has_gaps_what_it_knows_is_taken_back(project, session):
    session.rename_code("longing", "missing")
    moment = newest(session.index)
    session.rename_code("missing", "yearning")
    edit(project.codebook_yaml, project.codebook_yaml.read_text("utf-8").replace("name: pride", "name: dignity"))
    session.index.refresh()
    paths = [row["code_path"] for row in lists.codes(as_of(session.index, moment))]
    assert "emotion/missing" in paths
    assert "emotion/dignity" in paths


def test_documents_and_cases_that_came_later_are_not_there(session, tmp_path):
    session.code("d1", 7, 15, "longing")
    moment = newest(session.index)
    time.sleep(0.002)
    (tmp_path / "talk.txt").write_text("Mei: Rain.\n")
    session.import_documents([tmp_path / "talk.txt"], case="sun")
    past = as_of(session.index, moment)
    assert [row["document"] for row in lists.documents(past)] == ["d1", "d2"]
    assert [row["case"] for row in lists.cases(past)] == ["liang", "zhao"]
    assert len(lists.documents(session.index)) == 3


def test_the_past_does_not_change_with_the_present_nor_the_present_with_the_past(project, session):
    session.code("d1", 7, 15, "longing")
    before = picture(session.index)
    past = as_of(session.index, newest(session.index))
    session.code("d1", 0, 3, "work")
    past.refresh()
    assert picture(past) == before
    assert len(segments(session.index)) == 2


def test_before_everything_there_is_nothing_coded(session):
    session.code("d1", 7, 15, "longing")
    assert len(segments(as_of(session.index, moment_of(session.index, "1999-12-31")))) == 0


def test_a_text_that_was_changed_since_is_that_of_today_and_quotes_are_placed_in_it(project, session):
    session.code("d1", 7, 15, "longing")
    moment = newest(session.index)
    session.note(audit(session.index)[0]["object"], "sad")
    edit(project.transcript("d1"), transcript("Ling: Oh.\n" + BODY, title="At home", case="liang"))
    session.index.refresh()
    (row,) = segments(as_of(session.index, moment))
    assert (row["anchor"], row["start"], row["note"]) == ("moved", 17, "")


def test_a_coder_of_whom_nothing_was_there_yet_is_not_there(project, session):
    session.code("d1", 7, 15, "longing")
    moment = newest(session.index)
    with Session(project, "c2") as other:
        other.code("d1", 7, 15, "longing")
    session.index.refresh()
    assert matrix(as_of(session.index, moment), "code", "coder").col_keys == ["c1"]


def test_a_notebook_reads_the_past(project, session):
    session.code("d1", 7, 15, "longing")
    session.milestone("first cycle")
    time.sleep(0.002)
    session.code("d1", 0, 3, "work")
    session.rename_code("work", "labour")
    with qualcode.open_project(project.root) as opened:
        past = opened.as_of("First cycle")
        assert [row["text"] for row in past.segments()] == ["miss her"]
        assert "work" in [row["code"] for row in past.codebook]
        assert past.matrix()[1]["liang"] == 1
        assert len(opened.segments()) == 2
        assert [row["milestone"] for row in opened.milestones] == ["first cycle"]


@pytest.mark.parametrize("text", ["soon", "", "2026-02-30"])
def test_what_is_no_moment_is_refused(session, text):
    with pytest.raises(BadOption):
        moment_of(session.index, text)


def test_a_name_that_is_no_milestone_is_refused_with_those_that_are(session):
    session.milestone("first cycle")
    with pytest.raises(BadOption, match="'first cycle'"):
        moment_of(session.index, "frist cycle")


def test_a_log_with_odd_milestones_breaks_nothing(project):
    from builders import AT, event_id

    from qualcode.analysis.milestones import milestone_table
    from qualcode.core.events import Event

    odd = [7, "x", [1], {"codings": "many"}, None]
    write_events(project, "c9", "", [
        Event(event_id(n), AT, "change", what="milestone", key=f"m{n}", before=None, after=state) for n, state in enumerate(odd, 1)
    ])  # fmt: skip
    with Session(project, "c1") as session:
        assert len(milestone_table(session.index)) == 4
        assert moment_of(session.index, "m1").at == AT


# ------------------------------------------------------------------ the difference between two moments


def test_two_moments_are_told_apart_code_by_code(session):
    session.code("d1", 7, 15, "longing")
    session.code("d1", 0, 3, "work")
    session.milestone("a")
    session.uncode(audit(session.index)[1]["object"])
    session.code("d1", 20, 24, "longing")
    session.rename_code("longing", "missing")
    session.add_code("hope")
    session.delete_code("shoes")
    session.edit_code("pride", definition="Of one's own work.")
    session.milestone("b")
    found = {row["code_path"]: row for row in difference(session.index, "a", "b")}
    assert [found["emotion/missing"][name] for name in ("change", "codings_a", "codings_b", "both", "only_a", "only_b")] == [
        "renamed", 1, 2, 1, 0, 1,
    ]  # fmt: skip
    assert [found["work"][name] for name in ("change", "codings_a", "codings_b", "both", "only_a")] == ["", 1, 0, 0, 1]
    assert {path: row["change"] for path, row in found.items() if row["change"]} == {
        "emotion/missing": "renamed", "emotion/pride": "redefined", "hope": "new", "work/shoes": "gone",
    }  # fmt: skip


def test_agreement_is_counted_in_code_points_of_all_texts(session):
    session.code("d1", 0, 20, "longing")
    session.milestone("a")
    session.uncode(audit(session.index)[0]["object"])
    session.code("d1", 10, 30, "longing")
    session.milestone("b")
    total = session.index.value("SELECT sum(characters) FROM document")
    row = next(row for row in difference(session.index, "a", "b") if row["code_id"] == "longing")
    agreed, expected = (total - 20) / total, (20 * 20 + (total - 20) ** 2) / total**2
    assert row["agreement"] == round(agreed, 4)
    assert row["kappa"] == round((agreed - expected) / (1 - expected), 4)


def test_agreement_is_on_the_code_itself_as_the_counts_beside_it_are(session):
    coding = session.code("d1", 0, 20, "longing")
    session.milestone("a")
    session.recode(coding.id, "pride")
    session.milestone("b")
    found = {row["code_id"]: row for row in difference(session.index, "a", "b")}
    assert (found["emotion"]["codings_a"], found["emotion"]["agreement"], found["emotion"]["kappa"]) == (0, 1.0, "")
    assert found["pride"]["kappa"] == 0.0


def test_a_code_that_neither_applies_has_no_kappa(session):
    session.milestone("a")
    row = difference(session.index, "a", "2999-01-01")[0]
    assert (row["agreement"], row["kappa"]) == (1.0, "")


def test_a_moment_agrees_with_itself(session):
    session.code("d1", 7, 15, "longing")
    session.code("d2", 5, 8, "work")
    session.milestone("a")
    for row in difference(session.index, "a", "a"):
        assert (row["change"], row["only_a"], row["only_b"], row["agreement"]) == ("", 0, 0, 1.0)
