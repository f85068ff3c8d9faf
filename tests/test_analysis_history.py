"""What the logs tell of the codebook."""

import random
from contextlib import suppress

import pytest
from builders import AT, edit, event, event_id, make_project, open_index, write_events
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.analysis.history import BY_HAND, acts, code_acts, codebook_at, known_codes, rules_changed, unlogged
from qualcode.core.codebook import Codebook
from qualcode.core.codebook_steps import state_of
from qualcode.core.events import Event
from qualcode.core.moments import Moment
from qualcode.errors import BadOption, CannotUndo, UnknownName
from qualcode.session import Session

CODES = {"emotion": {"definition": "Any."}, "emotion/longing": {}, "emotion/grief": {}, "work": {"key": 2}}
BODY = "Mei: I miss her. I miss him.\n"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": BODY}, codes=CODES)


@pytest.fixture
def session(project):
    with Session(project, coder="c1") as found:
        found.notice_hand_edits()
        yield found


def newest(index):
    """The moment at which the project is now."""
    return Moment(*index.rows("SELECT at, id FROM event ORDER BY id DESC LIMIT 1")[0])


def change(number, key, before, after, **fields):
    return Event(event_id(number), AT, "change", what="code", key=key, before=before, after=after, **fields)


# ------------------------------------------------------------------------------------ acts


def test_an_act_is_what_took_effect_be_it_by_a_revert(session):
    session.rename_code("work", "toil")
    session.undo()
    session.redo()
    names = [(act.step.before["name"], act.step.after["name"]) for act in code_acts(session.index)]
    assert names == [("work", "toil"), ("toil", "work"), ("work", "toil")]


def test_acts_of_all_coders_come_in_the_order_of_time(project, session):
    with Session(project, "c2") as other:
        session.rename_code("work", "a")
        other.rename_code("a", "b")
        session.index.refresh()
        session.rename_code("b", "c")
        assert [act.coder for act in acts(session.index, "code")] == ["c1", "c2", "c1"]


def test_acts_on_one_code_are_asked_for_by_its_key(session):
    session.rename_code("work", "toil")
    session.rename_code("longing", "wish")
    assert {act.step.key for act in acts(session.index, "code", "work")} == {"work"}


def test_a_revert_of_something_that_is_not_there_is_no_act(project):
    write_events(project, "c1", "", [event(1, "revert", target=77), event(2, "revert", target=1)])
    assert code_acts(open_index(project, in_memory=True)) == []


def test_reverts_in_a_circle_end(project):
    write_events(project, "c1", "", [event(1, "revert", target=2), event(2, "revert", target=1)])
    assert code_acts(open_index(project, in_memory=True)) == []


def test_only_changed_rules_make_definitions_old(session):
    session.rename_code("work", "toil")
    session.edit_code("work", use_when="Paid.")
    assert {key: len(found) for key, found in rules_changed(session.index).items()} == {"work": 1}


# ------------------------------------------------------------------------------------ the codebook at a time


def test_before_the_first_change_the_codebook_was_as_it_was_first_noted(session):
    before = session.index.codebook
    session.delete_code("emotion")
    session.add_code("new")
    assert codebook_at(session.index, "2000-01-01T00:00:00.000Z").codes == before.codes


def test_in_the_future_the_codebook_is_that_of_now(session):
    session.rename_code("work", "toil")
    assert codebook_at(session.index, "2999-01-01T00:00:00.000Z") == session.index.codebook


def test_changes_by_hand_are_taken_back_too(project, session):
    before, moment = session.index.codebook, newest(session.index)
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text.replace("Any.", "Any feeling.") + "- id: new\n  name: new\n")
    session.index.refresh()
    session.notice_hand_edits()
    assert codebook_at(session.index, moment).codes == before.codes


def test_a_code_taken_out_by_hand_is_there_again_before_that(project, session):
    before, moment = session.index.codebook, newest(session.index)
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text[: text.index("- id: work")])
    session.index.refresh()
    session.notice_hand_edits()
    assert codebook_at(session.index, moment).codes == before.codes


def test_a_theme_taken_out_by_hand_with_its_sub_codes_is_there_again_before_that(project, session):
    before, moment = session.index.codebook, newest(session.index)
    edit(project.codebook_yaml, "codes:\n- id: work\n  name: work\n  key: 2\n")
    session.index.refresh()
    session.notice_hand_edits()
    then = codebook_at(session.index, moment)
    assert {(code.id, code.parent) for code in then.codes} == {(code.id, code.parent) for code in before.codes}


def test_a_log_that_does_not_fit_the_file_stops_nothing(project):
    write_events(project, "c1", "", [
        change(1, "longing", {"name": "longing", "parent": "nowhere"}, {"name": "longing", "parent": "emotion"}),
        change(2, "nobody", {"name": "x"}, {"name": "y"}),
        change(3, "work", {"name": "work", "parent": "work"}, {"name": "work", "parent": ""}),
    ])  # fmt: skip
    assert isinstance(codebook_at(open_index(project, in_memory=True), "2000-01-01"), Codebook)


