"""Pickers and prompts: what they are about is readable as it is, and nothing typed is lost."""

import pytest
from builders import apply, make_project, transcript, write_events
from screens import codings, field, opened, screen_text, type_text, until

from qualcode.tui.picker import Picker
from qualcode.tui.prompts import NotePrompt

SAID = "[/laughs] I [b]miss[/b] her."


@pytest.fixture
def project(tmp_path):
    body = f"Long: {SAID}\n\nLong: It rained.\n"
    project = make_project(tmp_path / "p", {"d1": transcript(body, case="zhao")}, cases=["zhao"])
    write_events(project, "c1", "d1", [apply(1, body, SAID, "work")])
    return project


async def open_quotes(pilot):
    await pilot.press("M", "down", "down", "enter")
    await until(lambda: "I [b]miss" in screen_text(pilot))


async def test_brackets_in_a_quote_are_shown_in_the_title_of_a_picker(project):
    async with opened(project) as pilot:
        await open_quotes(pilot)
        await pilot.press("c")
        await until(lambda: f"Another code for “{SAID}”" in screen_text(pilot))


@pytest.mark.parametrize("key", ["enter", "ctrl+s"])
async def test_a_note_is_saved_with_enter_and_with_the_key_that_saves_everywhere(project, key):
    async with opened(project) as pilot:
        await open_quotes(pilot)
        await pilot.press("m")
        await type_text(pilot, "flat voice")
        await pilot.press(key)
        await until(lambda: codings(project) == [(SAID, "work", "flat voice")])


async def test_escape_asks_before_a_typed_note_is_thrown_away(project):
    async with opened(project) as pilot:
        await open_quotes(pilot)
        await pilot.press("m")
        await type_text(pilot, "a long thought")
        await pilot.press("escape")
        await until(lambda: "Not saved" in screen_text(pilot))
        await pilot.press("escape")
        await pilot.press("s")
        assert field(pilot).text == "a long thoughts"
        await pilot.press("escape", "y")
        await until(lambda: not isinstance(pilot.app.screen, NotePrompt))
        assert codings(project) == [(SAID, "work", "")]


async def test_escape_leaves_a_note_at_once_where_nothing_was_typed(project):
    async with opened(project) as pilot:
        await open_quotes(pilot)
        await pilot.press("m")
        await pilot.press("escape")
        await until(lambda: not isinstance(pilot.app.screen, NotePrompt))


async def test_a_picker_with_nothing_to_offer_says_why(project):
    async with opened(project) as pilot:
        await pilot.press("o")
        await type_text(pilot, "zebra")
        await until(lambda: "Nothing is called that." in screen_text(pilot))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Picker)
