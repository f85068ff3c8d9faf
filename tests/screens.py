"""The terminal interface under test: open it on a project, wait for what should come, read what it shows."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from builders import edit, events_on_disk, transcript
from textual.pilot import Pilot

from qualcode.core.events import fold
from qualcode.files.folder import ProjectFolder
from qualcode.tui.app import QualcodeApp
from qualcode.tui.desk import Desk

WATCHED_WITHIN = 15.0


async def until(condition: Callable[[], Any], timeout: float = WATCHED_WITHIN, what: str = "") -> None:
    """Wait until this holds; fail where it does not in time."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, f"waited {timeout} s in vain for: {what or 'the condition'}"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def opened(
    project: ProjectFolder,
    coder: str = "c1",
    document: str = "",
    size: tuple[int, int] = (110, 24),
    *,
    follows_key: bool = False,
) -> AsyncIterator[Pilot[None]]:
    """The interface on a project, its panels filled; with `follows_key` it takes up changes of the key of pseudonyms."""
    desk = Desk(project, coder)
    patch = pytest.MonkeyPatch()
    patch.setattr("textual._wait.SLEEP_GRANULARITY", 0.008)  # Pilot looks thus often whether the app has come to rest
    try:
        app = QualcodeApp(desk, document)
        app.follows_key = follows_key
        async with app.run_test(size=size) as pilot:
            await until(lambda: app.workspace.code_tree is not None and app.workspace.query("KeyLine"), 10)
            await pilot.pause()
            yield pilot
    finally:
        patch.undo()
        desk.close()


def field(pilot: Pilot[None]) -> Any:
    """The text field of the picker or prompt that is open."""
    return pilot.app.screen.query("Input, TextArea").first()


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Put a text where the cursor is in the field that is open, as pasting does."""
    found = field(pilot)
    (found.insert_text_at_cursor if hasattr(found, "insert_text_at_cursor") else found.insert)(text)
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


def rewrite(project: ProjectFolder, body: str, **fields: str) -> None:
    """Save another text as document d1, as an editor does."""
    edit(project.transcript("d1"), transcript(body, **{"title": "At home", "case": "liang", **fields}))


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail instead of hanging where something takes ages: these seconds of computing, or twenty times as many of the clock."""

    def ring(_signal: int, _frame: Any) -> None:
        raise AssertionError(f"this took more than {seconds} s")

    limits = [(signal.SIGPROF, signal.ITIMER_PROF, 1), (signal.SIGALRM, signal.ITIMER_REAL, 20)]
    before = [signal.signal(number, ring) for number, _, _ in limits]
    for _, timer, times in limits:
        signal.setitimer(timer, seconds * times, 1)
    try:
        yield
    finally:
        for (number, timer, _), handler in zip(limits, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)
