"""Event files: JSON lines to events and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qualcode.core.events import Event, event_data, event_from
from qualcode.errors import BadOption, Problem
from qualcode.files.saving import Appended, append_lines


@dataclass(frozen=True)
class LoadedEvents:
    """The events of one file in the order of its lines, and what could not be read. Every good line loads."""

    events: list[Event]
    problems: list[Problem]
    size: int


def read_events(path: Path, shown_as: str) -> LoadedEvents:
    """Read one event file; `shown_as` names it in problems."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return LoadedEvents([], [Problem(shown_as, 0, f"cannot be read ({error.strerror or error})")], -1)
    events, problems = [], []
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        event = _event(line)
        if isinstance(event, Event):
            events.append(event)
        elif number == len(lines):
            problems.append(
                Problem(shown_as, number, "the last line is torn, as after a power cut; the rest is loaded",
                        "the next coding saved here moves it to a .torn file beside this one")
            )  # fmt: skip
        else:
            problems.append(Problem(shown_as, number, event, _advice(event)))
    return LoadedEvents(events, problems, len(data))


def _event(line: bytes) -> Event | str:
    try:
        data = json.loads(line.decode("utf-8"))
        if b"\\u" in line:
            json.dumps(data, ensure_ascii=False).encode()
        return event_from(data)
    except UnicodeEncodeError:
        return "holds half a character (a lone surrogate)"
    except UnicodeDecodeError:
        return "not UTF-8 text"
    except (ValueError, RecursionError):
        return "not a line of JSON"


def _advice(message: str) -> str:
    if "newer qualcode" in message:
        return "update qualcode; until then this line has no effect"
    return "the other lines are loaded; restore this one from a backup or from git, or delete it"


def event_lines(events: Sequence[Event]) -> bytes:
    """The events as they are written: one JSON object a line, UTF-8, letters of all scripts as themselves.

    Raises BadOption for text that is none (halves of characters).
    """
    lines = (json.dumps(event_data(event), ensure_ascii=False, separators=(", ", ": ")) for event in events)
    try:
        return "".join(line + "\n" for line in lines).encode()
    except UnicodeEncodeError as error:
        raise BadOption(
            "This text holds half a character (a lone surrogate) and cannot be kept. Type it anew."
        ) from error


def append_events(path: Path, events: Sequence[Event]) -> Appended:
    """Append events durably, in one write. Raises CannotSave."""
    return append_lines(path, event_lines(events))
