"""The command palette leads to the places that the line at the bottom has no room for."""

import pytest
from builders import make_project
from screens import opened, type_text, until

from qualcode.tui.framework import FrameworkScreen


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "p", {"d1": "Mei: I miss her.\n"}, cases=["zhao"])


async def test_the_palette_leads_to_the_framework(project):
    async with opened(project) as pilot:
        await pilot.press("ctrl+p")
        await until(lambda: pilot.app.screen.query("CommandInput"))
        await type_text(pilot, "Framework")
        await until(lambda: pilot.app.screen.query_one("CommandList").option_count)
        await pilot.press("enter")
        await until(lambda: isinstance(pilot.app.screen, FrameworkScreen))
