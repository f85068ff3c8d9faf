"""The log screen: who did what when, to its place and back; any act undone from there."""

import csv
import time

import pytest
from builders import apply, event, events_on_disk, make_project, transcript, write_events
from screens import codings, field, opened, screen_text, selected, until
from textual.widgets import Static

from qualcode.analysis.audit_entries import GROUPS
from qualcode.files.project_files import read_codebook
from qualcode.session import Session
from qualcode.tui.acts import ActList
from qualcode.tui.audit import AuditScreen

BODY = "Mei: I miss her. I miss him.\nLing: I sew shoes.\n"


@pytest.fixture
def project(tmp_path):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY, title="At home"), "d2": "Mei: 我想妈妈。\n"})
    with Session(project, "c2") as other:
        other.code("d2", 5, 9, "work")
    with Session(project, "c1") as session:
        coding = session.code("d1", 5, 15, "longing")
        session.note(coding.id, "sad")
        session.code("d1", 35, 40, "work")
        session.rename_code("work", "labour")
    return project


def acts(pilot):
    return pilot.app.screen.query_one(ActList)


def listed(pilot):
    """The acts shown, newest first, without the note of the codebook as it was found."""
    return [entry.act for entry in acts(pilot).entries if entry.act != "noted codebook"]


def pane(pilot):
    return str(pilot.app.screen.query_one("#act-text", Static).render())


async def put_cursor_on(pilot, act, coder="c1"):
    shown = acts(pilot)
    at = next(n for n, entry in enumerate(shown.entries) if (entry.act, entry.coder) == (act, coder))
    shown.action_move(at - shown.at)
    await pilot.pause()


async def test_a_opens_the_log_newest_first(project):
    async with opened(project) as pilot:
        await pilot.press("A")
        assert listed(pilot) == ["renamed code", "coded", "noted", "coded", "coded"]
        await until(lambda: "renamed code work to labour" in screen_text(pilot))
        assert "coded “我想妈妈" in screen_text(pilot)


async def test_the_pane_tells_before_and_after(project):
    async with opened(project) as pilot:
        await pilot.press("A")
        assert "c1 renamed code work to labour" in pane(pilot)
        assert "− work" in pane(pilot)
        assert "+ labour" in pane(pilot)


async def test_escape_leads_back_to_the_workspace(project):
    async with opened(project) as pilot:
        await pilot.press("A", "escape")
        assert pilot.app.screen is pilot.app.workspace


async def test_enter_on_a_coding_goes_to_its_passage_and_escape_returns_to_the_same_act(project):
    async with opened(project, document="d2") as pilot:
        await pilot.press("A")
        await put_cursor_on(pilot, "noted")
        await pilot.press("enter")
        assert pilot.app.screen is pilot.app.workspace
        assert (pilot.app.workspace.document, selected(pilot)) == ("d1", "I miss her")
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, AuditScreen)
        assert acts(pilot).entry.act == "noted"


async def test_enter_on_a_code_goes_to_the_codebook(project):
    async with opened(project) as pilot:
        await pilot.press("A", "enter")
        await until(lambda: type(pilot.app.screen).__name__ == "CodebookScreen")
        await until(lambda: pilot.app.screen.code is not None and pilot.app.screen.code.name == "labour")


async def test_enter_on_a_memo_goes_to_the_memo(project):
    with Session(project, "c1") as session:
        session.new_memo("On longing", text="It is said little.")
    async with opened(project) as pilot:
        await pilot.press("A", "enter")
        await until(lambda: type(pilot.app.screen).__name__ == "MemosScreen")


async def test_enter_where_there_is_nothing_to_go_to_says_so(project):
    with Session(project, "c1") as session:
        session.milestone("first cycle")
    async with opened(project) as pilot:
        await pilot.press("A", "enter")
        assert isinstance(pilot.app.screen, AuditScreen)
        await until(lambda: "nothing to go to" in screen_text(pilot))


async def test_u_asks_then_undoes_just_this_act(project):
    async with opened(project) as pilot:
        await pilot.press("A")
        await put_cursor_on(pilot, "noted")
        await pilot.press("u")
        await until(lambda: "This takes back that c1 noted “sad”" in screen_text(pilot))
        assert codings(project)[0][2] == "sad"
        await pilot.press("y")
        await until(lambda: codings(project)[0][2] == "")
        assert [code for _, code, _ in codings(project)] == ["longing", "work"]
        assert listed(pilot)[0] == "undid"
        assert acts(pilot).entry.act == "noted"
        await until(lambda: "✗ noted" in screen_text(pilot))


async def test_u_answered_with_no_changes_nothing(project):
    before = events_on_disk(project, "c1", "d1")
    async with opened(project) as pilot:
        await pilot.press("A")
        await put_cursor_on(pilot, "noted")
        await pilot.press("u", "n")
        assert isinstance(pilot.app.screen, AuditScreen)
    assert events_on_disk(project, "c1", "d1") == before


async def test_what_stands_in_the_way_is_told_in_the_pane(project):
    with Session(project, "c1") as session:
        session.rename_code("labour", "toil")
    async with opened(project) as pilot:
        await pilot.press("A", "j", "u")
        assert isinstance(pilot.app.screen, AuditScreen)
        assert "later acts stand on it" in pane(pilot)
        assert "c1 renamed code labour to toil" in pane(pilot)
    assert "toil" in project.codebook_yaml.read_text("utf-8")


async def test_others_codings_are_left_to_them(project):
    async with opened(project) as pilot:
        await pilot.press("A")
        await put_cursor_on(pilot, "coded", "c2")
        await pilot.press("u")
        assert "c2's act" in pane(pilot)