def random_act(session, randomly):
    live = [code.id for code in session.index.codebook.live] or ["none"]
    one, other = randomly.choice(live), randomly.choice(live)
    return randomly.choice([
        lambda: session.add_code(f"new {randomly.randint(1, 99)}", randomly.choice(["", one])),
        lambda: session.edit_code(one, name=f"named {randomly.randint(1, 99)}", definition=randomly.choice(["", "妈", "b\nc"])),
        lambda: session.edit_code(one, key=randomly.randint(0, 3)),
        lambda: session.move_code(one, randomly.choice(["", other]), randomly.choice([None, ""])),
        lambda: session.shift_code(one, randomly.choice(["up", "down", "indent", "outdent"])),
        lambda: session.merge_codes(one, other),
        lambda: session.delete_code(one),
        lambda: session.code("d1", 5, 10, one),
        lambda: session.retire_code(one),
        session.undo,
        session.redo,
    ])  # fmt: skip


@settings(max_examples=40, derandomize=True)
@given(st.integers(0, 10**9))
def test_the_codebook_at_any_time_is_the_codebook_as_it_was_then(tmp_path_factory, seed):
    holds_at_any_time(tmp_path_factory, seed)


def test_the_codebook_at_any_time_also_after_a_rare_course_of_acts(tmp_path_factory):
    holds_at_any_time(tmp_path_factory, 35836889)


def test_a_code_does_not_come_back_without_the_theme_that_somebody_else_deleted_since(project):
    with Session(project, "c1") as one, Session(project, "c2") as two:
        one.delete_code("longing")
        two.delete_code("emotion")
        with pytest.raises(CannotUndo, match=r"c2 deleted code emotion.*A, then u"):
            one.undo()
        two.undo()
        one.undo()
        assert one.index.codebook["longing"].parent == "emotion"


def holds_at_any_time(tmp_path_factory, seed):
    randomly = random.Random(seed)
    project = make_project(tmp_path_factory.mktemp("history") / "p", {"d1": BODY}, codes=CODES)
    with Session(project, "c1") as one, Session(project, "c2") as two:
        one.notice_hand_edits()
        kept = [(newest(one.index), one.index.codebook)]
        for _ in range(10):
            session = randomly.choice([one, two])
            session.index.refresh()
            with suppress(BadOption, UnknownName, CannotUndo):
                random_act(session, randomly)()
            kept.append((newest(session.index), session.index.codebook))
        one.index.refresh()
        for moment, book in kept:
            assert codebook_at(one.index, moment).codes == book.codes
        states = known_codes(one.index)
        assert states is not None
        assert set(states) == {code.id for code in one.index.codebook.codes}
        assert unlogged(one.index) == []


# ------------------------------------------------------------------------------------ known and unlogged


def test_a_codebook_that_was_never_noted_is_not_known(project):
    index = open_index(project, in_memory=True)
    assert (known_codes(index), unlogged(index)) == (None, [])


def test_the_first_notice_notes_the_codebook_as_it_stands(project):
    with Session(project, "c1") as session:
        assert session.notice_hand_edits() == 0
        known = known_codes(session.index)
        assert known is not None
        assert known["longing"]["parent"] == "emotion"


def test_order_alone_is_not_a_change_by_hand(project, session):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    at = text.index("- id: work")
    edit(project.codebook_yaml, "codes:\n" + text[at:] + text[len("codes:\n") : at])
    session.index.refresh()
    assert unlogged(session.index) == []


def test_a_change_by_hand_is_a_step_from_what_the_logs_knew(project, session):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    edit(project.codebook_yaml, text.replace("name: work", "name: toil"))
    session.index.refresh()
    (step,) = unlogged(session.index)
    assert (step.key, step.changes()) == ("work", {"name": ("work", "toil")})
    assert step.after == state_of(session.index.codebook, "work")


def test_nothing_is_noticed_while_the_codebook_cannot_be_read(project, session):
    edit(project.codebook_yaml, "codes: [\n")
    session.index.refresh()
    assert (unlogged(session.index), session.notice_hand_edits()) == ([], 0)


def test_a_code_that_came_and_went_by_hand_is_logged_both_times(project, session):
    text = project.codebook_yaml.read_text(encoding="utf-8")
    for content in (text + "- id: new\n  name: new\n", text):
        edit(project.codebook_yaml, content)
        session.index.refresh()
        assert session.notice_hand_edits() == 1
    by_hand = [act for act in code_acts(session.index) if act.note == BY_HAND]
    assert [(act.step.key, act.step.before is None, act.step.after is None) for act in by_hand] == [
        ("new", True, False),
        ("new", False, True),
    ]
