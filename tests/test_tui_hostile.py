"""Every screen on projects whose words would drive the terminal, or Textual by its markup."""

from __future__ import annotations

import pytest
from builders import edit
from hostile import sound_project
from hostile_screens import DRIVING, SHORT, lay_doubles, lay_escapes, lay_markup, seen, walked
from screens import opened, screen_text, until

from qualcode.tui.fields import LineField, TextField


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    monkeypatch.chdir(tmp_path)
    return sound_project(tmp_path / "p")


@pytest.mark.asyncio
async def test_markup_in_any_words_is_shown_as_it_stands_on_every_screen(project):
    lay_markup(project)
    found = await walked(project, keys=SHORT, size=(100, 26))
    assert found.troubles == []
    shown = {name for name, number in found.screens.items() if number}
    assert shown >= {"Workspace", "MatrixScreen", "CompareScreen", "FrameworkScreen", "DisplaysScreen", "CodebookScreen", "MemosScreen",
                     "AuditScreen", "KwicScreen", "Picker", "CodeForm"}  # fmt: skip


@pytest.mark.asyncio
async def test_what_is_edited_in_a_field_cannot_drive_the_terminal_and_stays_as_it_is(project):
    lay_escapes(project)
    async with opened(project, "c1") as pilot:
        for keys, field in (("m", TextField), ("C down r", LineField), ("e", TextField)):
            for key in keys.split():
                await pilot.press(key)
                await pilot.pause()
            assert list(seen(pilot)) == []
            area = next(iter(pilot.app.screen.query(field)))
            assert DRIVING.search(area.value if field is LineField else area.text)
            assert "\u241b]52;c;" in screen_text(pilot)
            await pilot.press("escape")


@pytest.mark.asyncio
async def test_codings_of_several_coders_with_one_id_are_drawn_and_followed(project):
    lay_doubles(project)
    async with opened(project, "c1") as pilot:
        assert len(pilot.app.workspace.transcript.marks) == 7
        path = project.transcript("d1")
        edit(path, path.read_text().replace("How was it?", "How was it then?"))
        pilot.app._watch()
        await until(lambda: "then?" in screen_text(pilot))
        await pilot.press("j", "bracketright", "x")
        assert pilot.app.is_running
