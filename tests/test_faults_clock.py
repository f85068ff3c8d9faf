"""Clocks that jump, stand still or differ: what is done later stands later, `u` takes back the last act, ids stay unique."""

import random
import shutil
import time
from datetime import UTC, datetime

import pytest
from builders import events_on_disk, fresh_answers, make_project, open_index, transcript
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualcode.analysis.audit import audit
from qualcode.core.ids import END, IdMaker, decode, encode
from qualcode.files.folder import ProjectFolder
from qualcode.session.session import Session

WORDS = [f"word{number:02}" for number in range(40)]
TODAY = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000
IN_2099 = int(datetime(2099, 1, 1, tzinfo=UTC).timestamp() * 1000)


class Clock:
    """Shows what it is set to, in milliseconds, and stands still."""

    now = TODAY

    def __call__(self):
        return self.now * 1_000_000


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(time, "time_ns", found)
    return found


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript("Mei: " + " ".join(WORDS) + "\n")})


def code(session, number):
    return session.code("d1", quote=WORDS[number], code="work")


def coded(index):
    return sorted(quote for (quote,) in index.rows("SELECT quote FROM coding"))


@pytest.mark.parametrize(
    "then", [TODAY - 5_000, TODAY - 24 * HOUR, 0, TODAY], ids=["5 s back", "a day back", "1970", "stands"]
)
def test_undo_and_redo_go_by_what_was_done_last_though_the_clock_jumped_back(project, clock, then):
    with Session(project, "c1") as session:
        first = code(session, 0)
        session.note(first.id, "one")
        clock.now = then
    with Session(project, "c1") as session:
        session.note(first.id, "two")
        code(session, 1)
        assert "word01" in str(session.undo()[0])
        assert session.coding(first.id).note == "two"
        session.undo()
        assert session.coding(first.id).note == "one"
        session.redo(2)
        assert session.coding(first.id).note == "two"
        assert coded(session.index) == WORDS[:2]


def test_after_a_time_in_2099_later_acts_still_stand_later(project, clock):
    clock.now = IN_2099
    with Session(project, "c1") as session:
        first = code(session, 0)
        session.note(first.id, "of 2099")
    clock.now = TODAY
    with Session(project, "c1") as session:
        session.note(first.id, "of today")
        assert session.coding(first.id).note == "of today"
        session.undo()
        assert session.coding(first.id).note == "of 2099"
        assert [row["act"] for row in audit(session.index)][-1:] == ["undid"]
    ids = [event.id for event in events_on_disk(project, "c1", "d1")]
    assert ids == sorted(set(ids))
    assert events_on_disk(project, "c1", "d1")[-1].at == "2026-11-20T12:00:00.000Z"


def test_another_s_clock_in_2099_does_not_set_mine(project, clock):
    clock.now = IN_2099
    with Session(project, "c2") as session:
        code(session, 0)
    clock.now = TODAY
    with Session(project, "c1") as session:
        assert decode(code(session, 1).id) >> 40 == TODAY


def test_two_machines_an_hour_apart_have_the_same_in_force_whichever_way_they_are_merged(project, clock, tmp_path):
    here, there = project, ProjectFolder(shutil.copytree(project.root, tmp_path / "there"))
    for number in range(6):
        for folder, coder, ahead in ((here, "c1", 0), (there, "c2", HOUR)):
            clock.now = TODAY + number * 60_000 + ahead
            with Session(folder, coder) as session:
                code(session, number)
                if number % 3 == 2:
                    session.undo()
    for one, other in ((here, there), (there, here)):
        shutil.copytree(other.codings, one.codings, dirs_exist_ok=True)
        shutil.copytree(other.log, one.log, dirs_exist_ok=True)
    told = fresh_answers(here)
    assert fresh_answers(there) == told
    for folder, coder in ((here, "c1"), (there, "c2")):
        with Session(folder, coder) as session:
            assert "word04" in str(session.undo()[0])


def test_one_coder_on_two_machines_undoes_what_came_last_in_this_copy(project, clock, tmp_path):
    there = ProjectFolder(shutil.copytree(project.root, tmp_path / "there"))
    clock.now = TODAY + HOUR
    with Session(there, "c1") as session:
        code(session, 0)
    shutil.copytree(there.codings, project.codings, dirs_exist_ok=True)
    clock.now = TODAY  # an hour behind what it is shown
    with Session(project, "c1") as session:
        code(session, 1)
        assert "word01" in str(session.undo()[0])
        assert "word00" in str(session.undo()[0])


def test_an_hour_that_comes_twice_is_told_in_its_order(project, clock, monkeypatch, said):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        before = int(datetime(2026, 10, 25, 0, 50, tzinfo=UTC).timestamp() * 1000)  # 2:50, summer time
        for number, later in enumerate((0, 20, 90)):  # then 2:10 and 3:20, winter time
            clock.now = before + later * 60_000
            with Session(project, "c1") as session:
                code(session, number)
        _, out, _ = said("log", "-p", str(project.root))
        lines = [line for line in out.splitlines() if "word0" in line]
        assert [time for line in lines for time in ("02:50", "02:10", "03:20") if time in line] == [
            "02:50",
            "02:10",
            "03:20",
        ]
        assert sorted(("word00" in lines[0], "word02" in lines[-1])) == [True, True]
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([-HOUR * 24 * 400, -HOUR, -1, 0, 1, HOUR, 10**12]), st.sampled_from("cur")),
        max_size=14,
    )
)
def test_whatever_the_clock_does_acts_come_and_go_like_a_pile(clock, tmp_path_factory, steps):
    project = make_project(tmp_path_factory.mktemp("c") / "p", {"d1": transcript("Mei: " + " ".join(WORDS) + "\n")})
    done, undone, clock.now = [], [], TODAY
    for number, (jump, act) in enumerate(steps):
        clock.now = max(0, clock.now + jump)
        with Session(project, "c1") as session:
            if act == "c":
                code(session, number)
                done, undone = [*done, WORDS[number]], []
            elif act == "u" and done:
                session.undo()
                undone.append(done.pop())
            elif act == "r" and undone:
                session.redo()
                done.append(undone.pop())
            assert coded(session.index) == sorted(done)
    ids = [event.id for event in events_on_disk(project, "c1", "d1")]
    assert ids == sorted(set(ids))


def test_ids_stay_unique_while_the_clock_stands():
    chance = random.Random(1)
    makers = [IdMaker(lambda: TODAY, chance.getrandbits) for _ in range(8)]
    made, newest = set(), encode(TODAY + HOUR << 40, 18)
    for _ in range(2_000):
        for maker in makers:  # all step from the same id, as processes do that see each other's acts
            maker.saw(newest)
        step = [maker() for maker in makers]
        made.update(step)
        newest = max(step)
    assert len(made) == 16_000
    assert newest < encode(TODAY + 25 * HOUR << 40, 18)


def test_no_id_of_a_hostile_log_uses_the_ids_up(project, clock):
    maker = IdMaker(lambda: TODAY, lambda bits: 0)
    for _ in range(3):
        maker.saw("z" * 18, own=True)
    assert maker() == encode(TODAY << 40, 18)
    maker.saw(END, own=True)
    assert len(maker()) == 18
    assert maker() > END


def test_the_index_follows_in_any_case(project, clock):
    with Session(project, "c1") as session:
        for number, now in enumerate((TODAY, 0, IN_2099, TODAY)):
            clock.now = now
            code(session, number)
    index = open_index(project)
    assert coded(index) == WORDS[:4]
    index.close()
