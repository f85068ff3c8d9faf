"""The terminal interface under test: open it on a project, wait for what should come, read what it shows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from builders import events_on_disk
from textual.pilot import Pilot

from qualcode.core.events import fold
from qualcode.files.folder import ProjectFolder
from qualcode.tui.app import QualcodeApp
from qualcode.tui.desk import Desk

WATCHED_WITHIN = 3.0


async def until(condition: Callable[[], Any], timeout: float = WATCHED_WITHIN, what: str = "") -> None:
    """Wait until this holds; fail where it does not in time."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, f"waited {timeout} s in vain for: {what or 'the condition'}"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def opened(
    project: ProjectFolder, coder: str = "c1", document: str = "", size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Pilot[None]]:
    """The interface on a project, its panels filled."""
    desk = Desk(project, coder)
    try:
        app = QualcodeApp(desk, document)
        async with app.run_test(size=size) as pilot:
            await until(lambda: app.workspace.code_tree is not None and app.workspace.query("Footer"), 10)
            await pilot.pause()
            yield pilot
    finally:
        desk.close()


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Put a text into the line that has the focus, as pasting does."""
    from textual.widgets import Input

    pilot.app.screen.query_one(Input).insert_text_at_cursor(text)
    await pilot.pause()


async def pick(pilot: Pilot[None], key: str, text: str) -> None:
    """Open a picker or prompt with a key, type a text, and take it with Enter."""
    await pilot.press(key)
    await type_text(pilot, text)
    await pilot.press("enter")


def status(pilot: Pilot[None]) -> str:
    """The line at the bottom of the workspace."""
    return str(pilot.app.workspace.query_one("#status").render())


def told(pilot: Pilot[None]) -> str:
    """All that the user can read as a message: the line at the bottom and the notifications that stand."""
    return "\n".join([status(pilot), *(note.message for note in pilot.app._notifications)])


def selected(pilot: Pilot[None]) -> str:
    """The text under the cursor."""
    transcript = pilot.app.workspace.transcript
    return transcript.body.text[transcript.selection.start : transcript.selection.end]


def shown(pilot: Pilot[None]) -> list[str]:
    """The rows of the whole screen, as painted."""
    return [strip.text for strip in pilot.app.screen._compositor.render_strips()]


def screen_text(pilot: Pilot[None]) -> str:
    return "\n".join(shown(pilot))


def codings(project: ProjectFolder, coder: str = "c1", document: str = "d1") -> list[tuple[str, str, str]]:
    """(quote, code, note) of each coding in force, in order of place, from the coder's file alone."""
    folded = fold(events_on_disk(project, coder, document), coder, document)
    return [(c.text, c.code, c.note) for c in sorted(folded.values(), key=lambda c: (c.start, c.end, c.code))]
