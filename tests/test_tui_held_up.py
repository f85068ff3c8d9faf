"""While another process holds what a key needs, the screen stands still and says why."""

import fcntl
import os

import pytest
from builders import make_project, transcript
from screens import opened

from qualcode.files import saving, waiting

BODY = "Ann: I sew shoes and I miss home.\n\nBo: We wait.\n"


@pytest.mark.asyncio
async def test_a_key_that_has_to_wait_says_so_on_the_screen_and_then_that_nothing_was_saved(tmp_path, monkeypatch):
    project = make_project(tmp_path / "p", {"d1": transcript(BODY)})
    monkeypatch.setattr(saving, "PATIENCE", 0.4)
    monkeypatch.setattr(waiting, "SILENCE", 0.1)
    async with opened(project, "ann") as pilot:
        app = pilot.app
        await pilot.press("c", *"work")
        await pilot.pause()
        written = []
        monkeypatch.setattr(app._driver, "write", written.append)
        other = os.open(project.root, os.O_RDONLY)
        fcntl.flock(other, fcntl.LOCK_EX)
        await pilot.press("enter")
        await pilot.pause()
        os.close(other)
        assert any("Waiting for another qualcode process (it holds the folder p)" in text for text in written)
        assert any("Not saved" in notification.message for notification in app._notifications)
        assert not list(project.codings.glob("*/*"))
        await pilot.press("c", *"work", "enter")
        await pilot.pause()
    assert len(list(project.codings.glob("*/*"))) == 1
    assert not waiting._TOLD