async def test_the_codebook_is_undone_from_the_log_and_the_workspace_shows_it(project):
    async with opened(project) as pilot:
        await pilot.press("A", "u", "y")
        await until(lambda: read_codebook(project.codebook_yaml)[0]["work"].name == "work")
        await pilot.press("escape")
        await until(lambda: "labour" not in screen_text(pilot))


async def test_t_goes_through_the_kinds_of_acts(project):
    async with opened(project) as pilot:
        await pilot.press("A", "t")
        assert listed(pilot) == ["coded", "coded", "coded"]
        await pilot.press("t")
        assert listed(pilot) == ["noted"]
        await pilot.press("t")
        assert listed(pilot) == ["renamed code"]
        await pilot.press(*["t"] * (len(GROUPS) - 2))
        assert len(listed(pilot)) == 5


async def test_b_shows_only_ones_own_acts(project):
    async with opened(project, coder="c2") as pilot:
        await pilot.press("A", "b")
        assert listed(pilot) == ["coded"]
        await pilot.press("b")
        assert len(listed(pilot)) == 5


async def test_b_of_a_coder_who_did_nothing_yet_shows_nothing_and_breaks_nothing(project):
    async with opened(project, coder="c3") as pilot:
        await pilot.press("A", "b")
        assert listed(pilot) == []
        await pilot.press("enter", "u", "d", "j")
        assert isinstance(pilot.app.screen, AuditScreen)


@pytest.mark.parametrize(("words", "expected"), [("sad", ["noted"]), ("我想", ["coded"]), ("zebra", [])])
async def test_words_narrow_the_log(project, words, expected):
    async with opened(project) as pilot:
        await pilot.press("A", "slash")
        field(pilot).value = words
        await pilot.press("enter")
        assert listed(pilot) == expected


async def test_d_goes_back_a_day_and_shift_d_comes_back(project):
    write_events(project, "c3", "d1", [apply(1, BODY, "miss her")])  # of March 2024
    async with opened(project) as pilot:
        await pilot.press("A", "d")
        assert [entry.coder for entry in acts(pilot).entries] == ["c3"]
        await pilot.press("D")
        assert len(listed(pilot)) == 6


async def test_e_exports_what_matches(project, tmp_path):
    async with opened(project) as pilot:
        await pilot.press("A", "t", "e")
        field(pilot).value = str(tmp_path / "audit.csv")
        await pilot.press("enter")
        await until(lambda: (tmp_path / "audit.csv").exists())
    rows = list(csv.reader((tmp_path / "audit.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0][:3] == ["at", "coder", "act"]
    assert [row[2] for row in rows[1:]] == ["coded"] * 3


async def test_an_export_that_cannot_be_written_is_a_message(project, tmp_path):
    async with opened(project) as pilot:
        await pilot.press("A", "e")
        field(pilot).value = str(tmp_path / "nowhere" / "audit.csv")
        await pilot.press("enter")
        await until(lambda: any("nowhere" in note.message for note in pilot.app._notifications))


async def test_another_coders_act_comes_up_without_a_key(project):
    async with opened(project) as pilot:
        await pilot.press("A", "j")
        under_cursor = acts(pilot).entry
        with Session(project, "anna") as anna:
            anna.code("d1", 0, 3, "labour")
        await until(lambda: acts(pilot).entries[0].coder == "anna")
        assert acts(pilot).entry == under_cursor


async def test_an_empty_log_says_so(tmp_path):
    async with opened(make_project(tmp_path / "p", {"d1": "Mei: Rain.\n"})) as pilot:
        await pilot.press("A", "enter", "u", "d", "end")
        await until(lambda: "Nothing yet." in pane(pilot))


async def test_hostile_notes_cannot_drive_the_terminal(project):
    write_events(
        project, "c3", "d1", [apply(1, BODY, "miss her"), event(2, "note", coding=1, note="\x1b]0;x\x07\x9b2J")]
    )
    async with opened(project, coder="c3") as pilot:
        await pilot.press("A", "b")
        await until(lambda: "noted" in screen_text(pilot))
        assert not {"\x1b", "\x07", "\x9b"} & set(screen_text(pilot))


async def test_twenty_thousand_acts_open_at_once_and_are_fetched_as_one_goes(tmp_path):
    project = make_project(tmp_path / "p", {"d1": BODY})
    write_events(project, "c1", "d1", [apply(n, BODY, "miss her") for n in range(1, 20_001)])
    async with opened(project) as pilot:
        started = time.process_time()
        await pilot.press("A")
        assert time.process_time() - started < 20
        assert len(acts(pilot).entries) < 1000
        await pilot.press("end", "end")
        assert acts(pilot).at > 2000
        await pilot.press("pageup", "home")
        assert acts(pilot).at == 0


async def test_a_click_chooses_an_act_and_a_second_one_goes_there(project):
    async with opened(project) as pilot:
        await pilot.press("A")
        view = acts(pilot)
        at = next(n for n, entry in enumerate(view.entries) if entry.act == "noted")
        inset = view.content_region.offset - view.region.offset
        await pilot.click(view, offset=(20 + inset.x, at + inset.y))
        assert view.at == at
        await pilot.click(view, offset=(20 + inset.x, at + inset.y))
        await until(lambda: pilot.app.screen is pilot.app.workspace)


async def test_the_log_is_usable_at_80_by_24(project):
    async with opened(project, size=(80, 24)) as pilot:
        await pilot.press("A")
        await until(lambda: "renamed code work to labour" in screen_text(pilot) and "+ labour" in screen_text(pilot))
