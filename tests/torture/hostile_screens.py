"""A dozen hostile projects opened in the interface, and every screen walked through by its keys; called by `hostile`."""

from __future__ import annotations

import asyncio
import os
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from hostile import ALL, sound_project
from hostile_screens import WALK, lay_doubles, lay_escapes, lay_markup, walked

from qualcode.files.folder import ProjectFolder

OWN: dict[str, Callable[[ProjectFolder], None]] = {"markup": lay_markup, "escapes": lay_escapes, "doubles": lay_doubles}
SHOWN = (
    "nasty_texts_everywhere", "file_names", "log_of_lies", "json_shapes", "numbers", "spans_beyond", "cycles", "ids_in_events",
    "ids_that_lead_out", "files_linked_out", "folders_for_files", "yaml_wrong_kinds", "text_changes_of_lies",
)  # fmt: skip
PRESSED = sum(map(len, WALK.values()))


def projects(scale: float) -> list[str]:
    """Which are opened: all at full length, else some, or none."""
    names = [*OWN, *SHOWN]
    return names[: min(len(names), int(len(names) * scale))]


def failures(name: str) -> list[str]:
    """What was seen on the way through one of them that should not have been."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        os.environ.update(
            XDG_CONFIG_HOME=f"{folder}/c", XDG_DATA_HOME=f"{folder}/d", EDITOR="true", QUALCODE_CODER="c1"
        )
        project = sound_project(Path(folder) / "p")
        (OWN.get(name) or ALL[name])(project)
        os.chdir(folder)
        found = []
        try:
            for place in WALK:
                try:
                    found += asyncio.run(walked(project, places=[place])).troubles
                except BaseException:
                    found.append(f"{place}: {traceback.format_exc(limit=-4)}")
        finally:
            os.chdir(before)
        return [f"{name}, {trouble}" for trouble in found]
