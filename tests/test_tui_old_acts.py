"""`u` asks before it takes back what was settled before the present sitting."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders import apply, events_on_disk, make_project, transcript, write_events
from screens import opened

from qualcode.core.events import fold
from qualcode.session import Session

BODY = "Ann: I sew shoes and I miss home.\n\nBo: We wait.\n"


def acts(project, *days_ago):
    """Codings made so many days ago."""
    quotes = ("I sew shoes", "I miss home", "We wait")
    made = [
        replace(apply(number, BODY, quote, code="work"), at=_at(days))
        for number, (quote, days) in enumerate(zip(quotes, days_ago, strict=False), 1)
    ]
    write_events(project, "ann", "d1", made)


def _at(days):
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def in_force(project):
    return len(fold(events_on_disk(project, "ann", "d1"), "ann", "d1"))


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": transcript(BODY)})


def said(pilot):
    return " ".join(str(widget.render()) for widget in pilot.app.screen.query("Static"))


@pytest.mark.asyncio
async def test_an_act_of_long_ago_is_undone_at_the_second_u_and_those_before_it_at_once(project):
    acts(project, 50, 45, 40)
    async with opened(project, "ann") as pilot:
        await pilot.press("u")
        await pilot.pause()
        assert in_force(project) == 3
        assert f"This takes back an act of {_at(40)[:7]}" in said(pilot)
        await pilot.press("u")
        await pilot.pause()
        assert in_force(project) == 2
        await pilot.press("u")
        await pilot.pause()
        assert in_force(project) == 1


@pytest.mark.asyncio
async def test_what_was_done_yesterday_is_undone_at_once(project):
    acts(project, 40, 1)
    async with opened(project, "ann") as pilot:
        await pilot.press("u")
        await pilot.pause()
        assert in_force(project) == 1
        await pilot.press("u")
        await pilot.pause()
        assert in_force(project) == 1


@pytest.mark.asyncio
async def test_a_milestone_is_not_taken_back_in_passing(project):
    with Session(project, "ann") as session:
        session.code("d1", quote="We wait", code="work")
        session.milestone("first round")
    async with opened(project, "ann") as pilot:
        await pilot.press("u")
        await pilot.pause()
        assert "This takes back a milestone of" in said(pilot)
        assert pilot.app.desk.index.value("SELECT count(*) FROM event WHERE op = 'revert'") == 0
        await pilot.press("u")
        await pilot.pause()
        assert pilot.app.desk.index.value("SELECT count(*) FROM event WHERE op = 'revert'") == 1
